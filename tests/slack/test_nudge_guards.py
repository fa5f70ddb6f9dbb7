"""Each thing that a nudge is looked at for once more, right before it goes out: what changed since it was planned counts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.program.models import Ambassador, Audience, Quiet
from bot.program.planner import plan
from bot.slack import nudging
from bot.slack.delivery import deliver
from bot.slack.nudge_answers import fewer, later_at, later_today, not_for_me
from bot.slack.nudge_refusals import channel_gone
from bot.slack.nudge_sending import remind, send
from bot.slack.nudging import nudge_tick, replan
from bot.store import ambassadors, campaigns, nudge_caps, program_state
from bot.store.models import Outgoing
from bot.store.program_models import AmbassadorRow, CampaignRow, NudgeRow, ProgramState
from tests.e2e.slack import Channel, Person, Slack
from tests.slack.program import DAY, HOUR, MINUTE, MONDAY, Program, Run, sent_to

Change = Callable[[Program, Person], Awaitable[None]]


async def frozen(program: Program, person: Person) -> None:
    async with program.database.begin() as session:
        await program_state.freeze(session, program.gateway.team_id, "U0BOSS", "", program.at)


async def left(program: Program, person: Person) -> None:
    await chose(program, person, state="left")


async def wants_none(program: Program, person: Person) -> None:
    await chose(program, person, weekly_budget=0)


async def paused(program: Program, person: Person) -> None:
    async with program.database.begin() as session:
        row = await session.get_one(CampaignRow, (program.gateway.team_id, "old-houses"))
        await campaigns.pause(session, row, "by_manager", program.at)


async def under_embargo(program: Program, person: Person) -> None:
    await program.campaign(ends=MONDAY + 6 * HOUR, embargo=program.at + HOUR)


async def over(program: Program, person: Person) -> None:
    await program.campaign(starts=program.at - DAY, ends=program.at)


async def chose(program: Program, person: Person, **fields: Any) -> None:
    async with program.database.begin() as session:
        row = await session.get_one(AmbassadorRow, (program.gateway.team_id, person.id))
        await ambassadors.change(session, row, program.at, **fields)


async def due(program: Program, person: Person, where: Channel | None = None) -> NudgeRow:
    """A nudge whose time is now."""
    id_ = where.id if where is not None else None
    await program.campaign(ends=MONDAY + 6 * HOUR, channel=id_)
    await program.join(person, in_channels=where is not None)
    await program.tick()
    await program.due_now(person, channel=id_)
    return (await program.rows())[person.id]


async def outgoing(program: Program) -> list[Outgoing]:
    async with program.database.read() as session:
        return list(await session.scalars(select(Outgoing).order_by(Outgoing.created_at, Outgoing.id)))


CHANGES = [frozen, left, wants_none, paused, under_embargo, over]


@pytest.mark.parametrize("change", CHANGES, ids=lambda each: each.__name__)
def test_what_changes_while_slack_is_asked_where_to_write(
    run: Run,
    marta: Person,
    monkeypatch: pytest.MonkeyPatch,
    change: Change,
) -> None:
    async def test(program: Program) -> None:
        row = await due(program, marta)
        asked = program.gateway.direct_channel

        async def meanwhile(user_id: str) -> str:
            await change(program, marta)
            return await asked(user_id)

        monkeypatch.setattr(program.gateway, "direct_channel", meanwhile)
        await send(program.service, row)
        assert await outgoing(program) == []

    run(test)


@pytest.mark.parametrize("change", [each for each in CHANGES if each is not wants_none], ids=lambda each: each.__name__)
def test_what_changes_before_the_thread_begins(
    run: Run,
    marta: Person,
    channel: Channel,
    monkeypatch: pytest.MonkeyPatch,
    change: Change,
) -> None:
    async def test(program: Program) -> None:
        row = await due(program, marta, channel)
        inside = program.gateway.inside

        async def meanwhile(channel_id: str) -> frozenset[str]:
            found = await inside(channel_id)
            await change(program, marta)
            return found

        monkeypatch.setattr(program.gateway, "inside", meanwhile)
        await send(program.service, row)
        assert await outgoing(program) == []

    run(test)


@pytest.mark.parametrize("change", [left, frozen], ids=lambda each: each.__name__)
def test_what_changes_while_it_is_planned(
    run: Run,
    marta: Person,
    monkeypatch: pytest.MonkeyPatch,
    change: Change,
) -> None:
    async def test(program: Program) -> None:
        await program.campaign(ends=MONDAY + 6 * HOUR)
        await program.join(marta)
        loop, plans = asyncio.get_running_loop(), []

        def planned(*given: Any, **more: Any) -> Any:
            plans.append(plan(*given, **more))
            if len(plans) == 1:
                asyncio.run_coroutine_threadsafe(change(program, marta), loop).result()
            return plans[-1]

        monkeypatch.setattr(nudging, "plan", planned)
        await replan(program.service)
        assert len(plans[0].planned) == 1
        assert len(plans) == 2
        assert await program.rows() == {}

    run(test)


def test_who_left_without_a_trace_is_skipped_and_doesnt_wait(run: Run, marta: Person) -> None:
    async def test(program: Program) -> None:
        row = await due(program, marta)
        await left(program, marta)
        await send(program.service, row)
        assert await program.states() == ["skipped/paused"]

    run(test)


def test_whom_slack_lets_in_no_more_is_not_called_in_a_channel(run: Run, marta: Person, channel: Channel) -> None:
    async def test(program: Program) -> None:
        row = await due(program, marta, channel)
        program.gateway.changed(marta.id)
        marta.user.deleted = True
        await send(program.service, row)
        assert await outgoing(program) == []
        assert await program.states() == ["skipped/deactivated"]

    run(test)


def test_who_wants_direct_messages_gets_one_whatever_was_planned(run: Run, marta: Person, channel: Channel) -> None:
    async def test(program: Program) -> None:
        row = await due(program, marta, channel)
        await chose(program, marta, in_channels=False)
        await send(program.service, row)
        await program.deliver()
        assert (len(program.got(marta)), program.got(channel)) == (1, [])

    run(test)


def test_a_campaign_that_moved_is_not_told_in_its_old_channel(
    run: Run,
    slack: Slack,
    marta: Person,
    channel: Channel,
) -> None:
    async def test(program: Program) -> None:
        row = await due(program, marta, channel)
        await program.campaign(ends=MONDAY + 6 * HOUR, channel=slack.add_channel("elsewhere", members=[marta]).id)
        await send(program.service, row)
        await program.deliver()
        assert program.got(channel) == []

    run(test)


def test_it_is_good_no_longer_than_its_campaign(run: Run, marta: Person) -> None:
    async def test(program: Program) -> None:
        row = await due(program, marta)
        await program.campaign(ends=program.at + 7 * MINUTE)
        await send(program.service, row)
        (put,) = await outgoing(program)
        assert put.good_until == program.at + 7 * MINUTE

    run(test)


class TestThreads:
    def test_one_beginning_however_long_slack_is_away(self, run: Run, marta: Person, channel: Channel) -> None:
        async def test(program: Program) -> None:
            await due(program, marta, channel)
            await program.tick(deliver_too=False)
            first = await outgoing(program)
            program.set(program.at + MINUTE)
            await send(program.service, (await program.rows())[marta.id])
            assert [row.id for row in await outgoing(program)] == [row.id for row in first]
            await program.deliver()
            assert len(program.got(channel)) == 1

        run(test)

    def test_two_campaigns_dont_begin_in_the_same_minute(
        self,
        run: Run,
        marta: Person,
        jordi: Person,
        channel: Channel,
    ) -> None:
        async def test(program: Program) -> None:
            for person in (marta, jordi):
                only = {"audience": Audience(people=(person.id,)), "channel": channel.id, "ends": MONDAY + 6 * HOUR}
                await program.campaign(person.id.lower(), **only)
                await program.join(person, in_channels=True)
            await program.tick()
            await program.due_now(marta, jordi, channel=channel.id)
            for row in (await program.rows()).values():
                await send(program.service, row)
            assert len(await outgoing(program)) == 1

        run(test)


class TestReminders:
    def test_one_that_was_answered_meanwhile_doesnt_come(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            row = await asked_for_later(program, marta)
            await not_for_me(program.service, row)
            await program.deliver()
            await remind(program.service, row)
            await program.deliver()
            assert not any("later today" in message.words for message in program.got(marta))

        run(test)

    def test_it_is_taken_up_once(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            row = await asked_for_later(program, marta)
            await remind(program.service, row)
            assert (await program.rows())[marta.id].later_at is None
            await program.deliver()
            assert sum("later today" in message.words for message in program.got(marta)) == 1

        run(test)

    @pytest.mark.parametrize("change", [frozen, left, paused, under_embargo], ids=lambda each: each.__name__)
    def test_none_once_nothing_may_be_said(self, run: Run, marta: Person, change: Change) -> None:
        async def test(program: Program) -> None:
            row = await asked_for_later(program, marta)
            known = len(await outgoing(program))
            await change(program, marta)
            await remind(program.service, row)
            assert len(await outgoing(program)) == known

        run(test)

    def test_it_is_good_no_longer_than_its_campaign(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            row = await asked_for_later(program, marta)
            await program.campaign(ends=program.at + 7 * MINUTE)
            await remind(program.service, row)
            put = (await outgoing(program))[-1]
            assert (put.about, put.good_until) == (f"later:{row.id}", program.at + 7 * MINUTE)

        run(test)


async def asked_for_later(program: Program, person: Person) -> NudgeRow:
    """A nudge of three hours ago that somebody put off until now."""
    await sent_to(program, person)
    await later_today(program.service, (await program.rows())[person.id])
    await program.deliver()
    row = (await program.rows())[person.id]
    assert row.later_at is not None
    program.set(row.later_at)
    return row


def test_a_thread_that_begins_late_takes_a_minute_as_any_post_does(
    run: Run, slack: Slack, marta: Person, channel: Channel
) -> None:
    async def test(program: Program) -> None:
        await program.campaign(channel=channel.id, ends=MONDAY + 6 * HOUR)
        await program.join(marta, in_channels=True)
        await program.tick()
        await program.due_now(marta, channel=channel.id)
        await program.tick(deliver_too=False)
        (root,) = program.jobs
        program.jobs.clear()  # as after a crash
        program.set(program.at + MINUTE)
        async with program.database.begin() as session:
            team_id = program.gateway.team_id
            assert await nudge_caps.take_minute(session, team_id, channel.id, program.at, "another")
        await deliver(program.service, root)
        assert program.got(channel) == []
        await program.minutes(1)
        assert len(program.got(channel)) == 1

    run(test)


class TestPlanningAgain:
    def test_what_is_due_and_still_waits_keeps_its_place(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await program.campaign(ends=MONDAY + 6 * HOUR)
            await program.join(marta)
            await program.tick()
            planned = (await program.rows())[marta.id]
            program.set(planned.at + 3 * MINUTE)
            await replan(program.service)
            assert (await program.rows())[marta.id].at == planned.at

        run(test)

    def test_a_clock_that_was_put_back(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await program.join(marta)
            await program.tick()
            program.set(program.at - 2 * DAY)
            await nudge_tick(program.service)
            assert await planned_at(program) == program.at

        run(test)

    def test_before_what_is_written_down_runs_out_though_nothing_changed(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await program.join(marta)
            await program.tick()
            program.set(program.at + 13 * HOUR)
            await nudge_tick(program.service)
            assert await planned_at(program) == program.at

        run(test)

    def test_past_what_was_sent_long_ago_for_a_campaign_that_still_runs_isnt_sent_again(
        self,
        run: Run,
        marta: Person,
    ) -> None:
        async def test(program: Program) -> None:
            await sent_to(program, marta)
            program.set(MONDAY + 50 * DAY)
            await program.campaign(ends=program.at + DAY)
            await program.tick()
            assert await program.states() == ["posted"]

        run(test)


class TestFewer:
    def test_fewer_than_none_is_none(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await sent_to(program, marta)
            await chose(program, marta, weekly_budget=0)
            await fewer(program.service, (await program.rows())[marta.id])
            async with program.database.read() as session:
                row = await session.get_one(AmbassadorRow, (program.gateway.team_id, marta.id))
            assert row.weekly_budget == 0

        run(test)

    def test_nor_does_what_is_planned_or_on_its_way_come(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await sent_to(program, marta)
            first = (await program.rows())[marta.id]
            await program.campaign("second-one", ends=MONDAY + 36 * HOUR)
            await program.tick()
            async with program.database.begin() as session:
                second = NudgeRow.campaign_id == "second-one"
                until = program.at + 30 * MINUTE
                await session.execute(update(NudgeRow).where(second).values(at=program.at, until=until))
            await program.tick(deliver_too=False)
            assert len(program.jobs) == 1
            await chose(program, marta, weekly_budget=1)
            await fewer(program.service, first)
            await program.deliver()
            assert len(program.got(marta)) == 1

        run(test)


class TestLaterToday:
    NIGHT_OWL = Ambassador(user="U1", quiet=Quiet(0, 0), days=tuple(range(7)), time_zone="Europe/Madrid", since=MONDAY)

    @pytest.mark.parametrize(
        ("now", "at"),
        [
            (MONDAY, MONDAY + 3 * HOUR),
            (MONDAY.replace(hour=22), MONDAY.replace(hour=22, minute=50)),  # ten to midnight in Madrid
            (MONDAY.replace(hour=22, minute=45), None),
        ],
    )
    def test_today_is_today_where_they_are(self, now: datetime, at: datetime | None) -> None:
        assert later_at(self.NIGHT_OWL, now, MONDAY + 30 * DAY) == at

    @pytest.mark.parametrize(
        ("hour", "minute", "at"), [(16, 0, (16, 50)), (16, 25, (16, 50)), (16, 40, None), (17, 30, None), (3, 0, None)]
    )
    def test_before_quiet_hours_begin(self, hour: int, minute: int, at: tuple[int, int] | None) -> None:
        person = self.NIGHT_OWL.model_copy(update={"quiet": Quiet(18 * 60, 9 * 60)})
        found = later_at(person, MONDAY.replace(hour=hour, minute=minute), MONDAY + 30 * DAY)
        assert (found and (found.hour, found.minute)) == at


class TestAChannelThatIsGone:
    async def lost(self, program: Program, channel_id: str) -> CampaignRow:
        async with program.database.read() as session:
            row = await session.get_one(CampaignRow, (program.gateway.team_id, "old-houses"))
        await channel_gone(program.service, row, channel_id)
        await program.deliver()
        async with program.database.read() as session:
            return await session.get_one(CampaignRow, (program.gateway.team_id, "old-houses"))

    def test_is_told_once(self, run: Run, marta: Person, channel: Channel) -> None:
        async def test(program: Program) -> None:
            await program.campaign(by=marta.id, channel=channel.id)
            for _ in range(2):
                row = await self.lost(program, channel.id)
                program.set(program.at + MINUTE)
            assert (row.state, row.paused_why) == ("paused", "channel_gone")
            assert len(program.got(marta)) == 1

        run(test)

    def test_of_a_campaign_that_moved_or_was_paused_nothing_is_said(
        self,
        run: Run,
        marta: Person,
        channel: Channel,
    ) -> None:
        async def test(program: Program) -> None:
            await program.campaign(by=marta.id, channel=channel.id)
            assert (await self.lost(program, "C0ELSEWHERE")).state == "active"
            await paused(program, marta)
            assert (await self.lost(program, channel.id)).paused_why == "by_manager"
            assert program.got(marta) == []

        run(test)


async def planned_at(program: Program) -> datetime | None:
    async with program.database.read() as session:
        return (await session.get_one(ProgramState, program.gateway.team_id)).planned_at
