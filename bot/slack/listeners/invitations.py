"""An invitation's buttons, and how it is decided whom to invite. Whoever presses answers for themselves alone."""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.slack import actions
from bot.slack.aside import aside
from bot.slack.home import publish
from bot.slack.invite_blocks import ANSWERS, how_view
from bot.slack.inviting import answer
from bot.slack.listeners.body import Body, action_of, pressed, seen_ts, user_of
from bot.slack.listeners.doors import served, show
from bot.slack.listeners.owner import whisper
from bot.slack.service import Service

_BUTTON = re.compile("|".join(map(re.escape, ANSWERS)))


def register(app: AsyncApp, service: Service) -> None:
    @app.action(_BUTTON)
    async def answered(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if await served(service, body, respond):
            await _answer(service, body, respond)

    @app.action(actions.AMBASSADOR_HOW)
    async def how(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if await served(service, body, respond):
            words = await service.words_for(user_of(body))
            await show(service, body, respond, how_view(words, service.formula))


async def _answer(service: Service, body: Body, respond: AsyncRespond) -> None:
    said = ANSWERS[str(action_of(body)["action_id"])]
    member = await service.gateway.member(user_of(body))
    channel = str((body.get("channel") or {}).get("id", ""))
    hindered = await answer(service, member, said, pressed(body), seen_ts(body), channel)
    if hindered is not None:
        await whisper(service, body, respond, hindered)
    else:
        aside(publish(service, member.id))
