"""Passages worth reading for a draft, beside those that its findings cite: a few, each with its nearest sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import regex

from bot.coach import facts
from bot.coach.case import Case
from bot.manual.models import Citation
from bot.policy.models import Finding
from bot.text import sentences

_MOST = 3
_NEAR = 0.6  # of the best score: what is further away is filler
_LONGEST, _SHORTEST = 280, 20  # characters of a quote
_TELLING = 4  # letters; shorter words say little about a subject
_LIST_ITEM = regex.compile(r"\s*(?:[-*+•>|]|\d+[.)])\s")
_OPENING, _CLOSING = "“«", "”»"


def reading_list(case: Case, findings: Sequence[Finding]) -> tuple[Citation, ...]:
    """At most three citations, best first; sections that a finding cites already are left out.

    Words that a rule rests on say best what a passage means; without any, its nearest sentence of prose.
    """
    cited = {finding.citation.passage for finding in findings}
    sections = {passage.anchor for id_ in cited if (passage := case.passages.get(id_))}
    about = _telling(case.draft.text)
    chosen: list[Citation] = []
    for hit in case.hits:
        passage = hit.passage
        if len(chosen) == _MOST or hit.score < _NEAR * case.hits[0].score:
            break
        of_other_network = passage.anchor in case.policy.networks.networks and passage.anchor != case.checked.network
        if passage.id in cited or passage.anchor in sections or of_other_network:
            continue
        quote = _nearest(case.rule_words(passage), about) or _nearest(
            filter(case.may_cite, _prose(passage.text)), about
        )
        if quote:
            sections.add(passage.anchor)
            chosen.append(Citation(passage=passage.id, heading=passage.heading_path, quote=quote))
    return tuple(chosen)


def _nearest(candidates: Iterable[str], about: set[str]) -> str | None:
    """The sentence that shares most words with the draft, the first one on a tie; verbatim."""
    return max(candidates, key=lambda sentence: len(_telling(sentence) & about), default=None)


def _prose(text: str) -> Iterator[str]:
    """Sentences that say what the manual means: list items and quoted examples may show what *not* to write."""
    for start, end in sentences(text):
        sentence = text[start:end]
        line = text[text.rfind("\n", 0, start) + 1 : end]
        quoted = any(line.count(a) or line.count(z) for a, z in zip(_OPENING, _CLOSING, strict=True))
        if _SHORTEST <= end - start <= _LONGEST and not (_LIST_ITEM.match(line) or quoted):
            yield sentence


def _telling(text: str) -> set[str]:
    return {word for word in facts.words(text) if len(word) >= _TELLING}
