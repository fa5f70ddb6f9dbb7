"""Walls of emoji: a screen reader reads the name of each."""

from __future__ import annotations

from collections.abc import Iterable

import regex
from pydantic import Field

from bot.policy.detectors.base import Options
from bot.policy.reading import Reading, Span

_ONE = r"(?:\p{Regional_Indicator}{2}|[#*0-9]\ufe0f?\u20e3|(?:(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\ufe0f)\p{EMod}?(?:[\u200d]\p{Extended_Pictographic}\ufe0f?\p{EMod}?)*[\U000e0020-\U000e007f]*))"
_EMOJI = regex.compile(_ONE)
_CLAP_GAP = regex.compile(r"\s?[^\s]{1,20}\s?")


class EmojiWall(Options):
    run: int = Field(default=4, ge=2)
    """So many emoji in a row, spaces between them allowed, are a wall."""
    total: int = Field(default=10, ge=2)
    """So many emoji in the whole post are one, too."""


def emoji_wall(reading: Reading, options: EmojiWall) -> Iterable[Span]:
    """Too many emoji in a row, between every word, or in the whole post."""
    text = reading.text
    if text.isascii():
        return []
    found = list(_EMOJI.finditer(text))
    if len(found) < min(options.run, options.total, 3):
        return []
    spans: list[Span] = []
    first = 0
    for at in range(1, len(found) + 1):
        if at < len(found) and not text[found[at - 1].end() : found[at].start()].strip(" \t\u200d\ufe0f"):
            continue
        if at - first >= options.run:
            spans.append(_span(found[first].start(), found[at - 1].end(), at - first))
        first = at
    spans += _between_words(text, found)
    if not spans and len(found) >= options.total:
        last = found[options.total - 1]
        spans.append(_span(last.start(), last.end(), len(found)))
    return sorted(spans, key=lambda span: span.start)


def _between_words(text: str, found: list[regex.Match[str]]) -> list[Span]:
    """`this 👏 is 👏 the 👏 way`: the same emoji three times with one word between."""
    spans: list[Span] = []
    first = 0
    for at in range(1, len(found) + 1):
        if at < len(found) and found[at].group() == found[first].group():
            gap = text[found[at - 1].end() : found[at].start()]
            if gap.strip() and "\n" not in gap and _CLAP_GAP.fullmatch(gap):
                continue
        if at - first >= 3:
            spans.append(_span(found[first].start(), found[at - 1].end(), at - first))
        first = at
    return spans


def _span(start: int, end: int, count: int) -> Span:
    return Span(start, end, {"kind": "emoji", "count": str(count)})
