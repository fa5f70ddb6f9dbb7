"""Brings the domain database to the newest version of its tables. `bonvent serve` does so before anything else."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.store.database import Database, DatabaseError

_LOCK = 4_711_2026  # any number, the same in every process: who migrates does so alone


def config() -> Config:
    """Alembic's settings; there is no ini file."""
    alembic = Config()
    alembic.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return alembic


async def migrate(database: Database) -> None:
    """Runs what is missing, in one transaction. Raises `DatabaseError`."""
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(_upgrade)
    except (OperationalError, OSError) as error:
        where = database.url.render_as_string(hide_password=True)
        raise DatabaseError(f"the database can't be opened ({type(error).__name__}): check {where}") from None
    except DBAPIError as error:
        kind = type(error.orig).__name__ if error.orig else type(error).__name__
        raise DatabaseError(f"the database's tables can't be brought up to date ({kind}): check its rights") from None


def _upgrade(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    alembic = config()
    script = ScriptDirectory.from_config(alembic)
    current = MigrationContext.configure(connection).get_current_revision()
    if current is not None and current not in {revision.revision for revision in script.walk_revisions()}:
        raise DatabaseError("the database was written by a newer Bonvent: install that one, or restore a backup")
    alembic.attributes["connection"] = connection
    command.upgrade(alembic, "head")
