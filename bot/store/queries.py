"""What every query builds on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.base import Base

Item = TypeVar("Item")


async def insert_once(session: AsyncSession, model: type[Base], **values: Any) -> bool:
    """Inserts a row unless one with its key exists already, also when two processes try at once. Whether it was new."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    table = model.__table__
    assert isinstance(table, Table)
    statement = insert(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key.columns)
    return (await session.execute(statement)).first() is not None


def batches(items: Sequence[Item], most: int = 400) -> Iterator[Sequence[Item]]:
    """SQLite takes so many values in one statement, and Postgres plans them quickly."""
    return (items[at : at + most] for at in range(0, len(items), most))


def owned(table: Any, team_id: str, user_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Rows of one person."""
    return table.team_id == team_id, table.user_id == user_id


async def exported(session: AsyncSession, query: Select[Any]) -> list[dict[str, Any]]:
    """Rows as plain data for JSON."""
    return [plain(row) for row in await session.scalars(query)]


def plain(row: Base) -> dict[str, Any]:
    """A row as plain data for JSON: times are ISO 8601 in UTC."""
    values = {column.key: getattr(row, column.key) for column in row.__table__.columns}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}
