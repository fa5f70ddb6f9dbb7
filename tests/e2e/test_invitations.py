"""Invitations in a running `bonvent serve`: told in private by their own drafts, answered once, and nobody else learns of it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.coach.models import Review, Verdict
from bot.manual.models import Citation
from bot.policy.models import Category, Finding
from bot.slack import actions
from bot.store import ambassadors, drafts
from tests.e2e.slack import AppProcess, Message, Person, Slack
from tests.e2e.stored import rows, store

NewApp = Callable[..., AppProcess]
CANARY = "kingfisher"
STORY = f"My {CANARY} and I learned patience at Tebiora, one pump after the other. #TebioraTeam"
BOAST = f"Tebiora has the best {CANARY} in the world, guaranteed."
PAY = f"My {CANARY} colleagues at Tebiora and I compared our salaries, and we will ask for a raise."
GOOD, FEW = [STORY] * 6, [STORY] * 4
LATER = timedelta(weeks=13)
"""Longer than 90 days, and the same day of the week."""


def a_morning() -> datetime:
    """Ten in the morning and two minutes where our people are, on a working day to come."""
    day = datetime.now(ZoneInfo("Europe/Madrid")).replace(hour=10, minute=2, second=0, microsecond=0)
    day += timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day.astimezone(UTC)


def shift(to: datetime) -> str:
    return str((to - datetime.now(UTC)).total_seconds())


@pytest.fixture(scope="module")
def people(slack: Slack) -> dict[str, Person]:
    """By what becomes of them. All but `silent` asked to be told."""
    names = ("yes", "later", "never", "few", "careless", "protected", "silent", "no_more", "left")
    made = {name: slack.add_user(f"{name.title()} Vila") for name in names}
    made["guest"] = slack.add_user("Guest Vila", guest=True)
    made["asleep"] = slack.add_user("Asleep Vila", tz="Pacific/Auckland")
    return made


@pytest.fixture(scope="module")
def app(
    slack: Slack, people: dict[str, Person], new_app: NewApp, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppProcess]:
    """Everybody has worked on drafts; now it is a working day, at ten where most of them are."""
    made = new_app(
        slack,
        tmp_path_factory.mktemp("app"),
        SLACK_APP_TOKEN="",
        BONVENT_LOG_LEVEL="debug",
        BONVENT_CLOCK_SHIFT=shift(a_morning()),
    )
    store(made, lambda session: worked_before(session, slack, people))
    with made as running:
        yield running


async def worked_before(session: AsyncSession, slack: Slack, people: dict[str, Person]) -> None:
    for name, person in people.items():
        texts = {"few": FEW, "careless": [BOAST] * 6, "protected": [*FEW, PAY, PAY]}.get(name, GOOD)
        await drafts_of(session, slack, person, texts, a_morning())
        row = await ambassadors.row_of(session, slack.state.team, person.id, a_morning())
        row.tell_me = name != "silent"
        row.state = {"no_more": "never", "left": "left"}.get(name, "none")


async def drafts_of(session: AsyncSession, slack: Slack, person: Person, texts: list[str], now: datetime) -> None:
    for number, text in enumerate(texts):
        at = now - timedelta(days=len(texts) - number)
        draft = await drafts.create(
            session, origin=f"view:{person.id}{at:%j}", now=at, team_id=slack.state.team, user_id=person.id,
            channel_id=person.channel, thread_ts="1.1", text=text, network="linkedin", pictures=[],
        )  # fmt: skip
        await drafts.keep_review(session, draft, reviewed(text), at)


def reviewed(text: str) -> Review:
    cited = Citation(passage="own/en/posting.md#claims", quote="…", heading="Claims")
    guaranteed = Finding(
        rule="claims.absolute", category=Category.CLAIMS, severity="must-fix", quote="guaranteed", start=0, end=10,
        message="…", fix="…", citation=cited,
    )  # fmt: skip
    found = (guaranteed,) if text == BOAST else ()
    return Review(
        verdict=Verdict.REVISE if found else Verdict.READY, findings=found, language="en", network="linkedin", took_ms=1
    )


def invitations(slack: Slack, person: Person) -> list[Message]:
    return [m for m in slack.messages(person) if m.by_bot and actions.INVITE_YES in m.action_ids]


@pytest.fixture
def invited(slack: Slack, app: AppProcess, people: dict[str, Person]) -> Callable[[str], Message]:
    """`invited("yes")`: the invitation of this one, once it stands."""

    def wait(name: str) -> Message:
        return slack.wait_for(lambda: invitations(slack, people[name]), what=f"the invitation of {name}")[-1]

    return wait


def row_of(app: AppProcess, person: Person, *columns: str) -> tuple[Any, ...]:
    (found,) = rows(app, f"SELECT {', '.join(columns)} FROM ambassadors WHERE user_id = ?", person.id)
    return found


def whispered(slack: Slack, person: Person, words: str) -> None:
    slack.wait_for(lambda: [m for m in slack.ephemeral(person) if words in m.words], what=f"“{words}”")


def test_those_who_asked_and_have_evidence_are_told_in_private(
    slack: Slack, app: AppProcess, people: dict[str, Person], invited: Callable[[str], Message]
) -> None:
    for name in ("yes", "later", "never"):
        assert invited(name).channel == people[name].channel
    slack.wait_quiet()
    told = {name for name, person in people.items() if invitations(slack, person)}
    assert told == {"yes", "later", "never"}, "nobody who has too little, said no, sleeps or isn't served"
    assert row_of(app, people["careless"], "state") == row_of(app, people["protected"], "state") == ("none",)


def test_it_says_why_by_counts_and_not_by_words(invited: Callable[[str], Message]) -> None:
    said = invited("yes").words
    assert "Drafts with nothing to fix in their first review: 6 of 6." in said
    assert "Drafts that said from the start that you work here: 6 of 6." in said
    assert "campaigns, 2 a week at most" in said
    assert "between 18:00 and 09:00 where you are" in said
    assert CANARY not in said


def test_anybody_can_read_how_it_is_decided(
    slack: Slack, people: dict[str, Person], invited: Callable[[str], Message]
) -> None:
    people["yes"].click(invited("yes"), actions.AMBASSADOR_HOW)
    view = slack.view_of(people["yes"])
    assert "from 60 of 100 points on, and from 5 reviewed drafts on" in view.words
    people["yes"].close(view)


def test_nobody_answers_for_another_and_made_up_ids_do_nothing(
    slack: Slack, app: AppProcess, people: dict[str, Person], nosy: Person, invited: Callable[[str], Message]
) -> None:
    for other in (nosy, people["later"]):
        other.click(invited("yes"), actions.INVITE_YES)
        whispered(slack, other, "isn't open for you")
    people["yes"].click(invited("yes"), actions.INVITE_YES, value="nothing")
    whispered(slack, people["yes"], "isn't open for you")
    assert row_of(app, people["yes"], "state") == row_of(app, people["later"], "state") == ("invited",)


def test_a_yes_makes_an_ambassador_once(
    slack: Slack, app: AppProcess, people: dict[str, Person], invited: Callable[[str], Message]
) -> None:
    person, message = people["yes"], invited("yes")
    stale = copy.deepcopy(message)
    person.click(message, actions.INVITE_YES)
    slack.wait_for(lambda: "You said yes" in message.words, what="the answer to be said back")
    assert message.action_ids == [actions.AMBASSADOR_SETTINGS]
    assert "6 of 6" not in message.words
    known = row_of(app, person, "state", "origin", "time_zone", "languages", "weekly_budget", "quiet_from", "quiet_to")
    assert known == ("active", "found", "Europe/Madrid", '["en"]', 2, 1080, 540)
    since = row_of(app, person, "since", "answered_at")
    assert all(since)
    for pressed in (actions.INVITE_YES, actions.INVITE_NEVER):
        person.click(stale, pressed)
    whispered(slack, person, "answered this already")
    assert row_of(app, person, "state", "since") == ("active", since[0])
    assert "You said yes" in message.words


def test_a_no_is_kept_and_said_back(
    slack: Slack, app: AppProcess, people: dict[str, Person], invited: Callable[[str], Message]
) -> None:
    for name, pressed, said, state in (
        ("later", actions.INVITE_NOT_NOW, "I won't come back to it for 90 days", "not_now"),
        ("never", actions.INVITE_NEVER, "I won't ask again", "never"),
    ):
        message = invited(name)
        people[name].click(message, pressed)
        slack.wait_for(lambda m=message, s=said: s in m.words, what=said)
        assert message.action_ids == []
        assert row_of(app, people[name], "state", "since") == (state, None)
    assert row_of(app, people["later"], "tell_me") == (1,)
    assert row_of(app, people["never"], "tell_me") == (0,)


def test_after_not_now_and_a_while_somebody_is_told_again_and_after_never_not(
    slack: Slack, app: AppProcess, people: dict[str, Person], invited: Callable[[str], Message]
) -> None:
    then = a_morning() + LATER
    before = {name: row_of(app, person, "invitation") for name, person in people.items()}
    app.kill()
    store(app, lambda session: worked_again(session, slack, people, then))
    app.environment["BONVENT_CLOCK_SHIFT"] = shift(then)
    app.start()
    assert "6 of 6" in invited("later").words
    slack.wait_quiet()
    told = {name for name, person in people.items() if invitations(slack, person)}
    assert told == {"later"}
    assert row_of(app, people["later"], "state") == ("invited",)
    assert row_of(app, people["later"], "invitation") != before["later"]


async def worked_again(session: AsyncSession, slack: Slack, people: dict[str, Person], now: datetime) -> None:
    for name in ("yes", "later", "never", "left"):
        await drafts_of(session, slack, people[name], GOOD, now)


def test_no_word_of_a_draft_and_nobodys_answer_went_anywhere(slack: Slack, app: AppProcess) -> None:
    places = slack.places_holding(CANARY)
    assert [place for place in places if "home of" not in place] == [], "their own drafts stand in their own Home"
    assert CANARY not in app.log()
    assert slack.late == []
