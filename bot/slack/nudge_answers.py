"""What people do with a nudge: draft it, later, not for me, fewer. Each answer counts once, however often it is pressed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.hours import local
from bot.program.models import Ambassador, Campaign, Reason
from bot.slack.blocks import sentence_post
from bot.slack.nudge_blocks import begin_post, fewer_said, nudge_post, reminder_post
from bot.slack.nudge_ideas import idea_of
from bot.slack.nudge_sending import good_until
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import ambassadors, campaigns, nudges, outbox, program_state
from bot.store.models import Draft
from bot.store.program_models import AmbassadorRow, CampaignRow, NudgeRow

_LATER = timedelta(hours=3)
_SHORTEST = timedelta(minutes=20)
"""Less than that isn't later."""
_BEFORE_QUIET = timedelta(minutes=10)


class Said(NamedTuple):
    """What is said to an answer."""

    text: str
    shown: bool
    """Whether it stands in the nudge, in place of its buttons, where the person sees it."""


@dataclass(frozen=True)
class _Asked:
    """A nudge with all that it is about, within the transaction of its answer."""

    row: NudgeRow
    campaign: Campaign
    person: AmbassadorRow | None
    is_over: bool
    """Its campaign is over, paused or put off, or everything is frozen: nothing more is done about it."""
    words: Words


async def draft_it(service: Service, row: NudgeRow, channel_id: str) -> Said:
    """Opens the thread in which they draft it, in the direct message `channel_id`."""
    words = await service.words_for(row.user_id)
    async with service.database.begin() as session:
        asked = await _asked(session, row, words, service.clock.now())
        if asked is None or asked.is_over:
            return _gone(words, asked)
        await nudges.respond(session, row, "drafting", service.clock.now())
        post = begin_post(idea_of(service, row, asked.campaign, asked.person, words), words)
        work = f"begin:{row.id}"
        begun = await service.put(session, work, post, user_id=row.user_id, channel_id=channel_id, about=work)
        said = words.say("nudge_drafting")
        redrawn = await _redraw(service, session, asked, said)
    await service.deliver_soon([begun, *redrawn])
    return _told(asked, said, redrawn)


async def later_today(service: Service, row: NudgeRow) -> Said:
    """Comes back to it once, as late as their day allows."""
    words = await service.words_for(row.user_id)
    now = service.clock.now()
    async with service.database.begin() as session:
        asked = await _asked(session, row, words, service.clock.now())
        if asked is None or asked.is_over:
            return _gone(words, asked)
        awake = asked.person if asked.person is not None and asked.person.state == ambassadors.NUDGED else None
        person = ambassadors.as_ambassador(awake) if awake is not None else None
        at = later_at(person, now, asked.campaign.ends) if person is not None else None
        if at is None or person is None:
            return Said(words.say("nudge_no_later"), shown=False)
        await nudges.respond(session, row, "later", now, later_at=at)
        kept = await nudges.get(session, row.team_id, row.id)
        at = kept.later_at if kept is not None and kept.later_at is not None else at
        said = words.say("nudge_later", time=f"{local(person.time_zone, at):%H:%M}")
        redrawn = await _redraw(service, session, asked, said)
    await service.deliver_soon(redrawn)
    return _told(asked, said, redrawn)


async def not_for_me(service: Service, row: NudgeRow) -> Said:
    """Nothing more of this campaign."""
    words = await service.words_for(row.user_id)
    async with service.database.begin() as session:
        asked = await _asked(session, row, words, service.clock.now())
        if asked is None:
            return _gone(words)
        await nudges.respond(session, row, "not_for_me", service.clock.now())
        said = words.say("nudge_not_for_me")
        redrawn = await _redraw(service, session, asked, said)
    await service.deliver_soon(redrawn)
    return _told(asked, said, redrawn)


