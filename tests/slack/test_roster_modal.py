"""The modal in which an ambassador chooses: Slack takes it, it stands at what was chosen, and it is read back the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from syrupy.assertion import SnapshotAssertion

from bot.program.choices import Choices
from bot.slack.roster_modal import COUNTRY, DAYS_INPUT, TOPICS, read_choices, roster_view
from bot.slack.words import Words
from tests.e2e.slack.interactions import filled
from tests.e2e.slack.privacy import view_complaints
from tests.e2e.slack.reading import controls
from tests.e2e.slack.reading import words as read
from tests.e2e.slack.validate import view_faults
from tests.program.test_roster_file import CHOICES, OFFERED


def faults(view: dict[str, Any]) -> list[str]:
    return [*view_faults(view, home=False), *view_complaints(view)]


def sent(view: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The modal as Slack sends it, with these changes."""
    return {**view, "state": {"values": filled(view["blocks"], values, sending=True)}}


@pytest.mark.parametrize("language", ["en", "es", "ca"])
def test_how_it_looks(language: str, words: Words, snapshot: SnapshotAssertion) -> None:
    view = roster_view(OFFERED.defaults(language), words.within(language), OFFERED)
    shown = [block for block in view["blocks"] if block["block_id"] not in ("quiet_from", "quiet_to", COUNTRY)]
    assert f"{view['title']['text']}\n{read(shown)}" == snapshot
    assert faults(view) == []


@settings(max_examples=40, deadline=None)
@given(chosen=CHOICES)
def test_what_stands_there_is_what_was_chosen(words: Words, chosen: Choices) -> None:
    view = roster_view(chosen, words, OFFERED)
    assert faults(view) == []
    again, errors = read_choices(sent(view), OFFERED)
    assert errors == {}
    assert again is not None
    order = [topic.id for topic in OFFERED.program.topics]
    assert again.topics == tuple(sorted(chosen.topics, key=order.index))
    assert set(again.networks) == set(chosen.networks)
    assert set(again.languages) == set(chosen.languages)
    rest = {"topics": (), "networks": (), "languages": ()}
    assert again.model_copy(update=rest) == chosen.model_copy(update=rest)


def test_what_isnt_offered_any_more_stands_there_no_more(words: Words) -> None:
    view = roster_view(Choices(topics=("gone", "solar"), networks=("orkut",), weekly_budget=7), words, OFFERED)
    choices, _ = read_choices(sent(view), OFFERED)
    assert choices is not None
    assert (choices.topics, choices.networks, choices.weekly_budget) == (("solar",), (), 5)


def test_a_country_of_a_file_that_the_menu_lacks_can_be_kept(words: Words) -> None:
    view = roster_view(Choices(country="JM"), words, OFFERED)
    choices, _ = read_choices(sent(view), OFFERED)
    assert choices is not None
    assert choices.country == "JM"


@pytest.mark.parametrize(
    "name", ["topics", "networks", "languages", "quiet_from", "quiet_to", "budget", "where", COUNTRY]
)
@pytest.mark.parametrize("evil", ["evil", "-1", "9999", "²", ""])
def test_an_answer_that_was_tampered_with_is_refused_at_its_field(words: Words, name: str, evil: str) -> None:
    view = sent(roster_view(Choices(), words, OFFERED))
    entry = next(iter(view["state"]["values"][name].values()))
    option = {"text": {"type": "plain_text", "text": "x"}, "value": evil}
    entry |= {"selected_options": [option]} if "selected_options" in entry else {"selected_option": option}
    choices, errors = read_choices(view, OFFERED)
    assert choices is None
    assert errors == {name: "field_roster_gone"}


def test_no_day_at_all(words: Words) -> None:
    view = sent(roster_view(Choices(), words, OFFERED))
    view["state"]["values"][DAYS_INPUT] = {DAYS_INPUT: {"type": "checkboxes", "selected_options": []}}
    assert read_choices(view, OFFERED) == (None, {DAYS_INPUT: "field_roster_no_day"})


def test_a_body_of_another_shape_is_refused(words: Words) -> None:
    assert read_choices({}, OFFERED)[0] is None
    assert read_choices({"state": {"values": {TOPICS: {}}}}, OFFERED)[0] is None


def test_it_carries_nothing_but_whether_somebody_was_an_ambassador(words: Words) -> None:
    view = roster_view(Choices(), words, OFFERED)
    assert "private_metadata" not in view
    assert roster_view(Choices(), words, OFFERED, joined=True)["private_metadata"] == "changes"
    assert len(controls(view["blocks"])) == 9
