"""Which words of the manual may be shown beside those that a rule rests on, and which sentence says most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import regex

from bot.coach import facts
from bot.coach.prompt import Watchwords
from bot.manual.models import Passage
from bot.policy.detectors import DETECTORS
from bot.policy.engine import Policy
from bot.policy.models import Draft
from bot.text import find_quote, sentences

_SIGNS = "€£°±×·²³½¼¾%"  # fit for print
_LONGEST, _SHORTEST = 280, 20  # characters of a quote
_TELLING = 4  # letters; shorter words say little about a subject
_LIST_ITEM = regex.compile(r"\s*(?:[-*+•>|]|\d+[.)])\s")
_OPENING, _CLOSING = "“«", "”»"


def may_cite(quote: str, policy: Policy, watchwords: Watchwords) -> bool:
    """Whether words of the manual that no rule vouches for may be shown: none that order a reviewer or lead away."""
    strange = facts.markup(quote) or facts.controls(quote) or facts.links(quote) or facts.mentions(quote)
    if strange or facts.odd_characters(quote, [_SIGNS]) or facts.never_said(quote, watchwords):
        return False
    steering = DETECTORS["steering"]
    return not list(steering.find(policy.read(Draft(text=quote)), steering.options()))


def rule_words(passage: Passage, policy: Policy) -> list[str]:
    """The sentences of a passage that rules rest on."""
    grounds = (citation for found in policy.grounds.values() for citation in found.values())
    return list(dict.fromkeys(citation.quote for citation in grounds if citation.passage == passage.id))


def prose(text: str) -> Iterator[str]:
    """Sentences that say what the manual means: list items and quoted examples may show what *not* to write."""
    for start, end in sentences(text):
        sentence = text[start:end]
        line = text[text.rfind("\n", 0, start) + 1 : end]
        quoted = any(line.count(a) or line.count(z) for a, z in zip(_OPENING, _CLOSING, strict=True))
        if _SHORTEST <= end - start <= _LONGEST and not (_LIST_ITEM.match(line) or quoted):
            yield sentence


def nearest(candidates: Iterable[str], about: set[str]) -> str | None:
    """The sentence that shares most words with `about` (see `telling`), the first one on a tie; verbatim."""
    return max(candidates, key=lambda sentence: len(telling(sentence) & about), default=None)


def telling(text: str) -> set[str]:
    """The words that say what a text is about."""
    return {word for word in facts.words(text) if len(word) >= _TELLING}


def around(quote: str, passage: Passage, policy: Policy, watchwords: Watchwords) -> str:
    """The quote with the rest of its sentence and what else its paragraph says, as far as that may be shown; verbatim."""
    place = find_quote(quote, passage.text)
    if place is None:
        return quote
    spans = [span for span in sentences(passage.text) if span[0] < place[1] and place[0] < span[1]]
    start, end = min(place[0], spans[0][0]), max(place[1], spans[-1][1])
    if not _may_show(passage.text[start:end], quote, policy, watchwords):
        return passage.text[place[0] : place[1]]
    fitting = set(prose(passage.text))
    while True:
        before, after = _neighbours(passage.text, start, end)
        for low, high in ((start, after), (before, end)):
            more = passage.text[low:start] + passage.text[end:high]
            longer = high - low <= _LONGEST and more.strip() in fitting and may_cite(more.strip(), policy, watchwords)
            if longer and (low, high) != (start, end):
                start, end = low, high
                break
        else:
            return passage.text[start:end]


def _may_show(words: str, quote: str, policy: Policy, watchwords: Watchwords) -> bool:
    """A rule vouches for the quote; what stands around it must pass by itself."""
    rest = words.replace(quote, " ", 1)
    return len(words) <= _LONGEST and (not rest.strip(" .,;:") or may_cite(rest, policy, watchwords))


def _neighbours(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence before begins and the one after ends, in the same paragraph; else `start` and `end`."""
    before, after = start, end
    for low, high in sentences(text):
        if high <= start and "\n" not in text[high:start]:
            before = low
        if low >= end and "\n" not in text[end:low] and after == end:
            after = high
    return before, after
