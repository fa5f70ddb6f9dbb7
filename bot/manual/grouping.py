"""Which questions ask for the same, across English, Spanish and Catalan. A wrong group is worse than a missed one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from bot.manual.glossary import questions
from bot.manual.words import LANGUAGES, stems
from bot.text import fold

if TYPE_CHECKING:
    from bot.manual.embed import Vectors
    from bot.manual.search import Manual

Asked = tuple[str, str]
"""The words of a question, and its language."""

NEAR, AROUND = 5.0, 3.5
"""A question belongs to a group whose nearest question is so near, and all of whose questions are so near on average. In
spreads of how near questions of different kinds are: so they hold for embedders of every scale. Measured on
tests/manual/question_groups.txt."""
_REMEMBERED = 1_000  # questions whose vectors stay in memory, about 2 MB


def group_of(manual: Manual, question: Asked, groups: Sequence[Sequence[Asked]]) -> int | None:
    """The group that a question belongs to, by its place in `groups`; None: it is the first of its kind.

    Embeds what it hasn't met yet, 2 ms a question: call it in a thread. Raises `EmbedderError`.
    """
    import numpy as np

    sizes = [len(group) for group in groups]
    if not any(sizes):
        return None
    near = likeness(manual, [question, *(each for group in groups for each in group)])[0, 1:]
    best: tuple[float, int] | None = None
    for place, part in enumerate(np.split(near, np.cumsum(sizes)[:-1])):
        if len(part) and part.max() >= NEAR and part.mean() >= AROUND:
            best = max(best or (0.0, 0), (float(part.max() + part.mean()), place))
    return best[1] if best else None


def likeness(manual: Manual, asked: Sequence[Asked]) -> Vectors:
    """How near each question is to each: 0 as questions of different kinds are on average, 1 a spread nearer."""
    import numpy as np

    with _LOCK:
        known = _known.setdefault(manual, _Known())
        mine, others = known.vectors(manual, asked), known.vectors(manual, questions())
    total = np.zeros((len(asked), len(asked)), dtype=np.float32)
    apart = _apart()
    for share, rows, theirs in zip(known.shares, mine, others, strict=True):
        usual = (theirs @ theirs.T)[apart]
        total += share * (rows @ rows.T - usual.mean()) / max(float(usual.std()), 1e-6)
    return np.asarray(total / sum(known.shares), dtype=np.float32)


class _Known:
    """Vectors of questions that were met before, for one state of the manual."""

    def __init__(self) -> None:
        self.shares: list[float] = []
        self._rows: dict[Asked, list[Vectors]] = {}

    def vectors(self, manual: Manual, asked: Sequence[Asked]) -> list[Vectors]:
        """For each voice a row a question."""
        import numpy as np

        if len(self._rows) > _REMEMBERED:
            self._rows.clear()
        fresh = [each for each in dict.fromkeys(asked) if each not in self._rows]
        if fresh:
            voices = manual.as_asked(fresh)
            self.shares = [share for share, _ in voices]
            for row, each in enumerate(fresh):
                self._rows[each] = [vectors[row] for _, vectors in voices]
        rows = [self._rows[each] for each in asked]
        return [np.stack(voice) for voice in zip(*rows, strict=True)]


_LOCK = threading.Lock()
_known: WeakKeyDictionary[Manual, _Known] = WeakKeyDictionary()


@cache
def _apart() -> Vectors:
    """Which of the built-in questions are of different kinds: their list has a line a kind, in each language."""
    import numpy as np

    kinds = np.arange(len(questions())) // len(LANGUAGES)
    return np.asarray(kinds[:, None] != kinds[None, :])


def wording(text: str, language: str) -> frozenset[str]:
    """What two ways to write one question share: the stems of its words, without accents, order and small words."""
    said = stems(fold(text).text, language) or fold(text).text.split()
    return frozenset(said)
