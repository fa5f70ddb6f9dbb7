"""Fingerprints of drafts: equal for copies, near for light changes, worth nothing across campaigns, and no words in them."""

from __future__ import annotations

import itertools
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.program.knowledge import load_program
from bot.program.likeness import FEWEST, VALUES, alike, fingerprint, shingles
from tests.conftest import ROOT, SHIPPED

SALT = "salt-of-a-campaign"
THRESHOLD = load_program(SHIPPED).likeness.threshold
DRAFT = (
    "Three winters ago my grandmother still carried wood up two floors. This year she turned a dial, made coffee and called me "
    "to say the house was warm. I helped to build that dial, and I have never been prouder of a knob."
)
FACTS = (
    "Our heat pumps cut the energy bill of a home by 40 % in the first winter.",
    "We have installed 1,200 heat pumps in Girona since 2024.",
)
SAME_CAMPAIGN = (
    "My first installation was in a farmhouse near Olot. Five layers of paint on the radiators, and an owner who didn't believe a "
    "word. In March he sent me his bill: 40 % less. He still doesn't believe it, but he sends me cherries.",
    "People ask me what the noise is like. Come and stand next to one: 1,200 heat pumps in Girona, and the loudest thing in the "
    "street is still the parrot of number nine.",
    "I write the software that decides when a heat pump starts. Nobody will ever see it. But when a family in Girona pays 40 % less "
    "in the first winter, a little of that is a loop I rewrote at night.",
    "What I learned selling heat pumps: don't begin with the machine. Begin with the cold room, the one where nobody sits. Since "
    "2024 we have warmed 1,200 of those in Girona.",
    "Today I drilled through a wall from 1890. The dust was older than my whole family. Behind it there was room for everything a "
    "heat pump needs, and for lunch.",
    "For the sceptics among my friends: yes, also when it's below zero. Yes, also in an old house. And the energy bill of the first "
    "winter fell by 40 %, I have seen it.",
)
"""Different people on the same facts."""


def real_drafts() -> list[str]:
    lines = (ROOT / "tests" / "evaluation" / "drafts.jsonl").read_text("utf-8").splitlines()
    return [draft["text"] for draft in map(json.loads, lines) if draft["kind"] != "protected"]


def printed(text: str, facts: tuple[str, ...] = ()) -> list[int]:
    values = fingerprint(text, SALT, facts)
    assert values is not None
    return values


words = st.lists(
    st.sampled_from([f"word{chr(97 + n)}{chr(97 + m)}" for n in range(20) for m in range(20)]),
    min_size=30,
    max_size=90,
    unique=True,
)


@settings(deadline=None)
@given(said=words)
def test_a_copy_is_wholly_alike_whatever_is_around_it(said: list[str]) -> None:
    text = " ".join(said)
    if len(shingles(text)) < FEWEST:
        return
    copy = f"{text.upper()} 🎉 @tebiora #HeatPumps https://example.net/x"
    assert alike(printed(text), printed(copy)) == 1.0


@settings(deadline=None)
@given(one=words, other=words, shared=st.integers(0, 30))
def test_the_estimate_is_near_the_true_share(one: list[str], other: list[str], shared: int) -> None:
    first, second = " ".join(one), " ".join(one[:shared] + other)
    a, b = shingles(first), shingles(second)
    if min(len(a), len(b)) < FEWEST:
        return
    true = len(a & b) / len(a | b)
    assert abs(alike(printed(first), printed(second)) - true) < 0.27, "five standard errors, at most"


@settings(deadline=None)
@given(said=words, salts=st.lists(st.text(min_size=1, max_size=22), min_size=2, max_size=2, unique=True))
def test_two_campaigns_can_not_be_compared(said: list[str], salts: list[str]) -> None:
    one, other = (fingerprint(" ".join(said), salt) for salt in salts)
    assert one is not None
    assert other is not None
    assert alike(one, other) == 0.0


def test_it_is_numbers_alone_and_always_the_same_ones() -> None:
    values = printed(DRAFT)
    assert (len(values), values) == (VALUES, printed(DRAFT))
    assert all(type(value) is int and 0 <= value < 2**32 for value in values)


def test_figures_links_tags_and_accents_make_no_difference() -> None:
    assert shingles("Él cortó 40 % aquí, mira https://a.example @b #c") == shingles("el corto 3,5 % aqui MIRA")
    assert ("0", "aqui") in shingles("40 % aquí")


def test_what_everybody_has_from_the_campaign_is_left_out() -> None:
    assert shingles(FACTS[0], FACTS) == set()
    assert fingerprint(" ".join(FACTS), SALT, FACTS) is None
    own = shingles(f"{DRAFT} {FACTS[0]}", FACTS)
    assert shingles(DRAFT) - own == {("of", "a")}, "the fact has these, too"
    assert len(own - shingles(DRAFT)) <= 1, "where the fact begins"


def test_a_short_draft_is_not_compared() -> None:
    assert fingerprint("So proud of my team today.", SALT) is None
    assert fingerprint("", SALT) is None


def test_broken_fingerprints_are_like_nothing() -> None:
    assert alike([], []) == 0.0
    assert alike([1, 2], [1, 2, 3]) == 0.0


class TestTheThreshold:
    def test_no_two_different_drafts_reach_it(self) -> None:
        prints = [values for text in real_drafts() if (values := fingerprint(text, SALT))]
        assert len(prints) > 200
        assert max(alike(a, b) for a, b in itertools.combinations(prints, 2)) < THRESHOLD - 0.15

    def test_nor_do_different_people_on_the_same_facts(self) -> None:
        prints = [printed(text, FACTS) for text in SAME_CAMPAIGN]
        assert max(alike(a, b) for a, b in itertools.combinations(prints, 2)) < THRESHOLD - 0.2
        quoting = [printed(f"{text} {FACTS[0]} {FACTS[1]}", FACTS) for text in SAME_CAMPAIGN]
        assert max(alike(a, b) for a, b in itertools.combinations(quoting, 2)) < THRESHOLD - 0.2

    @pytest.mark.parametrize(("share", "least"), [(0.0, 1.0), (0.05, 0.97), (0.1, 0.9)])
    def test_copies_with_a_few_other_words_do(self, share: float, least: float) -> None:
        dice = random.Random(5)
        drafts = [text for text in real_drafts() if fingerprint(text, SALT)]
        vocabulary = [word for text in drafts for word in text.split()]

        def changed(text: str) -> str:
            return " ".join(dice.choice(vocabulary) if dice.random() < share else word for word in text.split())

        found = [alike(printed(text), fingerprint(changed(text), SALT) or []) >= THRESHOLD for text in drafts]
        assert sum(found) / len(found) >= least

    @pytest.mark.parametrize(
        "copy",
        [
            f"Sharing this because it matters to me. {DRAFT}",
            DRAFT.replace("This year she turned a dial, made coffee and called me to say the house was warm. ", ""),
            DRAFT.replace("Three winters", "Two winters").replace("prouder", "happier").replace("wood", "coal"),
            " ".join(reversed(DRAFT.split(". "))),
        ],
    )
    def test_so_do_an_opening_a_sentence_less_and_another_order(self, copy: str) -> None:
        assert alike(printed(DRAFT), printed(copy)) >= THRESHOLD
