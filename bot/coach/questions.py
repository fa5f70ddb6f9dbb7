"""What nobody judged, put to the author: the few questions that matter most for this draft."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from bot.manual.models import Hit
from bot.policy.models import HOLD_CATEGORIES, Category, Finding
from bot.policy.schema import Rule

FEWEST, MOST = 2, 4
_HOLD, _PROMISE, _REST = (
    0.3,
    0.2,
    0.1,
)  # how much a slip costs: a human is needed, the reader is misled, the post is worse
_MISLEADING = frozenset({Category.DISCLOSURE, Category.CLAIMS, Category.COPYRIGHT})
_TOLD_ALREADY = 0.25


def open_questions(
    unjudged: Sequence[Rule],
    suspended: Sequence[Rule],
    hits: Iterable[Hit],
    findings: Iterable[Finding],
    word: Callable[[Rule], str],
) -> tuple[str, ...]:
    """At most four questions, suspended rules' first, then by how near the draft their passage is and what a slip costs.

    Past the second, a question is asked only if search found its passage for this draft. `word` gives a rule's question
    for the reader.
    """
    near = _nearness(hits)
    told = {finding.category for finding in findings}

    def weight(rule: Rule) -> float:
        cost = _HOLD if rule.category in HOLD_CATEGORIES else _PROMISE if rule.category in _MISLEADING else _REST
        return near.get(rule.manual.ref, 0.0) + cost - (_TOLD_ALREADY if rule.category in told else 0.0)

    asked: list[str] = []
    categories: set[Category] = set()
    ranked = [*sorted(suspended, key=weight, reverse=True), *sorted(unjudged, key=weight, reverse=True)]
    # One a category first: two questions on the same thing help less than two on different ones.
    for again in (False, True):
        for rule in ranked:
            question = word(rule).strip()
            enough = len(asked) >= FEWEST and rule not in suspended and rule.manual.ref not in near
            if not question or question in asked or enough or (not again and rule.category in categories):
                continue
            if len(asked) >= MOST or (again and len(asked) >= FEWEST):
                break
            asked.append(question)
            categories.add(rule.category)
    return tuple(asked)


def _nearness(hits: Iterable[Hit]) -> dict[str, float]:
    """Section id → the best score of its passages in this search."""
    near: dict[str, float] = {}
    for hit in hits:
        near[hit.passage.anchor] = max(hit.score, near.get(hit.passage.anchor, 0.0))
    return near
