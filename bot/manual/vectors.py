"""Vectors that were computed once: kept by model and text, so that only what changed is embedded again."""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from bot.manual.embed import Embedder

if TYPE_CHECKING:
    from bot.manual.embed import Vectors

Notice = Callable[[str], None]
Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much is done, and of how much."""

_BATCH = 64


def cache_file(data: Path, embedder: Embedder) -> Path:
    """Where the vectors of `embedder` are kept."""
    return data / "manual" / f"vectors-{re.sub(r'[^A-Za-z0-9.-]+', '-', embedder.name)}.sqlite"


def embed_cached(
    data: Path,
    embedder: Embedder,
    texts: Sequence[str],
    *,
    as_queries: bool = False,
    notice: Notice | None = None,
    progress: Progress | None = None,
) -> tuple[Vectors, int]:
    """The vectors of `texts` in order, and how many of them had to be computed. A damaged cache is begun anew."""
    import numpy as np

    path = cache_file(data, embedder)
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = [_key(text, as_queries) for text in texts]
    embed = embedder.embed_queries if as_queries else embedder.embed
    known = _load(path, set(keys), embedder.dimensions, notice)
    missing = list({key: text for key, text in zip(keys, texts, strict=True) if key not in known}.items())
    for at in range(0, len(missing), _BATCH):
        if progress:
            progress("embedding", at, len(missing))
        part = missing[at : at + _BATCH]
        fresh = embed([text for _, text in part])
        rows = {key: vector for (key, _), vector in zip(part, fresh, strict=True)}
        known.update(rows)
        _save(path, rows, notice)
    if progress and missing:
        progress("embedding", len(missing), len(missing))
    if not keys:
        return np.zeros((0, embedder.dimensions), dtype=np.float32), 0
    return np.stack([known[key] for key in keys]), len(missing)


def forget_unused(data: Path, embedder: Embedder, texts: Sequence[str]) -> None:
    """Drops vectors of texts that are no longer in the manual."""
    path = cache_file(data, embedder)
    keep = {_key(text) for text in texts}
    try:
        with closing(_open(path)) as base, base:
            stale = [(key,) for (key,) in base.execute("SELECT key FROM vectors") if key not in keep]
            if len(stale) > len(keep):
                base.executemany("DELETE FROM vectors WHERE key = ?", stale)
    except sqlite3.Error:
        return  # only a cache: it's rebuilt where it is read


def _key(text: str, as_query: bool = False) -> bytes:
    return hashlib.sha256(b"query\0" * as_query + text.encode("utf-8", "surrogatepass")).digest()


def _open(path: Path) -> sqlite3.Connection:
    base = sqlite3.connect(path, timeout=30)
    base.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB NOT NULL)")
    return base


def _load(path: Path, wanted: set[bytes], dimensions: int, notice: Notice | None) -> dict[bytes, Vectors]:
    import numpy as np

    try:
        with closing(_open(path)) as base:
            rows = base.execute("SELECT key, vector FROM vectors").fetchall()
    except sqlite3.DatabaseError as error:
        _begin_anew(path, error, notice)
        return {}
    found: dict[bytes, Vectors] = {}
    for key, blob in rows:
        if key in wanted and isinstance(blob, bytes) and len(blob) == 4 * dimensions:
            vector = np.frombuffer(blob, dtype="<f4")
            if abs(float(vector @ vector) - 1) < 0.01:
                found[key] = vector
    return found


def _save(path: Path, rows: dict[bytes, Vectors], notice: Notice | None) -> None:
    try:
        with closing(_open(path)) as base, base:
            base.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?)",
                [(k, v.astype("<f4").tobytes()) for k, v in rows.items()],
            )
    except sqlite3.DatabaseError as error:
        _begin_anew(path, error, notice)


def _begin_anew(path: Path, error: sqlite3.DatabaseError, notice: Notice | None) -> None:
    text = str(error)
    if any(sign in text for sign in ("locked", "readonly", "unable to open", "is full")):
        raise PermissionError(f"{path}: can't be written ({text})") from None
    for suffix in ("", "-journal", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    if notice:
        notice("the cache of vectors was damaged: begun anew")
