"""The first meeting, and the tab where it happens."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.slack.blocks import welcome_post
from bot.slack.service import Service
from bot.store.people import greet


def register(app: AsyncApp, service: Service) -> None:
    @app.event("app_home_opened")
    async def opened(event: dict[str, Any]) -> None:
        if event.get("tab") == "messages":
            await welcome(service, str(event["user"]), str(event["channel"]))


async def welcome(service: Service, user_id: str, channel_id: str) -> None:
    """Says what Bonvent is, once to each person, with three prompts to begin with."""
    member = await service.gateway.member(user_id)
    if service.refusal(member):
        return
    words = await service.words_for(user_id)
    async with service.database.begin() as session:
        if not await greet(session, service.team_id, user_id, service.clock.now()):
            return
        id_ = await service.put(
            session,
            f"welcome:{service.team_id}:{user_id}",
            welcome_post(
                words,
                company=service.company,
                model=service.coach.model.name if service.coach.model else None,
                retention_hours=service.settings.retention_days * 24,
            ),
            user_id=user_id,
            channel_id=channel_id,
        )
    await service.deliver_soon([id_])
    await service.gateway.suggest(channel_id, words.say("suggestions_title"), words.prompts())
