"""What follows a nudge stays here, too, once somebody said no or everything stands still: reminders, drafts begun, threads."""

from __future__ import annotations

import json

import pytest

from bot.program.choices import Choices
from bot.program.models import Reason
from bot.slack.freezing import tell_to_hold
from bot.slack.member import Member
from bot.slack.nudge_answers import draft_it, fewer, later_today, not_for_me
from bot.slack.post import Post
from bot.slack.roster import join
from bot.store import ambassadors, campaigns, drafts, nudges, outbox, program_state, purge, signs
from bot.store.program_models import CampaignRow, NudgeRow
from tests.e2e.slack import Channel, Person
from tests.slack.program import DAY, HOUR, MONDAY, Program, Run, sent_to

pytestmark = pytest.mark.usefixtures("slack")


async def nudge_of(program: Program, person: Person) -> NudgeRow:
    return (await program.rows())[person.id]


async def stop(program: Program, how: str, person: Person) -> None:
    """Everything, the campaign, or the person stands still from now on."""
    team_id, at = program.gateway.team_id, program.at
    if how == "left":
        await program.leave(person)
        return
    async with program.database.begin() as session:
        if how == "frozen":
            await program_state.freeze(session, team_id, "U0BOSS", "", at)
            program.jobs += await nudges.withdraw(session, team_id, at, Reason.FROZEN)
        else:
            row = await session.get_one(CampaignRow, (team_id, "old-houses"))
            await campaigns.pause(session, row, "by_manager", at)
            why = Reason.CAMPAIGN_PAUSED
            program.jobs += await nudges.withdraw(session, team_id, at, why, campaign_id="old-houses")


@pytest.mark.parametrize("said", ["not for me", "fewer", "draft"])
def test_a_reminder_on_its_way_stays_here_once_the_nudge_is_answered(run: Run, marta: Person, said: str) -> None:
    async def test(program: Program) -> None:
        await sent_to(program, marta)
        await later_today(program.service, await nudge_of(program, marta))
        await program.deliver()
        program.set(program.at + 3 * HOUR)
        await program.tick(deliver_too=False)
        row = await nudge_of(program, marta)
        if said == "draft":
            await draft_it(program.service, row, marta.channel)
        else:
            await {"fewer": fewer, "not for me": not_for_me}[said](program.service, row)
        await program.deliver()
        await program.minutes(2)
        assert not any("later today" in message.words for message in program.got(marta))

    run(test)


@pytest.mark.parametrize(
    ("how", "comes"), [("left", False), ("frozen", False), ("campaign paused", False), ("fewer", True)]
)
def test_a_draft_that_was_begun_and_is_not_there_yet(run: Run, marta: Person, how: str, comes: bool) -> None:
    async def test(program: Program) -> None:
        await sent_to(program, marta)
        row = await nudge_of(program, marta)
        await draft_it(program.service, row, marta.channel)
        if how == "fewer":
            await fewer(program.service, row)
        else:
            await stop(program, how, marta)
        await program.deliver()
        assert any("Let's draft it" in message.words for message in program.got(marta)) is comes

    run(test)


@pytest.mark.parametrize("how", ["frozen", "campaign paused"])
def test_a_thread_that_is_not_there_yet_does_not_begin(run: Run, marta: Person, channel: Channel, how: str) -> None:
    async def test(program: Program) -> None:
        await program.campaign(channel=channel.id, ends=MONDAY + 6 * HOUR)
        await program.join(marta, in_channels=True)
        await program.tick()
        await program.due_now(marta, channel=channel.id)
        await program.tick(deliver_too=False)
        await stop(program, how, marta)
        await program.deliver()
        await program.minutes(2)
        assert program.got(channel) == []
        async with program.database.read() as session:
            assert await outbox.waiting(session) == []

    run(test)


@pytest.mark.parametrize("how", ["frozen", "campaign paused"])
def test_nothing_is_begun_or_put_off_while_all_stands_still(run: Run, marta: Person, how: str) -> None:
    async def test(program: Program) -> None:
        await sent_to(program, marta)
        row = await nudge_of(program, marta)
        await stop(program, how, marta)
        assert "over or on hold" in (await draft_it(program.service, row, marta.channel)).text
        assert "over or on hold" in (await later_today(program.service, row)).text
        await program.deliver()
        assert len(program.got(marta)) == 1
        assert (await nudge_of(program, marta)).response is None

    run(test)


def test_what_came_under_an_embargo_since_is_not_told_by_an_old_nudge(run: Run, marta: Person) -> None:
    async def test(program: Program) -> None:
        await sent_to(program, marta)
        secret = {"facts": ("The factory moves to Lleida.",), "embargo": program.at + DAY, "ends": program.at + 2 * DAY}
        await program.campaign(**secret)
        row = await nudge_of(program, marta)
        assert "over or on hold" in (await draft_it(program.service, row, marta.channel)).text
        await not_for_me(program.service, row)
        await program.deliver()
        (said,) = program.got(marta)
        assert "isn't for you" in said.words
        assert "Lleida" not in json.dumps(said.blocks)

    run(test)


