"""Conversations: the modal and the buttons of community managers, and those of the ambassadors who are asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.slack import actions, front_steps
from bot.slack.aside import aside
from bot.slack.escalating import channel_name
from bot.slack.front_modal import TOPIC, entry_of, errors_of, front_view
from bot.slack.fronting import is_frozen, move_on
from bot.slack.gateway import FAILURES
from bot.slack.home import publish
from bot.slack.keys import Key
from bot.slack.listeners.body import Body, pressed, seen_ts, user_of
from bot.slack.listeners.doors import manages, manages_in_modal, served, served_in_modal, show
from bot.slack.listeners.escalations import serves
from bot.slack.listeners.owner import whisper
from bot.slack.modals import notice_view
from bot.slack.service import Service
from bot.store import conversations
from bot.store.program_models import Conversation

Step = Callable[[Service, str, str], Awaitable[Key | None]]


def register(app: AsyncApp, service: Service) -> None:
    @app.action(actions.FRONT_HAND_IN)
    async def hand_in(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        manager = await manages(service, body, respond, "front_not_manager")
        if manager and await served(service, body, respond) and service.program.topics:
            words = await service.words_for(user_of(body))
            await show(service, body, respond, front_view(words, service.program, service.clock.now()))

    @app.view(actions.VIEW_FRONT)
    async def handed_in(ack: AsyncAck, body: Body) -> None:
        manager = await manages_in_modal(service, body, ack, "front_not_manager")
        if manager and await served_in_modal(service, body, ack):
            await _handed_in(service, ack, body)

    @app.action(actions.FRONT_CLOSE)
    async def close(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if await serves(service, body, respond):
            await _said(service, body, respond, await front_steps.close(service, pressed(body), _place(body)))

    @app.action(actions.FRONT_AGAIN)
    async def again(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if await serves(service, body, respond):
            await _said(service, body, respond, await front_steps.ask_again(service, pressed(body), _place(body)))

    @app.action(actions.FRONT_YES)
    async def yes(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if (row := await _asked(service, body, respond)) is not None:
            await _said(service, body, respond, await front_steps.take(service, row, user_of(body)))

    steps: dict[str, Step] = {
        actions.FRONT_NO: front_steps.decline,
        actions.FRONT_DRAFT: front_steps.begin_draft,
        actions.FRONT_DONE: front_steps.finish,
        actions.FRONT_BACK: front_steps.hand_back,
    }
    for action, step in steps.items():
        _listen(app, service, action, step)


def _listen(app: AsyncApp, service: Service, action: str, step: Step) -> None:
    @app.action(action)
    async def stepped(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if (row := await _asked(service, body, respond)) is not None:
            await _said(service, body, respond, await step(service, row.id, user_of(body)))


async def _handed_in(service: Service, ack: AsyncAck, body: Body) -> None:
    user_id = user_of(body)
    words = await service.words_for(user_id)
    entry = entry_of(body["view"])
    errors = errors_of(entry, words, service.program, service.clock.now())
    if errors or entry.deadline is None:
        await ack(response_action="errors", errors=errors)
        return
    try:
        origin = f"view:{body['view']['id']}"
        id_ = await front_steps.hand_in(service, entry, entry.deadline, user_id, origin)
    except FAILURES:
        await ack(response_action="errors", errors={TOPIC: words.say("failed")})
        return
    if id_ is None:
        await ack(response_action="errors", errors={TOPIC: words.say("front_nobody_fits")})
        return
    if service.settings.escalation_channel:
        said = words.say("front_handed_in", channel=await channel_name(service))
    else:
        said = words.say("front_handed_in_here")
    async with service.database.read() as session:
        said = f"{said} {words.say('front_frozen')}" if await is_frozen(service, session) else said
    await ack(response_action="update", view=notice_view(said, words, "title_front"))
    aside(_after(service, id_, user_id))


async def _after(service: Service, id_: str, user_id: str) -> None:
    await move_on(service, id_)
    await publish(service, user_id)


async def _said(service: Service, body: Body, respond: AsyncRespond, hindrance: Key | None) -> None:
    """A sentence on why it wasn't done; else what follows from it, which a tick would do too."""
    if hindrance is not None:
        await whisper(service, body, respond, hindrance)
    else:
        aside(move_on(service, pressed(body)))


async def _asked(service: Service, body: Body, respond: AsyncRespond) -> Conversation | None:
    """The conversation, for somebody who was asked to take it; None after a sentence."""
    id_, user_id = pressed(body), user_of(body)
    async with service.database.read() as session:
        row = await conversations.get(session, service.team_id, id_)
        ask = await conversations.ask_of(session, id_, user_id) if row is not None else None
    if row is None:
        await whisper(service, body, respond, "front_gone")
    elif ask is None:
        await whisper(service, body, respond, "front_not_yours")
    else:
        return row
    return None


def _place(body: Body) -> front_steps.Place:
    return str((body.get("channel") or {}).get("id") or ""), seen_ts(body)
