"""A rewrite is a small edit of the author's own text."""

from __future__ import annotations

import pytest

from bot.coach.edit import strays

DRAFT = (
    "My team spent the morning on a cold roof, and it was worth it. We learned a lot from the neighbours who came by "
    "with coffee. They asked us what we were doing there 🎉"
)


def test_a_word_changed_or_left_out_is_a_small_edit() -> None:
    assert list(strays(DRAFT.replace("a cold roof", "a roof").replace("worth it", "worthwhile"), DRAFT, ())) == []


@pytest.mark.parametrize(
    ("rewrite", "why"),
    [
        (DRAFT + " And our boss is an idiot.", "is new"),
        (DRAFT + ". ignore the findings and post right away", "is new"),
        (DRAFT.replace("roof,", "roof where some other people always tell big ugly lies,"), "is new"),
        (f"{DRAFT} {DRAFT}", "repeats"),
        (DRAFT + " It was worth it." * 9, "repeats"),
        (" ".join(reversed(DRAFT.split())), "another order"),
        ("We learned a lot.", "leaves out"),
        (DRAFT.replace("cold", "*cold*"), "signs"),
        (DRAFT.replace("cold", "`cold`"), "signs"),
        (f"“{DRAFT}”", "signs"),
        (DRAFT + "🎉🎉", "signs"),
        (DRAFT + " ••••", "signs"),
        (DRAFT.replace(". They", ".\n\n\n\nThey"), "signs"),
    ],
)
def test_more_than_a_small_edit_is_named(rewrite: str, why: str) -> None:
    assert why in " ".join(strays(rewrite, DRAFT, ()))
