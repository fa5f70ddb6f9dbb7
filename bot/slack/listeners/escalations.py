"""Ask a human: the author asks and may take it back; a community manager takes it, answers, or gives it back."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from datetime import timedelta

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.errors import SlackClientError

from bot.coach.models import Review
from bot.slack import actions
from bot.slack.aside import aside
from bot.slack.escalating import (
    channel_name,
    deliver_soon,
    redraw,
    send_answer,
    send_question,
    withdraw_question,
)
from bot.slack.escalation_blocks import ANSWER_INPUT, NOTE_INPUT, answer_view, ask_view, asking_view
from bot.slack.listeners.doors import Body, carried_review, first_field, show, user_of
from bot.slack.listeners.owner import owned_review, whisper
from bot.slack.modals import answers
from bot.slack.reviewing import draft_of
from bot.slack.rich_text import escaped
from bot.slack.service import Service
from bot.slack.sharing import Shared, shared
from bot.slack.words import Words
from bot.store import escalations
from bot.store.models import Draft, Escalation, StoredReview

logger = logging.getLogger(__name__)
_FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError)
_LONGEST_ID = 64


def register(app: AsyncApp, service: Service) -> None:
    @app.action(actions.ASK_HUMAN)
    async def ask(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _ask(service, body, respond)

    @app.view(actions.VIEW_ASK_HUMAN)
    async def asked(ack: AsyncAck, body: Body) -> None:
        await _acknowledge(service, ack, _asked(service, body), body)

    @app.action(actions.WITHDRAW)
    async def withdraw(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _withdraw(service, body, respond)

    @app.action(actions.TAKE)
    async def take(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _take(service, body, respond)

    @app.action(actions.RELEASE)
    async def release(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _release(service, body, respond)

    @app.action(actions.ANSWER)
    async def answer(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _answer(service, body, respond)

    @app.view(actions.VIEW_ANSWER)
    async def answered(ack: AsyncAck, body: Body) -> None:
        await _acknowledge(service, ack, _answered(service, body), body)


async def _ask(service: Service, body: Body, respond: AsyncRespond) -> None:
    found = await owned_review(service, body, respond)
    if found is None:
        return
    stored, row = found
    words = service.words(Review.model_validate(stored.body).language)
    sentence = _refusal(service, stored, row, words)
    if sentence is None:
        async with service.database.read() as session:
            asked = await escalations.waiting_of(session, row.id)
        sentence = words.say("question_already") if asked is not None else None
    if sentence is not None:
        await _tell(respond, sentence)
        return
    client = service.gateway.client
    try:
        # Slack waits three seconds for a modal, and the channel's name may take longer.
        opened = await client.views_open(trigger_id=str(body.get("trigger_id", "")), view=asking_view(words))
    except _FAILURES as error:
        logger.warning("a modal could not be opened: %s", type(error).__name__)
        await whisper(service, body, respond, "failed")
        return
    aside(_fill(service, str(opened["view"]["id"]), stored, row, words))


async def _fill(service: Service, view_id: str, stored: StoredReview, row: Draft, words: Words) -> None:
    share = await _share(service, stored, row)
    view = ask_view(share, await channel_name(service), stored.id, words)
    try:
        await service.gateway.client.views_update(view_id=view_id, view=view)
    except _FAILURES as error:  # closed meanwhile, or Slack is away: pressing the button again opens another
        logger.warning("a modal could not be filled: %s", type(error).__name__)


async def _asked(service: Service, body: Body) -> str | None:
    """Keeps the question and puts its posts in; what hinders it, if anything does."""
    view = body["view"]
    found = await carried_review(service, body)
    if found is None:
        return (await service.words_for(user_of(body))).say("stale")
    stored, row = found
    words = service.words(Review.model_validate(stored.body).language)
    origin = f"view:{view['id']}"
    if (sentence := _refusal(service, stored, row, words)) is not None:
        return sentence
    share = await _share(service, stored, row, answers(view).get(NOTE_INPUT, ""))
    now = service.clock.now()
    async with service.database.begin() as session:
        # With a lock: the draft may be deleted meanwhile, and what goes with it must know of this question.
        if await session.get(Draft, row.id, with_for_update=True) is None:
            return words.say("stale")
        waiting = await escalations.waiting_of(session, row.id)
        if waiting is not None and waiting.origin != origin:
            return words.say("question_already")
        question, new = await escalations.ask(
            session,
            origin=origin,
            team_id=row.team_id,
            user_id=row.user_id,
            draft_id=row.id,
            channel_id=row.channel_id,
            thread_ts=row.thread_ts,
            language=Review.model_validate(stored.body).language[:8],
            shared=share.model_dump(mode="json"),
            created_at=now,
            deadline=now + timedelta(hours=service.settings.escalation_hours),
        )
        ids = await send_question(service, session, question) if new else []
    await deliver_soon(service, ids)
    return None


def _refusal(service: Service, stored: StoredReview, row: Draft, words: Words) -> str | None:
    """Why this draft isn't shared with anybody, in words for its author."""
    contacts = service.coach.policy.company.contacts
    draft = draft_of(service, row, "").model_copy(update={"text": stored.text})
    if service.coach.policy.check(draft).protected:
        others = " · ".join(contact for contact in (contacts.people_team, contacts.whistleblowing) if contact)
        if others:
            return words.say("question_protected", contact=others)
        return words.say("question_protected_alone")
    if service.settings.escalation_channel is not None:
        return None
    if contacts.community_manager:
        return words.say("question_nobody", contact=contacts.community_manager)
    return words.say("question_nobody_known", company=service.company)


