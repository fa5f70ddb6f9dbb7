"""Questions about policy with their answers, and that somebody asked one outside of their direct message."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.base import token
from bot.store.models import Message, Outgoing, Question
from bot.store.queries import insert_once

ABOUT = "question:"
"""What the post with an answer is about: this, and behind it the question's id where the question is kept."""
_EARLIER = 5
"""Questions of a thread that a follow-up is understood with."""
_LOST = timedelta(seconds=20)
"""An asking that wasn't answered by then was lost in a crash: when Slack brings it again, it is answered."""


@dataclass(frozen=True)
class Thread:
    """A thread in which policy questions were answered."""

    earlier: tuple[str, ...] = field(default=(), repr=False)
    """The questions that are kept, oldest first."""
    language: str | None = None
    """Of the last kept answer."""
    all_kept: bool = True
    """False: one of its questions isn't kept, so what follows on it isn't, either."""


async def keep(session: AsyncSession, *, origin: str, now: datetime, **fields: Any) -> Question:
    """The question from `origin` with its answer, new or the one that is there already."""
    await insert_once(session, Question, id=token(), origin=origin, created_at=now, **fields)
    return (await session.scalars(select(Question).where(Question.origin == origin))).one()


async def thread(session: AsyncSession, team_id: str, channel_id: str, thread_ts: str) -> Thread | None:
    """What was asked in a thread so far; None where no answer to a question stands or waits to be posted."""
    answers = select(Outgoing.about).where(
        Outgoing.team_id == team_id,
        Outgoing.channel_id == channel_id,
        Outgoing.thread_ts == thread_ts,
        Outgoing.kind == "post",
        Outgoing.about.startswith(ABOUT),
        Outgoing.withdrawn_at.is_(None),
        Outgoing.settled_at.is_(None) | Outgoing.posted_ts.is_not(None),
    )
    about = list(await session.scalars(answers))
    if not about:
        return None
    asked = select(Question).where(
        Question.team_id == team_id, Question.channel_id == channel_id, Question.thread_ts == thread_ts
    )
    kept = list(await session.scalars(asked.order_by(Question.created_at, Question.id)))
    return Thread(
        tuple(question.text for question in kept[-_EARLIER:]),
        kept[-1].language if kept else None,
        ABOUT not in about,
    )


async def answers_to(session: AsyncSession, message_key: str) -> list[str]:
    """What the posts that answered a message as a question are about, each once."""
    query = select(Outgoing.about).where(Outgoing.message_key == message_key, Outgoing.about.startswith(ABOUT))
    return [about for about in await session.scalars(query.distinct()) if about]


async def remove_for_message(session: AsyncSession, message_key: str) -> str | None:
    """Removes the question that a message asked. Gives its id, if there was one."""
    statement = delete(Question).where(Question.origin == message_key).returning(Question.id)
    return (await session.scalars(statement)).first()


async def arrive(session: AsyncSession, key: str, team_id: str, user_id: str, now: datetime) -> bool:
    """Notes that somebody asked in a channel or by a command: not what, and not where. False: it is being answered already.

    `messages.settle` says that it was.
    """
    nowhere = {"channel_id": "", "ts": "", "thread_ts": "", "edited_ts": ""}
    row = {"key": key, "team_id": team_id, "user_id": user_id, "state": "received", "received_at": now, **nowhere}
    if await insert_once(session, Message, **row):
        return True
    known = await session.get_one(Message, key, with_for_update=True)
    if known.state != "received" or known.received_at > now - _LOST:
        return False
    known.received_at = now
    return True


async def share(session: AsyncSession, question_id: str, now: datetime) -> bool:
    """Notes that an answer is shared. False: it was shared already, or is gone."""
    statement = update(Question).where(Question.id == question_id, Question.shared_at.is_(None))
    return (await session.execute(statement.values(shared_at=now).returning(Question.id))).first() is not None


async def not_shared(session: AsyncSession, question_id: str) -> None:
    """Notes that sharing it didn't work: it may be tried again."""
    await session.execute(update(Question).where(Question.id == question_id).values(shared_at=None))
