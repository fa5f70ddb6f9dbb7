"""Opens the domain database: a SQLite file, or Postgres by URL."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

from bot.errors import BonventError


class DatabaseError(BonventError):
    """The database can't be used. Its text is one line that says what to do."""


FILE = "bonvent.sqlite3"
"""Of people, drafts and reviews, in the data folder; the engine's own state stands in a file beside it."""
ENGINE_FILE = "work.sqlite3"


def domain_url(data: Path, database_url: str | None) -> URL:
    """Where the domain data is. Raises `DatabaseError` for a URL that isn't Postgres's."""
    return postgres_url(database_url) if database_url else URL.create("sqlite+aiosqlite", database=str(data / FILE))


def engine_url(data: Path, database_url: str | None) -> URL:
    """Where the durable engine keeps its state: a file of its own, or the schema `dbos` of the same Postgres."""
    return postgres_url(database_url) if database_url else URL.create("sqlite", database=str(data / ENGINE_FILE))


def postgres_url(database_url: str) -> URL:
    """The URL with the driver that we install."""
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise DatabaseError("BONVENT_DATABASE_URL is no URL: write postgresql://user:password@host/database") from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise DatabaseError(f"BONVENT_DATABASE_URL names {url.get_backend_name()}: only postgresql://… is known")
    return url.set(drivername="postgresql+psycopg")


class Database:
    """The open database. Safe to share between tasks of one event loop."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self.is_sqlite = url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {} if self.is_sqlite else {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": True}
        # hide_parameters: an error must not carry a draft into a log.
        self.engine = create_async_engine(url, hide_parameters=True, **options)
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._writing = asyncio.Lock()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """A transaction: committed at the end, undone by an exception. On SQLite one at a time."""
        if self.is_sqlite:
            async with self._writing, self._sessions.begin() as session:
                yield session
        else:
            async with self._sessions.begin() as session:
                yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """For queries that change nothing."""
        async with self._sessions() as session:
            yield session

    async def wipe_traces(self) -> None:
        """After a deletion: what was deleted leaves the write-ahead log too (SQLite; elsewhere the server's own vacuum)."""
        if self.is_sqlite:
            async with self._writing, self.engine.connect() as connection:
                await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    async def close(self) -> None:
        await self.engine.dispose()


def _prepare(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "secure_delete=ON", "foreign_keys=ON", "busy_timeout=30000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
