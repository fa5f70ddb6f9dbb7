"""Questions to a human, on a draft or on an answer: who asked, who has it, what is due. The first change of a state wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.base import token
from bot.store.models import Escalation, Outgoing
from bot.store.queries import insert_once

WAITING = ("open", "taken")
"""The states in which an answer is owed."""
_ABOUT = "escalation:"


def about(escalation_id: str) -> str:
    """What the outbox calls the post in the managers' channel."""
    return f"{_ABOUT}{escalation_id}"


async def ask(session: AsyncSession, *, origin: str, **fields: Any) -> tuple[Escalation, bool]:
    """The question from `origin`, and whether it is new."""
    new = await insert_once(session, Escalation, id=token(), origin=origin, state="open", **fields)
    return (await session.scalars(select(Escalation).where(Escalation.origin == origin))).one(), new


async def waiting_of(session: AsyncSession, **subject: str) -> Escalation | None:
    """What was asked about a draft (`draft_id=…`) or a policy question (`question_id=…`) and still waits for its answer."""
    query = select(Escalation).where(*_on(subject), Escalation.state.in_(WAITING))
    return (await session.scalars(query.order_by(Escalation.created_at).limit(1))).first()


async def all_of(session: AsyncSession, **subject: str) -> Sequence[Escalation]:
    """All that was asked about a draft (`draft_id=…`) or a policy question (`question_id=…`), oldest first."""
    return (await session.scalars(select(Escalation).where(*_on(subject)).order_by(Escalation.created_at))).all()


async def of_person(session: AsyncSession, team_id: str, user_id: str) -> Sequence[Escalation]:
    """All that somebody asked, oldest first."""
    query = select(Escalation).where(Escalation.team_id == team_id, Escalation.user_id == user_id)
    return (await session.scalars(query.order_by(Escalation.created_at))).all()


async def take(session: AsyncSession, id_: str, user_id: str) -> Escalation | None:
    """Gives an open question to somebody; None when it isn't open any more."""
    return await _change(session, id_, [Escalation.state == "open"], state="taken", taken_by=user_id)


async def release(session: AsyncSession, id_: str, user_id: str) -> Escalation | None:
    """Gives a question back; None when it isn't theirs."""
    return await _change(session, id_, _held_by(user_id), state="open", taken_by=None)


async def answer(session: AsyncSession, id_: str, user_id: str, text: str) -> Escalation | None:
    """Answers a question; None when it isn't theirs (any more)."""
    return await _change(session, id_, _held_by(user_id), state="answered", answer=text)


async def withdraw(session: AsyncSession, id_: str, *, also_answered: bool = False) -> Escalation | None:
    """Takes a question back: its words go. None when there is nothing to take back."""
    states = (*WAITING, "answered") if also_answered else WAITING
    return await _change(session, id_, [Escalation.state.in_(states)], state="withdrawn", shared=None, answer=None)


async def forget(session: AsyncSession, team_id: str, user_id: str) -> None:
    """Removes all that somebody asked."""
    await session.execute(delete(Escalation).where(Escalation.team_id == team_id, Escalation.user_id == user_id))


async def unanswered(session: AsyncSession, team_id: str) -> Sequence[Escalation]:
    """The managers' queue: what waits for an answer, the nearest deadline first."""
    query = select(Escalation).where(Escalation.team_id == team_id, Escalation.state.in_(WAITING))
    return (await session.scalars(query.order_by(Escalation.deadline, Escalation.id))).all()


async def note_reminder(session: AsyncSession, id_: str, now: datetime) -> Escalation | None:
    """Notes the reminder of a question that waits; None when it was given, or isn't needed any more."""
    where = [Escalation.state.in_(WAITING), Escalation.reminded_at.is_(None)]
    return await _change(session, id_, where, reminded_at=now)


async def note_overdue(session: AsyncSession, id_: str, now: datetime) -> Escalation | None:
    """Notes that a question's deadline passed; None when it was noted, or the question has its answer."""
    where = [Escalation.state.in_(WAITING), Escalation.overdue_at.is_(None)]
    return await _change(session, id_, where, overdue_at=now)


async def left_standing(session: AsyncSession) -> Sequence[Outgoing]:
    """Posts in the managers' channel whose question was withdrawn or is gone, and that still show its words."""
    query = (
        select(Outgoing)
        .outerjoin(Escalation, Outgoing.about == _ABOUT + Escalation.id)
        .where(
            Outgoing.kind == "post",
            Outgoing.posted_ts.is_not(None),
            Outgoing.about.startswith(_ABOUT),
            or_(Escalation.id.is_(None), Escalation.state == "withdrawn"),
        )
    )
    return (await session.scalars(query)).all()


async def recall(session: AsyncSession, id_: str, now: datetime, instead: dict[str, Any]) -> None:
    """What isn't posted yet of a question never is; of what may stand already, `instead` is posted if it doesn't."""
    pending = [Outgoing.about == about(id_), Outgoing.kind == "post", Outgoing.settled_at.is_(None)]
    untried = update(Outgoing).where(*pending, Outgoing.attempts == 0)
    await session.execute(untried.values(settled_at=now, payload=None, about=None))
    await session.execute(update(Outgoing).where(*pending).values(payload=instead))


def _on(subject: Mapping[str, str]) -> list[Any]:
    return [getattr(Escalation, name) == id_ for name, id_ in subject.items()]


def _held_by(user_id: str) -> list[Any]:
    return [Escalation.state == "taken", Escalation.taken_by == user_id]


async def _change(session: AsyncSession, id_: str, where: list[Any], **values: Any) -> Escalation | None:
    statement = update(Escalation).where(Escalation.id == id_, *where).values(**values).returning(Escalation)
    changed = await session.scalars(statement, execution_options={"populate_existing": True})
    return changed.first()
