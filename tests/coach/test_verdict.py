"""ready, revise, hold or unjudged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coach.models import Verdict
from bot.coach.verdict import verdict
from bot.manual.models import Citation
from bot.policy.models import HOLD_CATEGORIES, Category, Finding, Severity


def finding(category: Category, severity: Severity = "must-fix") -> Finding:
    citation = Citation(passage="m#p", heading="P", quote="q")
    return Finding(
        rule=f"{category}.x",
        category=category,
        severity=severity,
        quote="a",
        start=0,
        end=1,
        message="m",
        fix="f",
        citation=citation,
    )


@pytest.mark.parametrize("category", sorted(HOLD_CATEGORIES))
def test_what_can_harm_somebody_asks_for_a_human_first(category: Category) -> None:
    assert verdict([finding(category)], judged_all=True, left_open=False) is Verdict.HOLD


@pytest.mark.parametrize("category", sorted(set(Category) - HOLD_CATEGORIES))
def test_any_other_must_fix_asks_for_a_revision(category: Category) -> None:
    assert verdict([finding(category)], judged_all=True, left_open=True) is Verdict.REVISE


def test_hold_wins_over_revise() -> None:
    both = [finding(Category.CLAIMS), finding(Category.CRISIS)]
    assert verdict(both, judged_all=True, left_open=False) is Verdict.HOLD


def test_hints_alone_leave_a_draft_ready() -> None:
    assert verdict([finding(Category.CRISIS, "consider")], judged_all=True, left_open=False) is Verdict.READY


@given(
    st.lists(st.tuples(st.sampled_from(Category), st.sampled_from(["must-fix", "consider"]))),
    st.booleans(),
    st.booleans(),
)
def test_ready_is_only_said_when_everything_was_judged(found: list, judged_all: bool, left_open: bool) -> None:
    given_verdict = verdict([finding(c, s) for c, s in found], judged_all=judged_all, left_open=left_open)
    if given_verdict is Verdict.READY:
        assert judged_all
        assert not left_open
        assert all(s == "consider" for _, s in found)
