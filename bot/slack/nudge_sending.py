"""A nudge whose time has come, on its way to the person: looked at once more, queued with its message, in channel or directly."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from slack_sdk.errors import SlackApiError
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.hours import is_quiet, local
from bot.program.models import Ambassador, Campaign, Reason
from bot.slack.gateway import FAILURES
from bot.slack.member import Member
from bot.slack.nudge_blocks import nudge_post, reminder_post, root_post
from bot.slack.nudge_ideas import idea_of, last_day
from bot.slack.nudge_refusals import GONE, channel_gone, root_work
from bot.slack.post import Post
from bot.slack.roster import gone
from bot.slack.service import Service
from bot.store import ambassadors, campaigns, nudge_caps, nudges, program_state
from bot.store.models import Outgoing
from bot.store.program_models import AmbassadorRow, CampaignRow, NudgeRow

logger = logging.getLogger(__name__)
_MINUTE = timedelta(minutes=1)
_REMINDER_GOOD = timedelta(minutes=30)
_NOBODY = frozenset({"user_disabled", "user_not_found", "cannot_dm_bot"})


async def send(service: Service, row: NudgeRow) -> bool:
    """Queues a due nudge, skips it, or leaves it to the next minute. Whether its channel has had its post of this minute."""
    async with service.database.read() as session:
        person = await session.get(AmbassadorRow, (row.team_id, row.user_id))
        campaign_row = await session.get(CampaignRow, (row.team_id, row.campaign_id))
    if person is None or person.state != ambassadors.NUDGED or campaign_row is None:
        await _skip(service, row, Reason.PAUSED)
        return False
    member = await service.gateway.member(row.user_id)
    if member.deactivated:
        await _gone(service, row)
        return False
    person = await _moved(service, person, member)
    campaign = campaigns.as_campaign(campaign_row)
    until = good_until(ambassadors.as_ambassador(person), service.clock.now(), min(row.until, campaign.ends))
    if until is None:
        await _skip(service, row, Reason.QUIET)
        return False
    in_channel = await _in_channel(service, row, person, campaign_row, campaign)
    if in_channel is None:
        return False
    if in_channel:
        return await _send_in_channel(service, row, campaign, until)
    channel_id = await _direct_channel(service, row)
    if channel_id is not None:
        row.channel_id = None
        await _queue(service, row, channel_id, None, until)
    return False


async def remind(service: Service, row: NudgeRow) -> None:
    """Comes back to a nudge once, if it still may: nobody pauses, nothing is frozen, it isn't quiet."""
    now = service.clock.now()
    channel_id = await _direct_channel(service, row)
    if channel_id is None:
        return
    words = await service.words_for(row.user_id)
    ids: list[str] = []
    async with service.database.begin() as session:
        found = await _allowed(session, row, now)
        later_at = row.later_at
        if not await nudges.take_reminder(session, row) or found is None or later_at is None:
            return
        person, campaign = found
        latest = min(later_at + _REMINDER_GOOD, campaign.ends)
        until = good_until(ambassadors.as_ambassador(person), now, latest) if now < latest else None
        if until is not None:
            post = reminder_post(idea_of(service, row, campaign, person, words), words)
            ids.append(await _put(service, session, f"later:{row.id}", post, row, channel_id, None, until))
    await service.deliver_soon(ids)


def good_until(person: Ambassador, now: datetime, latest: datetime) -> datetime | None:
    """Until when somebody may be disturbed, `latest` at most; None: not even now."""
    moment = now
    while moment < latest:
        if is_quiet(person, moment):
            return None if moment == now else moment
        moment = moment.replace(second=0, microsecond=0) + _MINUTE
    return latest if latest > now else None


async def _send_in_channel(service: Service, row: NudgeRow, campaign: Campaign, until: datetime) -> bool:
    assert row.channel_id is not None
    thread_ts = await _thread(service, row, campaign, row.channel_id)
    if thread_ts is not None:
        await _queue(service, row, row.channel_id, thread_ts, until)
    return True


async def _queue(service: Service, row: NudgeRow, channel_id: str, thread_ts: str | None, until: datetime) -> None:
    """Takes the nudge up and puts its message in, in one transaction in which everything is looked at again."""
    words = await service.words_for(row.user_id)
    async with service.database.begin() as session:
        now = service.clock.now()
        found = await _allowed(session, row, now)
        if found is None:
            return
        person, campaign = found
        if await nudges.queue(session, row, now, budget=person.weekly_budget) != "queued":
            return
        mention = row.user_id if row.channel_id is not None else None
        post = nudge_post(idea_of(service, row, campaign, person, words), words, mention=mention)
        id_ = await _put(service, session, f"nudge:{row.id}", post, row, channel_id, thread_ts, until)
    await service.deliver_soon([id_])


