"""Drafts of one campaign that say nearly the same: an author is told so, and never who else, nor by whom."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.coach.models import Review
from bot.figures import told
from bot.program import likeness
from bot.program.models import Campaign
from bot.slack.campaign_facts import campaign_of
from bot.slack.nudge_ideas import angles_of
from bot.slack.post import Post
from bot.slack.rich_text import bullets, escaped, rich_text, section, shortened, text
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import campaigns, fingerprints
from bot.store.models import Draft
from bot.store.program_models import NudgeRow

_ANGLE = 200  # characters


async def fingerprint_of(service: Service, row: Draft, review: Review) -> list[int] | None:
    """How a draft of a campaign sounds; None: it isn't compared. Before the transaction that keeps the review."""
    if row.campaign_id is None or review.protected:
        return None
    async with service.database.read() as session:
        kept = await campaigns.get(session, row.team_id, row.campaign_id)
        campaign = await campaign_of(session, row)
    if kept is None or campaign is None:
        return None
    given = [*_of_everybody(campaign), *service.coach.policy.company.lists["disclosure_phrases"]]
    return await asyncio.to_thread(likeness.fingerprint, row.text, kept.salt, given)


async def compare(
    service: Service, session: AsyncSession, row: Draft, review: Review, values: Sequence[int] | None
) -> None:
    """Keeps the fingerprint of a draft's current edition, and tells its author once where others say nearly the same."""
    if values is None or row.campaign_id is None:
        return await fingerprints.remove(session, row.id)
    now = service.clock.now()
    await fingerprints.keep(session, row, values, now)
    limits = service.program.likeness
    known = await fingerprints.of_campaign(session, row.team_id, row.campaign_id)
    if len({each.user_id for each in known}) < limits.fewest_authors:
        return None
    alike = {
        each.user_id
        for each in known
        if each.user_id != row.user_id and likeness.alike(values, each.values) >= limits.threshold
    }
    if alike and await fingerprints.tell(session, row.id, now):
        angles = await _angles(service, session, row, review.language)
        post = alike_post(service.words(review.language), len(alike), angles)
        await service.put_in_thread(session, f"alike:{row.id}", post, row, about=f"alike:{row.id}")
    return None


def alike_post(words: Words, colleagues: int, angles: Sequence[str]) -> Post:
    """What an author is told: that it is so, and what they could begin with instead; a number only where it hides everybody."""
    many = told(colleagues)
    said = words.say("alike_many", count=many) if many is not None else words.say("alike_some")
    blocks = [rich_text(section(text(said)))]
    if angles:
        ways = bullets(section(text(shortened(angle, _ANGLE))) for angle in angles)
        blocks.append(rich_text(section(text(words.say("alike_angles"), bold=True)), ways))
    return Post(escaped(said), blocks)


def _of_everybody(campaign: Campaign) -> list[str]:
    return [campaign.name, *campaign.facts, *(material.title for material in campaign.material)]


async def _angles(service: Service, session: AsyncSession, row: Draft, language: str) -> list[str]:
    """The angles of the author's own nudge for this campaign, as a reader of `language` reads them."""
    query = select(NudgeRow.angles).where(
        NudgeRow.team_id == row.team_id, NudgeRow.campaign_id == row.campaign_id, NudgeRow.user_id == row.user_id
    )
    ids = (await session.scalars(query.order_by(NudgeRow.at.desc()).limit(1))).first()
    if not ids:
        return []
    known = angles_of(service.settings.knowledge)
    spoken = service.words(language).language
    return [said for id_ in ids if (said := known.says(str(id_), spoken))]
