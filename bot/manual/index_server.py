"""The index on a Chroma server (`chroma run`), for several processes that share one.

Each state of manual and embedder has a collection of its own, `bonvent-<fingerprint>.<n>`; its metadata says that it is
complete, and how to check it, once all is in. Processes that build at once build apart and the first one's is used.
Two states of each embedder are kept: a running process may still search the one before. The server (or at least its
default database) is one deployment's.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from bot.manual.embed import Embedder
from bot.manual.index_collection import HNSW, Call, Damaged, Index, Marker, check, fill, marker
from bot.manual.index_entries import entries_of, fingerprint
from bot.manual.models import Passage
from bot.manual.store import ManualError
from bot.manual.vectors import Notice, Progress

_PREFIX = "bonvent-"
_NAME = re.compile(r"bonvent-([0-9a-f]{20})\.(\d{1,20})")
_REACH_S = 5.0
_ANSWER_S = 15.0
"""A query takes 10 ms, a batch of entries a second."""
_ABANDONED_NS = 3600 * 10**9
"""What isn't complete after an hour, nobody is building any more."""


@dataclass(frozen=True)
class _Server:
    url: str
    host: str
    port: int
    ssl: bool


def open_on_server(
    url: str,
    data: Path,
    passages: Sequence[Passage],
    embedder: Embedder,
    *,
    notice: Notice | None,
    progress: Progress | None,
    suspect: str | None,
) -> Index:
    """See `bot.manual.index.open_index`."""
    server = _server(url)
    call = partial(_call, server)
    client = _client(server)
    mark = fingerprint(passages, embedder)
    why = ""
    newest = _newest(client, call, mark)
    if newest is not None and newest.name != suspect:
        try:
            return _open(client, newest, call)
        except Damaged as error:
            why = str(error)
    elif newest is not None:
        why = "a query failed"
    started = time.perf_counter()
    try:
        index = _build(client, call, data, mark, passages, embedder, newest, notice, progress)
        _remove_unused(client, call, index.name)
    except Damaged as error:
        raise ManualError(f"the Chroma server at {url} doesn't keep what it is given: {error}") from None
    except _chroma_errors() as error:
        raise ManualError(f"the Chroma server at {url} refused: {type(error).__name__}: look at its log") from None
    if why and notice:
        notice(f"the search index was damaged ({why}): rebuilt in {time.perf_counter() - started:.1f} s")
    return index


def _build(
    client: Any,
    call: Call,
    data: Path,
    mark: str,
    passages: Sequence[Passage],
    embedder: Embedder,
    damaged: Any,
    notice: Notice | None,
    progress: Progress | None,
) -> Index:
    """A new collection; another process's where that one was complete first."""
    entries = entries_of(data, passages, embedder, notice=notice, progress=progress)
    collection = call(
        client.create_collection,
        name=f"{_PREFIX}{mark}.{time.time_ns()}",
        embedding_function=None,
        metadata={"complete": False},
        configuration={"hnsw": HNSW},
    )
    fill(collection, entries, call, progress)
    other = _newest(client, call, mark)
    if other is not None and (damaged is None or other.name != damaged.name):
        with suppress(Damaged):
            index = _open(client, other, call)
            _delete(client, call, collection.name)
            return index
    marked = marker(entries, embedder)
    check(collection, marked, call)
    call(collection.modify, metadata=_as_metadata(marked))
    if damaged is not None:
        _delete(client, call, damaged.name)
    return Index(client, collection, collection.name, marked.count, call)


def _open(client: Any, collection: Any, call: Call) -> Index:
    """Opens a complete collection after checking it. Raises `Damaged`."""
    marked = _marker(collection)
    if marked is None:
        raise Damaged("it was not finished")
    check(collection, marked, call)
    return Index(client, collection, collection.name, marked.count, call)


def _as_metadata(marked: Marker) -> dict[str, Any]:
    """Chroma keeps plain values only."""
    return {"complete": True, **marked.model_dump(exclude={"probes"}), "probes": json.dumps(marked.probes)}


def _marker(collection: Any) -> Marker | None:
    """None for a collection that isn't complete."""
    kept = dict(collection.metadata or {})
    if kept.pop("complete", None) is not True:
        return None
    try:
        return Marker.model_validate({**kept, "probes": json.loads(kept["probes"])})
    except (ValidationError, ValueError, KeyError, TypeError):
        return None


