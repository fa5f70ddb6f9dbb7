"""A crisis freeze as people read it: what Slack takes, links that can be trusted, and the words in three languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.slack import freeze_blocks as blocks
from bot.slack.bonvent_command import Wish, read_bonvent
from bot.slack.freeze_blocks import Freeze, Stopped
from bot.slack.post import Post
from bot.slack.sameness import alike_post
from bot.slack.words import Words
from tests.e2e.slack.privacy import message_complaints, view_complaints
from tests.e2e.slack.validate import message_faults, view_faults
from tests.slack.limits import elements_of, faults
from tests.slack.reading import as_read

LINK = "https://tebiora.example/news/outage"
STATEMENT = f"We are looking into it: {LINK}."
FREEZE = Freeze(3, datetime(2026, 11, 23, 9, 30, tzinfo=UTC), "U1", STATEMENT)


@pytest.fixture(params=("en", "es", "ca"))
def each(request: pytest.FixtureRequest, words: Words) -> Words:
    return words.within(request.param)


def usual(words: Words, statement: str = STATEMENT, who: str = "Aina") -> list[Post]:
    return [
        blocks.hold_post(words, statement),
        blocks.hold_post(words, ""),
        blocks.over_post(words),
        blocks.stopped_post(words, Stopped(12, 2, statement=statement)),
        blocks.stopped_post(words, Stopped(0, 0)),
        blocks.stopped_post(words, Stopped(0, 0, too_long=True)),
        blocks.stopped_post(words, Stopped(0, 2, fresh=False, statement=statement)),
        blocks.lifted_post(words),
        blocks.status_post(words, FREEZE, who),
        blocks.status_post(words, None, ""),
        blocks.channel_post(words, "U1", statement),
        blocks.statement_post(words, statement),
        blocks.channel_over_post(words, "U1"),
        blocks.help_post(words, "Tebiora", manages=True),
        blocks.help_post(words, "Tebiora", manages=False, unknown=True),
        alike_post(words, 1, ("What surprised you", "Who taught you", "What you would do differently")),
        alike_post(words, 7, ()),
    ]


def test_what_people_read(each: Words, snapshot: SnapshotAssertion) -> None:
    notice = Post("(in a review)", blocks.notice(each, STATEMENT))
    assert as_read([*usual(each), notice]) == snapshot


def test_home_and_modal(each: Words, snapshot: SnapshotAssertion) -> None:
    for freeze in (None, FREEZE):
        home = blocks.home_blocks(each, freeze, "Aina")
        assert len(home) <= 15
        assert view_faults({"type": "home", "blocks": home}, True) == []
        view = blocks.freeze_view(each, freeze)
        assert view_faults(view, False) == []
        assert list(view_complaints(view)) == []
        assert view.get("private_metadata", "") == (str(freeze.number) if freeze else ""), "the freeze it is asked for"
        assert (home, view) == snapshot


def test_slack_takes_it_whatever_a_statement_and_a_name_say(each: Words) -> None:
    for statement in ("<!channel> & *all* @here", "🌊" * 250, f"{LINK} " * 10):
        for post in usual(each, statement, "<!here> & “Aina”"):
            links = {link["url"] for link in elements_of(post.blocks, "link")}
            assert links <= {LINK}
            ours = {f"something that Slack reads as more than words: {kind}" for kind in ("link", "user")}
            assert set(faults(post)) <= ours
            assert [user["user_id"] for user in elements_of(post.blocks, "user")] in ([], ["U1"])
            assert message_faults(post.blocks) == []
            assert list(message_complaints(post.text, post.blocks, {})) == []


class TestAStatement:
    def test_a_link_can_be_pressed_without_the_point_behind_it(self) -> None:
        first, link, last = blocks.statement_words(STATEMENT)
        assert (first["text"], link["url"], last["text"]) == ("We are looking into it: ", LINK, ".")

    @pytest.mark.parametrize(
        "statement",
        ["javascript:alert(1)", "file:///etc/passwd", "mailto:a@b.example", "https://", "http://localhost", "<@U1>"],
    )
    def test_nothing_else_can(self, statement: str) -> None:
        assert list(elements_of(blocks.statement_words(statement), "link")) == []
        assert "".join(piece["text"] for piece in blocks.statement_words(statement)) == statement

    @given(st.text(max_size=500))
    def test_every_word_of_it_is_shown(self, statement: str) -> None:
        shown = blocks.statement_words(statement)
        assert "".join(piece["text"] for piece in shown if piece["type"] == "text") in statement or any(
            piece["type"] == "link" for piece in shown
        )


class TestSoundingAlike:
    def test_how_many_is_told_only_where_it_hides_everybody(self, words: Words) -> None:
        told = {colleagues: as_read(alike_post(words, colleagues, ())) for colleagues in (1, 4, 5, 12)}
        assert told[1] == told[4]
        assert not any(map(str.isdigit, told[4]))
        assert "5 colleagues" in told[5]
        assert "12 colleagues" in told[12]


class TestTheCommand:
    @pytest.mark.parametrize(
        ("text", "wish"),
        [
            ("", Wish("help")),
            ("  \n", Wish("help")),
            ("help", Wish("help")),
            ("Ayuda", Wish("help", language="es")),
            ("freeze", Wish("freeze")),
            ("FREEZE: We know. ", Wish("freeze", "We know.")),
            (f"congela {LINK}", Wish("freeze", LINK)),
            ("lift", Wish("lift")),
            ("Aixecar", Wish("lift", language="ca")),
            ("estado", Wish("status", language="es")),
            ("lift it please", Wish("unknown")),
            ("freez", Wish("unknown")),
            ("please freeze", Wish("unknown")),
        ],
    )
    def test_the_first_word_says_what(self, text: str, wish: Wish) -> None:
        assert read_bonvent(text) == wish

    @given(st.text())
    def test_whatever_is_written_is_something(self, text: str) -> None:
        wish = read_bonvent(text)
        assert wish.verb == "freeze" or not wish.text
