"""Passages of the manual that answer a question about policy, each cut to the sentences that say so."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from bot.coach.case import Library
from bot.coach.cite import may_cite, prose, rule_words
from bot.coach.intents import Intents
from bot.coach.phrasebook import tokens
from bot.coach.prompt import Prompts
from bot.language import likeliest
from bot.manual.glossary import concepts_in
from bot.manual.models import Citation, Passage
from bot.manual.words import content_words, stem_all, stems
from bot.policy.engine import Policy
from bot.text import find_quote, sentences

logger = logging.getLogger(__name__)

_LOOKED_AT, _MOST = 8, 3  # passages
_NEAR = 0.6  # of the best passage's worth: what is further away is filler
_SHARED = 0.4  # of the weight of the question's words: what shares less speaks of something else
# A word that stands in one passage weighs 1, one that stands in all of them next to nothing.
_UNKNOWN = 0.95  # weight of a word that the manual never uses
_ENOUGH = 2.8  # weight: in a long question many words only tell the story
_BY_RULE = 0.15  # weight of words that a rule rests on
_LONGEST = 400  # characters of a quote
_ENDS = " .!;:…"
_LIST_ITEM = regex.compile(r"(?:[-*+•>|]|\d+[.)])\s+")
_COMMON = ("acts", "manual", "asking", "leave", "leave_told", "judged", "lead_in")


@dataclass(frozen=True)
class _Asked:
    """The words of a question: what each may be found by, and what it weighs."""

    words: tuple[tuple[frozenset[str], float], ...]

    def worth(self, ideas: frozenset[str]) -> float:
        """The weight of the words that a text has, too."""
        return sum(weight for word, weight in self.words if word & ideas)

    def share(self, ideas: frozenset[str]) -> float:
        """The same as a share of all of them."""
        whole = sum(weight for _, weight in self.words)
        return self.worth(ideas) / min(whole, _ENOUGH) if whole else 0.0


@dataclass(frozen=True)
class Evidence:
    """What the manual has on a question. Nothing here is the question's words."""

    citations: tuple[Citation, ...] = ()
    """At most three that answer, best first, each cut to its relevant sentences; empty when nothing is near enough."""
    near: tuple[Passage, ...] = ()
    """The nearest passages, best first, whether they answer or not."""
    strength: float = 0.0
    """How near the best is, 0 to 1."""


def passages_for(
    question: str, manual: Library, policy: Policy, prompts: Prompts, language: str | None = None
) -> tuple[Citation, ...]:
    """At most three citations, best first; empty when nothing in the manual is near. See `evidence_for`."""
    return evidence_for(question, manual, policy, prompts, language).citations


def evidence_for(
    question: str, manual: Library, policy: Policy, prompts: Prompts, language: str | None = None
) -> Evidence:
    """What the manual has on a question.

    `language` is the asker's; None: the question's own. Takes about 10 ms of CPU and never raises: call it with
    `asyncio.to_thread` from an event loop.
    """
    languages = policy.company.languages
    spoken = language if language in languages else likeliest(question, languages)
    try:
        hits = manual.search(question, spoken, _LOOKED_AT) if question.strip() else []
    except Exception as error:  # an index or an embedder that fails costs the passages, never the answer
        logger.warning("the manual could not be searched: %s", type(error).__name__)
        return Evidence()
    asked = _asked(question, spoken, list(manual.passages.values()), prompts.intents)
    shares = [(asked.share(_ideas_of(hit.passage)), hit) for hit in hits]
    ranked = sorted(
        ((share * hit.score, hit.passage) for share, hit in shares if share >= _SHARED), key=lambda r: -r[0]
    )
    chosen: list[Citation] = []
    for worth, passage in ranked:
        if len(chosen) == _MOST or worth < _NEAR * ranked[0][0]:
            break
        quote = _cut(passage, asked, policy, prompts)
        if quote and quote not in {citation.quote for citation in chosen}:
            chosen.append(Citation(passage=passage.id, heading=passage.heading_path, quote=quote))
    near = tuple(hit.passage for hit in hits)
    return Evidence(tuple(chosen), near, round(min(1.0, ranked[0][0]), 4) if ranked else 0.0)


def _asked(question: str, language: str, passages: Sequence[Passage], intents: Intents) -> _Asked:
    """The words that say what the question is about: those that all questions share only when there are no others."""
    said = content_words(question, language)
    own = [word for word in said if not _is_common(word, intents)] or said
    same = [_ideas_of(passage) for passage in passages if passage.language == language]
    words: dict[frozenset[str], float] = {}
    for word, stem in zip(own, stem_all(own, language), strict=True):
        ideas = frozenset({stem, *(f"#{number}" for number in concepts_in(word, language))})
        found = [count for idea in ideas if (count := sum(idea in known for known in same))]
        words[ideas] = _rarity(min(found), len(same)) if found else _UNKNOWN
    return _Asked(tuple(words.items()))


def _rarity(found: int, passages: int) -> float:
    return max(0.03, math.log((passages + 1) / (found + 0.5)) / math.log((passages + 1) / 1.5))


def _is_common(word: str, intents: Intents) -> bool:
    said = tokens(word)
    return bool(said) and (any(intents.books[kind].at(said, 0) for kind in _COMMON) or said[0] in intents.manual_words)


def _ideas_of(passage: Passage) -> frozenset[str]:
    return _ideas(f"{passage.heading[-1]}. {passage.text}", passage.language)


@lru_cache(maxsize=4096)
def _ideas(text: str, language: str) -> frozenset[str]:
    """The stems and concepts of a text of the manual."""
    return frozenset({*stems(text, language), *(f"#{number}" for number in concepts_in(text, language))})


def _cut(passage: Passage, asked: _Asked, policy: Policy, prompts: Prompts) -> str | None:
    """The sentence that shares most with the question, and the next one when that goes on about it; verbatim."""
    text = passage.text
    vouched, plain = rule_words(passage, policy), set(prose(text))
    ranked = [
        (asked.worth(_ideas(text[start:end], passage.language)) + (_BY_RULE if by_rule else 0.0), start, end)
        for start, end, by_rule in _spans(text, vouched)
        if by_rule or text[start:end] in plain
    ]

    def may_show(start: int, end: int) -> bool:
        whole = any(text[start:end].strip(_ENDS) == quote.strip(_ENDS) for quote in vouched)
        return whole or may_cite(text[start:end], policy, prompts.watchwords)

    by_worth = sorted(ranked, key=lambda item: -item[0])
    best = next((item for item in by_worth if may_show(*item[1:])), None)
    if best is None:
        return None
    _, start, end = best
    following = next((item for item in ranked if item[1] > start), None)
    if following and following[0] > 0 and following[2] - start <= _LONGEST and may_show(*following[1:]):
        between = text[end : following[1]]
        end = following[2] if not between.strip() and "\n" not in between else end
    return text[start:end]


def _spans(text: str, vouched: Sequence[str]) -> Iterator[tuple[int, int, bool]]:
    """Where the sentences stand, without the sign of a list, and whether a rule rests on them."""
    places = [place for quote in vouched if (place := find_quote(quote, text))]
    for start, end in sentences(text):
        sign = _LIST_ITEM.match(text, start, end)
        yield sign.end() if sign else start, end, any(first < end and start < last for first, last in places)
