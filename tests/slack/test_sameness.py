"""Drafts of one campaign that say nearly the same: from how many authors on, who is told, and what of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from bot.coach.models import Review
from bot.policy.engine import Policy
from bot.slack.sameness import alike_post, compare, fingerprint_of
from bot.slack.words import Words
from bot.store import drafts
from bot.store.models import Draft, Outgoing
from tests.slack.program import Program, Run
from tests.slack.reading import as_read

SAME = "My grandmother never believed that one quiet machine could warm three cold rooms in January. She was wrong, and glad."
OWN = "Every Thursday somebody asks me whether cables overheat under sunlight; I carry photographs of our oldest roof."


@pytest.fixture
def said(policy: Policy, review_of: Callable[..., Review]) -> Callable[..., Any]:
    """A draft of the campaign by somebody, reviewed; whether its author was told."""

    async def say(program: Program, user: str, text: str = SAME, *, again: str = "", protected: bool = False) -> bool:
        whole: Any = SimpleNamespace(policy=policy)
        service = replace(program.service, coach=whole)
        review = review_of(text).model_copy(update={"protected": protected})
        async with program.database.begin() as session:
            row = await drafts.create(
                session, origin=f"view:{user}{again}", now=program.at, team_id=program.gateway.team_id, user_id=user,
                channel_id=f"D{user}", thread_ts="1.1", text=text, network="x", pictures=[], campaign_id="old-houses",
            )  # fmt: skip
        sound = await fingerprint_of(service, row, review)
        async with program.database.begin() as session:
            kept = await session.get_one(Draft, row.id)
            await compare(service, session, kept, review, sound)
        async with program.database.read() as session:
            query = select(Outgoing.id).where(Outgoing.work == f"alike:{row.id}")
            return (await session.scalars(query)).first() is not None

    return say


def test_from_five_authors_on(run: Run, said: Callable[..., Any]) -> None:
    async def test(program: Program) -> None:
        await program.campaign()
        assert [await said(program, f"U{number}") for number in range(6)] == [False] * 4 + [True] * 2

    run(test)


def test_nobody_is_like_themselves(run: Run, said: Callable[..., Any]) -> None:
    async def test(program: Program) -> None:
        await program.campaign()
        for number in range(5):
            await said(program, f"U{number}", f"{OWN} {'abcdefgh'[number] * 4} {number * 'word '}")
        assert not await said(program, "U9")
        assert not await said(program, "U9", again="2")

    run(test)


def test_each_draft_once(run: Run, said: Callable[..., Any]) -> None:
    async def test(program: Program) -> None:
        await program.campaign()
        for number in range(5):
            await said(program, f"U{number}")
        assert await said(program, "U4")
        async with program.database.read() as session:
            alike = select(func.count()).select_from(Outgoing).where(Outgoing.work.startswith("alike:"))
            assert await session.scalar(alike) == 1

    run(test)


def test_nor_again_once_nobody_knows_where_that_was_said(run: Run, said: Callable[..., Any]) -> None:
    async def test(program: Program) -> None:
        await program.campaign()
        for number in range(5):
            await said(program, f"U{number}")
        async with program.database.begin() as session:
            await session.execute(delete(Outgoing))
        assert not await said(program, "U4")

    run(test)


def test_protected_speech_is_not_compared(run: Run, said: Callable[..., Any]) -> None:
    async def test(program: Program) -> None:
        await program.campaign()
        for number in range(4):
            await said(program, f"U{number}")
        assert not await said(program, "U8", protected=True)
        assert await said(program, "U9"), "and counts as no author before"

    run(test)


@pytest.mark.parametrize(("colleagues", "number"), [(1, False), (4, False), (5, True), (12, True)])
def test_a_number_is_told_of_five_and_more(words: Words, colleagues: int, number: bool) -> None:
    said = as_read(alike_post(words.within("en"), colleagues, []))
    assert (str(colleagues) in said) is number


def test_the_author_is_told_ways_of_their_own(words: Words) -> None:
    post = alike_post(words.within("en"), 2, ["What surprised you?"])
    assert "What surprised you?" in as_read(post)
    assert "What surprised you?" not in post.text
