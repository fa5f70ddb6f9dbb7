"""What goes: by age, when somebody asks to be forgotten, or when they want nothing kept. And all that is kept of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.store import outbox, purge_program
from bot.store.models import (
    Complaint,
    Draft,
    Escalation,
    Gap,
    GapPassage,
    GapQuestion,
    Message,
    Outgoing,
    Person,
    Question,
    StoredReview,
    Turn,
)
from bot.store.queries import exported, owned, plain

REDELIVERED = timedelta(days=7)
"""How long we must know that a message was answered, whatever the retention: until then Slack may bring it again."""
_PATIENCE = timedelta(days=1)
"""What still waits for its answer isn't taken away before that, however short the retention."""
GAP_QUESTIONS = timedelta(days=180)
"""How long a question that the manual doesn't answer is kept, in nobody's name …"""
CLOSED_GAPS = timedelta(days=30)
"""… and how long once its gap was closed."""
_IN_FLIGHT = "forgotten"
"""What a post is about whose thread was forgotten while Slack was taking it."""


async def purge(session: AsyncSession, now: datetime, retention: timedelta) -> None:
    """Removes every word that was said longer than `retention` ago, and the rows that only served it.

    Where a post of ours stands is known, without a word of it, as long as it stands: so "forget me" reaches it. That
    somebody complained of a rule is known as well, without their words.
    """
    old = now - retention
    given_up = old - _PATIENCE
    await session.execute(
        delete(Draft).where(
            Draft.created_at < old,
            ~exists().where(StoredReview.draft_id == Draft.id, StoredReview.created_at >= old),
            or_(Draft.network.is_(None), _is_reviewed(), Draft.created_at < given_up),
        )
    )
    newest = select(Draft.edition).where(Draft.id == StoredReview.draft_id).scalar_subquery()
    await session.execute(delete(StoredReview).where(StoredReview.created_at < old, StoredReview.edition < newest))
    waiting = select(Message.key).where(Message.state == "received")
    unanswered = and_(Turn.message_key.is_not(None), Turn.message_key.in_(waiting), Turn.created_at >= given_up)
    await session.execute(delete(Turn).where(Turn.created_at < old, ~unanswered))
    await session.execute(
        delete(Message).where(
            Message.received_at < min(old, now - REDELIVERED),
            or_(Message.state != "received", Message.received_at < given_up),
            ~exists().where(Draft.origin == Message.key),
        )
    )
    await session.execute(delete(Question).where(Question.created_at < old))
    await _purge_gaps(session, now)
    await _purge_outbox(session, now, old)
    closed = Escalation.state.in_(("answered", "withdrawn"))
    await session.execute(delete(Escalation).where(Escalation.created_at < old, closed))
    await session.execute(update(Complaint).where(Complaint.created_at < old).values(comment=None))
    await purge_program.by_age(session, now, min(old, now - REDELIVERED))


async def _purge_gaps(session: AsyncSession, now: datetime) -> None:
    closed = select(Gap.id).where(Gap.closed_at < now - CLOSED_GAPS)
    done = or_(GapQuestion.asked_on < now - GAP_QUESTIONS, GapQuestion.gap_id.in_(closed))
    await session.execute(delete(GapQuestion).where(done))
    await session.execute(delete(GapPassage).where(GapPassage.created_at < now - _PATIENCE))
    await session.execute(delete(Gap).where(~exists().where(GapQuestion.gap_id == Gap.id)))


async def _purge_outbox(session: AsyncSession, now: datetime, old: datetime) -> None:
    removal = aliased(Outgoing)
    is_removed = exists().where(
        removal.kind == "delete",
        removal.settled_at.is_not(None),
        removal.channel_id == Outgoing.channel_id,
        removal.target_ts == Outgoing.posted_ts,
    )
    # The thread of a campaign is needed for as long as it runs, and the post of a conversation to be drawn anew.
    shared = [Outgoing.about.like(f"{kind}:%") for kind in ("escalation", "campaign", "front")]
    rooted = or_(*shared)
    of_somebody = or_(Outgoing.user_id.is_not(None), rooted)
    stands = and_(Outgoing.kind == "post", Outgoing.posted_ts.is_not(None), of_somebody, ~is_removed)
    # Its `work` keeps a job that runs again from saying the same twice: it is known for as long as the job may.
    known = min(old, now - REDELIVERED)
    await session.execute(delete(Outgoing).where(Outgoing.settled_at < known, ~stands))
    await session.execute(
        delete(Outgoing).where(Outgoing.settled_at.is_(None), Outgoing.created_at < known - _PATIENCE)
    )
    # Removals that "forget me" asked for are nobody's: once done they needn't be known.
    await session.execute(delete(Outgoing).where(Outgoing.settled_at.is_not(None), Outgoing.work.like("forget:%")))


async def let_go(session: AsyncSession, team_id: str, user_id: str) -> None:
    """Removes drafts and questions of somebody who wants none kept; a draft whose review isn't posted yet goes after it."""
    posting = exists().where(Outgoing.draft_id == Draft.id, Outgoing.settled_at.is_(None))
    await session.execute(delete(Draft).where(*owned(Draft, team_id, user_id), _is_reviewed(), ~posting))
    await session.execute(delete(Question).where(*owned(Question, team_id, user_id)))


