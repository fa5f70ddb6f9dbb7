"""The index in a folder: a cache on disk, built once, never changed, checked when opened, rebuilt when damaged.

Each state of manual and embedder has a folder of its own, `<data>/chroma/<fingerprint>.<n>`, with `complete.json`
written last. A process that still searches an older folder keeps right answers; the two newest are kept.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.manual.embed import Embedder
from bot.manual.index_collection import HNSW, Damaged, Index, Marker, at_once, check, close, fill, marker
from bot.manual.index_entries import entries_of, fingerprint
from bot.manual.models import Passage
from bot.manual.store import ManualError, replace_file
from bot.manual.vectors import Notice, Progress

_COLLECTION = "passages"
_MARKER = "complete.json"


class _FolderMarker(Marker):
    files: dict[str, str]
    """SHA-256 of each file of vectors."""


def open_in_folder(
    data: Path,
    passages: Sequence[Passage],
    embedder: Embedder,
    *,
    notice: Notice | None,
    progress: Progress | None,
    suspect: str | None,
) -> Index:
    """See `bot.manual.index.open_index`."""
    mark = fingerprint(passages, embedder)
    root = data / "chroma"
    newest = _newest(root, mark)
    why = ""
    if newest is not None and newest.name != suspect:
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
            # Another process may have built it, or finished what we saw unfinished, while we waited.
            again = _newest(root, mark)
            if again is not None and again.name != suspect:
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
    entries = entries_of(data, passages, embedder, notice=notice, progress=progress)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    client = _client(folder)
    collection = client.create_collection(
        _COLLECTION,
        embedding_function=None,
        # Synchronised after every batch: what is only in the log would be written by whoever reads it first.
        configuration={"hnsw": {**HNSW, "batch_size": 2, "sync_threshold": 2}},
    )
    fill(collection, entries, at_once, progress)
    close(client)
    marked = _FolderMarker(**marker(entries, embedder).model_dump(), files=_digests(folder))
    replace_file(folder / _MARKER, marked.model_dump_json().encode())


def _open(folder: Path) -> Index:
    """Opens the index in `folder` after checking it. Raises `Damaged`."""
    try:
        marked = _FolderMarker.model_validate_json((folder / _MARKER).read_bytes())
    except (OSError, ValidationError):
        raise Damaged("it was not finished") from None
    # Chroma's native part can crash the process on a garbled file: look before it does.
    try:
        if _digests(folder) != marked.files:
            raise Damaged("its files were changed")
    except OSError:
        raise Damaged("its files can't be read") from None
    try:
        with closing(sqlite3.connect(f"file:{folder / 'chroma.sqlite3'}?mode=ro", uri=True, timeout=30)) as base:
            if base.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
                raise Damaged("its database is garbled")
    except sqlite3.Error:
        raise Damaged("its database is garbled") from None
    client = None
    try:
        client = _client(folder)
        collection = client.get_collection(_COLLECTION, embedding_function=None)
        check(collection, marked, at_once)
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic in Chroma's Rust part is not an Exception
        if client is not None:
            close(client)
        if isinstance(error, Damaged):
            raise
        raise Damaged(f"it can't be opened ({type(error).__name__})") from None
    return Index(client, collection, folder.name, marked.count, at_once)


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


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
