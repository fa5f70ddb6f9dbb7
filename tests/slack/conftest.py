"""The shipped words and rules, and real reviews by them, without a model and without an embedder."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy.engine import URL

from bot.coach.intake import make_draft
from bot.coach.models import Review
from bot.coach.review import review
from bot.manual.own import passages_of
from bot.networks.loader import load_networks
from bot.policy.engine import Policy
from bot.policy.loader import load_policy
from bot.settings import Settings
from bot.slack.gateway import Gateway, connect
from bot.slack.words import Words, load_words
from bot.store.database import Database
from tests.coach.conftest import Shelf
from tests.conftest import ROOT, SHIPPED
from tests.e2e.slack import Channel, Person, Slack, slack_stand_in
from tests.slack.program import MONDAY, Program, Run, Test

LANGUAGES = ("en", "es", "ca")


@pytest.fixture(scope="session")
def words() -> Words:
    return load_words(ROOT / "prompts", LANGUAGES, load_networks(SHIPPED / "networks.yaml"))


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    return Shelf({passage.id: passage for passage in passages_of(SHIPPED / "manual")})


@pytest.fixture(scope="session")
def policy(shelf: Shelf) -> Policy:
    return load_policy(SHIPPED).ground(shelf.passages.values())


@pytest.fixture
def review_of(policy: Policy, shelf: Shelf) -> Callable[..., Review]:
    """`review_of("the draft", "x", praise=…)`: a review by the shipped rules; fields are what a model would have added."""

    def make(text: str, network: str = "linkedin", **fields: Any) -> Review:
        draft = make_draft(text, policy.networks, network, now="2026-11-23T23:00:00+01:00")
        return review(draft, policy, shelf).model_copy(update=fields)

    return make


@pytest.fixture
def slack() -> Iterator[Slack]:
    with slack_stand_in() as running:
        yield running
        assert running.complaints == []


@pytest.fixture
def run(slack: Slack, url: URL, tmp_path: Path, words: Words, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("BONVENT_DATA", str(tmp_path))

    def run(test: Test) -> None:
        async def within() -> None:
            database = Database(url)
            async with aiohttp.ClientSession() as session:
                gateway = Gateway(connect(slack.bot_token, slack.api_url, session))
                try:
                    await gateway.introduce()
                    program = Program(slack, database, gateway, Settings(), words.within("en"))
                    program.set(MONDAY)
                    await test(program)
                finally:
                    await database.close()

        asyncio.run(within())

    return run


@pytest.fixture
def marta(slack: Slack) -> Person:
    return slack.add_user("Marta Puig")


@pytest.fixture
def jordi(slack: Slack) -> Person:
    return slack.add_user("Jordi Pons")


@pytest.fixture
def channel(slack: Slack, marta: Person, jordi: Person) -> Channel:
    return slack.add_channel("advocates", members=[marta, jordi])
