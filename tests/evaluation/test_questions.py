"""What the manual alone must answer, on labelled questions of ours; and the command that measures it."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.cli import main
from tests.cli.conftest import Ran

QUESTIONS = Path(__file__).parent / "questions.jsonl"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def data(embedded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(embedded, tmp_path_factory.mktemp("questions") / "data"))


def evaluate(data: Path, *arguments: str) -> Ran:
    """`bonvent eval …`, in this process."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("BONVENT_DATA", str(data))
        patch.setenv("BONVENT_EMBEDDER", "use")
        patch.setattr(sys, "argv", ["bonvent", "eval", *arguments])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
    return Ran(code, out.getvalue(), err.getvalue())


def write(path: Path, *lines: Mapping[str, Any] | str) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
    return path


@pytest.fixture(scope="module")
def chart(data: Path) -> Path:
    return data / "chart.svg"


@pytest.fixture(scope="module")
def report(data: Path, chart: Path) -> dict[str, Any]:
    ran = evaluate(data, "--questions", str(QUESTIONS), "--no-model", "--format", "json", "--chart", str(chart))
    assert ran.code == 0, ran.err
    result: dict[str, Any] = json.loads(ran.out)
    return result


def test_our_questions_are_many_and_in_three_languages() -> None:
    lines = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    assert len(lines) >= 120
    assert sum(not line["answerable"] for line in lines) >= 40
    count = Counter(line["lang"] for line in lines)
    assert set(count) == {"en", "es", "ca"}
    assert min(count.values()) >= 40
    assert len({line["question"] for line in lines}) == len(lines)


@pytest.mark.timeout(300)
def test_the_manual_alone_reaches_what_was_promised(report: dict[str, Any]) -> None:
    overall = report["quality"]["overall"]
    assert overall["right_in_three"]["share"] >= 0.65
    assert overall["refused"]["share"] <= 0.30
    assert overall["wrongly_answered"]["share"] <= 0.15
    assert report["quality"]["quotes"] > 100
    assert report["quality"]["not_verbatim"] == 0


def test_no_language_is_left_behind(report: dict[str, Any]) -> None:
    for language in ("en", "es", "ca"):
        scores = report["quality"]["languages"][language]
        assert scores["right_in_three"]["share"] >= 0.60, language
        assert scores["wrongly_answered"]["share"] <= 0.30, language


def test_none_of_our_questions_stands_in_the_lists_that_answers_are_compared_with() -> None:
    from bot.manual.glossary import covered, uncovered

    listed = {text.casefold() for rows in (covered(), uncovered()) for row in rows for text, _ in row}
    ours = {json.loads(line)["question"].casefold() for line in QUESTIONS.read_text("utf-8").splitlines()}
    assert not listed & ours


def test_the_threshold_in_use_is_on_the_curve(report: dict[str, Any], chart: Path) -> None:
    overall, curve = report["quality"]["overall"], report["quality"]["curve"]
    in_use = next(point for point in curve if point["threshold"] == report["threshold"])
    assert in_use["refused"] == overall["refused"]["share"]
    assert in_use["answered"] == overall["wrongly_answered"]["share"]
    tree = ElementTree.fromstring(chart.read_text("utf-8"))
    assert len(tree.findall(f"{SVG}polyline")) == 2
    assert "in use: 0.50" in [text.text for text in tree.findall(f"{SVG}text")]


@pytest.mark.timeout(300)
def test_a_manual_in_one_language_answers_the_others(data: Path, report: dict[str, Any]) -> None:
    ran = evaluate(data, "--questions", str(QUESTIONS), "--no-model", "--edition", "en", "--format", "json")
    assert ran.code == 0, ran.err
    alone = json.loads(ran.out)
    assert alone["edition"] == "en"
    assert alone["quality"]["across"]["right_in_three"]["of"] >= 60  # all questions in Spanish and Catalan
    assert alone["quality"]["across"]["right_in_three"]["share"] >= 0.40
    assert alone["quality"]["not_verbatim"] == 0


def test_details_name_what_went_wrong_and_no_question(data: Path, tmp_path: Path) -> None:
    lines = [
        {
            "id": "right",
            "question": "May I use a raven font?",
            "lang": "en",
            "answerable": False,
            "passages": [],
        },
        {"id": "odd", "question": "How many hashtags on LinkedIn?", "lang": "en", "answerable": False, "passages": []},
        {
            "id": "hit",
            "question": "May I name a customer?",
            "lang": "en",
            "answerable": True,
            "passages": ["Customers"],
        },
    ]
    ran = evaluate(data, "--questions", str(write(tmp_path / "q.jsonl", *lines)), "--no-model", "--details")
    assert ran.code == 0, ran.err
    wrong = [json.loads(line) for line in ran.out.splitlines() if line.startswith("{")]
    assert [(one["id"], one["what"]) for one in wrong] == [("odd", "answered")]
    assert "hashtags on" not in ran.out
    assert "Bonvent on 3 labelled questions: no model" in ran.out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"id": "b", "question": "?", "answerable": True, "passages": ["Custommers"]}, "stands under “Custommers”"),
        ({"id": "b", "question": "?", "answerable": True}, "needs the headings"),
        ({"id": "b", "question": "?", "passages": []}, "answerable: Field required"),
        ("{", "not valid JSON"),
    ],
)
def test_a_bad_line_is_named(data: Path, tmp_path: Path, line: Any, said: str) -> None:
    good = {"id": "a", "question": "?", "answerable": True, "passages": ["Customers"]}
    file = write(tmp_path / "q.jsonl", good, line)
    ran = evaluate(data, "--questions", str(file), "--no-model")
    assert ran.code == 2
    assert f"{file}:2: " in ran.err
    assert said in ran.err
    assert ran.out == ""


def test_slips_are_one_clear_line(data: Path, tmp_path: Path) -> None:
    file = str(write(tmp_path / "q.jsonl", {"id": "a", "question": "?", "answerable": False}))
    for arguments, said in (
        ((), "give a FILE of drafts or --questions FILE"),
        ((file, "--questions", file), "give a FILE of drafts or --questions FILE"),
        ((file, "--edition", "en"), "--edition goes with --questions"),
        (("--questions", str(tmp_path / "none.jsonl")), "does not exist"),
        (("--questions", file, "--no-model", "--edition", "fr"), "no passages in “fr”: it has ca, en, es"),
    ):
        ran = evaluate(data, *arguments)
        assert ran.code == 2
        assert said in ran.err
