"""Fingerprints of drafts of a campaign: one a draft, as it reads now. They go with their draft."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.models import Draft
from bot.store.program_models import Fingerprint
from bot.store.queries import insert_once


async def keep(session: AsyncSession, draft: Draft, values: Sequence[int], now: datetime) -> None:
    """The fingerprint of the draft's current edition, in place of the last one. The draft must have a campaign."""
    new = await insert_once(
        session,
        Fingerprint,
        draft_id=draft.id,
        team_id=draft.team_id,
        campaign_id=draft.campaign_id,
        user_id=draft.user_id,
        values=list(values),
        created_at=now,
    )
    if not new:
        changed = update(Fingerprint).where(Fingerprint.draft_id == draft.id)
        await session.execute(changed.values(values=list(values), campaign_id=draft.campaign_id))


async def remove(session: AsyncSession, draft_id: str) -> None:
    """The draft isn't compared any more."""
    await session.execute(delete(Fingerprint).where(Fingerprint.draft_id == draft_id))


async def of_campaign(session: AsyncSession, team_id: str, campaign_id: str) -> Sequence[Fingerprint]:
    """All fingerprints that can be compared with each other."""
    query = select(Fingerprint).where(Fingerprint.team_id == team_id, Fingerprint.campaign_id == campaign_id)
    return list(await session.scalars(query.execution_options(populate_existing=True)))


async def tell(session: AsyncSession, draft_id: str, now: datetime) -> bool:
    """Notes that a draft's author is told that others say nearly the same. False: they were already."""
    told = update(Fingerprint).where(Fingerprint.draft_id == draft_id, Fingerprint.told_at.is_(None))
    return (await session.execute(told.values(told_at=now).returning(Fingerprint.draft_id))).first() is not None
