"""Every publication is a version, and what an old review cited is there as it was."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.manual import history
from bot.manual.mend import mend
from bot.manual.models import Passage
from bot.manual.sources import manifest, publish, published, retire
from bot.manual.store import Conflict, ManualError


@pytest.fixture
def book(tmp_path: Path) -> Path:
    file = tmp_path / "book.md"
    file.write_text("# Book\n\n## Claims\n\nNever guarantee.\n\n## Faces\n\nAsk before you show one.\n", "utf-8")
    return file


def rewrite(book: Path, old: str, new: str) -> None:
    book.write_text(book.read_text("utf-8").replace(old, new), "utf-8")


def only(data: Path, heading: str) -> Passage:
    return next(p for p in published(data).values() if p.heading[-1] == heading)


def numbers(data: Path) -> list[int]:
    return [version.number for version in history.versions(data)]


def kept_files(data: Path) -> list[Path]:
    return list((data / "manual" / "history" / "passages").iterdir())


def test_each_publication_says_what_it_changed_who_did_and_when(data: Path, book: Path) -> None:
    first = publish(data, book, by="U01").version
    rewrite(book, "Never guarantee.", "Never promise a result.")
    rewrite(book, "## Faces\n\nAsk before you show one.\n", "## Alt text\n\nDescribe each picture.\n")
    second = publish(data, book).version
    third = retire(data, "book", by="U02").version
    assert first is not None
    assert second is not None
    assert third is not None
    assert (first.number, first.by, first.counts.model_dump()) == (1, "U01", {"added": 2, "changed": 0, "removed": 0})
    assert (second.by, second.sources) == ("command line", ("book",))
    assert [(t.kind, t.heading[-1], t.language) for t in second.touched] == [
        ("added", "Alt text", "en"),
        ("changed", "Claims", "en"),
        ("removed", "Faces", "en"),
    ]
    assert third.counts.removed == 2
    assert history.versions(data) == [third, second, first]
    assert history.versions(data, most=1) == [third]
    assert datetime.now(UTC) - first.time < timedelta(minutes=1)
    assert first.sha != second.sha


def test_a_file_s_version_has_the_number_of_the_publication_that_brought_it(
    data: Path, book: Path, tmp_path: Path
) -> None:
    publish(data, book)
    first = only(data, "Claims").version
    (tmp_path / "other.md").write_text("# Other\n\nSomething else.\n", "utf-8")
    publish(data, tmp_path / "other.md")
    rewrite(book, "Never guarantee.", "Never promise a result.")
    publish(data, book)
    assert history.numbers(data) == {first: 1, only(data, "Other").version: 2, only(data, "Claims").version: 3}
    for file in (data / "manual" / "history").glob("*.json"):
        file.write_text("damaged", "utf-8")
    assert history.numbers(data) == {}


def test_publishing_the_same_again_is_no_version(data: Path, book: Path, tmp_path: Path) -> None:
    publish(data, book)
    (tmp_path / "other.md").write_text("# Other\n\nSomething else.\n", "utf-8")
    publish(data, tmp_path / "other.md")
    before = manifest(data).sha256
    assert publish(data, book).version is None
    assert manifest(data).sha256 == before, "nor does it move to the end, which would cost a new index"
    assert numbers(data) == [2, 1]


def test_a_passage_is_shown_as_it_was_after_replace_and_retire(data: Path, book: Path) -> None:
    publish(data, book)
    cited = only(data, "Claims")
    rewrite(book, "Never guarantee.", "Guarantee what you like.")
    publish(data, book)
    assert history.passage(data, cited.id, cited.version) == cited
    now = only(data, "Claims")
    assert now.text == "Guarantee what you like."
    assert history.passage(data, now.id, now.version) == now
    retire(data, "book")
    assert published(data) == {}
    assert history.passage(data, cited.id, cited.version) == cited
    assert history.passage(data, now.id, now.version) == now
    assert history.passage(data, cited.id, "0" * 12) is None
    assert history.passage(data, "nobody/knows.md#this", cited.version) is None


def test_a_section_comes_whole_and_in_order(data: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.md"
    words = [" ".join([f"rule{n}"] * 99) + f" end{n}." for n in range(4)]
    long.write_text("# Long\n\n" + "\n\n".join(words) + "\n\n# Next\n\nOther.\n", "utf-8")
    publish(data, long)
    parts = [p for p in published(data).values() if p.anchor == "long"]
    assert len(parts) == 4
    long.write_text("# Long\n\nShort now.\n", "utf-8")
    publish(data, long)
    for part in parts:
        assert history.section(data, part.id, part.version) == parts
    now = only(data, "Long")
    assert history.section(data, now.id, now.version) == [now]
    assert history.section(data, now.id, "f" * 12) == []


def test_a_whole_manual_as_it_was(data: Path, manual: Path, book: Path) -> None:
    publish(data, manual, name="style")
    first = list(published(data).values())
    publish(data, book)
    second = list(published(data).values())
    retire(data, "style")
    assert history.passages_at(data, 1) == first
    assert history.passages_at(data, 2) == second
    assert history.passages_at(data, 3) == list(published(data).values())
    with pytest.raises(ManualError, match=r"no version 9 of the manual: kept are 1 to 3"):
        history.passages_at(data, 9)


def test_nothing_is_kept_twice(data: Path, manual: Path) -> None:
    publish(data, manual)
    file = manual / "en" / "rules.md"
    for said in ("Write well.", "Write better."):
        file.write_text(f"# Rules\n\n{said}\n", "utf-8")
        publish(data, manual)
    assert len(kept_files(data)) == 4, "three English files, one Spanish"


def test_the_oldest_versions_go_and_the_newest_stay(data: Path, book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "KEEP", 3)
    cited = []
    for number in range(5):
        book.write_text(f"# Book\n\nRule {number} says hello.\n", "utf-8")
        publish(data, book)
        cited.append(only(data, "Book"))
    assert numbers(data) == [5, 4, 3]
    assert [history.passage(data, p.id, p.version) == p for p in cited] == [False, False, True, True, True]
    assert len(kept_files(data)) == 3


def test_the_oldest_versions_go_when_they_take_too_much_room(
    data: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "MOST_BYTES", 2_500)
    for number in range(5):
        book.write_text(f"# Book\n\n{f'Rule {number} says hello. ' * 40}\n", "utf-8")
        publish(data, book)
    assert numbers(data) == [5, 4]
    assert sum(file.stat().st_size for file in kept_files(data)) <= 2_500


def test_a_folder_of_an_older_bonvent_begins_now(data: Path, book: Path) -> None:
    publish(data, book)
    shutil.rmtree(data / "manual" / "history")
    cited = only(data, "Claims")
    assert history.versions(data) == []
    assert history.passage(data, cited.id, cited.version) == cited, "it is published still"
    mend(data)
    begun = history.versions(data)
    assert [(v.number, v.by, v.touched) for v in begun] == [(1, "", ())]
    shutil.rmtree(data / "manual" / "history")
    rewrite(book, "Never guarantee.", "Never promise.")
    publish(data, book)
    assert [(v.number, v.counts.changed) for v in history.versions(data)] == [(2, 1), (1, 0)]
    assert history.passage(data, cited.id, cited.version) == cited


@pytest.mark.parametrize("harm", ["garble", "truncate", "delete", "folder is a file", "passages are a file"])
def test_a_damaged_history_is_noticed_and_goes_on(data: Path, book: Path, harm: str) -> None:
    publish(data, book)
    folder = data / "manual" / "history"
    newest = folder / "000001.json"
    if harm == "garble":
        newest.write_bytes(newest.read_bytes()[::-1])
    elif harm == "truncate":
        newest.write_bytes(newest.read_bytes()[:30])
    elif harm == "delete":
        newest.unlink()
    elif harm == "folder is a file":
        shutil.rmtree(folder)
        folder.write_text("not a folder")
    else:
        shutil.rmtree(folder / "passages")
        (folder / "passages").write_text("not a folder")
    cited = only(data, "Claims")
    rewrite(book, "Never guarantee.", "Never promise.")
    said: list[str] = []
    report = publish(data, book, notice=said.append)
    assert report.changed == 1
    assert report.version is not None
    assert history.versions(data)[0] == report.version
    assert only(data, "Claims").text == "Never promise."
    if harm != "passages are a file":
        assert history.passage(data, cited.id, cited.version) == cited
    if harm in ("garble", "truncate"):
        assert said == ["the history of the manual has a gap (damage, or a crash): it goes on from here"]


def test_garbled_passages_are_never_shown(data: Path, book: Path) -> None:
    publish(data, book)
    cited = only(data, "Claims")
    rewrite(book, "Never guarantee.", "Never promise.")
    publish(data, book)
    for file in kept_files(data):
        file.write_bytes(file.read_bytes().replace(b"Never", b"Always"))
    assert history.passage(data, cited.id, cited.version) is None
    with pytest.raises(ManualError, match="can't be read whole"):
        history.passages_at(data, 1)


def test_a_crash_before_the_history_is_mended_at_the_next_start(
    data: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(data, book)
    rewrite(book, "Never guarantee.", "Never promise.")
    replace = os.replace

    def crash(source: Path, target: Path) -> None:
        if Path(target).name == "000002.json":
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        publish(data, book)
    monkeypatch.undo()
    assert numbers(data) == [1]
    mend(data)
    assert history.versions(data)[0].sha == manifest(data).sha256
    assert numbers(data) == [2, 1]


def test_whoever_looked_at_an_older_manual_is_told_who_was_quicker(data: Path, book: Path) -> None:
    publish(data, book)
    base = manifest(data).sha256
    rewrite(book, "Never guarantee.", "Never promise.")
    publish(data, book, by="U07", base=base)
    rewrite(book, "Never promise.", "Never swear.")
    with pytest.raises(Conflict, match=r"version 2 \(book\) was published by U07 on .* UTC: look again") as caught:
        publish(data, book, base=base)
    assert [v.by for v in caught.value.versions] == ["U07"]
    with pytest.raises(Conflict):
        retire(data, "book", base=base)
    assert only(data, "Claims").text == "Never promise."


def test_a_history_that_cannot_be_written_stops_nothing(
    data: Path, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(history, "_keep", full)
    said: list[str] = []
    report = publish(data, book, notice=said.append)
    assert (report.added, report.version) == (2, None)
    assert len(published(data)) == 2
    assert said == ["this version of the manual is published, but not kept for later (No space left on device)"]


def test_many_headings_are_counted_and_not_all_listed(data: Path, tmp_path: Path) -> None:
    many = tmp_path / "many.md"
    many.write_text("\n\n".join(f"# Rule {n}\n\nSay {n} hellos." for n in range(100)), "utf-8")
    version = publish(data, many).version
    assert version is not None
    assert version.counts.added == 100
    assert len(version.touched) == 60
    assert json.loads(version.model_dump_json())["touched"][0]["heading"] == ["Rule 0"]
