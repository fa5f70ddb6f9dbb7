"""Who is an ambassador, who is asked and who is invited: each limit on its own, on a real database and a stand-in for Slack."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from bot.coach.models import Review
from bot.policy.engine import Policy
from bot.program.choices import Choices
from bot.slack import confirming, inviting
from bot.slack.confirming import confirm
from bot.slack.inviting import answer, invite
from bot.slack.member import member_of
from bot.slack.roster import decline, gone, join, leave, resume, seen, tell_me
from bot.slack.service import Service
from bot.store import ambassadors, drafts, outbox, program_state
from bot.store.program_models import AmbassadorRow
from tests.e2e.slack import Person, Slack
from tests.slack.program import DAY, MINUTE, MONDAY, Program, Run

Open = Callable[[Program], Service]


@pytest.fixture
def opened(policy: Policy) -> Open:
    """The service with a policy to offer from, which asks for two clean drafts and no more."""

    def made(program: Program) -> Service:
        whole: Any = SimpleNamespace(policy=policy)
        service = replace(program.service, coach=whole)
        service.formula = service.formula.model_copy(update={"fewest_drafts": 2, "threshold": 1})
        return service

    return made


async def made(program: Program, person: Person, state: str, **fields: Any) -> None:
    async with program.database.begin() as session:
        row = await ambassadors.row_of(session, program.gateway.team_id, person.id, program.at)
        chosen = {"state": state, "time_zone": "Europe/Madrid", **fields}
        for name, value in chosen.items():
            setattr(row, name, value)


async def row_of(program: Program, person: Person) -> AmbassadorRow:
    async with program.database.read() as session:
        return await session.get_one(AmbassadorRow, (program.gateway.team_id, person.id))


class TestTheRoster:
    @pytest.mark.parametrize("state", ["none", "never", "left", "active", "paused", "invited"])
    def test_a_yes_without_choices_counts_only_while_they_are_asked(self, run: Run, marta: Person, state: str) -> None:
        async def test(program: Program) -> None:
            await made(program, marta, state)
            assert (await join(program.service, marta.id)).says == "invite_answered"
            assert (await row_of(program, marta)).state == state

        run(test)

    @pytest.mark.parametrize("state", ["none", "active", "paused", "left"])
    def test_a_no_without_a_question_takes_nothing_away(self, run: Run, marta: Person, state: str) -> None:
        async def test(program: Program) -> None:
            await made(program, marta, state, topics=["solar"])
            assert (await decline(program.service, marta.id)).says == "invite_answered"
            row = await row_of(program, marta)
            assert (row.state, row.topics) == (state, ["solar"])

        run(test)

    def test_without_a_time_zone_nobody_becomes_one(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            marta.user.tz = ""
            assert (await join(program.service, marta.id, Choices())).says == "ambassador_no_zone"
            async with program.database.read() as session:
                assert await ambassadors.known(session, program.gateway.team_id, marta.id) is None
            await made(program, marta, "active")
            assert (await join(program.service, marta.id, Choices(weekly_budget=1))).says == "ambassador_changed"

        run(test)

    def test_who_leaves_leaves_nothing_of_what_they_chose(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            chosen = {"topics": ["solar"], "country": "ES-CT", "weekly_budget": 5, "in_channels": True}
            await made(program, marta, "active", since=MONDAY, tell_me=True, **chosen)
            await leave(program.service, marta.id)
            row = await row_of(program, marta)
            assert (row.state, row.since, row.tell_me, row.time_zone) == ("left", None, False, "UTC")
            assert ambassadors.choices_of(row) == Choices()

        run(test)

    def test_no_budget_takes_back_what_was_planned(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await program.queued(marta)
            await join(program.service, marta.id, Choices(weekly_budget=0))
            await program.deliver()
            assert program.got(marta) == []
            assert await program.states() == ["skipped/budget"]

        run(test)

    @pytest.mark.parametrize("state", ["left", "never", "gone"])
    def test_what_they_said_no_to_stays_said(self, run: Run, marta: Person, state: str) -> None:
        async def test(program: Program) -> None:
            await made(program, marta, state, answered_at=MONDAY - DAY)
            await gone(program.service, marta.id)
            assert (await row_of(program, marta)).state == state

        run(test)

    def test_who_is_a_guest_now_is_gone(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await made(program, marta, "active")
            guest = {"id": marta.id, "is_restricted": True, "tz": "Europe/Madrid"}
            await seen(program.service, member_of(guest, program.gateway.team_id))
            assert (await row_of(program, marta)).state == "gone"

        run(test)

    def test_who_left_isnt_resumed(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await made(program, marta, "left")
            assert (await resume(program.service, marta.id)).says == "ambassador_not_one"
            assert (await row_of(program, marta)).state == "left"

        run(test)

    def test_who_said_never_and_wants_to_be_told_now_has_changed_their_mind(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            await made(program, marta, "never")
            await tell_me(program.service, marta.id, False)
            assert (await row_of(program, marta)).state == "never"
            await tell_me(program.service, marta.id, True)
            row = await row_of(program, marta)
            assert (row.state, row.tell_me) == ("none", True)

        run(test)


class TestAskingThoseWhoWereImported:
    def test_once_however_many_rounds_run(self, run: Run, opened: Open, marta: Person) -> None:
        async def test(program: Program) -> None:
            await made(program, marta, "to_confirm")
            await asyncio.gather(*(confirm(opened(program)) for _ in range(3)))
            program.set(program.at + DAY)
            await confirm(opened(program))
            await program.deliver()
            assert len(program.got(marta)) == 1

        run(test)

    @pytest.mark.parametrize(
        ("fields", "at"),
        [
            ({}, MONDAY.replace(hour=5)),
            ({"quiet_from": 9 * 60, "quiet_to": 18 * 60}, MONDAY),
            ({"days": [1]}, MONDAY),
            ({"country": "ES"}, MONDAY.replace(month=12, day=8)),  # a Tuesday, and a holiday there
            ({"time_zone": "UTC", "tz": "Pacific/Auckland"}, MONDAY),
        ],
        ids=["quiet", "their own quiet hours", "not their day", "holiday", "Slack knows where they are"],
    )
    def test_in_their_own_working_hours_alone(
        self,
        run: Run,
        opened: Open,
        marta: Person,
        fields: dict[str, Any],
        at: Any,
    ) -> None:
        async def test(program: Program) -> None:
            program.set(at)
            marta.user.tz = fields.get("tz", "Europe/Madrid")
            await made(program, marta, "to_confirm", **{name: value for name, value in fields.items() if name != "tz"})
            await confirm(opened(program))
            assert (program.jobs, (await row_of(program, marta)).asked_at) == ([], None)

        run(test)

    def test_who_sleeps_keeps_nobody_else_waiting(
        self,
        run: Run,
        opened: Open,
        marta: Person,
        jordi: Person,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        async def test(program: Program) -> None:
            await made(program, marta, "to_confirm", days=[1], changed_at=MONDAY - DAY)
            await made(program, jordi, "to_confirm")
            monkeypatch.setattr(confirming, "_AT_MOST", 1)
            await confirm(opened(program))
            await program.deliver()
            assert [len(program.got(person)) for person in (marta, jordi)] == [0, 1]

        run(test)

    def test_nobody_during_a_freeze(self, run: Run, opened: Open, marta: Person) -> None:
        async def test(program: Program) -> None:
            await made(program, marta, "to_confirm")
            async with program.database.begin() as session:
                await program_state.freeze(session, program.gateway.team_id, "U0BOSS", "", program.at)
            await confirm(opened(program))
            assert program.jobs == []

        run(test)

    @pytest.mark.parametrize("what", ["deleted", "is_restricted"])
    def test_nobody_whom_bonvent_doesnt_serve(
        self,
        run: Run,
        opened: Open,
        marta: Person,
        caplog: pytest.LogCaptureFixture,
        what: str,
    ) -> None:
        async def test(program: Program) -> None:
            setattr(marta.user, what, True)
            await made(program, marta, "to_confirm")
            await confirm(opened(program))
            assert (program.jobs, (await row_of(program, marta)).state) == ([], "gone")
            assert marta.id in caplog.text, "whoever imported them is told"

        run(test)


class TestInviting:
    @pytest.fixture
    def reviewed(self, review_of: Callable[..., Review]) -> Callable[..., Any]:
        """Somebody who wants to be told, with drafts that were clean at first pass."""
        review = review_of("Today I learned how a heat pump also cools my own kitchen.")

        async def keep(program: Program, person: Person, **fields: Any) -> None:
            await made(program, person, "none", tell_me=True, **fields)
            async with program.database.begin() as session:
                for number in range(3):
                    where = {"channel_id": person.channel, "thread_ts": f"1.{number}", "network": "linkedin"}
                    draft = await drafts.create(
                        session, origin=f"{person.id}{number}", now=program.at - DAY, team_id=program.gateway.team_id,
                        user_id=person.id, text=f"Today I learned {number}.", pictures=[], **where,
                    )  # fmt: skip
                    await drafts.keep_review(session, draft, review, program.at - DAY)

        return keep

    def test_once_however_many_rounds_run(
        self,
        run: Run,
        opened: Open,
        marta: Person,
        reviewed: Callable[..., Any],
    ) -> None:
        async def test(program: Program) -> None:
            await reviewed(program, marta)
            await asyncio.gather(*(invite(opened(program)) for _ in range(3)))
            program.set(program.at + DAY)
            await invite(opened(program))
            await program.deliver()
            assert len(program.got(marta)) == 1
            assert (await row_of(program, marta)).state == "invited"

        run(test)

    @pytest.mark.parametrize("what", ["frozen", "night", "weekend", "deleted", "guest", "no zone", "half past"])
    def test_not_now(
        self,
        run: Run,
        opened: Open,
        marta: Person,
        reviewed: Callable[..., Any],
        what: str,
    ) -> None:
        async def test(program: Program) -> None:
            at = {"night": MONDAY.replace(hour=4), "weekend": MONDAY - DAY, "half past": MONDAY + 30 * MINUTE}
            program.set(at.get(what, MONDAY))
            marta.user.deleted, marta.user.is_restricted = what == "deleted", what == "guest"
            marta.user.tz = "" if what == "no zone" else "Europe/Madrid"
            await reviewed(program, marta)
            if what == "frozen":
                async with program.database.begin() as session:
                    await program_state.freeze(session, program.gateway.team_id, "U0BOSS", "", program.at)
            await invite(opened(program))
            assert (program.jobs, (await row_of(program, marta)).state) == ([], "none")

        run(test)

    def test_not_whoever_said_no_while_their_drafts_were_read(
        self,
        run: Run,
        opened: Open,
        marta: Person,
        reviewed: Callable[..., Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        async def test(program: Program) -> None:
            await reviewed(program, marta)
            direct = program.gateway.direct_channel

            async def meanwhile(user_id: str) -> str:
                await tell_me(program.service, marta.id, False)
                return await direct(user_id)

            monkeypatch.setattr(program.gateway, "direct_channel", meanwhile)
            await invite(opened(program))
            assert program.jobs == []

        run(test)

    def test_a_round_ends_in_time_for_the_next(
        self,
        run: Run,
        opened: Open,
        marta: Person,
        reviewed: Callable[..., Any],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        async def test(program: Program) -> None:
            await reviewed(program, marta)
            monkeypatch.setattr(inviting, "_AT_MOST_S", -1)
            await invite(opened(program))
            assert program.jobs == []

        run(test)


class TestAnsweringAnInvitation:
    @pytest.mark.parametrize(
        ("said", "state", "tell"), [("yes", "active", True), ("not_now", "not_now", True), ("never", "never", False)]
    )
    def test_once(self, run: Run, opened: Open, marta: Person, said: Any, state: str, tell: bool) -> None:
        async def test(program: Program) -> None:
            await made(program, marta, "invited", tell_me=True, invitation="one")
            member = await program.gateway.member(marta.id)
            service = opened(program)
            assert await answer(service, member, said, "another", "1.1", marta.channel) == "invite_stale"
            assert (await row_of(program, marta)).state == "invited"
            assert await answer(service, member, said, "one", "", "") is None
            row = await row_of(program, marta)
            assert (row.state, row.tell_me, row.answered_at) == (state, tell, program.at)
            assert await answer(service, member, "yes", "one", "", "") == "invite_answered"
            assert (await row_of(program, marta)).state == state

        run(test)

    def test_nobody_without_an_invitation(self, run: Run, opened: Open, slack: Slack, marta: Person) -> None:
        async def test(program: Program) -> None:
            member = await program.gateway.member(marta.id)
            assert await answer(opened(program), member, "yes", "", "1.1", marta.channel) == "invite_stale"
            await made(program, marta, "none")
            assert await answer(opened(program), member, "yes", "", "1.1", marta.channel) == "invite_stale"

        run(test)


def test_switching_it_off_calls_off_an_invitation_on_its_way(run: Run, opened: Open, marta: Person) -> None:
    async def test(program: Program) -> None:
        await made(program, marta, "invited", tell_me=True, invitation="one")
        async with program.database.begin() as session:
            where = {"team_id": program.gateway.team_id, "user_id": marta.id, "channel_id": marta.channel}
            id_ = await outbox.put(
                session, "invite:one", MONDAY, about="invite:one", payload={"text": "Hello"}, **where
            )
        program.jobs.append(id_)
        await tell_me(program.service, marta.id, False)
        await program.deliver()
        row = await row_of(program, marta)
        assert (program.got(marta), row.state, row.invitation) == ([], "none", None)

    run(test)
