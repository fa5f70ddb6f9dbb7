"""Our own vocabulary of what hashtags are made of, read from the text files in `words/`.

Not a dictionary: a tag with a word that is not there is taken for one word, so what is missing costs a hint, never a false alarm.
The files: words between spaces, `#` opens a comment, a word with a hyphen behind it is a half of many compounds.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("words")
_LANGUAGES = ("en", "es", "ca")
_PLAIN = str.maketrans("áàâäãéèêëíìîïóòôöõúùûüçñ", "aaaaaeeeeiiiiooooouuuucn")


def read_words(name: str) -> list[str]:
    """The words of `words/<name>.txt` in the order of the file, halves with their hyphen."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return " ".join(line for line in lines if not line.startswith("#")).split()


@cache
def _read(name: str) -> tuple[frozenset[str], frozenset[str]]:
    """Words and, of these, the halves."""
    words = read_words(name)
    halves = frozenset(word[:-1] for word in words if word[-1] == "-")
    return frozenset(word for word in words if word[-1] != "-") | halves, halves


@cache
def languages() -> tuple[frozenset[str], ...]:
    """Per language its words, regular plurals included, and the words of every language."""
    shared = _read("any")[0]
    return tuple(_with_plurals(_read(name)[0] | shared) for name in _LANGUAGES)


def _with_plurals(words: frozenset[str]) -> frozenset[str]:
    return words.union([word + "s" for word in words if len(word) >= 4 and word[-1] not in "sxz"])


@cache
def singles() -> frozenset[str]:
    """Every word of the vocabulary: a tag that is one of them is one word."""
    return frozenset().union(*languages())


@cache
def halves() -> frozenset[str]:
    """Halves of many compounds: with another short word they are taken for one word (`keyboard`, `firewall`)."""
    return _read("en")[1]


def plain(word: str) -> str:
    """Without accents; every letter stays one letter, so that offsets hold. `l·l` is written `ll`."""
    return word.translate(_PLAIN)
