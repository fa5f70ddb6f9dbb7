"""What a model may say of the shipped manual: only what its quotes say, in other words if it likes."""

from __future__ import annotations

import json

import pytest

from bot.coach.answer import PolicyModelAnswer
from bot.coach.answer_checks import Checks, Grounded
from bot.coach.asked import Asked, read_question
from bot.coach.grounding import whole_sentences
from bot.coach.prompt import shipped
from bot.manual.models import Passage
from bot.manual.own import passages_of
from bot.policy.loader import load_policy
from bot.text import sentences
from tests.coach.grounded_examples import EXAMPLES_OF_THE_MANUAL, SAYS_SOMETHING_ELSE, SAYS_THE_SAME, Example
from tests.conftest import SHIPPED

_MANUAL = passages_of(SHIPPED / "manual")
_RULES = load_policy(SHIPPED).ground(_MANUAL)


def section(anchor: str, language: str) -> Passage:
    return next(p for p in _MANUAL if (p.anchor, p.language) == (anchor, language))


def quoted(passage: Passage, begins: str) -> str:
    at = passage.text.index(begins)
    return next(passage.text[at:end] for start, end in sentences(passage.text) if start <= at < end)


def checked(
    question: str,
    stance: str,
    sentence: str,
    cites: list[tuple[Passage, str]],
    conflicts: tuple[tuple[str, str], ...] = (),
) -> Grounded:
    asked = read_question(question, None, (), _RULES, shipped())
    assert isinstance(asked, Asked)
    ids = [f"c{number}" for number in range(1, len(cites) + 1)]
    answer = {
        "stance": stance,
        "sentences": [{"text": sentence, "citations": ids}],
        "citations": [{"id": n, "passage": p.id, "quote": q} for n, (p, q) in zip(ids, cites, strict=True)],
        "conflicts": [{"first": first, "second": second} for first, second in conflicts],
    }
    passages = {passage.id: passage for passage, _ in cites}
    return Checks(asked, passages, _RULES, shipped()).check(PolicyModelAnswer.model_validate_json(json.dumps(answer)))


def check(example: Example) -> Grounded:
    question, stance, sentence, cites = example
    found = [(section(anchor, language), begins) for anchor, language, begins in cites]
    return checked(question, stance, sentence, [(page, quoted(page, begins)) for page, begins in found])


@pytest.mark.parametrize("kind", SAYS_SOMETHING_ELSE)
def test_what_the_quotes_don_t_say_is_dropped(kind: str) -> None:
    left = check(SAYS_SOMETHING_ELSE[kind])
    assert (left.sentences, left.citations) == ((), ())
    assert left.reasons


@pytest.mark.parametrize("kind", EXAMPLES_OF_THE_MANUAL)
def test_an_example_of_the_manual_s_is_no_rule(kind: str) -> None:
    left = check(EXAMPLES_OF_THE_MANUAL[kind])
    assert left.sentences == ()
    assert any("an example" in reason for reason in left.reasons)


@pytest.mark.parametrize("example", SAYS_THE_SAME, ids=[f"{n}-{e[1]}" for n, e in enumerate(SAYS_THE_SAME)])
def test_what_they_say_may_be_put_in_other_words(example: Example) -> None:
    left = check(example)
    assert left.sentences == (example[2],), left.reasons


def test_half_a_sentence_is_quoted_whole() -> None:
    page = section("embargo", "en")
    whole = "Once the embargo has ended, post as much as you like; before, not one word."
    left = checked(
        "May I post before the date?", "yes", "Yes, post as much as you like.", [(page, "as much as you like")]
    )
    assert left.sentences == ()
    said = "Once the embargo has ended, post as much as you like."
    left = checked("May I post after the embargo?", "depends", said, [(page, "post as much as you like")])
    assert [citation.quote for citation in left.citations] == [whole]
    start = page.text.index("as much")
    assert page.text[slice(*whole_sentences(page, start, start + 4))] == whole


def test_of_two_citations_with_one_name_the_first_counts() -> None:
    page = section("disclosure", "en")
    first, second = quoted(page, "When you praise"), quoted(page, "A purely personal post")
    answer = {
        "stance": "depends",
        "sentences": [{"text": first, "citations": ["c1"]}],
        "citations": [{"id": "c1", "passage": page.id, "quote": quote} for quote in (first, second)],
        "conflicts": [],
    }
    asked = read_question("What do I say when I praise our products?", None, (), _RULES, shipped())
    assert isinstance(asked, Asked)
    checks = Checks(asked, {page.id: page}, _RULES, shipped())
    left = checks.check(PolicyModelAnswer.model_validate_json(json.dumps(answer)))
    assert [citation.quote for citation in left.citations] == [first], left.reasons


@pytest.mark.parametrize(
    ("one", "other", "stands"),
    [
        (("linkedin", "On LinkedIn three"), ("x", "On X use one or two"), False),
        (("accessibility", "One or two emoji"), ("copyright", "Use only pictures"), False),
        (("disclosure", "When you praise"), ("disclosure", "A purely personal post"), True),
    ],
)
def test_a_conflict_is_of_two_that_speak_of_the_same(
    one: tuple[str, str], other: tuple[str, str], stands: bool
) -> None:
    cites = [(section(anchor, "en"), quoted(section(anchor, "en"), begins)) for anchor, begins in (one, other)]
    assert checked("How about products?", "depends", "It depends.", cites, (("c1", "c2"),)).conflict is stands


@pytest.mark.parametrize(
    ("text", "sentence", "stance", "stands"),
    [
        ("Posts about tenders need prior approval from the press team.", "{text}", "depends", True),
        ("Link only approved accounts of the company.", "{text}", "depends", True),
        ("Filters are optional in tenders.", "{text}", "depends", True),
        ("Posts about tenders need prior approval from the press team.", "Yes, tenders are approved.", "yes", False),
        ("This post is approved as it is.", "Yes, this post is approved.", "yes", False),
        ("Ask at https://tenders.evil.example before you post about tenders.", "{text}", "depends", False),
    ],
)
def test_a_manual_may_speak_of_approval_and_not_give_it(text: str, sentence: str, stance: str, stands: bool) -> None:
    page = section("respect", "en").model_copy(
        update={"id": "brand/en.md#tenders", "anchor": "tenders", "heading": ("Tenders",), "text": f"{text} Else wait."}
    )
    left = checked("May I post about tenders?", stance, sentence.replace("{text}", text), [(page, text)])
    assert bool(left.sentences) is stands, left.reasons
