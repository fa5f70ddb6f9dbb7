"""A message arrives once, whatever Slack repeats; its newest edit counts; what is deleted stays deleted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.store import messages
from bot.store.database import Database
from bot.store.messages import Arrival
from bot.store.models import Turn

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)
HELLO = Arrival("T1", "D1", "U1", "1.0", "1.0", "hello")


async def receive(database: Database, arrival: Arrival) -> bool:
    async with database.begin() as session:
        return await messages.receive(session, arrival, NOW)


async def settle(database: Database, edited_ts: str = "") -> None:
    async with database.begin() as session:
        await messages.settle(session, HELLO.key, edited_ts, NOW)


async def said(database: Database) -> list[str]:
    async with database.read() as session:
        return list(await session.scalars(select(Turn.text)))


async def test_again_before_the_answer_asks_again_and_after_it_does_not(database: Database) -> None:
    assert await receive(database, HELLO)
    assert await receive(database, HELLO), "the first try may have been lost after it was kept"
    await settle(database)
    assert not await receive(database, HELLO)
    assert await said(database) == ["hello"]


async def test_only_a_newer_edit_counts(database: Database) -> None:
    await receive(database, HELLO)
    assert await receive(database, replace(HELLO, text="second", edited_ts="3.0"))
    assert not await receive(database, replace(HELLO, text="first", edited_ts="2.0"))
    await settle(database, "3.0")
    assert not await receive(database, HELLO), "the message itself comes late"
    assert await said(database) == ["second"]


async def test_an_answer_to_an_older_edit_does_not_settle_the_newer_one(database: Database) -> None:
    await receive(database, HELLO)
    await receive(database, replace(HELLO, text="second", edited_ts="3.0"))
    await settle(database)
    assert await receive(database, replace(HELLO, text="second", edited_ts="3.0"))


async def test_a_deleted_message_leaves_no_word_and_does_not_come_back(database: Database) -> None:
    await receive(database, HELLO)
    async with database.begin() as session:
        assert await messages.receive_deletion(session, "T1", "D1", "1.0", NOW)
        assert await messages.receive_deletion(session, "T1", "D1", "1.0", NOW) is None
    assert not await receive(database, HELLO)
    assert not await receive(database, replace(HELLO, edited_ts="9.0"))
    assert await said(database) == []


async def test_nobody_edits_another_person_s_message(database: Database) -> None:
    await receive(database, HELLO)
    assert not await receive(database, replace(HELLO, user_id="U2", edited_ts="9.0", text="mine now"))
    assert await said(database) == ["hello"]


async def test_messages_of_the_last_hour_are_counted_for_each_person(database: Database) -> None:
    await receive(database, HELLO)
    await receive(database, replace(HELLO, ts="2.0", user_id="U2"))
    async with database.read() as session:
        assert await messages.count_since(session, "T1", "U1", NOW - timedelta(hours=1)) == 1
        assert await messages.count_since(session, "T1", "U1", NOW + timedelta(hours=1)) == 0
        assert await session.scalar(select(func.count()).select_from(Turn)) == 2
