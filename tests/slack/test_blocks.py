"""The posts beside a review."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.coach.talk import Reply
from bot.manual.models import Citation
from bot.slack import actions as ids
from bot.slack.blocks import network_post, reply_post, sentence_post, superseded_post, welcome_post
from bot.slack.post import Post
from bot.slack.words import Words
from tests.slack.conftest import LANGUAGES
from tests.slack.limits import elements_of, faults, texts_of
from tests.slack.reading import as_read
from tests.slack.test_review_blocks import CITATION, HUGE, LONG

ID = "Rw-8_abcdefghijklmnopq"
CITATIONS = [
    Citation(passage="own/a#people", heading="People › In pictures", quote="Ask before you post somebody's picture."),
    Citation(passage="own/a#alt", heading="Posts that everyone can read", quote="Say what the picture shows."),
]


def every_post(words: Words) -> dict[str, Post]:
    return {
        "first meeting": welcome_post(words, company="Tebiora", model="gpt-4.1-mini", retention_hours=30 * 24),
        "first meeting without a model": welcome_post(words, company="Tebiora", model=None, retention_hours=24),
        "which network": network_post(ID, words),
        "which network, if it is a draft": network_post(ID, words, may_be_question=True),
        "unknown network": network_post(ID, words, unknown=True),
        "superseded": superseded_post(words),
        "answer": reply_post(
            Reply(text="A number without a source can't be checked.", citations=tuple(CITATIONS[:1])),
            review_id=ID,
            words=words,
        ),
        "another version": reply_post(Reply(rewrite="Line one <3\n\nLine two"), review_id=ID, words=words),
        "no other version": reply_post(Reply(), review_id=ID, words=words),
        "a sentence": sentence_post(words.say("over_limit", limit=30)),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_read(words: Words, language: str, snapshot: SnapshotAssertion) -> None:
    posts = every_post(words.within(language))
    assert "\n\n".join(f"# {name}\n\n{as_read(post)}" for name, post in posts.items()) == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_them_all(words: Words, language: str) -> None:
    assert {name: faults(post) for name, post in every_post(words.within(language)).items() if faults(post)} == {}


def test_a_button_for_each_network_knows_the_draft(words: Words) -> None:
    buttons = list(elements_of(network_post(ID, words).blocks, "button"))
    assert [b["action_id"] for b in buttons] == [f"{ids.CHOOSE_NETWORK}.{id_}" for id_ in words.networks]
    assert {b["value"] for b in buttons} == {ID}


def test_the_notification_holds_no_words_of_a_draft_or_a_model(words: Words) -> None:
    canary = Citation(passage="own/a#b", heading="CANARY", quote="CANARY")
    reply = Reply(text="CANARY", rewrite="CANARY", citations=(canary,), note="CANARY")
    assert "CANARY" not in reply_post(reply, review_id=ID, words=words).text


def test_a_sentence_with_signs_is_escaped_in_the_notification_and_literal_in_the_post() -> None:
    post = sentence_post("Ask R&D <here>")
    assert post.text == "Ask R&amp;D &lt;here&gt;"
    assert list(texts_of(post.blocks)) == ["Ask R&D <here>"]


def test_another_version_is_copied_exactly_as_long_as_the_coach_allows(words: Words) -> None:
    rewrite = ("Line <one>\n\n`two` & three " * 200)[:5_000]
    post = reply_post(Reply(rewrite=rewrite), review_id=ID, words=words)
    (version,) = elements_of(post.blocks, "rich_text_preformatted")
    assert "".join(texts_of(version)) == rewrite


@settings(max_examples=40, deadline=None)
@given(
    st.builds(
        Reply,
        text=st.none() | LONG | st.just(HUGE),
        rewrite=st.none() | LONG | st.just(HUGE),
        citations=st.lists(CITATION, max_size=4).map(tuple),
        note=st.none() | LONG,
    )
)
def test_whatever_is_answered_slack_takes_it(words: Words, reply: Any) -> None:
    assert faults(reply_post(reply, review_id=ID, words=words)) == []
