"""Nudges in a running `bonvent serve`: from the idea to "I posted it", in a campaign's thread, and under kill -9."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.models import Audience, Campaign, Planned
from bot.slack import actions
from bot.store import ambassadors, campaigns, nudges, program_state
from tests.e2e.slack import AppProcess, Channel, Message, Person, Slack
from tests.e2e.stored import rows, store

NewApp = Callable[..., AppProcess]
FACT = "The survey of a house takes 40 minutes."


@pytest.fixture(scope="module")
def marta(slack: Slack) -> Person:
    return slack.add_user("Marta Puig")


@pytest.fixture(scope="module")
def jordi(slack: Slack) -> Person:
    return slack.add_user("Jordi Pons")


@pytest.fixture(scope="module")
def ona(slack: Slack) -> Person:
    return slack.add_user("Ona Vila")


@pytest.fixture(scope="module")
def advocates(slack: Slack, ona: Person, nosy: Person) -> Channel:
    return slack.add_channel("advocates", members=[ona, nosy])


@pytest.fixture(scope="module")
def app(
    slack: Slack,
    marta: Person,
    jordi: Person,
    ona: Person,
    advocates: Channel,
    new_app: NewApp,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[AppProcess]:
    """It is a working day, a little after ten in Madrid, and three people are to be nudged."""
    shift = (monday_at_nine() - datetime.now(UTC)).total_seconds()
    made = new_app(slack, tmp_path_factory.mktemp("app"), BONVENT_CLOCK_SHIFT=str(shift), BONVENT_LOG_LEVEL="debug")
    slack.pass_time(shift)
    store(made, lambda session: seeded(session, slack, {marta: None, jordi: None, ona: advocates.id}))
    with made as running:
        yield running


def monday_at_nine() -> datetime:
    """As many seconds after the minute as it is now: the schedule goes by the computer's minutes, a channel's cap by ours."""
    today = datetime.now(UTC).replace(hour=9, minute=5)
    return today + timedelta(days=7 - today.weekday())


async def seeded(session: AsyncSession, slack: Slack, people: dict[Person, str | None]) -> None:
    """A campaign for each person, whose nudge the plan has for this minute."""
    now = datetime.fromtimestamp(slack.state.now(), UTC)
    team_id = slack.state.team
    planned = []
    for person, channel in people.items():
        row = await ambassadors.row_of(session, team_id, person.id, now)
        chosen: dict[str, Any] = {"state": "active", "since": now - timedelta(days=1), "topics": ["heat-pumps"]}
        chosen |= {"time_zone": "Europe/Madrid", "in_channels": channel is not None}
        await ambassadors.change(session, row, now, **chosen)
        campaign = Campaign(
            id=person.user.name.replace(".", "-"),
            name=f"Old houses of {person.user.name}",
            topic="heat-pumps",
            starts=now - timedelta(minutes=5),
            ends=now + timedelta(hours=6),
            audience=Audience(people=(person.id,)),
            channel=channel,
            facts=(FACT,),
            owner="Communication",
        )
        await campaigns.save(session, team_id, campaign, "command line", now)
        planned.append(
            Planned(
                campaign=campaign.id,
                user=person.id,
                date=now.date(),
                at=now - timedelta(seconds=30),
                until=now + timedelta(minutes=25),
                time_zone="Europe/Madrid",
                channel=channel,
                angles=("a", "b", "c"),
            )
        )
    await nudges.replace_planned(session, team_id, planned, now)
    state = await program_state.state(session, team_id)
    state.planned_changes, state.planned_at = state.changes, now


def said_to(slack: Slack, where: Person | Channel) -> list[Message]:
    return [m for m in slack.messages(where) if m.by_bot and not m.ephemeral_to]


def nudge_of(slack: Slack, person: Person) -> Message:
    found = slack.wait_for(
        lambda: [m for m in said_to(slack, person) if "An idea for you" in m.words], 20, what="the nudge"
    )
    assert len(found) == 1
    return found[0]


def test_it_tells_why_and_what_and_gives_no_text_to_copy(slack: Slack, app: AppProcess, marta: Person) -> None:
    nudge = nudge_of(slack, marta)
    assert "you chose the topic “Heat pumps”" in nudge.words
    assert FACT in nudge.words
    assert "Nobody keeps count" in nudge.words
    assert "rich_text_preformatted" not in json.dumps(nudge.blocks)


def test_it_works_for_nobody_else(slack: Slack, app: AppProcess, marta: Person, nosy: Person) -> None:
    nudge = nudge_of(slack, marta)
    for action in (actions.NUDGE_DRAFT, actions.NUDGE_FEWER, actions.NUDGE_NOT_FOR_ME, actions.NUDGE_LATER):
        nosy.click(nudge, action)
    told = slack.wait_for(lambda: slack.ephemeral(nosy)[3:], what="four answers")
    assert not any("Marta" in message.words for message in told), "whom it is for is known to her alone"
    nosy.click(nudge, actions.NUDGE_DRAFT, value="made-up:U1:2026-01-01")
    slack.wait_for(lambda: [m for m in slack.ephemeral(nosy) if "don't have this idea" in m.words], what="an answer")
    assert rows(app, "select count(*) from nudges where response is not null") == [(0,)]


def test_from_the_idea_to_a_review_and_to_thanks_once(slack: Slack, app: AppProcess, marta: Person) -> None:
    nudge = nudge_of(slack, marta)
    marta.click(nudge, actions.NUDGE_DRAFT)
    begun = slack.wait_for(
        lambda: [m for m in said_to(slack, marta) if "Write your draft as a reply" in m.words], what="the thread"
    )[0]
    slack.wait_for(lambda: not nudge.buttons, what="the buttons to go")
    assert "We go on in our direct message" in nudge.words
    marta.dm(f"for linkedin: {FACT} I timed it at my aunt's house. I work at Tebiora.", thread=begun)
    review = slack.wait_for(
        lambda: [m for m in slack.thread(begun) if m.by_bot and actions.POSTED in m.action_ids], 30, what="the review"
    )[0]
    assert rows(app, "select campaign_id from drafts") == [("marta-puig",)]
    for _ in range(2):
        marta.click(review, actions.POSTED)
    slack.wait_for(lambda: [m for m in slack.thread(begun) if "in your own words" in m.words], what="thanks")
    time.sleep(0.5)
    assert sum("Thank you for telling" in m.words for m in slack.thread(begun)) == 1
    assert rows(app, "select response from nudges where campaign_id = 'marta-puig'") == [("posted",)]


def test_a_campaigns_thread_has_one_beginning_and_calls_the_person(
    slack: Slack, app: AppProcess, ona: Person, nosy: Person, advocates: Channel
) -> None:
    found = slack.wait_for(lambda: said_to(slack, advocates)[1:], 90, what="the nudge of the next minute")
    root = said_to(slack, advocates)[0]
    assert "Something to talk about" in root.words
    assert len(found) == 1
    nudge = found[0]
    assert nudge.thread_ts == root.ts
    assert [e["user_id"] for e in _users(nudge)] == [ona.id]
    nosy.click(nudge, actions.NUDGE_NOT_FOR_ME)
    slack.wait_for(lambda: [m for m in slack.ephemeral(nosy) if "for Ona Vila" in m.words], what="a word to others")
    ona.click(nudge, actions.NUDGE_NOT_FOR_ME)
    slack.wait_for(lambda: not nudge.buttons, what="the buttons to go")
    assert "isn't for you" not in nudge.words, "others see the channel"
    assert "Answered" in nudge.words
    slack.wait_for(lambda: [m for m in slack.ephemeral(ona) if "isn't for you" in m.words], what="a word to Ona")


def test_killed_while_slack_takes_it_and_it_still_comes_once(slack: Slack, app: AppProcess, jordi: Person) -> None:
    nudge_of(slack, jordi)
    late = slack.add_user("Late Comer")
    app.kill()
    store(app, lambda session: seeded(session, slack, {late: None}))
    slack.faults.drop_answers("chat.postMessage", times=1)  # Slack has it, and we are killed before we know
    app.start()
    slack.wait_for(lambda: said_to(slack, late), 20, what="the nudge")
    app.kill()
    app.start()
    slack.wait_for(
        lambda: rows(app, f"select 1 from nudges where user_id = '{late.id}' and state = 'posted'"),
        40,
        what="the nudge to be known as posted",
    )
    assert len(said_to(slack, late)) == 1
    assert len(said_to(slack, jordi)) == 1


def _users(message: Message) -> list[dict[str, Any]]:
    return [
        element
        for block in message.blocks
        for part in block.get("elements", [])
        for element in part.get("elements", [])
        if isinstance(element, dict) and element.get("type") == "user"
    ]
