"""No question to a human expires unseen: a reminder at half of its time, and a word to both sides when it is late."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.slack.blocks import sentence_post
from bot.slack.escalating import clear, put_for_author, redraw
from bot.slack.escalation_blocks import overdue_post, reminder_post
from bot.slack.post import Post
from bot.slack.service import Service
from bot.store import escalations, outbox
from bot.store.models import Escalation


async def remind(service: Service) -> None:
    """What is due now, once each; safe to call at any time. Also clears posts that outlived their question."""
    now = service.clock.now()
    async with service.database.begin() as session:
        ids: list[str] = []
        for row in await escalations.unanswered(session, service.team_id):
            if row.deadline <= now:
                ids += await _overdue(service, session, row, now)
            elif row.created_at + (row.deadline - row.created_at) / 2 <= now:
                ids += await _half(service, session, row, now)
        for post in await escalations.left_standing(session):
            ids += await clear(service, session, about=post.about or "")
    await service.deliver_soon(ids)


async def _half(service: Service, session: AsyncSession, row: Escalation, now: datetime) -> list[str]:
    thread = await _thread(session, row)
    if thread is None:  # the question itself isn't in the channel yet: the next tick reminds of it
        return []
    due = await escalations.note_reminder(session, row.id, now)
    if due is None:
        return []
    hours = (due.deadline - now).total_seconds() / 3600
    post = reminder_post(service.words(None), hours=hours, taken_by=due.taken_by)
    return [await _to_managers(service, session, f"reminder:{due.id}", post, thread)]


async def _overdue(service: Service, session: AsyncSession, row: Escalation, now: datetime) -> list[str]:
    late = await escalations.note_overdue(session, row.id, now)
    if late is None:
        return []
    said = overdue_post(service.words(None), taken_by=late.taken_by)
    told = sentence_post(service.words(late.language).say("question_overdue_author"))
    return [
        await _to_managers(service, session, f"overdue:{late.id}", said, await _thread(session, late)),
        await put_for_author(service, session, late, f"overdue-author:{late.id}", told),
        *await redraw(service, session, late),
    ]


async def _thread(session: AsyncSession, row: Escalation) -> tuple[str, str] | None:
    """Channel and time stamp of the managers' post, when it stands."""
    standing = await outbox.posted(session, about=escalations.about(row.id))
    return (standing[0].channel_id, standing[0].posted_ts or "") if standing else None


async def _to_managers(
    service: Service, session: AsyncSession, work: str, post: Post, thread: tuple[str, str] | None
) -> str:
    channel, ts = thread or (service.settings.escalation_channel or "", None)
    return await service.put(session, work, post, channel_id=channel, thread_ts=ts)
