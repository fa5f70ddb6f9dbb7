"""Which listed questions a question is like, by meaning: compared by the embedder that ships, so on this machine alone."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.language import detect
from bot.manual.embed import EmbedderError, embedder
from bot.manual.glossary import as_spanish, covered
from bot.manual.vectors import embed_cached

if TYPE_CHECKING:
    from bot.manual.embed import Vectors

logger = logging.getLogger(__name__)

_NEAREST = 2
"""Listed questions of a kind that count."""
_SOMETHING = 0.45
"""Cosine with them; what is further away is like none."""


class Alike:
    """Questions by kind, and ordinary ones, which are like none of them. Thread-safe."""

    def __init__(self, kinds: Mapping[str, Sequence[str]], ordinary: Sequence[str]) -> None:
        self._texts = [*(text for texts in kinds.values() for text in texts), *ordinary]
        self._texts += [text for row in covered() for text, _ in row]
        self._names = tuple(kind for kind, texts in kinds.items() if texts)
        self._sizes = [len(kinds[name]) for name in self._names]
        self._listed: Vectors | None = None
        self._data: Path | None = None
        self._reading = threading.Lock()
        self._nearer = lru_cache(maxsize=64)(self._measured)  # one question is asked for several times

    def keep_in(self, data: Path) -> None:
        """Takes what the listed questions mean from the cache of embeddings in `data`: half a second less at first need."""
        self._data = data

    def nearer(self, question: str) -> dict[str, float]:
        """Kind → by how much its questions are nearer than ordinary ones (cosines); kinds that are far away are left out.

        Takes some 2 ms; the first time half a second. Never raises for what an embedder does.
        """
        if not self._names or not any(map(str.isalpha, question)):
            return {}
        try:
            return self._nearer(question)
        except EmbedderError as error:
            logger.warning("a question could not be compared: %s", type(error).__name__)
            return {}

    def _measured(self, question: str) -> dict[str, float]:
        import numpy as np

        ours = embedder("use")
        catalan = detect(question, ("en", "es", "ca")) == "ca" and not ours.knows_catalan
        asked = ours.embed_queries([as_spanish(question) if catalan else question])[0]
        cosines = self._vectors() @ asked
        ends = np.cumsum(self._sizes)
        groups = np.split(cosines, ends)
        ordinary = _near(groups[-1])
        near = {name: _near(group) for name, group in zip(self._names, groups, strict=False)}
        return {name: value - ordinary for name, value in near.items() if value >= _SOMETHING}

    def _vectors(self) -> Vectors:
        with self._reading:
            if self._listed is None and self._data is not None:
                with suppress(OSError):  # no room for a cache: it works without
                    self._listed = embed_cached(self._data, embedder("use"), self._texts)[0]
            if self._listed is None:
                self._listed = embedder("use").embed(self._texts)
            return self._listed


def _near(cosines: Vectors) -> float:
    import numpy as np

    return float(np.sort(cosines)[-_NEAREST:].mean())
