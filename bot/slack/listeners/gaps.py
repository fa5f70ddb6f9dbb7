"""The gap report's buttons: a community manager writes the passage that was missing, or says that none is needed."""

from __future__ import annotations

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.gaps import heading_taken
from bot.manual.written import MOST_HEADING
from bot.slack import actions
from bot.slack.aside import aside
from bot.slack.gap_blocks import HEADING, LANGUAGE, MOST_TEXT, TEXT, Written, write_view
from bot.slack.gap_closing import publish
from bot.slack.gap_report import show_closed
from bot.slack.keys import Key
from bot.slack.listeners.body import Body, carried, pressed, seen_ts, user_of
from bot.slack.listeners.doors import show
from bot.slack.listeners.escalations import serves
from bot.slack.listeners.owner import whisper
from bot.slack.modals import answers, notice_view
from bot.slack.rich_text import characters
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import gaps
from bot.store.gaps import Found


def register(app: AsyncApp, service: Service) -> None:
    @app.action(actions.GAP_WRITE)
    async def write_one(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if (gap := await _open_gap(service, body, respond)) is not None:
            await show(service, body, respond, write_view(gap, service.words(None), seen_ts=seen_ts(body)))

    @app.action(actions.GAP_NONE)
    async def needs_none(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if (gap := await _open_gap(service, body, respond)) is not None:
            await _needs_none(service, body, respond, gap)

    @app.view(actions.VIEW_GAP)
    async def written(ack: AsyncAck, body: Body) -> None:
        words, user_id = service.words(None), user_of(body)
        gap, seen = await _carried(service, body)
        if gap is None or gap.closed_at or (service.settings.managers and not service.is_manager(user_id)):
            refused: Key = "gap_unknown" if gap is None else "gap_closed" if gap.closed_at else "question_not_manager"
            await ack(response_action="update", view=notice_view(words.say(refused), words, "title_gap"))
            return
        said = answers(body["view"])
        passage = Written(" ".join(said.get(HEADING, "").split()), said.get(TEXT, ""), said.get(LANGUAGE, ""))
        if errors := _errors(service, passage, words):
            await ack(response_action="errors", errors=errors)
            return
        await publish(service, gap.id, passage, user_id, str(body["view"]["id"]), seen)
        await ack(response_action="update", view=notice_view(words.say("gap_publishing"), words, "title_gap"))


async def _open_gap(service: Service, body: Body, respond: AsyncRespond) -> Found | None:
    """The gap that a button is about, for a community manager; None after a sentence."""
    if not await serves(service, body, respond):
        return None
    async with service.database.read() as session:
        gap = await gaps.get(session, pressed(body), service.team_id)
    if gap is None or gap.closed_at is not None:
        await whisper(service, body, respond, "gap_unknown" if gap is None else "gap_closed")
        return None
    return gap


async def _carried(service: Service, body: Body) -> tuple[Found | None, str]:
    """The gap that a modal was opened for, and where the report stands that it was opened from."""
    id_, _, seen = carried(body).partition(":")
    async with service.database.read() as session:
        return await gaps.get(session, id_, service.team_id), seen


async def _needs_none(service: Service, body: Body, respond: AsyncRespond, gap: Found) -> None:
    async with service.database.begin() as session:
        closed = await gaps.close(session, gap.id, service.clock.now(), None, user_of(body))
    if closed:
        aside(show_closed(service, gap.id, seen_ts(body)))
    else:
        await whisper(service, body, respond, "gap_closed")


def _errors(service: Service, passage: Written, words: Words) -> dict[str, str]:
    """What is wrong, by the input's id; empty: it may be published."""
    errors: dict[str, str] = {}
    for field, said, most in ((HEADING, passage.heading, MOST_HEADING), (TEXT, passage.text, MOST_TEXT)):
        if not any(letter.isalnum() for letter in said):
            errors[field] = words.say("field_empty")
        elif characters(said) > most:
            errors[field] = words.say("field_gap_long", most=most)
    if passage.language not in words.languages:
        errors[LANGUAGE] = words.say("choose")
    elif heading_taken(passage.heading, passage.language, service.coach.manual.passages.values()):
        errors.setdefault(HEADING, words.say("field_gap_taken"))
    return errors