async def _share(service: Service, stored: StoredReview, row: Draft, note: str = "") -> Shared:
    member = await service.gateway.member(row.user_id)
    draft = draft_of(service, row, member.author).model_copy(update={"text": stored.text})
    return shared(draft, Review.model_validate(stored.body), service.coach.policy, note)


async def _withdraw(service: Service, body: Body, respond: AsyncRespond) -> None:
    row = await _question(service, body, respond)
    if row is None:
        return
    if row.user_id != user_of(body):
        await whisper(service, body, respond, "not_yours")
        return
    async with service.database.begin() as session:
        gone = await escalations.withdraw(session, row.id)
        ids = await withdraw_question(service, session, gone) if gone is not None else []
    if gone is None:
        await whisper(service, body, respond, "question_closed")
        return
    await deliver_soon(service, ids)
    await service.database.wipe_traces()


async def _take(service: Service, body: Body, respond: AsyncRespond) -> None:
    row = await _question(service, body, respond)
    user_id = user_of(body)
    if row is None or not await _serves(service, body, respond):
        return
    async with service.database.begin() as session:
        taken = await escalations.take(session, row.id, user_id)
        ids = await redraw(service, session, taken, _seen_ts(body)) if taken is not None else []
        now = taken or await session.get(Escalation, row.id, populate_existing=True)
    await deliver_soon(service, ids)
    if now is None or (now.state, now.taken_by) != ("taken", user_id):
        await _not_theirs(service, body, respond, now)


async def _release(service: Service, body: Body, respond: AsyncRespond) -> None:
    row = await _question(service, body, respond)
    if row is None or not await _serves(service, body, respond):
        return
    async with service.database.begin() as session:
        released = await escalations.release(session, row.id, user_of(body))
        ids = await redraw(service, session, released, _seen_ts(body)) if released is not None else []
    if released is None:
        await _not_theirs(service, body, respond, row)
        return
    await deliver_soon(service, ids)


async def _answer(service: Service, body: Body, respond: AsyncRespond) -> None:
    row = await _question(service, body, respond)
    if row is None or not await _serves(service, body, respond):
        return
    if row.shared is None or (row.state, row.taken_by) != ("taken", user_of(body)):
        await _not_theirs(service, body, respond, row)
        return
    view = answer_view(Shared.model_validate(row.shared), row.id, service.words(None))
    await show(service, body, respond, view)


async def _answered(service: Service, body: Body) -> str | None:
    """Keeps the answer and puts its posts in; what hinders it, if anything does."""
    view, user_id = body["view"], user_of(body)
    words = service.words(None)
    if service.settings.managers and not service.is_manager(user_id):
        return words.say("question_not_manager")
    said = answers(view).get(ANSWER_INPUT, "")
    if not said:
        return words.say("field_empty")
    id_ = str(view.get("private_metadata", ""))[:_LONGEST_ID]
    async with service.database.begin() as session:
        answered = await escalations.answer(session, id_, user_id, said)
        ids = await send_answer(service, session, answered) if answered is not None else []
        now = answered or await session.get(Escalation, id_)
    await deliver_soon(service, ids)
    if now is not None and (now.state, now.taken_by) == ("answered", user_id):
        return None
    return words.say("question_not_taken" if now is not None and now.state == "open" else "question_closed")


async def _question(service: Service, body: Body, respond: AsyncRespond) -> Escalation | None:
    """The question that a button is about, or None after a sentence."""
    id_ = str((body.get("actions") or [{}])[0].get("value", ""))[:_LONGEST_ID]
    async with service.database.read() as session:
        row = await session.get(Escalation, id_)
    if row is None or row.team_id != service.team_id:
        await whisper(service, body, respond, "question_closed")
        return None
    return row


async def _serves(service: Service, body: Body, respond: AsyncRespond) -> bool:
    """Whether somebody may answer: a community manager, or, where none is named, whoever is in their channel as no guest."""
    user_id = user_of(body)
    if service.settings.managers:
        allowed = service.is_manager(user_id)
    else:
        member = await service.gateway.member(user_id)
        here = str((body.get("channel") or {}).get("id")) == service.settings.escalation_channel
        # Without a name they could not be looked up: then they may be anybody.
        allowed = here and bool(member.name) and not (member.guest or member.stranger)
    if not allowed:
        await whisper(service, body, respond, "question_not_manager")
    return allowed


async def _not_theirs(service: Service, body: Body, respond: AsyncRespond, row: Escalation | None) -> None:
    if row is not None and row.state == "taken":
        await whisper(service, body, respond, "question_taken_already", who=f"<@{row.taken_by}>")
    elif row is not None and row.state == "open":
        await whisper(service, body, respond, "question_not_taken")
    else:
        await whisper(service, body, respond, "question_closed")


async def _tell(respond: AsyncRespond, sentence: str) -> None:
    if getattr(respond, "response_url", None):
        await respond(text=escaped(sentence), response_type="ephemeral", replace_original=False)


async def _acknowledge(service: Service, ack: AsyncAck, work: Awaitable[str | None], body: Body) -> None:
    """Closes the modal once its work is kept; else says why it isn't, and leaves what was written in its field."""
    try:
        sentence = await work
    except Exception as error:  # else the modal would close as if all were well
        logger.error("a submission failed: %s", type(error).__name__, exc_info=error)
        member = await service.gateway.member(user_of(body))
        sentence = service.words(member.language).say("failed")
    if sentence is None:
        await ack()
    else:
        await ack(response_action="errors", errors={first_field(body): sentence})


def _seen_ts(body: Body) -> str | None:
    return (body.get("container") or {}).get("message_ts")
