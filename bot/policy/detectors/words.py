"""Our own vocabulary of what hashtags are made of, read from the text files in `vocabulary/`.

Not a dictionary: a tag with a word that is not there is taken for one word, so what is missing costs a hint, never a false alarm.
The files: words between spaces, a line with `#` is a comment. Marks: `the*` is a very common word, `over-` opens and `-keeping`
ends compounds, `-book-` is half of many.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("vocabulary")
_LANGUAGES = ("en", "es", "ca")
BEGINNING = 4
_COMMON = 0.7
"""What a very common word costs of its price."""
_PRICES = [0.0, *(1 + 3 / size for size in range(1, 100))]
_PLAIN = str.maketrans("áàâäãéèêëíìîïóòôöõúùûüçñ", "aaaaaeeeeiiiiooooouuuucn")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """One language's words, with those of every language."""

    prices: Mapping[str, float]
    """Word → what it costs in a row of words: long ones are cheap by the letter."""
    beginnings: frozenset[str]
    """The first `BEGINNING` letters of the words."""
    common: frozenset[str]
    opening: frozenset[str]
    """Opens compounds, whatever follows (`over`)."""
    ending: frozenset[str]
    halves: frozenset[str]
    """With another short word it is taken for one word (`keyboard`, `firewall`)."""


def read_words(name: str) -> list[str]:
    """The words of `vocabulary/<name>.txt` in the order of the file, with their marks."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return " ".join(line for line in lines if not line.startswith("#")).split()


@cache
def languages() -> tuple[Vocabulary, ...]:
    shared = read_words("any")
    return tuple(_vocabulary([*read_words(name), *shared]) for name in _LANGUAGES)


def _vocabulary(marked: list[str]) -> Vocabulary:
    marks = [word for word in marked if not word.isalnum()]
    words = [word for word in marked if word.isalnum()] + [word.strip("-*") for word in marks]
    words += [word + "s" for word in words if len(word) >= 4 and word[-1] not in "sxz"]
    prices = {word: _PRICES[len(word)] for word in words}
    common = frozenset(word.strip("-*") for word in marks if word[-1] == "*")
    hyphens = [word.rstrip("*") for word in marks]
    prices |= {word: prices[word] * _COMMON for word in common}
    return Vocabulary(
        prices,
        beginnings=frozenset([word[:BEGINNING] for word in words]),
        common=common,
        opening=frozenset(word[:-1] for word in hyphens if word[-1] == "-" != word[0]),
        ending=frozenset(word[1:] for word in hyphens if word[0] == "-" != word[-1]),
        halves=frozenset(word[1:-1] for word in hyphens if word[0] == word[-1] == "-"),
    )


def is_word(word: str) -> bool:
    """Whether a tag is a word of the vocabulary, and so is one word."""
    return any(word in vocabulary.prices for vocabulary in languages())


def plain(word: str) -> str:
    """Without accents; every letter stays one letter, so that offsets hold. `l·l` is written `ll`."""
    return word.translate(_PLAIN)
