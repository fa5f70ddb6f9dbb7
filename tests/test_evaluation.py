"""The figures of an evaluation, checked by hand on six drafts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coach.models import Review, Verdict
from bot.evaluation import Case, Label, Quality, Report, evaluate
from bot.evaluation_chart import as_json, as_svg, as_text
from bot.manual.models import Citation
from bot.policy.models import Category, Draft, Finding

CITATION = Citation(passage="manual/en/claims.md#claims", heading="Claims", quote="a public source")

CASES = [
    Case(
        id="claims-and-a-name",
        text="Kim says ours is the best pump, the best!",
        lang="en",
        labels=(
            Label(category=Category.CLAIMS, quote="best pump"),
            Label(category=Category.PERSONAL_DATA, quote="Kim"),
        ),
        verdict="hold",
        kind="flawed",
    ),
    Case(
        id="no-tie",
        text="Buy a Brisalta.",
        lang="en",
        labels=(Label(category=Category.DISCLOSURE),),
        verdict="revise",
        kind="flawed",
    ),
    Case(
        id="leak",
        text="La clave es 4471",
        lang="es",
        labels=(Label(category=Category.CREDENTIALS, quote="4471"),),
        verdict="hold",
        kind="flawed",
    ),
    Case(id="fine", text="Bon dia!", lang="ca", labels=(), verdict="ready", kind="fine"),
    Case(id="practice", text="A best practice of ours", lang="en", labels=(), verdict="ready", kind="hard-negative"),
    Case(id="pay", text="Cobro 24.300 euros", lang="es", labels=(), verdict="ready", kind="protected"),
]


def found(category: str, quote: str, text: str, severity: str = "must-fix") -> Finding:
    start = text.index(quote)
    return Finding.model_validate(
        {
            "rule": f"{category}.test",
            "category": category,
            "severity": severity,
            "quote": quote,
            "start": start,
            "end": start + len(quote),
            "message": "A message.",
            "fix": "A fix.",
            "citation": CITATION,
        }
    )


def answer(verdict: Verdict, *findings: Finding, model: str | None = None) -> Review:
    return Review(verdict=verdict, findings=findings, language="en", network="linkedin", model=model)


def by_text(answers: Mapping[str, Review]) -> Callable[[Draft], Review]:
    texts = {case.text: answers[case.id] for case in CASES}
    return lambda draft: texts[draft.text]


@pytest.fixture
def answers() -> dict[str, Review]:
    text = {case.id: case.text for case in CASES}
    return {
        "claims-and-a-name": answer(
            Verdict.REVISE,
            found("claims", "the best pump", text["claims-and-a-name"]),
            found("claims", "best pump,", text["claims-and-a-name"]),  # the same label once more: counts once
            found("claims", "the best!", text["claims-and-a-name"]),  # elsewhere: a false alarm
            found("personal-data", "Kim", text["claims-and-a-name"], "consider"),  # a hint meets no label
        ),
        "no-tie": answer(Verdict.REVISE, found("disclosure", "Brisalta", text["no-tie"])),
        "leak": answer(Verdict.UNJUDGED),
        "fine": answer(Verdict.UNJUDGED, found("tone", "!", text["fine"], "consider")),
        "practice": answer(Verdict.REVISE, found("claims", "best", text["practice"])),
        "pay": answer(Verdict.UNJUDGED),
    }


def quality_of(report: Report) -> Quality:
    assert report.quality is not None
    return report.quality


@pytest.fixture
def report(answers: dict[str, Review]) -> Report:
    return evaluate(CASES, by_text(answers))


def test_a_label_is_met_by_an_overlapping_finding_of_its_category_and_only_once(report: Report) -> None:
    claims = quality_of(report).categories[Category.CLAIMS]
    assert (claims.labels, claims.met, claims.false_alarms) == (1, 1, 2)
    assert (claims.precision, claims.recall, claims.f1) == (0.3333, 1.0, 0.5)


def test_a_label_without_a_quote_is_met_wherever_the_finding_stands(report: Report) -> None:
    score = quality_of(report).categories[Category.DISCLOSURE]
    assert (score.precision, score.recall, score.f1) == (1.0, 1.0, 1.0)


def test_what_was_only_worth_considering_is_neither_met_nor_a_false_alarm(report: Report) -> None:
    missed = quality_of(report).categories[Category.PERSONAL_DATA]
    assert (missed.met, missed.recall, missed.precision) == (0, 0.0, None)
    assert Category.TONE not in quality_of(report).categories


def test_a_finding_of_another_category_in_the_same_place_is_a_false_alarm() -> None:
    case = CASES[2]
    report = evaluate([case], lambda draft: answer(Verdict.HOLD, found("confidential", "4471", draft.text)))
    assert (quality_of(report).overall.met, quality_of(report).overall.false_alarms) == (0, 1)


@pytest.mark.parametrize("touching", ["es ", "!"])
def test_a_finding_that_touches_the_quote_without_overlapping_does_not_meet_it(touching: str) -> None:
    case = CASES[2].model_copy(update={"text": "La clave es 4471!"})
    report = evaluate([case], lambda draft: answer(Verdict.HOLD, found("credentials", touching, draft.text)))
    assert quality_of(report).overall.met == 0


def test_a_draft_to_hold_is_not_fine_even_when_no_place_in_it_is_labelled() -> None:
    case = CASES[3].model_copy(update={"verdict": "hold"})
    assert CASES[3].fine
    assert not case.fine


def test_overall_figures_and_languages_add_up(report: Report) -> None:
    overall = quality_of(report).overall
    assert (overall.labels, overall.met, overall.false_alarms) == (4, 2, 2)
    assert (overall.precision, overall.recall, overall.f1) == (0.5, 0.5, 0.5)
    assert {name: (s.labels, s.met) for name, s in quality_of(report).languages.items()} == {"en": (3, 2), "es": (1, 0)}


def test_verdicts_are_counted_strictly_and_as_good_as_they_get_without_a_model(report: Report) -> None:
    assert (quality_of(report).verdicts_strict.count, quality_of(report).verdicts_strict.of) == (1, 6)
    assert quality_of(report).verdicts.count == 3


def test_unjudged_from_a_model_that_answered_is_not_ready(answers: dict[str, Review]) -> None:
    asked = {name: review.model_copy(update={"model": "some-model"}) for name, review in answers.items()}
    report = evaluate(CASES, by_text(asked))
    assert quality_of(report).verdicts.count == 1


def test_false_alarms_are_shares_of_drafts(report: Report) -> None:
    assert (quality_of(report).alarmed_fine.count, quality_of(report).alarmed_fine.of) == (1, 2)
    assert quality_of(report).alarmed_hard_negative.share == 1.0
    assert (quality_of(report).alarmed_protected.count, quality_of(report).alarmed_protected.of) == (0, 1)


def test_a_false_alarm_on_protected_speech_shows(answers: dict[str, Review]) -> None:
    text = CASES[5].text
    report = evaluate(CASES, by_text({**answers, "pay": answer(Verdict.HOLD, found("financial", "24.300", text))}))
    assert quality_of(report).alarmed_protected.share == 1.0


def test_drafts_to_hold_without_a_must_fix_finding_are_counted(report: Report) -> None:
    assert (quality_of(report).silent_holds.count, quality_of(report).silent_holds.of) == (1, 2)


def test_differences_name_draft_category_and_rule_but_no_words_of_the_draft(report: Report) -> None:
    assert [(d.id, d.missed, d.false_alarms) for d in quality_of(report).differs] == [
        ("claims-and-a-name", ("personal-data",), ("claims.test",)),
        ("leak", ("credentials",), ()),
        ("practice", (), ("claims.test",)),
    ]


def test_the_model_is_named_and_how_often_it_answered(answers: dict[str, Review]) -> None:
    answers["fine"] = answers["fine"].model_copy(update={"model": "some-model"})
    report = evaluate(CASES, by_text(answers))
    assert report.model == "some-model"
    assert (report.answered.count, report.answered.of) == (1, 6)


@pytest.mark.parametrize("name", ["scripted", "Scripted answers", "scripted:hostile"])
def test_scripted_answers_are_called_scripted_and_never_yield_quality_figures(
    answers: dict[str, Review], name: str
) -> None:
    answers["fine"] = answers["fine"].model_copy(update={"model": name})
    report = evaluate(CASES, by_text(answers))
    assert report.scripted
    assert report.quality is None
    for shown in (as_text(report), as_json(report), as_svg(report)):
        assert "scripted" in shown.lower()
        assert "precision" not in shown
        assert "recall" not in shown


def test_the_text_is_a_table_for_people(report: Report) -> None:
    assert as_text(report) == SHOWN


def test_the_json_has_every_figure_as_a_fraction(report: Report) -> None:
    figures: dict[str, Any] = json.loads(as_json(report))
    assert figures["quality"]["categories"]["claims"] == {
        "labels": 1,
        "met": 1,
        "false_alarms": 2,
        "precision": 0.3333,
        "recall": 1.0,
        "f1": 0.5,
    }
    assert figures["quality"]["silent_holds"] == {"count": 1, "of": 2, "share": 0.5}


def test_the_chart_is_valid_svg_with_a_bar_for_each_ratio_and_says_the_same_in_words(report: Report) -> None:
    tree = ElementTree.fromstring(as_svg(report))
    space = "{http://www.w3.org/2000/svg}"
    widths = [float(bar.get("width", 0)) for bar in tree.findall(f"{space}rect")[3:]]  # after background and legend
    assert len(widths) == 2 * 5  # disclosure, personal-data, credentials, claims, all
    assert widths[0] == widths[1] == max(widths)
    assert "claims: precision 0.33, recall 1.00" in (tree.findtext(f"{space}desc") or "")


def test_outputs_hold_no_words_of_the_drafts(report: Report) -> None:
    for shown in (as_text(report), as_json(report), as_svg(report)):
        assert not any(case.text in shown for case in CASES)
        assert "Kim" not in shown
        assert "4471" not in shown


@given(st.lists(st.sampled_from(["met", "missed", "false"]), min_size=1))
def test_counts_always_add_up(kinds: list[str]) -> None:
    cases = [
        Case(
            id=str(at),
            text=f"{kind} draft",
            labels=(Label(category=Category.TONE, quote="draft"),) * (kind != "false"),
            verdict="ready" if kind == "false" else "revise",
            kind="any",
        )
        for at, kind in enumerate(kinds)
    ]

    def review(draft: Draft) -> Review:
        findings = [] if draft.text.startswith("missed") else [found("tone", "draft", draft.text)]
        return answer(Verdict.REVISE, *findings)

    quality = quality_of(evaluate(cases, review))
    count = Counter(kinds)
    assert (quality.overall.met, quality.overall.false_alarms) == (count["met"], count["false"])
    assert quality.overall.labels == count["met"] + count["missed"]
    assert (quality.alarmed_fine.count, quality.alarmed_fine.of) == (count["false"], count["false"])


SHOWN = """\
Bonvent on 6 labelled drafts: rules alone, no model