async def _allowed(session: AsyncSession, row: NudgeRow, now: datetime) -> tuple[AmbassadorRow, Campaign] | None:
    """Person and campaign, as they are while the workspace's state is held; None: nothing goes out, and the plan will say so."""
    state = await program_state.state(session, row.team_id, lock=True)
    person = await session.get(AmbassadorRow, (row.team_id, row.user_id), populate_existing=True)
    campaign_row = await session.get(CampaignRow, (row.team_id, row.campaign_id), populate_existing=True)
    if state.frozen_at is not None or person is None or person.state != ambassadors.NUDGED or campaign_row is None:
        return None
    campaign = campaigns.as_campaign(campaign_row)
    return (person, campaign) if campaign_row.state == "active" and campaign.opens <= now < campaign.ends else None


async def _put(
    service: Service,
    session: AsyncSession,
    work: str,
    post: Post,
    row: NudgeRow,
    channel_id: str,
    thread_ts: str | None,
    until: datetime,
) -> str:
    return await service.put(
        session,
        work,
        post,
        user_id=row.user_id,
        channel_id=channel_id,
        thread_ts=thread_ts,
        about=work,
        good_until=until,
    )


async def _thread(service: Service, row: NudgeRow, campaign: Campaign, channel_id: str) -> str | None:
    """Where the campaign's thread begins; None: it is being opened, the nudge goes there in a minute."""
    work = root_work(campaign.id, channel_id)
    async with service.database.begin() as session:
        await program_state.state(session, row.team_id, lock=True)
        root = (await session.scalars(select(Outgoing).where(Outgoing.work == work))).first()
        if root is not None and root.posted_ts:
            return root.posted_ts
        if root is not None and root.settled_at is None:
            return None
        now = service.clock.now()
        if await _allowed(session, row, now) is None:
            return None
        if not await nudge_caps.take_minute(session, row.team_id, channel_id, now, work):  # the nudge takes another one
            return None
        if root is not None:  # it was refused; whoever resumed the campaign mended that
            await session.execute(delete(Outgoing).where(Outgoing.id == root.id))
        words = service.words(campaign.language)
        until = last_day(campaign, row.time_zone)
        post = root_post(campaign, words, until=until, today=local(row.time_zone, now).date())
        id_ = await service.put(session, work, post, channel_id=channel_id, about=f"campaign:{campaign.id}")
    await service.deliver_soon([id_])
    return None


async def _in_channel(
    service: Service, row: NudgeRow, person: AmbassadorRow, campaign_row: CampaignRow, campaign: Campaign
) -> bool | None:
    """Whether the nudge goes into the campaign's channel; None: not now."""
    if row.channel_id is None or not person.in_channels or row.channel_id != campaign.channel:
        return False
    try:
        return row.user_id in await service.gateway.inside(row.channel_id)
    except SlackApiError as error:
        if str(error.response.get("error")) in GONE:
            await channel_gone(service, campaign_row, row.channel_id)
        return None
    except FAILURES as error:
        logger.warning("Slack didn't say who is in a channel: %s", type(error).__name__)
        return None


async def _direct_channel(service: Service, row: NudgeRow) -> str | None:
    try:
        return await service.gateway.direct_channel(row.user_id)
    except SlackApiError as error:
        if str(error.response.get("error")) in _NOBODY:
            service.gateway.changed(row.user_id)
            await _gone(service, row)
        return None
    except FAILURES as error:
        logger.warning("a direct message could not be opened: %s", type(error).__name__)
        return None


async def _moved(service: Service, person: AmbassadorRow, member: Member) -> AmbassadorRow:
    """Keeps somebody's time zone where Slack has another by now."""
    zone = member.zone
    if zone is None or zone == person.time_zone:
        return person
    async with service.database.begin() as session:
        row = await session.get_one(AmbassadorRow, (person.team_id, person.user_id), populate_existing=True)
        await ambassadors.change(session, row, service.clock.now(), time_zone=zone)
    return row


async def _gone(service: Service, row: NudgeRow) -> None:
    """Somebody whom Slack lets in no more is no ambassador any more."""
    await gone(service, row.user_id)
    await _skip(service, row, Reason.DEACTIVATED)


async def _skip(service: Service, row: NudgeRow, reason: Reason) -> None:
    async with service.database.begin() as session:
        await program_state.state(session, row.team_id, lock=True)
        await nudges.skip(session, row, reason)
