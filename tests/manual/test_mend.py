"""The published manual mends itself where its files were damaged."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.manual.mend import mend
from bot.manual.sources import manifest, publish, published

Damage = Callable[[Path], object]
DAMAGES: list[Damage] = [
    lambda file: file.unlink(),
    lambda file: file.write_bytes(b""),
    lambda file: file.write_bytes(file.read_bytes()[:40]),
    lambda file: file.write_bytes(file.read_bytes()[::-1]),
]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").write_text(f"# {name}\n\nRule {name} says hello.\n", "utf-8")
        publish(tmp_path / "data", tmp_path / f"{name}.md")
    return tmp_path / "data"


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("pattern", ["manifest.json", "passages-*.jsonl"])
def test_every_source_is_there_again(data: Path, pattern: str, damage: Damage) -> None:
    before, said = published(data), list[str]()
    damage(data / "manual" / manifest(data).passages if "*" in pattern else data / "manual" / pattern)
    mend(data, said.append)
    assert published(data) == before
    assert said == ["the published manual was damaged: mended, 2 passages are there"]


def test_what_is_whole_is_left_alone(data: Path) -> None:
    said: list[str] = []
    mend(data, said.append)
    assert said == []


def test_a_source_whose_path_was_lost_is_replaced_when_it_is_published_again(data: Path) -> None:
    (data / "manual" / "manifest.json").unlink()
    mend(data)
    publish(data, data.parent / "one.md")
    assert set(manifest(data).sources) == {"one", "two"}


def test_a_source_that_cannot_be_read_again_is_named(data: Path) -> None:
    (data / "manual" / manifest(data).passages).unlink()
    (data.parent / "two.md").unlink()
    said: list[str] = []
    mend(data, said.append)
    assert set(manifest(data).sources) == {"one"}
    assert "two" in said[1]
    assert "bonvent ingest PATH" in said[1]


def test_a_pipe_in_a_folder_is_not_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.md").write_text("# A\n\nHello there.\n", "utf-8")
    os.mkfifo(folder / "pipe.md")
    assert publish(tmp_path / "data", folder).unreadable == (("pipe.md", "it is not a file"),)
