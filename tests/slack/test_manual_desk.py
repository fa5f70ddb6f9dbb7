"""What the desk refuses although a button asked for it: the last manual stays, and whoever is no manager any more changes nothing."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from bot.clock import Clock
from bot.manual.sources import manifest, publish
from bot.manual.staging import stage, staged
from bot.policy.engine import Policy
from bot.settings import Settings
from bot.slack import manual_desk as desk
from bot.slack.manual_blocks import mark, source_id
from bot.slack.manual_wish import Wish
from bot.slack.member import Member
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store.database import Database, domain_url
from bot.store.migrate import migrate
from bot.store.models import Outgoing

MANAGER, FORMER = "U0AINA", "U0POL"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Of a company whose only manual was published by somebody."""
    monkeypatch.setenv("BONVENT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("BONVENT_MANAGERS", MANAGER)
    (tmp_path / "hats.md").write_text("# Hats\n\nHats are fine.\n", "utf-8")
    publish(tmp_path / "data", tmp_path / "hats.md")
    return Settings()


def service_of(settings: Settings, policy: Policy, words: Words, database: Database | None = None) -> Service:
    async def member(user_id: str) -> Member:
        return Member(user_id, "Pol Serra", language="en")

    async def direct_channel(user_id: str) -> str:
        return f"D{user_id}"

    elsewhere: dict[str, Any] = {
        "gateway": SimpleNamespace(team_id="T1", member=member, direct_channel=direct_channel),
        "coach": SimpleNamespace(policy=policy),
        "database": database,
        "engine": None,
    }
    return Service(settings=settings, clock=Clock(), all_words=words, **elsewhere)


@pytest.mark.parametrize("verb", ["propose", "retire"])
def test_the_last_manual_is_not_retired(settings: Settings, policy: Policy, words: Words, verb: str) -> None:
    before = manifest(settings.data)
    wish = Wish(verb, source_id("hats"), MANAGER, mark(before.sha256), "1.0")
    service = service_of(settings, policy, words)
    post = asyncio.run(desk._WORKS[verb](service, wish, words.within("en")))
    assert post.text == words.within("en").say("manuals_last")
    assert manifest(settings.data) == before


@pytest.mark.parametrize("verb", ["publish", "discard", "retire"])
def test_whoever_is_no_manager_any_more_changes_nothing(
    settings: Settings, policy: Policy, words: Words, verb: str
) -> None:
    waiting, before = stage(settings.data, {"cats.md": b"# Cats\n\nCats are fine.\n"}), manifest(settings.data)
    id_ = source_id("hats") if verb == "retire" else waiting.id

    async def within() -> str:
        database = Database(domain_url(settings.data, None))
        try:
            await migrate(database)
            wish = Wish(verb, id_, FORMER, mark(before.sha256), "1.0")
            assert len(await desk._tell(service_of(settings, policy, words, database), wish)) == 1
            async with database.read() as session:
                row = (await session.scalars(select(Outgoing))).one()
                return f"{row.channel_id}: {json.dumps(row.payload, ensure_ascii=False)}"
        finally:
            await database.close()

    told = asyncio.run(within())
    assert told.startswith(f"D{FORMER}: ")
    assert words.within("en").say("manuals_not_manager") in told
    assert manifest(settings.data) == before
    assert staged(settings.data, waiting.id) == waiting
