"""Which of the company's languages a draft is in, or none of them."""

from __future__ import annotations

from functools import cache
from typing import Any

import regex

UNKNOWN = "und"
"""A draft in a language that the company has no rules in."""

_NOT_PROSE = regex.compile(r"https?://\S+|www\.\S+|[@#]\w+|[^\p{L}\p{M}\s'’·-]+")
_OTHER_AT_LEAST = 0.6
_OURS_AT_MOST = 0.1
_FEWEST_LETTERS = 12  # shorter, and a name or a brand decides


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def warm() -> None:
    """Loads the model (0.6 s), so that no draft waits for it."""
    _identifier()


def detect(text: str, languages: tuple[str, ...]) -> str:
    """The likeliest of `languages`, or `UNKNOWN` when another one is plainly likelier.

    Text without enough letters to tell is taken for the first one.
    """
    prose = " ".join(_NOT_PROSE.sub(" ", text).split())[:2000]
    if not prose:
        return languages[0]
    ranked = dict(_identifier().rank(prose.encode("utf-8", "replace").decode()))
    ours = max(languages, key=lambda language: ranked.get(language, 0.0))
    other = max((p for language, p in ranked.items() if language not in languages), default=0.0)
    letters = sum(c.isalpha() for c in prose)
    if letters >= _FEWEST_LETTERS and other > _OTHER_AT_LEAST and ranked.get(ours, 0.0) < _OURS_AT_MOST:
        return UNKNOWN
    return ours
