"""Nudges on real databases: each is taken up once, within its caps, and none after it was withdrawn, whoever is quicker."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from sqlalchemy import select

from bot.program.models import Audience, Campaign, Planned, Reason
from bot.store import ambassadors, campaigns, nudges, outbox, program_state
from bot.store.database import Database
from bot.store.models import Outgoing
from bot.store.program_models import NudgeCap, NudgeRow
from tests.databases import on_both, on_postgres
from tests.store.conftest import Run

TEAM = "T1"
MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = MONDAY.date()
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def planned(
    user: str, campaign: str = "heat", at: datetime = MONDAY, channel: str | None = None, **fields: Any
) -> Planned:
    usual: dict[str, Any] = {
        "date": at.date(),
        "until": at + 30 * MINUTE,
        "time_zone": "UTC",
        "angles": ("a", "b", "c"),
    }
    return Planned(campaign=campaign, user=user, at=at, channel=channel, **{**usual, **fields})


async def plan(database: Database, *rows: Planned, now: datetime = MONDAY) -> None:
    async with database.begin() as session:
        await nudges.replace_planned(session, TEAM, rows, now)


async def rows_of(database: Database) -> dict[str, NudgeRow]:
    async with database.read() as session:
        return {row.id: row for row in await session.scalars(select(NudgeRow))}


async def states(database: Database) -> dict[str, str]:
    return {
        id_: f"{row.state}/{row.reason}" if row.reason else row.state for id_, row in (await rows_of(database)).items()
    }


async def caps(database: Database) -> list[str]:
    async with database.read() as session:
        return sorted(await session.scalars(select(NudgeCap.key)))


async def due(database: Database, now: datetime = MONDAY) -> list[NudgeRow]:
    async with database.read() as session:
        return await nudges.due(session, TEAM, now)


async def queue(database: Database, row: NudgeRow, now: datetime = MONDAY, budget: int = 2) -> str:
    """As the tick does: with the state held and the message put in."""
    async with database.begin() as session:
        await program_state.state(session, TEAM, lock=True)
        outcome = await nudges.queue(session, row, now, budget=budget)
        if outcome == "queued":
            where = {"channel_id": row.channel_id or "D1", "user_id": row.user_id, "team_id": TEAM, "payload": {}}
            about = f"nudge:{row.id}"
            await outbox.put(session, about, now, about=about, good_until=row.until, **where)
        return outcome


async def on_its_way(database: Database) -> NudgeRow:
    """The nudge of U1, planned, due and queued."""
    await plan(database, planned("U1"))
    (row,) = await due(database)
    await queue(database, row)
    return row


async def withdraw(database: Database, reason: Reason = Reason.PAUSED, **whose: str) -> list[str]:
    async with database.begin() as session:
        return await nudges.withdraw(session, TEAM, MONDAY, reason, **whose)


async def all_due(database: Database, now: datetime = MONDAY, budget: int = 2) -> list[str]:
    return [await queue(database, row, now, budget) for row in await due(database, now)]


def id_of(user: str, campaign: str = "heat", day: date = TODAY) -> str:
    return f"{campaign}:{user}:{day}"


class TestThePlan:
    def test_a_new_plan_takes_the_place_of_the_old_one(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(database, planned("U1"), planned("U2"))
            await plan(database, planned("U2", at=MONDAY + MINUTE), planned("U3"))
            rows = await rows_of(database)
            assert sorted(rows) == [id_of("U2"), id_of("U3")]
            assert rows[id_of("U2")].at == MONDAY + MINUTE

        run(test)

    def test_what_is_on_its_way_or_over_is_left_alone_and_never_comes_back(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(database, planned("U1"), planned("U2"), planned("U3"))
            one, two, _ = await due(database)
            assert await queue(database, one) == "queued"
            assert await queue(database, two) == "queued"
            await withdraw(database, user_id="U2")
            await plan(database, planned("U1", at=MONDAY + MINUTE), planned("U2", at=MONDAY + MINUTE))
            assert await states(database) == {id_of("U1"): "queued", id_of("U2"): "skipped/paused"}

        run(test)

    def test_what_was_withdrawn_before_it_was_queued_may_be_planned_again_and_what_was_missed_may_not(
        self, run: Run
    ) -> None:
        async def test(database: Database) -> None:
            await plan(database, planned("U1"))
            await withdraw(database, Reason.FROZEN)
            assert await states(database) == {id_of("U1"): "skipped/frozen"}
            await plan(database, planned("U1"))
            assert await states(database) == {id_of("U1"): "planned"}
            async with database.begin() as session:
                before = (await program_state.state(session, TEAM)).changes
                await nudges.miss(session, TEAM, MONDAY + 30 * MINUTE)
            async with database.read() as session:
                assert (await program_state.state(session, TEAM)).changes > before, "the rest is planned anew"
            await plan(database, planned("U1", until=MONDAY + 3 * 60 * MINUTE), now=MONDAY + 31 * MINUTE)
            assert await states(database) == {id_of("U1"): "skipped/missed"}

        run(test)

    def test_the_past_tells_what_was_sent_or_missed_and_not_what_was_withdrawn(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(database, *(planned(f"U{n}", channel="C1", at=MONDAY + n * MINUTE) for n in range(4)))
            rows = await due(database, MONDAY + 5 * MINUTE)
            for number, row in enumerate(rows[:2]):
                assert await queue(database, row, MONDAY + number * MINUTE) == "queued"
            await withdraw(database, user_id="U3")
            async with database.begin() as session:
                await nudges.miss(session, TEAM, MONDAY + DAY)
                told = await nudges.past(session, TEAM, MONDAY - DAY)
                later = await nudges.past(session, TEAM, MONDAY + DAY)
            assert [(each.user, each.counts, each.at) for each in told] == [
                ("U0", True, MONDAY),
                ("U1", True, MONDAY + MINUTE),
                ("U2", False, MONDAY + 2 * MINUTE),
            ]
            assert told[0].angles == ("a", "b", "c")
            assert told[0].channel == "C1"
            assert later == []

        run(test)

    def test_planning_starts_from_what_is_due_and_still_waits(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(database, planned("U1"), planned("U2", at=MONDAY + 10 * MINUTE))
            async with database.read() as session:
                assert await nudges.earliest(session, TEAM, MONDAY + 5 * MINUTE) == MONDAY
                assert await nudges.earliest(session, TEAM, MONDAY + 35 * MINUTE) == MONDAY + 10 * MINUTE
                assert await nudges.earliest(session, TEAM, MONDAY + DAY) == MONDAY + DAY

        run(test)

    @pytest.mark.timeout(60)
    @on_both
    def test_a_thousand_rows_take_no_time(self, run: Run) -> None:
        async def test(database: Database) -> None:
            first = [planned(f"U{n}", at=MONDAY + n * MINUTE) for n in range(1000)]
            await plan(database, *first)
            begun = time.perf_counter()
            await plan(database, *(planned(f"U{n}", at=MONDAY + (n + 1) * MINUTE) for n in range(1000)))
            assert time.perf_counter() - begun < 3.0  # measured: 0.1 to 0.2 s
            assert (await rows_of(database))[id_of("U999", day=first[999].date)].at == MONDAY + 1000 * MINUTE

        run(test)


class TestCaps:
    def test_a_weeks_budget(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(database, *(planned("U1", f"c{n}") for n in range(3)), planned("U2"))
            assert sorted(await all_due(database)) == ["no", "queued", "queued", "queued"]
            reasons = [state for state in (await states(database)).values() if "/" in state]
            assert reasons == ["skipped/budget"]
            assert [key for key in await caps(database) if key.startswith("week:U1")] == [
                "week:U1:2026-W48:1",
                "week:U1:2026-W48:2",
            ]

        run(test)

    def test_the_week_is_the_iso_week_of_the_local_date(self, run: Run) -> None:
        async def test(database: Database) -> None:
            new_year = datetime(2027, 1, 3, 23, 30, tzinfo=UTC)  # a Sunday; in Auckland it is Monday
            await plan(
                database,
                planned("U1", "one", at=new_year),
                planned("U1", "two", at=new_year, date=date(2027, 1, 4)),
                now=new_year,
            )
            await all_due(database, new_year, budget=1)
            weeks = [key for key in await caps(database) if key.startswith("week")]
            assert weeks == ["week:U1:2026-W53:1", "week:U1:2027-W01:1"]

        run(test)

    def test_a_lowered_budget_counts_what_was_sent_already(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(database, planned("U1", "c0"), planned("U1", "c1"), planned("U1", "c2", at=MONDAY + MINUTE))
            assert await all_due(database) == ["queued", "queued"]
            await withdraw(database, campaign_id="c0")  # frees the first place, not the second
            assert await all_due(database, MONDAY + MINUTE, budget=1) == ["no"]

        run(test)

    def test_one_a_minute_in_a_channel_and_the_next_one_waits(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(
                database, *(planned(f"U{n}", f"c{n}", channel="C1") for n in range(3)), planned("U9", channel="C2")
            )
            assert sorted(await all_due(database, MONDAY + timedelta(seconds=10))) == [
                "queued",
                "queued",
                "wait",
                "wait",
            ]
            assert sorted((await states(database)).values()) == ["planned", "planned", "queued", "queued"]
            assert await all_due(database, MONDAY + timedelta(seconds=50)) == ["wait", "wait"]
            assert await all_due(database, MONDAY + MINUTE) == ["queued", "wait"]

        run(test)

    def test_once_for_a_campaign_whatever_the_plan_says(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(database, planned("U1"))
            assert await all_due(database) == ["queued"]
            await plan(database, planned("U1", at=MONDAY + DAY), now=MONDAY + DAY)
            assert await all_due(database, MONDAY + DAY) == ["no"]
            assert (await states(database))[id_of("U1", day=(MONDAY + DAY).date())] == "skipped/had_it"

        run(test)

    def test_numbers_count_a_campaigns_nudges(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(database, *(planned(f"U{n}") for n in range(3)), planned("U1", "solar"))
            await all_due(database)
            rows = (await rows_of(database)).values()
            assert sorted(row.number for row in rows if row.campaign_id == "heat") == [1, 2, 3]
            assert [row.number for row in rows if row.campaign_id == "solar"] == [1]

        run(test)

    def test_a_stale_look_at_a_row_that_moved_queues_nothing(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(database, planned("U1"))
            (row,) = await due(database)
            await plan(database, planned("U1", at=MONDAY + MINUTE))
            assert await queue(database, row) == "no"
            assert await states(database) == {id_of("U1"): "planned"}

        run(test)


class TestWithdrawing:
    def test_takes_back_what_is_planned_and_queued_of_one_person(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(database, planned("U1"), planned("U1", "solar", at=MONDAY + DAY), planned("U2"))
            await all_due(database)
            assert await withdraw(database, user_id="U1") == []
            assert await states(database) == {
                id_of("U1"): "skipped/paused",
                id_of("U1", "solar", (MONDAY + DAY).date()): "skipped/paused",
                id_of("U2"): "queued",
            }
            assert {key.split(":")[1] for key in await caps(database)} == {"U2", "heat"}
            async with database.read() as session:
                (left,) = await outbox.waiting(session)
                row = await session.get_one(Outgoing, left)
            assert row.user_id == "U2"

        run(test)

    def test_names_what_slack_may_have_taken_already(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(database, planned("U1"))
            await all_due(database)
            async with database.begin() as session:
                (id_,) = await outbox.waiting(session)
                assert await outbox.claim(session, id_, 0, MONDAY)
            assert await withdraw(database) == [id_]
            async with database.begin() as session:
                assert not await outbox.claim(session, id_, 1, MONDAY), "it is never posted anew"
            assert await withdraw(database) == [], "there is nothing left to withdraw"

        run(test)

    def test_what_stands_already_stays(self, run: Run) -> None:
        async def test(database: Database) -> None:
            row = await on_its_way(database)
            async with database.begin() as session:
                await nudges.stands(session, row, MONDAY)
            await withdraw(database)
            assert await states(database) == {id_of("U1"): "posted"}
            assert await caps(database) == ["once:heat:U1", "week:U1:2026-W48:1"]

        run(test)


class TestWhatIsOver:
    def test_what_slack_took_after_it_was_withdrawn_counts_as_withdrawn(self, run: Run) -> None:
        async def test(database: Database) -> None:
            row = await on_its_way(database)
            await withdraw(database)
            async with database.begin() as session:
                await nudges.stands(session, row, MONDAY)
            assert await states(database) == {id_of("U1"): "skipped/paused"}

        run(test)

    def test_what_somebody_has_is_not_skipped_any_more(self, run: Run) -> None:
        async def test(database: Database) -> None:
            row = await on_its_way(database)
            async with database.begin() as session:
                await nudges.stands(session, row, MONDAY)
                await nudges.skip(session, row, Reason.MISSED)
            assert await states(database) == {id_of("U1"): "posted"}
            assert await caps(database) == ["once:heat:U1", "week:U1:2026-W48:1"]

        run(test)

    def test_what_nobody_got_gives_its_places_back(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(database, planned("U1", channel="C1"))
            (row,) = await due(database)
            await queue(database, row)
            async with database.begin() as session:
                await nudges.skip(session, row, Reason.MISSED)
            assert await caps(database) == []

        run(test)

    def test_what_was_posted_is_what_somebody_had_and_not_what_was_withdrawn_after_it(self, run: Run) -> None:
        async def test(database: Database) -> None:
            row = await on_its_way(database)
            async with database.begin() as session:
                await nudges.stands(session, row, MONDAY)
            await plan(database, planned("U1", at=MONDAY + DAY))
            await withdraw(database)
            async with database.read() as session:
                had = await nudges.newest(session, TEAM, "heat", "U1")
                assert had is not None
                assert had.id == id_of("U1")
                assert await nudges.newest(session, TEAM, "heat", "U2") is None

        run(test)

    def test_what_is_past_its_time_is_not_due(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(database, planned("U1"))
            assert await due(database, MONDAY - MINUTE) == []
            assert len(await due(database, MONDAY + 29 * MINUTE)) == 1
            assert await due(database, MONDAY + 30 * MINUTE) == []

        run(test)


class TestResponses:
    def test_posted_is_the_last_word_and_the_same_again_is_no_news(self, run: Run) -> None:
        async def test(database: Database) -> None:
            await plan(database, planned("U1"))
            (row,) = await due(database)
            said: list[bool] = []
            async with database.begin() as session:
                said.append(await nudges.respond(session, row, "later", MONDAY, later_at=MONDAY + DAY))
                said.append(await nudges.respond(session, row, "later", MONDAY, later_at=MONDAY + 2 * DAY))
                said.append(await nudges.respond(session, row, "posted", MONDAY))
                said.append(await nudges.respond(session, row, "not_for_me", MONDAY))
            assert said == [True, False, True, False]
            kept = (await rows_of(database))[row.id]
            assert (kept.response, kept.later_at) == ("posted", None)

        run(test)

    def test_a_reminder_is_taken_up_once(self, run: Run) -> None:
        async def test(database: Database) -> None:
            row = await on_its_way(database)
            async with database.begin() as session:
                await nudges.stands(session, row, MONDAY)
                await nudges.respond(session, row, "later", MONDAY, later_at=MONDAY + 60 * MINUTE)
                assert await nudges.to_remind(session, TEAM, MONDAY + 59 * MINUTE) == []
                (found,) = await nudges.to_remind(session, TEAM, MONDAY + 60 * MINUTE)
                session.expunge(found)
                assert await nudges.take_reminder(session, found)
                assert not await nudges.take_reminder(session, found)

        run(test)


@on_postgres
class TestThreeAtOnce:
    """Three processes on one Postgres, each with its own connections."""

    def test_each_nudge_is_queued_once_and_no_cap_is_passed(self, run: Run) -> None:
        async def test(database: Database) -> None:
            rows = [planned(f"U{n % 6}", f"c{n // 6}", channel="C1" if n % 2 else None) for n in range(24)]
            await plan(database, *rows)
            others = [Database(database.url) for _ in range(3)]
            try:
                outcomes = list(chain(*await asyncio.gather(*(all_due(other) for other in others))))
            finally:
                for other in others:
                    await other.close()
            kept = (await rows_of(database)).values()
            queued = [row for row in kept if row.state == "queued"]
            assert outcomes.count("queued") == len(queued)
            assert sum(row.channel_id is not None for row in queued) == 1
            for user in range(6):
                assert sum(row.user_id == f"U{user}" for row in queued) <= 2
            for campaign in range(4):
                numbers = sorted(row.number for row in queued if row.campaign_id == f"c{campaign}")
                assert numbers == list(range(1, len(numbers) + 1))
            async with database.read() as session:
                works = list(await session.scalars(select(Outgoing.work)))
            assert sorted(works) == sorted(f"nudge:{row.id}" for row in queued)

        run(test)

    def test_an_opt_out_leaves_nothing_on_its_way_however_the_race_ends(self, run: Run) -> None:
        async def leave(database: Database, user: str) -> None:
            async with database.begin() as session:
                row = await ambassadors.row_of(session, TEAM, user, MONDAY)
                await ambassadors.change(session, row, MONDAY, state="left")
                await nudges.withdraw(session, TEAM, MONDAY, Reason.PAUSED, user_id=user)

        async def test(database: Database) -> None:
            people = [f"U{number}" for number in range(12)]
            async with database.begin() as session:
                campaign = Campaign(
                    id="heat", name="Heat", topic="heat", starts=MONDAY - DAY, ends=MONDAY + DAY, audience=Audience(),
                    facts=("It is warm.",), owner="Sales",
                )  # fmt: skip
                await campaigns.save(session, TEAM, campaign, "U0", MONDAY)
            await plan(database, *(planned(user) for user in people))
            others = [Database(database.url) for _ in range(3)]
            try:
                await asyncio.gather(
                    *(all_due(other) for other in others[:2]), *(leave(others[2], user) for user in people)
                )
            finally:
                for other in others:
                    await other.close()
            assert set((await states(database)).values()) == {"skipped/paused"}
            async with database.read() as session:
                assert await outbox.waiting(session) == []
            assert await caps(database) == []

        run(test)
