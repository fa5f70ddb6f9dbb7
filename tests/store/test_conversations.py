"""Conversations as they are kept, on a real SQLite file and on a real Postgres."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.store import conversations, nudge_caps, outbox
from bot.store.database import Database
from bot.store.models import Outgoing
from bot.store.program_models import Conversation, ConversationAsk
from tests.databases import on_both
from tests.store.conftest import Run

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
SOON = NOW + timedelta(hours=1)
pytestmark = on_both


async def handed_in(database: Database, origin: str = "view:V1", **fields: Any) -> Conversation:
    values = {
        "team_id": "T1",
        "kind": "question",
        "link": "https://example.net/1",
        "quote": "Does it work in winter?",
        "topic": "heat-pumps",
        "language": "en",
        "deadline": NOW + timedelta(days=1),
        "opened_at": NOW,
        "posted_by": "UBOSS",
        "created_at": NOW,
        "changed_at": NOW,
    }
    async with database.begin() as session:
        return (await conversations.hand_in(session, origin=origin, **values | fields))[0]


async def ask(database: Database, row: Conversation, user: str = "U1") -> bool:
    async with database.begin() as session:
        return await conversations.ask(session, row, user, NOW, SOON)


async def do(database: Database, step: Callable[..., Any], *given: Any) -> Any:
    async with database.begin() as session:
        return await step(session, *given)


async def stored(database: Database, id_: str) -> Conversation:
    async with database.read() as session:
        return await session.get_one(Conversation, id_)


async def answer_of(database: Database, id_: str, user: str) -> str | None:
    async with database.read() as session:
        ask = await conversations.ask_of(session, id_, user)
    return ask.answer if ask else "never asked"


def test_the_same_modal_hands_in_once(run: Run) -> None:
    async def test(database: Database) -> None:
        first, again = await handed_in(database), await handed_in(database, quote="Again?")
        other = await handed_in(database, "view:V2")
        assert first.id == again.id != other.id
        assert again.quote == "Does it work in winter?"

    run(test)


def test_of_many_who_ask_at_once_one_does(run: Run) -> None:
    async def test(database: Database) -> None:
        row = await handed_in(database)
        others = [Database(database.url) for _ in range(2)]  # other processes
        try:
            places = [database, *others]
            won = await asyncio.gather(*(ask(places[n % 3], row, f"U{n}") for n in range(9)))
        finally:
            for other in others:
                await other.close()
        assert sum(won) == 1
        now = await stored(database, row.id)
        assert (now.asking, now.asks) == (f"U{won.index(True)}", 1)
        async with database.read() as session:
            assert await conversations.asked(session, row.id) == {now.asking}

    run(test)


def test_only_who_is_asked_takes_it_and_only_once(run: Run) -> None:
    async def test(database: Database) -> None:
        row = await handed_in(database)
        assert await ask(database, row)
        assert await do(database, conversations.take, row.id, "U2", NOW) is None
        taken = await asyncio.gather(*(do(database, conversations.take, row.id, "U1", NOW) for _ in range(4)))
        assert sum(each is not None for each in taken) == 1
        now = await stored(database, row.id)
        assert (now.state, now.taken_by, now.asking, now.taken_at) == ("taken", "U1", None, NOW)
        assert await answer_of(database, row.id, "U1") == "yes"
        assert await do(database, conversations.end_ask, row.id, "U1", "no", NOW) is None

    run(test)


def test_a_no_and_a_silence_leave_it_for_the_next(run: Run) -> None:
    async def test(database: Database) -> None:
        row = await handed_in(database)
        for user, how in (("U1", "no"), ("U2", "silent")):
            row = await stored(database, row.id)
            assert await ask(database, row, user)
            assert not await ask(database, await stored(database, row.id), "U9"), "one at a time"
            assert await do(database, conversations.end_ask, row.id, user, how, NOW)
            assert await do(database, conversations.take, row.id, user, NOW) is None, "it is somebody else's by now"
            assert await answer_of(database, row.id, user) == how
        now = await stored(database, row.id)
        assert (now.state, now.asking, now.asks) == ("asking", None, 2)

    run(test)


def test_nobody_is_asked_after_what_was_seen_has_changed(run: Run) -> None:
    async def test(database: Database) -> None:
        row = await handed_in(database)
        seen = await stored(database, row.id)
        assert await ask(database, row)
        assert await do(database, conversations.end_ask, row.id, "U1", "no", NOW)
        assert not await ask(database, seen, "U2"), "somebody asked meanwhile"

    run(test)


def test_given_back_by_hand_or_by_the_clock(run: Run) -> None:
    async def test(database: Database) -> None:
        row = await handed_in(database)
        assert await ask(database, row)
        assert await do(database, conversations.take, row.id, "U1", NOW)
        assert await do(database, conversations.hand_back, row.id, "U2", NOW) is None
        back = await do(database, conversations.hand_back, row.id, "U1", NOW)
        assert (back.state, back.taken_by) == ("asking", None)
        assert await answer_of(database, row.id, "U1") == "back"
        seen = await stored(database, row.id)
        assert await ask(database, seen, "U2")
        assert await do(database, conversations.give_back, seen, "nobody", NOW) is None, "U2 was asked meanwhile"
        given = await do(database, conversations.give_back, await stored(database, row.id), "nobody", NOW)
        assert (given.state, given.why, given.asking) == ("given_back", "nobody", None)
        assert await answer_of(database, row.id, "U2") == "silent"

    run(test)


def test_asked_again_counts_anew(run: Run) -> None:
    async def test(database: Database) -> None:
        row = await handed_in(database)
        assert await do(database, conversations.reopen, row.id, SOON) is None
        assert await ask(database, row)
        await do(database, conversations.give_back, await stored(database, row.id), "nobody", NOW)
        again = await do(database, conversations.reopen, row.id, SOON)
        assert (again.state, again.asks, again.asks_before, again.opened_at, again.why) == ("asking", 1, 1, SOON, None)

    run(test)


def test_done_and_closed_are_the_end(run: Run) -> None:
    async def test(database: Database) -> None:
        done, closed = await handed_in(database), await handed_in(database, "view:V2")
        assert await ask(database, done)
        assert await do(database, conversations.take, done.id, "U1", NOW)
        assert await do(database, conversations.finish, done.id, "U2", NOW) is None
        assert (await do(database, conversations.finish, done.id, "U1", NOW)).taken_by == "U1"
        assert await do(database, conversations.close, done.id, NOW) is None
        assert (await do(database, conversations.close, closed.id, NOW)).state == "closed"
        for row in (done, closed):
            assert not await ask(database, await stored(database, row.id), "U3")
            assert await do(database, conversations.reopen, row.id, NOW) is None

    run(test)


def test_one_reminder(run: Run) -> None:
    async def test(database: Database) -> None:
        row = await handed_in(database)
        assert await ask(database, row)
        assert await do(database, conversations.note_reminder, row.id, "U1", NOW) is None
        await do(database, conversations.take, row.id, "U1", NOW)
        noted = [await do(database, conversations.note_reminder, row.id, "U1", NOW) for _ in range(2)]
        assert [each is not None for each in noted] == [True, False]

    run(test)


def test_what_somebody_has_and_when_they_were_asked_last(run: Run) -> None:
    async def test(database: Database) -> None:
        rows = [await handed_in(database, f"view:V{n}") for n in range(4)]
        for row in rows[:3]:
            assert await ask(database, row)
        await do(database, conversations.take, rows[1].id, "U1", NOW)
        await do(database, conversations.end_ask, rows[2].id, "U1", "no", NOW)
        elsewhere = await handed_in(database, "view:V9", team_id="T2")
        async with database.begin() as session:
            await conversations.ask(session, rows[3], "U2", SOON, SOON)
        async with database.read() as session:
            held = await conversations.held_by(session, "T1", "U1")
            assert {row.id for row in held} == {rows[0].id, rows[1].id}
            assert await conversations.last_asked(session, "T1") == {"U1": NOW, "U2": SOON}
            assert await conversations.last_asked(session, "T2") == {}
            assert await conversations.get(session, "T1", elsewhere.id) is None

    run(test)


def test_places_of_the_week_are_shared_with_nudges(run: Run) -> None:
    async def test(database: Database) -> None:
        async def take(owner: str) -> bool:
            async with database.begin() as session:
                return await nudge_caps.take_week(session, "T1", "U1", "2026-W48", 2, owner)

        assert [await take(f"ask:{n}") for n in range(3)] == [True, True, False]
        weeks = {"U1": "2026-W48", "U2": "2026-W48"}
        async with database.begin() as session:
            assert await conversations.places_used(session, "T1", weeks) == {"U1": 2, "U2": 0}
            assert await conversations.places_used(session, "T1", {"U1": "2026-W49"}) == {"U1": 0}
            assert await conversations.places_used(session, "T2", weeks) == {"U1": 0, "U2": 0}
            await nudge_caps.free_week(session, "T1", "ask:0")
            assert await conversations.places_used(session, "T1", weeks) == {"U1": 1, "U2": 0}
        assert await take("ask:9")

    run(test)


def test_a_budget_that_was_lowered_counts_all_that_was_asked_before(run: Run) -> None:
    async def test(database: Database) -> None:
        async with database.begin() as session:
            for number in range(3):
                assert await nudge_caps.take_week(session, "T1", "U1", "2026-W48", 3, f"ask:{number}")
            await nudge_caps.free_week(session, "T1", "ask:0")
            assert await conversations.places_used(session, "T1", {"U1": "2026-W48"}) == {"U1": 2}
            assert not await nudge_caps.take_week(session, "T1", "U1", "2026-W48", 2, "ask:9")
            assert await nudge_caps.take_week(session, "T1", "U1", "2026-W48", 3, "ask:9")

    run(test)


def test_what_somebody_else_took_meanwhile_is_not_given_back(run: Run) -> None:
    async def test(database: Database) -> None:
        row = await handed_in(database)
        assert await ask(database, row, "U1")
        seen = await do(database, conversations.take, row.id, "U1", NOW)
        back = await do(database, conversations.hand_back, row.id, "U1", NOW)
        assert await ask(database, back, "U2")
        assert await do(database, conversations.take, row.id, "U2", NOW) is not None
        assert await do(database, conversations.give_back, seen, "not_done", NOW) is None
        assert (await stored(database, row.id)).taken_by == "U2"

    run(test)


def test_a_round_looks_at_what_is_open_or_drawn_otherwise(run: Run) -> None:
    async def test(database: Database) -> None:
        rows = [await handed_in(database, f"view:V{number}") for number in range(4)]
        async with database.begin() as session:
            for row in rows:
                kept = await session.get_one(Conversation, row.id)
                kept.shown = conversations.look_of(kept)
            assert await conversations.ask(session, rows[1], "U1", NOW, SOON)
        async with database.begin() as session:
            done = await conversations.take(session, rows[1].id, "U1", NOW)
            assert done is not None
            done.shown = conversations.look_of(done)
            await conversations.close(session, rows[2].id, NOW)
            closed = await conversations.close(session, rows[3].id, NOW)
            assert closed is not None
            closed.shown = conversations.look_of(closed)
        async with database.read() as session:
            assert {row.id for row in await conversations.under_way(session, "T1")} == {row.id for row in rows[:3]}
            assert await conversations.under_way(session, "T2") == []

    run(test)


def test_what_ended_goes_by_age_and_its_post_is_nobodys_concern_any_more(run: Run) -> None:
    async def test(database: Database) -> None:
        old, open_, fresh = [await handed_in(database, f"view:V{n}") for n in range(3)]
        assert await ask(database, old)
        async with database.begin() as session:
            about = conversations.about(old.id)
            post = await outbox.put(session, about, NOW, team_id="T1", channel_id="C1", about=about, payload={})
            await conversations.close(session, old.id, NOW)
            await conversations.close(session, fresh.id, SOON)
        async with database.begin() as session:
            await conversations.purge(session, "T1", SOON)
        async with database.read() as session:
            left = await conversations.known(session, "T1", *conversations.OPEN, *conversations.ENDED)
            assert {row.id for row in left} == {open_.id, fresh.id}
            assert await session.get(ConversationAsk, (old.id, "U1")) is None
            assert (await session.get_one(Outgoing, post)).about is None

    run(test)


def test_nothing_is_left_of_who_is_forgotten(run: Run) -> None:
    async def test(database: Database) -> None:
        row = await handed_in(database)
        assert await ask(database, row)
        await do(database, conversations.take, row.id, "U1", NOW)
        await do(database, conversations.finish, row.id, "U1", NOW)
        async with database.begin() as session:
            await conversations.forget(session, "T1", "U1")
        now = await stored(database, row.id)
        assert (now.state, now.taken_by) == ("done", None)
        assert await answer_of(database, row.id, "U1") == "never asked"

    run(test)
