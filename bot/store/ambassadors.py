"""Ambassadors: who said yes, what they chose, and who is to be asked. See `AmbassadorRow` for the states."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.choices import Choices
from bot.program.models import Ambassador, Quiet
from bot.store.program_models import AmbassadorRow
from bot.store.program_state import touch
from bot.store.queries import insert_once

NUDGED = "active"
JOINED = ("active", "paused")
"""Who said yes: community managers see their names, and nobody else's."""


async def row_of(session: AsyncSession, team_id: str, user_id: str, now: datetime) -> AmbassadorRow:
    """Somebody's row, made when there is none: it says nothing then."""
    blank = Choices().columns() | {"state": "none", "tell_me": False, "origin": "self", "time_zone": "UTC"}
    await insert_once(session, AmbassadorRow, team_id=team_id, user_id=user_id, changed_at=now, **blank)
    return await session.get_one(AmbassadorRow, (team_id, user_id))


async def known(session: AsyncSession, team_id: str, user_id: str) -> AmbassadorRow | None:
    return await session.get(AmbassadorRow, (team_id, user_id))


async def change(session: AsyncSession, row: AmbassadorRow, now: datetime, **fields: Any) -> None:
    """Changes what somebody chose, and asks for a new plan. The workspace's state is held before the person's row, as everywhere."""
    await touch(session, row.team_id)
    for name, value in fields.items():
        setattr(row, name, value)
    row.changed_at = now
    await session.flush()


async def in_state(session: AsyncSession, team_id: str | None, *states: str) -> Sequence[AmbassadorRow]:
    """Rows in these states, by person; `team_id` None: of all workspaces."""
    query = select(AmbassadorRow).where(AmbassadorRow.state.in_(states))
    if team_id is not None:
        query = query.where(AmbassadorRow.team_id == team_id)
    return list(await session.scalars(query.order_by(AmbassadorRow.user_id)))


async def roster(session: AsyncSession, team_id: str | None) -> list[Ambassador]:
    """Those who may be nudged, as the planner knows them."""
    return [as_ambassador(row) for row in await in_state(session, team_id, NUDGED)]


def as_ambassador(row: AmbassadorRow) -> Ambassador:
    """A row as the planner knows it."""
    return Ambassador(user=row.user_id, time_zone=row.time_zone, since=row.since or row.changed_at, **_chosen(row))


def choices_of(row: AmbassadorRow) -> Choices:
    """What somebody chose, as a row has it."""
    return Choices(**_chosen(row))


def _chosen(row: AmbassadorRow) -> dict[str, Any]:
    return {
        "topics": tuple(row.topics),
        "networks": tuple(row.networks),
        "languages": tuple(row.languages),
        "days": tuple(row.days),
        "quiet": Quiet(row.quiet_from, row.quiet_to),
        "weekly_budget": row.weekly_budget,
        "in_channels": row.in_channels,
        "country": row.country,
    }
