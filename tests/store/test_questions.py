"""Questions about policy: each kept once, understood with its thread, gone with its message; askings noted without a place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import messages, outbox, questions
from bot.store.database import Database
from bot.store.messages import Arrival
from bot.store.models import Message, Question, Turn
from bot.store.questions import ABOUT

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)
WHERE = ("T1", "D1", "1.0")
KEY = "mention:T1:C1:2.0"


@pytest.fixture
async def session(database: Database) -> AsyncIterator[AsyncSession]:
    async with database.begin() as session:
        yield session


async def keep(session: AsyncSession, origin: str, text: str, minute: int = 0, **fields: Any) -> Question:
    given = {"team_id": "T1", "user_id": "U1", "channel_id": "D1", "thread_ts": "1.0", "language": "es", "body": {}}
    return await questions.keep(
        session, origin=origin, now=NOW + timedelta(minutes=minute), text=text, **given | fields
    )


async def answer(session: AsyncSession, work: str, about: str) -> None:
    await outbox.put(
        session, work, NOW, team_id="T1", user_id="U1", channel_id="D1", thread_ts="1.0", message_key=f"T1:D1:{work}",
        about=about, payload={},
    )  # fmt: skip


async def test_the_same_origin_is_kept_once(session: AsyncSession) -> None:
    first = await keep(session, "T1:D1:1.0", "may I?")
    assert (await keep(session, "T1:D1:1.0", "may I?")).id == first.id
    assert len((await session.scalars(select(Question))).all()) == 1


async def test_a_thread_is_one_of_questions_once_an_answer_is_put_in(session: AsyncSession) -> None:
    assert await questions.thread(session, *WHERE) is None
    second = await keep(session, "b", "and on X?", 1)
    first = await keep(session, "a", "may I?")
    await keep(session, "c", "elsewhere", thread_ts="9.0")
    assert await questions.thread(session, *WHERE) is None, "a question without an answer"
    await answer(session, "1.0", f"{ABOUT}{first.id}")
    await answer(session, "1.1", f"{ABOUT}{second.id}")
    thread = await questions.thread(session, *WHERE)
    assert thread is not None
    assert (thread.earlier, thread.language, thread.all_kept) == (("may I?", "and on X?"), "es", True)


async def test_an_answer_to_what_isnt_kept_marks_the_thread(session: AsyncSession) -> None:
    await answer(session, "1.0", ABOUT)
    thread = await questions.thread(session, *WHERE)
    assert thread is not None
    assert (thread.earlier, thread.language, thread.all_kept) == ((), None, False)


async def test_an_answer_that_was_taken_back_marks_nothing(session: AsyncSession) -> None:
    await answer(session, "1.0", ABOUT)
    await outbox.withdraw(session, NOW, message_key="T1:D1:1.0")
    assert await questions.thread(session, *WHERE) is None


async def test_it_goes_with_its_message(session: AsyncSession) -> None:
    row = await keep(session, "T1:D1:1.0", "may I?")
    await answer(session, "1.0", f"{ABOUT}{row.id}")
    assert await questions.answers_to(session, "T1:D1:1.0") == [f"{ABOUT}{row.id}"]
    assert await questions.remove_for_message(session, "T1:D1:1.0") == row.id
    assert await questions.remove_for_message(session, "T1:D1:1.0") is None
    assert (await session.scalars(select(Question))).all() == []


async def test_it_is_shared_once_and_again_only_where_that_failed(session: AsyncSession) -> None:
    row, other = await keep(session, "a", "may I?"), await keep(session, "b", "and on X?")
    assert await questions.share(session, row.id, NOW)
    assert not await questions.share(session, row.id, NOW)
    assert await questions.share(session, other.id, NOW)
    await questions.not_shared(session, row.id)
    assert not await questions.share(session, other.id, NOW)
    assert await questions.share(session, row.id, NOW)
    assert not await questions.share(session, "nothing", NOW)


async def test_an_answer_that_slack_refused_for_good_makes_no_thread(session: AsyncSession) -> None:
    await answer(session, "1.0", ABOUT)
    (waiting,) = await outbox.waiting(session)
    await outbox.settle(session, waiting, NOW, None)
    assert await questions.thread(session, *WHERE) is None


async def test_an_asking_is_noted_once_and_without_a_place(session: AsyncSession) -> None:
    assert await questions.arrive(session, KEY, "T1", "U1", NOW)
    assert not await questions.arrive(session, KEY, "T1", "U1", NOW + timedelta(seconds=5))
    row = await session.get_one(Message, KEY)
    assert (row.channel_id, row.ts, row.thread_ts) == ("", "", "")
    assert await messages.count_since(session, "T1", "U1", NOW) == 1


async def test_an_asking_that_a_crash_lost_is_answered_when_it_comes_again(session: AsyncSession) -> None:
    await questions.arrive(session, KEY, "T1", "U1", NOW)
    assert await questions.arrive(session, KEY, "T1", "U1", NOW + timedelta(minutes=1))
    await messages.settle(session, KEY, "", NOW)
    assert not await questions.arrive(session, KEY, "T1", "U1", NOW + timedelta(minutes=5))


async def test_a_message_may_be_kept_without_its_words(session: AsyncSession) -> None:
    arrival = Arrival("T1", "D1", "U1", "1.0", "1.0", "what do I earn?")
    assert await messages.receive(session, arrival, NOW, keep_words=False)
    assert (await session.scalars(select(Turn))).all() == []
