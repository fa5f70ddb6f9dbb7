"""What of somebody's drafts tells whether they'd make a good ambassador. Read for them alone; nothing of it is kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.figures import told
from bot.store import outbox
from bot.store.ambassadors import JOINED
from bot.store.models import Draft, StoredReview
from bot.store.program_models import AmbassadorRow


@dataclass(frozen=True)
class FirstEdition:
    """A draft as it was first reviewed."""

    text: str = field(repr=False)
    body: dict[str, Any] = field(repr=False)
    """A `bot.coach.models.Review` in JSON."""
    at: datetime
    posted: bool


@dataclass(frozen=True)
class Counts:
    """Of a workspace, for its community managers; None: too few to tell."""

    ambassadors: int | None
    want_to_be_told: int | None
    """Of the others."""


def may_be_told(row: AmbassadorRow, now: datetime, wait: timedelta) -> bool:
    """Whether somebody asked to be told, and hasn't said anything since that forbids it."""
    waited = row.answered_at is None or row.answered_at <= now - wait
    return row.tell_me and (row.state == "none" or (row.state == "not_now" and waited))


async def to_look_at(
    session: AsyncSession, team_id: str, now: datetime, wait: timedelta, fewest_drafts: int
) -> list[str]:
    """People who may be told and have reviewed drafts enough, by id."""
    reviewed = (
        select(func.count())
        .select_from(Draft)
        .join(StoredReview, and_(StoredReview.draft_id == Draft.id, StoredReview.edition == 1))
        .where(Draft.team_id == team_id, Draft.user_id == AmbassadorRow.user_id)
        .scalar_subquery()
    )
    waited = or_(AmbassadorRow.answered_at.is_(None), AmbassadorRow.answered_at <= now - wait)
    query = select(AmbassadorRow.user_id).where(
        AmbassadorRow.team_id == team_id,
        AmbassadorRow.tell_me,
        or_(AmbassadorRow.state == "none", and_(AmbassadorRow.state == "not_now", waited)),
        reviewed >= fewest_drafts,
    )
    return list(await session.scalars(query.order_by(AmbassadorRow.user_id)))


async def first_editions(session: AsyncSession, team_id: str, user_id: str) -> list[FirstEdition]:
    """Somebody's drafts whose first review is still kept, oldest first."""
    query = (
        select(Draft, StoredReview)
        .join(StoredReview, and_(StoredReview.draft_id == Draft.id, StoredReview.edition == 1))
        .where(Draft.team_id == team_id, Draft.user_id == user_id)
        .order_by(Draft.created_at, Draft.id)
    )
    return [
        FirstEdition(stored.text, stored.body, draft.created_at, draft.posted_at is not None)
        for draft, stored in await session.execute(query)
    ]


def about(invitation: str) -> str:
    """What the outbox calls an invitation."""
    return f"invite:{invitation}"


async def call_off(session: AsyncSession, row: AmbassadorRow, now: datetime) -> None:
    """They don't want to be told any more: an invitation that isn't posted yet won't be. In the caller's transaction."""
    if row.state != "invited" or row.invitation is None:
        return
    if not await outbox.posted(session, about=about(row.invitation)):
        await outbox.withdraw(session, now, about=about(row.invitation))
        row.state, row.invitation, row.changed_at = "none", None, now


async def counts(session: AsyncSession, team_id: str) -> Counts:
    """How many are ambassadors, and how many others want to be told; each only from five on."""
    ambassador = AmbassadorRow.state.in_(JOINED)

    async def count(*where: Any) -> int | None:
        query = select(func.count()).select_from(AmbassadorRow).where(AmbassadorRow.team_id == team_id, *where)
        return told(await session.scalar(query) or 0)

    return Counts(await count(ambassador), await count(AmbassadorRow.tell_me, ~ambassador))
