"""What to do with a draft, from what was found and what nobody judged."""

from __future__ import annotations

from collections.abc import Iterable

from bot.coach.models import Verdict
from bot.policy.models import HOLD_CATEGORIES, Finding


def verdict(findings: Iterable[Finding], *, judged_all: bool, left_open: bool) -> Verdict:
    """The verdict of a review.

    `judged_all` is False for a draft in a language without rules; `left_open` is True while a criterion was not judged
    or a rule is suspended. Findings to `consider` alone change nothing.
    """
    must_fix = {finding.category for finding in findings if finding.severity == "must-fix"}
    if must_fix & HOLD_CATEGORIES:
        return Verdict.HOLD
    if must_fix:
        return Verdict.REVISE
    if left_open or not judged_all:
        return Verdict.UNJUDGED
    return Verdict.READY
