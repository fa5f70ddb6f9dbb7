"""How near a question is to each passage, in figures that mean the same in every manual: what an answer rests on.

They are measured with the embedder that ships, whichever one searches, so that one threshold serves all. Besides whole
texts it compares single words, which it knows across languages: `raffle` is near `sorteo`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.manual.chunk import windows
from bot.manual.embed import Embedder
from bot.manual.glossary import as_spanish, concept_texts, concepts_in, covered, questions, uncovered
from bot.manual.index_entries import entries_of
from bot.manual.lexical import Lexical
from bot.manual.models import Passage
from bot.manual.vectors import Notice, embed_cached
from bot.manual.words import content_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bot.manual.embed import Vectors

ASKING = 0.8
"""How much is taken away of what all questions share, so that what this one is about counts."""
GLOSS = 0.35
"""How far a query's vector is moved at most towards those of its concepts."""
RARE = 3.0
"""A concept is rare from this inverse document frequency on (one passage in twenty)."""
_STRANGE, _SAME = 0.4, 0.8
"""Cosines of two words that have nothing to do with each other, and that mean the same."""
_SAID = 0.65
"""A passage has a word from this cosine on."""
_COMMONEST = 0.03
"""Weight of a word that every passage has; the rarest weighs 1."""
_WORDS = 24
"""A question's words that are looked at, at most."""
_LIKE = 3
"""How many of the listed questions it is compared with."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one question. Arrays have a figure for each passage."""

    whole: Vectors
    """Cosine of the passage, with what all questions share taken away …"""
    part: Vectors
    """… and of its best window, or the whole."""
    words: Vectors
    """Share of the question's words that the passage has in some way or language, by weight."""
    part_words: Vectors
    """The same of its best window …"""
    heading_words: Vectors
    """… and of its headings, the document's title among them."""
    entries: Vectors
    """Cosine of each passage and each window, in order."""
    covered: float
    """Cosine with the questions that manuals answer …"""
    uncovered: float
    """… and with those that they don't."""