def _collections(client: Any, call: Call) -> list[Any]:
    """Those of ours, newest first."""

    def pages() -> Iterator[Any]:
        seen = 0
        while page := call(client.list_collections, limit=100, offset=seen):
            yield from page
            seen += len(page)

    ours = {c.name: c for c in pages() if _NAME.fullmatch(c.name)}
    return sorted(ours.values(), key=lambda c: _made(c.name), reverse=True)


def _made(name: str) -> int:
    return int(name.rpartition(".")[2])


def _newest(client: Any, call: Call, mark: str) -> Any:
    """The newest complete collection of this fingerprint, or None."""
    wanted = f"{_PREFIX}{mark}."
    found = (c for c in _collections(client, call) if c.name.startswith(wanted) and _marker(c) is not None)
    return next(found, None)


def _remove_unused(client: Any, call: Call, current: str) -> None:
    """Keeps the newest other state of each embedder; what is being built, or was built beside the current one, is left alone.

    Of those built side by side each may be in use right now: they go with the next publication.
    """
    kept: set[str] = set()
    for collection in _collections(client, call):
        marked = _marker(collection)
        if marked is None:
            if time.time_ns() - _made(collection.name) > _ABANDONED_NS:
                _delete(client, call, collection.name)
        elif collection.name.rpartition(".")[0] != current.rpartition(".")[0]:
            if marked.model in kept:
                _delete(client, call, collection.name)
            kept.add(marked.model)


def _delete(client: Any, call: Call, name: str) -> None:
    with suppress(*_chroma_errors()):  # another process was quicker
        call(client.delete_collection, name=name)


def _chroma_errors() -> tuple[type[Exception], ...]:
    from chromadb.errors import ChromaError

    return (ChromaError,)


def _server(url: str) -> _Server:
    """Raises `ManualError` for what is no address of a server."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
        parts = urlsplit("")
    plain = not (parts.username or parts.path.strip("/") or parts.query or parts.fragment)
    if parts.scheme not in ("http", "https") or not host or not plain:
        raise ManualError("BONVENT_CHROMA_URL is no server's address: write http://host:8000 and nothing behind it")
    ssl = parts.scheme == "https"
    return _Server(url.rstrip("/"), host, port or (443 if ssl else 80), ssl)


def _client(server: _Server) -> Any:
    import chromadb
    from chromadb.config import Settings

    if not _is_reachable(server):
        raise _unreachable(server)

    def connect() -> Any:
        return chromadb.HttpClient(
            host=server.host, port=server.port, ssl=server.ssl, settings=Settings(anonymized_telemetry=False)
        )

    try:
        return _within(_ANSWER_S, connect)
    except TimeoutError:
        raise _late(server) from None
    except Exception:  # whatever answered, Chroma's client has no name for it
        raise ManualError(
            f"what answers at {server.url} is no Chroma server that we know: check BONVENT_CHROMA_URL"
        ) from None


def _call(server: _Server, function: Callable[..., Any], **arguments: Any) -> Any:
    """What the server answers; a connection that broke is tried once more. Raises `ManualError`, Chroma's errors."""
    for attempt in (1, 2):
        try:
            return _within(_ANSWER_S, partial(function, **arguments))
        except TimeoutError:
            raise _late(server) from None
        except _chroma_errors():
            raise
        except Exception:
            if not _is_reachable(server):
                raise _unreachable(server) from None
            if attempt == 2:
                raise
    raise AssertionError("unreachable")


def _within(seconds: float, call: Callable[[], Any]) -> Any:
    """Chroma's client waits for ever; we don't. Raises `TimeoutError`, and what `call` raises."""
    answer: Future[Any] = Future()

    def run() -> None:
        try:
            answer.set_result(call())
        except BaseException as error:
            answer.set_exception(error)

    threading.Thread(target=run, name="chroma", daemon=True).start()
    return answer.result(seconds)


def _is_reachable(server: _Server) -> bool:
    try:
        socket.create_connection((server.host, server.port), timeout=_REACH_S).close()
    except OSError:
        return False
    return True


def _unreachable(server: _Server) -> ManualError:
    return ManualError(f"no Chroma server can be reached at {server.url}: start it, or check BONVENT_CHROMA_URL")


def _late(server: _Server) -> ManualError:
    return ManualError(f"the Chroma server at {server.url} didn't answer in {_ANSWER_S:.0f} seconds: look at its log")