def test_whoever_pauses_is_promised_no_reminder(run: Run, marta: Person) -> None:
    async def test(program: Program) -> None:
        await sent_to(program, marta)
        async with program.database.begin() as session:
            person = await ambassadors.row_of(session, program.gateway.team_id, marta.id, program.at)
            await ambassadors.change(session, person, program.at, state="paused")
        await later_today(program.service, await nudge_of(program, marta))
        assert (await nudge_of(program, marta)).later_at is None

    run(test)


def test_an_answer_that_was_under_way_reaches_nobody_who_was_forgotten(run: Run, marta: Person) -> None:
    async def test(program: Program) -> None:
        await sent_to(program, marta)
        row = await nudge_of(program, marta)
        async with program.database.begin() as session:
            await purge.forget(session, program.gateway.team_id, marta.id, program.at)
        for answer in (later_today, not_for_me, fewer):
            assert "don't have this idea" in (await answer(program.service, row)).text
        assert "don't have this idea" in (await draft_it(program.service, row, marta.channel)).text
        async with program.database.read() as session:
            kept = await purge.export(session, program.gateway.team_id, marta.id)
        assert not any(value for name, value in kept.items() if name not in ("team_id", "user_id"))

    run(test)


def test_whoever_slack_lets_in_no_more_leaves_nothing_of_what_they_chose(run: Run, marta: Person) -> None:
    async def test(program: Program) -> None:
        await program.campaign()
        await program.join(marta, topics=["heat-pumps"], country="ES")
        await program.tick()
        marta.user.deleted = True
        await program.minutes(6)
        async with program.database.read() as session:
            row = await ambassadors.known(session, program.gateway.team_id, marta.id)
        assert row is not None
        assert (row.state, row.topics, row.country) == ("gone", [], None)

    run(test)


def test_whoever_is_forgotten_while_all_are_told_of_a_freeze_is_not_told(
    run: Run,
    marta: Person,
    jordi: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def test(program: Program) -> None:
        team_id = program.gateway.team_id
        async with program.database.begin() as session:
            for person in (marta, jordi):
                given = {"team_id": team_id, "user_id": person.id, "channel_id": person.channel, "thread_ts": "1.1"}
                await drafts.create(
                    session, origin=f"view:{person.id}", now=program.at, text="Soon.", network="x", pictures=[], **given
                )
            await program_state.freeze(session, team_id, "U0BOSS", "", program.at)
        look_up = program.gateway.member

        async def meanwhile(user_id: str) -> Member:
            async with program.database.begin() as session:
                await purge.forget(session, team_id, marta.id, program.at)
            return await look_up(user_id)

        monkeypatch.setattr(program.gateway, "member", meanwhile)
        program.jobs += await tell_to_hold(program.service, 1)
        await program.deliver()
        assert [len(program.got(person)) for person in (marta, jordi)] == [0, 1]
        async with program.database.read() as session:
            kept = await purge.export(session, team_id, marta.id)
        assert kept["posts"] == []

    run(test)


def test_a_time_zone_that_nobody_knows_moves_nobodys_night(run: Run, marta: Person) -> None:
    async def test(program: Program) -> None:
        program.set(MONDAY.replace(hour=16, minute=30))  # half past five in Madrid
        await program.campaign(ends=MONDAY + 9 * HOUR)
        await program.join(marta, quiet_from=17 * 60)
        marta.user.tz = "Nowhere/Land"
        await program.tick()
        await program.due_now(marta)
        await program.tick()
        async with program.database.read() as session:
            row = await ambassadors.known(session, program.gateway.team_id, marta.id)
        assert row is not None
        assert (row.time_zone, program.got(marta)) == ("Europe/Madrid", [])

    run(test)


def test_whoever_is_quicker_than_their_invitation_gets_none(run: Run, marta: Person) -> None:
    async def test(program: Program) -> None:
        async with program.database.begin() as session:
            row = await ambassadors.row_of(session, program.gateway.team_id, marta.id, program.at)
            row.state, row.invitation = "invited", "anything"
            where = {"user_id": marta.id, "channel_id": marta.channel, "about": signs.about("anything")}
            program.jobs.append(await program.service.put(session, "invite:anything", Post("Would you?"), **where))
        assert (await join(program.service, marta.id, Choices())).says == "ambassador_joined"
        await program.deliver()
        assert program.got(marta) == []
        async with program.database.read() as session:
            kept = await ambassadors.known(session, program.gateway.team_id, marta.id)
        assert kept is not None
        assert (kept.state, kept.origin) == ("active", "self")

    run(test)
