"""Each process has a name of its own, and gives it back when it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.store.database import DatabaseError, engine_url
from bot.work.replica import OnlyReplica, SharedReplica

pytestmark = pytest.mark.anyio


async def test_those_that_share_a_postgres_take_the_first_free_name(tmp_path: Path, postgres_url: str) -> None:
    url = engine_url(tmp_path, postgres_url)
    first, second = await SharedReplica.join(url), await SharedReplica.join(url)
    assert (first.name, second.name) == ("bonvent-1", "bonvent-2")
    await first.release()
    third = await SharedReplica.join(url)
    assert third.name == "bonvent-1"
    assert not third.lost
    for replica in (second, third):
        await replica.release()
    assert third.lost


async def test_a_postgres_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="can't be reached"):
        await SharedReplica.join(engine_url(tmp_path, "postgresql://nobody:secret@127.0.0.1:9/nothing"))


async def test_a_folder_has_one_process(tmp_path: Path) -> None:
    only = OnlyReplica(tmp_path)
    with pytest.raises(DatabaseError, match="another `bonvent serve`"):
        OnlyReplica(tmp_path)
    await only.release()
    await OnlyReplica(tmp_path).release()
