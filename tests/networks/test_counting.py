"""How long a post is on each network, and what counts as a hashtag or a link."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from twitter_text import parse_tweet

from bot.networks.counting import hashtags, length, links
from bot.networks.loader import load_networks

NETWORKS = load_networks(Path(__file__).parents[2] / "knowledge" / "networks.yaml").networks


@pytest.mark.parametrize(
    ("network", "text", "count"),
    [
        ("linkedin", "Hello 🚀", 7),
        ("linkedin", "https://www.tebiora.example/a/long/link", 39),
        ("instagram", "més 👩‍🚀", 7),
        ("x", "Hello", 5),
        ("x", "Hello 🚀", 8),
        ("x", "Family 👨‍👩‍👧‍👦", 9),
        ("x", "日本", 4),
        ("x", "read https://www.tebiora.com/a/very/long/path/indeed", 28),
        ("x", "see tebiora.com now", 31),
        ("x", "Hola. Adéu.", 11),
        ("x", "cafe\u0301", 4),
        ("bluesky", "Family 👨‍👩‍👧‍👦", 8),
        ("bluesky", "cafe\u0301", 4),
        ("threads", "Hello 🚀", 10),
        ("threads", "Visca 👍🏽", 14),
        ("threads", "ñandú", 5),
        ("mastodon", "read https://www.tebiora.com/a/very/long/path/indeed", 28),
        ("mastodon", "hi @ana@social.example", 7),
        ("mastodon", "Family 👨‍👩‍👧‍👦", 8),
        ("x", "", 0),
    ],
)
def test_length(network: str, text: str, count: int) -> None:
    assert length(text, NETWORKS[network]) == count


words = st.sampled_from(
    [
        "hola",
        "t.co",
        "tebiora.com",
        "https://t.co/abc",
        "e.g.",
        "a.b",
        ".",
        "。",
        "🚀",
        "©",
        "👩‍🚀",
        "日本",
        "é",
        "e\u0301",
        "\r\n",
        "\r",
        "…",
        "“x”",
        "www.a.es/ñ",
    ]
)
texts = st.one_of(
    st.text(max_size=40),
    st.lists(st.one_of(words, st.text(max_size=5)), max_size=8).map(" ".join),
    st.lists(words, max_size=5).map("".join),
)


@settings(max_examples=600, deadline=None)
@given(texts)
def test_on_x_the_quick_way_gives_the_official_number(text: str) -> None:
    assert length(text, NETWORKS["x"]) == parse_tweet(text).weightedLength


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=60))
def test_any_text_has_a_length_on_every_network(text: str) -> None:
    assert all(length(text, network) >= 0 for network in NETWORKS.values())


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#one and #Two_3, (#quatre)", ["#one", "#Two_3", "#quatre"]),
        ("#sostenibilitat #intel·ligència", ["#sostenibilitat", "#intel·ligència"]),
        ("we're #1 with C#", []),
        ("https://example.org/#part and a&#39;b", []),
        ("#2026goals", ["#2026goals"]),
    ],
)
def test_hashtags(text: str, tags: list[str]) -> None:
    assert [text[start:end] for start, end in hashtags(text)] == tags


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See https://example.org/a_(b), or www.tebiora.com.", ["https://example.org/a_(b)", "www.tebiora.com"]),
        ("tebiora.com/jobs!", ["tebiora.com/jobs"]),
        ("write to marta@tebiora.com", []),
        ("the end.Next sentence. 3.5 kWh, e.g. this", []),
        ("(https://example.org)", ["https://example.org"]),
    ],
)
def test_links(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in links(text)] == found
