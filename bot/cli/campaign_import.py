"""Keeping the campaigns of a plan: which are new, which changed, and which can't be kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli.stored import BY
from bot.policy.engine import Policy
from bot.program.campaign_checks import Concern, check
from bot.program.campaign_file import PlanFile
from bot.program.knowledge import Program
from bot.program.models import Campaign, Reason
from bot.store import ambassadors, campaigns, nudges
from bot.store.program_models import CampaignRow
from bot.store.program_state import UNKNOWN, state


@dataclass(frozen=True)
class Outcome:
    """What became of one campaign of a plan."""

    campaign: Campaign
    what: Literal["new", "changed", "unchanged", "refused"]
    concerns: tuple[Concern, ...] = ()


async def bring(
    session: AsyncSession | None, plan: PlanFile, policy: Policy, program: Program, at: datetime, *, keep: bool
) -> list[Outcome]:
    """Compares a plan with what is kept, and keeps it, unless `keep` is False. `session` None: nothing is kept yet.

    A campaign that is known, in whichever workspace, is changed there; a new one waits for `bonvent serve` to adopt it.
    """
    if (
        keep and session is not None
    ):  # first, as everybody does: whoever plans meanwhile waits, and nobody for each other
        known_teams = await session.scalars(select(CampaignRow.team_id).distinct())
        for team in sorted({UNKNOWN, *known_teams}):
            await state(session, team, lock=True)
    rows = await campaigns.kept(session, None) if session is not None else []
    kept = [(row.team_id, campaigns.as_campaign(row)) for row in rows]
    people = None
    if session is not None:
        said_yes = await ambassadors.in_state(session, None, *ambassadors.JOINED)
        people = {row.user_id for row in said_yes}
    brought = {campaign.id for campaign in plan.campaigns}
    others = [*plan.campaigns, *(campaign for _, campaign in kept if campaign.id not in brought)]
    outcomes = []
    for campaign in plan.campaigns:
        known = [(team, other) for team, other in kept if other.id == campaign.id]
        if known and all(other == campaign for _, other in known):
            outcomes.append(Outcome(campaign, "unchanged"))
            continue
        concerns = tuple(check(campaign, others=others, policy=policy, program=program, now=at, ambassadors=people))
        if any(concern.blocking for concern in concerns):
            outcomes.append(Outcome(campaign, "refused", concerns))
            continue
        if keep and session is not None:
            for team in [team for team, _ in known] or [UNKNOWN]:
                await campaigns.save(session, team, campaign, BY, at)
                if campaign.opens > at:  # put off, or under an embargo: what is on its way stays here
                    await nudges.withdraw(session, team, at, Reason.CAMPAIGN_PAUSED, campaign_id=campaign.id)
        outcomes.append(Outcome(campaign, "changed" if known else "new", concerns))
    return outcomes


def without_database(work: Callable[[AsyncSession | None], Awaitable[list[Outcome]]]) -> list[Outcome]:
    """The same where there is no database yet, and none is to be made."""

    async def run() -> list[Outcome]:
        return await work(None)

    return asyncio.run(run())
