"""The vectors in Chroma: a cache on disk, built once, never changed, checked when opened, rebuilt when damaged.

Each state of manual and embedder has a folder of its own, `<data>/chroma/<fingerprint>.<n>`, with `complete.json`
written last. A process that still searches an older folder keeps right answers; the two newest are kept.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.manual.chunk import windows
from bot.manual.embed import Embedder
from bot.manual.glossary import as_spanish
from bot.manual.models import Passage
from bot.manual.store import ManualError, replace_file
from bot.manual.vectors import Notice, Progress, embed_cached

if TYPE_CHECKING:
    from bot.manual.embed import Vectors

LAYOUT = 2
_COLLECTION = "passages"
_MARKER = "complete.json"
_BATCH = 2000


class Damaged(Exception):  # noqa: N818 - it is a state that is mended, not an error that is shown
    """The index on disk can't be trusted. Its text says what is wrong with it."""


def embedding_texts(passages: Sequence[Passage], embedder: Embedder) -> list[str]:
    """Everything that is embedded, without repeats: each passage under its headings, and its windows."""
    return list(dict.fromkeys(text for passage in passages for text in _texts(passage, embedder)))


def _texts(passage: Passage, embedder: Embedder) -> list[str]:
    """The passage as a whole first, then its windows."""
    path = ". ".join(passage.heading[-2:])
    texts = [f"{path}. {passage.text}", *(f"{passage.heading[-1]}. {window}" for window in windows(passage))]
    return [as_spanish(t) for t in texts] if passage.language == "ca" and not embedder.knows_catalan else texts


def fingerprint(passages: Sequence[Passage], embedder: Embedder) -> str:
    """Names the index that these passages and this embedder need; 20 hex digits."""
    digest = hashlib.sha256(f"{LAYOUT}\n{embedder.name}\n{embedder.dimensions}\n".encode())
    for passage in passages:
        digest.update(json.dumps([passage.id, *_texts(passage, embedder)]).encode())
    return digest.hexdigest()[:20]


