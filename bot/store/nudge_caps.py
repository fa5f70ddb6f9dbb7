"""The places that nudges take, each a unique row: so no two processes can give the same one twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.program_models import NudgeCap
from bot.store.queries import insert_once

_MOST_BUDGET = 7


async def take(session: AsyncSession, team_id: str, key: str, owner: str) -> bool:
    """A place under this key; True as well when the owner has it already."""
    if await insert_once(session, NudgeCap, team_id=team_id, key=key, nudge_id=owner):
        return True
    holder = await session.get(NudgeCap, (team_id, key), populate_existing=True)
    return holder is not None and holder.nudge_id == owner


async def take_minute(session: AsyncSession, team_id: str, channel_id: str, now: datetime, owner: str) -> bool:
    """The channel's place of this minute, for a nudge's id or a thread's first post; True as well when it has it already."""
    return await take(session, team_id, f"minute:{channel_id}:{now:%Y%m%d%H%M}", owner)


async def take_week(session: AsyncSession, team_id: str, user_id: str, week: str, budget: int, owner_id: str) -> bool:
    """A place of somebody's week (`2026-W48`), for a nudge or what asks as much of them. False: none is left."""
    places = week_places(user_id, week)
    query = select(NudgeCap.key).where(NudgeCap.team_id == team_id, NudgeCap.key.in_(places))
    taken = set(await session.scalars(query))
    if len(taken) >= budget:  # more than they count to now, where the budget was lowered within the week
        return False
    free = next(place for place in places[:budget] if place not in taken)
    return await take(session, team_id, free, owner_id)


def week_places(user_id: str, week: str) -> list[str]:
    """The keys of all places that anybody can have in a week."""
    return [f"week:{user_id}:{week}:{number}" for number in range(1, _MOST_BUDGET + 1)]


async def free_week(session: AsyncSession, team_id: str, owner_id: str) -> None:
    """Gives back the place that `take_week` took: it never reached them."""
    await session.execute(delete(NudgeCap).where(NudgeCap.team_id == team_id, NudgeCap.nudge_id == owner_id))
