"""The gap report in a running `bonvent serve`: from questions nobody answered to the passage that answers them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.slack import actions
from bot.store import gaps
from tests.conftest import ROOT
from tests.e2e.slack import AppProcess, Channel, Message, Person, Slack
from tests.e2e.stored import rows, store
from tests.slack.limits import elements_of

MASCOT = (
    "May our mascot be in my pictures?",
    "¿Puede salir la mascota en mis fotos?",
    "Pot sortir la mascota a les meves fotos?",
)
PARKING = ("Where do I park my bicycle?", "¿Dónde aparco la bicicleta?", "On puc aparcar la bicicleta?")
POOL = ("Is there a swimming pool?", "¿Hay una piscina?", "Hi ha una piscina?")
GYM = ("Where is the gym?", "¿Dónde está el gimnasio?", "On és el gimnàs?")
ASKERS = ("Marta Puig", "Jordi Pons", "Rosa Vila")
NewApp = Callable[..., AppProcess]


@pytest.fixture(scope="module")
def askers(slack: Slack) -> list[Person]:
    return [slack.add_user(name, guest=name == ASKERS[-1]) for name in ASKERS]


@pytest.fixture(scope="module")
def app(slack: Slack, managed_app: NewApp) -> Iterator[AppProcess]:
    """People asked, in three languages; now it is Monday, a little after nine."""
    made = managed_app(
        BONVENT_ALLOW_GUESTS="true",
        BONVENT_CLOCK_SHIFT=str((monday_at_nine() - datetime.now(UTC)).total_seconds()),
    )
    store(made, lambda session: asked_before(session, slack.state.team))
    with made as running:
        yield running


async def asked_before(session: AsyncSession, team_id: str) -> None:
    for texts in (MASCOT, PARKING, POOL, GYM):
        gap_id = None
        for text, language in zip(texts, ("en", "es", "ca"), strict=True):
            question = gaps.Asked(text, language, "unanswered", gaps.day_of(datetime.now(UTC)))
            gap_id = await gaps.add(session, team_id, gap_id, question)


def monday_at_nine() -> datetime:
    today = datetime.now(UTC).replace(hour=9, minute=5, second=0, microsecond=0)
    return today + timedelta(days=7 - today.weekday())


def posts(slack: Slack, channel: Channel) -> list[Message]:
    return [m for m in slack.messages(channel) if m.by_bot and not m.ephemeral_to]


def said_to(slack: Slack, person: Person, ask: Callable[[], object]) -> Message:
    """What only this person sees next."""
    before = len(slack.ephemeral(person))
    ask()
    return slack.wait_for(lambda: slack.ephemeral(person)[before:], what="an ephemeral answer")[-1]


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


def test_it_tells_what_was_asked_and_not_by_whom_or_when(report: Message) -> None:
    assert "Questions that the manual doesn't answer" in report.words
    assert report.words.count("Asked 3 times since") == 4
    assert all(text in report.words for text in (*MASCOT, *PARKING, *POOL, *GYM))
    assert list(elements_of(report.blocks, "user")) == []
    assert list(elements_of(report.blocks, "date")) == [], "a day, never a time"


def test_only_managers(slack: Slack, report: Message, nosy: Person) -> None:
    for action in (actions.GAP_WRITE, actions.GAP_NONE):
        nosy.click(report, action)
    whispered(slack, nosy, "answered by the community managers")
    assert not slack.modal_open(nosy)
    assert actions.GAP_NONE in str(report.blocks)


def test_a_managers_modal_publishes_for_nobody_else(
    slack: Slack, report: Message, aina: Person, nosy: Person, app: AppProcess
) -> None:
    aina.click(report, actions.GAP_WRITE, nth=pressed(report, MASCOT[0]))
    view = slack.view_of(aina)
    view.user = nosy.id
    nosy.submit(view, {"heading": "Mine", "text": "Whatever I like.", "language": "en"})
    assert "answered by the community managers" in view.words
    assert rows(app, "SELECT count(*) FROM gap_passages") == [(0,)]


def test_a_made_up_gap(slack: Slack, report: Message, aina: Person) -> None:
    aina.click(report, actions.GAP_WRITE, value="nothing")
    whispered(slack, aina, "don't have these questions any more")


def test_a_passage_is_written_and_answers_from_then_on(
    slack: Slack, report: Message, aina: Person, pol: Person, askers: list[Person], app: AppProcess
) -> None:
    at = pressed(report, MASCOT[0])
    for manager in (aina, pol):
        manager.click(report, actions.GAP_WRITE, nth=at)
    view, late = slack.view_of(aina), slack.view_of(pol)
    assert all(text in view.words for text in MASCOT)
    aina.submit(view, {"heading": " ", "text": "🚲", "language": "en"})
    assert set(view.errors) == {"heading", "text"}
    aina.submit(view, {"heading": "Words that let everyone in", "text": "Volta may.", "language": "en"})
    assert "already" in view.errors["heading"]
    words = {"heading": "Mascot", "text": "Our mascot Volta may stand in your *pictures*, hat on.", "language": "en"}
    aina.submit(view, words)
    slack.wait_for(lambda: "I answer with it" in slack.view_of(aina).words, what="it to be published")
    for asker, question in zip(askers, MASCOT, strict=True):
        answer = said_to(slack, asker, lambda a=asker, q=question: a.slash("/policy", q))
        assert "Our mascot Volta may stand in your *pictures*, hat on." in answer.words
        assert "answers · version 2" in answer.words.replace("versión", "version").replace("versió ", "version ")
    guide = said_to(slack, askers[0], lambda: askers[0].slash("/policy"))
    assert "What changed lately" in guide.words
    assert "answers: Mascot" in guide.words
    slack.wait_for(lambda: "In the manual since" in report.words, what="the report to say so")
    assert "Mascot" in report.words
    assert [user["user_id"] for user in elements_of(report.blocks, "user")] == [aina.id]
    assert rows(app, "SELECT passage FROM gaps WHERE passage IS NOT NULL") == [("answers/en/answers.md#mascot",)]
    pol.submit(late, words | {"heading": "Volta"})
    assert "closed already" in slack.view_of(pol).words, "the first wins"


def test_or_it_needs_none(slack: Slack, report: Message, aina: Person) -> None:
    aina.click(report, actions.GAP_NONE, nth=pressed(report, PARKING[0]))
    slack.wait_for(lambda: report.words.count("It needs no passage") == 1, what="the report to say so")
    assert "In the manual since" in report.words, "what was closed before stays"
    assert [user["user_id"] for user in elements_of(report.blocks, "user")] == [aina.id, aina.id]


def test_a_crash_loses_no_word_and_a_gap_that_was_closed_on_the_command_line_is_shown_so(
    slack: Slack, channel: Channel, report: Message, aina: Person, app: AppProcess
) -> None:
    ((gym,),) = rows(app, f"SELECT gap_id FROM gap_questions WHERE text = '{GYM[0]}'")
    assert "is closed" in command(app, "close", str(gym).lstrip("-_"), "--needs-none")
    aina.click(report, actions.GAP_WRITE, nth=pressed(report, POOL[0]))
    aina.submit(values={"heading": "Pool", "text": "There is none, but the sea is near.", "language": "en"})
    app.restart()
    slack.wait_for(lambda: report.words.count("It needs no passage") == 2, what="the report to say so")
    slack.wait_for(lambda: report.words.count("In the manual since") == 2, 20, what="the passage to be published")
    assert [user["user_id"] for user in elements_of(report.blocks, "user")] == [aina.id] * 3, "one on the command line"
    assert rows(app, "SELECT passage FROM gaps WHERE passage LIKE '%pool%'") == [("answers/en/answers.md#pool",)]
    slack.wait_for(lambda: rows(app, "SELECT count(*) FROM gap_passages") == [(0,)], what="its words to go")
    slack.wait_quiet()
    assert len(posts(slack, channel)) == 1, "a report a week"
    assert len(rows(app, "SELECT 1 FROM outbox WHERE work LIKE 'gaps:%' AND posted_ts IS NOT NULL")) == 1
    assert "the sea is near" not in app.log()
