"""Slack's markup undone, where a message comes without its composer's blocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.inbound import text_of
from bot.slack.markup import unescape
from tests.slack.composer import escape, message


@given(st.text() | st.text("<>&;amplt|@!#:U1 \n"))
def test_unescaping_gives_back_what_was_escaped(text: str) -> None:
    assert unescape(escape(text)) == text


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ("AT&amp;T &lt;b&gt; &amp;lt; &amp;amp;", "AT&T <b> &lt; &amp;"),
        ("&lt;@U1&gt; and &lt;!channel&gt;", "<@U1> and <!channel>"),
        ("<@U1> <@U2|pau> <@U9>", "@Marta @pau @U9"),
        ("<#C1> <#C2|launch> <#C3|>", "#general #launch #C3"),
        ("<!here> <!channel|@channel> <!everyone>", "@here @channel @everyone"),
        ("<!subteam^S1> <!subteam^S2|@press>", "@comms @press"),
        ("<!date^1764000000^{date}|24 November> <!date^1764000000^{date}>", "24 November 2025-11-24 16:00"),
        ("<!date^nonsense> <!date>", " @date"),
        ("Well done :tada: :+1::skin-tone-3: :acme_party:", "Well done 🎉 👍🏼 :acme_party:"),
        ("Hola:wave: at 10:30:45 a:b:c :flag-es:", "Hola👋 at 10:30:45 a:b:c 🇪🇸"),
        ("`:wave:` stays, ```:wave: &lt;``` too", "`:wave:` stays, :wave: < too"),
        ("```\ncode &amp; <https://a.example>\n  two\n```", "code & https://a.example\n  two"),
        ("for X:\n```the draft```\nthanks", "for X:\nthe draft\nthanks"),
        ("&gt; quoted\n&gt;&gt; twice\nnot", "quoted\ntwice\nnot"),
        ("5 &gt; 4, `x`&gt; y", "5 > 4, `x`> y"),
        ("a `lonely tick and ``` a fence", "a `lonely tick and ``` a fence"),
        ("1/ one\n\n---\n\n2/ two", "1/ one\n\n---\n\n2/ two"),
        ("<> < > <unclosed", "<> < > <unclosed"),
    ],
)
def test_markup_is_what_the_author_sees(sent: str, said: str) -> None:
    assert text_of(message(sent), {"U1": "Marta", "C1": "general", "S1": "comms"}) == said
