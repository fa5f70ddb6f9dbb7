"""Gaps on a real SQLite file, with a moved clock: when they are shown, what is new, who closes first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.store import gaps, outbox
from bot.store.database import Database
from bot.store.gaps import Asked
from bot.store.models import GapQuestion, Outgoing
from tests.store.conftest import Run

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)


async def ask(
    database: Database, gap_id: str | None = None, day: datetime = MONDAY, text: str = "May I?", team: str = "T1"
) -> str:
    async with database.begin() as session:
        return await gaps.add(session, team, gap_id, Asked(text, "en", "unanswered", day))


async def found(database: Database, gap_id: str) -> gaps.Found:
    async with database.read() as session:
        gap = await gaps.get(session, gap_id)
    assert gap is not None
    return gap


async def close(database: Database, gap_id: str, passage: str | None = None, by: str | None = None) -> bool:
    async with database.begin() as session:
        return await gaps.close(session, gap_id, MONDAY, passage, by)


async def report(database: Database, week: str, now: datetime, *gap_ids: str) -> str | None:
    async with database.begin() as session:
        fields = {"team_id": "T1", "channel_id": "C1", "payload": {"text": "t", "blocks": []}}
        return await gaps.put_report(session, week, now, gap_ids, **fields)


class TestWhenItIsShown:
    def test_from_the_third_question_on(self, run: Run) -> None:
        async def test(database: Database) -> None:
            id_ = await ask(database)
            await ask(database, id_)
            assert not (await found(database, id_)).shown(MONDAY)
            await ask(database, id_)
            assert (await found(database, id_)).shown(MONDAY)

        run(test)

    @pytest.mark.parametrize(
        ("after", "shown"), [(6 * DAY, False), (7 * DAY - timedelta(seconds=1), False), (7 * DAY, True)]
    )
    def test_or_a_week_after_the_day_of_the_first(self, run: Run, after: timedelta, shown: bool) -> None:
        async def test(database: Database) -> None:
            id_ = await ask(database)
            assert (await found(database, id_)).shown(MONDAY + after) is shown

        run(test)

    def test_the_day_of_a_moment_is_utcs(self) -> None:
        assert gaps.day_of(datetime.fromisoformat("2026-11-24T00:30:00+01:00")) == MONDAY

    @pytest.mark.parametrize(
        ("moment", "week", "monday"),
        [
            ("2026-11-23T00:00:00+00:00", "2026-W48", "2026-11-23"),
            ("2026-11-29T23:59:59+00:00", "2026-W48", "2026-11-23"),
            ("2027-01-01T12:00:00+00:00", "2026-W53", "2026-12-28"),
            ("2027-01-04T00:30:00+01:00", "2026-W53", "2026-12-28"),
            ("2027-01-04T08:00:00+00:00", "2027-W01", "2027-01-04"),
        ],
    )
    def test_weeks_are_iso_weeks_also_around_new_year(self, moment: str, week: str, monday: str) -> None:
        assert gaps.week_of(datetime.fromisoformat(moment)) == (
            week,
            datetime.fromisoformat(f"{monday}T00:00:00+00:00"),
        )


class TestOrder:
    def test_largest_first_then_oldest_and_of_one_workspace(self, run: Run) -> None:
        async def test(database: Database) -> None:
            young = await ask(database, day=MONDAY + DAY)
            old = await ask(database)
            large = await ask(database, day=MONDAY + 2 * DAY)
            await ask(database, large, day=MONDAY + 3 * DAY)
            await ask(database, team="T2")
            async with database.read() as session:
                assert [gap.id for gap in await gaps.open_gaps(session, "T1")] == [large, old, young]
                assert len(await gaps.all_gaps(session)) == 4

        run(test)

    def test_a_gap_of_another_workspace_is_not_found(self, run: Run) -> None:
        async def test(database: Database) -> None:
            id_ = await ask(database)
            async with database.read() as session:
                assert await gaps.get(session, id_, "T1") is not None
                assert await gaps.get(session, id_, "T2") is None

        run(test)


class TestClosing:
    def test_the_first_wins_and_it_is_open_no_more(self, run: Run) -> None:
        async def test(database: Database) -> None:
            id_ = await ask(database)
            assert await close(database, id_, "answers/en/answers.md#dogs", by="U7")
            assert not await close(database, id_, by="U8")
            closed = await found(database, id_)
            assert (closed.passage, closed.closed_by) == ("answers/en/answers.md#dogs", "U7")
            async with database.read() as session:
                assert await gaps.open_gaps(session, "T1") == []
                assert [gap.id for gap in await gaps.all_gaps(session, "T1")] == [id_]

        run(test)

    def test_what_comes_after_it_is_a_gap_of_its_own(self, run: Run) -> None:
        async def test(database: Database) -> None:
            id_ = await ask(database)
            await close(database, id_)
            new = await ask(database, id_, day=MONDAY + DAY)
            assert new != id_
            assert (await found(database, new)).since == MONDAY + DAY
            assert len((await found(database, id_)).questions) == 1

        run(test)


class TestReport:
    def test_once_a_week_whoever_comes_first(self, run: Run) -> None:
        async def test(database: Database) -> None:
            id_, now = await ask(database), MONDAY + 7 * DAY
            assert await report(database, "2026-W49", now, id_) is not None
            assert await report(database, "2026-W49", now + timedelta(hours=1), id_) is None
            gap = await found(database, id_)
            assert gap.reported_at == now
            async with database.read() as session:
                assert [each.id for each in await gaps.reported(session, "T1", now)] == [id_]
                assert len(await outbox.waiting(session)) == 1

        run(test)

    def test_one_that_slack_refused_or_that_had_nothing_to_tell_does_not_stand(self, run: Run) -> None:
        async def test(database: Database) -> None:
            id_ = await ask(database)
            await report(database, "2026-W48", MONDAY)
            refused = await report(database, "2026-W49", MONDAY + 7 * DAY, id_)
            posted = await report(database, "2026-W50", MONDAY + 14 * DAY, id_)
            assert refused is not None
            assert posted is not None
            async with database.begin() as session:
                await outbox.settle(session, refused, MONDAY, None)
                await outbox.settle(session, posted, MONDAY, "1.0")
                assert [row.id for row in await gaps.reports(session, "T1")] == [posted]
                assert await gaps.reports(session, "T2") == []

        run(test)

    def test_a_week_without_news_is_over_once_that_is_known(self, run: Run) -> None:
        async def test(database: Database) -> None:
            assert await report(database, "2026-W49", MONDAY) is None
            async with database.read() as session:
                assert await gaps.has_report(session, "2026-W49")
                assert not await gaps.has_report(session, "2026-W50")
                assert await outbox.waiting(session) == [], "nothing is posted"

        run(test)

    def test_news_are_questions_of_days_that_no_report_told_of(self, run: Run) -> None:
        async def test(database: Database) -> None:
            id_ = await ask(database, day=MONDAY - DAY)
            assert (await found(database, id_)).has_news
            await report(database, "2026-W48", MONDAY + timedelta(hours=8), id_)
            assert not (await found(database, id_)).has_news
            await ask(database, id_, day=MONDAY)  # of the report's own day, before or after it
            gap = await found(database, id_)
            assert gap.has_news
            assert len(gap.before(MONDAY).questions) == 1

        run(test)

    def test_a_closed_gap_is_shown_as_such_once_the_change_is_put_in(self, run: Run) -> None:
        async def test(database: Database) -> None:
            one, other = await ask(database), await ask(database)
            async with database.begin() as session:
                work = gaps.closing_work(one)
                await outbox.put(session, work, MONDAY, team_id="T1", channel_id="C1", payload={})
                assert await gaps.shown_closed(session, [one, other, "nothing"]) == {one}

        run(test)


class TestPrivacy:
    def test_no_column_could_hold_who_asked_or_when(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await ask(database)
            async with database.read() as session:
                row = (await session.scalars(select(GapQuestion))).one()
                assert set(row.__table__.columns.keys()) == {"id", "gap_id", "text", "language", "reason", "asked_on"}
                assert row.asked_on == MONDAY
                assert (await session.scalars(select(Outgoing))).all() == []

        run(test)

    def test_words_are_in_no_representation(self) -> None:
        asked = Asked("May I post my dog?", "en", "unanswered", MONDAY)
        assert "dog" not in repr(asked)
        assert "dog" not in repr(gaps.Found("g", MONDAY, (asked,)))
