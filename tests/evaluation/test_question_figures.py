"""The figures of an evaluation of answers, checked by hand on six questions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.datafile import KnowledgeError
from bot.evaluation_curve import as_json, as_svg, as_text
from bot.evaluation_labels import Labelled, QuestionCase, load_questions
from bot.evaluation_questions import Answered, Quality, Report, evaluate
from bot.manual.models import Citation, Passage

SVG = "{http://www.w3.org/2000/svg}"
HEADINGS = {
    "en.md#photos": ("en", ("Handbook", "People", "Photos & faces")),
    "en.md#press": ("en", ("Handbook", "Press")),
    "es.md#fotos": ("es", ("Manual", "Personas", "Fotografías")),
    "es.md#prensa": ("es", ("Manual", "Prensa")),
}
PASSAGES = {
    name: Passage(
        id=name,
        manual="manual",
        language=language,
        version="0" * 12,
        anchor=name.partition("#")[2],
        heading=heading,
        text=f"What stands under {heading[-1]}.",
    )
    for name, (language, heading) in HEADINGS.items()
}
LINE = {"id": "a", "question": "May I?", "lang": "en", "answerable": True, "passages": ["Press"]}
FILE = [
    {"id": "first", "question": "May I show Kim?", "lang": "en", "answerable": True, "passages": ["photos"]},
    {"id": "third", "question": "Who talks to Kim?", "lang": "en", "answerable": True, "passages": ["Press", "Prensa"]},
    {"id": "refused", "question": "¿Y Kim?", "lang": "es", "answerable": True, "passages": ["personas > fotografias"]},
    {"id": "other", "question": "¿Y la prensa?", "lang": "es", "answerable": True, "passages": ["prensa"]},
    {"id": "silent", "question": "May Kim bring a dog?", "lang": "en", "answerable": False, "passages": []},
    {"id": "talked", "question": "¿Puede Kim aparcar?", "lang": "es", "answerable": False},
]


def write(path: Path, *lines: Mapping[str, Any] | str) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
    return path


def cited(strength: float, *ids: str, quote: str | None = None, model: str | None = None) -> Answered:
    found = [
        Citation(passage=name, heading=PASSAGES[name].heading_path, quote=quote or PASSAGES[name].text) for name in ids
    ]
    return Answered(tuple(found), strength, 4.0, model)


@pytest.fixture
def questions(tmp_path: Path) -> list[Labelled]:
    return load_questions(write(tmp_path / "questions.jsonl", *FILE), PASSAGES.values())


@pytest.fixture
def answers() -> dict[str, Answered]:
    return {
        "first": cited(0.9, "en.md#photos"),
        "third": cited(0.8, "es.md#fotos", "en.md#photos", "es.md#prensa"),
        "refused": cited(0.2),
        "other": cited(0.6, "es.md#fotos"),
        "silent": cited(0.1),
        "talked": cited(0.7, "en.md#press"),
    }


def report_on(questions: list[Labelled], answers: Mapping[str, Answered], **more: Any) -> Report:
    return evaluate(questions, lambda case: answers[case.id], PASSAGES, threshold=0.5, **more)


def quality_of(report: Report) -> Quality:
    assert report.quality is not None
    return report.quality


@pytest.fixture
def report(questions: list[Labelled], answers: dict[str, Answered]) -> Report:
    return report_on(questions, answers)


@pytest.mark.parametrize(
    "label",
    [
        "photos",
        "Photos & faces",
        "  photos &  FACES ",
        "People › Photos & faces",
        "people > photos & faces",
        "Handbook › People › Photos & faces",
    ],
)
def test_a_passage_is_named_by_its_anchor_its_heading_or_the_end_of_its_path(tmp_path: Path, label: str) -> None:
    file = write(tmp_path / "q.jsonl", {**LINE, "passages": [label]})
    assert load_questions(file, PASSAGES.values())[0].right == {"en.md#photos"}


def test_headings_of_any_edition_may_be_given_without_accents(tmp_path: Path) -> None:
    file = write(tmp_path / "q.jsonl", {**LINE, "passages": ["FOTOGRAFIAS", "press"]})
    assert load_questions(file, PASSAGES.values())[0].right == {"es.md#fotos", "en.md#press"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "b"', "not valid JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("[1]", "valid dictionary"),
        ({**LINE, "id": "a"}, "“a” is taken by line 1"),
        ({**LINE, "id": "b", "question": ""}, "question"),
        ({**LINE, "id": "b", "passages": []}, "needs the headings"),
        ({**LINE, "id": "b", "answerable": False}, "has no passages"),
        ({**LINE, "id": "b", "answerable": "perhaps"}, "answerable"),
        ({**LINE, "id": "b", "passages": ["Pres"]}, "no passage of the manual stands under “Pres”"),
        ({**LINE, "id": "b", "passages": ["aces"]}, "no passage of the manual stands under “aces”"),
        ({**LINE, "id": "b", "passages": ["Handbook › People"]}, "under “Handbook › People”"),
    ],
)
def test_a_bad_line_is_named_and_so_is_what_is_wrong(tmp_path: Path, line: Any, said: str) -> None:
    file = write(tmp_path / "questions.jsonl", LINE, "", line)
    with pytest.raises(KnowledgeError) as error:
        load_questions(file, PASSAGES.values())
    assert f"{file}:3: " in str(error.value)
    assert said in str(error.value)


def test_a_file_without_questions_and_a_missing_file_are_errors(tmp_path: Path) -> None:
    for file in (write(tmp_path / "empty.jsonl"), tmp_path / "missing.jsonl"):
        with pytest.raises(KnowledgeError, match=file.name):
            load_questions(file, PASSAGES.values())


def test_the_first_and_the_first_three_are_shares_of_all_answerable_questions(report: Report) -> None:
    overall = quality_of(report).overall
    assert (overall.right_first.count, overall.right_first.of) == (1, 4)
    assert (overall.right_in_three.count, overall.right_in_three.of) == (2, 4)


def test_a_right_passage_behind_the_third_comes_too_late(
    questions: list[Labelled], answers: dict[str, Answered]
) -> None:
    answers["first"] = cited(0.9, "es.md#fotos", "es.md#prensa", "en.md#press", "en.md#photos")
    assert quality_of(report_on(questions, answers)).overall.right_in_three.count == 1


def test_refusals_are_right_or_wrong(report: Report) -> None:
    overall = quality_of(report).overall
    assert (overall.refused.count, overall.refused.of) == (1, 4)
    assert (overall.wrongly_answered.count, overall.wrongly_answered.of) == (1, 2)
    assert (overall.abstention_precision.count, overall.abstention_precision.of) == (1, 2)
    assert (overall.abstention_recall.count, overall.abstention_recall.of) == (1, 2)


def test_languages_add_up_and_so_do_within_and_across(report: Report) -> None:
    quality = quality_of(report)
    assert {name: s.right_in_three.of for name, s in quality.languages.items()} == {"en": 2, "es": 2}
    assert (quality.within.right_in_three.count, quality.within.right_in_three.of) == (1, 3)
    assert (quality.within.refused.count, quality.across.refused.count) == (1, 0)
    assert (quality.across.right_first.count, quality.across.right_in_three.count) == (0, 1)


def test_what_is_only_in_another_language_is_across_even_when_it_was_refused(
    questions: list[Labelled], answers: dict[str, Answered]
) -> None:
    answers["first"] = cited(0.1)
    spanish = [one.model_copy(update={"case": one.case.model_copy(update={"lang": "es"})}) for one in questions]
    across = quality_of(report_on(spanish, answers)).across
    assert (across.refused.count, across.refused.of) == (1, 1)


def test_a_quote_that_does_not_stand_word_for_word_is_counted(
    questions: list[Labelled], answers: dict[str, Answered]
) -> None:
    quality = quality_of(report_on(questions, answers))
    assert (quality.quotes, quality.not_verbatim) == (6, 0)
    answers["first"] = cited(0.9, "en.md#photos", quote="what stands under Photos & faces.")
    assert quality_of(report_on(questions, answers)).not_verbatim == 1


def test_the_curve_says_what_each_threshold_would_do(report: Report) -> None:
    curve = {point.threshold: (point.refused, point.answered) for point in quality_of(report).curve}
    assert curve[0.0] == (0.0, 1.0)
    assert curve[0.5] == (0.25, 0.5)
    assert curve[0.7] == (0.5, 0.5)  # what is as strong as the threshold is answered
    assert curve[1.0] == (1.0, 0.0)


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1))
def test_a_higher_threshold_never_refuses_less_nor_answers_more(given: list[tuple[bool, float]]) -> None:
    questions = [
        Labelled(
            case=QuestionCase(id=str(at), question="?", answerable=yes, passages=("x",) * yes), right=frozenset("x")
        )
        for at, (yes, _) in enumerate(given)
    ]
    report = evaluate(questions, lambda case: Answered((), given[int(case.id)][1], 1.0), {}, threshold=0.5)
    curve = quality_of(report).curve
    for lower, higher in pairwise(curve):
        assert (lower.refused or 0) <= (higher.refused or 0)
        assert (lower.answered or 0) >= (higher.answered or 0)


def test_what_went_wrong_is_named_without_a_word_of_the_question(report: Report) -> None:
    wrong = [(one.id, one.what, one.cited, one.right) for one in quality_of(report).wrong]
    assert wrong == [
        ("refused", "refused", (), ("es.md#fotos",)),
        ("other", "other passage", ("es.md#fotos",), ("es.md#prensa",)),
        ("talked", "answered", ("en.md#press",), ()),
    ]
    for shown in (as_text(report), as_json(report), as_svg(report)):
        assert "Kim" not in shown


def test_scripted_answers_yield_no_figures(questions: list[Labelled], answers: dict[str, Answered]) -> None:
    answers["silent"] = cited(0.1, model="scripted answers")
    report = report_on(questions, answers)
    assert report.quality is None
    for shown in (as_text(report), as_json(report), as_svg(report)):
        assert "scripted" in shown.lower()
        assert "right_first" not in shown


def test_the_model_is_named_and_how_often_it_answered(questions: list[Labelled], answers: dict[str, Answered]) -> None:
    answers["first"] = cited(0.9, "en.md#photos", model="some-model")
    report = report_on(questions, answers, edition="en")
    assert (report.model, report.answered_by_model.count, report.answered_by_model.of) == ("some-model", 1, 6)
    assert "model some-model, answered 16.7 %, manual in “en” alone" in as_text(report)


def test_the_text_is_a_table_for_people(report: Report) -> None:
    assert as_text(report) == SHOWN


def test_the_json_has_every_figure_as_a_fraction(report: Report) -> None:
    figures: dict[str, Any] = json.loads(as_json(report))
    assert figures["quality"]["overall"]["right_in_three"] == {"count": 2, "of": 4, "share": 0.5}
    assert figures["median_ms"] == 4.0


def test_the_chart_has_bars_and_the_curve_with_the_threshold_in_use(report: Report) -> None:
    tree = ElementTree.fromstring(as_svg(report))
    assert len(tree.findall(f"{SVG}rect")) == 1 + 4 + 2 * 5  # background, legends, and all, en, es, within, across
    lines = [line.get("points", "").split() for line in tree.findall(f"{SVG}polyline")]
    assert [len(points) for points in lines] == [51, 51]
    assert "in use: 0.50" in [text.text for text in tree.findall(f"{SVG}text")]
    described = tree.findtext(f"{SVG}desc") or ""
    assert "all: right first 0.25, right among three 0.50" in described
    assert "0.25 of the answerable refused, 0.50 of the unanswerable answered" in described


SHOWN = """\
Bonvent on 6 labelled questions: no model

