"""A passage that a community manager wrote for a gap: published, the gap closed and that told, whatever crashes on the way."""

from __future__ import annotations

import asyncio
import logging

from bot.gaps import write
from bot.manual.written import written_anchor
from bot.slack.delivery import deliver
from bot.slack.gap_blocks import Written, write_view
from bot.slack.gap_report import redraw
from bot.slack.gateway import FAILURES
from bot.slack.inputs import View
from bot.slack.keys import Key
from bot.slack.modals import notice_view
from bot.slack.rich_text import escaped
from bot.slack.service import Service
from bot.store import gaps
from bot.store.models import GapPassage
from bot.work.engine import JobFailed, step

logger = logging.getLogger(__name__)
_ACKNOWLEDGED_S = 0.5
"""Until then the modal has the answer to its submission, so that what comes of it isn't drawn over."""


async def publish(service: Service, gap_id: str, passage: Written, user_id: str, view_id: str, seen_ts: str) -> None:
    """Keeps what was written, and asks for it to be published. Returned means that it won't be lost."""
    async with service.database.begin() as session:
        id_ = await gaps.put_passage(
            session,
            service.clock.now(),
            gap_id=gap_id,
            team_id=service.team_id,
            user_id=user_id,
            heading=passage.heading,
            text=passage.text,
            language=passage.language,
            view_id=view_id,
            seen_ts=seen_ts,
        )
    await service.engine.enqueue("passage", id_)


async def passage_job(service: Service, key: str) -> None:
    """The job `passage`: the key is what was kept. Ends in a sentence, whatever happens."""
    try:
        outcome: Key = await step("publish", _publish, service, key)
    except JobFailed:
        outcome = "gap_failed"
    ids = await step("redraw", _redraw, service, key) if outcome.startswith("gap_published") else []
    for id_ in ids:
        await step("deliver", deliver, service, id_)
    await step("tell", _tell, service, key, outcome)


async def _publish(service: Service, id_: str) -> Key:
    """Publishes and closes. Safe to run again: what was published by the attempt that a crash ended isn't again."""
    async with service.database.read() as session:
        row = await session.get(GapPassage, id_)
    if row is None:
        return "gap_unknown"
    await asyncio.sleep(_ACKNOWLEDGED_S)
    # One at a time: of two managers with one gap the second finds it closed.
    async with service.publishing:
        async with service.database.read() as session:
            gap = await gaps.get(session, row.gap_id)
        if gap is None:
            return "gap_unknown"
        ours = await asyncio.to_thread(written_anchor, service.settings.data, row.heading, row.text, row.language)
        if gap.closed_at is not None and ours is None:
            return "gap_closed"
        passage = await asyncio.to_thread(write, service.settings, row.heading, row.text, row.language, row.user_id)
        async with service.database.begin() as session:
            closed = await gaps.close(session, row.gap_id, service.clock.now(), passage, row.user_id)
    if not closed and gap.passage != passage:
        return "gap_published_too"
    try:
        await service.renew()
    except Exception as error:
        logger.error("the newer manual can't be opened yet: %s", type(error).__name__, exc_info=error)
        return "gap_published_later"
    return "gap_published"


async def _redraw(service: Service, id_: str) -> list[str]:
    async with service.database.read() as session:
        row = await session.get(GapPassage, id_)
    return await redraw(service, row.gap_id, row.seen_ts) if row is not None else []


async def _tell(service: Service, id_: str, outcome: Key) -> None:
    """Says what became of it; what wasn't published gives its words back."""
    async with service.database.read() as session:
        row = await session.get(GapPassage, id_)
        gap = await gaps.get(session, row.gap_id) if row is not None else None
    if row is None:
        return
    words = service.words(None)
    if outcome in ("gap_published", "gap_published_later"):
        said = words.say(outcome, section=row.heading)
    else:
        said = words.say(outcome)
    view = notice_view(said, words, "title_gap")
    if gap is not None and outcome in ("gap_failed", "gap_closed"):
        written = Written(row.heading, row.text, row.language)
        view = write_view(gap, words, written, said, seen_ts=row.seen_ts)
    await _show(service, row, view, said)
    async with service.database.begin() as session:
        kept = await session.get(GapPassage, id_)
        if kept is not None:
            await session.delete(kept)


async def _show(service: Service, row: GapPassage, view: View, sentence: str) -> None:
    """In the modal; where it was closed meanwhile, in the managers' channel for this person alone."""
    try:
        await service.gateway.client.views_update(view_id=row.view_id, view=view)
    except FAILURES as error:
        logger.info("the modal isn't open any more: %s", type(error).__name__)
        if (channel := service.settings.escalation_channel) is not None:
            await service.gateway.whisper(channel, row.user_id, escaped(sentence))
