"""Alembic's entry: always on a connection that `bot.store.migrate` opened."""

from __future__ import annotations

from alembic import context

from bot.store import models, program_models
from bot.store.base import Base

TABLES = (models, program_models)  # imported, so that all of them are known
context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
