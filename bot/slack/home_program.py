"""The ambassadors' program in the Home tab: each of its rooms draws its own section."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.slack.freezing import freeze_section
from bot.slack.home_ambassador import ambassador_section
from bot.slack.home_campaigns import campaign_section
from bot.slack.home_front import front_section
from bot.slack.post import Block
from bot.slack.service import Service
from bot.slack.words import Words

Section = Callable[[Service, str, Words], Awaitable[list[Block]]]
"""(service, user id, words) → at most 15 blocks; none where this person has nothing to see or there is no program."""
SECTIONS: tuple[Section, ...] = (ambassador_section, campaign_section, front_section, freeze_section)
"""In the order of the tab."""
_MOST = 100
"""Blocks of a view: Slack's limit."""


async def program_blocks(service: Service, user_id: str, words: Words) -> list[Block]:
    """All sections for one person, below what stands in the tab anyway."""
    return [block for section in SECTIONS for block in await section(service, user_id, words)]


def within_limit(blocks: list[Block], program: list[Block]) -> list[Block]:
    """The tab with the program's sections, as far as Slack takes them."""
    return [*blocks, *program][:_MOST]
