"""Conversations in a running `bonvent serve`: handed in, offered to one ambassador after another, done or given back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.slack import actions
from bot.slack.front_modal import LONGEST_DAYS
from bot.store import ambassadors
from tests.e2e.slack import AppProcess, Channel, Message, Person, Slack
from tests.e2e.stored import rows, store
from tests.slack.limits import elements_of

HOUR = 3600
QUOTE = "Does a heat pump work when it freezes? Write to me: rosa.pujol@customers.example"
MASKED = "Does a heat pump work when it freezes? Write to me: ⟦EMAIL_1⟧"
LINK = "https://social.example/posts/1?a=1&b=2"
FITTING = ("Marta Puig", "Jordi Pons", "Nuria Vila")
NewApp = Callable[..., AppProcess]


@pytest.fixture(scope="module")
def people(slack: Slack) -> list[Person]:
    """Three ambassadors who take heat pumps in English, and one who doesn't."""
    return [slack.add_user(name, tz="UTC") for name in (*FITTING, "Rosa Catalana")]


@pytest.fixture(scope="module")
def app(slack: Slack, people: list[Person], managed_app: NewApp) -> Iterator[AppProcess]:
    made = managed_app()
    store(made, lambda session: joined(session, slack.state.team, people))
    with made as running:
        yield running


async def joined(session: AsyncSession, team_id: str, people: list[Person]) -> None:
    """They are ambassadors who never sleep."""
    now = datetime.now(UTC)
    awake: dict[str, Any] = {"days": list(range(7)), "quiet_from": 0, "quiet_to": 0, "weekly_budget": 5}
    for person in people:
        language = "ca" if person is people[-1] else "en"
        row = await ambassadors.row_of(session, team_id, person.id, now)
        chosen = {"topics": ["heat-pumps"], "languages": [language], "networks": ["linkedin", "x"], **awake}
        await ambassadors.change(session, row, now, state="active", since=now, **chosen)


def posts(slack: Slack, channel: Channel) -> list[Message]:
    """The managers' posts, without what stands below them."""
    found = [m for m in slack.messages(channel) if m.by_bot and not m.ephemeral_to and not m.thread_ts]
    return [m for m in found if "deserves an answer" in m.words]


def asked(slack: Slack, people: list[Person]) -> list[tuple[Person, Message]]:
    """Whom a question waits for at this moment."""
    return [(p, m) for p in people for m in slack.messages(p) if actions.FRONT_YES in str(m.blocks)]


def one_asked(slack: Slack, people: list[Person], *, but: Message | None = None) -> tuple[Person, Message]:
    found = slack.wait_for(lambda: [a for a in asked(slack, people) if a[1] is not but], what="somebody to be asked")
    assert len(found) == 1, "one after another"
    return found[0]


def told(slack: Slack, person: Person, words: str, *, times: int = 1) -> Message:
    found = slack.wait_for(lambda: [m for m in slack.messages(person) if words in m.words], what=f"“{words}”")
    assert len(found) == times
    return found[-1]


def whispered(slack: Slack, person: Person, words: str) -> None:
    slack.wait_for(lambda: [m for m in slack.ephemeral(person) if words in m.words], what=f"“{words}”")


def filled(app: AppProcess, **fields: Any) -> dict[str, Any]:
    shift = float(app.environment.get("BONVENT_CLOCK_SHIFT", 0))
    values = {
        "kind": "question",
        "link": LINK,
        "quote": QUOTE,
        "topic": "heat-pumps",
        "language": "en",
        "network": "any",
        "deadline": int(time.time() + shift + 9 * HOUR),
    }
    return values | fields


def open_modal(slack: Slack, aina: Person) -> None:
    aina.open_home()
    home = slack.wait_for(
        lambda: (view := slack.home(aina)) and actions.FRONT_HAND_IN in str(view.blocks) and view, what="her Home"
    )
    aina.click(home, actions.FRONT_HAND_IN)


def later(slack: Slack, app: AppProcess, hours: float) -> None:
    """So many hours after the beginning, for the app and for Slack; what ran is killed."""
    passed = float(app.environment.get("BONVENT_CLOCK_SHIFT", 0))
    slack.pass_time(hours * HOUR - passed)
    app.environment["BONVENT_CLOCK_SHIFT"] = str(hours * HOUR)
    app.restart()


@pytest.fixture
def post(slack: Slack, channel: Channel, app: AppProcess) -> Message:
    return slack.wait_for(lambda: posts(slack, channel), what="the managers' post")[-1]


