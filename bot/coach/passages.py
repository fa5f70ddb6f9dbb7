"""Passages of the manual that answer a question about policy, and how sure that is; each cut to the sentences that say so."""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.coach.case import Library
from bot.coach.cutting import cut
from bot.coach.intents import Intents
from bot.coach.phrasebook import tokens
from bot.coach.prompt import Prompts
from bot.language import likeliest
from bot.manual.glossary import concepts_in
from bot.manual.models import Citation, Hit, Passage
from bot.manual.sources import ANSWERS
from bot.manual.words import content_words, stem_all, stems
from bot.policy.engine import Policy

logger = logging.getLogger(__name__)

THRESHOLD = 0.5
"""Of `Evidence.strength`: what is weaker is refused."""
_LOOKED_AT, _MOST = 8, 3  # passages
# Fitted by logistic regression on 348 questions in three languages, a third of which the manual leaves open: about public
# manuals of universities, companies, charities, hospitals and public bodies, and about our own. English, which the embedder
# knows best, is nearer to everything, so it has a term of its own; it and the bias were set with 120 questions more. Of all
# that a manual leaves open they let one in seven pass.
_MEANING, _WORDS, _COVERED, _UNCOVERED, _ENGLISH, _BIAS = 6.87, 4.67, 6.81, -19.3, -1.0, 2.05
_ASKED_FOR = -6.5  # instead of the question's kind, for a passage that was written because people asked
_FILLER = 0.01  # of the best passage's score: what is further away has nothing to do with the question

# Without measurements: what a manual that only finds words has.
_SHARED = 0.4  # of the weight of the question's words: what shares less speaks of something else
_NEAR = 0.6  # of the best passage's worth: what is further away is filler
_UNKNOWN = (
    0.95  # weight of a word that the manual never uses; one that stands in one passage weighs 1, in all next to nothing
)
_ENOUGH = 2.8  # weight: in a long question many words only tell the story
_COMMON = ("acts", "manual", "asking", "leave", "leave_told", "judged", "lead_in")


@dataclass(frozen=True)
class Evidence:
    """What the manual has on a question. Nothing here is the question's words."""

    citations: tuple[Citation, ...] = ()
    """At most three that may answer, best first, each cut to its relevant sentences; empty below the threshold."""
    near: tuple[Passage, ...] = ()
    """The nearest passages, best first, whether they answer or not."""
    strength: float = 0.0
    """How sure it is that the manual answers, 0 to 1; citations are empty exactly when it is below `THRESHOLD`."""


@dataclass(frozen=True)
class _Asked:
    """The words of a question: what each may be found by, and what it weighs."""

    words: tuple[tuple[frozenset[str], float], ...]

    def share(self, ideas: frozenset[str]) -> float:
        """The weight of the words that a text has, too, as a share of all of them."""
        whole = sum(weight for _, weight in self.words)
        return sum(weight for word, weight in self.words if word & ideas) / min(whole, _ENOUGH) if whole else 0.0

    def share_in(self, words: str, language: str) -> float:
        return self.share(_ideas(words, language))


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
    near = tuple(hit.passage for hit in hits)
    strength, ranked = _strength(hits, spoken), [hit for hit in hits if hit.score >= _FILLER]
    known = near if strength is not None else list(manual.passages.values())
    asked = _asked(question, spoken, known, prompts.intents)
    if strength is None:
        strength, ranked = _by_words(asked, hits)
    if strength < THRESHOLD:
        return Evidence((), near, strength)
    chosen: list[Citation] = []
    sections: set[str] = set()
    for hit in ranked:
        if hit.passage.section in sections:  # the whole section can be shown; another one may be the right one
            continue
        part = hit.signs.part if hit.signs else ""
        quote = cut(hit.passage, asked.share_in, part, policy, prompts)
        if quote and quote not in {citation.quote for citation in chosen}:
            chosen.append(Citation(passage=hit.passage.id, heading=hit.passage.heading_path, quote=quote))
            sections.add(hit.passage.section)
        if len(chosen) == _MOST:
            break
    return Evidence(tuple(chosen), near, strength if chosen else _just_below(THRESHOLD))


def _strength(hits: Sequence[Hit], language: str) -> float | None:
    """How sure it is that the best passages answer a question in `language`; None when nothing was measured."""
    best = [hit.signs for hit in hits[:_MOST] if hit.signs]
    if not best:
        return None
    found = (
        _MEANING * max(signs.meaning for signs in best)
        + _WORDS * max(signs.words for signs in best)
        + _COVERED * best[0].covered
        + _UNCOVERED * best[0].uncovered
    )
    for signs in (hit.signs for hit in hits[:_MOST] if hit.signs and hit.passage.manual == ANSWERS):
        found = max(found, _MEANING * signs.meaning + _WORDS * signs.words + _ASKED_FOR)
    found += _ENGLISH * (language == "en")
    return round(1 / (1 + math.exp(-(found + _BIAS))), 4)


def _just_below(limit: float) -> float:
    return round(limit - 1e-4, 4)


def _by_words(asked: _Asked, hits: Iterable[Hit]) -> tuple[float, list[Hit]]:
    """The same by the words that question and passage share alone, and the hits that share enough, best first."""
    worth = [(share * hit.score, hit) for hit in hits if (share := asked.share(_ideas_of(hit.passage))) >= _SHARED]
    ranked = sorted(worth, key=lambda item: -item[0])
    best = ranked[0][0] if ranked else 0.0
    strength = THRESHOLD + (1 - THRESHOLD) * min(1.0, best) if ranked else 0.0
    return round(strength, 4), [hit for value, hit in ranked if value >= _NEAR * best]


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
