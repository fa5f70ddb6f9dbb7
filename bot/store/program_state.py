"""What a workspace's program is in: what changed since it was planned, and whether it is frozen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.program_models import AmbassadorRow, CampaignRow, ProgramState
from bot.store.queries import insert_once

UNKNOWN = ""
"""The team of what was imported on the command line before `bonvent serve` knew its workspace."""


async def state(session: AsyncSession, team_id: str, *, lock: bool = False) -> ProgramState:
    """The workspace's row, made when there is none. `lock`: nobody else changes it until this transaction ends."""
    await insert_once(session, ProgramState, team_id=team_id, changes=0, planned_changes=-1, freezes=0)
    query = select(ProgramState).where(ProgramState.team_id == team_id)
    return (await session.scalars(query.with_for_update() if lock else query)).one()


async def touch(session: AsyncSession, team_id: str) -> None:
    """Something changed that the plan rests on: it is made anew at the next tick."""
    await state(session, team_id)
    changed = update(ProgramState).where(ProgramState.team_id == team_id)
    await session.execute(changed.values(changes=ProgramState.changes + 1))


async def adopt(session: AsyncSession, team_id: str) -> bool:
    """Takes over what was imported before the workspace was known. Whether there was anything."""
    campaigns = list(await session.scalars(select(CampaignRow).where(CampaignRow.team_id == UNKNOWN)))
    people = list(await session.scalars(select(AmbassadorRow).where(AmbassadorRow.team_id == UNKNOWN)))
    for campaign in campaigns:
        older = await session.get(CampaignRow, (team_id, campaign.id))
        if older is None:
            campaign.team_id = team_id
        else:  # imported again: the newer one
            older.body, older.starts, older.ends = campaign.body, campaign.starts, campaign.ends
            older.state, older.paused_why, older.changed_at = campaign.state, campaign.paused_why, campaign.changed_at
            await session.delete(campaign)
    for person in people:
        if await session.get(AmbassadorRow, (team_id, person.user_id)) is None:
            person.team_id = team_id
        else:  # what they chose themselves stays
            await session.delete(person)
    if not campaigns and not people:
        return False
    await session.flush()
    await touch(session, team_id)
    return True


async def freeze(session: AsyncSession, team_id: str, by: str, statement: str, now: datetime) -> bool:
    """Stops everything. False: it was frozen already, and only the statement is new; an empty one leaves the old one."""
    row = await state(session, team_id, lock=True)
    fresh = row.frozen_at is None
    row.statement = statement or (None if fresh else row.statement)
    if fresh:
        row.frozen_at, row.frozen_by, row.freezes = now, by, row.freezes + 1
        await touch(session, team_id)
    return fresh


async def lift(session: AsyncSession, team_id: str) -> bool:
    """Ends a freeze. False: there was none."""
    row = await state(session, team_id, lock=True)
    if row.frozen_at is None:
        return False
    row.frozen_at, row.frozen_by, row.statement = None, None, None
    await touch(session, team_id)
    return True
