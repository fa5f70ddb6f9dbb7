"""Campaigns as they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.models import Campaign
from bot.store.base import token
from bot.store.program_models import CampaignRow
from bot.store.program_state import touch
from bot.store.queries import insert_once


async def save(session: AsyncSession, team_id: str, campaign: Campaign, by: str, now: datetime) -> bool:
    """Keeps a campaign, new or in place of the one with its id. Whether it is new. What was paused stays so."""
    body = campaign.model_dump(mode="json")
    times = {"starts": campaign.starts, "ends": campaign.ends, "changed_at": now}
    new = await insert_once(
        session,
        CampaignRow,
        team_id=team_id,
        id=campaign.id,
        body=body,
        state="active",
        created_by=by,
        salt=token(),
        created_at=now,
        **times,
    )
    if not new:
        row = await session.get_one(CampaignRow, (team_id, campaign.id))
        row.body, row.starts, row.ends, row.changed_at = body, campaign.starts, campaign.ends, now
        await session.flush()
    await touch(session, team_id)
    return new


async def get(session: AsyncSession, team_id: str, campaign_id: str) -> CampaignRow | None:
    return await session.get(CampaignRow, (team_id, campaign_id))


async def kept(session: AsyncSession, team_id: str | None, since: datetime | None = None) -> Sequence[CampaignRow]:
    """Campaigns by start; `since`: those that end later; `team_id` None: of all workspaces."""
    query = select(CampaignRow)
    if team_id is not None:
        query = query.where(CampaignRow.team_id == team_id)
    if since is not None:
        query = query.where(CampaignRow.ends > since)
    return list(await session.scalars(query.order_by(CampaignRow.starts, CampaignRow.id)))


async def pause(session: AsyncSession, row: CampaignRow, why: str, now: datetime) -> None:
    """Nobody is nudged for it until it is resumed; `why` is `by_manager` or `channel_gone`."""
    row.state, row.paused_why, row.changed_at = "paused", why, now
    await session.flush()
    await touch(session, row.team_id)


async def resume(session: AsyncSession, row: CampaignRow, now: datetime) -> None:
    row.state, row.paused_why, row.changed_at = "active", None, now
    await session.flush()
    await touch(session, row.team_id)


def as_campaign(row: CampaignRow) -> Campaign:
    return Campaign.model_validate(row.body)
