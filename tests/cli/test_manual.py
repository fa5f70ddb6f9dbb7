"""`bonvent manual`: what is published, what would change, publish, retire; now and as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.manual import history
from bot.manual.sources import manifest, publish, published, retire
from tests.cli.conftest import Run
from tests.conftest import SHIPPED

HANDBOOK = """# Handbook

## Pets on board {#pets}

No parrots on the bridge. Dogs may come on Fridays.

## Radio

Say the name of the ship twice.
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def handbook(tmp_path: Path) -> Path:
    file = tmp_path / "handbook.md"
    file.write_text(HANDBOOK, "utf-8")
    return file


def edit(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


def test_publish_says_what_changed_and_list_who_published_it(run: Run, data: Path, handbook: Path) -> None:
    ran = run("manual", "publish", str(handbook), data=data)
    assert ran.code == 0, ran.err
    assert "handbook: 2 passages added, 0 changed, 0 removed, 0 unchanged (version 1)" in ran.out
    assert "2 passages are published and searchable." in ran.out
    edit(handbook, "Fridays", "Mondays")
    answer = json.loads(run("manual", "publish", str(handbook), "--format", "json", data=data).out)
    assert [(r["source"], r["changed"], r["version"]) for r in answer] == [("handbook", 1, 2)]
    (row,) = json.loads(run("manual", "list", "--format", "json", data=data).out)
    assert row == {"name": "handbook", "path": str(handbook), "files": 1, "passages": 2, "languages": ["en"],
                   "version": 2, "time": row["time"], "by": "command line"}  # fmt: skip
    out = run("manual", "list", data=data).out
    assert "handbook: 1 files, 2 passages (en)\n  version 2, 20" in out
    assert "UTC, by command line" in out


def test_versions_are_listed_newest_first(run: Run, data: Path, handbook: Path) -> None:
    assert "No version yet" in run("manual", "list", "--versions", data=data).out
    assert "Nothing is published yet" in run("manual", "list", data=data).out
    publish(data, handbook)
    assert "handbook: retired, 2 passages removed" in run("manual", "retire", "handbook", data=data).out
    out = run("manual", "list", "--versions", data=data).out
    assert out.index("version 2") < out.index("version 1")
    assert "handbook: 0 sections added, 0 changed, 2 removed" in out
    listed = json.loads(run("manual", "list", "--versions", "--format", "json", data=data).out)
    assert [v["number"] for v in listed] == [2, 1]
    assert listed[1]["touched"][0]["heading"] == ["Handbook", "Pets on board"]


def test_show_finds_a_section_a_passage_and_a_source(run: Run, data: Path, handbook: Path) -> None:
    publish(data, handbook)
    for name in ("pets", "Pets on board", "PETS ON BOARD?", "pets on bord", "handbook/handbook.md#pets"):
        ran = run("manual", "show", name, data=data)
        assert ran.code == 0, (name, ran.err)
        assert "Handbook › Pets on board  (en)" in ran.out
        assert "No parrots on the bridge. Dogs may come on Fridays." in ran.out
    outline = run("manual", "show", "handbook", data=data).out
    assert "    Pets on board  #pets\n" in outline
    assert "    Radio  #radio\n" in outline
    (passage,) = json.loads(run("manual", "show", "radio", "--format", "json", data=data).out)
    assert passage["text"] == "Say the name of the ship twice."
    ran = run("manual", "show", "pets at home", data=data)
    assert (ran.code, "did you mean “Pets on board”" in ran.err) == (2, True)
    ran = run("manual", "show", "xylophone", data=data)
    assert (ran.code, "bonvent manual show SOURCE" in ran.err) == (2, True)


def test_show_takes_the_language_asked_for(run: Run, data: Path) -> None:
    publish(data, SHIPPED / "manual", name="manual")
    for language, words in (("en", "What is protected"), ("es", "protegido"), ("ca", "protegit")):
        assert words in run("manual", "show", "protected", "--lang", language, data=data).out
    ran = run("manual", "show", "protected", "--lang", "de", data=data)
    assert (ran.code, "there is: ca, en, es" in ran.err) == (2, True)


def test_show_tells_how_it_was(run: Run, data: Path, handbook: Path) -> None:
    publish(data, handbook)
    cited = published(data)["handbook/handbook.md#pets"]
    edit(handbook, "Fridays", "Mondays")
    publish(data, handbook)
    retire(data, "handbook")
    sha = history.versions(data)[2].sha
    for asked in (("pets", "1"), (cited.id, cited.version), ("pets", cited.version[:8]), ("pets", sha[:10])):
        out = run("manual", "show", asked[0], "--version", asked[1], data=data).out
        assert "Dogs may come on Fridays." in out, asked
    assert "Mondays" in run("manual", "show", "pets", "--version", "2", data=data).out
    assert "Radio" in run("manual", "show", "handbook", "--version", "2", data=data).out
    for unknown in ("9", "abcdef012345", "0"):
        ran = run("manual", "show", "pets", "--version", unknown, data=data)
        assert (ran.code, "manual list --versions" in ran.err) == (2, True), unknown


def test_diff_shows_what_publishing_would_change_and_publishes_nothing(run: Run, data: Path, handbook: Path) -> None:
    publish(data, handbook)
    before = manifest(data)
    edit(handbook, "Dogs may come on Fridays.", "Dogs may come.")
    edit(handbook, "## Radio\n\nSay the name of the ship twice.\n", "## Flags\n\nHoist yours first.\n")
    ran = run("manual", "diff", str(handbook), data=data)
    assert ran.code == 0
    for part in ("handbook: would be replaced", "en: 1 sections added, 1 changed, 1 removed", "- Dogs may come on Fridays.",
                 "+ Dogs may come.", "+ Handbook › Flags", "- Handbook › Radio"):  # fmt: skip
        assert part in ran.out, ran.out
    answer = json.loads(run("manual", "diff", str(handbook), "--format", "json", data=data).out)
    assert answer["languages"] == {"en": {"added": 1, "changed": 1, "removed": 1}}
    assert [c["kind"] for c in answer["changes"]] == ["added", "changed", "removed"]
    assert manifest(data) == before
    assert not list((data / "manual" / "staged").glob("*"))
    assert "is new" in run("manual", "diff", str(handbook), "--name", "other", data=data).out


def test_diff_fails_when_rules_would_be_suspended(run: Run, tmp_path: Path, data: Path) -> None:
    mine = tmp_path / "mine"
    run("init", "--bare", str(mine))
    publish(data, mine / "manual", name="manual")
    for file in (mine / "manual" / "en").glob("*.md"):
        file.write_text(file.read_text("utf-8").replace(" secret ", " hidden "), "utf-8")
    ran = run("manual", "diff", str(mine / "manual"), "--knowledge", str(mine), data=data)
    assert ran.code == 1, ran.out
    assert "manual: would be replaced" in ran.out
    assert "rule credentials." in ran.out
    assert "(en) would be suspended, its quote would be gone: “" in ran.out
    answer = json.loads(
        run("manual", "diff", str(mine / "manual"), "--knowledge", str(mine), "--format", "json", data=data).out
    )
    assert {"rule", "languages", "section", "quotes"} == answer["suspended"][0].keys()


def test_diff_of_two_versions_and_of_one_with_now(run: Run, data: Path, handbook: Path) -> None:
    for day in ("Fridays", "Mondays", "Sundays"):
        handbook.write_text(HANDBOOK.replace("Fridays", day), "utf-8")
        publish(data, handbook)
    both = run("manual", "diff", "1", "2", data=data).out
    assert "- Dogs may come on Fridays." in both
    assert "+ Dogs may come on Mondays." in both
    assert "+ Dogs may come on Sundays." in run("manual", "diff", "1", data=data).out
    assert "Nothing differs" in run("manual", "diff", "3", data=data).out
    ran = run("manual", "diff", "7", data=data)
    assert (ran.code, "kept are 1 to 3" in ran.err) == (2, True)


def test_whoever_expects_an_older_version_is_told_who_was_quicker(run: Run, data: Path, handbook: Path) -> None:
    publish(data, handbook)
    edit(handbook, "Fridays", "Mondays")
    assert run("manual", "publish", str(handbook), "--expect", "1", data=data).code == 0
    edit(handbook, "Mondays", "Sundays")
    for again in (("publish", str(handbook)), ("retire", "handbook")):
        ran = run("manual", *again, "--expect", "1", data=data)
        assert ran.code == 2
        assert "version 2 (handbook) was published by command line on" in ran.err
    assert "Mondays" in published(data)["handbook/handbook.md#pets"].text
    sha = history.versions(data)[0].sha
    assert run("manual", "retire", "handbook", "--expect", sha[:12], data=data).code == 0
    ran = run("manual", "publish", str(handbook), "--expect", "99", data=data)
    assert (ran.code, "no version “99”" in ran.err) == (2, True)


def test_slips_are_one_clear_line(run: Run, data: Path, handbook: Path, tmp_path: Path) -> None:
    slips = {
        ("publish", str(tmp_path / "gone.md")): "there is no such file",
        ("publish", ""): "a PATH is empty",
        ("publish", str(handbook), "--name", "manual"): "choose another name",
        ("publish", str(handbook), "--name", "a b"): "can't be a source's name",
        ("publish", str(handbook), str(handbook), "--name", "x"): "--name goes with one PATH",
        ("retire", "nothing"): "no source is called",
        ("retire", "manual"): "empty",
        ("diff", str(tmp_path / "gone.md")): "there is no such file",
        ("diff", "1", "2", "3"): "give one PATH",
        ("diff", "1", "--name", "x"): "--name goes with a PATH",
    }
    for arguments, said in slips.items():
        ran = run("manual", *arguments, data=data)
        assert ran.code == 2, arguments
        assert said in ran.err, arguments
    (tmp_path / "scan.md").write_bytes(b"\xff\xfe\x00\xd8")
    ran = run("manual", "publish", str(tmp_path / "scan.md"), str(handbook), data=data)
    assert ran.code == 2, "one of two was published, and that is said"
    assert "scan.md" in ran.err
    assert "handbook: 2 passages added" in ran.out


def test_every_command_shows_an_example(run: Run) -> None:
    for name in ("list", "show", "diff", "publish", "retire"):
        assert f"bonvent manual {name}" in run("manual", name, "--help").out