Questions         ┃ Right 1st ┃ Right in 3 ┃ Refused ┃ Unans. answered ┃ Abst. prec. ┃ Abst. recall
━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━╇━━━━━━━━━━━━╇━━━━━━━━━╇━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━╇━━━━━━━━━━━━━
all               │      0.25 │       0.50 │    0.25 │            0.50 │        0.50 │         0.50
──────────────────┼───────────┼────────────┼─────────┼─────────────────┼─────────────┼─────────────
en                │      0.50 │       1.00 │    0.00 │            0.00 │        1.00 │         1.00
es                │      0.00 │       0.00 │    0.50 │            1.00 │        0.00 │         0.00
──────────────────┼───────────┼────────────┼─────────┼─────────────────┼─────────────┼─────────────
in their language │      0.33 │       0.33 │    0.33 │               – │        0.00 │            –
across languages  │      0.00 │       1.00 │    0.00 │               – │           – │            –

Answered from a right passage: the first one cited                25.0 %   1 of 4
… among the first three                                           50.0 %   2 of 4
Answerable, and refused                                           25.0 %   1 of 4
Unanswerable, and passages given as an answer                     50.0 %   1 of 2
Abstention, precision: refused ones that are unanswerable         50.0 %   1 of 2
Abstention, recall: unanswerable ones that are refused            50.0 %   1 of 2
Quotes that do not stand word for word                                 0   of 6
Threshold of strength                                               0.50
Median time                                                       4.0 ms
"""
