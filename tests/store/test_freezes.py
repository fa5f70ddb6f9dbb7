"""Who is told of a freeze, on SQLite and on Postgres."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.coach.models import Review, Verdict
from bot.store import drafts, freezes, outbox, program_state
from bot.store.database import Database
from tests.databases import on_both

pytestmark = [pytest.mark.anyio, on_both]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


async def drafted(database: Database, user: str, at: datetime, *, again: datetime | None = None, **fields: Any) -> None:
    """A draft of `at`, of which a new edition was reviewed `again`."""
    where = {
        "team_id": "T1",
        "user_id": user,
        "channel_id": f"D{user}",
        "thread_ts": "1.0",
        "text": "…",
        "network": "x",
    }
    async with database.begin() as session:
        row = await drafts.create(session, origin=f"{user}{at}", now=at, **(where | fields))
        if again is not None:
            await drafts.keep_review(session, row, Review(verdict=Verdict.READY, language="en", network="x"), again)


async def test_people_with_a_draft_of_the_last_week_that_is_not_posted(database: Database) -> None:
    await drafted(database, "U1", NOW - 2 * DAY)
    await drafted(database, "U1", NOW - 3 * DAY)
    await drafted(database, "U2", NOW - 20 * DAY, again=NOW - DAY)
    await drafted(database, "U3", NOW - 20 * DAY, again=NOW - 19 * DAY)
    await drafted(database, "U4", NOW - DAY, posted_at=NOW)
    await drafted(database, "U5", NOW + timedelta(minutes=1))
    await drafted(database, "U6", NOW - DAY, team_id="T2")
    async with database.read() as session:
        assert await freezes.with_open_drafts(session, "T1", NOW) == {"U1": "DU1", "U2": "DU2"}


async def test_each_freeze_has_a_number_and_tells_anew(database: Database) -> None:
    async with database.begin() as session:
        assert await freezes.last(session, "T1") is None
        assert await program_state.freeze(session, "T1", "U1", "", NOW)
        assert not await program_state.freeze(session, "T1", "U2", "We know.", NOW + DAY), "it is frozen already"
        assert not await program_state.freeze(session, "T1", "U2", "", NOW + DAY)
    async with database.begin() as session:
        lasting = await freezes.lasting(session, "T1")
        assert lasting is not None
        assert (lasting.freezes, lasting.frozen_by, lasting.statement) == (1, "U1", "We know.")
        assert await program_state.lift(session, "T1")
        assert not await program_state.lift(session, "T1")
        assert await freezes.lasting(session, "T1") is None
        assert await program_state.freeze(session, "T1", "U1", "", NOW)
    async with database.begin() as session:
        lasting = await freezes.lasting(session, "T1")
        assert lasting is not None
        assert (lasting.freezes, lasting.statement) == (2, None)


async def test_those_told_of_one_freeze_and_of_no_other(database: Database) -> None:
    async with database.begin() as session:
        for number, user in ((1, "U1"), (1, "U2"), (11, "U3"), (2, "U1")):
            fields = {"team_id": "T1", "user_id": user, "channel_id": f"D{user}", "payload": {"text": "hold"}}
            for _ in range(2):
                await outbox.put(session, freezes.work(number, user), NOW, **fields)
            await outbox.put(session, freezes.over_work(number, user), NOW, **fields)
    async with database.begin() as session:
        assert sorted(row.user_id or "" for row in await freezes.told(session, "T1", 1)) == ["U1", "U2"]
        await freezes.withdraw(session, "T1", 1, NOW)
    async with database.read() as session:
        waiting = {(await session.get_one(outbox.Outgoing, id_)).work for id_ in await outbox.waiting(session)}
    assert waiting == {"freeze:11:U3", "freeze:2:U1", *(freezes.over_work(*one) for one in ((1, "U1"), (1, "U2"), (11, "U3"), (2, "U1")))}  # fmt: skip
