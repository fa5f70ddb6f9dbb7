"""What people chose."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.models import Person
from bot.store.queries import insert_once


async def person(session: AsyncSession, team_id: str, user_id: str) -> Person:
    """Somebody's row, made when there is none."""
    await insert_once(session, Person, team_id=team_id, user_id=user_id, keep_drafts=True)
    return await session.get_one(Person, (team_id, user_id))


async def greet(session: AsyncSession, team_id: str, user_id: str, now: datetime) -> bool:
    """Whether this is the first meeting; it isn't any more afterwards."""
    one = await person(session, team_id, user_id)
    if one.greeted_at is not None:
        return False
    one.greeted_at = now
    return True
