"""The minute tick, minute by minute: a real database and a stand-in for Slack, with a clock that the test moves."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.program.models import Reason
from bot.slack.delivery import deliver
from bot.slack.nudge_answers import draft_it, fewer, later_today
from bot.slack.nudging import nudge_tick
from bot.store import ambassadors, nudges, outbox, program_state
from bot.store.models import Outgoing
from bot.store.program_models import AmbassadorRow, CampaignRow
from tests.e2e.slack import Channel, Person, Slack
from tests.slack.program import DAY, HOUR, MINUTE, MONDAY, Program, Run, sent_to


class TestSending:
    def test_each_person_once_by_direct_message(self, run: Run, marta: Person, jordi: Person) -> None:
        async def test(program: Program) -> None:
            await program.campaign()
            await program.join(marta, topics=["heat-pumps"])
            await program.join(jordi, topics=["solar"])
            await program.tick()
            await program.minutes(6)
            (said,) = program.got(marta)
            assert "you chose the topic “Heat pumps”" in said.words
            assert "A survey takes 40 minutes." in said.words
            assert program.got(jordi) == []
            row = (await program.rows())[marta.id]
            assert (row.state, row.number) == ("posted", 1)
            assert row.posted_at is not None

        run(test)

    def test_two_rounds_at_the_same_moment_are_one(self, run: Run, marta: Person, jordi: Person) -> None:
        async def test(program: Program) -> None:
            await program.campaign(ends=MONDAY + 3 * HOUR)
            await program.join(marta)
            await program.join(jordi)
            await asyncio.gather(*(nudge_tick(program.service) for _ in range(3)))
            await program.due_now(marta, jordi)
            await asyncio.gather(*(nudge_tick(program.service) for _ in range(3)))
            await asyncio.gather(*(deliver(program.service, id_) for id_ in program.jobs * 2))
            assert [len(program.got(person)) for person in (marta, jordi)] == [1, 1]

        run(test)

    def test_a_round_with_nothing_to_do_touches_nothing(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await program.join(marta)
            await program.tick()
            calls = len(program.slack.calls)
            await program.minutes(3)
            assert len(program.slack.calls) == calls
            assert program.jobs == []

        run(test)

    def test_not_somebody_whom_slack_lets_in_no_more(self, run: Run, marta: Person, jordi: Person) -> None:
        async def test(program: Program) -> None:
            await program.campaign()
            await program.join(marta)
            await program.join(jordi)
            marta.user.deleted = True
            await program.tick()
            await program.minutes(6)
            assert program.got(marta) == []
            assert len(program.got(jordi)) == 1
            async with program.database.read() as session:
                left = await ambassadors.known(session, program.gateway.team_id, marta.id)
            assert left is not None
            assert left.state == "gone"
            assert (await program.rows())[marta.id].reason == "deactivated"

        run(test)

    def test_whoever_travelled_to_where_it_is_night_is_left_in_peace(self, run: Run, slack: Slack) -> None:
        async def test(program: Program) -> None:
            far = slack.add_user("Ada Far", tz="Pacific/Auckland")
            await program.campaign(ends=MONDAY + 3 * HOUR)
            await program.join(far)
            await program.tick()
            await program.due_now(far)
            await program.tick()
            assert program.got(far) == []
            async with program.database.read() as session:
                row = await ambassadors.known(session, program.gateway.team_id, far.id)
            assert row is not None
            assert row.time_zone == "Pacific/Auckland"

        run(test)

    def test_it_is_good_until_quiet_hours_begin_there(self, run: Run, slack: Slack) -> None:
        async def test(program: Program) -> None:
            near = slack.add_user("Ona Near", tz="Europe/Helsinki")  # 17:50 there is 16:50 in Madrid
            program.set(MONDAY.replace(hour=15, minute=50))
            await program.campaign(ends=MONDAY + 9 * HOUR)
            await program.join(near)
            await program.tick()
            await program.due_now(near)
            await program.tick(deliver_too=False)
            async with program.database.read() as session:
                (row,) = list(await session.scalars(select(Outgoing)))
            assert row.good_until == MONDAY.replace(hour=16, minute=0)
            program.set(MONDAY.replace(hour=16, minute=0))
            await program.deliver()
            assert program.got(near) == []
            assert await program.states() == ["skipped/missed"]

        run(test)


class TestMissed:
    def test_a_clock_that_jumps_over_a_window_brings_no_burst(self, run: Run, slack: Slack) -> None:
        async def test(program: Program) -> None:
            people = [slack.add_user(f"Person {number}") for number in range(5)]
            await program.campaign(ends=MONDAY + 6 * HOUR)
            for person in people:
                await program.join(person)
            await program.tick()
            planned = await program.rows()
            program.set(MONDAY + 6 * HOUR)
            await program.tick()
            await program.minutes(2)
            assert sum(len(program.got(person)) for person in people) == 0
            assert len(planned) == 5
            assert await program.states() == ["skipped/missed"] * 5

        run(test)

    def test_what_was_queued_and_is_delivered_too_late_frees_its_place(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await program.queued(marta)
            assert await program.states() == ["queued"]
            program.set(MONDAY + HOUR)
            await program.deliver()
            assert program.got(marta) == []
            assert await program.states() == ["skipped/missed"]
            async with program.database.read() as session:
                assert await outbox.waiting(session) == []
                kept = await nudges.past(session, program.gateway.team_id, MONDAY - DAY)
            assert [each.counts for each in kept] == [False]

        run(test)

    def test_what_slack_took_in_time_before_a_crash_stands(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await program.queued(marta)
            async with program.database.begin() as session:  # as a kill leaves it: Slack has it, we don't know
                row = await session.get_one(Outgoing, program.jobs[0])
                assert await outbox.claim(session, row.id, 0, program.at)
            await program.gateway.post(row)
            program.set(MONDAY + HOUR)
            await program.deliver()
            assert len(program.got(marta)) == 1
            assert await program.states() == ["posted"]

        run(test)

    def test_what_a_crash_left_is_brought_by_the_next_round_and_once(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await program.queued(marta)
            program.jobs.clear()  # killed before the job was kept
            await program.minutes(2)
            assert len(program.got(marta)) == 1

        run(test)


class TestOptingOut:
    def test_nothing_that_is_planned_or_queued_goes_out(self, run: Run, marta: Person, jordi: Person) -> None:
        async def test(program: Program) -> None:
            await program.queued(marta, jordi)
            await program.leave(marta)
            await program.leave(jordi)
            await program.deliver()
            program.set(MONDAY + 5 * HOUR)
            await program.minutes(2)
            assert program.got(marta) == program.got(jordi) == []
            assert await program.states() == ["skipped/paused"] * 2

        run(test)

    def test_what_slack_was_just_taking_is_removed(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await program.queued(marta)
            async with program.database.begin() as session:
                row = await session.get_one(Outgoing, program.jobs[0])
                assert await outbox.claim(session, row.id, 0, program.at)
            await program.gateway.post(row)
            await program.leave(marta)
            assert program.jobs
            program.set(program.at + MINUTE)
            await program.deliver()
            assert program.got(marta) == []

        run(test)

    def test_nothing_while_frozen_and_the_rest_once_it_is_lifted(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            team_id = program.gateway.team_id
            await program.campaign(ends=MONDAY + 6 * HOUR)
            await program.join(marta)
            await program.tick()
            await program.due_now(marta)
            async with program.database.begin() as session:
                await program_state.freeze(session, team_id, "U1", "https://tebiora.example", program.at)
                await nudges.withdraw(session, team_id, program.at, Reason.FROZEN)
            await program.minutes(3)
            assert program.got(marta) == []
            async with program.database.begin() as session:
                await program_state.lift(session, team_id)
            await program.tick()
            assert await program.states() == ["planned"]

        run(test)


class TestInAChannel:
    def test_one_thread_a_campaign_and_one_nudge_a_minute(
        self, run: Run, slack: Slack, marta: Person, jordi: Person, channel: Channel
    ) -> None:
        async def test(program: Program) -> None:
            ends = MONDAY + 6 * HOUR
            await program.campaign(channel=channel.id, ends=ends)
            for person in (marta, jordi):
                await program.join(person, in_channels=True)
            await program.tick()
            await program.due_now(marta, jordi, channel=channel.id)
            counts = []
            await program.tick()
            for _ in range(4):
                counts.append(len(program.got(channel)))
                await program.minutes(1)
            assert counts == [1, 2, 3, 3]
            root, *replies = program.got(channel)
            assert "A survey takes 40 minutes." in root.words
            assert root.buttons == []
            assert {reply.thread_ts for reply in replies} == {root.ts}
            called = [person for person in (marta, jordi) for reply in replies if person.id in json.dumps(reply.blocks)]
            assert called == [marta, jordi]
            assert program.got(marta) == program.got(jordi) == []

        run(test)

    def test_whoever_is_not_in_it_gets_a_direct_message(
        self, run: Run, slack: Slack, marta: Person, channel: Channel
    ) -> None:
        async def test(program: Program) -> None:
            outside = slack.add_user("Otto Outside")
            await program.campaign(channel=channel.id, ends=MONDAY + 6 * HOUR)
            await program.join(outside, in_channels=True)
            await program.tick()
            await program.due_now(outside, channel=channel.id)
            await program.tick()
            assert len(program.got(outside)) == 1
            assert program.got(channel) == []
            assert (await program.rows())[outside.id].channel_id is None

        run(test)

    @pytest.mark.parametrize("how", ["removed", "archived", "private"])
    def test_a_channel_that_is_gone_pauses_the_campaign_tells_its_planner_once_and_leaves_others_alone(
        self, run: Run, slack: Slack, marta: Person, jordi: Person, channel: Channel, how: str
    ) -> None:
        async def test(program: Program) -> None:
            planner = slack.add_user("Pia Planner")
            await program.campaign(by=planner.id, channel=channel.id, ends=MONDAY + 6 * HOUR)
            await program.join(marta, in_channels=True)
            await program.tick()
            if how == "archived":
                channel.is_archived = True
            else:
                channel.members.remove(slack.state.bot_user)
                channel.kind = "private" if how == "private" else channel.kind
            await program.due_now(marta, channel=channel.id)
            await program.tick()
            await program.minutes(2)
            (told,) = program.got(planner)
            assert "I paused the campaign “Heat pumps in old houses”" in told.words
            assert "Invite me there" in told.words
            async with program.database.read() as session:
                row = await session.get_one(CampaignRow, (program.gateway.team_id, "old-houses"))
            assert (row.state, row.paused_why) == ("paused", "channel_gone")
            assert await program.states() == ["skipped/channel_gone"]
            await program.campaign("solar", topic="solar")
            await program.join(jordi)
            await program.minutes(6)
            assert len(program.got(jordi)) == 1

        run(test)

    def test_of_a_campaign_from_a_file_the_managers_are_told_where_they_have_no_channel(
        self, run: Run, slack: Slack, marta: Person, channel: Channel, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        aina, pau = slack.add_user("Aina Ferrandis"), slack.add_user("Pau Vidal")
        monkeypatch.setenv("BONVENT_MANAGERS", f"{aina.id} {pau.id}")

        async def test(program: Program) -> None:
            await program.campaign(channel=channel.id, ends=MONDAY + 6 * HOUR)
            await program.join(marta, in_channels=True)
            await program.tick()
            channel.is_archived = True
            await program.due_now(marta, channel=channel.id)
            await program.minutes(3)
            for manager in (aina, pau):
                (told,) = program.got(manager)
                assert "I paused the campaign “Heat pumps in old houses”" in told.words
            assert program.got(marta) == []

        run(test)

    def test_what_an_outage_held_back_comes_one_a_minute_too(
        self, run: Run, marta: Person, jordi: Person, channel: Channel
    ) -> None:
        async def test(program: Program) -> None:
            await program.campaign(channel=channel.id, ends=MONDAY + 6 * HOUR)
            for person in (marta, jordi):
                await program.join(person, in_channels=True)
            await program.tick()
            await program.due_now(marta, jordi, channel=channel.id)
            await program.tick()  # the thread begins
            for _ in range(2):
                program.set(program.at + MINUTE)
                await program.tick(deliver_too=False)
            assert await program.states() == ["queued", "queued"]
            program.set(program.at + MINUTE)
            waiting = list(program.jobs)
            await program.deliver()
            assert len(waiting) == 2
            assert len(program.got(channel)) == 2
            await program.minutes(1)
            assert len(program.got(channel)) == 3

        run(test)

    def test_a_thread_whose_beginning_was_removed_begins_anew_with_the_next_nudge(
        self, run: Run, slack: Slack, marta: Person, jordi: Person, channel: Channel
    ) -> None:
        async def test(program: Program) -> None:
            await program.campaign(channel=channel.id, ends=MONDAY + 6 * HOUR)
            for person in (marta, jordi):
                await program.join(person, in_channels=True)
            await program.tick()
            await program.due_now(marta, channel=channel.id)
            await program.tick()
            slack.faults.refuse("chat.postMessage", "thread_not_found")
            await program.minutes(1)
            assert "skipped/channel_gone" in await program.states()
            await program.due_now(jordi, channel=channel.id)
            await program.minutes(2)
            roots = [message for message in program.got(channel) if message.thread_ts is None]
            assert len(roots) == 2
            assert [m.thread_ts for m in program.got(channel) if m.thread_ts] == [roots[1].ts]

        run(test)


class TestLater:
    @pytest.mark.parametrize(
        ("hour", "minute", "said", "reminded"),
        [(10, 0, "at 13:00", 180), (15, 30, "at 17:50", 140), (17, 45, "no time left outside", None)],
    )
    def test_once_and_never_in_quiet_hours(
        self, run: Run, marta: Person, hour: int, minute: int, said: str, reminded: int | None
    ) -> None:
        async def test(program: Program) -> None:
            program.set(MONDAY.replace(hour=hour - 1, minute=minute))  # Madrid is an hour ahead
            await sent_to(program, marta)
            row = (await program.rows())[marta.id]
            assert said in (await later_today(program.service, row)).text
            await program.deliver()
            pressed = program.at
            if reminded is not None:
                program.set(pressed + (reminded - 1) * MINUTE)
                await program.tick()
                assert len(program.got(marta)) == 1
                program.set(pressed + reminded * MINUTE)
                await program.minutes(2)
                assert "You said “later today”" in program.got(marta)[1].words
            program.set(pressed + 8 * HOUR)
            await program.minutes(2)
            assert len(program.got(marta)) == (2 if reminded else 1)

        run(test)

    def test_not_after_an_opt_out_nor_once_it_was_answered(self, run: Run, marta: Person, jordi: Person) -> None:
        async def test(program: Program) -> None:
            await sent_to(program, marta, jordi)
            rows = await program.rows()
            for person in (marta, jordi):
                await later_today(program.service, rows[person.id])
            await program.leave(marta)
            await draft_it(program.service, rows[jordi.id], jordi.channel)
            await program.deliver()
            program.set(program.at + 3 * HOUR)
            await program.minutes(2)
            assert [len(program.got(person)) for person in (marta, jordi)] == [1, 2]

        run(test)


class TestFewer:
    def test_one_less_however_often_it_is_pressed(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await sent_to(program, marta)
            row = (await program.rows())[marta.id]
            assert "at most one a week" in (await fewer(program.service, row)).text
            assert "at most one a week" in (await fewer(program.service, row)).text
            async with program.database.read() as session:
                person = await session.get_one(AmbassadorRow, (program.gateway.team_id, marta.id))
            assert person.weekly_budget == 1
            await program.deliver()
            assert program.got(marta)[0].buttons == []

        run(test)


def test_on_the_day_that_clocks_go_back_nobody_is_nudged_twice_or_in_the_night(run: Run, slack: Slack) -> None:
    async def test(program: Program) -> None:
        people = [slack.add_user(f"Sunday {number}") for number in range(4)]
        program.set(datetime(2026, 10, 24, 22, 0, tzinfo=UTC))  # midnight in Madrid; at 3:00 it is 2:00 again
        await program.campaign(ends=program.at + 10 * HOUR)
        for person in people:
            await program.join(person, days=list(range(7)), quiet_from=0, quiet_to=2 * 60)
        await program.tick()
        for _ in range(40):
            program.set(program.at + 15 * MINUTE)
            await program.tick()
        rows = await program.rows()
        assert [row.state for row in rows.values()] == ["posted"] * 4
        assert min(row.posted_at for row in rows.values() if row.posted_at) >= datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
        assert [len(program.got(person)) for person in people] == [1] * 4

    run(test)