async def forget(session: AsyncSession, team_id: str, user_id: str, now: datetime) -> list[tuple[str, str]]:
    """Removes all that is kept of somebody. Gives channel and time stamp of each message of ours that is to be removed.

    What they asked humans must be withdrawn before, so that it goes from the managers' channel too. Of their messages of
    the last days only the key stays, marked as deleted and nobody's: so one that Slack brings again isn't taken for a new
    one, and an answer under way is removed as soon as it stands.
    """
    await purge_program.forget(session, team_id, user_id, now)
    mine = and_(*owned(Outgoing, team_id, user_id))
    ours = await session.scalars(select(Outgoing).where(mine))
    standing = {(row.channel_id, ts) for row in ours if (ts := _stands_at(row)) is not None}
    under_way = and_(Outgoing.kind == "post", Outgoing.settled_at.is_(None), Outgoing.attempts > 0)
    await session.execute(
        update(Outgoing)
        .where(mine, under_way)
        .values(user_id=None, draft_id=None, payload=None, about=_IN_FLIGHT, settled_at=now)
    )
    await session.execute(delete(Outgoing).where(mine))
    await session.execute(delete(Escalation).where(*owned(Escalation, team_id, user_id)))
    await session.execute(delete(Draft).where(*owned(Draft, team_id, user_id)))
    await session.execute(delete(Question).where(*owned(Question, team_id, user_id)))
    await session.execute(delete(GapPassage).where(*owned(GapPassage, team_id, user_id)))
    keys = select(Message.key).where(*owned(Message, team_id, user_id))
    await session.execute(delete(Turn).where(Turn.message_key.in_(keys)))
    recent = Message.received_at >= now - REDELIVERED
    await session.execute(delete(Message).where(*owned(Message, team_id, user_id), ~recent))
    await session.execute(
        update(Message).where(*owned(Message, team_id, user_id)).values(user_id="", state="deleted", answered_at=now)
    )
    await session.execute(delete(Person).where(*owned(Person, team_id, user_id)))
    return sorted(standing)


async def in_flight(session: AsyncSession, now: datetime, age: timedelta) -> Sequence[Outgoing]:
    """Posts that Slack was taking while their thread was forgotten: they may stand there, and are to be removed."""
    query = select(Outgoing).where(Outgoing.about == _IN_FLIGHT, Outgoing.settled_at < now - age)
    return list(await session.scalars(query))


async def drop(session: AsyncSession, row: Outgoing) -> None:
    """Removes a row of the outbox that has served its purpose."""
    await session.execute(delete(Outgoing).where(Outgoing.id == row.id))


async def put_removals(
    session: AsyncSession, team_id: str, standing: Iterable[tuple[str, str]], now: datetime
) -> list[str]:
    """Asks for messages of ours (channel, time stamp) to be removed, in nobody's name. Gives the outbox ids to deliver."""
    return [
        await outbox.put(
            session, f"forget:{channel}:{ts}", now, kind="delete", team_id=team_id, channel_id=channel, target_ts=ts
        )
        for channel, ts in standing
    ]


async def unanswered(session: AsyncSession, now: datetime, age: timedelta) -> Sequence[Message]:
    """Messages that have waited for their answer for a while: a crash may have left them between being kept and queued."""
    query = select(Message).where(Message.state == "received", Message.received_at < now - age)
    return list(await session.scalars(query.order_by(Message.received_at)))


async def export(session: AsyncSession, team_id: str, user_id: str) -> dict[str, Any]:
    """All that is kept of somebody, as plain data for JSON: times are ISO 8601 in UTC."""
    drafts = select(Draft.id).where(*owned(Draft, team_id, user_id))
    messages = select(Message.key).where(*owned(Message, team_id, user_id))
    said = or_(Turn.draft_id.in_(drafts), Turn.message_key.in_(messages))
    person = await session.get(Person, (team_id, user_id))
    return {
        "team_id": team_id,
        "user_id": user_id,
        "settings": plain(person) if person else None,
        "messages": await exported(
            session, select(Message).where(Message.key.in_(messages)).order_by(Message.received_at)
        ),
        "turns": await exported(session, select(Turn).where(said).order_by(Turn.created_at)),
        "drafts": await exported(session, select(Draft).where(Draft.id.in_(drafts)).order_by(Draft.created_at)),
        "reviews": await exported(
            session,
            select(StoredReview).where(StoredReview.draft_id.in_(drafts)).order_by(StoredReview.created_at),
        ),
        "questions": await exported(
            session, select(Question).where(*owned(Question, team_id, user_id)).order_by(Question.created_at)
        ),
        "questions_to_humans": await exported(
            session, select(Escalation).where(*owned(Escalation, team_id, user_id)).order_by(Escalation.created_at)
        ),
        "passages": await exported(
            session, select(GapPassage).where(*owned(GapPassage, team_id, user_id)).order_by(GapPassage.created_at)
        ),
        "posts": await exported(
            session, select(Outgoing).where(*owned(Outgoing, team_id, user_id)).order_by(Outgoing.created_at)
        ),
        **await purge_program.export(session, team_id, user_id),
    }


def _is_reviewed() -> ColumnElement[bool]:
    return exists().where(StoredReview.draft_id == Draft.id, StoredReview.edition == Draft.edition)


def _stands_at(row: Outgoing) -> str | None:
    """Where a message of ours is that must go: a post that stands, or one whose removal wasn't done yet."""
    if row.kind == "post":
        return row.posted_ts
    return row.target_ts if row.kind == "delete" and row.settled_at is None else None
