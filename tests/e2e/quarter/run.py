"""One rehearsal from beginning to end."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.store.database import Database, domain_url
from bot.store.migrate import migrate
from tests.e2e.quarter.drive import Passage, Quarter, environment_for
from tests.e2e.quarter.verdict import Verdict, judge
from tests.e2e.quarter.world import Size, World, build, settle
from tests.e2e.slack import slack_stand_in
from tests.e2e.slack.manifest import ROOT_MANIFEST

FULL = Size(people=2000, campaigns=40, days=91, kills=30, opt_outs=60)
TROUBLED = Size(people=300, campaigns=16, days=28, kills=10, opt_outs=20, channels=4, troubles=True)
SHORT = Size(people=90, campaigns=8, days=10, kills=2, opt_outs=3, channels=2, troubles=True)


def rehearse(
    size: Size, folder: Path, seed: Path, database_url: str, say: Callable[[str], None]
) -> tuple[Passage, Verdict]:
    """Lives through the quarter; `seed` is a data folder with the manual embedded."""
    manifest: dict[str, Any] = json.loads(ROOT_MANIFEST.read_text("utf-8"))
    manifest["settings"]["event_subscriptions"]["bot_events"] = []  # nobody listens: the processes only tick
    shutil.copytree(seed, folder / "data", dirs_exist_ok=True)
    (folder / "stand-in.json").write_text(json.dumps(manifest), "utf-8")
    with slack_stand_in(manifest=folder / "stand-in.json") as slack:
        world = build(slack, size)
        asyncio.run(_settle(slack.state.team, world, folder, database_url))
        quarter = Quarter(slack, size, world, folder, environment_for(slack, folder, database_url))
        quarter.plan()
        say(f"{len(quarter.passage.listed)} nudges listed beforehand")
        passage = asyncio.run(quarter.live(say))
        return passage, judge(slack, world, passage, database_url)


async def _settle(team_id: str, world: World, folder: Path, database_url: str) -> None:
    database = Database(domain_url(folder, database_url))
    try:
        await migrate(database)
        async with database.begin() as session:
            await settle(session, team_id, world)
    finally:
        await database.close()
