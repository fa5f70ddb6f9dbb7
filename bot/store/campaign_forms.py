"""Campaigns as they were handed in with a modal, until they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.models import Campaign
from bot.store import campaigns
from bot.store.program_models import CampaignForm, CampaignRow
from bot.store.program_state import state
from bot.store.queries import insert_once

_KEPT = timedelta(days=1)
_LONGEST_ID = 40


async def put(
    session: AsyncSession,
    team_id: str,
    by: str,
    now: datetime,
    *,
    view_id: str,
    campaign_id: str | None,
    campaign: Campaign,
    shown: Sequence[Any] = (),
) -> CampaignForm:
    """Keeps what was handed in, in place of what the same modal brought before. `campaign_id`: the one that it changes."""
    await session.execute(delete(CampaignForm).where(CampaignForm.created_at < now - _KEPT))
    body = campaign.model_dump(mode="json")
    new = {"team_id": team_id, "handed_in_by": by, "campaign_id": campaign_id, "created_at": now}
    await insert_once(session, CampaignForm, view_id=view_id, body=body, shown=list(shown), saved=False, **new)
    form = await session.get_one(CampaignForm, view_id)
    form.saved = form.saved and form.body == body
    form.body, form.shown, form.handed_in_by = body, list(shown), by
    await session.flush()
    return form


async def get(session: AsyncSession, team_id: str, by: str, view_id: str) -> CampaignForm | None:
    """What this manager handed in with this modal."""
    form = await session.get(CampaignForm, view_id)
    return form if form is not None and (form.team_id, form.handed_in_by) == (team_id, by) else None


async def keep(session: AsyncSession, form: CampaignForm, now: datetime) -> CampaignRow | None:
    """Makes the campaign that was handed in, or changes it; the same again does no harm. None: it is gone meanwhile.

    A new one gets the id of its body, or one like it that is free.
    """
    await state(session, form.team_id, lock=True)  # of two that would get the same id the second sees the first
    await session.refresh(form)
    if form.saved and form.campaign_id is not None:
        return await campaigns.get(session, form.team_id, form.campaign_id)
    if form.campaign_id is None:
        form.campaign_id = await free_id(session, form.team_id, str(form.body["id"]))
    elif await campaigns.get(session, form.team_id, form.campaign_id) is None:
        return None
    campaign = Campaign.model_validate({**form.body, "id": form.campaign_id})
    await campaigns.save(session, form.team_id, campaign, form.handed_in_by, now)
    form.saved = True
    return await session.get_one(CampaignRow, (form.team_id, form.campaign_id))


async def free_id(session: AsyncSession, team_id: str, wanted: str) -> str:
    """The id, or one like it that no campaign has."""
    found, number = wanted, 1
    while await campaigns.get(session, team_id, found) is not None:
        number += 1
        found = f"{wanted[: _LONGEST_ID - len(f'-{number}')].rstrip('-')}-{number}"
    return found
