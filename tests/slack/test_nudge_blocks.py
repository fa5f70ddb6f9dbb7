"""Nudges as people read them: an idea and its facts, free to leave, and nothing that Slack would obey or refuse."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.program.models import Campaign, Material
from bot.slack import actions
from bot.slack import nudge_blocks as blocks
from bot.slack.layout import MOST_CHARACTERS
from bot.slack.nudge_blocks import Idea
from bot.slack.post import Post
from bot.slack.rich_text import characters
from bot.slack.words import Words
from tests.e2e.slack.privacy import message_complaints
from tests.e2e.slack.validate import message_faults
from tests.slack.limits import elements_of, texts_of
from tests.slack.reading import as_read

START = datetime(2026, 11, 23, tzinfo=UTC)
BUTTONS = [actions.NUDGE_DRAFT, actions.NUDGE_LATER, actions.NUDGE_NOT_FOR_ME, actions.NUDGE_FEWER]
NASTY = "<!channel> *now* <@U1> & `co` _so_ 🌊"


def idea(name: str = "Heat pumps in old houses", *facts: str, chosen: bool = True, angle: str = "") -> Idea:
    campaign = Campaign(
        id="old-houses",
        name=name,
        topic="heat-pumps",
        starts=START,
        ends=datetime(2026, 12, 4, 17, tzinfo=UTC),
        channel="C0123456789",
        facts=facts
        or ("Two of three of our installations are in houses built before 1980.", "A survey takes 40 minutes."),
        material=(Material(title="The field study", url="https://tebiora.example/study"),),
        owner="Communication",
    )
    angles = (angle,) * 3 if angle else ("A day you remember.", "A question you are asked.", "What surprised you.")
    return Idea(
        "old-houses:U0123456789:2026-11-24",
        campaign,
        "Heat pumps",
        chosen,
        angles,
        date(2026, 12, 4),
        date(2026, 11, 24),
    )


def every(one: Idea, words: Words) -> list[Post]:
    return [
        blocks.nudge_post(one, words),
        blocks.nudge_post(one, words, mention="U0123456789"),
        blocks.nudge_post(one, words, said=words.say("nudge_not_for_me")),
        blocks.reminder_post(one, words),
        blocks.root_post(one.campaign, words, until=one.until, today=one.today),
        blocks.begin_post(one, words),
        blocks.channel_gone_post(one.campaign, words),
    ]


def faults(post: Post) -> list[str]:
    return [*message_faults(post.blocks), *message_complaints(post.text, post.blocks, {})]


@pytest.fixture(params=("en", "es", "ca"))
def each(request: pytest.FixtureRequest, words: Words) -> Words:
    return words.within(request.param)


def test_as_people_read_them(each: Words, snapshot: SnapshotAssertion) -> None:
    one = idea()
    shown = [
        blocks.nudge_post(one, each),
        blocks.nudge_post(one, each, mention="U0123456789", said=each.say("nudge_answered")),
        blocks.reminder_post(one, each),
        blocks.root_post(one.campaign, each, until=one.until, today=one.today),
        blocks.begin_post(one, each),
    ]
    assert as_read(shown) == snapshot


def test_a_direct_one_has_facts_links_and_four_answers(each: Words) -> None:
    post = blocks.nudge_post(idea(), each)
    said = "\n".join(texts_of(post.blocks))
    assert "houses built before 1980" in said
    assert [link["url"] for link in elements_of(post.blocks, "link")] == ["https://tebiora.example/study"]
    assert [button["action_id"] for button in elements_of(post.blocks, "button")] == BUTTONS
    assert {button["value"] for button in elements_of(post.blocks, "button")} == {idea().nudge_id}
    assert list(elements_of(post.blocks, "user")) == []


def test_one_in_a_channel_calls_the_person_and_leaves_facts_to_the_top_of_the_thread(each: Words) -> None:
    post = blocks.nudge_post(idea(), each, mention="U0123456789")
    assert [user["user_id"] for user in elements_of(post.blocks, "user")] == ["U0123456789"]
    assert "houses built before 1980" not in json.dumps(post.blocks)
    root = blocks.root_post(idea().campaign, each, until=idea().until, today=idea().today)
    assert "houses built before 1980" in json.dumps(root.blocks)
    assert list(elements_of(root.blocks, "user")) == list(elements_of(root.blocks, "button")) == []


def test_an_answered_one_has_no_buttons(each: Words) -> None:
    post = blocks.nudge_post(idea(), each, said="Done.")
    assert list(elements_of(post.blocks, "button")) == []
    assert "Done." in list(texts_of(post.blocks))


def test_a_reminder_offers_no_later(each: Words) -> None:
    pressed = [button["action_id"] for button in elements_of(blocks.reminder_post(idea(), each).blocks, "button")]
    assert pressed == [BUTTONS[0], *BUTTONS[2:]]


def test_whoever_left_topics_open_is_not_told_that_they_chose_one(each: Words) -> None:
    chosen, left_open = blocks.nudge_post(idea(), each), blocks.nudge_post(idea(chosen=False), each)
    assert each.say("nudge_why", topic="Heat pumps") in " ".join(texts_of(chosen.blocks))
    assert each.say("nudge_why_open", topic="Heat pumps") in " ".join(texts_of(left_open.blocks))


@pytest.mark.parametrize(("count", "said"), [(0, "none at all"), (1, "at most one"), (3, "at most 3")])
def test_fewer_says_the_new_number(words: Words, count: int, said: str) -> None:
    assert said in blocks.fewer_said(count, words.within("en"))


def test_words_of_a_campaign_are_only_words(each: Words) -> None:
    for post in every(idea(NASTY, NASTY, angle=NASTY), each):
        assert faults(post) == []
        assert "<!channel>" not in post.text


@settings(max_examples=30, deadline=None)
@given(text=st.text(min_size=1, max_size=500).filter(str.strip))
def test_slack_takes_whatever_a_campaign_says(words: Words, text: str) -> None:
    for post in every(idea(text, *[text] * 10, angle=text[:200]), words.within("ca")):
        assert faults(post) == []


def test_slack_takes_the_longest_campaign_and_its_links_say_where_they_lead(each: Words) -> None:
    long = ("word " * 100).strip()
    links = [Material(title=long, url=f"https://evil.example/{'x' * 470}{number}") for number in range(10)]
    one = idea(long, *[long] * 10, angle="a" * 300)
    campaign = one.campaign.model_copy(update={"material": tuple(links), "owner": long})
    for post in every(replace(one, campaign=campaign, topic=long), each):
        assert faults(post) == []
        assert characters(post.blocks) <= MOST_CHARACTERS
    said = "".join(texts_of(blocks.root_post(campaign, each, until=one.until, today=one.today).blocks))
    assert (
        said.count("(evil.example)")
        == len(list(elements_of(blocks.nudge_post(replace(one, campaign=campaign), each).blocks, "link")))
        > 5
    )


@pytest.mark.parametrize(
    ("title", "url", "shown"),
    [
        ("tebiora.example", "https://evil.example/a", "tebiora.example (evil.example)"),
        ("https://tebiora.example", "https://tebiora.example@evil.example", "https://tebiora.example (evil.example)"),
        ("evil.example.net", "https://evil.example/a", "evil.example.net (evil.example)"),
        ("tebiora.example/study", "https://tebiora.example/study", "tebiora.example/study"),
    ],
)
def test_a_link_shows_where_it_leads_whatever_it_is_called(words: Words, title: str, url: str, shown: str) -> None:
    campaign = idea().campaign.model_copy(update={"material": (Material(title=title, url=url),)})
    post = blocks.root_post(campaign, words, until=idea().until, today=idea().today)
    assert "".join(texts_of(post.blocks)).endswith(shown)
