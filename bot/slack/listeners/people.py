"""Somebody is another in Slack: a new time zone or language, deactivated, back, a guest now."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.member import member_of
from bot.slack.roster import seen
from bot.slack.service import Service


def register(app: AsyncApp, service: Service) -> None:
    @app.event("user_change")
    async def changed(event: dict[str, Any]) -> None:
        member = member_of(event.get("user") or {}, service.team_id)
        if member.id:
            service.gateway.changed(member.id)
            await seen(service, member)
