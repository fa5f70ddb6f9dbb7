"""Databases with all tables in place: made once a test process, then copied (SQLite) or emptied (Postgres) for each test.

tests/conftest.py brings the fixtures. `url` is of SQLite, unless the test or its file is marked `on_both` or `on_postgres`.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import URL

from bot.store import models, program_models
from bot.store.base import Base
from bot.store.database import FILE, Database, domain_url
from bot.store.migrate import migrate

TABLES = (models, program_models)  # imported, so that all of them are known

on_both = pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
on_postgres = pytest.mark.parametrize("url", ["postgres"], indirect=True)


def _made(url: URL) -> None:
    async def make() -> None:
        database = Database(url)
        await migrate(database)
        await database.close()

    asyncio.run(make())


@pytest.fixture(scope="session")
def sqlite_tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    _made(domain_url(folder, None))
    return folder / FILE


@pytest.fixture(scope="session")
def postgres_tables(postgres_server: str) -> str:
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE tables")
    parts = urlsplit(postgres_server)
    url = urlunsplit((parts.scheme, parts.netloc, "/tables", parts.query, ""))
    _made(domain_url(Path(), url))
    return url


@pytest.fixture
def sqlite(tmp_path: Path, sqlite_tables: Path) -> URL:
    """A file of the test's own, in its `tmp_path`."""
    shutil.copy(sqlite_tables, tmp_path)
    return domain_url(tmp_path, None)


@pytest.fixture
def postgres(postgres_tables: str) -> URL:
    with psycopg.connect(postgres_tables) as connection:
        connection.execute("SET lock_timeout = '20s'")  # a test before left a transaction open
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)))
    return domain_url(Path(), postgres_tables)


@pytest.fixture
def url(request: pytest.FixtureRequest) -> URL:
    """Of an empty database."""
    found: URL = request.getfixturevalue(getattr(request, "param", "sqlite"))
    return found
