"""Questions to a human, on a real SQLite file."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.store import escalations, outbox
from bot.store.database import Database
from bot.store.models import Escalation, Outgoing

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SHARED = {"draft": "We ship tomorrow", "network": "linkedin", "findings": [], "note": ""}


async def ask(database: Database, origin: str = "view:V1", **fields: Any) -> Escalation:
    values = {
        "team_id": "T1",
        "user_id": "U1",
        "draft_id": "d1",
        "channel_id": "D1",
        "thread_ts": "1.1",
        "language": "en",
        "shared": SHARED,
        "created_at": NOW,
        "deadline": NOW + timedelta(hours=24),
    }
    async with database.begin() as session:
        return (await escalations.ask(session, origin=origin, **values | fields))[0]


async def stored(database: Database, id_: str) -> Escalation:
    async with database.read() as session:
        return await session.get_one(Escalation, id_)


async def put(database: Database, row: Escalation, *, ts: str | None = None, attempts: int = 0) -> str:
    async with database.begin() as session:
        about = escalations.about(row.id)
        id_ = await outbox.put(session, about, NOW, team_id="T1", channel_id="C1", about=about, payload={"text": "old"})
        post = await session.get_one(Outgoing, id_)
        post.attempts = attempts
        if ts:
            await outbox.settle(session, id_, NOW, ts)
    return id_


def test_the_same_submission_asks_once(run: Any) -> None:
    async def test(database: Database) -> None:
        first = await ask(database)
        async with database.begin() as session:
            again, new = await escalations.ask(
                session,
                origin="view:V1",
                team_id="T1",
                user_id="U1",
                channel_id="D1",
                thread_ts="1.1",
                language="en",
                created_at=NOW,
                deadline=NOW,
            )
        assert not new
        assert again.id == first.id

    run(test)


def test_what_is_asked_of_a_draft_and_of_a_policy_question_is_kept_apart(run: Any) -> None:
    async def test(database: Database) -> None:
        on_draft = await ask(database)
        on_question = await ask(database, "view:V2", draft_id=None, question_id="q1", thread_ts="")
        async with database.begin() as session:
            for subject, row in (({"draft_id": "d1"}, on_draft), ({"question_id": "q1"}, on_question)):
                found = await escalations.waiting_of(session, **subject)
                assert found
                assert found.id == row.id
                await escalations.withdraw(session, row.id)
                assert await escalations.waiting_of(session, **subject) is None
                assert [each.id for each in await escalations.all_of(session, **subject)] == [row.id]
            assert await escalations.all_of(session, question_id="d1") == []

    run(test)


def test_of_two_who_take_at_once_the_first_wins(run: Any) -> None:
    async def test(database: Database) -> None:
        row = await ask(database)
        other = Database(database.url)  # a second process

        async def take(by: str, where: Database) -> bool:
            async with where.begin() as session:
                return await escalations.take(session, row.id, by) is not None

        try:
            hands = [f"U{n}" for n in range(10)]
            won = await asyncio.gather(*(take(by, (database, other)[n % 2]) for n, by in enumerate(hands)))
        finally:
            await other.close()
        assert sum(won) == 1
        now = await stored(database, row.id)
        assert (now.state, now.taken_by) == ("taken", hands[won.index(True)])

    run(test)


def test_only_who_took_it_gives_it_back_or_answers(run: Any) -> None:
    async def test(database: Database) -> None:
        row = await ask(database)
        async with database.begin() as session:
            assert await escalations.answer(session, row.id, "U2", "yes") is None, "nobody has it"
            assert await escalations.take(session, row.id, "U2")
            assert await escalations.release(session, row.id, "U3") is None
            assert await escalations.answer(session, row.id, "U3", "no") is None
            released = await escalations.release(session, row.id, "U2")
            assert released
            assert (released.state, released.taken_by) == ("open", None)
            assert await escalations.take(session, row.id, "U3")
            answered = await escalations.answer(session, row.id, "U3", "Go ahead")
            assert answered
            assert (answered.state, answered.answer) == ("answered", "Go ahead")
            assert await escalations.answer(session, row.id, "U3", "Twice") is None
            assert await escalations.take(session, row.id, "U2") is None

    run(test)


def test_what_is_withdrawn_keeps_no_words(run: Any) -> None:
    async def test(database: Database) -> None:
        row = await ask(database)
        async with database.begin() as session:
            gone = await escalations.withdraw(session, row.id)
        assert gone
        now = await stored(database, row.id)
        assert (now.state, now.shared, now.answer) == ("withdrawn", None, None)
        async with database.begin() as session:
            assert await escalations.take(session, row.id, "U2") is None
            assert await escalations.withdraw(session, row.id) is None

    run(test)


def test_an_answered_question_goes_only_with_its_draft(run: Any) -> None:
    async def test(database: Database) -> None:
        row = await ask(database)
        async with database.begin() as session:
            await escalations.take(session, row.id, "U2")
            await escalations.answer(session, row.id, "U2", "Go ahead")
            assert await escalations.withdraw(session, row.id) is None
            gone = await escalations.withdraw(session, row.id, also_answered=True)
        assert gone
        assert (gone.state, gone.shared, gone.answer) == ("withdrawn", None, None)

    run(test)


def test_reminder_and_deadline_are_noted_once_and_only_while_an_answer_is_owed(run: Any) -> None:
    async def test(database: Database) -> None:
        row = await ask(database)
        done = await ask(database, "view:V2", draft_id="d2")
        async with database.begin() as session:
            await escalations.take(session, done.id, "U2")
            await escalations.answer(session, done.id, "U2", "Fine")
            assert [due.id for due in await escalations.unanswered(session, "T1")] == [row.id]
            assert await escalations.note_reminder(session, row.id, NOW)
            assert await escalations.note_reminder(session, row.id, NOW) is None
            assert await escalations.note_overdue(session, row.id, NOW)
            assert await escalations.note_overdue(session, row.id, NOW) is None
            assert await escalations.note_reminder(session, done.id, NOW) is None
            assert await escalations.note_overdue(session, done.id, NOW) is None
        assert (await stored(database, row.id)).state == "open", "it stays open"

    run(test)


def test_the_queue_has_the_nearest_deadline_first(run: Any) -> None:
    async def test(database: Database) -> None:
        late = await ask(database, "view:V1", deadline=NOW + timedelta(hours=9))
        soon = await ask(database, "view:V2", deadline=NOW + timedelta(hours=3))
        await ask(database, "view:V3", team_id="T2")
        async with database.read() as session:
            assert [row.id for row in await escalations.unanswered(session, "T1")] == [soon.id, late.id]

    run(test)


def test_a_recalled_post_never_goes_out_or_goes_out_without_its_words(run: Any) -> None:
    async def test(database: Database) -> None:
        row, other = await ask(database), await ask(database, "view:V2")
        untried, tried = await put(database, row), await put(database, other, attempts=1)
        async with database.begin() as session:
            for each in (row, other):
                await escalations.recall(session, each.id, NOW, instead={"text": "withdrawn"})
        async with database.read() as session:
            post = await session.get_one(Outgoing, untried)
            assert (post.settled_at, post.payload) == (NOW, None)
            post = await session.get_one(Outgoing, tried)
            assert post.settled_at is None, "it may stand in Slack: it is looked for"
            assert post.payload == {"text": "withdrawn"}

    run(test)


def test_posts_that_outlived_their_question_are_found(run: Any) -> None:
    async def test(database: Database) -> None:
        open_, withdrawn, gone = [await ask(database, f"view:V{n}", user_id=f"U{n}") for n in range(3)]
        posts = {row.id: await put(database, row, ts=f"1.{n}") for n, row in enumerate((open_, withdrawn, gone))}
        async with database.begin() as session:
            await escalations.withdraw(session, withdrawn.id)
            await escalations.forget(session, "T1", "U2")
            left = await escalations.left_standing(session)
        assert {post.id for post in left} == {posts[withdrawn.id], posts[gone.id]}

    run(test)


def test_a_newer_look_replaces_those_that_wait(run: Any) -> None:
    async def test(database: Database) -> None:
        async with database.begin() as session:
            where = {"team_id": "T1", "channel_id": "C1", "kind": "update", "payload": {"text": "old"}}
            old = await outbox.put(session, "update:1", NOW, target_ts="1.1", **where)
            other = await outbox.put(session, "update:2", NOW, target_ts="1.2", **where)
            await outbox.supersede(session, "C1", "1.1", NOW)
            assert await outbox.waiting(session) == [other]
            assert old != other

    run(test)
