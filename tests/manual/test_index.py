"""The index is a cache: whatever happens to it, search answers right, and says what was mended."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from bot.manual.index import Index, open_index
from bot.manual.models import Passage
from bot.manual.store import ManualError
from tests.manual.conftest import CountingEmbedder

WORDS = [
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "lambda",
    "sigma",
    "omega",
]
WORDS += ["river", "stone", "cloud"]


def some_passages(count: int = 40, version: str = "a") -> list[Passage]:
    return [
        Passage(
            id=f"manual/a.md#s{n}",
            manual="manual",
            language="en",
            version="0" * 12,
            anchor=f"s{n}",
            heading=(f"Section {n}",),
            text=" ".join(f"{WORDS[(n * k) % 16]}{n} {version} word." for k in range(1, 40)),
        )
        for n in range(count)
    ]


def right(index: Index, embedder: CountingEmbedder, passages: list[Passage]) -> bool:
    """Whether each of some passages is found by its own text."""
    asked = passages[:: max(1, len(passages) // 7)]
    answers = index.nearest(embedder.embed([f"{p.heading[-1]}. {p.text}" for p in asked]), 5)
    return all(found[0][2] > 0.999 and passages[found[0][0]] == p for found, p in zip(answers, asked, strict=True))


def folders(data: Path) -> list[Path]:
    return sorted(f for f in (data / "chroma").iterdir() if f.is_dir())


def test_it_is_built_once_and_opened_again(data: Path, embedder: CountingEmbedder) -> None:
    said: list[str] = []
    passages = some_passages()
    assert right(open_index(data, passages, embedder, notice=said.append), embedder, passages)
    first = folders(data)
    embedder.seen.clear()
    for _ in range(3):
        assert open_index(data, passages, embedder, notice=said.append).name == first[0].name
    assert folders(data) == first
    assert embedder.seen == []
    assert said == []


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_smallest_manuals(data: Path, embedder: CountingEmbedder, count: int) -> None:
    said: list[str] = []
    passages = some_passages(count)
    for _ in range(3):
        assert right(open_index(data, passages, embedder, notice=said.append), embedder, passages)
    assert said == []


HARMS = ["garbage database", "truncated database", "empty database", "no database", "no tables", "garbled vectors"]
HARMS += ["truncated vectors", "deleted vectors", "no marker", "garbled marker", "all gone"]


def harm(folder: Path, kind: str) -> None:
    database = folder / "chroma.sqlite3"
    vectors = next(folder.glob("*/data_level0.bin"))
    if kind == "garbage database":
        database.write_bytes(os.urandom(50_000))
    elif kind == "truncated database":
        database.write_bytes(database.read_bytes()[:20_000])
    elif kind == "empty database":
        database.write_bytes(b"")
    elif kind == "no database":
        database.unlink()
    elif kind == "no tables":
        base = sqlite3.connect(database)
        base.execute("DROP TABLE segments")
        base.commit()
        base.close()
    elif kind == "garbled vectors":
        raw = bytearray(vectors.read_bytes())
        raw[1000:3000] = os.urandom(2000)
        vectors.write_bytes(raw)
    elif kind == "truncated vectors":
        vectors.write_bytes(vectors.read_bytes()[:100])
    elif kind == "deleted vectors":
        shutil.rmtree(vectors.parent)
    elif kind == "no marker":
        (folder / "complete.json").unlink()
    elif kind == "garbled marker":
        (folder / "complete.json").write_bytes(b'{"count": ')
    elif kind == "all gone":
        for file in list(folder.iterdir()):
            shutil.rmtree(file) if file.is_dir() else file.unlink()


@pytest.mark.parametrize("kind", HARMS)
def test_a_damaged_index_mends_itself_and_says_so(data: Path, embedder: CountingEmbedder, kind: str) -> None:
    passages = some_passages()
    open_index(data, passages, embedder)
    harm(folders(data)[0], kind)
    embedder.seen.clear()
    said: list[str] = []
    index = open_index(data, passages, embedder, notice=said.append)
    assert embedder.seen == [], "the cached vectors were enough"
    assert right(index, embedder, passages)
    assert len(said) == 1
    assert said[0].startswith("the search index was damaged (")
    assert "rebuilt in" in said[0]
    assert [folder.name for folder in folders(data)] == [index.name]


def test_another_model_or_other_dimensions_mean_another_index(data: Path, embedder: CountingEmbedder) -> None:
    passages = some_passages(10)
    one = open_index(data, passages, embedder)
    wider = CountingEmbedder("hashed-words", 48)
    other = CountingEmbedder("another-model")
    assert (
        len(
            {
                one.name,
                open_index(data, passages, wider).name,
                open_index(data, passages, other).name,
            }
        )
        == 3
    )
    assert right(open_index(data, passages, wider), wider, passages)


def test_indexes_that_are_no_longer_used_are_removed(data: Path, embedder: CountingEmbedder) -> None:
    for version in "abcd":
        open_index(data, some_passages(5, version), embedder)
    assert len(folders(data)) == 2


def test_a_damaged_cache_of_vectors_is_begun_anew(data: Path, embedder: CountingEmbedder) -> None:
    passages = some_passages(10)
    open_index(data, passages, embedder)
    (data / "manual" / "vectors-hashed-words.sqlite").write_bytes(b"not a database at all, sorry" * 100)
    shutil.rmtree(data / "chroma")
    said: list[str] = []
    assert right(open_index(data, passages, embedder, notice=said.append), embedder, passages)
    assert said == ["the cache of vectors was damaged: begun anew"]


def test_a_wrong_vector_in_the_cache_is_computed_again(data: Path, embedder: CountingEmbedder) -> None:
    passages = some_passages(10)
    open_index(data, passages, embedder)
    base = sqlite3.connect(data / "manual" / "vectors-hashed-words.sqlite")
    base.execute("UPDATE vectors SET vector = zeroblob(128)")
    base.commit()
    base.close()
    shutil.rmtree(data / "chroma")
    assert right(open_index(data, passages, embedder), embedder, passages)


BUILD = """
import sys
from pathlib import Path
sys.path[:0] = [{root!r}]
from tests.manual.conftest import CountingEmbedder
from tests.manual.test_index import some_passages
from bot.manual.index import open_index
import chromadb
print("ready", flush=True)
open_index(Path({data!r}), some_passages(120), CountingEmbedder())
print("built", flush=True)
"""


@pytest.mark.parametrize("after_ms", [40, 120, 220])
def test_kill_in_the_middle_of_a_build(data: Path, embedder: CountingEmbedder, after_ms: int) -> None:
    root = str(Path(__file__).resolve().parents[2])
    code = BUILD.format(root=root, data=str(data))
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(after_ms / 1000)
    process.send_signal(signal.SIGKILL)
    process.wait()
    passages = some_passages(120)
    index = open_index(data, passages, embedder)
    assert right(index, embedder, passages)
    assert [folder.name for folder in folders(data)] == [index.name]


def _open_and_ask(data: str, answers: multiprocessing.Queue[bool]) -> None:
    embedder, passages = CountingEmbedder(), some_passages(60)
    answers.put(right(open_index(Path(data), passages, embedder), embedder, passages))


def test_two_processes_at_once_both_answer_right(data: Path) -> None:
    context = multiprocessing.get_context("spawn")
    answers: multiprocessing.Queue[bool] = context.Queue()
    both = [context.Process(target=_open_and_ask, args=(str(data), answers)) for _ in range(2)]
    for process in both:
        process.start()
    assert [answers.get(timeout=60) for _ in both] == [True, True]
    for process in both:
        process.join()
    assert len(folders(data)) == 1


def test_an_index_that_another_process_is_about_to_finish_is_waited_for(data: Path, embedder: CountingEmbedder) -> None:
    passages = some_passages()
    name = open_index(data, passages, embedder).name
    marker = data / "chroma" / name / "complete.json"
    content = marker.read_bytes()
    opened: list[str] = []
    with FileLock(data / "chroma" / ".lock"):
        marker.unlink()
        waiting = threading.Thread(target=lambda: opened.append(open_index(data, passages, embedder).name))
        waiting.start()
        time.sleep(0.3)
        marker.write_bytes(content)
    waiting.join()
    assert opened == [name], "it is used, not built again: the other process searches it"


def test_a_process_keeps_its_answers_while_another_publishes(data: Path, embedder: CountingEmbedder) -> None:
    passages = some_passages(20)
    index = open_index(data, passages, embedder)
    open_index(data, some_passages(20, "b"), embedder)
    assert right(index, embedder, passages)


def test_a_place_that_cannot_be_written_is_named(data: Path, embedder: CountingEmbedder) -> None:
    (data / "manual").mkdir(parents=True)
    (data / "chroma").write_text("a file where a folder should be")
    with pytest.raises(ManualError, match=r"can't be written.*BONVENT_DATA"):
        open_index(data, some_passages(3), embedder)


def test_vectors_are_of_length_one(embedder: CountingEmbedder) -> None:
    assert np.allclose(np.linalg.norm(embedder.embed(["some words"]), axis=1), 1)
