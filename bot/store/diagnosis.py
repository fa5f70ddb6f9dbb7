"""Whether the database can be used and its tables are current, and which events ever arrived. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, func, inspect, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from bot.checks import Check
from bot.settings import Settings
from bot.store.ambassadors import JOINED
from bot.store.database import ENGINE_FILE, FILE, DatabaseError, postgres_url
from bot.store.migrate import config
from bot.store.models import Sighting
from bot.store.program_models import AmbassadorRow, CampaignRow, ProgramState

_TIMEOUT_S = 5


def diagnose(settings: Settings, *, offline: bool = False) -> list[Check]:
    """What there is to say of the database. Raises `DatabaseError`."""
    if settings.database_url is None:
        return [*_file(settings.data / FILE), *_engine_file(settings.data / ENGINE_FILE)]
    url = _postgres(settings)
    where = url.set(drivername="postgresql").render_as_string(hide_password=True)
    if offline:
        return [Check("database", "note", f"{where}, not tried")]
    try:
        with _opened(url) as connection:
            return [_tables(connection, where)]
    except DBAPIError as error:
        says = f"{where}: can't be used ({type(error.orig).__name__})"
        return [Check("database", "broken", says, "check BONVENT_DATABASE_URL, and that the server is up")]


@dataclass(frozen=True)
class Standing:
    """How the ambassadors' program stands, in all workspaces of the database."""

    running: int = 0
    coming: int = 0
    """Neither over nor paused."""
    lost: tuple[str, ...] = ()
    """Ids of campaigns that are paused because their channel is lost."""
    ambassadors: int = 0
    frozen_at: datetime | None = None
    channels: Mapping[str, str] = field(default_factory=dict)
    """Channel → a campaign that runs or is to come there."""


def standing(settings: Settings, now: datetime, *, offline: bool = False) -> Standing | None:
    """None where no database can be read, or it is older than the program."""
    if settings.database_url is None and not (settings.data / FILE).is_file():
        return None
    if settings.database_url is not None and offline:
        return None
    try:
        url = _read_only(settings.data / FILE) if settings.database_url is None else _postgres(settings)
        with _opened(url) as connection:
            return _standing(connection, now) if inspect(connection).has_table(ProgramState.__tablename__) else None
    except (DBAPIError, DatabaseError):  # `diagnose` says so
        return None


def _standing(connection: Connection, now: datetime) -> Standing:
    columns = (CampaignRow.id, CampaignRow.state, CampaignRow.paused_why, CampaignRow.starts, CampaignRow.body)
    kept = connection.execute(select(*columns).where(CampaignRow.ends > now).order_by(CampaignRow.id)).all()
    active = [row for row in kept if row.state == "active"]
    running = sum(row.starts <= now for row in active)
    said_yes = select(func.count()).select_from(AmbassadorRow).where(AmbassadorRow.state.in_(JOINED))
    return Standing(
        running=running,
        coming=len(active) - running,
        lost=tuple(row.id for row in kept if row.state == "paused" and row.paused_why == "channel_gone"),
        ambassadors=connection.execute(said_yes).scalar_one(),
        frozen_at=connection.execute(select(func.max(ProgramState.frozen_at))).scalar_one(),
        channels={str(row.body["channel"]): row.id for row in active if row.body.get("channel")},
    )


def sightings(settings: Settings, *, offline: bool = False) -> dict[str, datetime]:
    """When an event of each kind last arrived. Empty where no database can be read."""
    try:
        if settings.database_url is None:
            url = _read_only(settings.data / FILE)
        elif offline:
            return {}
        else:
            url = _postgres(settings)
        with _opened(url) as connection:
            if not inspect(connection).has_table(Sighting.__tablename__):
                return {}
            return {row.kind: row.seen_at for row in connection.execute(select(Sighting.kind, Sighting.seen_at))}
    except (DBAPIError, DatabaseError):  # `diagnose` says so
        return {}


def _postgres(settings: Settings) -> URL:
    assert settings.database_url is not None
    return postgres_url(settings.database_url.get_secret_value())


def _file(file: Path) -> Iterator[Check]:
    if not file.exists():
        yield Check("database", "note", "none yet: `bonvent serve` makes it")
        return
    try:
        with _opened(_read_only(file)) as connection:
            yield _tables(connection, str(file))
    except DBAPIError as error:
        yield _damaged(file, error)


def _engine_file(file: Path) -> Iterator[Check]:
    if not file.exists():
        return
    try:
        with _opened(_read_only(file)) as connection:
            connection.execute(text("SELECT count(*) FROM sqlite_master"))
    except DBAPIError as error:
        yield _damaged(file, error)


def _damaged(file: Path, error: DBAPIError) -> Check:
    mend = "stop `bonvent serve`, and restore a backup of the data folder, or move both files away to start anew"
    return Check("database", "broken", f"{file} can't be read ({error.orig})", mend)


def _read_only(file: Path) -> URL:
    """The file as it is: none is made, and nothing about it is changed."""
    return URL.create("sqlite", database=file.absolute().as_uri(), query={"mode": "ro", "uri": "true"})


@contextmanager
def _opened(url: URL) -> Iterator[Connection]:
    arguments: dict[str, Any] = (
        {"timeout": _TIMEOUT_S} if url.get_backend_name() == "sqlite" else {"connect_timeout": _TIMEOUT_S}
    )
    engine = create_engine(url, hide_parameters=True, connect_args=arguments)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _tables(connection: Connection, where: str) -> Check:
    script = ScriptDirectory.from_config(config())
    current, newest = MigrationContext.configure(connection).get_current_revision(), script.get_current_head()
    if current == newest:
        return Check("database", "ok", f"{where}, tables current")
    if current is None:
        return Check("database", "note", f"{where}: no tables yet: `bonvent serve` makes them")
    if current in {revision.revision for revision in script.walk_revisions()}:
        return Check("database", "note", f"{where}: tables of an older Bonvent: `bonvent serve` brings them up to date")
    return Check(
        "database", "broken", f"{where}: written by a newer Bonvent", "install that one, or restore a backup"
    )  # fmt: skip
