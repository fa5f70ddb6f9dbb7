"""A crisis freeze in a running `bonvent serve`: everything stops at once, people are told once, and lifting is as explicit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.models import Audience, Campaign, NudgeState
from bot.slack import actions
from bot.store import campaigns
from bot.store.program_models import NudgeRow
from tests.e2e.slack import AppProcess, Channel, Message, Person, Slack
from tests.e2e.stored import rows, store

DRAFT = "for LinkedIn: I work at Tebiora. We spent the morning on a cold roof, and it was worth it."
BORRADOR = "para LinkedIn: Trabajo en Tebiora. Pasamos la mañana en un tejado frío y valió la pena, de verdad."
STATEMENT = "https://tebiora.example/status/outage"
NewApp = Callable[..., AppProcess]


@pytest.fixture(scope="module")
def app(managed_app: NewApp) -> Iterator[AppProcess]:
    with managed_app() as running:
        yield running


@pytest.fixture
def planned(slack: Slack, app: AppProcess) -> str:
    """A nudge that waits for tomorrow; its campaign's id."""
    store(app, lambda session: plan_a_nudge(session, slack.state.team))
    return "spring"


async def plan_a_nudge(session: AsyncSession, team_id: str) -> None:
    now = datetime.now(UTC)
    campaign = Campaign(
        id="spring",
        name="Spring",
        topic="solar",
        starts=now,
        ends=now + timedelta(days=9),
        audience=Audience(),
        facts=("The sun is free.",),
        owner="Communication",
    )
    await campaigns.save(session, team_id, campaign, "U0", now)
    session.add(
        NudgeRow(
            team_id=team_id,
            id="spring:U0:2099-01-01",
            campaign_id="spring",
            user_id="U0",
            local_date="2099-01-01",
            at=now + timedelta(days=1),
            until=now + timedelta(days=2),
            time_zone="UTC",
            angles=["first-time", "surprise", "thanks"],
            state=NudgeState.QUEUED,
        )
    )


def answered(slack: Slack, person: Person, text: str, command: str = "/bonvent") -> Message:
    """What only this person sees after the command."""
    before = len(slack.ephemeral(person))
    assert person.slash(command, text).ok
    return slack.wait_for(lambda: slack.ephemeral(person)[before:], what="an ephemeral answer")[-1]


def alone(slack: Slack, person: Person) -> list[str]:
    """What Bonvent said to somebody outside of any thread."""
    place = slack.state.channels[person.channel]
    return [m.words for m in slack.messages(place) if m.by_bot and m.thread_ts in (None, m.ts) and not m.ephemeral_to]


def reviewed(slack: Slack, person: Person, draft: str = DRAFT) -> Message:
    return slack.reply(person.dm(draft))


def said_in(slack: Slack, channel: Channel) -> list[str]:
    return [m.words for m in slack.messages(channel) if m.by_bot and not m.ephemeral_to]


def test_alone_it_tells_what_bonvent_does(slack: Slack, app: AppProcess, nosy: Person, aina: Person) -> None:
    told = answered(slack, nosy, "").words
    assert "Home tab you pause" in told
    assert "/bonvent freeze" not in told
    assert "/bonvent freeze" in answered(slack, aina, "help").words
    assert "don't know that word" in answered(slack, nosy, "frobnicate").words


def test_nobody_else_freezes_or_lifts(slack: Slack, app: AppProcess, nosy: Person) -> None:
    for text in ("freeze https://evil.example", "lift", "status"):
        assert "for the community managers" in answered(slack, nosy, text).words
    assert rows(app, "SELECT count(*) FROM program_state WHERE frozen_at IS NOT NULL") == [(0,)]


