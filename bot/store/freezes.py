"""Who is told of a crisis freeze: rows of the outbox whose `work` is `freeze:{number}:{person}`, one a person and freeze."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.models import NudgeState
from bot.store import outbox
from bot.store.models import Draft, Outgoing, StoredReview
from bot.store.program_models import CampaignRow, NudgeRow, ProgramState

OPEN = timedelta(days=7)
"""A draft that wasn't changed for longer is not about to be posted."""


def work(number: int, user_id: str) -> str:
    """Of the post that asks somebody to hold a draft."""
    return f"freeze:{number}:{user_id}"


def over_work(number: int, user_id: str) -> str:
    """Of the line that says that it is over."""
    return f"freeze-over:{number}:{user_id}"


async def lasting(session: AsyncSession, team_id: str) -> ProgramState | None:
    """The workspace's state, as it is now, if it is frozen."""
    row = await last(session, team_id)
    return row if row is not None and row.frozen_at is not None else None


async def last(session: AsyncSession, team_id: str) -> ProgramState | None:
    """The workspace's state, as it is now: `freezes` is the number of the last freeze; None: there never was anything."""
    return await session.get(ProgramState, team_id, populate_existing=True)


async def under_way(session: AsyncSession, team_id: str, now: datetime) -> tuple[int, int]:
    """How many nudges wait to go out, and how many active campaigns haven't ended."""
    waiting = NudgeRow.state.in_((NudgeState.PLANNED, NudgeState.QUEUED))
    nudges = select(func.count()).select_from(NudgeRow).where(NudgeRow.team_id == team_id, waiting)
    running = (CampaignRow.team_id == team_id, CampaignRow.state == "active", CampaignRow.ends > now)
    campaigns = select(func.count()).select_from(CampaignRow).where(*running)
    return (await session.scalars(nudges)).one(), (await session.scalars(campaigns)).one()


async def with_open_drafts(session: AsyncSession, team_id: str, frozen_at: datetime) -> dict[str, str]:
    """People with a draft that isn't posted, was there when it was frozen and was changed in the week before → their channel."""
    since = frozen_at - OPEN
    reviewed = select(StoredReview.id).where(StoredReview.draft_id == Draft.id, StoredReview.created_at > since)
    query = select(Draft.user_id, Draft.channel_id).where(
        Draft.team_id == team_id,
        Draft.posted_at.is_(None),
        Draft.thread_ts != "",
        Draft.created_at <= frozen_at,
        (Draft.created_at > since) | reviewed.exists(),
    )
    return {row[0]: row[1] for row in await session.execute(query.order_by(Draft.created_at))}


async def told(session: AsyncSession, team_id: str, number: int) -> Sequence[Outgoing]:
    """The posts of a freeze to people, whether they stand yet or not."""
    query = select(Outgoing).where(Outgoing.team_id == team_id, *_of(number))
    return list(await session.scalars(query.order_by(Outgoing.created_at, Outgoing.id)))


async def withdraw(session: AsyncSession, team_id: str, number: int, now: datetime) -> None:
    """Nobody else is told to hold a draft."""
    await outbox.withdraw(session, now, *_of(number), team_id=team_id)


def _of(number: int) -> tuple[ColumnElement[bool], ...]:
    return Outgoing.work.startswith(f"freeze:{number}:"), Outgoing.kind == "post"
