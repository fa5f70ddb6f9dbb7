"""Hashtags that a screen reader reads as one word: several words without capitals."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from functools import lru_cache

from pydantic import Field

from bot.policy.detectors.base import Options
from bot.policy.detectors.words import BEGINNING, Vocabulary, is_word, languages, plain
from bot.policy.reading import Reading, Span

_TAG = re.compile(r"(?<![\w&/])[#＃]([^\W\d_][\w·]*)")
_PIECES = re.compile(r"[^\W\d_·]+(?:·[^\W\d_]+)*|\d+")
_LONGEST = 60
"""No hashtag that people write is longer; a longer one isn't looked at."""
_LONGEST_WORD = 20
_NEVER = float("inf")
_LINK = 3
"""Letters of the words on both sides of a word of one letter, unless they are very common."""
_SHORTEST_OF_THREE = 10
"""Letters of a reading of three words or more."""
_INNER = frozenset(["o", "y", "e", "de", "del", "of"])
"""Words that neither open nor end a hashtag."""
_LITTLE_ENDS = frozenset(
    ["ai", "ia", "ja", "ya", "no", "si", "up", "us", "it", "do", "go", "tv", "uk", "eu", "ue", "be", "me"]
)
"""Words of two letters that end a hashtag."""


class HashtagCapitals(Options):
    words: int = Field(default=2, ge=2)
    """Tags of at least so many words."""
    letters: int = Field(default=6, ge=6)
    """Tags of at least so many characters, without the `#`: the longer, the surer and the harder to read."""


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
        if len(match.group(1)) < options.letters:
            continue
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
    if bare in own or is_word(bare):
        return [piece]
    readings = [found for vocabulary in languages() if (found := _cheapest(bare, vocabulary, own))]
    if not readings:
        return None
    words = min(readings)[1]
    if "·" in piece:
        return words
    cuts = [sum(map(len, words[:n])) for n in range(len(words) + 1)]
    return [piece[a:b] for a, b in itertools.pairwise(cuts)]


def _cheapest(piece: str, vocabulary: Vocabulary, own: frozenset[str]) -> tuple[float, list[str]] | None:
    """The cheapest row of words that is `piece`, by dynamic programming over where words begin and end."""
    size, prices = len(piece), vocabulary.prices
    cost = [0.0, *([_NEVER] * size)]
    start = [0] * (size + 1)
    for begin in range(size):
        before = cost[begin]
        if before == _NEVER:
            continue
        known = piece[begin : begin + BEGINNING] in vocabulary.beginnings or own
        longest = _LONGEST_WORD if known else BEGINNING - 1
        for end in range(begin + 1, min(size, begin + longest) + 1):
            word = piece[begin:end]
            price = prices.get(word, 1.0 if word in own else _NEVER)
            if before + price < cost[end]:
                cost[end], start[end] = before + price, begin
    if cost[size] == _NEVER:
        return None
    words: list[str] = []
    end = size
    while end:
        words.append(piece[start[end] : end])
        end = start[end]
    words.reverse()
    return (cost[size], words) if _stands(words, vocabulary) else None


def _stands(words: list[str], vocabulary: Vocabulary) -> bool:
    """Chance makes a row of short pieces out of any word: a reading needs longer ones to stand on."""
    sizes = [len(word) for word in words]
    if words[0] in _INNER or words[-1] in _INNER or (sizes[-1] <= 2 and words[-1] not in _LITTLE_ENDS):
        return False
    if len(words) <= 3 and (
        words[-1] in vocabulary.ending or (words[0] in vocabulary.opening and (len(words) == 2 or sizes[-1] <= 4))
    ):
        return False  # a word with what opens or ends compounds
    if len(words) == 2:
        return min(sizes) >= 3 and max(sizes) >= (8 if vocabulary.halves.intersection(words) else 4)
    if len(words) > 2 and sum(sizes) < _SHORTEST_OF_THREE:
        return False
    firm = [size >= _LINK or word in vocabulary.common for word, size in zip(words, sizes, strict=True)]
    if any(sizes[at] == 1 and not (firm[at - 1] and firm[at + 1]) for at in range(1, len(words) - 1)):
        return False
    telling = [size for word, size in zip(words, sizes, strict=True) if word not in vocabulary.common]
    little = sum(1 for size in sizes if size <= 2)
    return bool(telling) and max(telling) >= 4 and little <= len(words) / 2 and sum(telling) / len(telling) >= 3.5
