"""The campaigns in a community manager's Home tab."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.program.campaign_checks import Kind, check_dates
from bot.program.fit import Wanted
from bot.program.models import Ambassador, Campaign
from bot.slack.campaign_calendar import MOST, WEEKS, Shown, State, calendar_blocks, in_order
from bot.slack.campaign_channel import Place, look
from bot.slack.campaign_concerns import says
from bot.slack.campaign_desk import local_now
from bot.slack.campaign_modal import owner_says
from bot.slack.post import Block
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import ambassadors, campaigns
from bot.store.program_models import CampaignRow, ProgramState

_LATELY = timedelta(days=7)
_AHEAD = timedelta(weeks=WEEKS)
_MARKED: tuple[Kind, ...] = ("same_channel", "same_topic", "company_embargo", "embargo_after_end")
"""Of what speaks against a campaign, what its line says."""


async def campaign_section(service: Service, user_id: str, words: Words) -> list[Block]:
    """The calendar, for community managers of a company that has a program; else nothing."""
    if not service.program.topics or not service.is_manager(user_id):
        return []
    now = await local_now(service, user_id)
    async with service.database.read() as session:
        rows = await campaigns.kept(session, service.team_id, since=now - _LATELY)
        people = await ambassadors.roster(session, service.team_id)
        state = await session.get(ProgramState, service.team_id)
    near = {row.id: campaigns.as_campaign(row) for row in rows if row.starts < now + _AHEAD}
    ordered = in_order([_shown(service, row, near[row.id], words, now) for row in rows if row.id in near])
    first, rest = ordered[:MOST], ordered[MOST:]
    places = await _places(service, [near[one.id] for one in first])
    others = [near[row.id] if row.id in near else campaigns.as_campaign(row) for row in rows if row.ends > now]
    told = [await _told(service, one, near[one.id], places, people, others, words, now) for one in first]
    frozen, more = state is not None and state.frozen_at is not None, len(rows) - len(near)
    return calendar_blocks(words, [*told, *rest], today=now.date(), frozen=frozen, more=more)


def state_of(row: CampaignRow, campaign: Campaign, now: datetime) -> State:
    """What a campaign is in."""
    if campaign.ends <= now:
        return "ended"
    if row.state == "paused":
        return "lost" if row.paused_why == "channel_gone" else "paused"
    return "coming" if now < campaign.opens else "running"


def _shown(service: Service, row: CampaignRow, campaign: Campaign, words: Words, now: datetime) -> Shown:
    zone, embargo = now.tzinfo, campaign.embargo
    return Shown(
        id=campaign.id,
        name=campaign.name,
        topic=service.program.topic(campaign.topic, words.language),
        owner=owner_says(campaign.owner, words),
        starts=campaign.starts.astimezone(zone),
        ends=campaign.ends.astimezone(zone),
        state=state_of(row, campaign, now),
        place=words.say("campaign_a_channel") if campaign.channel else None,
        embargo=embargo.astimezone(zone) if embargo and embargo > now else None,
    )


async def _places(service: Service, those: Iterable[Campaign]) -> dict[str, Place]:
    """Their channels, as Slack shows them to us now."""
    ids = list(dict.fromkeys(one.channel for one in those if one.channel))
    return dict(zip(ids, await asyncio.gather(*(look(service, id_) for id_ in ids)), strict=True))


async def _told(
    service: Service,
    one: Shown,
    campaign: Campaign,
    places: dict[str, Place],
    people: Sequence[Ambassador],
    others: Sequence[Campaign],
    words: Words,
    now: datetime,
) -> Shown:
    """With its channel, whom it suits, and what is to be known of it."""
    place, marks = places.get(campaign.channel or ""), []
    if one.state != "ended":
        concerns = check_dates(
            campaign, others=others, policy=service.coach.policy, program=service.program, now=service.clock.now()
        )
        marks = [says(each, words, now) for each in concerns if each.kind in _MARKED]
        if place is not None and place.lost and one.state != "lost":
            marks.insert(0, words.say("campaign_channel_lost"))
    return replace(
        one,
        place=place.name if place is not None and place.name else one.place,
        fits=_fits(campaign, people),
        marks=marks,
    )


def _fits(campaign: Campaign, people: Sequence[Ambassador]) -> int | None:
    """How many it suits. Of people chosen one by one none are counted: one exchanged for another would tell what they chose."""
    if campaign.audience is not None and campaign.audience.people:
        return None
    wanted = Wanted.by(campaign)
    return sum(wanted.refuses(person) is None for person in people)
