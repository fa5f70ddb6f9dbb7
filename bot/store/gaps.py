"""Gaps of the manual: questions that mean the same and that it doesn't answer. Nothing here tells who asked, or when in a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.base import token
from bot.store.models import Gap, GapPassage, GapQuestion, Outgoing
from bot.store.queries import insert_once

Reason = Literal["unanswered", "not_helpful"]
MANY = 3
"""A gap is shown once it has so many questions …"""
LONG = timedelta(days=7)
"""… or so much time after the day of its first one."""
ABOUT = "gaps:"
"""What a weekly report in the managers' channel is about, and its work: this, and behind it the ISO week."""
_CLOSED = "gap-closed:"


@dataclass(frozen=True)
class Asked:
    """One question of a gap."""

    text: str = field(repr=False)
    language: str
    reason: str
    day: datetime
    """Midnight UTC."""


@dataclass(frozen=True)
class Found:
    """A gap with its questions, oldest first."""

    id: str
    since: datetime
    """The day of its first question, at midnight UTC."""
    questions: tuple[Asked, ...]
    reported_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    passage: str | None = None

    def shown(self, now: datetime) -> bool:
        """Whether it may be shown: never to tell who asked one of a few questions the day before."""
        return bool(self.questions) and (len(self.questions) >= MANY or now - self.since >= LONG)

    def before(self, day: datetime) -> Found:
        """As it was at the beginning of a day."""
        kept = tuple(question for question in self.questions if question.day < day)
        return replace(self, questions=kept)

    @property
    def has_news(self) -> bool:
        """Whether the managers' channel doesn't know all of it: a report tells of the days before its own."""
        return self.reported_at is None or any(each.day >= day_of(self.reported_at) for each in self.questions)


def day_of(moment: datetime) -> datetime:
    """Midnight UTC of its day."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def week_of(moment: datetime) -> tuple[str, datetime]:
    """Name of its ISO week (`2026-W48`), and the week's beginning: Monday, midnight UTC."""
    year, week, weekday = moment.astimezone(UTC).isocalendar()
    return f"{year}-W{week:02}", day_of(moment) - timedelta(days=weekday - 1)


async def open_gaps(session: AsyncSession, team_id: str) -> list[Found]:
    """Gaps that nobody closed, largest first, then oldest."""
    return await _found(session, Gap.team_id == team_id, Gap.closed_at.is_(None))


async def all_gaps(session: AsyncSession, team_id: str | None = None) -> list[Found]:
    """Closed ones, too, until they are removed; without `team_id` of every workspace."""
    return await _found(session, *([Gap.team_id == team_id] if team_id is not None else []))


async def reported(session: AsyncSession, team_id: str, at: datetime) -> list[Found]:
    """The gaps that a report tells of, closed or not; `at` is when it was put in."""
    return await _found(session, Gap.team_id == team_id, Gap.reported_at == at)


async def get(session: AsyncSession, gap_id: str, team_id: str | None = None) -> Found | None:
    """A gap, closed or not; with `team_id` only of that workspace."""
    found = await _found(session, Gap.id == gap_id, *([Gap.team_id == team_id] if team_id is not None else []))
    return found[0] if found else None


async def add(session: AsyncSession, team_id: str, gap_id: str | None, question: Asked) -> str:
    """Adds a question to an open gap; a gap that was closed meanwhile isn't opened again, a new one is. Gives the gap's id."""
    known = None
    if gap_id is not None:
        query = select(Gap.id).where(Gap.id == gap_id, Gap.closed_at.is_(None)).with_for_update()
        known = (await session.scalars(query)).first()
    if known is None:
        known = token()
        session.add(Gap(id=known, team_id=team_id, created_at=question.day))
        await session.flush()
    session.add(
        GapQuestion(
            gap_id=known,
            text=question.text,
            language=question.language[:8],
            reason=question.reason,
            asked_on=question.day,
        )
    )
    return known


async def close(session: AsyncSession, gap_id: str, now: datetime, passage: str | None, by: str | None = None) -> bool:
    """Closes a gap, by the id of its passage or because it needs none; `by` who does in Slack. False: somebody was faster."""
    statement = update(Gap).where(Gap.id == gap_id, Gap.closed_at.is_(None))
    closed = statement.values(closed_at=now, closed_by=by, passage=passage).returning(Gap.id)
    return (await session.execute(closed)).first() is not None


async def put_passage(session: AsyncSession, now: datetime, **fields: Any) -> str:
    """Keeps what a community manager wrote until it is published. Gives its id."""
    row = GapPassage(id=token(), created_at=now, **fields)
    session.add(row)
    return row.id


async def put_report(
    session: AsyncSession, week: str, now: datetime, gap_ids: Sequence[str], **fields: Any
) -> str | None:
    """Puts in the report of a week, once; without gaps only that there is none. Gives its id in the outbox if it's new.

    From then on `now` says of which gaps it tells: a gap stands in the newest report that has it.
    """
    id_ = token()
    settled = {} if gap_ids else {"settled_at": now, "payload": None}
    row = {"kind": "post", "attempts": 0, "created_at": now, "about": f"{ABOUT}{week}", **fields, **settled}
    if not await insert_once(session, Outgoing, id=id_, work=f"{ABOUT}{week}", **row):
        return None
    await session.execute(update(Gap).where(Gap.id.in_(gap_ids)).values(reported_at=now))
    return id_ if gap_ids else None


async def has_report(session: AsyncSession, week: str) -> bool:
    """Whether a week's report was put in, or there was nothing to tell."""
    return (await session.scalars(select(Outgoing.id).where(Outgoing.work == f"{ABOUT}{week}"))).first() is not None


async def reports(session: AsyncSession, team_id: str) -> list[Outgoing]:
    """The reports that stand in Slack, newest first."""
    query = select(Outgoing).where(
        Outgoing.team_id == team_id,
        Outgoing.kind == "post",
        Outgoing.about.startswith(ABOUT),
        Outgoing.posted_ts.is_not(None),
    )
    return list(await session.scalars(query.order_by(Outgoing.created_at.desc())))


def closing_work(gap_id: str) -> str:
    """The work of the change that shows a gap as closed, in the report that tells of it."""
    return f"{_CLOSED}{gap_id}"


async def shown_closed(session: AsyncSession, gap_ids: Sequence[str]) -> set[str]:
    """Those of the gaps whose report shows that they are closed."""
    works = {closing_work(gap_id): gap_id for gap_id in gap_ids}
    known = await session.scalars(select(Outgoing.work).where(Outgoing.work.in_(works)))
    return {works[work] for work in known}


async def _found(session: AsyncSession, *where: Any) -> list[Found]:
    query = select(Gap, GapQuestion).join(GapQuestion, GapQuestion.gap_id == Gap.id).where(*where)
    rows: dict[str, Gap] = {}
    asked: dict[str, list[Asked]] = defaultdict(list)
    for gap, question in await session.execute(query.order_by(GapQuestion.asked_on, GapQuestion.id)):
        rows[gap.id] = gap
        asked[gap.id].append(Asked(question.text, question.language, question.reason, question.asked_on))
    gaps = [
        Found(
            id=gap.id,
            since=gap.created_at,
            questions=tuple(asked[gap.id]),
            reported_at=gap.reported_at,
            closed_at=gap.closed_at,
            closed_by=gap.closed_by,
            passage=gap.passage,
        )
        for gap in rows.values()
    ]
    return sorted(gaps, key=lambda gap: (-len(gap.questions), gap.since, gap.id))
