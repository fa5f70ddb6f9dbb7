"""Passages worth reading for a draft, beside those that its findings cite: a few, each with its nearest sentence."""

from __future__ import annotations

from collections.abc import Sequence

from bot.coach.case import Case
from bot.coach.cite import nearest, prose, telling
from bot.manual.models import Citation
from bot.policy.models import Finding

_MOST = 3
_NEAR = 0.6  # of the best score: what is further away is filler


def reading_list(case: Case, findings: Sequence[Finding]) -> tuple[Citation, ...]:
    """At most three citations, best first; sections that a finding cites already are left out.

    Words that a rule rests on say best what a passage means; without any, its nearest sentence of prose.
    """
    cited = {finding.citation.passage for finding in findings}
    sections = {passage.anchor for id_ in cited if (passage := case.passages.get(id_))}
    about = telling(case.draft.text)
    chosen: list[Citation] = []
    for hit in case.hits:
        passage = hit.passage
        if len(chosen) == _MOST or hit.score < _NEAR * case.hits[0].score:
            break
        of_other_network = passage.anchor in case.policy.networks.networks and passage.anchor != case.checked.network
        if passage.id in cited or passage.anchor in sections or of_other_network:
            continue
        quote = nearest(case.rule_words(passage), about) or nearest(filter(case.may_cite, prose(passage.text)), about)
        if quote:
            sections.add(passage.anchor)
            chosen.append(Citation(passage=passage.id, heading=passage.heading_path, quote=quote))
    return tuple(chosen)
