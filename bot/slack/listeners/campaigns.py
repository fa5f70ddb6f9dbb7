"""Campaigns in Home, for community managers: planned and changed in a modal, paused and resumed by a menu. For nobody else."""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.slack import actions
from bot.slack.aside import aside
from bot.slack.campaign_calendar import EDIT, PAUSE
from bot.slack.campaign_desk import Handed, edit_view, hand_in, new_view, pause, resume, save_anyway
from bot.slack.home import publish
from bot.slack.keys import Key
from bot.slack.listeners.body import Body, selected, user_of
from bot.slack.listeners.doors import manages, manages_in_modal, show, tell
from bot.slack.service import Service

_WHOSE: Key = "campaign_not_manager"
_VALUE = re.compile(r"(edit|pause|resume):([a-z0-9-]{1,48})")


def register(app: AsyncApp, service: Service) -> None:
    @app.action(actions.CAMPAIGN_PLAN)
    async def plan(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if await manages(service, body, respond, _WHOSE):
            await show(service, body, respond, await new_view(service, user_of(body)))

    @app.action(actions.CAMPAIGN_MENU)
    async def menu(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if await manages(service, body, respond, _WHOSE):
            await _menu(service, body, respond)

    @app.view(actions.VIEW_CAMPAIGN)
    async def handed_in(ack: AsyncAck, body: Body) -> None:
        if await manages_in_modal(service, body, ack, _WHOSE):
            await _answer(service, body, ack, await hand_in(service, user_of(body), body["view"]))

    @app.view(actions.VIEW_CAMPAIGN_ANYWAY)
    async def anyway(ack: AsyncAck, body: Body) -> None:
        if await manages_in_modal(service, body, ack, _WHOSE):
            await _answer(service, body, ack, await save_anyway(service, user_of(body), body["view"]))


async def _menu(service: Service, body: Body, respond: AsyncRespond) -> None:
    chosen = _VALUE.fullmatch(selected(body))
    if chosen is None:
        await tell(service, body, respond, "campaign_gone")
    elif chosen[1] == EDIT:
        view = await edit_view(service, user_of(body), chosen[2])
        if isinstance(view, str):
            await tell(service, body, respond, view)
        else:
            await show(service, body, respond, view)
    else:
        work = pause if chosen[1] == PAUSE else resume
        aside(publish(service, user_of(body), await work(service, chosen[2])))


async def _answer(service: Service, body: Body, ack: AsyncAck, handed: Handed) -> None:
    await ack(**handed.answer)
    if handed.note is not None:
        aside(publish(service, user_of(body), handed.note))
