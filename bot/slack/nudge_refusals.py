"""When Slack won't take a nudge: a campaign whose channel is gone is paused and its owner told; everything else goes on."""

from __future__ import annotations

import logging

from sqlalchemy import delete

from bot.program.models import Reason
from bot.slack.gateway import FAILURES
from bot.slack.nudge_blocks import channel_gone_post
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import campaigns, nudges, outbox, program_state
from bot.store.models import Outgoing
from bot.store.program_models import CampaignRow

logger = logging.getLogger(__name__)
GONE = frozenset(
    {
        "not_in_channel",
        "channel_not_found",
        "is_archived",
        "restricted_action",
        "restricted_action_read_only_channel",
        "restricted_action_thread_only_channel",
    }
)
"""What Slack says of a channel in which we can't post any more."""
_THREAD_GONE = "thread_not_found"


async def nudge_refused(service: Service, row: Outgoing, code: str) -> bool:
    """Does what is to be done when Slack refuses a nudge, or the first post of a campaign's thread. Whether it was one."""
    kind, _, id_ = (row.about or "").partition(":")
    if row.kind != "post" or kind not in ("nudge", "campaign"):
        return False
    now = service.clock.now()
    async with service.database.begin() as session:
        await program_state.state(session, service.team_id, lock=True)
        nudge = await nudges.held(session, row)
        await outbox.settle(session, row.id, now, None)
        in_channel = nudge is None or nudge.channel_id is not None
        if nudge is not None:
            await nudges.skip(session, nudge, Reason.CHANNEL_GONE if in_channel else Reason.DEACTIVATED)
        if code == _THREAD_GONE and nudge is not None:  # somebody removed its first post: the next nudge posts one anew
            await session.execute(delete(Outgoing).where(Outgoing.work == root_work(nudge.campaign_id, row.channel_id)))
        campaign_id = nudge.campaign_id if nudge is not None else id_
        gone = await campaigns.get(session, service.team_id, campaign_id) if in_channel and code in GONE else None
    if gone is not None:
        await channel_gone(service, gone, row.channel_id)
    return True


async def channel_gone(service: Service, row: CampaignRow, channel_id: str) -> None:
    """Pauses a campaign that can't be posted in its channel, and tells whoever planned it and the managers, once."""
    told = await _told(service, row)
    now = service.clock.now()
    async with service.database.begin() as session:
        await program_state.state(session, service.team_id, lock=True)
        current = await session.get(CampaignRow, (row.team_id, row.id), populate_existing=True)
        campaign = campaigns.as_campaign(current) if current is not None else None
        if current is None or campaign is None or current.state != "active" or campaign.channel != channel_id:
            return
        await campaigns.pause(session, current, "channel_gone", now)
        ids = await nudges.withdraw(session, row.team_id, now, Reason.CHANNEL_GONE, campaign_id=row.id)
        for user_id, channel, words in told:
            work = f"gone:{row.id}:{channel}:{now.isoformat(timespec='seconds')}"
            post = channel_gone_post(campaign, words)
            ids.append(await service.put(session, work, post, user_id=user_id, channel_id=channel))
    logger.warning("campaign %s is paused, since its channel is gone", row.id)
    await service.deliver_soon(ids)


async def _told(service: Service, row: CampaignRow) -> list[tuple[str | None, str, Words]]:
    """Who is to know of a campaign's trouble: person (None: the managers' channel), channel, and words for them."""
    told: list[tuple[str | None, str, Words]] = []
    if service.settings.escalation_channel:
        told.append((None, service.settings.escalation_channel, service.words(None)))
    people = [row.created_by] if row.created_by.startswith(("U", "W")) else []
    if not told and not people:  # it came from a file, and there is no channel to say so in
        people = list(service.settings.managers)
    for user_id in people:
        try:
            told.append((user_id, await service.gateway.direct_channel(user_id), await service.words_for(user_id)))
        except FAILURES as error:
            logger.warning("whoever planned a campaign can't be told: %s", type(error).__name__)
    return told


def root_work(campaign_id: str, channel_id: str) -> str:
    """Of the first post of a campaign's thread."""
    return f"campaign:{campaign_id}:{channel_id}"
