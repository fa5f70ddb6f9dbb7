"""Where a thread's posts begin and end."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.networks.threads import posts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One post. Two sentences.", ["One post. Two sentences."]),
        ("First\n---\nSecond\n\n---\n\nThird", ["First", "Second", "Third"]),
        ("1/ First\n\n2/ Second\nmore\n\n3/ Third", ["1/ First", "2/ Second\nmore", "3/ Third"]),
        ("1/3 First\n2/3 Second\n3/3 Third", ["1/3 First", "2/3 Second", "3/3 Third"]),
        ("Opening line\n\n1/ First\n2/ Second", ["Opening line\n\n1/ First", "2/ Second"]),
        ("First (1/2)\nSecond (2/2)", ["First (1/2)", "Second (2/2)"]),
        ("First 1/2\n\nSecond 2/2", ["First 1/2", "Second 2/2"]),
        ("1/2 cup of sugar\nand 3/4 of milk", ["1/2 cup of sugar\nand 3/4 of milk"]),
        ("2/ Second\n1/ First", ["2/ Second\n1/ First"]),
        ("1/ only one", ["1/ only one"]),
        ("a --- b", ["a --- b"]),
        ("---\nFirst\n---", ["First"]),
        ("", [""]),
    ],
)
def test_posts(text: str, parts: list[str]) -> None:
    assert [text[start:end] for start, end in posts(text)] == parts


@given(st.lists(st.sampled_from(["---", "1/", "2/ b", "(2/2)", "text", "", "3/3", " "]), max_size=10).map("\n".join))
def test_posts_come_in_order_and_keep_every_word(text: str) -> None:
    spans = posts(text)
    assert spans
    assert all(0 <= a <= b <= len(text) for a, b in spans)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))
    kept = "".join(text[a:b] for a, b in spans).split()
    assert "".join(kept).replace("---", "") == "".join(text.split()).replace("---", "")
