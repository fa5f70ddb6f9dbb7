"""How a conversation finds its ambassador, minute by minute: real databases, and a clock that the test moves."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from sqlalchemy import select, update
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncSession

from bot.coach.prompt import load_prompts
from bot.parts import Coach
from bot.policy.engine import Policy
from bot.program.hours import is_quiet
from bot.settings import Settings
from bot.slack import front_steps
from bot.slack.front_modal import Entry
from bot.slack.fronting import front, hold, release
from bot.slack.member import Member
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import ambassadors, conversations, nudge_caps, nudges, program_state
from bot.store.database import Database
from bot.store.models import Outgoing
from bot.store.program_models import AmbassadorRow, Conversation, ConversationAsk, NudgeCap
from tests.coach.conftest import Shelf
from tests.conftest import ROOT
from tests.databases import on_postgres
from tests.slack.program import shipped_program

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)  # Wednesday, 11:00 in Madrid
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CHANNEL, BOSS = "C0MANAGERS", "UBOSS"


@dataclass
class Desk:
    """A workspace at a moment that the test sets; what is put in for Slack stands at once, unless the test says not."""

    database: Database
    settings: Settings
    words: Words
    coach: Coach
    at: datetime = NOW
    errors: dict[str, Exception] = field(default_factory=dict)
    """What Slack says when somebody is to be written to."""
    stands: bool = True
    meanwhile: Callable[[], Awaitable[object]] | None = None
    """What happens while Slack is asked where to write to."""

    async def enqueue(self, job: str, id_: str) -> None:
        assert job == "deliver"
        async with self.database.begin() as session:
            row = await session.get_one(Outgoing, id_)
            late = row.good_until is not None and row.good_until < self.at
            if self.stands and row.settled_at is None:
                row.settled_at, row.posted_ts = self.at, None if late or row.withdrawn_at else f"1.{id_}"

    async def direct_channel(self, user_id: str) -> str:
        if user_id in self.errors:
            raise self.errors[user_id]
        if self.meanwhile is not None:
            await self.meanwhile()
        return f"D{user_id}"

    async def member(self, user_id: str) -> Member:
        return Member(user_id, user_id, language="en")

    @property
    def service(self) -> Service:
        gateway = {"team_id": "T1", "direct_channel": self.direct_channel, "member": self.member}
        elsewhere: dict[str, Any] = {
            "gateway": SimpleNamespace(**gateway),
            "clock": SimpleNamespace(now=lambda: self.at),
            "coach": self.coach,
            "engine": self,
        }
        program = shipped_program()
        return Service(
            settings=self.settings, database=self.database, all_words=self.words, program=program, **elsewhere
        )

    async def join(self, *users: str, **fields: Any) -> None:
        awake = {"days": list(range(7)), "quiet_from": 0, "quiet_to": 0, "weekly_budget": 5, "topics": ["solar"]}
        for user in users:
            async with self.database.begin() as session:
                row = await ambassadors.row_of(session, "T1", user, self.at)
                chosen = {"state": "active", "since": NOW, "time_zone": "Europe/Madrid", **awake, **fields}
                await ambassadors.change(session, row, self.at, **chosen)

    async def hand_in(self, hours: float = 9, origin: str = "view:V1", quote: str = "Does solar work?") -> str | None:
        deadline = self.at + hours * HOUR
        entry = Entry("question", "https://example.net/1", quote, "solar", "en", None, deadline)
        return await front_steps.hand_in(self.service, entry, deadline, BOSS, origin)

    async def tick(self, after: timedelta = timedelta()) -> None:
        self.at += after
        await front(self.service)

    async def row(self) -> Conversation:
        async with self.database.read() as session:
            return (await session.scalars(select(Conversation).order_by(Conversation.created_at))).all()[-1]

    async def asks(self) -> list[ConversationAsk]:
        async with self.database.read() as session:
            return list(await session.scalars(select(ConversationAsk).order_by(ConversationAsk.number)))

    async def posts(self, work: str) -> list[Outgoing]:
        async with self.database.read() as session:
            query = select(Outgoing).where(Outgoing.work.startswith(work)).order_by(Outgoing.created_at)
            return list(await session.scalars(query))

    async def places(self) -> int:
        async with self.database.read() as session:
            return len((await session.scalars(select(NudgeCap))).all())

    async def asking(self) -> str:
        row = await self.row()
        assert row.asking
        return row.asking

    async def take(self) -> str:
        row = await self.row()
        user = await self.asking()
        assert await front_steps.take(self.service, row, user) is None
        return user

    async def managers_read(self) -> str:
        """What was last put in for the managers' post: `work` of updates begins with the conversation's id."""
        row = await self.row()
        async with self.database.read() as session:
            query = select(Outgoing).where(
                Outgoing.work.startswith(f"update:{row.id}") | (Outgoing.about == conversations.about(row.id))
            )
            found = (await session.scalars(query.order_by(Outgoing.created_at))).all()
        return json.dumps(found[-1].payload)


Test = Callable[[Desk], Awaitable[None]]
Run = Callable[[Test], None]


@pytest.fixture(scope="module")
def coach(policy: Policy) -> Any:
    return SimpleNamespace(policy=policy, manual=Shelf({}), prompts=load_prompts(ROOT / "prompts"), model=None)


@pytest.fixture
def run(url: URL, tmp_path: Path, words: Words, coach: Any, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("BONVENT_DATA", str(tmp_path))
    monkeypatch.setenv("BONVENT_ESCALATION_CHANNEL", CHANNEL)
    monkeypatch.setenv("BONVENT_MANAGERS", BOSS)

    def run(test: Test) -> None:
        async def within() -> None:
            database = Database(url)
            try:
                await test(Desk(database, Settings(), words, coach))
            finally:
                await database.close()

        asyncio.run(within())

    return run


def test_one_after_another_until_the_time_is_over(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join(*(f"U{n}" for n in range(9)))
        assert await desk.hand_in(30 * 24)
        for number in range(1, 6):
            await desk.tick()
            asks = await desk.asks()
            assert [ask.number for ask in asks] == list(range(1, number + 1))
            assert asks[-1].until == desk.at + 4 * HOUR
            assert asks[-1].answer is None
            await desk.tick(4 * HOUR - MINUTE)
            assert len(await desk.asks()) == number, "they have their time"
            desk.at += MINUTE
        await desk.tick()
        assert {ask.answer for ask in await desk.asks()} == {"silent"}
        row = await desk.row()
        assert (row.state, row.why) == ("given_back", "nobody"), "five are enough"
        assert len(await desk.posts(f"front-back:{row.id}")) == 1
        told = [await desk.managers_read(), *(str(post.payload) for post in await desk.posts("front"))]
        assert not any(f'"{ask.user_id}"' in said for ask in await desk.asks() for said in told), "nobody is named"

    run(test)


def test_each_has_a_third_of_what_is_left(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1", "U2")
        await desk.hand_in(1)
        await desk.tick()
        assert (await desk.asks())[0].until - NOW == 40 * MINUTE / 3, "it goes back 20 minutes before the deadline"
        await desk.tick(39 * MINUTE)
        await desk.tick(MINUTE)
        row = await desk.row()
        assert (row.state, row.asking) == ("given_back", None)
        assert [ask.answer for ask in await desk.asks()] == ["silent"], "for a second one there was too little time"

    run(test)


def test_nobody_is_asked_in_quiet_hours(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1", quiet_from=18 * 60, quiet_to=9 * 60)
        desk.at = NOW.replace(hour=16, minute=55)  # five minutes before they sleep
        await desk.hand_in(40)
        for _ in range(96):
            await desk.tick(10 * MINUTE)
            if await desk.asks():
                break
        assert desk.at == datetime(2026, 11, 26, 8, 5, tzinfo=UTC), "the first tick after nine in Madrid"
        (question,) = await desk.posts("ask:")
        assert question.good_until == desk.at + 4 * HOUR

    run(test)


def test_a_question_that_came_too_late_counts_as_none(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1", "U2", quiet_from=13 * 60, quiet_to=9 * 60)
        desk.stands = False
        await desk.hand_in(72)
        await desk.tick()
        (question,) = await desk.posts("ask:")
        assert question.good_until == NOW + 2 * HOUR, "then they sleep"
        first, places = await desk.asking(), await desk.places()
        desk.stands = True
        desk.at += 3 * HOUR
        await desk.enqueue("deliver", question.id)  # as delivery settles what is past its time
        await desk.tick()
        assert [(ask.user_id, ask.answer) for ask in await desk.asks()] == [(first, "missed")]
        async with desk.database.read() as session:
            assert await nudges.past(session, "T1", NOW - HOUR) == [], "nor does it count for the plan"
        assert (places, await desk.places()) == (1, 0), "their week is as it was"

    run(test)


def test_a_yes_is_handed_over_once_and_a_late_one_isnt(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1", "U2")
        await desk.hand_in(quote="Ask me: rosa@customers.example")
        await desk.tick()
        row, first = await desk.row(), await desk.asking()
        await desk.tick(3 * HOUR)
        second = await desk.asking()
        assert second != first
        assert await front_steps.take(desk.service, row, first) == "front_too_late"
        yes = await asyncio.gather(*(front_steps.take(desk.service, row, second) for _ in range(3)))
        assert sorted(map(str, yes)) == ["None", "front_ask_taken", "front_ask_taken"]
        (handed,) = await desk.posts("front-handed:")
        assert (handed.channel_id, handed.user_id) == (f"D{second}", second)
        assert second in await desk.managers_read()
        assert first not in await desk.managers_read()
        for each in await desk.posts(""):
            assert "customers.example" not in str(each.payload)

    run(test)


def test_one_reminder_at_half_of_the_time_and_none_at_night(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1", quiet_from=14 * 60, quiet_to=17 * 60)
        await desk.hand_in(10)
        await desk.tick()
        await desk.take()  # goes back in eight hours
        for _ in range(4 * 4 - 1):
            await desk.tick(15 * MINUTE)
            assert not await desk.posts("front-reminder:")
        while desk.at < NOW + 6 * HOUR - MINUTE:
            await desk.tick(MINUTE)
            assert not await desk.posts("front-reminder:"), "they sleep until five"
        for _ in range(3):
            await desk.tick(MINUTE)
        (reminder,) = await desk.posts("front-reminder:")
        assert reminder.created_at == NOW + 6 * HOUR
        assert reminder.good_until == NOW + 8 * HOUR

    run(test)


@pytest.mark.parametrize("asleep", [False, True])
def test_what_is_not_done_goes_back_and_both_are_told(run: Run, asleep: bool) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1", **({"quiet_from": 17 * 60, "quiet_to": 20 * 60} if asleep else {}))
        await desk.hand_in(9)
        await desk.tick()
        user = await desk.take()
        await desk.tick(7 * HOUR - MINUTE)
        assert (await desk.row()).state == "taken"
        await desk.tick(MINUTE)
        row = await desk.row()
        assert (row.state, row.why, row.taken_by) == ("given_back", "not_done", None)
        assert len(await desk.posts("front-back:")) == 1
        assert len(await desk.posts("front-over:")) == (0 if asleep else 1), "nobody is woken for it"
        (handed,) = await desk.posts("front-handed:")
        changes = [post for post in await desk.posts("update:") if post.target_ts == handed.posted_ts]
        assert len(changes) == 1, "what stands says so"
        assert user not in await desk.managers_read()
        assert await front_steps.finish(desk.service, row.id, user) == "front_gone"

    run(test)


def test_a_freeze_asks_nobody_while_deadlines_go_on(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1", "U2")
        desk.stands = False
        await desk.hand_in()
        await desk.tick()
        async with desk.database.begin() as session:
            await program_state.freeze(session, "T1", BOSS, "", desk.at)
            ids = await hold(desk.service, session)
        assert ids == []
        desk.stands = True
        await desk.tick(MINUTE)
        (question,) = await desk.posts("ask:")
        assert (question.settled_at is not None, question.posted_ts) == (True, None), "it never went out"
        assert await desk.places() == 0
        await desk.tick(HOUR)
        assert len(await desk.asks()) == 1
        async with desk.database.begin() as session:
            await program_state.lift(session, "T1")
        await desk.tick(MINUTE)
        assert len(await desk.asks()) == 2
        async with desk.database.begin() as session:
            await program_state.freeze(session, "T1", BOSS, "", desk.at)
            await hold(desk.service, session)
        assert await desk.asking(), "who has the question already may answer it"
        await desk.tick(7 * HOUR)
        assert (await desk.row()).state == "given_back"

    run(test)


def test_a_freeze_holds_back_a_reminder_that_is_on_its_way(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1")
        await desk.hand_in(10)
        await desk.tick()
        await desk.take()
        desk.stands = False
        await desk.tick(4 * HOUR)
        (reminder,) = await desk.posts("front-reminder:")
        assert reminder.settled_at is None
        async with desk.database.begin() as session:
            await program_state.freeze(session, "T1", BOSS, "", desk.at)
            await hold(desk.service, session)
        (reminder,) = await desk.posts("front-reminder:")
        assert (reminder.settled_at is not None, reminder.posted_ts) == (True, None), "it never went out"

    run(test)


@pytest.mark.parametrize("taken", [False, True])
def test_who_pauses_lets_go_of_it_at_once(run: Run, taken: bool) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1", "U2")
        await desk.hand_in()
        await desk.tick()
        user = await (desk.take() if taken else desk.asking())
        async with desk.database.begin() as session:
            person = await session.get_one(AmbassadorRow, ("T1", user))
            await ambassadors.change(session, person, desk.at, state="paused")
            assert await release(desk.service, session, user)
        row = await desk.row()
        assert (row.state, row.asking, row.taken_by) == ("asking", None, None)
        assert user not in await desk.managers_read()
        await desk.tick()
        assert await desk.asking() != user

    run(test)


@pytest.mark.parametrize("what", ["pause", "freeze", "close"])
def test_what_comes_before_the_question_is_put_in_counts(run: Run, what: str) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1")

        async def meanwhile() -> None:
            async with desk.database.begin() as session:
                if what == "pause":
                    await session.execute(update(AmbassadorRow).values(state="paused"))
                elif what == "freeze":
                    await program_state.freeze(session, "T1", BOSS, "", desk.at)
                else:
                    await session.execute(update(Conversation).values(state="closed"))

        await desk.hand_in()
        desk.meanwhile = meanwhile
        await desk.tick()
        assert await desk.posts("ask:") == []
        assert await desk.asks() == []
        assert await desk.places() == 0

    run(test)


def test_who_is_gone_by_any_way_is_noticed(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1", "U2")
        await desk.hand_in()
        await desk.tick()
        user = await desk.take()
        async with desk.database.begin() as session:
            await session.execute(update(AmbassadorRow).where(AmbassadorRow.user_id == user).values(state="gone"))
        await desk.tick(MINUTE)
        assert await desk.asking() != user

    run(test)


def test_who_cannot_be_written_to_keeps_nobody_waiting(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1", "U2", "U3")
        gone = SlackApiError("", {"ok": False, "error": "user_disabled"})
        desk.errors = {"U1": gone, "U2": gone}
        await desk.hand_in()
        await desk.tick()
        assert await desk.asking() == "U3"
        assert await desk.places() == 1
        assert {ask.answer for ask in await desk.asks() if ask.user_id != "U3"} <= {"missed"}

    run(test)


def test_while_slack_is_away_it_waits(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1")
        desk.errors = {"U1": TimeoutError()}
        await desk.hand_in()
        await desk.tick()
        assert await desk.asks() == []
        desk.errors = {}
        await desk.tick(MINUTE)
        assert await desk.asking() == "U1"

    run(test)


def test_a_full_week_is_full_for_conversations_too(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1", weekly_budget=1)
        async with desk.database.begin() as session:
            assert await nudge_caps.take_week(session, "T1", "U1", "2026-W48", 1, "a nudge")
        assert await desk.hand_in() is None, "nobody fits"
        assert await desk.hand_in(24 * 7), "next Monday they do"
        await desk.tick()
        assert await desk.asks() == []
        await desk.tick(5 * 24 * HOUR)
        assert await desk.asking() == "U1"

    run(test)


def test_the_plan_knows_of_the_place_that_a_question_takes(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1", weekly_budget=1)
        await desk.hand_in(24)
        async with desk.database.read() as session:
            before = (await program_state.state(session, "T1")).changes
            assert await nudges.past(session, "T1", NOW - HOUR) == []
        await desk.tick()
        async with desk.database.read() as session:
            (taken,) = await nudges.past(session, "T1", NOW - HOUR)
            assert (taken.user, taken.date, taken.at, taken.counts) == ("U1", NOW.date(), NOW, True)
            assert (await program_state.state(session, "T1")).changes > before, "it is made anew"

    run(test)


def test_asked_again_it_goes_to_others_and_counts_anew(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1")
        id_ = await desk.hand_in(20)
        assert id_
        await desk.tick()
        await desk.tick(5 * HOUR)
        await desk.tick()
        assert (await desk.row()).state == "given_back"
        place = (CHANNEL, "1.0")
        assert await front_steps.ask_again(desk.service, id_, place) == "front_nobody_fits"
        await desk.join("U2")
        assert await front_steps.ask_again(desk.service, id_, place) is None
        assert await front_steps.ask_again(desk.service, id_, place) == "front_gone", "once"
        await desk.tick()
        assert await desk.asking() == "U2"
        await desk.tick(5 * HOUR)
        assert len(await desk.posts("front-back:")) == 2
        desk.at = NOW + 19 * HOUR + MINUTE
        assert await front_steps.ask_again(desk.service, id_, place) == "front_again_late"

    run(test)


def test_asked_again_as_many_more_are_asked(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join(*(f"U{n}" for n in range(9)))
        id_ = await desk.hand_in(30 * 24)
        assert id_
        while (await desk.row()).state == "asking":
            await desk.tick()
            await desk.tick(5 * HOUR)
        assert len(await desk.asks()) == 5
        assert await front_steps.ask_again(desk.service, id_, (CHANNEL, "1.0")) is None
        await desk.tick()
        assert len(await desk.asks()) == 6

    run(test)


def test_while_all_sleep_whoever_joins_awake_is_asked_soon(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1", quiet_from=0, quiet_to=20 * 60)  # awake from eight in the evening on
        await desk.hand_in(20)
        await desk.tick()
        assert (await desk.row()).next_at is not None
        await desk.join("U2")
        await desk.tick(11 * MINUTE)
        assert await desk.asking() == "U2"

    run(test)


def test_a_place_that_was_taken_for_what_was_closed_meanwhile_is_free(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1")
        id_ = await desk.hand_in()
        assert id_
        take = nudge_caps.take_week

        async def meanwhile(session: AsyncSession, *given: Any) -> bool:
            taken = await take(session, *given)
            await conversations.close(session, id_, desk.at)
            return taken

        monkeypatch.setattr(nudge_caps, "take_week", meanwhile)
        await desk.tick()
        assert (await desk.places(), await desk.asks()) == (0, [])

    run(test)


def test_nobody_is_reminded_during_a_freeze(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1")
        await desk.hand_in(20)
        await desk.tick()
        await desk.take()
        async with desk.database.begin() as session:
            await program_state.freeze(session, "T1", BOSS, "", desk.at)
        await desk.tick(12 * HOUR)
        assert await desk.posts("front-reminder:") == []
        async with desk.database.begin() as session:
            await program_state.lift(session, "T1")
        await desk.tick(MINUTE)
        assert len(await desk.posts("front-reminder:")) == 1

    run(test)


def test_during_a_freeze_it_waits_although_nobody_is_left(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1")
        id_ = await desk.hand_in(20)
        await desk.tick()
        assert id_
        async with desk.database.begin() as session:
            await program_state.freeze(session, "T1", BOSS, "", desk.at)
        assert await front_steps.decline(desk.service, id_, "U1") is None
        await desk.tick(MINUTE)
        assert (await desk.row()).state == "asking"
        async with desk.database.begin() as session:
            await program_state.lift(session, "T1")
        await desk.tick(MINUTE)
        assert (await desk.row()).state == "given_back"

    run(test)


def test_closed_by_a_manager(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1")
        id_ = await desk.hand_in()
        assert id_
        await desk.tick()
        user = await desk.take()
        assert await front_steps.close(desk.service, id_, (CHANNEL, "1.0")) is None
        assert await front_steps.close(desk.service, id_, (CHANNEL, "1.0")) == "front_gone"
        assert [post.user_id for post in await desk.posts("front-over:")] == [user]
        assert await front_steps.finish(desk.service, id_, user) == "front_gone"
        await desk.tick(9 * HOUR)
        assert (await desk.row()).state == "closed"

    run(test)


def test_without_a_channel_whoever_handed_it_in_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BONVENT_ESCALATION_CHANNEL")

    async def test(desk: Desk) -> None:
        await desk.join("U1")
        await desk.hand_in()
        await desk.tick()
        await desk.tick(8 * HOUR)
        for work in ("front:", "front-back:"):
            (post,) = await desk.posts(work)
            assert (post.channel_id, post.user_id) == (f"D{BOSS}", BOSS)

    run(test)


def test_what_could_not_be_drawn_at_first_is_drawn_later(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join("U1")
        await desk.hand_in()
        await desk.tick()
        async with desk.database.begin() as session:
            await session.execute(update(Outgoing).where(Outgoing.work.startswith("front:")).values(posted_ts=None))
        user = await desk.take()
        row = await desk.row()
        assert await front_steps.finish(desk.service, row.id, user) is None
        assert not [post for post in await desk.posts("update:") if post.channel_id == CHANNEL]
        async with desk.database.begin() as session:
            await session.execute(update(Outgoing).where(Outgoing.work.startswith("front:")).values(posted_ts="1.0"))
        await desk.tick(MINUTE)
        await desk.tick(MINUTE)
        drawn = [post for post in await desk.posts("update:") if post.channel_id == CHANNEL]
        assert len(drawn) == 1
        assert user in await desk.managers_read()

    run(test)


async def check(desk: Desk) -> None:
    """What holds at every moment, for every conversation."""
    async with desk.database.read() as session:
        rows = {row.id: row for row in await session.scalars(select(Conversation))}
        asks = list(await session.scalars(select(ConversationAsk)))
        people = {row.user_id: ambassadors.as_ambassador(row) for row in await session.scalars(select(AmbassadorRow))}
        questions = list(await session.scalars(select(Outgoing).where(Outgoing.work.startswith("ask:"))))
        caps = list(await session.scalars(select(NudgeCap.key)))
    for id_, row in rows.items():
        open_asks = [ask.user_id for ask in asks if ask.conversation_id == id_ and ask.answer is None]
        assert open_asks == ([row.asking] if row.asking and row.state == "asking" else []), "never two at the same time"
        assert row.asks == sum(ask.conversation_id == id_ for ask in asks)
        assert row.asks - row.asks_before <= 5
        assert (row.taken_by is not None) == (row.state in ("taken", "done"))
    for ask in asks:
        assert not is_quiet(people[ask.user_id], ask.asked_at)
    assert len(questions) <= len(asks)
    for user, person in people.items():
        assert sum(key.startswith(f"week:{user}:2026-W48") for key in caps) <= person.weekly_budget


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_in_whatever_order(run: Run, seed: int) -> None:
    dice = random.Random(seed)

    async def test(desk: Desk) -> None:
        users = [f"U{n}" for n in range(6)]
        for user in users:
            quiet = dice.choice([(0, 0), (12 * 60, 13 * 60), (18 * 60, 9 * 60)])
            await desk.join(user, weekly_budget=dice.choice([1, 2, 5]), quiet_from=quiet[0], quiet_to=quiet[1])
        for number in range(3):
            await desk.hand_in(dice.choice([1, 3, 9, 30]), f"view:V{number}")
        for _ in range(40):
            await event(desk, dice, users)
            await check(desk)
        desk.at += 40 * HOUR
        await desk.tick()
        async with desk.database.read() as session:
            assert set(await session.scalars(select(Conversation.state))) <= set(conversations.ENDED)

    run(test)


async def event(desk: Desk, dice: random.Random, users: list[str]) -> None:
    async with desk.database.read() as session:
        rows = list(await session.scalars(select(Conversation).order_by(Conversation.id)))
    if not rows:
        return
    row = dice.choice(rows)
    user = dice.choice([row.asking or row.taken_by or dice.choice(users), dice.choice(users)])
    service = desk.service
    match dice.choice(
        ["tick", "tick", "tick", "yes", "no", "done", "back", "pause", "back again", "again", "freeze", "lift"]
    ):
        case "tick":
            await desk.tick(dice.choice([MINUTE, 20 * MINUTE, 2 * HOUR]))
        case "yes":
            await front_steps.take(service, row, user)
        case "no":
            await front_steps.decline(service, row.id, user)
        case "done":
            await front_steps.finish(service, row.id, user)
        case "back":
            await front_steps.hand_back(service, row.id, user)
        case "pause" | "back again" as what:
            async with desk.database.begin() as session:
                person = await session.get_one(AmbassadorRow, ("T1", user))
                await ambassadors.change(session, person, desk.at, state="paused" if what == "pause" else "active")
                if what == "pause":
                    await release(service, session, user)
        case "again":
            await front_steps.ask_again(service, row.id, (CHANNEL, "1.0"))
        case "freeze":
            async with desk.database.begin() as session:
                await program_state.freeze(session, "T1", BOSS, "", desk.at)
                await hold(service, session)
        case "lift":
            async with desk.database.begin() as session:
                await program_state.lift(session, "T1")


@on_postgres
def test_three_processes_on_one_postgres(run: Run) -> None:
    async def test(desk: Desk) -> None:
        await desk.join(*(f"U{n}" for n in range(8)), weekly_budget=2)
        for number in range(6):
            await desk.hand_in(9, f"view:V{number}")
        others = [replace(desk, database=Database(desk.database.url)) for _ in range(2)]
        desks = [desk, *others]
        dice = random.Random(1)
        try:
            for _ in range(14):
                desk.at += 25 * MINUTE
                for other in others:
                    other.at = desk.at
                async with desk.database.read() as session:
                    rows = list(await session.scalars(select(Conversation)))
                pressed = [
                    step(dice.choice(desks).service, row, row.asking)
                    for row in rows
                    for step in dice.sample([_yes, _no, _no], k=dice.choice([0, 0, 2]))
                    if row.asking
                ]
                await asyncio.gather(*(each.tick() for each in desks for _ in range(2)), *pressed)
                await check(desk)
            desk.at += 9 * HOUR
            await asyncio.gather(*(each.tick() for each in desks))
        finally:
            for other in others:
                await other.database.close()
        async with desk.database.read() as session:
            assert set(await session.scalars(select(Conversation.state))) <= set(conversations.ENDED)
        back = await desk.posts("front-back:")
        assert len(back) == len({post.work for post in back})

    run(test)


async def _yes(service: Service, row: Conversation, user: str) -> None:
    await front_steps.take(service, row, user)


async def _no(service: Service, row: Conversation, user: str) -> None:
    await front_steps.decline(service, row.id, user)
