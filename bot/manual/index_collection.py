"""A collection in Chroma, in a folder or on a server: filled, checked, asked."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from bot.manual.embed import Embedder
from bot.manual.index_entries import LAYOUT, Entries
from bot.manual.store import ManualError
from bot.manual.vectors import Progress

if TYPE_CHECKING:
    from bot.manual.embed import Vectors

HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 400}
_BATCH = 2000
_NEAREST_PROBES = 20

Call = Callable[..., Any]
"""How Chroma is called, `call(function, **arguments)`: at once, or with an eye on the network."""


_unused: list[Any] = []
"""Chroma's clients of indexes that nobody searches any more."""


class Damaged(Exception):  # noqa: N818 - it is a state that is mended, not an error that is shown
    """The index can't be trusted. Its text says what is wrong with it."""


class Marker(BaseModel):
    """What is written last: an index without it was not finished."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    layout: int
    model: str
    dimensions: int
    count: int
    probes: tuple[tuple[str, tuple[float, ...]], ...]
    """Some keys with their vectors, to be found again."""


class Index:
    """An opened index of one embedder: the nearest vectors to a query, as positions of passages."""

    def __init__(self, client: Any, collection: Any, name: str, count: int, call: Call) -> None:
        self.name = name
        self.count = count
        self._collection = collection
        self._call = call
        # Closed by whoever opens the next one: closing takes a lock, and this may be called anywhere.
        weakref.finalize(self, _unused.append, client).atexit = False

    def nearest(self, queries: Vectors, k: int) -> list[list[tuple[int, bool, float]]]:
        """For each query the `k` nearest vectors: position of the passage, whether it is a window, cosine similarity.

        Raises `Damaged` when the store fails, `ManualError` when it can't be reached.
        """
        try:
            answer = self._call(
                self._collection.query,
                query_embeddings=queries,
                n_results=min(k, self.count),
                include=["distances"],
            )
        except (KeyboardInterrupt, SystemExit, GeneratorExit, ManualError):
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


def close_unused() -> None:
    """Gives back files and memory (6 MB each) of indexes that nobody searches any more."""
    while _unused:
        close(_unused.pop())


def close(client: Any) -> None:
    """What a client has open is closed; one that fails at that is left alone."""
    with suppress(Exception):
        client.close()


def at_once(function: Callable[..., Any], **arguments: Any) -> Any:
    """Calls Chroma in this process."""
    return function(**arguments)


def fill(collection: Any, entries: Entries, call: Call, progress: Progress | None) -> None:
    """Puts all entries in, in batches."""
    count = len(entries.keys)
    for start in range(0, count, _BATCH):
        if progress:
            progress("indexing", start, count)
        part = slice(start, start + _BATCH)
        call(collection.add, ids=entries.keys[part], embeddings=entries.vectors[part])
    if progress:
        progress("indexing", count, count)


def marker(entries: Entries, embedder: Embedder) -> Marker:
    """What an index of these entries is checked by."""
    count = len(entries.keys)
    rows = sorted({0, count // 2, count - 1}) if count else []
    return Marker(
        layout=LAYOUT,
        model=embedder.name,
        dimensions=embedder.dimensions,
        count=count,
        probes=tuple((entries.keys[row], tuple(round(float(x), 6) for x in entries.vectors[row])) for row in rows),
    )


def check(collection: Any, marked: Marker, call: Call) -> None:
    """Whether all is in it and is found. Raises `Damaged`, `ManualError` when it can't be reached."""
    most = min(_NEAREST_PROBES, marked.count)
    try:
        count = call(collection.count)
        if count != marked.count:
            raise Damaged(f"it has {count} of {marked.count} entries")
        for key, vector in marked.probes:
            answer = call(collection.query, query_embeddings=[list(vector)], n_results=most, include=["distances"])
            ids, distances = answer["ids"][0], answer["distances"][0]
            if len(ids) < most or distances[0] > 0.01 or (key not in ids and distances[-1] > 0.01):
                raise Damaged("it doesn't find what is in it")
    except (KeyboardInterrupt, SystemExit, GeneratorExit, Damaged, ManualError):
        raise
    except BaseException as error:  # a panic in Chroma's Rust part is not an Exception
        raise Damaged(f"it can't be opened ({type(error).__name__})") from None
