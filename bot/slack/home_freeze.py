"""The crisis freeze in the managers' Home."""

from __future__ import annotations

from bot.slack.freeze_blocks import home_blocks
from bot.slack.freezing import current, name_of
from bot.slack.post import Block
from bot.slack.service import Service
from bot.slack.words import Words


async def freeze_section(service: Service, user_id: str, words: Words) -> list[Block]:
    """Whether it is frozen, with the buttons for it; nothing for anybody else."""
    if not service.is_manager(user_id):
        return []
    freeze = await current(service)
    return home_blocks(words, freeze, await name_of(service, freeze.by, words) if freeze else "")
