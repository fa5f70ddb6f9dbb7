"""The Postgres that tests run on."""

from __future__ import annotations

import psycopg
import pytest


@pytest.mark.parametrize("turn", [1, 2])
def test_every_test_gets_an_empty_database(postgres_url: str, turn: int) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("CREATE TABLE drafts (id int)")
        assert connection.execute("SELECT count(*) FROM drafts").fetchone() == (0,)
