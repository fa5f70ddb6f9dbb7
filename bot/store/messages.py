"""Messages that arrived: each one once, its newest edit, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.base import token
from bot.store.models import Draft, Message, Turn
from bot.store.queries import insert_once


@dataclass(frozen=True)
class Arrival:
    """A message as it came from Slack."""

    team_id: str
    channel_id: str
    user_id: str
    ts: str
    thread_ts: str
    text: str
    pictures: Sequence[str | None] = ()
    edited_ts: str = ""

    @property
    def key(self) -> str:
        return f"{self.team_id}:{self.channel_id}:{self.ts}"


async def receive(session: AsyncSession, arrival: Arrival, now: datetime, *, keep_words: bool = True) -> bool:
    """Keeps a message or its edit. False when there is nothing to do: answered already, deleted, or an older edit.

    Without `keep_words` only that it came is kept.
    """
    new = await insert_once(
        session,
        Message,
        key=arrival.key,
        team_id=arrival.team_id,
        user_id=arrival.user_id,
        channel_id=arrival.channel_id,
        ts=arrival.ts,
        thread_ts=arrival.thread_ts,
        edited_ts=arrival.edited_ts,
        state="received",
        received_at=now,
    )
    if not new:
        message = await session.get_one(Message, arrival.key, with_for_update=True)
        if message.state == "deleted" or message.user_id != arrival.user_id:
            return False
        if not _later(arrival.edited_ts, message.edited_ts):
            return message.state == "received" and arrival.edited_ts == message.edited_ts
        message.edited_ts = arrival.edited_ts
        message.state = "received"
        message.received_at = now
        message.answered_at = None
        await session.execute(delete(Turn).where(Turn.message_key == arrival.key))
    if keep_words:
        session.add(
            Turn(
                message_key=arrival.key,
                role="author",
                text=arrival.text,
                pictures=list(arrival.pictures),
                created_at=now,
            )
        )
    return True


async def receive_deletion(
    session: AsyncSession, team_id: str, channel_id: str, ts: str, now: datetime
) -> Message | None:
    """Marks a message as deleted and removes what it said. None when it was never ours or is gone already."""
    message = await session.get(Message, f"{team_id}:{channel_id}:{ts}", with_for_update=True)
    if message is None or message.state == "deleted":
        return None
    message.state = "deleted"
    message.answered_at = now
    await session.execute(delete(Turn).where(Turn.message_key == message.key))
    await session.execute(delete(Draft).where(Draft.origin == message.key))
    return message


async def turn_of(session: AsyncSession, message_key: str) -> Turn | None:
    """What the message says."""
    return (
        await session.scalars(
            select(Turn).where(Turn.message_key == message_key, Turn.role == "author").order_by(Turn.created_at.desc())
        )
    ).first()


async def earlier_turns(session: AsyncSession, draft_id: str, before: datetime) -> list[Turn]:
    """The conversation on a draft so far, oldest first."""
    query = select(Turn).where(Turn.draft_id == draft_id, Turn.created_at < before).order_by(Turn.created_at, Turn.id)
    return list(await session.scalars(query))


async def settle(session: AsyncSession, message_key: str, edited_ts: str, now: datetime) -> None:
    """Notes that the message was answered, unless a newer edit waits."""
    message = await session.get(Message, message_key, with_for_update=True)
    if message is not None and message.state == "received" and message.edited_ts == edited_ts:
        message.state = "answered"
        message.answered_at = now


async def waits_before(session: AsyncSession, message: Message, patience: timedelta, now: datetime) -> bool:
    """Whether an earlier message of the same thread still waits for its answer."""
    query = select(Message.key).where(
        Message.team_id == message.team_id,
        Message.channel_id == message.channel_id,
        Message.thread_ts == message.thread_ts,
        Message.state == "received",
        Message.received_at < message.received_at,
        Message.received_at > now - patience,
    )
    return (await session.scalars(query.limit(1))).first() is not None


async def count_since(session: AsyncSession, team_id: str, user_id: str, since: datetime) -> int:
    """How many messages somebody sent since then."""
    query = select(func.count()).where(
        Message.team_id == team_id, Message.user_id == user_id, Message.received_at >= since
    )
    return (await session.scalar(query)) or 0


def new_turn(draft_id: str, role: str, text: str, now: datetime, message_key: str | None = None) -> Turn:
    return Turn(
        id=token(), draft_id=draft_id, message_key=message_key, role=role, text=text, pictures=[], created_at=now
    )


def _later(edited: str, known: str) -> bool:
    try:
        return float(edited or 0) > float(known or 0)
    except ValueError:
        return False
