"""Which language a text is in: a draft, a question, or a file of the manual."""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import regex

from bot.ondisk import CAN, OnDisk

UNKNOWN = "und"
"""No language, or one that is none of those asked for."""

_NOT_PROSE = regex.compile(r"https?://\S+|www\.\S+|[@#]\w+|[^\p{L}\p{M}\s'’·-]+")
_OTHER_AT_LEAST = 0.6
_OURS_AT_MOST = 0.1
_FEWEST_LETTERS = 12  # shorter, and a name or a brand decides
_LETTERS = 4000


class _Model:
    """The model of 97 languages: 70 MB in memory, or on disk."""

    def __init__(self) -> None:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier

        self._identifier: Any = LanguageIdentifier.from_model_file(MODEL_FILE)
        self._moves: OnDisk | None = None

    def rank(self, text: str) -> dict[str, float]:
        """How likely each language is, as a logarithm."""
        ranked = dict(self._identifier.rank(text))
        if self._moves is not None:
            self._moves.let_go()
        return ranked

    def settle(self, folder: Path) -> None:
        """Keeps the two large tables in `folder`: 0.1 ms a text more. Raises `OSError`."""
        import numpy as np

        if self._moves is not None:
            return
        old = self._identifier
        moves = OnDisk(np.asarray(old.tk_nextmove), folder)
        self._identifier = type(old)(
            OnDisk(old.nb_ptc, folder), old.nb_pc, old.nb_classes, moves.numbers(), old.tk_output, tk_row=old.tk_row
        )
        self._moves = moves


@cache
def _model() -> _Model:
    return _Model()


def warm(folder: Path | None = None) -> None:
    """Loads the model (0.6 s), so that no draft waits for it; with `folder`, what needn't be in memory stays there."""
    model = _model()
    if folder is not None and CAN:
        with suppress(OSError):  # no room: it works from memory, too
            model.settle(folder)


def detect(text: str, languages: tuple[str, ...]) -> str:
    """The likeliest of `languages`, or `UNKNOWN` when another one is plainly likelier.

    Text without enough letters to tell is taken for the first one.
    """
    prose = " ".join(_NOT_PROSE.sub(" ", text).split())[:2000]
    if not prose:
        return languages[0]
    ranked = _shares(_ranked(prose), math.sqrt(len(prose.encode("utf-8", "replace"))))
    ours = max(languages, key=lambda language: ranked.get(language, 0.0))
    other = max((p for language, p in ranked.items() if language not in languages), default=0.0)
    letters = sum(c.isalpha() for c in prose)
    if letters >= _FEWEST_LETTERS and other > _OTHER_AT_LEAST and ranked.get(ours, 0.0) < _OURS_AT_MOST:
        return UNKNOWN
    return ours


def likeliest(text: str, languages: Sequence[str]) -> str:
    """The likeliest of `languages`, however unlikely; `UNKNOWN` when the text has no letters."""
    if not any(c.isalpha() for c in text):
        return UNKNOWN
    ranked = _ranked(text[:_LETTERS])
    return max(languages, key=lambda language: ranked.get(language, -math.inf))


def main_language(text: str) -> str:
    """The likeliest of all languages that are known (97); `UNKNOWN` when the text has no letters."""
    if not any(c.isalpha() for c in text):
        return UNKNOWN
    ranked = _ranked(text)
    return max(ranked, key=lambda language: ranked[language])


def _ranked(text: str) -> dict[str, float]:
    """How likely each language is, as logarithms: of a long text only these still tell two unlikely ones apart."""
    return _model().rank(text.encode("utf-8", "replace").decode())


def _shares(ranked: dict[str, float], softness: float) -> dict[str, float]:
    """The same as probabilities that add up to 1; `softness` keeps a long text from looking surer than it is."""
    top = max(ranked.values())
    weights = {language: math.exp((score - top) / softness) for language, score in ranked.items()}
    total = sum(weights.values())
    return {language: weight / total for language, weight in weights.items()}
