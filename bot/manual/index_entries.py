"""What stands in an index: each passage under its headings and each of its windows, as vectors with a key."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.manual.chunk import windows
from bot.manual.embed import Embedder
from bot.manual.glossary import as_spanish
from bot.manual.models import Passage
from bot.manual.vectors import Notice, Progress, embed_cached

if TYPE_CHECKING:
    from bot.manual.embed import Vectors

LAYOUT = 2


@dataclass(frozen=True)
class Entries:
    """Keys (`position of the passage`, or `position.number of the window`) and their vectors, in the same order."""

    keys: list[str]
    vectors: Vectors


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


def entries_of(
    data: Path,
    passages: Sequence[Passage],
    embedder: Embedder,
    *,
    notice: Notice | None = None,
    progress: Progress | None = None,
) -> Entries:
    """All entries of these passages; only what was never embedded before is embedded."""
    texts = embedding_texts(passages, embedder)
    vectors, _ = embed_cached(data, embedder, texts, notice=notice, progress=progress)
    at = {text: row for row, text in enumerate(texts)}
    keys: list[str] = []
    rows: list[int] = []
    for position, passage in enumerate(passages):
        for number, text in enumerate(_texts(passage, embedder)):
            keys.append(f"{position}.{number}" if number else str(position))
            rows.append(at[text])
    return Entries(keys, vectors[rows])


class InMemory:
    """An index of few entries that is in no file; asked as `bot.manual.index_collection.Index` is."""

    name = "memory"

    def __init__(self, entries: Entries) -> None:
        keys = [key.partition(".") for key in entries.keys]
        self._places = [(int(position), bool(window)) for position, _, window in keys]
        self._vectors = entries.vectors

    def nearest(self, queries: Vectors, k: int) -> list[list[tuple[int, bool, float]]]:
        """For each query the `k` nearest vectors: position of the passage, whether it is a window, cosine similarity."""
        import numpy as np

        near = queries @ self._vectors.T
        order = np.argsort(-near, axis=1)[:, :k]
        return [[(*self._places[at], float(row[at])) for at in best] for row, best in zip(near, order, strict=True)]
