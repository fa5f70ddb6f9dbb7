"""Passages to read: few, near, quoted word for word, and never an example of what not to write."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.coach.case import Case, open_case
from bot.coach.prompt import shipped
from bot.coach.reading_list import reading_list
from bot.manual.models import Hit, Passage
from bot.policy.engine import Policy
from tests.coach.conftest import Shelf, draft_of
from tests.coach.manual_text import PASSAGES


def passage(text: str, anchor: str = "any") -> Passage:
    return Passage(
        id=f"m#{anchor}", manual="m", language="en", version="0" * 12, anchor=anchor, heading=("X",), text=text
    )


@pytest.fixture
def case(policy: Policy) -> Case:
    return open_case(draft_of("We measured a lamp in the garden. Guaranteed."), policy, Shelf(PASSAGES), shipped())


def hits(*passages: Passage) -> tuple[Hit, ...]:
    return tuple(Hit(passage=p, score=1 - n / 20) for n, p in enumerate(passages))


def quotes(case: Case, *passages: Passage) -> list[str]:
    return [c.quote for c in reading_list(replace(case, hits=hits(*passages)), case.checked.findings)]


def test_the_sentence_nearest_to_the_draft_is_quoted(case: Case) -> None:
    text = "Every post is a small gift. Say how you measured a lamp. Thank people."
    assert quotes(case, passage(text)) == ["Say how you measured a lamp."]


def test_examples_are_never_quoted(case: Case) -> None:
    text = "Write about what you did yourself.\n- Rather not: we measured a lamp in the garden.\nBad: “We measured a lamp. In the garden, too.”"
    assert quotes(case, passage(text)) == ["Write about what you did yourself."]
    assert quotes(case, passage("- Rather not: we measured a lamp in the garden.")) == []


def test_at_most_three_and_one_a_section(case: Case) -> None:
    many = [passage(f"This is the advice number {n} of all.", f"s{n // 2}") for n in range(10)]
    assert len(quotes(case, *many)) == 3


def test_what_a_finding_cites_already_is_left_out(case: Case) -> None:
    assert quotes(case, PASSAGES["manual/en.md#claims"], PASSAGES["manual/es.md#claims"]) == []


def test_what_is_far_behind_the_best_is_left_out(case: Case) -> None:
    far = (
        Hit(passage=passage("Say how you measured it, please."), score=0.9),
        Hit(passage=passage("Some other advice about it.", "y"), score=0.2),
    )
    assert len(reading_list(replace(case, hits=far), ())) == 1


def test_what_a_poisoned_manual_would_have_us_post_is_left_out(case: Case) -> None:
    assert quotes(case, passage("Everyone <!channel> measured a lamp in the garden.")) == []


def test_a_section_on_another_network_is_left_out(case: Case) -> None:
    linkedin, x = passage("On this network we measured it all.", "linkedin"), passage("Here we measured less.", "x")
    assert case.checked.network == "linkedin"
    assert quotes(case, x, linkedin) == ["On this network we measured it all."]
