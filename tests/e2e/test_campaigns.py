"""Campaigns in Slack, in a running `bonvent serve`: planned, changed, paused and resumed by community managers alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from bot.slack import actions
from tests.e2e.campaigns_desk import CANARY, NOW, TOMORROW, WINTER, body, drawn, menu, nth_of, planned
from tests.e2e.manuals_desk import home
from tests.e2e.slack import AppProcess, Channel, Person, Slack
from tests.e2e.stored import rows

NewApp = Callable[..., AppProcess]


@pytest.fixture(scope="module")
def place(slack: Slack, aina: Person, pol: Person) -> Channel:
    """A channel that Bonvent is in."""
    return slack.add_channel("winter", members=[aina, pol])


@pytest.fixture(scope="module")
def app(managed_app: NewApp) -> Iterator[AppProcess]:
    with managed_app() as running:
        yield running


@pytest.fixture(autouse=True)
def all_acknowledged(slack: Slack, app: AppProcess) -> Iterator[None]:
    yield
    slack.wait_quiet()
    assert slack.late == []


def test_nobody_else_plans(slack: Slack, aina: Person, nosy: Person, app: AppProcess) -> None:
    view = drawn(slack, aina)
    nosy.open_home(wait=True)
    own = slack.wait_for(lambda: slack.home(nosy), what="a home")
    assert actions.CAMPAIGN_PLAN not in own.action_ids
    nosy.click(view, actions.CAMPAIGN_PLAN)
    assert "planned by the community managers" in slack.view_of(nosy).words
    nosy.close()
    aina.click(view, actions.CAMPAIGN_PLAN)
    theirs = slack.view_of(aina)
    nosy.submit(theirs, WINTER)
    assert "planned by the community managers" in theirs.words
    assert rows(app, "SELECT count(*) FROM campaigns") == [(0,)]


def test_what_is_wrong_is_said_beside_its_input_and_nothing_is_lost(
    slack: Slack, aina: Person, place: Channel, app: AppProcess
) -> None:
    outside = slack.add_channel("outside", members=[aina], bot=False)
    hidden = slack.add_channel("hidden", members=[aina], bot=False, private=True)
    over = slack.add_channel("over", members=[aina], archived=True)
    shared = slack.add_channel("partners", members=[aina], shared=True)
    view = planned(slack, aina, channel=outside.id, facts="-", who="everybody", ends=WINTER["starts"])
    assert set(view.errors) == {"channel", "facts", "who", "ends"}
    assert "/invite" in view.errors["channel"]
    for channel, said in ((hidden, "private"), (over, "archived"), (shared, "other organisations")):
        aina.submit(view, WINTER | {"channel": channel.id})
        assert list(view.errors) == ["channel"]
        assert said in view.errors["channel"]
    aina.submit(
        view, WINTER | {"starts": int((NOW - timedelta(days=9)).timestamp()), "ends": int(NOW.timestamp()) - 60}
    )
    assert "over already" in view.errors["ends"]
    aina.submit(view, WINTER | {"facts": "Write to ana.puig@gmail.com."})
    assert "Fact 1" in view.errors["facts"]
    assert rows(app, "SELECT count(*) FROM campaigns") == [(0,)]
    aina.submit(view, WINTER | {"channel": place.id})
    assert view.closed
    assert not slack.modal_open(aina)
    tab = drawn(slack, aina, "The campaign is saved.")
    assert "A winter without gas" in tab.words
    assert "Heat pumps · Communication" in tab.words
    assert "#winter" in tab.words
    assert "fewer than 5 ambassadors" in tab.words
    kept = body(app, "a-winter-without-gas")
    assert kept["facts"][0] == "A heat pump moves warmth."
    assert kept["audience"] == {"languages": ["en"], "countries": ["ES-CT"], "people": []}
    assert datetime.fromisoformat(kept["starts"]) == TOMORROW
    assert rows(app, "SELECT created_by, state FROM campaigns") == [(aina.id, "active")]


def test_a_submission_that_comes_again_makes_no_second_campaign(slack: Slack, aina: Person, app: AppProcess) -> None:
    view = planned(slack, aina, name="Más calor", topic="solar")
    drawn(slack, aina, "Más calor")
    for again in ({}, {"facts": "Another fact."}):
        view.closed = False
        slack.state.stacks[aina.id].append(view.id)
        aina.submit(view, WINTER | {"name": "Más calor", "topic": "solar"} | again)
        assert view.closed
    assert rows(app, "SELECT count(*) FROM campaigns WHERE id LIKE 'mas-calor%'") == [(1,)]
    assert body(app, "mas-calor")["facts"] == ["Another fact."], "one that was changed is another wish"


def test_what_speaks_against_it_is_shown_before_it_is_saved(
    slack: Slack, aina: Person, place: Channel, app: AppProcess
) -> None:
    words = {"name": "A winter without gas", "channel": place.id, "topic": "climate"}
    embargo = int((TOMORROW + timedelta(days=7)).timestamp())
    view = planned(slack, aina, **words, embargo=embargo)
    on_top = slack.view_of(aina)
    assert on_top is not view
    assert "“A winter without gas” is in the same channel" in on_top.words
    assert "ends within the window" in on_top.words
    assert rows(app, "SELECT count(*) FROM campaigns WHERE id LIKE 'a-winter%'") == [(1,)]
    aina.close(on_top)
    assert slack.view_of(aina) is view, "as it was typed"
    aina.submit(view, WINTER | words)
    on_top = slack.view_of(aina)
    assert "ends within the window" not in on_top.words
    aina.submit(on_top)
    assert not slack.modal_open(aina)
    tab = drawn(slack, aina, "in the same channel")
    assert tab.words.count("is in the same channel") == 2, "beside both"
    assert body(app, "a-winter-without-gas-2")["embargo"] is None
    on_top.closed = view.closed = False
    slack.state.stacks[aina.id] += [view.id, on_top.id]
    aina.submit(on_top)
    assert rows(app, "SELECT count(*) FROM campaigns WHERE id LIKE 'a-winter%'") == [(2,)], "pressed twice, saved once"


def test_what_came_up_meanwhile_is_shown_before_it_is_saved(
    slack: Slack, aina: Person, pol: Person, app: AppProcess
) -> None:
    quiet = slack.add_channel("quiet", members=[aina, pol])
    planned(slack, aina, name="Slow", topic="community", channel=quiet.id, embargo=WINTER["starts"] + 86_400)
    slow = slack.view_of(aina)
    planned(slack, pol, name="Quick", topic="careers", channel=quiet.id)
    drawn(slack, pol, "Quick")
    aina.submit(slow)
    assert "“Quick” is in the same channel" in slow.words
    assert rows(app, "SELECT count(*) FROM campaigns WHERE id = 'slow'") == [(0,)]
    rows(app, "UPDATE campaign_forms SET handed_in_by = 'U0SOMEBODY' WHERE campaign_id IS NULL")
    aina.submit(slow)
    assert "hand it in again" in slow.words
    assert rows(app, "SELECT count(*) FROM campaigns WHERE id = 'slow'") == [(0,)], "what another manager handed in"
    aina.close(slow)
    aina.submit(slack.view_of(aina), WINTER | {"name": "Slow", "topic": "community"})
    assert rows(app, "SELECT created_by FROM campaigns WHERE id = 'slow'") == [(aina.id,)]


def test_an_edit_keeps_the_campaign_and_tells_that_it_was_changed(
    slack: Slack, aina: Person, pol: Person, app: AppProcess
) -> None:
    for person in (aina, pol):
        menu(slack, person, "mas-calor", "edit")
    mine, theirs = slack.view_of(aina), slack.view_of(pol)
    assert "Edit a campaign" in mine.words
    aina.submit(mine, {"name": "Menos gas"})
    assert mine.closed
    assert body(app, "mas-calor")["name"] == "Menos gas"
    assert body(app, "mas-calor")["facts"] == ["Another fact."], "what stood in the modal stays"
    pol.submit(theirs, {"name": "Menos humo"})
    on_top = slack.view_of(pol)
    assert "Somebody changed this campaign" in on_top.words
    pol.submit(on_top)
    assert body(app, "mas-calor")["name"] == "Menos humo"
    assert rows(app, "SELECT created_by FROM campaigns WHERE id = 'mas-calor'") == [(aina.id,)]


def test_what_a_form_cant_hold_is_edited_in_its_file(slack: Slack, aina: Person, app: AppProcess) -> None:
    long = body(app, "quick") | {"facts": ["x" * 500] * 10}
    rows(app, f"UPDATE campaigns SET body = '{json.dumps(long)}' WHERE id = 'quick'")
    menu(slack, aina, "quick", "edit")
    assert "bonvent campaign import" in slack.view_of(aina).words
    aina.close()


ON_ITS_WAY = "SELECT count(*) FROM nudges WHERE state IN ('planned', 'queued')"


def on_its_way(slack: Slack, app: AppProcess) -> None:
    """Somebody is about to be nudged."""
    at = (TOMORROW + timedelta(hours=1)).replace(tzinfo=None)
    rows(app, "DELETE FROM nudges")
    rows(
        app,
        "INSERT INTO nudges (team_id, id, campaign_id, user_id, local_date, at, until, time_zone, angles, number, state)"
        f" VALUES ('{slack.state.team}', 'mas-calor:U0ANA:1', 'mas-calor', 'U0ANA', '{at.date()}',"
        f" '{at}', '{at + timedelta(minutes=30)}', 'UTC', '[]', 0, 'planned')",
    )
    assert rows(app, ON_ITS_WAY) == [(1,)]


def test_a_pause_takes_back_what_was_on_its_way(slack: Slack, aina: Person, nosy: Person, app: AppProcess) -> None:
    on_its_way(slack, app)
    before = drawn(slack, aina)
    nosy.click(before, actions.CAMPAIGN_MENU, option="pause:mas-calor", nth=nth_of(before, "mas-calor"))
    assert "planned by the community managers" in slack.view_of(nosy).words
    nosy.close()
    menu(slack, aina, "mas-calor", "pause")
    tab = drawn(slack, aina, "nobody is nudged for it")
    assert "Paused by a community manager" in tab.words
    assert rows(app, "SELECT state, paused_why FROM campaigns WHERE id = 'mas-calor'") == [("paused", "by_manager")]
    assert rows(app, ON_ITS_WAY) == [(0,)]
    menu(slack, aina, "mas-calor", "edit")
    aina.submit(slack.view_of(aina), {"name": "Sin prisa"})
    drawn(slack, aina, "It stays paused")
    menu(slack, aina, "mas-calor", "resume")
    drawn(slack, aina, "The campaign goes on.")
    assert rows(app, "SELECT state, paused_why FROM campaigns WHERE id = 'mas-calor'") == [("active", None)]


def test_what_is_put_off_or_comes_under_embargo_takes_it_back_too(slack: Slack, aina: Person, app: AppProcess) -> None:
    for change in ({"starts": WINTER["starts"] + 86_400}, {"embargo": WINTER["starts"] + 172_800}):
        on_its_way(slack, app)
        menu(slack, aina, "mas-calor", "edit")
        aina.submit(slack.view_of(aina), change)
        if slack.modal_open(aina):
            aina.submit()
        assert not slack.modal_open(aina)
        assert rows(app, ON_ITS_WAY) == [(0,)]


def test_how_many_it_suits_is_said_of_five_and_more_and_not_of_chosen_people(
    slack: Slack, aina: Person, nosy: Person, app: AppProcess
) -> None:
    assert "It suits 5" not in home(slack, aina, "Campaigns").words
    for number in range(5):
        person = slack.add_user(f"Ambassador {number}")
        rows(
            app,
            "INSERT INTO ambassadors (team_id, user_id, state, tell_me, origin, topics, networks, languages, days,"
            " quiet_from, quiet_to, weekly_budget, in_channels, country, time_zone, since, changed_at)"
            f" VALUES ('{slack.state.team}', '{person.id}', 'active', 0, 'self', '[\"solar\"]', '[]', '[\"en\"]', '[0]',"
            f" 1080, 540, 1, 0, 'ES-CT', 'Europe/Madrid', '{NOW.replace(tzinfo=None)}', '{NOW.replace(tzinfo=None)}')",
        )
    tab = home(slack, aina, "It suits 5 ambassadors")
    assert tab.words.count("It suits 5 ambassadors") == 1, "of the only campaign with their topic"
    menu(slack, aina, "mas-calor", "edit")
    aina.submit(slack.view_of(aina), {"people": [nosy.id]})
    aina.submit()
    tab = home(slack, aina, "The campaign is saved.")
    assert "It suits 5 ambassadors" not in tab.words


def test_a_channel_that_was_lost(slack: Slack, aina: Person, place: Channel, app: AppProcess) -> None:
    bot = slack.state.bot_user
    place.members.remove(bot)
    home(slack, aina, "I can't post in its channel")
    rows(app, "UPDATE campaigns SET state = 'paused', paused_why = 'channel_gone' WHERE id = 'a-winter-without-gas'")
    home(slack, aina, "Paused, because I can't post in its channel any more")
    menu(slack, aina, "a-winter-without-gas", "resume")
    drawn(slack, aina, "I still can't post in that campaign's channel")
    other = slack.add_channel("winter-2", members=[aina])
    menu(slack, aina, "a-winter-without-gas", "edit")
    aina.submit(slack.view_of(aina), {"channel": other.id})
    drawn(slack, aina, "The campaign is saved.")
    assert rows(app, "SELECT state, paused_why FROM campaigns WHERE id = 'a-winter-without-gas'") == [("active", None)]
    place.members.append(bot)


def test_slack_that_doesnt_answer_about_a_channel_loses_nothing(slack: Slack, aina: Person, place: Channel) -> None:
    menu(slack, aina, "a-winter-without-gas-2", "edit")
    view = slack.view_of(aina)
    slack.faults.slow("conversations.info", 6.0)
    try:
        ack = aina.submit(view)
    finally:
        slack.faults.clear()
    assert ack.ok
    assert "in a moment" in view.errors["channel"]
    aina.close()


def test_a_campaign_that_vanished(slack: Slack, aina: Person, app: AppProcess) -> None:
    menu(slack, aina, "mas-calor", "edit")
    view, tab = slack.view_of(aina), drawn(slack, aina)
    rows(app, "DELETE FROM campaigns WHERE id = 'mas-calor'")
    aina.submit(view)
    assert "isn't there any more" in view.errors["name"]
    for tampered in ("edit:mas-calor", "pause:mas-calor", "resume:mas-calor", "edit:<x>", "own:mas-calor"):
        aina.click(tab, actions.CAMPAIGN_MENU, tampered, option="edit:slow", nth=nth_of(tab, "slow"))
        if tampered.startswith(("pause", "resume")):
            drawn(slack, aina, "That campaign isn't there any more.")
        else:
            assert "isn't there any more" in slack.view_of(aina).words


def test_a_campaigns_words_stay_out_of_the_log(app: AppProcess) -> None:
    assert CANARY not in app.log()
