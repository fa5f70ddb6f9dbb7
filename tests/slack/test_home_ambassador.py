"""The ambassadors' section of the Home tab, and the question to somebody who was imported, as people see them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.slack import actions as ids
from bot.slack.home_ambassador import own_blocks, roster_blocks
from bot.slack.roster_blocks import confirm_post
from bot.slack.words import Words
from bot.store.program_models import AmbassadorRow
from tests.e2e.slack.privacy import view_complaints
from tests.e2e.slack.reading import controls
from tests.e2e.slack.reading import words as read
from tests.e2e.slack.validate import message_faults, view_faults
from tests.program.test_roster_file import OFFERED
from tests.slack.limits import faults as post_faults

AT = datetime(2026, 12, 2, 11, 0, tzinfo=UTC)
LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "ca"])


def somebody(user: str = "U0AAA", **fields: Any) -> AmbassadorRow:
    chosen = {
        "state": "active", "tell_me": False, "topics": ["heat-pumps", "solar"], "networks": [], "languages": ["ca", "en"],
        "days": [0, 2, 4], "quiet_from": 1080, "quiet_to": 540, "weekly_budget": 2, "in_channels": False,
        "country": "ES-CT", "time_zone": "Europe/Madrid",
    }  # fmt: skip
    return AmbassadorRow(team_id="T1", user_id=user, changed_at=AT, since=AT, **chosen | fields)


def section(row: AmbassadorRow | None, words: Words) -> list[dict[str, Any]]:
    blocks = list(own_blocks(row, words, OFFERED))
    view = {"type": "home", "blocks": blocks}
    assert [*view_faults(view, home=True), *view_complaints(view)] == []
    assert len(blocks) <= 6
    return blocks


def pressable(blocks: list[dict[str, Any]]) -> list[str]:
    return [element["action_id"] for _, element in controls(blocks)]


@LANGUAGES
def test_to_somebody_who_isnt_one(language: str, words: Words, snapshot: SnapshotAssertion) -> None:
    blocks = section(None, words.within(language))
    assert read(blocks) == snapshot
    assert pressable(blocks) == [ids.AMBASSADOR_JOIN, ids.AMBASSADOR_HOW, ids.AMBASSADOR_TELL]


@LANGUAGES
def test_to_an_ambassador(language: str, words: Words, snapshot: SnapshotAssertion) -> None:
    blocks = section(somebody(), words.within(language))
    assert read(blocks) == snapshot
    assert pressable(blocks) == [
        ids.AMBASSADOR_SETTINGS,
        ids.AMBASSADOR_PAUSE,
        ids.AMBASSADOR_LEAVE,
        ids.AMBASSADOR_HOW,
    ]
    assert "confirm" not in str(blocks), "nothing asks back"


@LANGUAGES
def test_to_one_who_pauses(language: str, words: Words, snapshot: SnapshotAssertion) -> None:
    row = somebody(
        state="paused", topics=[], languages=[], quiet_to=1080, weekly_budget=0, in_channels=True, country=None
    )
    blocks = section(row, words.within(language))
    assert read(blocks) == snapshot
    assert pressable(blocks)[:3] == [ids.AMBASSADOR_SETTINGS, ids.AMBASSADOR_RESUME, ids.AMBASSADOR_LEAVE]


@LANGUAGES
def test_the_question_to_somebody_who_was_imported(language: str, words: Words, snapshot: SnapshotAssertion) -> None:
    post = confirm_post(somebody(state="to_confirm", weekly_budget=1), words.within(language), OFFERED)
    assert f"{post.text}\n\n{read(post.blocks)}" == snapshot
    assert message_faults(post.blocks) == []
    assert post_faults(post) == []
    blocks = section(somebody(state="to_confirm"), words.within(language))
    assert pressable(blocks) == [*pressable(post.blocks), ids.AMBASSADOR_HOW]
    assert pressable(post.blocks) == [ids.AMBASSADOR_YES, ids.AMBASSADOR_SETTINGS, ids.AMBASSADOR_NO]


@pytest.mark.parametrize("state", ["none", "invited", "not_now", "never", "left", "gone"])
def test_whatever_was_said_before_the_way_in_is_open(words: Words, state: str) -> None:
    assert pressable(section(somebody(state=state), words))[0] == ids.AMBASSADOR_JOIN


def test_the_switch_stands_as_it_was_left(words: Words) -> None:
    (box,) = [e for _, e in controls(section(somebody(state="none", tell_me=True), words)) if e["type"] == "checkboxes"]
    assert box["initial_options"] == box["options"]


def test_a_topic_that_is_gone_is_shown_by_its_id(words: Words) -> None:
    assert "Topics: retired-topic" in read(section(somebody(topics=["retired-topic"]), words))


class TestWhatManagersSee:
    def shown(self, words: Words, *rows: AmbassadorRow) -> list[dict[str, Any]]:
        blocks = list(roster_blocks(rows, words, OFFERED.program))
        view = {"type": "home", "blocks": blocks}
        assert [*view_faults(view, home=True), *view_complaints(view)] == []
        return blocks

    def test_nobody_yet(self, words: Words) -> None:
        assert read(self.shown(words)) == words.say("home_roster_none")

    def test_below_five_no_figure(self, words: Words) -> None:
        few = read(self.shown(words, *(somebody(f"U0{number}") for number in range(4))))
        assert "@U00, @U01, @U02, @U03" in few
        assert "Solar" not in few
        assert words.say("home_roster_count", count=4) not in few

    @LANGUAGES
    def test_from_five_on(self, language: str, words: Words, snapshot: SnapshotAssertion) -> None:
        rows = [somebody(f"U0{number}", topics=["solar"] if number else ["solar", "climate"]) for number in range(5)]
        assert read(self.shown(words.within(language), *rows)) == snapshot

    def test_two_thousand_fit(self, words: Words) -> None:
        shown = self.shown(words, *(somebody(f"U0{number}") for number in range(2_000)))
        assert "and 1940 more" in read(shown)
        assert len(shown) <= 9
