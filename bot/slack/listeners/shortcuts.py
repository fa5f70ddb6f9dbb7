"""Drafts that don't come as a message: from a modal, from one elsewhere; and what was taken for a question, or for a draft."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.coach.intake import LONGEST
from bot.slack import actions, modals
from bot.slack.answering import keep_draft
from bot.slack.aside import aside
from bot.slack.delivery import deliver
from bot.slack.inbound import pictures_of, text_of
from bot.slack.keys import Key
from bot.slack.listeners.body import Body, pressed, user_of
from bot.slack.listeners.doors import refuse_fields, served, served_in_modal, show, tell
from bot.slack.listeners.owner import owned_draft, whisper
from bot.slack.opening import Handed, hand_in
from bot.slack.policy_asking import meaning_of
from bot.slack.policy_messages import answer_draft
from bot.slack.service import Service
from bot.store import drafts, outbox
from bot.store.models import Draft, Message, Person, Turn

_OWN = (None, "file_share", "thread_broadcast", "me_message")


def register(app: AsyncApp, service: Service) -> None:
    @app.global_shortcut(actions.REVIEW_A_DRAFT)
    async def review_a_draft(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _open_draft(service, body, respond)

    @app.action(actions.HOME_REVIEW)
    async def home_review(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _open_draft(service, body, respond)

    @app.view(actions.VIEW_DRAFT)
    async def draft(ack: AsyncAck, body: Body) -> None:
        await _take_draft(service, body, ack)

    @app.message_shortcut(actions.COACH_THIS)
    async def coach_this(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _coach(service, body, respond)

    @app.action(actions.IS_DRAFT)
    async def is_draft(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _review_question(service, body, respond)

    @app.action(actions.IS_QUESTION)
    async def is_question(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        row = await owned_draft(service, body, pressed(body), respond)
        if row is not None:
            aside(_answer_draft(service, row))


async def _open_draft(service: Service, body: Body, respond: AsyncRespond) -> None:
    if await served(service, body, respond):
        words = await service.words_for(user_of(body))
        await show(service, body, respond, modals.draft_view(words, await _default_network(service, user_of(body))))


async def _take_draft(service: Service, body: Body, ack: AsyncAck) -> None:
    if not await served_in_modal(service, body, ack):
        return
    given = modals.answers(body["view"])
    text, network = given.get(modals.DRAFT, ""), given.get(modals.NETWORK, "")
    picture, link = given.get(modals.PICTURE, ""), given.get(modals.LINK, "")
    errors: dict[str, Key] = {}
    if network not in service.coach.policy.networks.networks:
        errors[modals.NETWORK] = "field_empty"
    if not text:
        errors[modals.DRAFT] = "field_empty"
    if link and not modals.is_link(link):
        errors[modals.LINK] = "field_link_wrong"
    if await refuse_fields(service, body, ack, errors):
        return
    handed = Handed(
        origin=f"view:{body['view']['id']}",
        user_id=user_of(body),
        text=modals.with_link(text, link),
        network=network,
        pictures=[picture] if picture else [],
    )
    if await hand_in(service, handed):
        await ack()
    else:
        await refuse_fields(service, body, ack, {modals.DRAFT: "failed"})


async def _coach(service: Service, body: Body, respond: AsyncRespond) -> None:
    if not await served(service, body, respond):
        return None
    message = body.get("message") or {}
    if not _is_own(message, user_of(body)):
        return await tell(service, body, respond, "coach_not_yours")
    meaning = meaning_of(service, modals.readable(text_of(message)))
    text = meaning.text.strip()
    if not text:
        return await tell(service, body, respond, "empty")
    if len(text) > LONGEST:
        return await tell(service, body, respond, "too_long", most=LONGEST)
    handed = Handed(
        origin=f"coach:{service.team_id}:{body['channel']['id']}:{message['ts']}",
        user_id=user_of(body),
        text=text,
        network=meaning.network or await _default_network(service, user_of(body)),
        pictures=pictures_of(message),
    )
    return await tell(service, body, respond, "coach_begun" if await hand_in(service, handed) else "failed")


def _is_own(message: dict[str, Any], user_id: str) -> bool:
    """Whether this person wrote it themselves; what an app posts for them isn't theirs."""
    by_app = message.get("bot_id") or message.get("bot_profile")
    return bool(user_id) and message.get("user") == user_id and not by_app and message.get("subtype") in _OWN


async def _review_question(service: Service, body: Body, respond: AsyncRespond) -> None:
    if not await served(service, body, respond):
        return None
    turn_id = pressed(body)
    async with service.database.read() as session:
        turn = await session.get(Turn, turn_id)
        message = await session.get(Message, turn.message_key) if turn is not None and turn.message_key else None
    if turn is None or message is None or turn.role != "author":
        return await _pressed_before(service, body, respond)
    if (message.team_id, message.user_id) != (service.team_id, user_of(body)):
        return await whisper(service, body, respond, "not_yours")
    meaning = meaning_of(service, turn.text)
    await keep_draft(service, message, turn, replace(meaning, intent="draft"))
    return await _go_on(service, message.key)


async def _answer_draft(service: Service, row: Draft) -> None:
    for id_ in await answer_draft(service, row):
        await deliver(service, id_)
    await service.database.wipe_traces()


async def _pressed_before(service: Service, body: Body, respond: AsyncRespond) -> None:
    """The question became a draft already, or it is gone."""
    channel_id = str((body.get("channel") or {}).get("id", ""))
    thread_ts = str((body.get("message") or {}).get("thread_ts", ""))
    async with service.database.read() as session:
        row = await drafts.in_thread(session, service.team_id, channel_id, thread_ts)
    if row is None or row.user_id != user_of(body):
        return await tell(service, body, respond, "stale")
    return await _go_on(service, row.origin)


async def _go_on(service: Service, message_key: str) -> None:
    """Asks for the review of a message's draft, and brings out what waits to be said to it."""
    async with service.database.read() as session:
        row = await drafts.from_origin(session, message_key)
        waiting = await outbox.waiting(session, message_key=message_key)
    await service.deliver_soon(waiting)
    if row is not None and row.network is not None:
        await service.ask_review(row.id, row.edition)


async def _default_network(service: Service, user_id: str) -> str | None:
    async with service.database.read() as session:
        chosen = await session.get(Person, (service.team_id, user_id))
    network = chosen.network if chosen is not None else None
    return network if network in service.coach.policy.networks.networks else None
