"""The calendar of campaigns in Home: what managers read, what they can press, and Slack's limits."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.program.models import Campaign
from bot.slack import actions as ids
from bot.slack.campaign_calendar import STATES, Shown, State, calendar_blocks, in_order
from bot.slack.home_campaigns import state_of
from bot.slack.words import Words
from bot.store.program_models import CampaignRow
from tests.e2e.slack.privacy import view_complaints
from tests.e2e.slack.reading import controls
from tests.e2e.slack.reading import words as read
from tests.e2e.slack.validate import view_faults

MADRID = ZoneInfo("Europe/Madrid")
TODAY = date(2026, 12, 2)


def moment(month: int, day: int, hour: int = 9, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=MADRID)


def shown(id_: str = "heat", state: State = "running", **fields: Any) -> Shown:
    usual: dict[str, Any] = {
        "name": "A winter without gas",
        "topic": "Heat pumps",
        "owner": "Communication",
        "starts": moment(11, 30),
        "ends": moment(12, 11, 18),
        "place": "#winter",
        "fits": 12,
    }
    return Shown(id=id_, state=state, **usual | fields)


BUSY = (
    shown(),
    shown("solar", "coming", name="Sun for all", place=None, fits=4, starts=moment(12, 14), ends=moment(1, 9, 0, 2027),
          embargo=moment(12, 15, 10)),
    shown("jobs", "paused", name="Forty new colleagues", topic="Jobs and learning", owner="R&D <sea>", fits=5),
    shown("lost", "lost", name="Our neighbours", place="in a channel", ends=moment(12, 7, 0)),
    shown("over", "ended", name="Autumn", starts=moment(11, 2), ends=moment(12, 1, 0), marks=()),
    shown("marked", name="Roofs", marks=("“Sun for all” is in the same channel.", "“Mistral” is under embargo.")),
)  # fmt: skip


@pytest.fixture(params=("en", "es", "ca"))
def each(request: pytest.FixtureRequest, words: Words) -> Words:
    return words.within(request.param)


def faults(blocks: list[dict[str, Any]]) -> list[str]:
    view = {"type": "home", "blocks": blocks}
    return [*view_faults(view, home=True), *view_complaints(view)]


def menus(blocks: list[dict[str, Any]]) -> dict[str, list[str]]:
    """Campaign → what its menu does."""
    found: dict[str, list[str]] = {}
    for _, element in controls(blocks):
        for option in element.get("options", []):
            verb, _, id_ = option["value"].partition(":")
            found.setdefault(id_, []).append(verb)
    return found


class TestWhatManagersRead:
    def test_a_busy_month(self, each: Words, snapshot: SnapshotAssertion) -> None:
        blocks = calendar_blocks(each, BUSY, today=TODAY, frozen=True, more=3)
        assert read(blocks) == snapshot
        assert faults(blocks) == []

    def test_nothing_planned(self, words: Words, snapshot: SnapshotAssertion) -> None:
        blocks = calendar_blocks(words, [], today=TODAY)
        assert read(blocks) == snapshot
        assert [element["action_id"] for _, element in controls(blocks)] == [ids.CAMPAIGN_PLAN]

    def test_weeks_are_those_of_iso_and_go_over_new_year(self, words: Words) -> None:
        said = read(calendar_blocks(words, [], today=date(2026, 12, 28)))
        assert "Week 53 · 28 Dec to 3 Jan 2027" in said
        assert "Week 1 · 4 Jan 2027 to 10 Jan 2027" in said

    def test_a_campaign_that_ends_at_midnight_doesnt_have_that_day(self, words: Words) -> None:
        blocks = calendar_blocks(words, [shown(ends=moment(12, 7, 0))], today=TODAY)
        weeks = read([blocks[1]]).split("Week ")
        assert "until 6 Dec" in weeks[1]
        assert "A winter" not in weeks[2]

    def test_a_group_is_counted_from_five_on(self, words: Words) -> None:
        assert "It suits 5 ambassadors" in read(calendar_blocks(words, [shown(fits=5)], today=TODAY))
        for few in range(5):
            assert "It suits fewer than 5 ambassadors" in read(calendar_blocks(words, [shown(fits=few)], today=TODAY))


class TestWhatCanBePressed:
    def test_what_a_menu_offers(self, words: Words) -> None:
        assert menus(calendar_blocks(words, BUSY, today=TODAY)) == {
            "lost": ["edit", "resume"],
            "heat": ["edit", "pause"],
            "marked": ["edit", "pause"],
            "jobs": ["edit", "resume"],
            "solar": ["edit", "pause"],
            "over": ["edit"],
        }

    def test_those_that_need_a_look_come_first(self) -> None:
        assert [one.id for one in in_order(BUSY)] == ["lost", "heat", "marked", "jobs", "solar", "over"]


class TestLimits:
    def test_thirteen_blocks_and_how_many_more(self, each: Words) -> None:
        many = [shown(f"c-{n}", name="🌊" * 300, marks=["x" * 900] * 9) for n in range(60)]
        blocks = calendar_blocks(each, many, today=TODAY, frozen=True, more=7)
        assert len(blocks) == 13
        assert faults(blocks) == []
        assert len(menus(blocks)) == 8
        assert "59" in read(blocks)

    @settings(max_examples=40, deadline=None)
    @given(
        name=st.text(min_size=1, max_size=500),
        place=st.text(min_size=1, max_size=90),
        marks=st.lists(st.text(min_size=1, max_size=400), max_size=6),
        state=st.sampled_from(list(STATES)),
        days=st.integers(-40, 60),
        lasts=st.integers(1, 400),
    )
    def test_whatever_is_in_it_slack_takes_it_and_reads_no_markup(
        self, words: Words, name: str, place: str, marks: list[str], state: State, days: int, lasts: int
    ) -> None:
        starts = moment(12, 2) + timedelta(days=days)
        name, place = (text.encode("utf-8", "ignore").decode() or "-" for text in (name, place))
        marks = [mark.encode("utf-8", "ignore").decode() or "-" for mark in marks]
        one = shown(
            state=state, name=name, place=place, marks=marks, starts=starts, ends=starts + timedelta(days=lasts)
        )
        blocks = calendar_blocks(words, [one], today=TODAY)
        assert faults(blocks) == []
        assert "mrkdwn" not in json.dumps(blocks)


@pytest.mark.parametrize(
    ("at", "row", "state"),
    [
        (moment(11, 1), ("active", None), "coming"),
        (moment(11, 30), ("active", None), "coming"),
        (moment(12, 1, 10), ("active", None), "running"),
        (moment(12, 1, 10), ("paused", "by_manager"), "paused"),
        (moment(12, 1, 10), ("paused", "channel_gone"), "lost"),
        (moment(12, 11, 18), ("paused", "channel_gone"), "ended"),
    ],
)
def test_what_a_campaign_is_in(at: datetime, row: tuple[str, str | None], state: State) -> None:
    """An embargo to the first of December, ten o'clock."""
    campaign = Campaign(
        id="heat",
        name="Heat",
        topic="heat-pumps",
        starts=moment(11, 30),
        ends=moment(12, 11, 18),
        embargo=moment(12, 1, 10),
        facts=("One.",),
        owner="sales",
    )
    assert state_of(CampaignRow(state=row[0], paused_why=row[1]), campaign, at) == state
