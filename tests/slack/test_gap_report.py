"""When the gap report is posted and of which gaps it tells, on a real SQLite file and with a clock that stands."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from bot.settings import Settings
from bot.slack.gap_report import redraw, report
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import gaps
from bot.store.database import Database
from bot.store.models import Outgoing
from tests.coach.conftest import Shelf

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DAY, NINE = timedelta(days=1), timedelta(hours=9)
CHANNEL = "C0MANAGERS"


@dataclass
class Desk:
    """The parts that a report needs, at a moment that the test sets; `jobs` is what was asked of the engine."""

    database: Database
    settings: Settings
    words: Words
    at: datetime = MONDAY + NINE
    jobs: list[tuple[str, str]] = field(default_factory=list)

    async def enqueue(self, job: str, key: str) -> None:
        self.jobs.append((job, key))

    @property
    def service(self) -> Service:
        elsewhere: dict[str, Any] = {
            "gateway": SimpleNamespace(team_id="T1"),
            "clock": SimpleNamespace(now=lambda: self.at),
            "coach": SimpleNamespace(manual=Shelf({})),
            "engine": self,
        }
        return Service(settings=self.settings, database=self.database, all_words=self.words, **elsewhere)

    async def asked(self, text: str, *days: datetime) -> str:
        """A gap with a question on each of the days."""
        gap_id: str | None = None
        for number, day in enumerate(days):
            async with self.database.begin() as session:
                question = gaps.Asked(f"{text} {number}", "en", "unanswered", day)
                gap_id = await gaps.add(session, "T1", gap_id, question)
        assert gap_id is not None
        return gap_id

    async def posts(self) -> list[str]:
        """What was put in for Slack, oldest first."""
        async with self.database.read() as session:
            found = await session.scalars(select(Outgoing).order_by(Outgoing.created_at))
            return [json.dumps(row.payload) for row in found if row.payload]

    async def post_stands(self) -> None:
        async with self.database.begin() as session:
            for row in await session.scalars(select(Outgoing).where(Outgoing.posted_ts.is_(None))):
                row.posted_ts, row.settled_at = "1.0", self.at


Run = Callable[[Callable[[Desk], Awaitable[None]]], None]


@pytest.fixture
def run(url: URL, tmp_path: Path, words: Words, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("BONVENT_DATA", str(tmp_path))
    monkeypatch.setenv("BONVENT_ESCALATION_CHANNEL", CHANNEL)

    def run(test: Callable[[Desk], Awaitable[None]]) -> None:
        async def within() -> None:
            database = Database(url)
            try:
                await test(Desk(database, Settings(), words.within("en")))
            finally:
                await database.close()

        asyncio.run(within())

    return run


@pytest.mark.parametrize(("at", "due"), [(timedelta(hours=7, minutes=59), False), (timedelta(hours=8), True)])
def test_it_is_due_on_monday_from_eight_on(run: Run, at: timedelta, due: bool) -> None:
    async def test(desk: Desk) -> None:
        await desk.asked("May I podcast?", *[MONDAY - DAY] * 3)
        desk.at = MONDAY + at
        for _ in range(2):
            await report(desk.service)
        assert len(await desk.posts()) == due
        assert [job for job, _ in desk.jobs] == ["deliver"] * due

    run(test)


def test_what_few_have_asked_lately_is_not_told(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.asked("Alone lately?", MONDAY - DAY)
        await desk.asked("Alone for a week?", MONDAY - 7 * DAY)
        await desk.asked("Many?", *[MONDAY - DAY] * 3)
        await report(desk.service)
        (post,) = await desk.posts()
        assert "Many?" in post
        assert "Alone for a week?" in post
        assert "Alone lately?" not in post

    run(test)


def test_a_question_of_the_same_day_waits_for_the_next_report(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.asked("Not three before today?", MONDAY - DAY, MONDAY - DAY, MONDAY)
        await desk.asked("Before?", *[MONDAY - DAY] * 3, MONDAY)
        await report(desk.service)
        (post,) = await desk.posts()
        assert "Asked 3 times" in post
        assert "Before? 3" not in post
        assert "Not three before today?" not in post

    run(test)


def test_what_was_told_and_has_no_news_is_not_told_again(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.asked("Known?", *[MONDAY - DAY] * 3)
        again = await desk.asked("Asked again?", *[MONDAY - DAY] * 3)
        await report(desk.service)
        async with desk.database.begin() as session:
            await gaps.add(session, "T1", again, gaps.Asked("Once more?", "en", "unanswered", MONDAY + DAY))
        desk.at += 7 * DAY
        await report(desk.service)
        first, second = await desk.posts()
        assert "Known?" in first
        assert "Known?" not in second
        assert "Once more?" in second
        desk.at += 7 * DAY
        await report(desk.service)
        assert len(await desk.posts()) == 2, "a week without news"

    run(test)


def test_drawn_anew_it_tells_of_no_other_day(run: Run) -> None:
    async def test(desk: Desk) -> None:
        closed = await desk.asked("Closed?", *[MONDAY - DAY] * 3)
        await desk.asked("Open?", *[MONDAY - DAY] * 3, MONDAY)
        await report(desk.service)
        await desk.post_stands()
        async with desk.database.begin() as session:
            await gaps.close(session, closed, desk.at, None)
        assert len(await redraw(desk.service, closed)) == 1
        post = (await desk.posts())[-1]
        assert "Asked 3 times" in post
        assert "Open? 3" not in post

    run(test)
