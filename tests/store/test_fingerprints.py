"""Fingerprints on a real SQLite file: one a draft, told once, gone with the draft, and apart by campaign and workspace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.store import drafts, fingerprints, purge
from bot.store.database import Database
from bot.store.models import Draft
from bot.store.program_models import Fingerprint
from tests.store.conftest import Run

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


async def drafted(database: Database, user: str, campaign: str = "spring", team: str = "T1") -> str:
    """A draft with a fingerprint; its id."""
    async with database.begin() as session:
        draft = await drafts.create(
            session,
            origin=f"{team}:{campaign}:{user}",
            now=NOW,
            team_id=team,
            user_id=user,
            channel_id=f"D{user}",
            thread_ts="1.0",
            text="words that are kept elsewhere",
            network="linkedin",
            campaign_id=campaign,
        )
        await fingerprints.keep(session, draft, [1, 2, 3], NOW)
        return draft.id


async def of(database: Database, campaign: str = "spring", team: str = "T1") -> dict[str, list[int]]:
    async with database.read() as session:
        return {row.user_id: row.values for row in await fingerprints.of_campaign(session, team, campaign)}


def test_only_the_same_campaign_of_the_same_workspace(run: Run) -> None:
    async def test(database: Database) -> None:
        await drafted(database, "U1")
        await drafted(database, "U2")
        await drafted(database, "U3", campaign="autumn")
        await drafted(database, "U4", team="T2")
        assert await of(database) == {"U1": [1, 2, 3], "U2": [1, 2, 3]}

    run(test)


def test_each_edition_takes_the_place_of_the_last_and_is_told_once(run: Run) -> None:
    async def test(database: Database) -> None:
        id_ = await drafted(database, "U1")
        async with database.begin() as session:
            assert await fingerprints.tell(session, id_, NOW)
            draft = await session.get_one(Draft, id_)
            await fingerprints.keep(session, draft, [4, 5, 6], NOW + timedelta(hours=1))
            assert not await fingerprints.tell(session, id_, NOW + timedelta(hours=1))
        assert await of(database) == {"U1": [4, 5, 6]}

    run(test)


def test_it_goes_with_its_draft(run: Run) -> None:
    async def test(database: Database) -> None:
        gone, forgotten, old = [await drafted(database, user) for user in ("U1", "U2", "U3")]
        async with database.begin() as session:
            await drafts.remove(session, gone)
            await purge.forget(session, "T1", "U2", NOW)
        assert list(await of(database)) == ["U3"]
        async with database.begin() as session:
            await purge.purge(session, NOW + timedelta(days=60), timedelta(days=30))
            assert list(await session.scalars(select(Fingerprint))) == []
        assert forgotten != old

    run(test)


def test_it_can_be_taken_away_alone(run: Run) -> None:
    async def test(database: Database) -> None:
        id_ = await drafted(database, "U1")
        async with database.begin() as session:
            await fingerprints.remove(session, id_)
            assert await session.get(Draft, id_) is not None
        assert await of(database) == {}

    run(test)
