"""BM25 over the passages: their words, each stemmed in its own language, and the concepts they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from bot.manual.glossary import concept_count, concepts_in
from bot.manual.models import Passage
from bot.manual.words import stems

if TYPE_CHECKING:
    from bot.manual.embed import Vectors


def concept_tokens(numbers: Iterable[int]) -> list[str]:
    """Concepts as words of the index; no text has such words."""
    return [f"#{number}" for number in numbers]


def _rarity(concepts: Sequence[Sequence[int]]) -> Vectors:
    """Inverse document frequency of each concept: 0 where every passage speaks of it."""
    import numpy as np

    frequency = np.zeros(concept_count(), dtype=np.float32)
    for numbers in concepts:
        frequency[list(numbers)] += 1
    return np.asarray(np.log((len(concepts) + 1) / (frequency + 1)), dtype=np.float32)


class Lexical:
    """An index in memory; 500 passages take about 60 ms to build."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        import bm25s

        self.languages = sorted({p.language for p in passages})
        concepts = [concepts_in(f"{p.heading[-1]}. {p.text}", p.language) for p in passages]
        # The heading counts twice: it says what the passage is about.
        corpus = [
            stems(f"{p.heading[-1]} {' '.join(p.heading)} {p.text}", p.language)
            + concept_tokens([*numbers, *concepts_in(p.heading[-1], p.language)])
            for p, numbers in zip(passages, concepts, strict=True)
        ]
        self.rarity = _rarity(concepts)
        self._model: Any = None
        self._size = len(passages)
        if any(corpus):
            self._model = bm25s.BM25(k1=1.2, b=0.75)
            self._model.index([words or ["\0"] for words in corpus], show_progress=False)

    def scores(self, words: Sequence[str]) -> Vectors:
        """One score a passage for the stems `words`; zeros when none of them is known."""
        import numpy as np

        unique = [word for word in dict.fromkeys(words) if self._model is not None and word in self._model.vocab_dict]
        if not unique:
            return np.zeros(self._size, dtype=np.float32)
        return np.asarray(self._model.get_scores(unique), dtype=np.float32)
