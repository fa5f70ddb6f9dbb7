"""The domain database from the command line, while `bonvent serve` may be using it too."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.settings import Settings

BY = "command line"
"""Who changed something, where a person's Slack id stands otherwise."""
Answer = TypeVar("Answer")


def within(settings: Settings, work: Callable[[AsyncSession], Awaitable[Answer]], *, table: str) -> Answer | None:
    """Does something in a transaction; None: there is no database with `table` yet. Raises `DatabaseError`."""
    from sqlalchemy import inspect

    from bot.store.database import FILE, Database

    if settings.database_url is None and not (settings.data / FILE).is_file():
        return None

    async def run(database: Database) -> Answer | None:
        async with database.begin() as session:
            connection = await session.connection()
            there = await connection.run_sync(lambda bare: inspect(bare).has_table(table))
            return await work(session) if there else None

    return _run(settings, run)


def within_new(settings: Settings, work: Callable[[AsyncSession], Awaitable[Answer]]) -> Answer:
    """Does something in a transaction, on a database that is made or brought up to date first. Raises `DatabaseError`."""
    from bot.store.database import Database, DatabaseError
    from bot.store.migrate import migrate

    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(f"{settings.data} can't be written ({error.strerror}): set BONVENT_DATA") from None

    async def run(database: Database) -> Answer:
        await migrate(database)
        async with database.begin() as session:
            return await work(session)

    return _run(settings, run)


def now(settings: Settings) -> datetime:
    """By Bonvent's clock."""
    from datetime import timedelta

    from bot.clock import Clock

    return Clock(timedelta(seconds=settings.clock_shift)).now()


def _run(settings: Settings, work: Callable[..., Awaitable[Answer]]) -> Answer:
    import asyncio

    from sqlalchemy.exc import DBAPIError

    from bot.store.database import Database, DatabaseError, domain_url

    async def run() -> Answer:
        url = settings.database_url.get_secret_value() if settings.database_url else None
        database = Database(domain_url(settings.data, url))
        try:
            return await work(database)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except (DBAPIError, OSError) as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        raise DatabaseError(f"the database can't be used ({kind}): `bonvent doctor` says more") from None
