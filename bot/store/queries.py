"""What every query builds on."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.base import Base


async def insert_once(session: AsyncSession, model: type[Base], **values: Any) -> bool:
    """Inserts a row unless one with its key exists already, also when two processes try at once. Whether it was new."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    table = model.__table__
    assert isinstance(table, Table)
    statement = insert(table).values(**values).on_conflict_do_nothing().returning(*table.primary_key.columns)
    return (await session.execute(statement)).first() is not None