async def fewer(service: Service, row: NudgeRow) -> Said:
    """One less in a week from now on."""
    words = await service.words_for(row.user_id)
    now = service.clock.now()
    async with service.database.begin() as session:
        key = (row.team_id, row.user_id)
        await program_state.state(session, row.team_id, lock=True)  # before the person's row, as everywhere
        await session.get(AmbassadorRow, key, with_for_update=True)
        asked = await _asked(session, row, words, service.clock.now())
        if asked is None:
            return _gone(words)
        ids: list[str] = []
        budget = asked.person.weekly_budget if asked.person is not None else 0
        if await nudges.respond(session, row, "fewer", now) and asked.person is not None and budget:
            budget -= 1
            await ambassadors.change(session, asked.person, now, weekly_budget=budget)
            ids += await nudges.withdraw(session, row.team_id, now, Reason.BUDGET, user_id=row.user_id)
        said = fewer_said(budget, words)
        redrawn = await _redraw(service, session, asked, said)
    await service.deliver_soon([*ids, *redrawn])
    return _told(asked, said, redrawn)


async def posted(service: Service, session: AsyncSession, draft: Draft, words: Words) -> list[str] | None:
    """They posted what they drafted for a campaign: thanks, once, in the draft's own thread. None: it is for no campaign.

    Belongs in the transaction in which the draft is noted as posted. Gives ids of the outbox to deliver.
    """
    campaign_id = draft.campaign_id or ""
    campaign_row = await session.get(CampaignRow, (draft.team_id, campaign_id))
    if campaign_row is None:
        return None
    now = service.clock.now()
    ids = await nudges.withdraw(
        session, draft.team_id, now, Reason.HAD_IT, user_id=draft.user_id, campaign_id=campaign_id
    )
    row = await nudges.newest(session, draft.team_id, campaign_id, draft.user_id)
    if row is not None:
        await nudges.respond(session, row, "posted", now)
    thanks = sentence_post(words.say("nudge_thanks", campaign=campaigns.as_campaign(campaign_row).name))
    ids.append(await service.put_in_thread(session, f"thanks:{campaign_id}:{draft.user_id}", thanks, draft))
    return ids


def later_at(person: Ambassador, now: datetime, ends: datetime) -> datetime | None:
    """When to come back to something today: in three hours, or as late as their day allows. None: not today any more."""
    wanted = now + _LATER
    today = local(person.time_zone, now).date()
    awake = good_until(person, now, min(wanted + _BEFORE_QUIET, ends))
    if awake is None:
        return None
    at = min(wanted, awake - _BEFORE_QUIET)
    while local(person.time_zone, at).date() != today:
        at -= _BEFORE_QUIET
    return at if at >= now + _SHORTEST else None


def _gone(words: Words, asked: _Asked | None = None) -> Said:
    return Said(words.say("nudge_over" if asked is not None else "nudge_unknown"), shown=False)


def _told(asked: _Asked, said: str, redrawn: list[str]) -> Said:
    return Said(said, shown=asked.row.channel_id is None and bool(redrawn))


async def _asked(session: AsyncSession, row: NudgeRow, words: Words, now: datetime) -> _Asked | None:
    """None: they were forgotten meanwhile."""
    state = await program_state.state(session, row.team_id, lock=True)
    if await nudges.get(session, row.team_id, row.id) is None:
        return None
    kept = await session.get_one(CampaignRow, (row.team_id, row.campaign_id))
    person = await session.get(AmbassadorRow, (row.team_id, row.user_id), populate_existing=True)
    campaign = campaigns.as_campaign(kept)
    runs = state.frozen_at is None and kept.state == "active" and campaign.opens <= now < campaign.ends
    return _Asked(row, campaign, person, not runs, words)


async def _redraw(service: Service, session: AsyncSession, asked: _Asked, said: str) -> list[str]:
    """In place of its buttons, wherever they stand, comes what was said; where others read it, only that it is answered."""
    row, words = asked.row, asked.words
    idea = idea_of(service, row, asked.campaign, asked.person, words)
    ids = []
    for about in (f"nudge:{row.id}", f"later:{row.id}"):
        for old in await outbox.posted(session, team_id=row.team_id, about=about):
            if asked.campaign.opens > service.clock.now():  # put off since: what it says now isn't to be told yet
                post = sentence_post(words.say("nudge_answered") if row.channel_id is not None else said)
            elif about.startswith("later:"):
                post = reminder_post(idea, words, said=said)
            elif row.channel_id is not None:
                post = nudge_post(idea, words, mention=row.user_id, said=words.say("nudge_answered"))
            else:
                post = nudge_post(idea, words, said=said)
            ids.append(await outbox.change_later(session, old, service.clock.now(), post.payload))
    return ids
