"""How a campaign goes, in numbers that point at nobody."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.fit import Wanted
from bot.program.models import NudgeState
from bot.store import ambassadors, campaigns
from bot.store.program_models import CampaignRow, NudgeRow

FEWEST = 5
"""People of whom a number may be told."""


@dataclass(frozen=True)
class Figures:
    """None: fewer than five people."""

    ambassadors: int | None
    """Active ones whom it fits."""
    planned: int | None
    """Nudges to come of those that are laid out already: of the next hours."""
    sent: int | None


async def figures(session: AsyncSession, row: CampaignRow) -> Figures:
    """Each nudge of a campaign is another person's: so counts of nudges are counts of people."""
    wanted = Wanted.by(campaigns.as_campaign(row))
    people = await ambassadors.roster(session, row.team_id or None)
    fitting = sum(wanted.refuses(person) is None for person in people)
    counted = select(NudgeRow.state, func.count()).where(
        NudgeRow.team_id == row.team_id, NudgeRow.campaign_id == row.id
    )
    found = await session.execute(counted.group_by(NudgeRow.state))
    by_state: dict[str, int] = {row[0]: row[1] for row in found}
    coming = by_state.get(NudgeState.PLANNED, 0) + by_state.get(NudgeState.QUEUED, 0)
    return Figures(_told(fitting), _told(coming), _told(by_state.get(NudgeState.POSTED, 0)))


def _told(count: int) -> int | None:
    return count if count >= FEWEST else None
