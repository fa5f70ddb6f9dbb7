"""The gap report's buttons: a community manager writes the passage that was missing, or says that none is needed."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackClientError

from bot.gaps import heading_taken, write
from bot.manual.written import MOST_HEADING
from bot.slack import actions
from bot.slack.aside import aside
from bot.slack.gap_blocks import HEADING, LANGUAGE, MOST_TEXT, TEXT, Written, said_view, write_view
from bot.slack.gap_report import show_closed
from bot.slack.keys import Key
from bot.slack.listeners.doors import Body, show, user_of
from bot.slack.listeners.escalations import serves
from bot.slack.listeners.owner import whisper
from bot.slack.modals import View, answers
from bot.slack.rich_text import characters, escaped
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import gaps
from bot.store.gaps import Found

logger = logging.getLogger(__name__)
_FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
_LONGEST_ID = 64


def register(app: AsyncApp, service: Service) -> None:
    publishing = asyncio.Lock()  # one at a time: of two managers with one gap the second finds it closed

    @app.action(actions.GAP_WRITE)
    async def write_one(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if (gap := await _open_gap(service, body, respond)) is not None:
            await show(service, body, respond, write_view(gap, service.words(None), seen_ts=_seen_ts(body)))

    @app.action(actions.GAP_NONE)
    async def needs_none(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if (gap := await _open_gap(service, body, respond)) is not None:
            await _needs_none(service, body, respond, gap)

    @app.view(actions.VIEW_GAP)
    async def written(ack: AsyncAck, body: Body) -> None:
        words, user_id = service.words(None), user_of(body)
        gap, seen_ts = await _carried(service, body)
        if gap is None or gap.closed_at or (service.settings.managers and not service.is_manager(user_id)):
            refused: Key = "gap_unknown" if gap is None else "gap_closed" if gap.closed_at else "question_not_manager"
            await ack(response_action="update", view=said_view(words.say(refused), words))
            return
        said = answers(body["view"])
        passage = Written(" ".join(said.get(HEADING, "").split()), said.get(TEXT, ""), said.get(LANGUAGE, ""))
        if errors := _errors(service, passage, words):
            await ack(response_action="errors", errors=errors)
            return
        await ack(response_action="update", view=said_view(words.say("gap_publishing"), words))
        aside(_publish(service, publishing, gap, passage, str(body["view"]["id"]), user_id, seen_ts))


async def _open_gap(service: Service, body: Body, respond: AsyncRespond) -> Found | None:
    """The gap that a button is about, for a community manager; None after a sentence."""
    if not await serves(service, body, respond):
        return None
    id_ = str((body.get("actions") or [{}])[0].get("value", ""))[:_LONGEST_ID]
    async with service.database.read() as session:
        gap = await gaps.get(session, id_, service.team_id)
    if gap is None or gap.closed_at is not None:
        await whisper(service, body, respond, "gap_unknown" if gap is None else "gap_closed")
        return None
    return gap


async def _carried(service: Service, body: Body) -> tuple[Found | None, str]:
    """The gap that a modal was opened for, and where the report stands that it was opened from."""
    id_, _, seen_ts = str(body["view"].get("private_metadata", ""))[:_LONGEST_ID].partition(":")
    async with service.database.read() as session:
        return await gaps.get(session, id_, service.team_id), seen_ts


def _seen_ts(body: Body) -> str:
    return str((body.get("container") or {}).get("message_ts") or "")


async def _needs_none(service: Service, body: Body, respond: AsyncRespond, gap: Found) -> None:
    async with service.database.begin() as session:
        closed = await gaps.close(session, gap.id, service.clock.now(), None)
    if closed:
        aside(show_closed(service, gap.id, user_of(body), _seen_ts(body)))
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


async def _publish(
    service: Service,
    publishing: asyncio.Lock,
    gap: Found,
    passage: Written,
    view_id: str,
    user_id: str,
    seen_ts: str,
) -> None:
    """Publishes, closes the gap, and says so; what fails gives the manager their words back."""
    words = service.words(None)

    async def keep(key: Key) -> None:
        """Gives the words back, with what hindered them."""
        said = words.say(key)
        view = write_view(gap, words, passage, said, seen_ts=seen_ts)
        await _say(service, view_id, user_id, view, said)

    async with publishing:
        async with service.database.read() as session:
            now = await gaps.get(session, gap.id)
        if now is None or now.closed_at is not None:
            return await keep("gap_closed")
        try:
            id_ = await asyncio.to_thread(
                write, service.settings, passage.heading, passage.text, passage.language, user_id
            )
        except Exception as error:  # else the modal would say for ever that it is being published
            logger.warning("a passage could not be published: %s", type(error).__name__, exc_info=error)
            return await keep("gap_failed")
        async with service.database.begin() as session:
            closed = await gaps.close(session, gap.id, service.clock.now(), id_)
    said = words.say("gap_published", section=passage.heading) if closed else words.say("gap_published_too")
    await _say(service, view_id, user_id, said_view(said, words), said)
    return await show_closed(service, gap.id, user_id, seen_ts) if closed else None


async def _say(service: Service, view_id: str, user_id: str, view: View, sentence: str) -> None:
    """In the modal; where it was closed meanwhile, in the managers' channel for this person alone."""
    try:
        await service.gateway.client.views_update(view_id=view_id, view=view)
    except _FAILURES as error:
        logger.info("the modal isn't open any more: %s", type(error).__name__)
        if (channel := service.settings.escalation_channel) is not None:
            await service.gateway.whisper(channel, user_id, escaped(sentence))
