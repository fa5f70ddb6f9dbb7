"""Finds listed phrases in a message, whatever its case and accents; emoji and Slack's `:wave:` count as words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from bot.text import fold

_TOKEN = regex.compile(
    r":[a-z0-9_+'-]+:|[\p{L}\p{N}][\p{L}\p{M}\p{N}]*|(?!\p{EMod})[\p{Emoji_Presentation}\p{Extended_Pictographic}]"
)


@dataclass(frozen=True, slots=True)
class Match:
    """Where a phrase stands: indices of tokens, end exclusive."""

    start: int
    end: int
    label: str
    """What the phrase was listed under: a language, or a network."""


@lru_cache(maxsize=64)  # one message is asked for many kinds of phrases
def tokens(text: str) -> tuple[str, ...]:
    """The words of a text, folded, with its emoji."""
    return tuple(_TOKEN.findall(fold(text).text))


def is_word(token: str) -> bool:
    """Not an emoji."""
    return token[0].isalnum()


class Phrasebook:
    """Phrases, each under a label; `*` at the end of one stands for the rest of a word."""

    def __init__(self, phrases: Mapping[str, Iterable[str]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self._open: list[tuple[str, str]] = []
        for label, texts in phrases.items():
            for text in texts:
                words = tokens(text)
                if text.endswith("*"):
                    words = (*words[:-1], f"{words[-1]}*")
                if len(words) == 1 and text.endswith("*"):
                    self._open.append((words[0][:-1], label))
                else:
                    self._by_first.setdefault(words[0], []).append((words, label))

    def all_at(self, said: Sequence[str], position: int, under: str | None = None) -> list[Match]:
        """The phrases that start there, the longest first: of any label, or of the one given."""
        found = [
            Match(position, position + len(words), label)
            for words, label in self._by_first.get(said[position], ())
            if under in (None, label) and _same(words, said[position : position + len(words)])
        ]
        found += [
            Match(position, position + 1, label)
            for stem, label in self._open
            if under in (None, label) and said[position].startswith(stem)
        ]
        return sorted(found, key=lambda match: -match.end)

    def at(self, said: Sequence[str], position: int, under: str | None = None) -> Match | None:
        """The longest of them, or None."""
        return next(iter(self.all_at(said, position, under)), None)

    def find(
        self, said: Sequence[str], start: int = 0, end: int | None = None, under: str | None = None
    ) -> Match | None:
        """The first phrase that starts in `said[start:end]`."""
        for position in range(start, len(said) if end is None else min(end, len(said))):
            if match := self.at(said, position, under):
                return match
        return None

    def labels(self, said: Sequence[str]) -> list[str]:
        """The label of each phrase that stands there, in order; a phrase under several counts for each."""
        found = []
        for position in range(len(said)):
            for words, label in self._by_first.get(said[position], ()):
                if _same(words, said[position : position + len(words)]):
                    found.append(label)
        return found


def mistyped(word: str, wanted: str) -> bool:
    """Whether a word is another one but for one letter: left out, put in, changed, or two of them swapped."""
    at = next((n for n, (a, b) in enumerate(zip(word, wanted, strict=False)) if a != b), min(len(word), len(wanted)))
    rest, other = word[at:], wanted[at:]
    swapped = rest[:2] == other[1::-1] and rest[2:] == other[2:]
    return rest[1:] == other or rest == other[1:] or rest[1:] == other[1:] or swapped


def without(said: Sequence[str], *books: Phrasebook) -> list[str]:
    """The words that are in none of the phrases of the books."""
    kept, at = [], 0
    while at < len(said):
        end = max((match.end for book in books if (match := book.at(said, at))), default=None)
        if end is None:
            kept.append(said[at])
        at = end or at + 1
    return kept


def covered(said: Sequence[str], books: Mapping[str, Phrasebook]) -> frozenset[str] | None:
    """Which of the books it takes to make up the whole of `said`, or None when they don't.

    Longer phrases and earlier books go first; an emoji that stands in no book is passed over.
    """
    reached: dict[int, frozenset[str]] = {0: frozenset()}
    for position in range(len(said)):
        used = reached.get(position)
        if used is None:
            continue
        steps = [(match.end, {name}) for name, book in books.items() for match in book.all_at(said, position)]
        if not is_word(said[position]):
            steps.append((position + 1, set()))
        for end, more in sorted(steps, key=lambda step: -step[0]):
            reached.setdefault(end, used | more)
    return reached.get(len(said))


def _same(words: Sequence[str], said: Sequence[str]) -> bool:
    if len(words) != len(said):
        return False
    *before, last = words
    same_end = said[-1].startswith(last[:-1]) if last.endswith("*") else said[-1] == last
    return same_end and tuple(before) == tuple(said[:-1])
