"""What a thread was begun for by "draft it with me": a campaign's nudge, or a conversation that somebody took."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import conversations, nudges, outbox
from bot.store.models import Draft, Message
from bot.store.program_models import Conversation


async def campaign_of(session: AsyncSession, said: Message | Draft) -> str | None:
    """The id of the campaign that a message or draft is for."""
    nudge_id = await _begun(session, said, "begin")
    nudge = await nudges.get(session, said.team_id, nudge_id) if nudge_id else None
    return nudge.campaign_id if nudge is not None and nudge.user_id == said.user_id else None


async def conversation_of(session: AsyncSession, said: Message | Draft) -> Conversation | None:
    """The conversation that it answers."""
    id_ = await _begun(session, said, "begin-front")
    return await conversations.get(session, said.team_id, id_) if id_ else None


async def _begun(session: AsyncSession, said: Message | Draft, kind: str) -> str | None:
    """What the thread's first post is about, where that is of this kind and their own."""
    root = await outbox.at(session, said.team_id, said.channel_id, said.thread_ts) if said.thread_ts else None
    about, _, id_ = ((root.about if root else None) or "").partition(":")
    return id_ if root is not None and root.user_id == said.user_id and about == kind else None
