"""Which questions ask for the same: measured on questions of ours in three languages, with the shipped embedder."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pytest

from bot.manual.grouping import AROUND, NEAR, Asked, group_of, likeness, wording
from bot.manual.search import Manual, open_manual
from bot.manual.sources import publish
from tests.conftest import SHIPPED

FILE = Path(__file__).parent / "question_groups.txt"


@dataclass(frozen=True)
class Kind:
    """Questions that mean the same."""

    questions: tuple[Asked, ...]
    kept_aside: bool


@dataclass(frozen=True)
class Figures:
    precision: float
    recall: float


def kinds() -> list[Kind]:
    found: list[Kind] = []
    kept_aside, current = False, list[Asked]()
    for line in [*FILE.read_text("utf-8").splitlines(), ""]:
        if line.startswith("#"):
            kept_aside = kept_aside or line == "## kept aside"
        elif line:
            language, _, question = line.partition(" | ")
            current.append((question, language))
        elif current:
            found.append(Kind(tuple(current), kept_aside))
            current = []
    return found


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Manual:
    data = tmp_path_factory.mktemp("manual")
    publish(data, SHIPPED / "manual" / "en")  # one edition is enough to tell which concepts are rare
    return open_manual(data)


def of_pairs(manual: Manual, chosen: Sequence[Kind], *, across: bool | None = None) -> Figures:
    """Of all pairs of questions: how many that are near mean the same, how many that mean the same are near."""
    named = [(question, number) for number, kind in enumerate(chosen) for question in kind.questions]
    near = likeness(manual, [question for question, _ in named])
    right = wrong = same = 0
    for one, other in combinations(range(len(named)), 2):
        if across is not None and across != (named[one][0][1] != named[other][0][1]):
            continue
        meant = named[one][1] == named[other][1]
        found = near[one, other] >= NEAR
        same += meant
        right += found and meant
        wrong += found and not meant
    return Figures(right / max(1, right + wrong), right / same)


def of_groups(manual: Manual, chosen: Sequence[Kind], seed: int) -> Figures:
    """The same for questions that come one after the other, as people ask them: pairs that end up in one group."""
    named = [(question, number) for number, kind in enumerate(chosen) for question in kind.questions]
    random.Random(seed).shuffle(named)
    groups: list[list[tuple[Asked, int]]] = []
    for question, number in named:
        place = group_of(manual, question, [[asked for asked, _ in group] for group in groups])
        if place is None:
            groups.append([])
        groups[-1 if place is None else place].append((question, number))
    pairs = [one[1] == other[1] for group in groups for one, other in combinations(group, 2)]
    same = sum(len(kind.questions) * (len(kind.questions) - 1) // 2 for kind in chosen)
    return Figures(sum(pairs) / len(pairs), sum(pairs) / same)


class TestFigures:
    """A wrong group is worse than a missed one: who asked something else would be told that it is answered."""

    def test_there_is_enough_to_measure_on(self) -> None:
        pairs = sum(len(kind.questions) * (len(kind.questions) - 1) // 2 for kind in kinds())
        assert pairs >= 200
        assert {language for kind in kinds() for _, language in kind.questions} == {"en", "es", "ca"}
        assert 0.4 < sum(kind.kept_aside for kind in kinds()) / len(kinds()) < 0.6

    @pytest.mark.parametrize("kept_aside", [False, True], ids=["calibrated on", "kept aside"])
    def test_pairs(self, manual: Manual, kept_aside: bool) -> None:
        chosen = [kind for kind in kinds() if kind.kept_aside == kept_aside]
        assert len(chosen) >= 15
        everything, across = of_pairs(manual, chosen), of_pairs(manual, chosen, across=True)
        assert everything.precision >= 0.9
        assert everything.recall >= 0.5
        assert across.precision >= 0.9
        assert across.recall >= 0.5

    @pytest.mark.parametrize("kept_aside", [False, True], ids=["calibrated on", "kept aside"])
    def test_questions_as_they_come(self, manual: Manual, kept_aside: bool) -> None:
        chosen = [kind for kind in kinds() if kind.kept_aside == kept_aside]
        found = [of_groups(manual, chosen, seed) for seed in range(10)]
        precision, recall = (
            sum(getattr(each, name) for each in found) / len(found) for name in ("precision", "recall")
        )
        assert precision >= 0.9
        assert recall >= 0.55


class TestGroup:
    def test_the_same_question_in_three_languages_is_one(self, manual: Manual) -> None:
        dogs = [("Can I post pictures of my dog at the office?", "en"), ("¿Puedo publicar fotos de mi perro?", "es")]
        prizes = [("Can I run a giveaway on my account?", "en")]
        assert group_of(manual, ("Puc penjar fotos del meu gos a l'oficina?", "ca"), [prizes, dogs]) == 1

    def test_a_neighbour_is_not(self, manual: Manual) -> None:
        party = [("May I post a photo of a colleague at the summer party?", "en")]
        assert group_of(manual, ("May I post a photo of a customer's plant?", "en"), [party]) is None

    def test_without_groups_it_is_the_first(self, manual: Manual) -> None:
        assert group_of(manual, ("May I post a photo?", "en"), []) is None
        assert group_of(manual, ("May I post a photo?", "en"), [[]]) is None

    def test_nearest_and_average_both_count(self) -> None:
        assert NEAR > AROUND > 0


class TestWording:
    def test_order_accents_and_small_words_do_not_count(self) -> None:
        assert wording("May I post the PHOTOS?", "en") == wording("photos, may I post", "en")
        assert wording("¿Qué música pongo?", "es") == wording("que MUSICA pongo", "es")
        assert wording("Which music?", "en") != wording("Which photo?", "en")

    def test_words_that_are_all_small_still_tell_apart(self) -> None:
        assert wording("can I?", "en") != wording("should we?", "en")
