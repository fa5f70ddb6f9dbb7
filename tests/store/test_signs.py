"""Who may be told that they'd make a good ambassador, what is read of their drafts, and what managers may know. On a real database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import ambassadors, drafts, outbox, signs
from bot.store.models import Draft, Outgoing, StoredReview
from bot.store.program_models import AmbassadorRow
from tests.store.conftest import On

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
WAIT = timedelta(days=90)
TEAM, ANA = "T1", "U1ANA"


async def somebody(
    session: AsyncSession, user: str, team: str = TEAM, reviewed: int = 2, **fields: Any
) -> AmbassadorRow:
    row = await ambassadors.row_of(session, team, user, NOW)
    for name, value in {"tell_me": True, **fields}.items():
        setattr(row, name, value)
    for number in range(reviewed):
        await a_draft(session, f"{team}{user}{number}", user, team)
    await session.flush()
    return row


async def a_draft(session: AsyncSession, origin: str, user: str = ANA, team: str = TEAM, days: int = 0) -> Draft:
    draft = await drafts.create(
        session, origin=origin, now=NOW - timedelta(days=days), team_id=team, user_id=user, channel_id="D1",
        thread_ts="1.1", text=f"first {origin}", network="x", pictures=[],
    )  # fmt: skip
    await a_review(session, draft)
    return draft


async def a_review(session: AsyncSession, draft: Draft) -> None:
    body = {"edition": draft.edition}
    review = StoredReview(
        draft_id=draft.id, edition=draft.edition, text=draft.text, body=body, complained=[], created_at=NOW
    )
    session.add(review)
    await session.flush()


class TestWhoMayBeTold:
    @pytest.mark.parametrize(
        ("fields", "may"),
        [
            ({}, True),
            ({"tell_me": False}, False),
            ({"state": "not_now", "answered_at": NOW - WAIT}, True),
            ({"state": "not_now", "answered_at": NOW - WAIT + timedelta(seconds=1)}, False),
            ({"state": "none", "answered_at": NOW}, True),
            *(
                ({"state": state}, False)
                for state in ("never", "left", "gone", "active", "paused", "to_confirm", "invited")
            ),
            ({"reviewed": 1}, False),
            ({"team": "T2"}, False),
        ],
    )
    def test_who_asked_and_didnt_say_no(self, on: On, fields: dict[str, Any], may: bool) -> None:
        async def look(session: AsyncSession) -> None:
            row = await somebody(session, ANA, **fields)
            assert await signs.to_look_at(session, TEAM, NOW, WAIT, 2) == ([ANA] if may else [])
            if "reviewed" not in fields and "team" not in fields:
                assert signs.may_be_told(row, NOW, WAIT) is may

        on(look)

    def test_drafts_of_others_dont_help(self, on: On) -> None:
        async def look(session: AsyncSession) -> None:
            await somebody(session, ANA, reviewed=1)
            await somebody(session, "U2", reviewed=5, tell_me=False)
            assert await signs.to_look_at(session, TEAM, NOW, WAIT, 2) == []

        on(look)


class TestFirstEditions:
    def test_a_draft_counts_as_it_was_first_reviewed(self, on: On) -> None:
        async def look(session: AsyncSession) -> None:
            draft = await a_draft(session, "view:2", days=1)
            await drafts.change(session, draft, text="mended")
            await a_review(session, draft)
            posted = await a_draft(session, "view:1", days=2)
            posted.posted_at = NOW
            await session.flush()
            found = await signs.first_editions(session, TEAM, ANA)
            assert [(one.text, one.body["edition"], one.posted) for one in found] == [
                ("first view:1", 1, True),
                ("first view:2", 1, False),
            ]
            assert "first" not in repr(found)

        on(look)

    def test_one_whose_first_review_is_gone_doesnt_count(self, on: On) -> None:
        async def look(session: AsyncSession) -> None:
            draft = await a_draft(session, "view:1")
            (await session.get_one(StoredReview, (await drafts.newest_review(session, draft.id)).id)).edition = 2  # type: ignore[union-attr]
            await session.flush()
            assert await signs.first_editions(session, TEAM, ANA) == []

        on(look)


class TestCounts:
    @pytest.mark.parametrize(("people", "told"), [(0, None), (4, None), (5, 5), (6, 6)])
    def test_managers_see_none_of_fewer_than_five(self, on: On, people: int, told: int | None) -> None:
        async def look(session: AsyncSession) -> None:
            for number in range(people):
                await somebody(session, f"UA{number}", reviewed=0, state=("active", "paused")[number % 2])
                await somebody(session, f"UT{number}", reviewed=0, state=("none", "not_now", "invited")[number % 3])
                await somebody(session, f"UN{number}", reviewed=0, state="none", tell_me=False)
                await somebody(session, f"UO{number}", team="T2", reviewed=0, state="active")
            assert await signs.counts(session, TEAM) == signs.Counts(ambassadors=told, want_to_be_told=told)

        on(look)


class TestCallingOff:
    def test_an_invitation_that_isnt_posted_yet_wont_be(self, on: On) -> None:
        async def look(session: AsyncSession) -> None:
            row = await somebody(session, ANA, state="invited", invitation="i1")
            id_ = await outbox.put(
                session, "invite:i1", NOW, team_id=TEAM, user_id=ANA, channel_id="D1", about="invite:i1", payload={}
            )
            await signs.call_off(session, row, NOW)
            assert (row.state, row.invitation) == ("none", None)
            assert await outbox.waiting(session, about="invite:i1") == []
            assert (await session.get_one(Outgoing, id_, populate_existing=True)).payload is None

        on(look)

    def test_one_that_stands_can_still_be_answered(self, on: On) -> None:
        async def look(session: AsyncSession) -> None:
            row = await somebody(session, ANA, state="invited", invitation="i1")
            id_ = await outbox.put(
                session, "invite:i1", NOW, team_id=TEAM, user_id=ANA, channel_id="D1", about="invite:i1", payload={}
            )
            await outbox.settle(session, id_, NOW, "1.1")
            await signs.call_off(session, row, NOW)
            assert (row.state, row.invitation) == ("invited", "i1")

        on(look)

    def test_nothing_else_is_touched(self, on: On) -> None:
        async def look(session: AsyncSession) -> None:
            row = await somebody(session, ANA, state="active", invitation="i1")
            await signs.call_off(session, row, NOW)
            assert (row.state, row.invitation) == ("active", "i1")

        on(look)