def test_the_whole_way_of_a_freeze(
    slack: Slack, app: AppProcess, aina: Person, pol: Person, channel: Channel, planned: str
) -> None:
    marta, posted, old = (slack.add_user(name) for name in ("Marta Puig", "Jordi Pons", "Rosa Vila"))
    carmen = slack.add_user("Carmen Ruiz", locale="es-ES")
    for person in (marta, old):
        reviewed(slack, person)
    reviewed(slack, marta)  # a second draft: she is told once all the same
    reviewed(slack, carmen, BORRADOR)
    unlucky = slack.add_user("Laia Mas")
    for person in (posted, unlucky):
        person.click(reviewed(slack, person), actions.POSTED)
    long_ago = f"{datetime.now(UTC) - timedelta(days=8):%Y-%m-%d %H:%M:%S.000000}"
    rows(app, f"UPDATE drafts SET created_at = '{long_ago}' WHERE user_id = '{old.id}'")
    rows(app, f"UPDATE reviews SET created_at = '{long_ago}' WHERE draft_id IN (SELECT id FROM drafts WHERE user_id = '{old.id}')")  # fmt: skip

    # Frozen without a statement: at once, and asked for it.
    told = answered(slack, aina, "freeze").words
    assert "Frozen." in told
    assert "taken back before they went out: 1" in told
    assert "stand still: 1" in told
    assert "no official statement yet" in told
    assert rows(app, "SELECT state, reason FROM nudges WHERE campaign_id = 'spring'") == [("skipped", "frozen")]
    slack.wait_for(
        lambda: "hold posts for now" in alone(slack, marta)[-1], what="somebody with an open draft being told"
    )
    slack.wait_for(lambda: "espere antes" in alone(slack, carmen)[-1], what="somebody else being told in Spanish")
    assert "The official statement follows" in alone(slack, marta)[-1]
    slack.wait_for(
        lambda: "has frozen all nudges and campaigns" in "".join(said_in(slack, channel)[-1:]),
        what="the managers' channel",
    )

    # The statement comes into the message that they have.
    assert "The statement is in" in answered(slack, pol, f"freeze {STATEMENT}").words
    slack.wait_for(lambda: STATEMENT in alone(slack, marta)[-1], what="the statement in the message")
    slack.wait_for(lambda: STATEMENT in alone(slack, carmen)[-1], what="the statement in the message")

    # Killed and started again: nobody is told twice, and whoever a crash left untold is told by the next tick.
    app.kill()
    rows(app, f"UPDATE drafts SET posted_at = NULL WHERE user_id = '{unlucky.id}'")
    app.start()
    slack.wait_for(lambda: STATEMENT in alone(slack, unlucky)[-1], what="the tick to tell")
    slack.wait_quiet()
    for person, words in ((marta, "hold posts"), (carmen, "espere antes"), (unlucky, "hold posts")):
        assert sum(words in said for said in alone(slack, person)) == 1
    assert not any("hold posts" in said for who in (posted, old) for said in alone(slack, who))

    # Reviews go on, and say so.
    review = reviewed(slack, posted)
    assert "Right now everybody is asked to wait" in review.words
    assert STATEMENT in review.words
    status = answered(slack, pol, "status").words
    assert "Frozen by Aina Ferrandis since" in status
    assert STATEMENT in status

    # Lifted: those who were told hear of it, once.
    assert "The freeze is over" in answered(slack, aina, "lift").words
    slack.wait_for(lambda: "wait is over" in alone(slack, marta)[-1], what="the end of the freeze")
    slack.wait_for(lambda: "wait is over" in alone(slack, unlucky)[-1], what="the end of the freeze")
    slack.wait_for(lambda: "espera ha terminado" in alone(slack, carmen)[-1], what="the end of the freeze")
    assert "There is no freeze" in answered(slack, aina, "lift").words
    slack.wait_quiet()
    assert sum("wait is over" in said for said in alone(slack, marta)) == 1
    assert not any("wait is over" in said for who in (posted, old) for said in alone(slack, who))
    assert "Right now everybody is asked to wait" not in reviewed(slack, posted).words
    assert STATEMENT not in app.log()


def test_a_statement_is_text_and_not_markup(slack: Slack, app: AppProcess, aina: Person) -> None:
    told = answered(slack, aina, "freeze <!channel> *look* javascript:alert(1)")
    assert "@channel *look* javascript:alert(1)" in told.words
    assert '"type": "link"' not in str(told.blocks)
    assert "more than 500 characters" in answered(slack, aina, f"freeze {'word ' * 200}").words
    assert "The freeze is over" in answered(slack, aina, "lift").words


def test_from_home(slack: Slack, app: AppProcess, aina: Person, nosy: Person) -> None:
    aina.open_home()
    home = slack.wait_for(lambda: (h := slack.home(aina)) and "Crisis freeze" in h.words and h, what="the section")
    assert aina.click(home, actions.FREEZE_OPEN).ok
    assert aina.submit(slack.view_of(aina), {"statement": STATEMENT}).ok
    frozen = slack.wait_for(lambda: (h := slack.home(aina)) and "Frozen by" in h.words and h, what="the state in Home")
    assert STATEMENT in frozen.words
    nosy.open_home()
    assert "Crisis freeze" not in slack.wait_for(lambda: slack.home(nosy), what="a Home").words

    nosy.click(frozen, actions.FREEZE_LIFT)
    aina.click(frozen, actions.FREEZE_LIFT, value="1")  # of an earlier freeze
    slack.wait_quiet()
    assert rows(app, "SELECT count(*) FROM program_state WHERE frozen_at IS NOT NULL") == [(1,)]
    aina.click(frozen, actions.FREEZE_LIFT)
    slack.wait_for(lambda: "Frozen by" not in slack.home(aina).words, what="the freeze being lifted")
    assert rows(app, "SELECT count(*) FROM program_state WHERE frozen_at IS NOT NULL") == [(0,)]


def test_a_statement_that_comes_after_the_end_freezes_nothing_anew(slack: Slack, app: AppProcess, aina: Person) -> None:
    answered(slack, aina, "freeze")
    aina.open_home()
    frozen = slack.wait_for(lambda: (h := slack.home(aina)) and "Frozen by" in h.words and h, what="the state in Home")
    aina.click(frozen, actions.FREEZE_OPEN)
    view = slack.view_of(aina)
    answered(slack, aina, "lift")
    aina.submit(view, {"statement": STATEMENT})
    assert "There is no freeze" in view.words
    assert rows(app, "SELECT count(*) FROM program_state WHERE frozen_at IS NOT NULL") == [(0,)]
    aina.close()


def test_a_modal_is_nobody_else_s_way_in(slack: Slack, app: AppProcess, aina: Person, nosy: Person) -> None:
    aina.open_home()
    home = slack.wait_for(lambda: slack.home(aina), what="a Home")
    aina.click(home, actions.FREEZE_OPEN)
    view = slack.view_of(aina)
    view.user = nosy.id
    nosy.submit(view, {"statement": "I take over"})
    assert "for the community managers" in view.words
    assert rows(app, "SELECT count(*) FROM program_state WHERE frozen_at IS NOT NULL") == [(0,)]
