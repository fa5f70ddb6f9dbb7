"""The composer loses nothing, and makes only what Slack's own shapes allow."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.e2e.slack import reading
from tests.e2e.slack.composer import compose
from tests.e2e.slack.rich_text import RICH_TEXT

PLAIN = st.text(alphabet="abcé <&'\"\n·7ñ", min_size=1)
ANYTHING = st.text(alphabet="ab *_~`<>&|:-.\n>1🎐é@#/", min_size=1)


@given(PLAIN)
def test_plain_words_come_through_as_they_are(typed: str) -> None:
    text, blocks = compose(typed)
    assert html.unescape(text) == typed
    assert reading.words(blocks) == typed


@given(ANYTHING)
def test_whatever_is_typed_makes_blocks_that_slack_knows(typed: str) -> None:
    text, blocks = compose(typed)
    assert [fault for block in blocks for fault in RICH_TEXT(block, "") if "more than 0" not in fault] == []
    assert "<!" not in text


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("see https://tebiora.com/a.", "see <https://tebiora.com/a>."),
        ("write to me@tebiora.com", "write to me@tebiora.com"),
        ("<https://tebiora.com|our site>", "<https://tebiora.com|our site>"),
        ("<!channel> look", "&lt;!channel&gt; look"),
        ("> quoted\nand not", "&gt; quoted\nand not"),
        ("1. one\n2. two", "1. one\n2. two"),
        ("- ", "- "),
        ("`a<b`", "`a&lt;b`"),
        ("at 10:30:45 we", "at 10:30:45 we"),
    ],
)
def test_markup_is_slack_s(typed: str, text: str) -> None:
    assert compose(typed)[0] == text
