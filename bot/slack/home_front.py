"""Conversations for ambassadors in the Home tab of a community manager."""

from __future__ import annotations

from typing import cast

from bot.slack import actions as ids
from bot.slack.front_blocks import State, state_line
from bot.slack.front_telling import facts_of
from bot.slack.post import Block
from bot.slack.rich_text import actions, bullets, button, context, header, line, rich_text, section, text
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import conversations

_MOST = 10


async def front_section(service: Service, user_id: str, words: Words) -> list[Block]:
    """For community managers where there are topics; nobody else has anything to see here."""
    if not service.is_manager(user_id) or not service.program.topics:
        return []
    async with service.database.read() as session:
        rows = await conversations.known(session, service.team_id, *conversations.OPEN)
    blocks: list[Block] = [header(words.say("front_heading")), line(words.say("front_how"))]
    if rows:
        lines = [
            state_line(facts_of(service, row, words), words, cast(State, row.state), row.taken_by)
            for row in rows[:_MOST]
        ]
        blocks.append(rich_text(section(text(words.say("front_open"), bold=True)), bullets(lines)))
    else:
        blocks.append(context(words.say("front_none")))
    if len(rows) > _MOST:
        blocks.append(context(words.say("front_more", count=len(rows) - _MOST)))
    return [*blocks, actions([button(words.say("button_front_hand_in"), ids.FRONT_HAND_IN, "home")])]
