"""What people and machines do to the command: odd lines, other companies, damaged stores, unset variables."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot.coach.review import areview
from tests.cli.conftest import Run
from tests.conftest import SHIPPED

LEAK = "The wifi password for the demo is Tramuntana2026! See you there"


def test_a_lone_surrogate_in_an_id_loses_nothing_of_the_batch(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    file.write_text(
        '{"id": "\\ud83d", "text": "A day on the roof"}\n{"id": "z", "text": "\\ud83d"}\n'
        '{"id": "é", "text": "A day"}\n',
        "utf-8",
    )
    ran = run("review", "--jsonl", str(file))
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert [a["id"] for a in answers] == ["\ud83d", "z", "é"]
    assert ["error" in a for a in answers] == [False, True, False]


def test_null_means_not_given_and_a_strange_id_is_given_back(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    lines = [
        {
            "id": "a",
            "text": "A day on the roof",
            "network": None,
            "lang": None,
            "author": None,
            "alt": None,
            "now": None,
        },
        {"id": 1.5, "text": "A day"},
        {"id": "c", "text": None},
        {"id": "d", "text": 5},
    ]
    file.write_text("\n".join(json.dumps(line) for line in lines), "utf-8")
    answers = [json.loads(line) for line in run("review", "--jsonl", str(file)).out.splitlines()]
    assert [a["id"] for a in answers] == ["a", 1.5, "c", "d"]
    assert answers[0]["verdict"] == "unjudged"
    assert answers[2]["error"] == "line 3: “text”: is missing: add it"
    assert answers[3]["error"] == "line 4: “text”: write text in quotes"


def test_a_bug_in_one_review_costs_that_line_alone(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def sometimes(draft, *rest):  # type: ignore[no-untyped-def]
        if "boom" in draft.text:
            raise ZeroDivisionError(draft.text)
        return await areview(draft, *rest)

    monkeypatch.setattr("bot.coach.review.areview", sometimes)
    file = tmp_path / "drafts.jsonl"
    file.write_text("".join(json.dumps({"id": i, "text": t}) + "\n" for i, t in enumerate(["a day", "boom", "roof"])))
    ran = run("review", "--jsonl", str(file))
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert ["error" in a for a in answers] == [False, True, False]
    assert ran.code == 2
    assert "boom" not in answers[1]["error"]


def test_an_empty_file_is_said_to_be_empty(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    file.write_text("\n", "utf-8")
    assert "no lines" in run("review", "--jsonl", str(file)).err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["search", " "], "write what you look for"),
        (["search", "photos", "--lang", "klingon"], "language code"),
        (["search"], "bonvent search --help"),
        (["review", "a", "b"], "bonvent review --help"),
        (["ingest", ""], "a PATH is empty"),
        (["init", "/proc/nowhere"], "can't be written"),
    ],
)
def test_a_slip_gets_one_line(run: Run, arguments: list[str], says: str) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert says in ran.err


def test_another_companys_manual_never_grounds_the_rules(run: Run, tmp_path: Path) -> None:
    data, mine = tmp_path / "data", tmp_path / "mine"
    shutil.copytree(SHIPPED, mine, ignore=shutil.ignore_patterns("manual"))
    handbook = tmp_path / "handbook.md"
    handbook.write_text("# Voice\n\nGreet the harbour master.\n", "utf-8")
    assert run("review", LEAK, data=data).code == 1
    run("ingest", str(handbook), data=data)
    ran = run("review", LEAK, "--format", "json", "--knowledge", str(mine), data=data)
    assert "rules rest" in ran.err
    citations = [f["citation"]["passage"] for f in json.loads(ran.out)["findings"]]
    assert [c for c in citations if c.startswith("manual/")] == []


def test_a_folder_that_is_called_manual_is_not_the_knowledge_folders_own(run: Run, tmp_path: Path) -> None:
    other = tmp_path / "manual"
    other.mkdir()
    (other / "a.md").write_text("# Deck\n\nNever whistle on deck at night.\n", "utf-8")
    run("ingest", str(other), data=tmp_path / "data")
    run("review", LEAK, data=tmp_path / "data")
    listed = run("ingest", "--list", data=tmp_path / "data").out
    assert f"from {other}" in listed
    assert f"from {SHIPPED / 'manual'}" in listed


def test_a_search_reads_the_knowledge_folders_manual_as_it_is_now(run: Run, tmp_path: Path) -> None:
    data, mine = tmp_path / "data", tmp_path / "mine"
    shutil.copytree(SHIPPED, mine, ignore=shutil.ignore_patterns("manual"))
    (mine / "manual").mkdir()
    page = mine / "manual" / "a.md"
    page.write_text("# Deck\n\nNever whistle on deck.\n", "utf-8")
    assert "whistle" in run("search", "deck", "--knowledge", str(mine), data=data).out
    page.write_text("# Deck\n\nNever shout on deck.\n", "utf-8")
    assert "shout" in run("search", "deck", "--knowledge", str(mine), data=data).out
    (mine / "manual" / "dangling.md").symlink_to("nowhere.md")
    ran = run("search", "deck", "--knowledge", str(mine), data=data)
    assert ran.code == 0
    assert "dangling.md: not read" in ran.err


def test_a_chart_that_cannot_be_written_costs_no_figures(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "drafts.jsonl"
    draft = {"id": "1", "text": "A day", "network": "x", "lang": "en", "labels": [], "verdict": "ready", "kind": "fine"}
    file.write_text(json.dumps(draft), "utf-8")
    ran = run("eval", str(file), "--no-model", "--format", "json", "--chart", str(tmp_path / "no" / "chart.svg"))
    assert ran.code == 2
    assert "quality" in json.loads(ran.out)
    assert "chart.svg" in ran.err
    assert "bug" not in ran.err


def test_doctor_says_that_a_key_is_garbled(run: Run) -> None:
    ran = run("doctor", OPENAI_API_KEY="sk-é", OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert ran.code == 2
    assert "copy OPENAI_API_KEY again" in ran.out


def test_chat_goes_on_after_bytes_that_are_not_text(run: Run) -> None:
    ran = run("chat", "--no-model", stdin=b"\xff\xfe\n.\nThe password is Tramuntana2026!\n.\n")
    assert ran.code == 0
    assert "broken characters" in ran.out
    assert "ask a human" in ran.out


def test_doctor_names_a_few_suspended_rules_and_counts_the_rest(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(SHIPPED, mine, ignore=shutil.ignore_patterns("manual"))
    ran = run("doctor", "--knowledge", str(mine), data=tmp_path / "data")
    line = next(line for line in ran.out.splitlines() if "suspended" in line)
    assert len(line) < 400
    assert "more" in line
    assert "no manual is published" in ran.out
    assert "bonvent ingest PATH" in ran.out
