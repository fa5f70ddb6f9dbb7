"""Alembic's entry: always on a connection that `bot.store.migrate` opened."""

from __future__ import annotations

from alembic import context

from bot.store.models import Person  # with it, all tables are known

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Person.metadata,
    render_as_batch=True,
)
context.run_migrations()
