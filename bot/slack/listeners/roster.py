"""What somebody presses about being an ambassador: each acts on their own row only, and nothing asks back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.slack import actions
from bot.slack.aside import aside
from bot.slack.home import publish
from bot.slack.home_ambassador import TELL
from bot.slack.listeners.body import Body, action_of, carried, user_of
from bot.slack.listeners.doors import served, served_in_modal, show, tell
from bot.slack.listeners.owner import whisper
from bot.slack.modals import notice_view
from bot.slack.roster import Done, decline, join, leave, offered, pause, resume, tell_me
from bot.slack.roster_modal import CHANGES, read_choices, roster_view
from bot.slack.service import Service
from bot.store import ambassadors

_STANDING = (*ambassadors.JOINED, "to_confirm")
"""In these states what was chosen stands in the row."""
Act = Callable[[Service, str], Awaitable[Done]]


def register(app: AsyncApp, service: Service) -> None:
    @app.action(actions.AMBASSADOR_JOIN)
    async def wants_to(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _open(service, body, respond)

    @app.action(actions.AMBASSADOR_SETTINGS)
    async def settings(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _open(service, body, respond)

    @app.view(actions.VIEW_ROSTER)
    async def chosen(ack: AsyncAck, body: Body) -> None:
        await _chosen(service, body, ack)

    @app.action(actions.AMBASSADOR_TELL)
    async def tell_or_not(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        wanted = TELL in [each.get("value") for each in action_of(body).get("selected_options") or ()]
        await _act(service, body, respond, lambda service, user_id: tell_me(service, user_id, wanted))

    @app.action(actions.AMBASSADOR_RESUME)
    async def go_on(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _act(service, body, respond, resume)

    @app.action(actions.AMBASSADOR_YES)
    async def said_yes(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _act(service, body, respond, join)

    # These are done before anything else, and for anybody: nothing may stand in the way of an opt-out.

    @app.action(actions.AMBASSADOR_PAUSE)
    async def pauses(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        done = await pause(service, user_of(body))
        await ack()
        await _say(service, body, respond, done)

    @app.action(actions.AMBASSADOR_LEAVE)
    async def leaves(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        done = await leave(service, user_of(body))
        await ack()
        await _say(service, body, respond, done)

    @app.action(actions.AMBASSADOR_NO)
    async def said_no(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        done = await decline(service, user_of(body))
        await ack()
        await _say(service, body, respond, done)


async def _open(service: Service, body: Body, respond: AsyncRespond) -> None:
    if not await served(service, body, respond):
        return
    if not service.program.topics:
        await tell(service, body, respond, "invite_no_program")
        return
    words = await service.words_for(user_of(body))
    async with service.database.read() as session:
        row = await ambassadors.known(session, service.team_id, user_of(body))
    offers = offered(service)
    standing = ambassadors.choices_of(row) if row is not None and row.state in _STANDING else None
    joined = row is not None and row.state in ambassadors.JOINED
    chosen = standing or offers.defaults(words.language)
    await show(service, body, respond, roster_view(chosen, words, offers, joined=joined))


async def _chosen(service: Service, body: Body, ack: AsyncAck) -> None:
    if not await served_in_modal(service, body, ack):
        return
    user_id = user_of(body)
    words = await service.words_for(user_id)
    if not service.program.topics:
        await ack(response_action="update", view=notice_view(words.say("invite_no_program"), words))
        return
    choices, errors = read_choices(body["view"], offered(service))
    if choices is None:
        await ack(response_action="errors", errors={field: words.say(key) for field, key in errors.items()})
        return
    done = await join(service, user_id, choices, changes=carried(body) == CHANGES)
    await ack(response_action="update", view=notice_view(words.say(done.says), words))
    aside(publish(service, user_id))


async def _act(service: Service, body: Body, respond: AsyncRespond, act: Act) -> None:
    if await served(service, body, respond):
        await _say(service, body, respond, await act(service, user_of(body)))


async def _say(service: Service, body: Body, respond: AsyncRespond, done: Done) -> None:
    """Says in a line what was done: beside the button, or at the top of the Home tab."""
    if getattr(respond, "response_url", None):
        await whisper(service, body, respond, done.says)
    aside(publish(service, user_of(body), done.says))
