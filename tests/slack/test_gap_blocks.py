"""The gap report and its modal: what Slack takes, what people read, and that nothing tells who asked."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.policy.engine import Policy
from bot.slack import actions
from bot.slack import gap_blocks as blocks
from bot.slack.gap_noting import LONGEST, nameless
from bot.slack.modals import notice_view
from bot.slack.post import Post
from bot.slack.rich_text import characters
from bot.slack.words import Words
from bot.store.gaps import Asked, Found
from tests.e2e.slack.privacy import message_complaints, view_complaints
from tests.e2e.slack.validate import message_faults, view_faults
from tests.slack.limits import elements_of
from tests.slack.reading import as_read

DAY = datetime(2026, 11, 23, tzinfo=UTC)
ID = "AbCdEfGhIjKlMnOpQrStUv"


@pytest.fixture(params=("en", "es", "ca"))
def each(request: pytest.FixtureRequest, words: Words) -> Words:
    return words.within(request.param)


def gap(number: int = 0, *texts: tuple[str, str], reason: str = "unanswered", **fields: object) -> Found:
    said = texts or (("May I post my <dog> & *cat*? <!channel>", "en"), ("¿Puedo publicar mi perro?", "es"))
    asked = tuple(Asked(text, language, reason, DAY) for text, language in said)
    return Found(f"{ID[:-2]}{number:02}", DAY, asked, **fields)  # type: ignore[arg-type]


def usual(words: Words) -> Post:
    closed = DAY + timedelta(days=9)
    found = [
        gap(0, ("Dogs?", "en"), ("¿Perros?", "es"), ("Gossos?", "ca"), ("Dogs, please?", "en"), reason="not_helpful"),
        gap(1, ("May I podcast?", "en")),
        gap(2, ("Emoji?", "en"), closed_at=closed, closed_by="U2", passage="answers/en/answers.md#emoji"),
        gap(3, ("Politics?", "en"), closed_at=closed, closed_by="U3"),
        gap(4, ("Music?", "en"), closed_at=closed),
    ]
    return blocks.report_post(
        found,
        words,
        more=4,
        nearest={found[0].id: "Photos › People"},
        sections={"answers/en/answers.md#emoji": "Emoji in posts"},
    )


def full(words: Words) -> Post:
    found = [gap(number, *(("🌊" * LONGEST, code) for code in ("en", "es", "ca"))) for number in range(15)]
    return blocks.report_post(found, words, more=99, nearest={one.id: "h" * 900 for one in found})


class TestWhatSlackTakes:
    def test_the_report(self, each: Words) -> None:
        for post in (usual(each), full(each)):
            assert message_faults(post.blocks) == []
            assert list(message_complaints(post.text, post.blocks, {})) == []
            assert characters(post.blocks) <= 13_000

    def test_the_modals(self, each: Words) -> None:
        written = blocks.Written("h" * 150, "t" * blocks.MOST_TEXT, "ca")
        views = [
            blocks.write_view(gap(), each),
            blocks.write_view(gap(0, ("🌊" * LONGEST, "xx")), each, written, each.say("gap_failed")),
            notice_view(each.say("gap_publishing"), each, "title_gap"),
            notice_view(each.say("gap_published", section="🌊" * 150), each, "title_gap"),
        ]
        for view in views:
            assert view_faults(view, home=False) == []
            assert list(view_complaints(view)) == []

    @settings(max_examples=40, deadline=None)
    @given(said=st.text(min_size=1, max_size=LONGEST), heading=st.text(max_size=150), written=st.text(max_size=300))
    def test_any_words(self, words: Words, said: str, heading: str, written: str) -> None:
        said, heading, written = (text.encode("utf-8", "ignore").decode() or "-" for text in (said, heading, written))
        one = gap(0, (said, "en"))
        post = blocks.report_post([one], words, nearest={one.id: heading})
        assert message_faults(post.blocks) == []
        assert view_faults(blocks.write_view(one, words, blocks.Written(heading, written, "en")), home=False) == []


class TestWhatPeopleRead:
    def test_report(self, each: Words, snapshot: SnapshotAssertion) -> None:
        assert as_read(usual(each)) == snapshot

    def test_at_most_ten_and_how_many_more(self, words: Words) -> None:
        post = full(words)
        assert len(list(elements_of(post.blocks, "actions"))) == blocks.MOST
        assert "99 more" in json.dumps(post.blocks)

    def test_an_example_of_each_language_comes_first(self, words: Words) -> None:
        one = gap(0, ("old", "en"), ("newer", "en"), ("viejo", "es"), ("vell", "ca"), ("newest", "en"))
        said = json.dumps(blocks.report_post([one], words).blocks)
        assert all(example in said for example in ("newest", "viejo", "vell"))
        assert "newer" not in said

    def test_what_can_be_pressed(self, words: Words) -> None:
        pressed = list(elements_of(usual(words).blocks, "button"))
        assert [one["action_id"] for one in pressed] == [actions.GAP_WRITE, actions.GAP_NONE] * 2
        assert all(len(one["value"]) == 22 for one in pressed)

    def test_words_are_literal_and_only_who_closed_is_named(self, words: Words) -> None:
        post = usual(words)
        assert "mrkdwn" not in json.dumps(post.blocks)
        assert [user["user_id"] for user in elements_of(post.blocks, "user")] == ["U2", "U3"]
        assert "Dogs" not in post.text

    def test_the_modal_gives_words_back(self, words: Words) -> None:
        view = blocks.write_view(gap(), words, blocks.Written("Dogs", "Post your dog.", "es"), words.say("gap_failed"))
        held = json.dumps(view, ensure_ascii=False)
        assert all(
            said in held for said in ("Dogs", "Post your dog.", "couldn't be published", "¿Puedo publicar mi perro?")
        )
        assert view["blocks"][-1]["element"]["initial_option"]["value"] == "es"

    @pytest.mark.parametrize(("asked", "chosen"), [(("es", "es", "ca"), "es"), (("ca", "es"), "es"), (("de",), "en")])
    def test_the_modal_begins_with_the_language_that_most_asked_in(
        self, words: Words, asked: tuple[str, ...], chosen: str
    ) -> None:
        view = blocks.write_view(gap(0, *((f"{code}?", code) for code in asked)), words)
        assert view["blocks"][-1]["element"]["initial_option"]["value"] == chosen


class TestNameless:
    """What is kept of a question has no secret, nobody's data, and no name that is found."""

    @pytest.mark.parametrize(
        ("question", "language", "kept"),
        [
            ("May  I\npost this?", "en", "May I post this?"),
            ("May I thank my colleague Marta Puig online?", "en", "May I thank my colleague ⟦NAME⟧ online?"),
            ("May I show a colleague called Marta?", "en", "May I show a colleague called ⟦NAME⟧?"),
            ("¿Puedo etiquetar a mi compañera Rosa de la Torre?", "es", "¿Puedo etiquetar a mi compañera ⟦NAME⟧?"),
            ("Puc citar el senyor Pere Vila i Pons?", "ca", "Puc citar el senyor ⟦NAME⟧?"),
            ("Is @Marta Puig allowed to post? And @jordi.pons?", "en", "Is ⟦NAME⟧ allowed to post? And ⟦NAME⟧?"),
            ("May Tebiora post about Aerowarm?", "en", "May Tebiora post about Aerowarm?"),
            ("Can I write to rosa@customers.example?", "en", "Can I write to ⟦EMAIL_1⟧?"),
            ("Is AKIAIOSFODNN7EXAMPLE a key I may post?", "en", "Is ⟦SECRET_1⟧ a key I may post?"),
            ("May I post this: “Here's my badge”?", "en", "May I post this: “⟦SECRET⟧”?"),
        ],
    )
    def test_it_is_hidden(self, policy: Policy, question: str, language: str, kept: str) -> None:
        assert nameless(question, policy, language) == kept

    def test_the_askers_own_name_is_hidden_too(self, policy: Policy) -> None:
        said = nameless(
            "I'm Aina from sales, Ferrandis by name. May I post?", policy, "en", "Aina Ferrandis, a@b.example"
        )
        assert said == "I'm ⟦NAME⟧ from sales, ⟦NAME⟧ by name. May I post?"

    @settings(max_examples=60, deadline=None)
    @given(question=st.text(max_size=1500))
    def test_any_words_stay_within_the_limit_on_one_line(self, policy: Policy, question: str) -> None:
        said = nameless(question, policy, "en", "Ana Pi")
        assert len(said) <= LONGEST
        assert "\n" not in said