Category (must-fix) ┃ Labels ┃ Met ┃ False alarms ┃ Precision ┃ Recall ┃   F1
━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━╇━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━━━╇━━━━━━━━╇━━━━━
disclosure          │      1 │   1 │            0 │      1.00 │   1.00 │ 1.00
personal-data       │      1 │   0 │            0 │         – │   0.00 │ 0.00
credentials         │      1 │   0 │            0 │         – │   0.00 │ 0.00
claims              │      1 │   1 │            2 │      0.33 │   1.00 │ 0.50
────────────────────┼────────┼─────┼──────────────┼───────────┼────────┼─────
all                 │      4 │   2 │            2 │      0.50 │   0.50 │ 0.50

Language (must-fix) ┃ Labels ┃ Met ┃ False alarms ┃ Precision ┃ Recall ┃   F1
━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━╇━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━━━╇━━━━━━━━╇━━━━━
en                  │      3 │   2 │            2 │      0.50 │   0.67 │ 0.57
es                  │      1 │   0 │            0 │         – │   0.00 │ 0.00

Verdict as a human gave it                                        16.7 %   1 of 6
… or, without a model, unjudged where ready is right              50.0 %   3 of 6
Fine drafts with a false alarm                                    50.0 %   1 of 2
… of these, the ones that only look wrong                        100.0 %   1 of 1
Protected drafts with a false alarm                                0.0 %   0 of 1
Drafts to hold, without any must-fix finding                      50.0 %   1 of 2
"""
