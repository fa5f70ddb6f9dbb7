"""Hashtags that a screen reader reads as one word: several words without capitals."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from pydantic import Field

from bot.policy.detectors.base import Options
from bot.policy.reading import Reading, Span

_TAG = re.compile(r"(?<![\w&/])[#＃]([^\W\d_][\w·]*)")
_PARTS = re.compile(r"[^\W\d_]+")
_LONGEST = 60
"""No hashtag that people write is longer; a longer one isn't looked at."""


class HashtagCapitals(Options):
    words: int = Field(default=2, ge=2)
    """Tags of at least so many words."""


def hashtag_capitals(reading: Reading, options: HashtagCapitals) -> Iterable[Span]:
    """A hashtag of several words that are not told apart by capitals (`#energyefficiencyforall`)."""
    text = reading.text
    if "#" not in text and "＃" not in text:
        return
    for match in _TAG.finditer(text):
        words = _several_words(match.group(1), options.words)
        if words:
            tag = "#" + "".join(word[:1].upper() + word[1:] for word in words)
            yield Span(match.start(), match.end(), {"kind": "hashtag", "count": str(len(words)), "suggestion": tag})


def _several_words(tag: str, least: int) -> list[str] | None:
    """The words of a tag without capitals inside, or None when it is one word or unknown."""
    if "_" in tag or len(tag) > _LONGEST or len(tag) < 6:
        return None
    rest = tag[1:]
    if rest != rest.lower() and tag != tag.upper():
        return None  # capitals inside tell the words apart
    words: list[str] = []
    pieces = re.findall(r"[^\W\d_·]+(?:·[^\W\d_]+)*|\d+", tag.lower())
    for piece in pieces:
        if piece[0].isdigit():
            words.append(piece)
            continue
        split = segment(piece)
        if split is None:
            return None
        words += split
    counted = sum(1 for word in words if not word[0].isdigit())
    return words if counted >= least else None


@lru_cache(maxsize=4096)
def segment(piece: str) -> list[str] | None:
    """The likeliest words of one language that make up `piece` (lower case); None when there is no reading."""
    from bot.policy.detectors.words import languages, singles

    if piece in singles():
        return [piece]
    best: tuple[float, list[str]] | None = None
    for costs in languages():
        found = _cheapest(piece, costs)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
    return best[1] if best else None


def _cheapest(piece: str, costs: dict[str, float]) -> tuple[float, list[str]] | None:
    """Dynamic programming over the ends of words; the cost of a word falls with its length."""
    size = len(piece)
    best: list[tuple[float, int] | None] = [(0.0, 0), *([None] * size)]
    for end in range(1, size + 1):
        for start in range(max(0, end - 20), end):
            before = best[start]
            cost = costs.get(piece[start:end])
            if before is None or cost is None:
                continue
            total = before[0] + cost
            here = best[end]
            if here is None or total < here[0]:
                best[end] = (total, start)
    if best[size] is None:
        return None
    words: list[str] = []
    end = size
    while end:
        step = best[end]
        assert step is not None
        words.append(piece[step[1] : end])
        end = step[1]
    words.reverse()
    short = sum(1 for word in words if len(word) <= 3)
    if len(words) == 2 and min(map(len, words)) < 3:
        return None
    # Chance makes words out of short pieces: a reading needs longer ones to stand on.
    if len(words) > 1 and (short > len(words) / 2 and max(map(len, words)) < 5 or max(map(len, words)) < 4):
        return None
    step = best[size]
    assert step is not None
    return step[0], words
