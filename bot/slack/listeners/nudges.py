"""The buttons of a nudge. Each works for the person it is for alone; where others see it, they are told whose it is."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.slack import actions, nudge_answers
from bot.slack.gateway import FAILURES
from bot.slack.listeners.body import Body, action_of, user_of
from bot.slack.listeners.owner import whisper
from bot.slack.nudge_answers import Said
from bot.slack.rich_text import escaped
from bot.slack.service import Service
from bot.store import nudges
from bot.store.program_models import NudgeRow

logger = logging.getLogger(__name__)
_LONGEST = 96  # of a nudge's id
Answer = Callable[[Service, NudgeRow], Awaitable[Said]]


def register(app: AsyncApp, service: Service) -> None:
    @app.action(actions.NUDGE_DRAFT)
    async def draft_it(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _answer(service, body, respond, _draft)

    @app.action(actions.NUDGE_LATER)
    async def later_today(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _answer(service, body, respond, nudge_answers.later_today)

    @app.action(actions.NUDGE_NOT_FOR_ME)
    async def not_for_me(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _answer(service, body, respond, nudge_answers.not_for_me)

    @app.action(actions.NUDGE_FEWER)
    async def fewer(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _answer(service, body, respond, nudge_answers.fewer)


async def _draft(service: Service, row: NudgeRow) -> Said:
    return await nudge_answers.draft_it(service, row, await service.gateway.direct_channel(row.user_id))


async def _answer(service: Service, body: Body, respond: AsyncRespond, answer: Answer) -> None:
    """Does what was pressed, and says so to whoever pressed it where the message itself doesn't."""
    row = await _own(service, body, respond)
    if row is None:
        return None
    try:
        said = await answer(service, row)
    except FAILURES as error:
        logger.warning("a nudge could not be answered: %s", type(error).__name__)
        return await whisper(service, body, respond, "failed")
    if not said.shown:
        await respond(text=escaped(said.text), response_type="ephemeral", replace_original=False)
    return None


async def _own(service: Service, body: Body, respond: AsyncRespond) -> NudgeRow | None:
    """The nudge that a button is about, for the person it is for; None after a sentence."""
    id_ = str(action_of(body).get("value", ""))[:_LONGEST]
    async with service.database.read() as session:
        row = await nudges.get(session, service.team_id, id_)
    if row is None:
        await whisper(service, body, respond, "nudge_unknown")
        return None
    if row.user_id != user_of(body) and row.channel_id is None:
        await whisper(service, body, respond, "nudge_unknown")  # that they got it is known to them alone
        return None
    if row.user_id != user_of(body):
        whose = (await service.gateway.member(row.user_id)).name
        await whisper(service, body, respond, "nudge_for", who=escaped(whose))
        return None
    return row
