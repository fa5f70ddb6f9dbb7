"""Hashtags that a screen reader reads as one word: several words without capitals."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from functools import lru_cache

from pydantic import Field

from bot.policy.detectors.base import Options
from bot.policy.detectors.words import halves, languages, plain, singles
from bot.policy.reading import Reading, Span

_TAG = re.compile(r"(?<![\w&/])[#＃]([^\W\d_][\w·]*)")
_PIECES = re.compile(r"[^\W\d_·]+(?:·[^\W\d_]+)*|\d+")
_LONGEST = 60
"""No hashtag that people write is longer; a longer one isn't looked at."""
_LONGEST_WORD = 20
_NEVER = float("inf")
_INNER = frozenset(["o", "y", "e", "de", "del", "of"])
"""Words that neither open nor end a hashtag."""


class HashtagCapitals(Options):
    words: int = Field(default=2, ge=2)
    """Tags of at least so many words."""


def hashtag_capitals(reading: Reading, options: HashtagCapitals) -> Iterable[Span]:
    """A hashtag of several words that are not told apart by capitals (`#energyefficiencyforall`)."""
    text = reading.text
    if "#" not in text and "＃" not in text:
        return
    own: frozenset[str] | None = None
    for match in _TAG.finditer(text):
        if own is None:
            company = reading.company
            own = frozenset(re.sub(r"\W", "", name).lower() for name in (*company.names, *company.products.public))
        words = _several_words(match.group(1), options.words, own)
        if words:
            tag = "#" + "".join(word[:1].upper() + word[1:] for word in words)
            yield Span(match.start(), match.end(), {"kind": "hashtag", "count": str(len(words)), "suggestion": tag})


def _several_words(tag: str, least: int, own: frozenset[str]) -> list[str] | None:
    """The words of a tag without capitals inside, or None when it is one word or unknown."""
    lower = tag.lower()
    if "_" in tag or not 6 <= len(tag) <= _LONGEST or len(lower) != len(tag) or lower in own:
        return None
    if tag[1:] != lower[1:] and tag != tag.upper():
        return None  # capitals inside tell the words apart
    words: list[str] = []
    for piece in _PIECES.findall(lower):
        split = [piece] if piece[0].isdigit() else segment(piece, own)
        if split is None:
            return None
        words += split
    return words if sum(1 for word in words if word[0].isalpha()) >= least else None


@lru_cache(maxsize=4096)
def segment(piece: str, own: frozenset[str] = frozenset()) -> list[str] | None:
    """The likeliest words of one language that make up `piece` (lower case); None when there is no reading.

    `own`: names that count as words (the company's). Accents don't matter; the words come back as they were written.
    """
    bare = plain(piece.replace("·", ""))
    if bare in singles() or bare in own:
        return [piece]
    readings = [found for vocabulary in languages() if (found := _cheapest(bare, vocabulary, own))]
    if not readings:
        return None
    words = min(readings)[1]
    if "·" in piece:
        return words
    cuts = [sum(map(len, words[:n])) for n in range(len(words) + 1)]
    return [piece[a:b] for a, b in itertools.pairwise(cuts)]


def _cheapest(piece: str, vocabulary: frozenset[str], own: frozenset[str]) -> tuple[float, list[str]] | None:
    """The cheapest row of words that is `piece`, by dynamic programming over where words begin and end."""
    size = len(piece)
    cost = [0.0, *([_NEVER] * size)]
    start = [0] * (size + 1)
    for begin in range(size):
        before = cost[begin]
        if before == _NEVER:
            continue
        for end in range(begin + 1, min(size, begin + _LONGEST_WORD) + 1):
            word = piece[begin:end]
            if word in vocabulary or word in own:
                here = before + 1 + 3 / (end - begin)
                if here < cost[end]:
                    cost[end], start[end] = here, begin
    if cost[size] == _NEVER:
        return None
    words: list[str] = []
    end = size
    while end:
        words.append(piece[start[end] : end])
        end = start[end]
    words.reverse()
    return (cost[size], words) if _stands(words) else None


def _stands(words: list[str]) -> bool:
    """Chance makes a row of short pieces out of any word: a reading needs longer ones to stand on."""
    sizes = [len(word) for word in words]
    if words[0] in _INNER or words[-1] in _INNER:
        return False
    if len(words) == 2:
        return min(sizes) >= 3 and max(sizes) >= 4 and (max(sizes) >= 6 or not halves().intersection(words))
    little = sum(1 for size in sizes if size <= 2)
    return max(sizes) >= 4 and little <= len(words) / 2 and sum(sizes) / len(sizes) >= 2.75