class Nearness:
    """All passages, their windows and their words as vectors, in memory: 10 MB for 500 sections."""

    def __init__(
        self,
        data: Path,
        passages: Sequence[Passage],
        embedder: Embedder,
        lexical: Lexical,
        notice: Notice | None = None,
    ) -> None:
        import numpy as np

        self._embedder = embedder
        self._rarity = lexical.rarity
        self._passages = passages
        entries = entries_of(data, passages, embedder, notice=notice)
        self._entries = entries.vectors
        self._starts = np.array([at for at, key in enumerate(entries.keys) if "." not in key])
        vocabulary: dict[str, int] = {}
        texts = [[passage.text, *windows(passage)] for passage in passages]
        said = [
            [self._numbers(f"{p.heading[-1]}. {text}", p.language, vocabulary) for text in parts]
            for p, parts in zip(passages, texts, strict=True)
        ]
        self._words, self._word_starts = _strung([parts[0] for parts in said])
        # A passage without windows is its own.
        self._part_words, self._part_starts = _strung([one for parts in said for one in parts[1:] or parts])
        self._first_parts = _starts([parts[1:] or parts for parts in said])
        headings = [self._numbers(" ".join(p.heading), p.language, vocabulary) for p in passages]
        self._heading_words, self._heading_starts = _strung(headings)

        def known(wanted: Iterable[str]) -> Vectors:
            return embed_cached(data, embedder, list(wanted), notice=notice)[0]

        pivot = "en" if any(p.language == "en" for p in passages) else "es"
        self._vocabulary = known(vocabulary)
        self._concepts = known(concept_texts(pivot))
        self._asking = known(self._spelt(text, language) for text, language in questions()).mean(axis=0)
        self._covered, self._uncovered = (
            (known(self._spelt(*said) for row in rows for said in row), _starts(rows))
            for rows in (covered(), uncovered())
        )

    def measure(self, question: str, language: str) -> Measured:
        """`question` is not empty. Takes some milliseconds for 500 sections. Raises `EmbedderError`."""
        import numpy as np

        said = list(dict.fromkeys(self._spelt(word, language) for word in content_words(question, language)))[:_WORDS]
        # A long text beside single words would make the embedder pad all of them.
        plain = self._embedder.embed_queries([self._spelt(question, language)])[0]
        numbers = concepts_in(question, language)
        asked = unit(towards(plain, self._concepts[numbers], self._rarity[numbers]) - ASKING * self._asking)
        near = self._entries @ asked
        words = np.zeros(len(self._passages), dtype=np.float32)
        part_words = heading_words = words
        if said:
            same = self._embedder.embed_queries(said) @ self._vocabulary.T
            found = np.maximum.reduceat(same[:, self._words], self._word_starts, axis=1)
            frequency = (found > _SAID).sum(axis=1)
            size = len(self._passages) + 1
            weights = np.clip(np.log(size / (frequency + 0.5)) / np.log(size / 1.5), _COMMONEST, 1.0)
            weights /= weights.sum()
            words = weights @ _ramp(found)
            parts = weights @ _ramp(np.maximum.reduceat(same[:, self._part_words], self._part_starts, axis=1))
            part_words = np.maximum.reduceat(parts, self._first_parts)
            heading_words = weights @ _ramp(
                np.maximum.reduceat(same[:, self._heading_words], self._heading_starts, axis=1)
            )
        return Measured(
            whole=near[self._starts],
            part=np.maximum.reduceat(near, self._starts),
            words=words,
            part_words=part_words,
            heading_words=heading_words,
            entries=near,
            covered=_likeness(self._covered, plain),
            uncovered=_likeness(self._uncovered, plain),
        )

    def nearest_part(self, measured: Measured, position: int) -> str:
        """The window of a passage that is nearest to the question; empty when it has none."""
        found = windows(self._passages[position])
        first = int(self._starts[position]) + 1
        return found[int(measured.entries[first : first + len(found)].argmax())] if found else ""

    def _numbers(self, text: str, language: str, vocabulary: dict[str, int]) -> list[int]:
        words = {self._spelt(word, language) for word in content_words(text, language)}
        return [vocabulary.setdefault(word, len(vocabulary)) for word in sorted(words)] or [
            vocabulary.setdefault("-", len(vocabulary))
        ]

    def _spelt(self, text: str, language: str) -> str:
        return as_spanish(text) if language == "ca" and not self._embedder.knows_catalan else text


def towards(query: Vectors, concepts: Vectors, rarity: Vectors) -> Vectors:
    """The query's vector, moved towards its concepts' vectors: most towards the rare ones, hardly for common ones."""
    weights = rarity**2
    if not weights.any():
        return query
    middle = weights @ concepts
    pull = GLOSS * min(1.0, float(rarity.max()) / RARE)
    return unit(query + pull * unit(middle))


def unit(vectors: Vectors) -> Vectors:
    """The same directions with length 1."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), dtype=np.float32)


def _strung(groups: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The groups one behind the other, and where each begins; none is empty."""
    import numpy as np

    return np.array([number for group in groups for number in group], dtype=np.int64), _starts(groups)


def _ramp(cosines: Vectors) -> Vectors:
    import numpy as np

    return np.asarray(np.clip((cosines - _STRANGE) / (_SAME - _STRANGE), 0.0, 1.0), dtype=np.float32)


def _starts(groups: Sequence[Sequence[object]]) -> NDArray[np.int64]:
    """Where each of these groups begins, one behind the other; none is empty."""
    import numpy as np

    return np.cumsum([0, *(len(group) for group in groups[:-1])], dtype=np.int64)


def _likeness(listed: tuple[Vectors, NDArray[np.int64]], plain: Vectors) -> float:
    """The mean cosine with the nearest lines of a list, each line in its nearest language."""
    import numpy as np

    vectors, starts = listed
    best = np.sort(np.maximum.reduceat(vectors @ plain, starts))
    return float(best[-_LIKE:].mean())
