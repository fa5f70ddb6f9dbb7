"""Publishing: a path is a source that is added, replaced or reduced, apart from the others."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.manual.blocks import Limits
from bot.manual.sources import manifest, publish, publish_many, published, retire
from bot.manual.store import ManualError
from tests.manual.conftest import CountingEmbedder


def ids(data: Path) -> list[str]:
    return list(published(data))


def test_a_folder_becomes_passages_in_the_languages_of_its_folders(data: Path, manual: Path) -> None:
    report = publish(data, manual, name="manual")
    assert (report.source, report.added, report.unreadable) == ("manual", 6, ())
    passage = published(data)["manual/es/rules.md#claims"]
    assert (passage.language, passage.heading) == ("es", ("Our manual", "Promesas"))
    assert passage.text == "Nunca garantices un resultado sin una fuente pública."


def test_the_same_again_changes_nothing(data: Path, manual: Path) -> None:
    publish(data, manual)
    before = published(data)
    report = publish(data, manual)
    assert (report.added, report.changed, report.removed, report.unchanged) == (0, 0, 0, 6)
    assert published(data) == before


def test_only_what_changed_is_embedded_again(data: Path, manual: Path, embedder: CountingEmbedder) -> None:
    assert publish(data, manual, embedders=[embedder]).embedded == 6
    file = manual / "en" / "rules.md"
    file.write_text(file.read_text().replace("Write as you speak.", "Write as you would speak to a friend."))
    embedder.seen.clear()
    report = publish(data, manual, embedders=[embedder])
    assert (report.changed, report.unchanged, report.embedded) == (1, 5, 1)
    assert len(embedder.seen) == 1
    assert "as you would speak" in embedder.seen[0]


def test_files_that_vanish_are_removed(data: Path, manual: Path) -> None:
    publish(data, manual)
    (manual / "es" / "rules.md").unlink()
    report = publish(data, manual)
    assert (report.removed, report.unchanged) == (3, 3)
    assert {p.language for p in published(data).values()} == {"en"}


def test_sources_do_not_touch_each_other(data: Path, manual: Path, tmp_path: Path) -> None:
    publish(data, manual)
    other = tmp_path / "press.md"
    other.write_text("# Press\n\nSend reporters to the press team.")
    assert publish(data, other).source == "press"
    other.write_text("# Press\n\nSend every reporter to Ana.")
    assert publish(data, other).changed == 1
    assert len(ids(data)) == 7
    assert ids(data)[-1] == "press/press.md#press"
    assert retire(data, "press").removed == 1
    assert len(ids(data)) == 6


def test_two_paths_of_one_name_are_two_sources_and_one_path_is_one(data: Path, tmp_path: Path) -> None:
    for place in ("a", "b"):
        (tmp_path / place / "handbook").mkdir(parents=True)
        (tmp_path / place / "handbook" / "x.md").write_text(f"# {place}\n\nWe are {place}.")
    assert publish(data, tmp_path / "a" / "handbook").source == "handbook"
    assert publish(data, tmp_path / "b" / "handbook").source == "handbook-2"
    (tmp_path / "link").symlink_to(tmp_path / "b" / "handbook")
    assert publish(data, tmp_path / "link").source == "handbook-2"
    assert publish(data, tmp_path / "a" / "." / "handbook" / ".." / "handbook").source == "handbook"
    assert len(ids(data)) == 2


def test_unreadable_files_are_named_and_the_rest_is_read(
    data: Path, manual: Path, pdf: Callable[..., bytes], docx: Callable[..., bytes]
) -> None:
    (manual / "scan.pdf").write_bytes(pdf([]))
    (manual / "empty.md").write_text("")
    (manual / "long.md").write_text("word " * 300_000)
    (manual / "notes.pages").write_text("x")
    (manual / "logo.png").write_bytes(b"\x89PNG")
    (manual / "more.docx").write_bytes(docx(("Heading1", "More"), ("Normal", "Be kind to people.")))
    report = publish(data, manual, limits=Limits(megabytes=1))
    assert {name: reason.split(":")[0] for name, reason in report.unreadable} == {
        "scan.pdf": "it has no text",
        "empty.md": "the file is empty",
        "long.md": "it has 2 MB, the limit is 1 MB",
        "notes.pages": "“.pages” is not a kind that is read (Markdown, HTML, PDF, DOCX)",
    }
    assert report.added == 7


def test_when_nothing_can_be_read_the_old_version_stays(data: Path, manual: Path) -> None:
    publish(data, manual)
    for language in ("en", "es"):
        (manual / language / "rules.md").write_bytes(b"\xff\xfe\x00binary\x00\xd8")
    report = publish(data, manual)
    assert report.kept_old
    assert report.unchanged == len(report.unreadable) + 4
    assert len(ids(data)) == 6


def test_a_path_that_is_gone_says_how_to_remove_its_source(data: Path, tmp_path: Path) -> None:
    with pytest.raises(ManualError, match=r"no such file or folder.*remove a source"):
        publish(data, tmp_path / "gone")
    with pytest.raises(ManualError, match=r"no source is called “x” .*nothing is published"):
        retire(data, "x")


def test_one_bad_path_of_many_does_not_stop_the_others(data: Path, manual: Path, tmp_path: Path) -> None:
    with pytest.raises(ManualError, match="gone"):
        publish_many(data, [tmp_path / "gone", manual])
    assert len(ids(data)) == 6


@pytest.mark.parametrize("harm", ["truncate", "garble", "delete passages", "delete manifest", "other version"])
def test_a_damaged_manual_is_one_clear_line(data: Path, manual: Path, harm: str) -> None:
    publish(data, manual)
    listing = data / "manual" / "manifest.json"
    passages = data / "manual" / manifest(data).passages
    if harm == "truncate":
        listing.write_bytes(listing.read_bytes()[:50])
    elif harm == "garble":
        passages.write_bytes(passages.read_bytes().replace(b"guarantee", b"promised!"))
    elif harm == "delete passages":
        passages.unlink()
    elif harm == "delete manifest":
        listing.unlink()
    else:
        listing.write_text(listing.read_text().replace('"schema_version": 1', '"schema_version": 99'))
    with pytest.raises(ManualError) as caught:
        published(data)
    assert "bonvent ingest" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_crash_between_the_two_files_leaves_the_old_manual(
    data: Path, manual: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(data, manual)
    before = published(data)
    (manual / "en" / "rules.md").write_text("# New\n\nAll new.")
    replace = os.replace

    def crash(source: Path, target: Path) -> None:
        if Path(target).name == "manifest.json":
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        publish(data, manual)
    monkeypatch.undo()
    assert published(data) == before
    assert publish(data, manual).removed == 3
    assert not list((data / "manual").glob(".*.tmp"))


def test_a_place_that_cannot_be_written_is_named(manual: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where a folder should be")
    with pytest.raises(ManualError, match=r"can't be written.*BONVENT_DATA"):
        publish(blocked, manual)
