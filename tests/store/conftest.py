"""Work on an empty database with all its tables: on SQLite, unless a test is marked `on_both` or `on_postgres`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.database import Database

Test = Callable[[Database], Awaitable[None]]
Run = Callable[[Test], None]
"""`run(test)`: the test gets an open database."""
Work = Callable[[AsyncSession], Awaitable[Any]]
On = Callable[..., None]
"""`on(first, second, …)`: each gets a transaction of its own."""


@pytest.fixture
def run(url: URL) -> Run:
    def run(test: Test) -> None:
        async def within() -> None:
            database = Database(url)
            try:
                await test(database)
            finally:
                await database.close()

        asyncio.run(within())

    return run


@pytest.fixture
def on(run: Run) -> On:
    def on(*works: Work) -> None:
        async def test(database: Database) -> None:
            for work in works:
                async with database.begin() as session:
                    await work(session)
            await database.wipe_traces()

        run(test)

    return on


@pytest.fixture
async def database(url: URL) -> AsyncIterator[Database]:
    """For tests that are coroutines themselves."""
    opened = Database(url)
    yield opened
    await opened.close()
