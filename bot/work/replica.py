"""Which executor this process is: the only one of a SQLite folder, or the first free one of those that share a Postgres.

The engine takes up the work of its own executor after a crash, so no two processes may ever have the same name. On Postgres
a name is held by an advisory lock, which the server gives back when the process is gone.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from bot.store.database import DatabaseError

if TYPE_CHECKING:
    from psycopg import AsyncConnection
    from sqlalchemy.engine import URL

    from bot.work.engine import Engine

logger = logging.getLogger(__name__)
_MOST = 64
_SPACE = 4_711_2027  # the first half of our advisory locks' keys
_PREFIX = "bonvent-"


class Replica:
    """The name that this process holds."""

    def __init__(self, number: int) -> None:
        self.number = number

    @property
    def name(self) -> str:
        return f"{_PREFIX}{self.number}"

    @property
    def lost(self) -> bool:
        """Whether the name isn't ours any more, so that another process may take it."""
        return False

    async def sweep(self, engine: Engine) -> None:
        """Takes up the work of replicas that are gone."""

    async def release(self) -> None:
        """Gives the name back."""


class OnlyReplica(Replica):
    """The one process that a data folder with SQLite files may have."""

    def __init__(self, data: Path) -> None:
        from filelock import FileLock, Timeout

        super().__init__(1)
        self._lock = FileLock(data / "serve.lock")
        try:
            self._lock.acquire(timeout=2)
        except Timeout:
            raise DatabaseError(
                f"another `bonvent serve` works in {data}: stop it, or set BONVENT_DATABASE_URL to run several"
            ) from None

    async def release(self) -> None:
        self._lock.release()


class SharedReplica(Replica):
    """One of several processes on the same Postgres."""

    def __init__(self, number: int, connection: AsyncConnection) -> None:
        super().__init__(number)
        self._connection = connection

    @classmethod
    async def join(cls, url: URL) -> SharedReplica:
        """Takes the first free name. Raises `DatabaseError`."""
        import psycopg

        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        try:
            connection = await psycopg.AsyncConnection.connect(plain, autocommit=True, application_name="bonvent")
        except psycopg.Error as error:
            where = url.render_as_string(hide_password=True)
            raise DatabaseError(f"the database can't be reached ({type(error).__name__}): check {where}") from None
        for number in range(1, _MOST + 1):
            if await _lock(connection, number):
                return cls(number, connection)
        await connection.close()
        raise DatabaseError(f"{_MOST} processes share this database already")

    @property
    def lost(self) -> bool:
        return self._connection.closed

    async def sweep(self, engine: Engine) -> None:
        rows = await self._connection.execute(
            "SELECT DISTINCT executor_id FROM dbos.workflow_status WHERE status = 'PENDING' AND executor_id <> %s",
            (self.name,),
        )
        for (name,) in await rows.fetchall():
            number = str(name).removeprefix(_PREFIX)
            if not number.isdigit() or not await _lock(self._connection, int(number)):
                continue
            try:
                logger.warning("%s is gone: its work is taken up", name)
                await engine.resume(name)
            finally:
                await self._connection.execute("SELECT pg_advisory_unlock(%s, %s)", (_SPACE, int(number)))

    async def release(self) -> None:
        await self._connection.close()


async def _lock(connection: AsyncConnection, number: int) -> bool:
    row = await (await connection.execute("SELECT pg_try_advisory_lock(%s, %s)", (_SPACE, number))).fetchone()
    return bool(row and row[0])
