"""Whatever a person pastes: no detector stumbles, its spans lie in the text, and none takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.policy.detectors import DETECTORS, warm
from tests.policy.detectors.cases import FOUND
from tests.policy.detectors.helpers import reading

PIECES = [quote for rows in FOUND.values() for row in rows for quote in row if quote]
ODD = [
    "\0",
    "\ud800",
    "\udfff",
    "\u202e",
    "\u200d",
    "\ufe0f",
    "مرحبا",
    "שלום",
    "#",
    "@",
    "!!!!",
    "\r\n",
    "\\\\",
    "://",
    "ß",
    "İ",
]
any_text = st.one_of(
    st.text(alphabet=st.characters(), max_size=200),
    st.lists(st.one_of(st.sampled_from(PIECES), st.sampled_from(ODD), st.text(max_size=10)), max_size=8).map("".join),
)


@settings(max_examples=150, deadline=None)
@given(any_text)
def test_spans_lie_inside_the_text_in_order_and_are_not_empty(text: str) -> None:
    for name, detector in DETECTORS.items():
        spans = list(detector.find(reading(text), detector.options()))
        assert all(0 <= span.start < span.end <= len(text) for span in spans), name


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "1 ",
        "a@",
        "🚀",
        "𝗕 ",
        "pass is ",
        "ignore all ",
        "a.",
        "ABCD ",
        "#workfromhome",
        "://a:",
        "fc00:",
        "\ud800",
        "\0",
        "\n",
    ],
)
def test_a_hundred_thousand_characters_take_less_than_a_second_each(unit: str) -> None:
    warm()
    text = (unit * 100_000)[:100_000]
    for name, detector in DETECTORS.items():
        started = time.perf_counter()
        list(detector.find(reading(text), detector.options()))
        assert time.perf_counter() - started < 1.0, name
