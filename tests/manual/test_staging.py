"""What is about to be published waits apart, is published as it was compared, or goes without a trace."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.clock import Clock
from bot.manual import staging
from bot.manual.blocks import Limits
from bot.manual.mend import mend
from bot.manual.sources import manifest, publish, published, retire
from bot.manual.staging import discard, look_again, publish_staged, stage, sweep
from bot.manual.store import Conflict, ManualError

PRESS = b"# Press\n\nSend reporters to the press team.\n"


def texts(data: Path) -> list[str]:
    return [passage.text for passage in published(data).values()]


def waiting(data: Path) -> list[Path]:
    return list((data / "manual" / "staged").glob("*"))


def test_an_upload_waits_and_is_then_published(data: Path) -> None:
    staged = stage(data, {"Press kit.md": PRESS})
    assert (staged.source, list(staged.files), staged.base, staged.replaces) == (
        "Press-kit",
        ["Press kit.md"],
        "",
        False,
    )
    assert published(data) == {}
    report = publish_staged(data, staged.id, "U01")
    assert (report.source, report.added) == ("Press-kit", 1)
    assert report.version is not None
    assert report.version.by == "U01"
    assert texts(data) == ["Send reporters to the press team."]
    assert waiting(data) == []


def test_an_upload_can_be_read_again_where_it_is_kept(data: Path) -> None:
    for words in (PRESS, PRESS.replace(b"team", b"office")):
        publish_staged(data, stage(data, {"press.md": words, "es/prensa.md": b"# Prensa\n\nAvisa."}).id, "U01")
    before, place = published(data), Path(manifest(data).sources["press"].path)
    assert place.parent == data / "manual" / "uploads" / "press"
    assert (place / "press.md").read_bytes() == PRESS.replace(b"team", b"office")
    assert len(list(place.parent.iterdir())) == 1, "what was replaced is in the history"
    (data / "manual" / manifest(data).passages).unlink()
    mend(data)
    assert published(data) == before
    retire(data, "press")
    assert not place.exists()


def test_the_same_name_replaces_and_two_files_stand_side_by_side(data: Path) -> None:
    publish_staged(data, stage(data, {"press.md": PRESS}).id, "U01")
    editions = {"guide.en.md": PRESS, "guide.es.md": b"# Prensa\n\nManda a los periodistas al equipo de prensa."}
    staged = stage(data, editions, "press")
    assert staged.replaces
    publish_staged(data, staged.id, "U01")
    assert {(p.manual, p.language) for p in published(data).values()} == {("press", "en"), ("press", "es")}


def test_what_is_published_is_what_was_compared(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "press.md"
    file.write_bytes(PRESS)
    staged = stage(data, file)
    file.write_text("# Press\n\nSomething that nobody has looked at.\n", "utf-8")
    publish_staged(data, staged.id, "command line")
    assert texts(data) == ["Send reporters to the press team."]
    assert manifest(data).sources["press"].path == str(file)


def test_a_broken_upload_changes_nothing_and_names_what_cannot_be_read(data: Path, pdf: Callable[..., bytes]) -> None:
    publish_staged(data, stage(data, {"press.md": PRESS}).id, "U01")
    before = manifest(data)
    with pytest.raises(ManualError) as caught:
        stage(data, {"press.md": b"\xff\xfe\x00\xd8", "scan.pdf": pdf([]), "logo.png": b"\x89PNG", "big.md": b"x" * 2_000_000},
              "press", limits=Limits(megabytes=1))  # fmt: skip
    assert [line.split(":")[0] for line in str(caught.value).splitlines()] == [
        "press.md",
        "scan.pdf",
        "logo.png",
        "big.md",
    ]
    assert "probably scanned" in str(caught.value)
    assert "the limit is 1 MB" in str(caught.value)
    assert manifest(data) == before
    assert waiting(data) == []
    staged = stage(data, {"press.md": PRESS, "scan.pdf": pdf([])})
    assert [name for name, _ in staged.unreadable] == ["scan.pdf"]


def test_of_two_managers_one_wins_and_the_other_is_told(data: Path) -> None:
    publish_staged(data, stage(data, {"press.md": PRESS}).id, "U01")
    mine, yours = stage(data, {"press.md": PRESS + b"\nMine."}), stage(data, {"press.md": PRESS + b"\nYours."})
    publish_staged(data, mine.id, "U01")
    with pytest.raises(Conflict, match=r"\(press\) was published by U01") as caught:
        publish_staged(data, yours.id, "U02")
    assert [version.by for version in caught.value.versions] == ["U01"]
    assert "Mine." in texts(data)[0]
    again = look_again(data, yours.id)
    assert again.base == manifest(data).sha256
    publish_staged(data, again.id, "U02")
    assert "Yours." in texts(data)[0]


def test_whoever_looks_again_is_told_that_it_replaces_what_came_meanwhile(data: Path) -> None:
    mine, yours = stage(data, {"press.md": PRESS}), stage(data, {"press.md": PRESS + b"\nYours."})
    assert not yours.replaces
    publish_staged(data, mine.id, "U01")
    assert look_again(data, yours.id).replaces
    assert staging.staged(data, yours.id).replaces


def test_a_crash_once_its_files_were_moved_keeps_nothing_from_being_published(data: Path) -> None:
    staged = stage(data, {"press.md": PRESS})
    place = data / "manual" / "uploads" / "press" / staged.id
    place.parent.mkdir(parents=True)
    (data / "manual" / "staged" / staged.id / "files").rename(place)
    publish_staged(data, staged.id, "U01")
    assert texts(data) == ["Send reporters to the press team."]
    assert (place / "press.md").read_bytes() == PRESS


def test_of_many_at_the_same_moment_exactly_one_wins(data: Path) -> None:
    publish_staged(data, stage(data, {"press.md": PRESS}).id, "U00")
    staged = [stage(data, {"press.md": PRESS + f"\nBy {n}.".encode()}) for n in range(8)]
    start, outcomes = threading.Barrier(8), list[tuple[int, str]]()

    def go(n: int) -> None:
        start.wait()
        try:
            publish_staged(data, staged[n].id, f"U{n}")
            outcomes.append((n, "won"))
        except Conflict as error:
            outcomes.append((n, error.versions[0].by))

    threads = [threading.Thread(target=go, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [n for n, outcome in outcomes if outcome == "won"]
    assert len(winners) == 1
    assert [told for n, told in outcomes if n not in winners] == [f"U{winners[0]}"] * 7
    assert f"By {winners[0]}." in texts(data)[0]


def test_a_second_click_publishes_nothing_more(data: Path) -> None:
    staged = stage(data, {"press.md": PRESS})
    publish_staged(data, staged.id, "U01")
    with pytest.raises(ManualError, match="published or discarded already"):
        publish_staged(data, staged.id, "U01")


def test_what_is_discarded_or_has_waited_for_a_week_is_gone(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    staged = stage(data, {"press.md": PRESS})
    discard(data, staged.id)
    discard(data, staged.id)
    old = stage(data, {"press.md": PRESS})
    monkeypatch.setattr(staging, "Clock", lambda: Clock(timedelta(days=6, hours=23)))
    sweep(data)
    assert staging.staged(data, old.id) == old
    monkeypatch.setattr(staging, "Clock", lambda: Clock(timedelta(days=7, minutes=1)))
    sweep(data)
    assert waiting(data) == []
    for gone in (staged, old):
        with pytest.raises(ManualError, match="upload it again"):
            publish_staged(data, gone.id, "U01")


def test_what_a_crash_left_half_written_goes_after_a_week_once_somebody_stages_something(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = stage(data, {"press.md": PRESS})
    half = data / "manual" / "staged" / ("h" * 22)
    half.mkdir()
    sweep(data)
    assert half.exists()
    monkeypatch.setattr(staging, "Clock", lambda: Clock(timedelta(days=7, minutes=1)))
    fresh = stage(data, {"press.md": PRESS})
    assert [folder.name for folder in waiting(data)] == [fresh.id] != [old.id]


@pytest.mark.parametrize("id_", ["", "..", "../../manual", "a" * 22 + "/..", "." * 22, "é" * 22])
def test_an_id_that_is_none_of_ours_reaches_nothing(data: Path, id_: str) -> None:
    publish_staged(data, stage(data, {"press.md": PRESS}).id, "U01")
    for act in (staging.staged, look_again, staging.passages_of, discard):
        with pytest.raises(ManualError, match="published or discarded already"):
            act(data, id_)
    assert texts(data)


@pytest.mark.parametrize("name", ["", "..", "a/b", "x" * 61, "ünï cöde", "-\n"])
def test_a_name_that_is_no_name_is_refused(data: Path, name: str) -> None:
    with pytest.raises(ManualError, match="can't be a source's name"):
        stage(data, {"press.md": PRESS}, name)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4, unique=True))
def test_no_file_name_leaves_its_folder(tmp_path_factory: pytest.TempPathFactory, names: list[str]) -> None:
    data = tmp_path_factory.mktemp("data")
    staged = stage(data, {f"{name}.md": PRESS for name in names}, "press")
    assert len(staged.files) == len(names)
    publish_staged(data, staged.id, "U01")
    place = Path(manifest(data).sources["press"].path)
    kept = [file for file in place.rglob("*") if file.is_file()]
    assert {file.relative_to(place).as_posix() for file in kept} == set(staged.files)
    assert all(file.resolve().is_relative_to(place.resolve()) for file in kept)
    assert {p.name for p in data.iterdir()} == {"manual"}


def test_names_that_would_climb_are_flattened(data: Path) -> None:
    files = {"../../etc/passwd.md": PRESS, "C:\\Temp\\rules.md": PRESS, "es/normas.md": PRESS, ".hidden.md": PRESS}
    assert list(stage(data, files, "press").files) == ["etc/passwd.md", "C/Temp/rules.md", "es/normas.md", "hidden.md"]


def test_a_path_keeps_the_name_that_it_has(data: Path, tmp_path: Path) -> None:
    (tmp_path / "answers.md").write_bytes(PRESS)
    assert stage(data, tmp_path / "answers.md").source == "answers-2"
    assert stage(data, {"manual.md": PRESS}).source == "manual-2"
    publish(data, tmp_path / "answers.md", name="kit")
    assert stage(data, tmp_path / "answers.md").source == "kit"