def test_only_managers_hand_in(slack: Slack, aina: Person, nosy: Person, app: AppProcess) -> None:
    nosy.open_home()
    slack.wait_for(lambda: slack.home(nosy), what="their Home")
    home = slack.home(nosy)
    assert home
    assert actions.FRONT_HAND_IN not in str(home.blocks)
    open_modal(slack, aina)
    view = slack.view_of(aina)
    view.user = nosy.id
    nosy.submit(view, filled(app))
    assert "handed in by the community managers" in view.words
    assert rows(app, "SELECT count(*) FROM conversations") == [(0,)]


def test_what_is_wrong_stands_beside_its_field(slack: Slack, aina: Person, app: AppProcess) -> None:
    open_modal(slack, aina)
    view = slack.view_of(aina)
    now = int(time.time())
    for fields, where, said in (
        ({"link": "ftp://social.example/1"}, "link", "Start it with https://"),
        ({"link": ""}, "link", "Add the link"),
        ({"quote": "🌊"}, "quote", ""),
        ({"deadline": now - HOUR}, "deadline", "gone by"),
        ({"deadline": now + HOUR // 2}, "deadline", "less than an hour"),
        ({"deadline": now + (LONGEST_DAYS + 2) * 24 * HOUR}, "deadline", f"{LONGEST_DAYS} days"),
        ({"topic": "careers"}, "topic", "Nobody fits"),
        ({"network": "mastodon"}, "topic", "Nobody fits"),
    ):
        aina.submit(view, filled(app, **fields))
        assert set(view.errors) == {where}, fields
        assert said in view.errors[where]
    aina.submit(view, filled(app, kind="guest", link="", topic="careers"))
    assert set(view.errors) == {"topic"}, "a guest slot needs no link"
    assert rows(app, "SELECT count(*) FROM conversations") == [(0,)]


def test_it_is_offered_to_one_who_fits(
    slack: Slack, channel: Channel, aina: Person, people: list[Person], app: AppProcess
) -> None:
    open_modal(slack, aina)
    aina.submit(values=filled(app, network="linkedin"))
    assert "#social-coach" in slack.view_of(aina).words
    post = slack.wait_for(lambda: posts(slack, channel), what="the managers' post")[0]
    assert MASKED in post.words
    assert "looking for somebody" in post.words
    person, question = one_asked(slack, people[:-1])
    assert MASKED in question.words
    assert "Heat pumps" in question.words
    assert "community managers see that it is you" in question.words
    assert not [m for m in slack.messages(people[-1]) if m.by_bot], "who doesn't fit isn't asked"
    names = {user["user_id"] for user in elements_of(post.blocks, "user")}
    assert names == {aina.id}, "nobody learns who is asked"
    others = [p for p in people[:-1] if p is not person]
    others[0].click(question, actions.FRONT_YES)
    whispered(slack, others[0], "isn't yours")


def test_after_a_no_the_next_is_asked_and_nobody_learns_of_it(
    slack: Slack, post: Message, people: list[Person], app: AppProcess
) -> None:
    person, question = one_asked(slack, people)
    person.click(question, actions.FRONT_NO)
    following, _ = one_asked(slack, people, but=question)
    assert following is not person
    slack.wait_for(lambda: "Nobody learns of it" in question.words, what="the question to say so")
    assert actions.FRONT_YES not in str(question.blocks)
    assert person.id not in str(post.blocks)
    assert "looking for somebody" in post.words


def test_whoever_takes_it_gets_all_they_need(
    slack: Slack, post: Message, aina: Person, people: list[Person], app: AppProcess
) -> None:
    person, question = one_asked(slack, people)
    person.click(question, actions.FRONT_YES)
    person.click(question, actions.FRONT_YES)
    handed = told(slack, person, "This conversation is yours")
    assert MASKED in handed.words
    assert [link["url"] for link in elements_of(handed.blocks, "link")] == [LINK]
    assert "What our manual says" in handed.words
    assert len(list(elements_of(handed.blocks, "date"))) == 2, "the deadline, and when it goes back"
    slack.wait_for(lambda: "Taken by" in post.words, what="the managers' post to say so")
    assert {user["user_id"] for user in elements_of(post.blocks, "user")} == {aina.id, person.id}

    for _ in range(2):
        person.click(handed, actions.FRONT_DRAFT)
    thread = told(slack, person, "Send me your draft here")
    person.dm("Our heat pumps save energy when it is cold outside, and I like to work on them.", thread=thread)
    review = slack.wait_for(
        lambda: [m for m in slack.thread(thread) if m.by_bot and actions.POSTED in str(m.blocks)], what="its review"
    )[0]
    assert rows(app, "SELECT network FROM drafts") == [("linkedin",)], "the conversation's"

    person.click(review, actions.POSTED)  # is "it's answered", too
    person.click(handed, actions.FRONT_DONE)
    told(slack, person, "Thank you for answering it")
    slack.wait_for(lambda: "Answered by" in post.words, what="the managers' post to say so")
    slack.wait_for(lambda: actions.FRONT_DONE not in str(handed.blocks), what="the hand-over to say so")
    assert actions.FRONT_CLOSE not in str(post.blocks)
    assert rows(app, "SELECT state FROM conversations") == [("done",)]
    budgets = rows(app, "SELECT count(*) FROM nudge_caps WHERE nudge_id LIKE 'ask:%'")
    assert budgets == [(2,)], "each question took a place of a week"


def test_silence_passes_it_on_and_what_is_not_done_in_time_goes_back(
    slack: Slack, channel: Channel, aina: Person, people: list[Person], app: AppProcess
) -> None:
    open_modal(slack, aina)
    aina.submit(values=filled(app, kind="guest", link=""))
    silent, unanswered = one_asked(slack, people)
    post = slack.wait_for(lambda: posts(slack, channel)[1:], what="its post")[0]

    later(slack, app, 2.6)  # a third of the seven hours until it goes back
    taker, question = one_asked(slack, people, but=unanswered)
    assert taker is not silent
    slack.wait_for(lambda: "taken care of" in unanswered.words, what="the question to be over")
    taker.click(question, actions.FRONT_YES)
    handed = told(slack, taker, "This conversation is yours")
    slack.wait_for(lambda: "Taken by" in post.words, what="the managers' post to say so")

    later(slack, app, 5.2)  # half of the time
    told(slack, taker, "You have this conversation")

    later(slack, app, 7.1)
    slack.wait_for(lambda: "It came back" in post.words, what="the managers' post to say so")
    assert taker.id not in str(post.blocks), "without blame"
    told(slack, taker, "The conversation that you had went back")
    slack.wait_for(lambda: actions.FRONT_DONE not in str(handed.blocks), what="the hand-over to be over")
    assert "This one went back" in handed.words
    assert actions.FRONT_DONE not in str([m.blocks for m in slack.messages(taker)]), "nor the reminder"
    below = slack.wait_for(lambda: [m for m in slack.thread(post) if m.by_bot], what="a word to the managers")
    assert len(below) == 1
    assert [user["user_id"] for user in elements_of(below[0].blocks, "user")] == [aina.id]


def test_others_are_asked_and_who_pauses_lets_go_at_once(
    slack: Slack, channel: Channel, post: Message, aina: Person, nosy: Person, people: list[Person], app: AppProcess
) -> None:
    nosy.click(post, actions.FRONT_AGAIN)
    whispered(slack, nosy, "answered by the community managers")
    aina.click(post, actions.FRONT_AGAIN)
    third, question = one_asked(slack, people)
    slack.wait_for(lambda: "looking for somebody" in post.words, what="the managers' post to say so")
    third.click(question, actions.FRONT_YES)
    told(slack, third, "This conversation is yours")
    slack.wait_for(lambda: third.id in str(post.blocks), what="the managers' post to say so")

    third.open_home()
    home = slack.wait_for(
        lambda: (view := slack.home(third)) and actions.AMBASSADOR_PAUSE in str(view.blocks) and view, what="their Home"
    )
    third.click(home, actions.AMBASSADOR_PAUSE)
    slack.wait_for(lambda: third.id not in str(post.blocks), what="their name to go")
    told(slack, third, "You gave this one back")
    slack.wait_for(lambda: "nobody could take it" in post.words, what="it to come back: all were asked")

    aina.click(post, actions.FRONT_AGAIN)
    whispered(slack, aina, "Nobody fits")
    aina.click(post, actions.FRONT_CLOSE)
    slack.wait_for(lambda: "It is closed" in post.words, what="the managers' post to say so")
    assert not list(elements_of(post.blocks, "button"))


def test_nothing_was_said_twice_or_written_to_the_log(slack: Slack, channel: Channel, app: AppProcess) -> None:
    slack.wait_quiet()
    assert len(posts(slack, channel)) == 2
    work = rows(app, "SELECT work FROM outbox WHERE work LIKE 'ask:%' AND posted_ts IS NOT NULL")
    assert len(work) == len(rows(app, "SELECT 1 FROM conversation_asks")) == 5
    assert "heat pump work" not in app.log()
    assert "customers.example" not in app.log()
