"""The Home tab as people see it: complete, literal, within Slack's limits, and for managers without a person in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.coach.models import Verdict
from bot.manual.changes import Counts
from bot.slack import actions as ids
from bot.slack.home_blocks import Chosen, LastReview, home_view, sentence_view
from bot.slack.home_state_blocks import Complained, ManualSource, Publication, State, Suspended
from bot.slack.words import Words
from tests.e2e.slack.privacy import view_complaints
from tests.e2e.slack.reading import controls, every_text
from tests.e2e.slack.reading import words as read
from tests.e2e.slack.validate import view_faults

AT = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
LINK = "https://tebiora.slack.com/archives/D1/p11?thread_ts=1.1&cid=D1"
OWN_MANUAL = ManualSource(
    "a" * 22, "manual", 96, 214, ["English", "Spanish"], note="It lives in the knowledge folder.", can_retire=False
)
LATEST = Publication(7, "2026-11-23", "Aina Ferrandis", "brand-guide", Counts(added=2, changed=1))
QUIET = State(
    open=0, taken=0, overdue=0, oldest_hours=None, sources=[OWN_MANUAL], rules=96, suspended=[], complained=[]
)
BUSY = State(
    open=2,
    taken=1,
    overdue=1,
    oldest_hours=49.0,
    sources=[OWN_MANUAL, ManualSource("b" * 22, "brand-guide", 12_400, 30_000, ["Catalan"], LATEST)],
    changes=[LATEST, Publication(6, "2026-11-02", "the command line", "drafts, brand-guide", Counts(removed=4))],
    rules=96,
    suspended=[Suspended("“…” needs a public source.", "claims", ["en", "ca"])],
    complained=[
        Complained("“…” needs a public source.", [("Something else", 2), ("The wording is fine", 7)]),
        Complained("Too many hashtags.", [("The rule doesn't fit here", 4)]),
    ],
)


def a_review(draft: str = "So proud of my team.", **fields: Any) -> LastReview:
    return LastReview(
        **{"verdict": Verdict.REVISE, "network": "linkedin", "draft": draft, "at": AT, "link": LINK} | fields
    )


def home(words: Words, **fields: Any) -> dict[str, Any]:
    given = {"company": "Tebiora", "retention_hours": 720, "chosen": Chosen(), "reviews": []}
    return home_view(words, **given | fields)


def control(view: dict[str, Any], action: str) -> dict[str, Any]:
    return next(element for _, element in controls(view["blocks"]) if element["action_id"] == action)


def faults(view: dict[str, Any]) -> list[str]:
    return [*view_faults(view, home=True), *view_complaints(view)]


@pytest.mark.parametrize("language", ["en", "es", "ca"])
def test_how_it_looks_to_an_employee(language: str, words: Words, snapshot: SnapshotAssertion) -> None:
    reviews = [a_review(), a_review("Un dia fantàstic a la fira.", verdict=Verdict.READY, network="x", link=None)]
    view = home(words.within(language), reviews=reviews, chosen=Chosen("x", "ca", keep_drafts=False))
    assert read(view["blocks"]) == snapshot
    assert faults(view) == []


@pytest.mark.parametrize("language", ["en", "es", "ca"])
def test_how_it_looks_to_a_manager(language: str, words: Words, snapshot: SnapshotAssertion) -> None:
    view = home(words.within(language), state=BUSY)
    employee = home(words.within(language))
    assert read(view["blocks"][len(employee["blocks"]) :]) == snapshot
    assert faults(view) == []


def test_an_employee_sees_nothing_of_the_state(words: Words) -> None:
    shown = read(home(words)["blocks"])
    assert words.say("home_queue") not in shown
    assert words.say("home_rules") not in shown


def test_a_quiet_day_of_a_manager(words: Words) -> None:
    shown = read(home(words, state=QUIET)["blocks"])
    assert words.say("home_queue_none") in shown
    assert words.say("home_suspended") not in shown
    assert words.say("home_complaints_few", fewest=5) not in shown


def test_who_isnt_served_sees_a_sentence_and_nothing_to_press(words: Words) -> None:
    view = sentence_view(words.say("guest", company="Tebiora"))
    assert read(view["blocks"]) == words.say("guest", company="Tebiora")
    assert controls(view["blocks"]) == []
    assert faults(view) == []


def test_what_somebody_has_just_done_is_said_first(words: Words) -> None:
    view = home(words, note=words.say("home_forgotten"))
    assert read(view["blocks"]).startswith(words.say("home_forgotten"))
    assert faults(view) == []


class TestSettings:
    def test_menus_stand_at_what_was_chosen(self, words: Words) -> None:
        view = home(words, chosen=Chosen("x", "ca"))
        assert control(view, ids.HOME_NETWORK)["initial_option"]["value"] == "x"
        assert control(view, ids.HOME_LANGUAGE)["initial_option"]["text"]["text"] == "Català"
        assert control(view, ids.HOME_KEEP)["initial_options"][0]["value"] == "keep"

    def test_without_a_choice_they_stand_at_asking_and_at_slacks_language(self, words: Words) -> None:
        view = home(words)
        assert control(view, ids.HOME_NETWORK)["initial_option"]["text"]["text"] == "Ask me each time"
        assert control(view, ids.HOME_LANGUAGE)["initial_option"]["text"]["text"] == "As in Slack"

    def test_a_network_that_is_gone_is_asked_for_again(self, words: Words) -> None:
        assert control(home(words, chosen=Chosen("orkut")), ids.HOME_NETWORK)["initial_option"]["value"] == "ask"

    def test_no_box_is_ticked_for_drafts_that_arent_kept(self, words: Words) -> None:
        assert "initial_options" not in control(home(words, chosen=Chosen(keep_drafts=False)), ids.HOME_KEEP)


class TestForgetMe:
    def test_it_asks_first_and_says_what_it_cant_reach(self, words: Words) -> None:
        confirm = control(home(words), ids.HOME_FORGET)["confirm"]
        assert "your own messages in Slack" in confirm["text"]["text"]
        assert "backups" in confirm["text"]["text"]


class TestReviews:
    def test_five_at_most_and_eighty_characters_of_each_draft(self, words: Words) -> None:
        view = home(words, reviews=[a_review("wind " * 100)] * 9)
        quotes = [text for text in every_text(view) if text.startswith("wind ")]
        assert len(quotes) == 5
        assert all(len(text) <= 80 for text in quotes)

    def test_a_drafts_words_stand_in_nothing_but_literal_text(self, words: Words) -> None:
        evil = "<!channel> *hi* <@U1> :tada: https://evil.example"
        view = home(words, reviews=[a_review(evil)])
        assert faults(view) == []
        holders = [element for block in view["blocks"] for element in texts(block) if evil in element["text"]]
        assert [set(element) for element in holders] == [{"type", "text"}]


class TestManuals:
    def test_the_knowledge_folders_own_has_no_menu_and_says_where_it_lives(self, words: Words) -> None:
        view = home(words, state=BUSY)
        menus = [element for _, element in controls(view["blocks"]) if element["action_id"] == ids.MANUAL_PROPOSE]
        assert [menu["options"][0]["value"] for menu in menus] == ["b" * 22]
        assert "It lives in the knowledge folder." in read(view["blocks"])

    def test_three_changes_at_most(self, words: Words) -> None:
        shown = read(home(words, state=replace(QUIET, changes=[LATEST] * 9))["blocks"])
        assert shown.count("by Aina Ferrandis") == 3

    def test_a_name_is_literal_in_whatever_stands_beside_a_menu(self, words: Words) -> None:
        evil = replace(BUSY.sources[1], name="<!channel> *hi* :tada:")
        view = home(words, state=replace(QUIET, sources=[evil]))
        (block,) = [block for block in view["blocks"] if "accessory" in block and "<!channel>" in str(block)]
        assert block["text"]["type"] == "plain_text"
        assert block["text"]["emoji"] is False


class TestComplaints:
    def test_only_groups_of_five_and_more_are_shown(self, words: Words) -> None:
        shown = read(home(words, state=BUSY)["blocks"])
        assert "9 × “…” needs a public source. The wording is fine (7), Something else" in shown
        assert "Too many hashtags." not in shown
        assert words.say("home_complaints_few", fewest=5) in shown


def texts(node: Any) -> list[dict[str, Any]]:
    """All rich_text text elements of a block."""
    if isinstance(node, list):
        return [found for item in node for found in texts(item)]
    if not isinstance(node, dict):
        return []
    own = [node] if node.get("type") == "text" else []
    return own + [found for value in node.values() for found in texts(value)]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5_000).filter(str.strip)


@settings(max_examples=40, deadline=None)
@given(said=TEXT, many=st.integers(0, 300), language=st.sampled_from(["en", "es", "ca"]))
def test_whatever_is_in_it_slack_takes_it(words: Words, said: str, many: int, language: str) -> None:
    state = State(
        open=many, taken=many, overdue=many, oldest_hours=float(many), rules=many, suspended=[Suspended(said, said, ["en"])] * many,
        sources=[ManualSource("a" * 22, said, many, many, [said] * many, replace(LATEST, who=said))] * many,
        complained=[Complained(said, [(said, many)])] * many, changes=[replace(LATEST, source=said)] * many,
    )  # fmt: skip
    view = home(
        words.within(language),
        reviews=[a_review(said, network=said)] * min(many, 9),
        state=state,
        chosen=Chosen(said, said),
    )
    assert faults(view) == []
