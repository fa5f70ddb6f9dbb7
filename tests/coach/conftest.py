"""A small company of its own, so that these tests say what the coach does and not what the shipped rules hold."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.coach.case import Case, open_case
from bot.coach.model import CoachModel, ModelSettings
from bot.coach.prompt import shipped
from bot.manual.models import Hit, Passage
from bot.policy.engine import Policy
from bot.policy.loader import load_policy
from bot.policy.models import Draft
from tests.coach.manual_text import PASSAGES
from tests.stand_in import KEY, MODEL, StandIn, stand_in

KNOWLEDGE = Path(__file__).parent / "knowledge"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@dataclass
class Shelf:
    """A manual whose search gives what the test put first; it records what it was asked."""

    passages: Mapping[str, Passage]
    first: tuple[str, ...] = ()
    asked: list[str] = field(default_factory=list)

    def search(self, query: str, language: str, k: int) -> list[Hit]:
        return self.search_draft(query, language, k)

    def search_draft(self, text: str, language: str, k: int) -> list[Hit]:
        self.asked.append(text)
        mine = [p for p in self.passages.values() if p.language == language]
        ranked = sorted(mine, key=lambda p: self.first.index(p.anchor) if p.anchor in self.first else len(self.first))
        return [Hit(passage=p, score=1 / (1 + n)) for n, p in enumerate(ranked[:k])]


@pytest.fixture(scope="session")
def policy() -> Policy:
    return load_policy(KNOWLEDGE).ground(PASSAGES.values())


@pytest.fixture
def manual() -> Shelf:
    return Shelf(PASSAGES)


@pytest.fixture
def endpoint() -> Iterator[StandIn]:
    with stand_in() as running:
        yield running


@pytest.fixture
def model(endpoint: StandIn) -> CoachModel:
    return CoachModel(ModelSettings(api_key=KEY, model=MODEL, base_url=endpoint.base_url, deadline_s=10))


@pytest.fixture
def case_of(policy: Policy, manual: Shelf) -> Callable[..., Case]:
    def make(text: str, **fields: Any) -> Case:
        case = open_case(draft_of(text, **fields), policy, manual, shipped())
        return case.with_hits(manual.search_draft(case.masked.text, case.language, 12))

    return make


def draft_of(text: str, **fields: Any) -> Draft:
    return Draft(text=text, now=NOW, **fields)


def answer(**parts: Any) -> dict[str, Any]:
    """A model's answer; what isn't given is empty."""
    return {"criteria": [], "wording": [], "praise": "", "rewrite": None, "citations": [], **parts}


def criterion(rule: str, verdict: str = "no", quote: str = "", why: str = "", fix: str = "") -> dict[str, str]:
    return {"rule": rule, "verdict": verdict, "quote": quote, "why": why, "fix": fix}
