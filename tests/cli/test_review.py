"""`bonvent review`: what goes in, what comes out, and what a slip of the person gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run

FINE = "Spent the morning learning how a heat exchanger sounds when it is happy. #HeatPumps"
LEAK = "The wifi password for the demo is Tramuntana2026! See you there"
KEYS = {
    "verdict", "findings", "praise", "rewrite", "citations", "open_questions", "language", "network", "model", "took_ms",
}  # fmt: skip
FINDING_KEYS = {
    "rule", "category", "severity", "quote", "start", "end", "message", "fix", "citation", "judged_by",
}  # fmt: skip


def test_a_review_as_json_has_the_promised_shape(run: Run) -> None:
    ran = run("review", LEAK, "--network", "x", "--format", "json")
    review = json.loads(ran.out)
    assert ran.code == 1
    assert review.keys() >= KEYS
    finding = review["findings"][0]
    assert finding.keys() == FINDING_KEYS
    assert finding["citation"].keys() == {"passage", "heading", "quote"}
    assert LEAK[finding["start"] : finding["end"]] == finding["quote"]
    assert (review["verdict"], review["network"], review["language"], review["model"]) == ("hold", "x", "en", None)


def test_a_fine_draft_is_unjudged_without_a_model_and_leaves_two_to_four_questions(run: Run) -> None:
    ran = run("review", FINE, "--format", "json")
    review = json.loads(ran.out)
    assert (ran.code, review["verdict"], review["rewrite"], review["praise"]) == (0, "unjudged", None, None)
    assert 2 <= len(review["open_questions"]) <= 4
    assert [f for f in review["findings"] if f["severity"] == "must-fix"] == []


def test_the_text_comes_from_standard_input_too(run: Run) -> None:
    assert run("review", "-", stdin=LEAK).code == 1
    assert run("review", stdin=LEAK).code == 1


@pytest.mark.parametrize(
    ("lang", "draft", "says"),
    [
        ("es", "La contraseña del wifi es Tramuntana2026! Nos vemos allí", "El manual dice"),
        ("ca", "La contrasenya del wifi és Tramuntana2026! Ens hi veiem", "El manual diu"),
        ("en", LEAK, "The manual says"),
    ],
)
def test_the_answer_is_in_the_drafts_language_and_quotes_that_edition(
    run: Run, lang: str, draft: str, says: str
) -> None:
    assert says in run("review", draft).out
    review = json.loads(run("review", draft, "--format", "json").out)
    assert review["language"] == lang
    assert f"/{lang}/" in review["findings"][0]["citation"]["passage"]


def test_the_authors_own_contact_is_not_somebody_elses(run: Run) -> None:
    draft = "Questions about the job? Write to marta@puig.example, she answers fast."
    assert json.loads(run("review", draft, "--format", "json").out)["verdict"] == "hold"
    own = run("review", draft, "--author", "Marta Puig, marta@puig.example", "--format", "json")
    assert json.loads(own.out)["verdict"] == "unjudged"


def test_another_language_is_told_so(run: Run) -> None:
    review = json.loads(run("review", "Ich freue mich sehr über unser neues Büro in Girona", "--format", "json").out)
    assert (review["language"], review["verdict"]) == ("und", "unjudged")
    assert "language" in review["note"]


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (["review", ""], "", "the draft is empty"),
        (["review", " \n\u200b "], "", "the draft is empty"),
        (["review", "a" * 100_000], "", "at most 70,000"),
        (["review", "-"], b"\xff\xfe\x00binary", "not text"),
        (["review", "-"], "nul\x00byte", "NUL"),
        (["review", "lone \ud83d surrogate"], "", "surrogates"),
        (["review", FINE, "--network", "linkdin"], "", "did you mean linkedin"),
        (["review", FINE, "--lang", "english!"], "", "language code"),
        (["review", FINE, "--now", "yesterday"], "", "2027-02-01T09:00:00+01:00"),
        (["review", FINE, "--knowledge", "/no/such/folder"], "", "bonvent init"),
        (["reviw", FINE], "", "Did you mean “review”?"),
    ],
)
def test_bad_input_gets_one_clear_line_and_exit_2(
    run: Run, arguments: list[str], stdin: str | bytes, says: str
) -> None:
    ran = run(*arguments, stdin=stdin)
    assert ran.code == 2
    assert says in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


def test_a_file_is_answered_line_by_line_in_order_and_a_bad_line_in_its_place(run: Run, tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "a", "text": FINE, "network": "linkedin"}),
        "{broken",
        json.dumps({"id": "b", "text": "", "network": "x"}),
        json.dumps({"id": "c", "text": LEAK, "network": "twitter", "lang": "en", "alt": "x", "now": "2026-01-01"}),
        json.dumps({"id": "d", "text": FINE, "network": "myspace"}),
        json.dumps(["not", "an", "object"]),
        "",
        json.dumps({"id": 7, "network": "x"}),
        json.dumps({"id": "e", "text": FINE}),
    ]
    file = tmp_path / "drafts.jsonl"
    file.write_text("\n".join(lines), "utf-8")
    ran = run("review", "--jsonl", str(file))
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 2
    assert [a["id"] for a in answers] == ["a", None, "b", "c", "d", None, 7, "e"]
    assert ["error" in a for a in answers] == [False, True, True, False, True, True, True, False]
    assert answers[3]["verdict"] == "hold"
    assert "line 2" in answers[1]["error"]
    assert "8/8" in ran.err


def test_a_clean_file_ends_with_exit_0_even_with_findings(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    file.write_text(json.dumps({"id": "a", "text": LEAK}), "utf-8")
    assert run("review", "--jsonl", str(file)).code == 0
