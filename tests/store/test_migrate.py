"""The tables on disk are those of the models, on both databases; a newer database is left alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from bot.store import models, program_models
from bot.store.base import Base
from bot.store.database import Database, DatabaseError, domain_url
from bot.store.migrate import migrate

TABLES = (models, program_models)  # imported, so that all of them are known
pytestmark = pytest.mark.anyio


@pytest.fixture(params=["sqlite", "postgres"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgres" else None
    opened = Database(domain_url(tmp_path, url))
    yield opened
    await opened.close()


async def test_a_new_database_has_the_models_tables_and_a_second_run_changes_nothing(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))

    for _ in range(2):
        await migrate(database)
        async with database.engine.connect() as connection:
            assert await connection.run_sync(differences) == []


async def test_a_database_of_a_newer_bonvent_is_refused(database: Database) -> None:
    await migrate(database)
    async with database.engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer Bonvent"):
        await migrate(database)


async def test_sqlite_overwrites_what_is_deleted(tmp_path: Path) -> None:
    database = Database(domain_url(tmp_path, None))
    await migrate(database)
    async with database.read() as session:
        assert (await session.execute(text("PRAGMA secure_delete"))).scalar() == 1
        assert (await session.execute(text("PRAGMA journal_mode"))).scalar() == "wal"
    await database.close()
