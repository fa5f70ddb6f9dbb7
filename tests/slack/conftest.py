"""The shipped words and rules, and real reviews by them, without a model and without an embedder."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from bot.coach.intake import make_draft
from bot.coach.models import Review
from bot.coach.review import review
from bot.manual.own import passages_of
from bot.networks.loader import load_networks
from bot.policy.engine import Policy
from bot.policy.loader import load_policy
from bot.program.knowledge import Program, load_program
from bot.slack.words import Words, load_words
from tests.coach.conftest import Shelf
from tests.conftest import ROOT, SHIPPED

LANGUAGES = ("en", "es", "ca")


@cache
def shipped_program() -> Program:
    return load_program(SHIPPED)


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
