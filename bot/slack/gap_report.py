"""The gap report: weekly to the managers' channel, once, and drawn anew when one of its gaps is closed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import BonventError
from bot.manual.search import Manual
from bot.slack.gap_blocks import MOST, report_post
from bot.slack.service import Service
from bot.store import gaps, outbox
from bot.store.gaps import Found

logger = logging.getLogger(__name__)
_HOUR = timedelta(hours=8)
"""Of Monday, UTC: the first tick after it posts the week's report."""


async def report(service: Service) -> None:
    """Posts the report of this week where it is due and there is news. Safe to call at any time, in any process."""
    if service.settings.escalation_channel is None:
        return
    await _show_closed(service)
    now = service.clock.now()
    week, monday = gaps.week_of(now)
    if now < monday + _HOUR:
        return
    async with service.database.read() as session:
        if await gaps.has_report(session, week):
            return
        found = await gaps.open_gaps(session, service.team_id)
    known = _known(found, now)
    told = [gap for gap in known if gap.has_news][:MOST]
    nearest = await asyncio.to_thread(_nearest, service.coach.manual, told)
    post = report_post(told, service.words(None), more=len(known) - len(told), nearest=nearest)
    async with service.database.begin() as session:
        id_ = await gaps.put_report(
            session,
            week,
            now,
            [gap.id for gap in told],
            team_id=service.team_id,
            channel_id=service.settings.escalation_channel,
            payload=post.payload,
        )
    if id_ is not None:
        await service.deliver_soon([id_])


async def show_closed(service: Service, gap_id: str, seen_ts: str = "") -> None:
    """Draws the report that tells of a gap anew, now that it is closed; see `redraw`."""
    await service.deliver_soon(await redraw(service, gap_id, seen_ts))


async def redraw(service: Service, gap_id: str, seen_ts: str = "") -> list[str]:
    """Puts in the new look of the report that tells of a closed gap. Gives the ids to deliver.

    `seen_ts` is where a button of it was pressed: it may stand in Slack before we know that it does. Where no report can be
    drawn, a later tick looks again.
    """
    async with service.database.read() as session:
        gap = await gaps.get(session, gap_id)
        told = await gaps.reported(session, service.team_id, gap.reported_at) if gap and gap.reported_at else []
    nearest = await asyncio.to_thread(_nearest, service.coach.manual, [each for each in told if each.closed_at is None])
    sections = await asyncio.to_thread(_sections, service, [each.passage for each in told if each.passage])
    async with service.database.begin() as session:
        id_ = await _redraw(service, session, gap_id, seen_ts, nearest, sections)
    return [id_] if id_ is not None else []


async def _redraw(
    service: Service,
    session: AsyncSession,
    gap_id: str,
    seen_ts: str,
    nearest: dict[str, str],
    sections: dict[str, str],
) -> str | None:
    """Puts in the report's new look, as its gaps are at this moment. Gives its id in the outbox."""
    now = service.clock.now()
    gap = await gaps.get(session, gap_id)
    if gap is None or gap.reported_at is None:
        return None
    standing = [row for row in await gaps.reports(session, service.team_id) if row.created_at == gap.reported_at]
    channel = standing[0].channel_id if standing else service.settings.escalation_channel
    ts = standing[0].posted_ts if standing else seen_ts
    if not channel or not ts:
        return None
    day = gaps.day_of(gap.reported_at)
    told = [
        each if each.closed_at else each.before(day)
        for each in await gaps.reported(session, service.team_id, gap.reported_at)
    ]
    others = _known(await gaps.open_gaps(session, service.team_id), now)
    post = report_post(
        told,
        service.words(None),
        more=len({each.id for each in others} - {each.id for each in told}),
        nearest=nearest,
        sections=sections,
    )
    work = gaps.closing_work(gap_id)
    return await outbox.redraw(
        session, work, now, team_id=service.team_id, channel_id=channel, ts=ts, payload=post.payload
    )


async def _show_closed(service: Service) -> None:
    """Gaps that were closed on the command line, or whose report couldn't be drawn anew when they were."""
    async with service.database.read() as session:
        told = [gap.id for gap in await gaps.all_gaps(session, service.team_id) if gap.closed_at and gap.reported_at]
        known = await gaps.shown_closed(session, told)
    for gap_id in told:
        if gap_id not in known:
            await show_closed(service, gap_id)


def _known(found: Iterable[Found], now: datetime) -> list[Found]:
    """What a report of today may tell of: the days before it, so that the next one knows what is new without a minute."""
    shown = [gap for gap in (each.before(gaps.day_of(now)) for each in found) if gap.shown(now)]
    return sorted(shown, key=lambda gap: (-len(gap.questions), gap.since, gap.id))


def _nearest(manual: Manual, found: Iterable[Found]) -> dict[str, str]:
    """Gap id → the heading of the section that is nearest to its newest question; without it where search fails."""
    headings: dict[str, str] = {}
    for gap in found:
        newest = gap.questions[-1]
        try:
            hits = manual.search(newest.text, newest.language, k=1)
        except BonventError as error:
            logger.warning("the manual could not be searched: %s", type(error).__name__)
            return headings
        if hits:
            headings[gap.id] = hits[0].passage.heading_path
    return headings


def _sections(service: Service, passages: Iterable[str]) -> dict[str, str]:
    """Passage id → its heading, in the manual as it is published now: the one that is searched may be half a minute older."""
    from bot.manual.store import load

    wanted = set(passages)
    return {p.id: p.heading_path for p in load(service.settings.data)[1] if p.id in wanted} if wanted else {}
