"""A crisis freeze on a real database: what it stops, whom it tells, and what a later freeze, a lift or a crash changes of that."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.slack.freeze_blocks import LONGEST_STATEMENT
from bot.slack.freezing import catch_up, current, freeze, lift, tell_over, tell_to_hold
from bot.slack.post import Post
from bot.slack.service import Service
from bot.store import conversations, drafts, freezes, program_state
from bot.store.program_models import Conversation
from tests.e2e.slack import Person
from tests.slack.program import DAY, HOUR, Program, Run

pytestmark = pytest.mark.usefixtures("slack")
BOSS = "U0BOSS"
POST = Post("Would you take it?")


@dataclass
class Engine:
    """Keeps what was asked of it: posts go the test's way, jobs are called by name."""

    program: Program
    jobs: list[str] = field(default_factory=list)

    async def enqueue(self, job: str, key: str) -> None:
        (self.program.jobs if job == "deliver" else self.jobs).append(key)


def service_of(program: Program) -> Service:
    engine: Any = Engine(program)
    return replace(program.service, engine=engine)


async def open_draft(program: Program, *people: Person) -> None:
    for person in people:
        where = {"user_id": person.id, "channel_id": person.channel, "thread_ts": "1.1", "network": "x"}
        async with program.database.begin() as session:
            await drafts.create(
                session, origin=f"view:{person.id}", now=program.at - HOUR, team_id=program.gateway.team_id,
                text="Soon.", pictures=[], **where,
            )  # fmt: skip


async def told(program: Program, service: Service, number: int = 1) -> None:
    program.jobs += await tell_to_hold(service, number)
    await program.deliver()


def test_what_is_planned_and_on_its_way_stays_here(run: Run, marta: Person, jordi: Person) -> None:
    async def test(program: Program) -> None:
        await program.queued(marta, jordi)
        stopped = await freeze(service_of(program), BOSS)
        assert (stopped.nudges, stopped.campaigns, stopped.fresh) == (2, 1, True)
        await program.deliver()
        assert program.got(marta) == program.got(jordi) == []
        assert await program.states() == ["skipped/frozen"] * 2

    run(test)


def test_a_question_on_its_way_to_an_ambassador_stays_here(run: Run, marta: Person) -> None:
    async def test(program: Program) -> None:
        service, team_id = service_of(program), program.gateway.team_id
        fields = {"kind": "answer", "quote": "?", "topic": "solar", "language": "en", "deadline": program.at + DAY}
        stamps = {"opened_at": program.at, "created_at": program.at, "changed_at": program.at, "posted_by": BOSS}
        async with program.database.begin() as session:
            row, _ = await conversations.hand_in(session, origin="view:1", team_id=team_id, **fields, **stamps)
            assert await conversations.ask(session, row, marta.id, program.at, program.at + HOUR)
            about = conversations.ask_about(row.id, marta.id)
            where = {"user_id": marta.id, "channel_id": marta.channel, "about": about}
            program.jobs.append(await service.put(session, f"ask:{row.id}:{marta.id}", POST, **where))
        await freeze(service, BOSS)
        await program.deliver()
        assert program.got(marta) == []
        async with program.database.read() as session:
            kept = await session.get_one(Conversation, row.id)
        assert (kept.state, kept.asking) == ("asking", None)

    run(test)


class TestTelling:
    def test_whoever_has_an_open_draft_once(self, run: Run, marta: Person, jordi: Person) -> None:
        async def test(program: Program) -> None:
            service = service_of(program)
            await open_draft(program, marta)
            await freeze(service, BOSS, "We look into it.")
            for _ in range(2):
                await told(program, service)
                await catch_up(service)
                await program.deliver()
            (said,) = program.got(marta)
            assert "We look into it." in said.words
            assert program.got(jordi) == []

        run(test)

    @pytest.mark.parametrize("what", ["is_restricted", "is_stranger"])
    def test_nobody_who_isnt_served(self, run: Run, marta: Person, what: str) -> None:
        async def test(program: Program) -> None:
            service = service_of(program)
            await open_draft(program, marta)
            setattr(marta.user, what, True)
            await freeze(service, BOSS)
            await told(program, service)
            assert program.got(marta) == []

        run(test)

    def test_a_new_statement_takes_the_place_of_the_old_one(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            service = service_of(program)
            await open_draft(program, marta)
            await freeze(service, BOSS)
            await told(program, service)
            await freeze(service, BOSS, "We look into it.")
            await told(program, service)
            (said,) = program.got(marta)
            assert "We look into it." in said.words

        run(test)

    def test_nobody_hears_of_a_statement_that_was_renewed_while_people_were_looked_up(
        self,
        run: Run,
        marta: Person,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        async def test(program: Program) -> None:
            service, look_up = service_of(program), program.gateway.member
            await open_draft(program, marta)
            await freeze(service, BOSS, "The old one.")

            async def meanwhile(user_id: str) -> Any:
                async with program.database.begin() as session:
                    await program_state.freeze(session, program.gateway.team_id, BOSS, "The new one.", program.at)
                return await look_up(user_id)

            monkeypatch.setattr(program.gateway, "member", meanwhile)
            assert await tell_to_hold(service, 1) == []

        run(test)

    def test_a_statement_that_is_too_long_is_left_out_and_freezes_all_the_same(self, run: Run) -> None:
        async def test(program: Program) -> None:
            stopped = await freeze(service_of(program), BOSS, "a" * (LONGEST_STATEMENT + 1))
            assert (stopped.too_long, stopped.statement, stopped.fresh) == (True, "", True)
            lasts = await current(program.service)
            assert lasts is not None
            assert lasts.statement == ""

        run(test)


class TestLifting:
    def test_only_the_freeze_that_was_meant(self, run: Run) -> None:
        async def test(program: Program) -> None:
            service = service_of(program)
            assert not await lift(service, BOSS)
            await freeze(service, BOSS)
            assert not await lift(service, BOSS, 2)
            assert await lift(service, BOSS, 1)
            await freeze(service, BOSS)
            assert not await lift(service, BOSS, 1), "of a Home that was drawn before"
            lasts = await current(service)
            assert lasts is not None
            assert lasts.number == 2

        run(test)

    def test_whoever_was_told_is_told_so_and_whoever_wasnt_yet_hears_of_neither(
        self,
        run: Run,
        marta: Person,
        jordi: Person,
    ) -> None:
        async def test(program: Program) -> None:
            service = service_of(program)
            await open_draft(program, marta)
            await freeze(service, BOSS)
            await told(program, service)
            await open_draft(program, jordi)
            ids = await tell_to_hold(service, 1)
            assert len(ids) == 1
            assert await lift(service, BOSS)
            for _ in range(2):
                program.jobs += [*ids, *await tell_over(service, 1)]
                await program.deliver()
            assert [len(program.got(person)) for person in (marta, jordi)] == [2, 0]

        run(test)

    def test_nobody_is_told_that_it_is_over_once_it_is_frozen_again(self, run: Run, marta: Person) -> None:
        async def test(program: Program) -> None:
            service = service_of(program)
            await open_draft(program, marta)
            await freeze(service, BOSS)
            await told(program, service)
            await lift(service, BOSS)
            await freeze(service, BOSS)
            assert await tell_over(service, 1) == []
            async with program.database.read() as session:
                assert [row.user_id for row in await freezes.told(session, program.gateway.team_id, 1)] == [marta.id]

        run(test)