class Index:
    """An opened index of one embedder: the nearest vectors to a query, as positions of passages."""

    def __init__(self, collection: Any, folder: Path, count: int) -> None:
        self._collection = collection
        self.folder = folder
        self.count = count

    def nearest(self, queries: Vectors, k: int) -> list[list[tuple[int, bool, float]]]:
        """For each query the `k` nearest vectors: position of the passage, whether it is a window, cosine similarity.

        Raises `Damaged` when the store fails.
        """
        try:
            answer = self._collection.query(
                query_embeddings=queries, n_results=min(k, self.count), include=["distances"]
            )
        except (KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:  # a panic in Chroma's Rust part is not an Exception
            raise Damaged(f"a query failed ({type(error).__name__})") from None
        found = []
        for ids, distances in zip(answer["ids"], answer["distances"], strict=True):
            rows = []
            for key, distance in zip(ids, distances, strict=True):
                position, _, window = key.partition(".")
                rows.append((int(position), bool(window), 1.0 - float(distance)))
            found.append(rows)
        return found


def open_index(
    data: Path,
    passages: Sequence[Passage],
    embedder: Embedder,
    *,
    notice: Notice | None = None,
    progress: Progress | None = None,
    suspect: Path | None = None,
) -> Index:
    """The index of these passages, built first when there is none or when it is damaged (`suspect` is one known to be).

    Says through `notice` when a damaged one had to be rebuilt. Raises `ManualError` when the folder can't be written.
    """
    mark = fingerprint(passages, embedder)
    root = data / "chroma"
    newest = _newest(root, mark)
    why = ""
    if newest is not None and newest != suspect:
        try:
            return _open(newest)
        except Damaged as error:
            why = str(error)
    elif newest is not None:
        why = "a query failed"
    from filelock import FileLock, Timeout

    try:
        root.mkdir(parents=True, exist_ok=True)
        with FileLock(root / ".lock", timeout=600):
            # Another process may have built it while we waited.
            again = _newest(root, mark)
            if again is not None and again != newest:
                try:
                    return _open(again)
                except Damaged as error:
                    why = str(error)
            return _rebuild(data, root, mark, passages, embedder, why, notice, progress)
    except Timeout:
        raise ManualError(f"{root}: another process has been building the index for ten minutes: try again") from None
    except OSError as error:
        raise ManualError(f"{root}: can't be written ({error.strerror or error}): check BONVENT_DATA") from None


def _rebuild(
    data: Path,
    root: Path,
    mark: str,
    passages: Sequence[Passage],
    embedder: Embedder,
    why: str,
    notice: Notice | None,
    progress: Progress | None,
) -> Index:
    started = time.perf_counter()
    # A name that was never used: Chroma keeps what it knows of a path for as long as the process lives.
    folder = root / f"{mark}.{time.time_ns()}"
    _build(data, folder, passages, embedder, notice, progress)
    index = _open(folder)
    for old in root.glob(f"{mark}.*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    _remove_unused(root, folder)
    if why and notice:
        notice(f"the search index was damaged ({why}): rebuilt in {time.perf_counter() - started:.1f} s")
    return index


def _build(
    data: Path,
    folder: Path,
    passages: Sequence[Passage],
    embedder: Embedder,
    notice: Notice | None,
    progress: Progress | None,
) -> None:
    texts = embedding_texts(passages, embedder)
    vectors, _ = embed_cached(data, embedder, texts, notice=notice, progress=progress)
    at = {text: row for row, text in enumerate(texts)}
    ids: list[str] = []
    rows: list[int] = []
    for position, passage in enumerate(passages):
        for number, text in enumerate(_texts(passage, embedder)):
            ids.append(f"{position}.{number}" if number else str(position))
            rows.append(at[text])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    client = _client(folder)
    collection = client.create_collection(
        _COLLECTION,
        embedding_function=None,
        # Synchronised after every batch: what is only in the log would be written by whoever reads it first.
        configuration={
            "hnsw": {
                "space": "cosine",
                "ef_construction": 200,
                "ef_search": 400,
                "batch_size": 2,
                "sync_threshold": 2,
            }
        },
    )
    for start in range(0, len(ids), _BATCH):
        if progress:
            progress("indexing", start, len(ids))
        collection.add(ids=ids[start : start + _BATCH], embeddings=vectors[rows[start : start + _BATCH]])
    if progress:
        progress("indexing", len(ids), len(ids))
    _close(client)
    marker = {
        "layout": LAYOUT,
        "model": embedder.name,
        "dimensions": embedder.dimensions,
        "count": len(ids),
        "probes": [[ids[row], [round(float(x), 6) for x in vectors[rows[row]]]] for row in _probe_rows(len(ids))],
        "files": _digests(folder),
    }
    replace_file(folder / _MARKER, json.dumps(marker).encode())


def _probe_rows(count: int) -> list[int]:
    return sorted({0, count // 2, count - 1}) if count else []


def _open(folder: Path) -> Index:
    """Opens the index in `folder` after checking it. Raises `Damaged`."""
    try:
        marker = json.loads((folder / _MARKER).read_bytes())
        count, probes, files = int(marker["count"]), list(marker["probes"]), dict(marker["files"])
    except (OSError, ValueError, KeyError, TypeError):
        raise Damaged("it was not finished") from None
    # Chroma's native part can crash the process on a garbled file: look before it does.
    try:
        if _digests(folder) != files:
            raise Damaged("its files were changed")
    except OSError:
        raise Damaged("its files can't be read") from None
    try:
        with closing(sqlite3.connect(f"file:{folder / 'chroma.sqlite3'}?mode=ro", uri=True, timeout=30)) as base:
            if base.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise Damaged("its database is garbled")
    except sqlite3.Error:
        raise Damaged("its database is garbled") from None
    try:
        client = _client(folder)
        collection = client.get_collection(_COLLECTION, embedding_function=None)
        if collection.count() != count:
            raise Damaged(f"it has {collection.count()} of {count} entries")
        for key, vector in probes:
            answer = collection.query(query_embeddings=[vector], n_results=min(20, count), include=["distances"])
            ids, distances = answer["ids"][0], answer["distances"][0]
            if len(ids) < min(20, count) or distances[0] > 0.01 or (key not in ids and distances[-1] > 0.01):
                raise Damaged("it doesn't find what is in it")
    except (KeyboardInterrupt, SystemExit, GeneratorExit, Damaged):
        raise
    except BaseException as error:  # a panic in Chroma's Rust part is not an Exception
        raise Damaged(f"it can't be opened ({type(error).__name__})") from None
    return Index(collection, folder, count)


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _close(client: Any) -> None:
    close = getattr(client, "close", None)
    if close:
        close()


def _digests(folder: Path) -> dict[str, str]:
    """SHA-256 of each file of vectors; the database beside them changes with every opening."""
    found = {}
    for written in sorted(folder.glob("*/index_metadata.pickle")):  # without it the vectors are still in the log
        for file in sorted(written.parent.iterdir()):
            found[file.relative_to(folder).as_posix()] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


def _newest(root: Path, mark: str) -> Path | None:
    found = [f for f in root.glob(f"{mark}.*") if re.fullmatch(r"\d+", f.name.rpartition(".")[2])]
    return max(found, key=lambda f: int(f.name.rpartition(".")[2]), default=None)


def _remove_unused(root: Path, current: Path) -> None:
    """Keeps the two newest folders (and the current one): a running process may still search the one before."""
    finished = [f for f in root.iterdir() if f.is_dir() and f != current]
    finished.sort(key=lambda f: f.stat().st_mtime, reverse=True)
    for old in finished[1:]:
        shutil.rmtree(old, ignore_errors=True)
