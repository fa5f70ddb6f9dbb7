"""Questions to humans, the community managers' side: one of them takes it, answers it, or gives it back."""

from __future__ import annotations

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.slack import actions
from bot.slack.escalating import redraw, send_answer
from bot.slack.escalation_blocks import ANSWER_INPUT, answer_view
from bot.slack.listeners.body import Body, carried, seen_ts, user_of
from bot.slack.listeners.doors import acknowledge, show
from bot.slack.listeners.owner import escalation_of, whisper
from bot.slack.modals import answers
from bot.slack.service import Service
from bot.slack.sharing import read_shared
from bot.store import escalations
from bot.store.models import Escalation


def register(app: AsyncApp, service: Service) -> None:
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
        await acknowledge(service, ack, _answered(service, body), body)


async def _take(service: Service, body: Body, respond: AsyncRespond) -> None:
    row = await escalation_of(service, body, respond)
    user_id = user_of(body)
    if row is None or not await serves(service, body, respond):
        return
    async with service.database.begin() as session:
        taken = await escalations.take(session, row.id, user_id)
        ids = await redraw(service, session, taken, seen_ts(body)) if taken is not None else []
        now = taken or await session.get(Escalation, row.id, populate_existing=True)
    await service.deliver_soon(ids)
    if now is None or (now.state, now.taken_by) != ("taken", user_id):
        await _not_theirs(service, body, respond, now)


async def _release(service: Service, body: Body, respond: AsyncRespond) -> None:
    row = await escalation_of(service, body, respond)
    if row is None or not await serves(service, body, respond):
        return
    async with service.database.begin() as session:
        released = await escalations.release(session, row.id, user_of(body))
        ids = await redraw(service, session, released, seen_ts(body)) if released is not None else []
    if released is None:
        await _not_theirs(service, body, respond, row)
        return
    await service.deliver_soon(ids)


async def _answer(service: Service, body: Body, respond: AsyncRespond) -> None:
    row = await escalation_of(service, body, respond)
    if row is None or not await serves(service, body, respond):
        return
    if row.shared is None or (row.state, row.taken_by) != ("taken", user_of(body)):
        await _not_theirs(service, body, respond, row)
        return
    view = answer_view(read_shared(row.shared), row.id, service.words(None))
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
    id_ = carried(body)
    async with service.database.begin() as session:
        answered = await escalations.answer(session, id_, user_id, said)
        ids = await send_answer(service, session, answered) if answered is not None else []
        now = answered or await session.get(Escalation, id_)
    await service.deliver_soon(ids)
    if now is not None and (now.state, now.taken_by) == ("answered", user_id):
        return None
    return words.say("question_not_taken" if now is not None and now.state == "open" else "question_closed")


async def serves(service: Service, body: Body, respond: AsyncRespond) -> bool:
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
