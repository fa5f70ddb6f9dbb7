"""How a campaign goes, in numbers that point at nobody."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.figures import told
from bot.program.fit import Wanted
from bot.program.models import NudgeState
from bot.store import ambassadors, campaigns
from bot.store.program_models import CampaignRow, NudgeRow


@dataclass(frozen=True)
class Figures:
    """None: fewer than five people."""

    ambassadors: int | None
    """Active ones whom it fits; of people who were named one by one none are counted: it would tell what somebody chose."""
    planned: int | None
    """Nudges to come of those that are laid out already: of the next hours."""
    sent: int | None


async def figures(session: AsyncSession, row: CampaignRow) -> Figures:
    """Each nudge of a campaign is another person's: so counts of nudges are counts of people."""
    campaign = campaigns.as_campaign(row)
    wanted = Wanted.by(campaign)
    people = await ambassadors.roster(session, row.team_id or None)
    fitting = sum(wanted.refuses(person) is None for person in people)
    counted = select(NudgeRow.state, func.count()).where(
        NudgeRow.team_id == row.team_id, NudgeRow.campaign_id == row.id
    )
    found = await session.execute(counted.group_by(NudgeRow.state))
    by_state: dict[str, int] = {row[0]: row[1] for row in found}
    coming = by_state.get(NudgeState.PLANNED, 0) + by_state.get(NudgeState.QUEUED, 0)
    named = campaign.audience is not None and campaign.audience.people
    return Figures(None if named else told(fitting), told(coming), told(by_state.get(NudgeState.POSTED, 0)))
