"""What the tests look at, and put, in the SQLite file of an app's domain data."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.database import FILE, Database, domain_url
from bot.store.migrate import migrate
from tests.e2e.slack import AppProcess


def rows(app: AppProcess, query: str, *values: object) -> list[tuple[Any, ...]]:
    """What a query gives; what it changes is kept."""
    with closing(sqlite3.connect(app.data / FILE, timeout=30)) as database, database:
        return database.execute(query, values).fetchall()


def store(app: AppProcess, work: Callable[[AsyncSession], Awaitable[object]]) -> None:
    """Does something by the bot's own functions, in one transaction, beside the app or before it was ever started."""

    async def within() -> None:
        database = Database(domain_url(app.data, None))
        try:
            await migrate(database)
            async with database.begin() as session:
                await work(session)
        finally:
            await database.close()

    asyncio.run(within())
