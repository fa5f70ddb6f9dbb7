"""What community managers see of all: figures without a person in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.models import Complaint


async def complaints(session: AsyncSession, team_id: str) -> Mapping[str, Mapping[str, int]]:
    """Rule id → reason → how often somebody said that a remark of this rule wasn't right."""
    query = select(Complaint.rule, Complaint.reason, func.count()).where(Complaint.team_id == team_id)
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for rule, reason, count in await session.execute(query.group_by(Complaint.rule, Complaint.reason)):
        counted[rule][reason] = count
    return counted
