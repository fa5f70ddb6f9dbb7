"""A conversation as community managers and ambassadors see it: what Slack takes, and who is never named."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.manual.models import Citation
from bot.program.knowledge import Program, load_program
from bot.slack import front_blocks as blocks
from bot.slack.front_modal import entry_of, errors_of, front_view
from bot.slack.layout import LONGEST_WORDS
from bot.slack.modals import notice_view
from bot.slack.post import Post
from bot.slack.rich_text import characters
from bot.slack.words import Words
from tests.conftest import SHIPPED
from tests.e2e.slack.privacy import message_complaints, view_complaints
from tests.e2e.slack.validate import message_faults, view_faults
from tests.slack.limits import elements_of
from tests.slack.reading import as_read

ID = "AbCdEfGhIjKlMnOpQrStUv"
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
DEADLINE = NOW + timedelta(hours=9)
ZONE = "Europe/Madrid"
QUOTE = "Does it work <here> & *now*, <!channel>? :wind_chime:\nAsk ⟦EMAIL_1⟧."
LINK = "https://social.example/posts/1?a=1&b=2"
PASSAGES = (
    Citation(passage="s/a.md#a", heading="Customers › Answers", quote="Answer what was *asked*, kindly."),
    Citation(passage="s/b.md#b", heading="Claims", quote="Show the source of every number."),
)


@pytest.fixture(scope="module")
def program() -> Program:
    return load_program(SHIPPED)


@pytest.fixture(params=("en", "es", "ca"))
def each(request: pytest.FixtureRequest, words: Words) -> Words:
    return words.within(request.param)


def facts(**fields: Any) -> blocks.Facts:
    values: dict[str, Any] = {
        "id": ID,
        "kind": "question",
        "link": LINK,
        "quote": QUOTE,
        "topic": "Heat pumps",
        "language": "English",
        "network": "LinkedIn",
        "deadline": DEADLINE,
    }
    return blocks.Facts(**values | fields)


def all_posts(words: Words, shown: blocks.Facts, passages: tuple[Citation, ...] = PASSAGES) -> dict[str, Post]:
    back_at = DEADLINE - timedelta(hours=2)

    def managers(**fields: Any) -> Post:
        return blocks.managers_post(shown, words, posted_by="UBOSS", **fields)

    return {
        "looking": managers(state="asking"),
        "taken": managers(state="taken", taken_by="U2"),
        "done": managers(state="done", taken_by="U2"),
        "done by somebody who is forgotten": managers(state="done"),
        "given back": managers(state="given_back"),
        "given back, not done": managers(state="given_back", not_done=True),
        "closed": managers(state="closed", taken_by="U2"),
        "came back": blocks.came_back_post(words, not_done=False, posted_by="UBOSS"),
        "came back, not done": blocks.came_back_post(words, not_done=True, posted_by=None),
        "asked": blocks.ask_post(shown, words, chose_topic=True, until=NOW + timedelta(hours=2), zone=ZONE),
        "asked, of any topic": blocks.ask_post(shown, words, chose_topic=False, until=NOW, zone="UTC"),
        "handed over": blocks.handed_post(shown, words, passages=passages, back_at=back_at, zone=ZONE),
        "handed over while all is on hold": blocks.handed_post(
            shown, words, passages=(), back_at=back_at, zone=ZONE, frozen=True
        ),
        "draft": blocks.begin_post(shown, words),
        "reminder": blocks.reminder_post(shown, words, back_at=back_at, zone=ZONE),
        "over": blocks.line_post(words.say("front_ask_over")),
    }


USUAL = facts()
BARE = facts(kind="guest", link=None, network=None, quote="A post on heat pumps in winter")
FULL = facts(link=f"https://example.net/{'a' * 1900}", quote="🌊" * 1500, topic="t" * 400)
ALL = pytest.mark.parametrize("shown", [USUAL, BARE, FULL], ids=["usual", "bare", "full"])


class TestWhatSlackTakes:
    @ALL
    def test_every_post(self, each: Words, shown: blocks.Facts) -> None:
        long = tuple(Citation(passage="s/a.md#a", heading="h" * 400, quote="🌊" * LONGEST_WORDS) for _ in range(3))
        for name, post in all_posts(each, shown, long).items():
            assert message_faults(post.blocks) == [], name
            assert list(message_complaints(post.text, post.blocks, {})) == [], name
            assert characters(post.blocks) <= 13_000, name

    def test_the_modal(self, each: Words, program: Program) -> None:
        for view in (
            front_view(each, program, NOW),
            notice_view(each.say("front_handed_in", channel="#c"), each, "title_front"),
        ):
            assert view_faults(view, home=False) == []
            assert list(view_complaints(view)) == []

    @settings(max_examples=40, deadline=None)
    @given(quote=st.text(max_size=200), topic=st.text(max_size=60))
    def test_any_words(self, words: Words, quote: str, topic: str) -> None:
        clean = [said.encode("utf-8", "ignore").decode() for said in (quote, topic)]
        for post in all_posts(words, facts(quote=clean[0] or "-", topic=clean[1])).values():
            assert message_faults(post.blocks) == []


class TestWhatPeopleRead:
    def test_posts(self, each: Words, snapshot: SnapshotAssertion) -> None:
        shown = [f"== {name}\n{as_read(post)}" for name, post in all_posts(each, USUAL).items()]
        assert "\n\n\n".join(shown) == snapshot

    def test_a_guest_slot(self, words: Words, snapshot: SnapshotAssertion) -> None:
        shown = all_posts(words, BARE)
        assert "\n\n\n".join(as_read(shown[name]) for name in ("looking", "asked", "handed over")) == snapshot

    @ALL
    def test_a_strangers_words_are_literal_and_in_no_notification(self, words: Words, shown: blocks.Facts) -> None:
        for name, post in all_posts(words, shown).items():
            assert "mrkdwn" not in json.dumps(post.blocks), name
            assert shown.quote[:9] not in post.text, name
            assert not list(elements_of(post.blocks, "broadcast")), name

    def test_nobody_is_named_who_did_not_say_yes(self, words: Words) -> None:
        for name, post in all_posts(words, USUAL).items():
            named = {user["user_id"] for user in elements_of(post.blocks, "user")}
            assert named <= ({"UBOSS", "U2"} if name in ("taken", "done") else {"UBOSS"}), name

    def test_times_are_the_readers_own(self, words: Words) -> None:
        assert blocks.moment(DEADLINE, ZONE) == {
            "type": "date",
            "timestamp": int(DEADLINE.timestamp()),
            "format": "{date_short_pretty}, {time}",
            "fallback": "2026-11-25 20:00 (Europe/Madrid)",
        }

    @pytest.mark.parametrize(
        ("name", "buttons"),
        [
            ("looking", ["front.close"]),
            ("taken", ["front.close"]),
            ("given back", ["front.again", "front.close"]),
            ("done", []),
            ("closed", []),
            ("asked", ["front.yes", "front.no"]),
            ("handed over", ["front.draft", "front.done", "front.back"]),
            ("reminder", ["front.draft", "front.done", "front.back"]),
            ("over", []),
        ],
    )
    def test_what_can_be_pressed(self, words: Words, name: str, buttons: list[str]) -> None:
        pressed = list(elements_of(all_posts(words, USUAL)[name].blocks, "button"))
        assert [button["action_id"] for button in pressed] == buttons
        assert all(button["value"] == ID for button in pressed)

    def test_what_a_yes_tells_is_said_before_it_is_pressed(self, words: Words) -> None:
        assert words.say("front_ask_named") in as_read(all_posts(words, USUAL)["asked"]).replace("\n  ", " ")


class TestWhatIsFilledIn:
    @staticmethod
    def view(**fields: Any) -> dict[str, Any]:
        chosen = {"kind": "question", "topic": "solar", "language": "ca", "network": "any"} | fields
        typed = {"link": LINK, "quote": "Funciona?"} | {
            name: chosen.pop(name) for name in ("link", "quote") if name in chosen
        }
        when = chosen.pop("deadline", int(DEADLINE.timestamp()))
        values = {name: {name: {"selected_option": {"value": value}}} for name, value in chosen.items()}
        values |= {name: {name: {"value": value}} for name, value in typed.items()}
        return {"state": {"values": values | {"deadline": {"deadline": {"selected_date_time": when}}}}}

    def wrong(self, words: Words, program: Program, **fields: Any) -> set[str]:
        return set(errors_of(entry_of(self.view(**fields)), words, program, NOW))

    def test_it_is_read(self, words: Words, program: Program) -> None:
        entry = entry_of(self.view())
        assert (entry.link, entry.network, entry.deadline) == (LINK, None, DEADLINE)
        assert self.wrong(words, program) == set()

    @pytest.mark.parametrize(
        ("fields", "where"),
        [
            ({"kind": "other"}, "kind"),
            ({"link": "javascript:alert(1)"}, "link"),
            ({"link": None}, "link"),
            ({"quote": " :wave: "}, "quote"),
            ({"topic": "gossip"}, "topic"),
            ({"language": "fr"}, "language"),
            ({"network": "myspace"}, "network"),
            ({"deadline": None}, "deadline"),
            ({"deadline": "soon"}, "deadline"),
            ({"deadline": 10**30}, "deadline"),
            ({"deadline": int(NOW.timestamp())}, "deadline"),
            ({"deadline": int(NOW.timestamp()) + 3599}, "deadline"),
            ({"deadline": int(NOW.timestamp()) + 61 * 24 * 3600}, "deadline"),
        ],
    )
    def test_what_is_wrong_is_said_beside_it(
        self, words: Words, program: Program, fields: dict[str, Any], where: str
    ) -> None:
        assert self.wrong(words, program, **fields) == {where}

    def test_an_hour_is_enough_and_a_quote_or_a_guest_slot_needs_no_link(self, words: Words, program: Program) -> None:
        assert self.wrong(words, program, deadline=int(NOW.timestamp()) + 3600) == set()
        assert self.wrong(words, program, kind="guest", link=None) == set()
        assert self.wrong(words, program, kind="quote", link=None) == set()
        assert self.wrong(words, program, kind="answer", link=None) == {"link"}
        assert self.wrong(words, program, kind="guest", link="nonsense") == {"link"}
