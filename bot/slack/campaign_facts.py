"""A campaign's facts as what a draft for it may use: handed to the coach beside the manual, cited as the campaign's."""

from __future__ import annotations

import hashlib
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.coach.given import SIGN
from bot.manual.models import Passage
from bot.program.models import Campaign
from bot.store import campaigns
from bot.store.models import Draft

MANUAL = "campaign"


def passages_of(campaign: Campaign) -> list[Passage]:
    """One passage a fact, then one for each link to read."""
    facts = [(f"fact-{number}", text) for number, text in enumerate(campaign.facts, start=1)]
    links = [(f"link-{number}", f"{m.title}: {m.url}") for number, m in enumerate(campaign.material, start=1)]
    version = hashlib.sha256("\n".join(text for _, text in (*facts, *links)).encode()).hexdigest()[:12]
    return [
        Passage(
            id=f"{SIGN}{campaign.id}#{anchor}",
            manual=MANUAL,
            language=campaign.language,
            version=version,
            anchor=anchor,
            heading=(campaign.name,),
            text=text,
        )
        for anchor, text in (*facts, *links)
    ]


async def facts_for(session: AsyncSession, draft: Draft, now: datetime) -> list[Passage]:
    """What the draft's campaign lets it use; nothing where it has none, it is gone, or its embargo isn't over."""
    campaign = await campaign_of(session, draft)
    if campaign is None or (campaign.embargo is not None and now < campaign.embargo):
        return []
    return passages_of(campaign)


async def campaign_of(session: AsyncSession, draft: Draft) -> Campaign | None:
    """The campaign that a draft was begun for, as it is now."""
    row = await campaigns.get(session, draft.team_id, draft.campaign_id) if draft.campaign_id else None
    try:
        return campaigns.as_campaign(row) if row is not None else None
    except ValidationError:  # kept by another version of Bonvent: the draft is reviewed all the same
        return None
