"""Drafts and their reviews."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.coach.models import Review
from bot.store.base import token
from bot.store.models import Draft, StoredReview
from bot.store.queries import insert_once


async def create(session: AsyncSession, *, origin: str, now: datetime, **fields: Any) -> Draft:
    """The draft from `origin`, new or the one that is there already."""
    await insert_once(session, Draft, id=token(), origin=origin, edition=1, created_at=now, **fields)
    return (await session.scalars(select(Draft).where(Draft.origin == origin))).one()


async def from_origin(session: AsyncSession, origin: str) -> Draft | None:
    return (await session.scalars(select(Draft).where(Draft.origin == origin))).first()


async def in_thread(session: AsyncSession, team_id: str, channel_id: str, thread_ts: str) -> Draft | None:
    """The newest draft of a thread."""
    query = select(Draft).where(Draft.team_id == team_id, Draft.channel_id == channel_id, Draft.thread_ts == thread_ts)
    return (await session.scalars(query.order_by(Draft.created_at.desc()).limit(1))).first()


async def change(session: AsyncSession, draft: Draft, **fields: Any) -> None:
    """A new edition of the draft, which asks for a new review."""
    for name, value in fields.items():
        setattr(draft, name, value)
    draft.edition += 1
    draft.posted_at = None


async def keep_review(session: AsyncSession, draft: Draft, review: Review, now: datetime) -> StoredReview:
    """The review of the draft's current edition, kept once."""
    body = review.model_dump(mode="json")
    # "Protected" is never in a review's JSON; such a draft and its review go as soon as they are posted.
    await insert_once(
        session,
        StoredReview,
        id=token(),
        draft_id=draft.id,
        edition=draft.edition,
        text=draft.text,
        body=body,
        complained=[],
        created_at=now,
    )
    return (
        await session.scalars(
            select(StoredReview).where(StoredReview.draft_id == draft.id, StoredReview.edition == draft.edition)
        )
    ).one()


async def review_of(session: AsyncSession, review_id: str) -> tuple[StoredReview, Draft] | None:
    """A review with its draft."""
    query = select(StoredReview, Draft).join(Draft, Draft.id == StoredReview.draft_id)
    row = (await session.execute(query.where(StoredReview.id == review_id))).first()
    return (row[0], row[1]) if row else None


async def newest_review(session: AsyncSession, draft_id: str) -> StoredReview | None:
    query = select(StoredReview).where(StoredReview.draft_id == draft_id)
    return (await session.scalars(query.order_by(StoredReview.edition.desc()).limit(1))).first()


async def latest(session: AsyncSession, team_id: str, user_id: str, most: int) -> Sequence[tuple[Draft, StoredReview]]:
    """Somebody's last drafts with the newest review of each, newest first."""
    query = (
        select(Draft, StoredReview)
        .join(StoredReview, (StoredReview.draft_id == Draft.id) & (StoredReview.edition == Draft.edition))
        .where(Draft.team_id == team_id, Draft.user_id == user_id)
        .order_by(Draft.created_at.desc())
        .limit(most)
    )
    return [(row[0], row[1]) for row in await session.execute(query)]


async def unreviewed(session: AsyncSession, now: datetime, age: timedelta) -> Sequence[Draft]:
    """Drafts that could be reviewed and weren't: a crash may have left them between a button and its job."""
    reviewed = select(StoredReview.id).where(StoredReview.draft_id == Draft.id, StoredReview.edition == Draft.edition)
    query = select(Draft).where(
        Draft.network.is_not(None), Draft.thread_ts != "", Draft.created_at < now - age, ~reviewed.exists()
    )
    return list(await session.scalars(query))


async def remove(session: AsyncSession, draft_id: str) -> None:
    """The draft with its reviews and turns."""
    await session.execute(delete(Draft).where(Draft.id == draft_id))
