"""Whether a campaign's thread can stand in a channel."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError

from bot.slack.gateway import FAILURES
from bot.slack.keys import Key
from bot.slack.service import Service

logger = logging.getLogger(__name__)
_WAIT_S = 1.5
"""Slack wants its answer to a submission within 3 s."""
_UNSEEN = ("channel_not_found", "not_in_channel", "is_archived")


@dataclass(frozen=True)
class Place:
    """A channel as Slack shows it to us; `trouble` says why we can't post there."""

    name: str = ""
    trouble: Key | None = None

    @property
    def lost(self) -> bool:
        """Whether it is known that we can't."""
        return self.trouble not in (None, "campaign_channel_no_answer")


async def look(service: Service, channel_id: str) -> Place:
    """Looks at a channel; doesn't wait long for Slack."""
    try:
        async with asyncio.timeout(_WAIT_S):
            answer = await service.gateway.client.conversations_info(channel=channel_id)
    except FAILURES as error:
        logger.info("a campaign's channel could not be looked at: %s", type(error).__name__)
        refused = isinstance(error, SlackApiError) and error.response.get("error") in _UNSEEN
        return Place(trouble="campaign_channel_unknown" if refused else "campaign_channel_no_answer")
    channel = answer.get("channel") or {}
    name = f"#{channel['name']}" if channel.get("name") else ""
    if channel.get("is_archived"):
        return Place(name, "campaign_channel_archived")
    if not channel.get("is_member"):
        return Place(name, "campaign_channel_not_member")
    if channel.get("is_ext_shared"):
        return Place(name, "campaign_channel_shared")
    return Place(name)
