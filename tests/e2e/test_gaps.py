"""The gap report in a running `bonvent serve`: from questions nobody answered to the passage that answers them."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from bot.slack import actions
from bot.store.database import FILE
from tests.conftest import ROOT
from tests.e2e.slack import AppProcess, Channel, Message, Person, Slack, slack_stand_in
from tests.slack.limits import elements_of

PARKING = ("Where do I park my bicycle?", "¿Dónde aparco la bicicleta?", "On puc aparcar la bicicleta?")
POOL = ("Is there a swimming pool?", "¿Hay una piscina?", "Hi ha una piscina?")
GYM = ("Where is the gym?", "¿Dónde está el gimnasio?", "On és el gimnàs?")
ASKERS = ("Marta Puig", "Jordi Pons", "Rosa Vila")
NewApp = Callable[..., AppProcess]


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    with slack_stand_in(redeliver_after=(0.3, 1.0, 2.0)) as running:
        yield running


@pytest.fixture(scope="module")
def aina(slack: Slack) -> Person:
    return slack.add_user("Aina Ferrandis")


@pytest.fixture(scope="module")
def pol(slack: Slack) -> Person:
    return slack.add_user("Pol Serra")


@pytest.fixture(scope="module")
def nosy(slack: Slack) -> Person:
    return slack.add_user("Nosy Parker")


@pytest.fixture(scope="module")
def askers(slack: Slack) -> list[Person]:
    return [slack.add_user(name) for name in ASKERS]


@pytest.fixture(scope="module")
def channel(slack: Slack, aina: Person, pol: Person, nosy: Person) -> Channel:
    return slack.add_channel("social-coach", members=[aina, pol, nosy], private=True)


@pytest.fixture(scope="module")
def app(
    slack: Slack,
    channel: Channel,
    aina: Person,
    pol: Person,
    askers: list[Person],
    new_app: NewApp,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[AppProcess]:
    """Three people ask; then it is Monday, a little after nine."""
    made = new_app(
        slack,
        tmp_path_factory.mktemp("app"),
        BONVENT_ESCALATION_CHANNEL=channel.id,
        BONVENT_MANAGERS=f"{aina.id} {pol.id}",
    )
    with made:
        for texts in (PARKING, POOL, GYM):
            for person, text in zip(askers, texts, strict=True):
                person.slash("/policy", text)
                person.slash("/policy", text)  # whoever asks twice counts once
        person.slash("/policy", "May I post what I earn?")
        slack.wait_for(lambda: len(rows(made, "SELECT 1 FROM gap_questions")) >= 9, what="nine questions to be noted")
        slack.wait_quiet()
        assert posts(slack, channel) == [], "it isn't Monday yet"
    made.environment["BONVENT_CLOCK_SHIFT"] = str((monday_at_nine() - datetime.now(UTC)).total_seconds())
    with made as running:
        yield running


def monday_at_nine() -> datetime:
    today = datetime.now(UTC).replace(hour=9, minute=5, second=0, microsecond=0)
    return today + timedelta(days=7 - today.weekday())


def rows(app: AppProcess, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(app.data / FILE)) as database:
        return database.execute(query).fetchall()


def posts(slack: Slack, channel: Channel) -> list[Message]:
    return [m for m in slack.messages(channel) if m.by_bot and not m.ephemeral_to]


def command(app: AppProcess, *arguments: str) -> str:
    """What `bonvent gaps` says beside the running app."""
    line = [sys.executable, "-m", "bot.cli", "gaps", *arguments]
    return subprocess.run(line, cwd=ROOT, env=app.environment, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def report(slack: Slack, channel: Channel, app: AppProcess) -> Message:
    return slack.wait_for(lambda: posts(slack, channel), what="the report")[0]


def whispered(slack: Slack, person: Person, words: str) -> None:
    slack.wait_for(lambda: [m for m in slack.ephemeral(person) if words in m.words], what=f"“{words}”")


def pressed(message: Message, words: str) -> int:
    """Which of the buttons belongs to the gap with these words, counted from 0."""
    found = -1
    for block in message.blocks:
        if words in json.dumps(block, ensure_ascii=False):
            return found + 1
        found += block["type"] == "actions"
    raise AssertionError(f"“{words}” isn't in the report")


class TestReport:
    def test_it_tells_what_was_asked_and_not_by_whom_or_when(
        self, slack: Slack, report: Message, askers: list[Person], app: AppProcess
    ) -> None:
        assert "Questions that the manual doesn't answer" in report.words
        assert report.words.count("Asked 3 times since") == 3
        assert all(text in report.words for text in (*PARKING, *POOL, *GYM))
        assert "earn" not in report.words
        shown = json.dumps(report.blocks, ensure_ascii=False) + report.text
        assert not any(mark in shown for person in askers for mark in (person.id, *person.user.real_name.split()))
        assert list(elements_of(report.blocks, "user")) == []
        assert list(elements_of(report.blocks, "date")) == [], "a day, never a time"
        kept = str(rows(app, "SELECT * FROM gap_questions") + rows(app, "SELECT id, team_id, created_at FROM gaps"))
        assert not any(person.id in kept for person in askers)
        assert {str(day)[10:19] for (day,) in rows(app, "SELECT asked_on FROM gap_questions")} == {" 00:00:00"}
        assert rows(app, "SELECT count(*) FROM gap_questions WHERE text LIKE '%earn%'") == [(0,)]

    def test_once_a_week_and_it_shows_what_was_closed_on_the_command_line(
        self, slack: Slack, channel: Channel, report: Message, app: AppProcess
    ) -> None:
        listed = json.loads(command(app, "--format", "json"))
        (gym,) = (gap["id"] for gap in listed if any(example["text"] in GYM for example in gap["examples"]))
        assert "is closed" in command(app, "close", gym.lstrip("-_"), "--needs-none")
        app.restart()
        slack.wait_for(lambda: "It needs no passage" in report.words, what="the report to say so")
        assert list(elements_of(report.blocks, "user")) == []
        slack.wait_quiet()
        assert len(posts(slack, channel)) == 1
        assert len(rows(app, "SELECT 1 FROM outbox WHERE work LIKE 'gaps:%' AND posted_ts IS NOT NULL")) == 1


class TestClosing:
    def test_only_managers(self, slack: Slack, report: Message, nosy: Person) -> None:
        for action in (actions.GAP_WRITE, actions.GAP_NONE):
            nosy.click(report, action)
        whispered(slack, nosy, "answered by the community managers")
        assert not slack.modal_open(nosy)
        assert actions.GAP_NONE in str(report.blocks)

    def test_a_made_up_gap(self, slack: Slack, report: Message, aina: Person) -> None:
        aina.click(report, actions.GAP_WRITE, value="nothing")
        whispered(slack, aina, "don't have these questions any more")

    def test_a_passage_is_written_and_answers_from_then_on(
        self, slack: Slack, report: Message, aina: Person, pol: Person, askers: list[Person], app: AppProcess
    ) -> None:
        at = pressed(report, PARKING[0])
        for manager in (aina, pol):
            manager.click(report, actions.GAP_WRITE, nth=at)
        view, late = slack.view_of(aina), slack.view_of(pol)
        assert all(text in view.words for text in PARKING)
        aina.submit(view, {"heading": " ", "text": "🚲", "language": "en"})
        assert set(view.errors) == {"heading", "text"}
        aina.submit(view, {"heading": "Words that let everyone in", "text": "In the yard.", "language": "en"})
        assert "already" in view.errors["heading"]
        words = {"heading": "Bicycles", "text": "Park your bicycle in the yard, by the *blue* door.", "language": "en"}
        aina.submit(view, words)
        slack.wait_for(lambda: "stands in the manual now" in slack.view_of(aina).words, what="it to be published")
        slack.wait_for(lambda: "In the manual since" in report.words, what="the report to say so")
        assert "Bicycles" in report.words
        assert [user["user_id"] for user in elements_of(report.blocks, "user")] == [aina.id]
        assert rows(app, "SELECT passage FROM gaps WHERE passage IS NOT NULL") == [("answers/en/answers.md#bicycles",)]
        pol.submit(late, words | {"heading": "Bikes"})
        assert "closed already" in slack.view_of(pol).words, "the first wins"

    def test_or_it_needs_none(self, slack: Slack, report: Message, aina: Person) -> None:
        aina.click(report, actions.GAP_NONE)
        slack.wait_for(lambda: actions.GAP_NONE not in str(report.blocks), what="the report to say so")
        assert report.words.count("It needs no passage") == 2
        assert "In the manual since" in report.words, "what was closed before stays"
        assert [user["user_id"] for user in elements_of(report.blocks, "user")].count(aina.id) == 2


class TestNotHelpful:
    def test_it_is_noted_once_and_only_when_said(self, slack: Slack, askers: list[Person], app: AppProcess) -> None:
        noted = "SELECT text FROM gap_questions WHERE reason = 'not_helpful'"
        asked = "How many hashtags go under a LinkedIn post?"
        askers[0].slash("/policy", asked)
        answer = slack.wait_for(
            lambda: [m for m in slack.ephemeral(askers[0]) if actions.POLICY_NOT_HELPFUL in str(m.blocks)][-1:],
            what="an answer",
        )[0]
        askers[0].click(answer, actions.POLICY_HELPFUL)
        assert rows(app, noted) == []
        for _ in range(2):
            askers[0].click(answer, actions.POLICY_NOT_HELPFUL)
        slack.wait_for(lambda: rows(app, noted), what="it to be noted")
        slack.wait_quiet()
        assert rows(app, noted) == [(asked,)]
