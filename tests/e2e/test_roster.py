"""The roster in a running `bonvent serve`: saying yes, choosing, pausing, leaving, being asked, and being gone from Slack."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.program.models import NudgeState, Planned
from bot.slack import actions
from bot.store import nudges
from bot.store.database import FILE
from tests.conftest import ROOT
from tests.e2e.slack import AppProcess, Message, Person, Slack
from tests.e2e.slack.state import View
from tests.e2e.stored import rows, store

IMPORTED = ("Berta Roig", "Ciro Paz", "Dora Lund", "Eloi Mas", "Fina Gil", "Gone Girl")
JOIN, SETTINGS = actions.AMBASSADOR_JOIN, actions.AMBASSADOR_SETTINGS
NewApp = Callable[..., AppProcess]


@pytest.fixture(scope="module")
def imported(slack: Slack) -> dict[str, Person]:
    """People of a file who are asked at the start. One is a guest, one is deactivated."""
    return {
        name: slack.add_user(name, guest=name == "Fina Gil", deleted=name == "Gone Girl", locale="en-US")
        for name in IMPORTED
    }


@pytest.fixture(scope="module")
def app(slack: Slack, imported: dict[str, Person], managed_app: NewApp) -> Iterator[AppProcess]:
    """A file was imported before the start; it is a Wednesday noon in Madrid."""
    made = managed_app(BONVENT_CLOCK_SHIFT=str((wednesday_noon() - datetime.now(UTC)).total_seconds()))
    asleep = slack.add_user("Hana Sato", tz="Asia/Tokyo")
    lines = [
        f"{imported['Berta Roig'].user.email};solar;ca;mon-fri;3",
        *(f"{imported[name].id};;;;" for name in IMPORTED[1:]),
        f"{asleep.id};;;;",
    ]
    told = import_csv(made, "user;topics;languages;days;weekly_budget\n" + "\n".join(lines))
    assert (told.returncode, told.stderr) == (0, ""), told.stderr
    imported["Hana Sato"] = asleep
    with made as running:
        yield running


def wednesday_noon() -> datetime:
    now = datetime.now(UTC)
    return now.replace(hour=11, minute=0, second=0, microsecond=0) + timedelta(days=(2 - now.weekday()) % 7)


def import_csv(app: AppProcess, text: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "bot.cli", "ambassadors", "import", "-"]
    return subprocess.run(line, cwd=ROOT, env=app.environment, input=text, capture_output=True, text=True)


def row(app: AppProcess, person: Person) -> dict[str, Any]:
    with closing(sqlite3.connect(app.data / FILE)) as database:
        database.row_factory = sqlite3.Row
        found = database.execute("SELECT * FROM ambassadors WHERE user_id = ?", (person.id,)).fetchone()
    return dict(found) if found else {}


def shows(slack: Slack, person: Person, part: str) -> View:
    def drawn() -> View | None:
        view = slack.home(person)
        return view if view and part in view.words else None

    return slack.wait_for(drawn, what=f"a home with {part!r}")


def home(slack: Slack, person: Person, part: str = "Ambassadors") -> View:
    slack.state.homes.pop(person.id, None)
    person.open_home()
    return shows(slack, person, part)


def asked(slack: Slack, person: Person) -> list[Message]:
    return [m for m in slack.messages(person) if m.by_bot and "you agreed to be an ambassador" in m.text]


def joined(slack: Slack, person: Person, **values: Any) -> View:
    """Somebody says yes of their own accord, and chooses."""
    person.click(home(slack, person, "I'd like to be an ambassador"), JOIN)
    person.submit(values=values)
    assert "one of the ambassadors now" in slack.view_of(person).words
    person.close()
    return home(slack, person, "This is what you chose")


def plan_nudge(app: AppProcess, person: Person) -> str:
    """A nudge is planned for somebody."""
    at = wednesday_noon() + timedelta(hours=20)
    planned = Planned(
        campaign="made-up",
        user=person.id,
        date=at.date(),
        at=at,
        until=at + timedelta(minutes=30),
        time_zone="Europe/Madrid",
        channel=None,
        angles=("a", "b", "c"),
    )

    team_id = person.slack.state.team
    store(app, lambda session: nudges.replace_planned(session, team_id, [planned], wednesday_noon()))
    return planned.id


def nudge_state(app: AppProcess, id_: str) -> tuple[str, str]:
    found = rows(app, "SELECT state, reason FROM nudges WHERE id = ?", id_)
    return found[0] if found else ("gone", "")


class TestSayingYes:
    def test_somebody_says_yes_chooses_and_sees_it(self, slack: Slack, app: AppProcess) -> None:
        marta = slack.add_user("Marta Puig", tz="America/Lima")
        view = joined(
            slack, marta, topics=["heat-pumps", "solar"], networks=["linkedin"], languages=["ca", "en"],
            days=["0", "2"], quiet_from="1200", quiet_to="480", budget="1", where="channels", country="ES-CT",
        )  # fmt: skip
        for said in (
            "Topics: Heat pumps, Solar energy", "Networks: LinkedIn", "Catalan, English", "Monday, Wednesday",
            "not between 20:00 and 08:00 (America/Lima)", "at most one a week", "campaign threads",
            "Catalunya (España)",
        ):  # fmt: skip
            assert said in view.words
        kept = row(app, marta)
        assert (kept["state"], kept["origin"], kept["time_zone"]) == ("active", "self", "America/Lima")

    def test_the_form_stands_at_what_is_usual_and_then_at_what_was_chosen(self, slack: Slack, app: AppProcess) -> None:
        nil = slack.add_user("Nil Vila")
        view = joined(slack, nil)
        assert "not between 18:00 and 09:00 (Europe/Madrid)" in view.words
        assert "at most 2 a week" in view.words
        nil.click(view, SETTINGS)
        nil.submit(values={"budget": "4", "days": ["6"]})
        nil.close()
        shows(slack, nil, "Sunday")
        nil.click(home(slack, nil), SETTINGS)
        nil.submit()
        assert (row(app, nil)["weekly_budget"], row(app, nil)["days"]) == (4, "[6]")

    def test_what_isnt_offered_is_refused_at_its_field(self, slack: Slack, app: AppProcess) -> None:
        oriol = slack.add_user("Oriol Pi")
        oriol.click(home(slack, oriol), JOIN)
        view = slack.view_of(oriol)
        topics = next(block for block in view.blocks if block["block_id"] == "topics")
        topics["element"]["options"].append({"text": {"type": "plain_text", "text": "Evil"}, "value": "evil"})
        oriol.submit(view, {"topics": ["evil"]})
        assert set(view.errors) == {"topics"}
        assert row(app, oriol) == {}

    def test_the_switch_to_be_told(self, slack: Slack, app: AppProcess) -> None:
        rut = slack.add_user("Rut Sala")
        view = home(slack, rut, "Tell me if I'd make a good ambassador")
        rut.click(view, actions.AMBASSADOR_TELL, option="tell")
        view = shows(slack, rut, "I'll tell you, and only you")
        assert row(app, rut)["tell_me"] == 1
        rut.click(view, actions.AMBASSADOR_TELL, option="")
        shows(slack, rut, "I won't look")
        assert (row(app, rut)["tell_me"], row(app, rut)["state"]) == (0, "none")


class TestPausingAndLeaving:
    def test_one_click_pauses_and_takes_back_what_was_planned(self, slack: Slack, app: AppProcess) -> None:
        pau = slack.add_user("Pau Font")
        view = joined(slack, pau)
        nudge = plan_nudge(app, pau)
        pau.click(view, actions.AMBASSADOR_PAUSE)
        view = shows(slack, pau, "You are pausing. Nothing comes")
        assert not slack.modal_open(pau)
        assert (row(app, pau)["state"], nudge_state(app, nudge)) == ("paused", (NudgeState.SKIPPED, "paused"))
        pau.click(view, SETTINGS)
        pau.submit(values={"budget": "1"})
        assert row(app, pau)["state"] == "paused", "changing what one chose ends no pause"
        pau.click(home(slack, pau, "You are pausing, so"), actions.AMBASSADOR_RESUME)
        shows(slack, pau, "Your pause is over")
        assert (row(app, pau)["state"], row(app, pau)["weekly_budget"]) == ("active", 1)

    def test_one_click_leaves_and_leaves_nothing(self, slack: Slack, app: AppProcess) -> None:
        lia = slack.add_user("Lia Bosch")
        view = joined(slack, lia, topics=["solar"], country="ES-CT", budget="5")
        nudge = plan_nudge(app, lia)
        assert "confirm" not in str([block for block in view.blocks if "ambassador.leave" in str(block)])
        lia.click(view, actions.AMBASSADOR_LEAVE)
        view = shows(slack, lia, "You've left")
        assert nudge_state(app, nudge)[0] == NudgeState.SKIPPED
        left = row(app, lia)
        assert (left["state"], left["topics"], left["country"], left["weekly_budget"]) == ("left", "[]", None, 2)
        lia.click(view, actions.AMBASSADOR_JOIN)
        lia.submit()
        assert row(app, lia)["state"] == "active", "coming back is saying yes again"

    def test_a_budget_of_none_takes_back_what_was_planned(self, slack: Slack, app: AppProcess) -> None:
        teo = slack.add_user("Teo Roca")
        view = joined(slack, teo)
        nudge = plan_nudge(app, teo)
        teo.click(view, SETTINGS)
        teo.submit(values={"budget": "0"})
        assert nudge_state(app, nudge) == (NudgeState.SKIPPED, "budget")

    def test_buttons_of_an_old_home_harm_nobody(self, slack: Slack, app: AppProcess) -> None:
        uma = slack.add_user("Uma Rey")
        view = joined(slack, uma)
        old = replace(view)
        uma.click(view, actions.AMBASSADOR_LEAVE)
        shows(slack, uma, "You've left")
        assert uma.click(old, actions.AMBASSADOR_PAUSE).ok
        shows(slack, uma, "You aren't one of the ambassadors just now")
        assert uma.click(old, actions.AMBASSADOR_LEAVE).ok
        shows(slack, uma, "You've left")
        assert row(app, uma)["state"] == "left"

    def test_settings_that_are_saved_after_leaving_bring_nobody_back(self, slack: Slack, app: AppProcess) -> None:
        roc = slack.add_user("Roc Vidal")
        view = joined(slack, roc)
        roc.click(view, SETTINGS)
        old = slack.view_of(roc)
        roc.click(view, actions.AMBASSADOR_LEAVE)  # on another device
        shows(slack, roc, "You've left")
        roc.submit(old, {"budget": "5"})
        assert "You aren't one of the ambassadors just now" in old.words
        assert (row(app, roc)["state"], row(app, roc)["weekly_budget"]) == ("left", 2)


class TestWhatManagersSee:
    def test_names_of_those_who_said_yes_and_figures_from_five_on(
        self, slack: Slack, app: AppProcess, aina: Person
    ) -> None:
        people = [slack.add_user(f"Number {number}") for number in range(5)]
        for person in people:
            joined(slack, person, topics=["climate"])
        view = home(slack, aina, "Ambassadors, those who pause among them")
        assert all(f"@{person.id}" in view.words for person in people)
        assert "Climate and policy" in view.words
        assert f"@{people[0].id}" not in home(slack, people[1]).words


class TestBeingAsked:
    def test_each_is_asked_once_and_nobody_counts_before_a_yes(
        self, slack: Slack, app: AppProcess, imported: dict[str, Person], aina: Person
    ) -> None:
        berta = imported["Berta Roig"]
        (message,) = slack.wait_for(lambda: asked(slack, berta), what="the question")
        assert "Topics: Solar energy" in message.words
        assert "at most 3 a week" in message.words
        assert (row(app, berta)["state"], row(app, berta)["time_zone"]) == ("to_confirm", "Europe/Madrid")
        assert f"@{berta.id}" not in home(slack, aina).words
        again = import_csv(app, f"user\n{berta.id}\n")
        assert (again.returncode, len(asked(slack, berta))) == (0, 1)
        berta.click(message, actions.AMBASSADOR_YES)
        slack.wait_for(lambda: "one of the ambassadors now" in message.words, what="the question to be answered")
        kept = row(app, berta)
        assert (kept["state"], kept["origin"], kept["topics"]) == ("active", "imported", '["solar"]')

    def test_a_no_is_a_no(self, slack: Slack, app: AppProcess, imported: dict[str, Person]) -> None:
        ciro = imported["Ciro Paz"]
        (message,) = slack.wait_for(lambda: asked(slack, ciro), what="the question")
        ciro.click(message, actions.AMBASSADOR_NO)
        slack.wait_for(lambda: "Thank you for telling me" in message.words, what="the question to be answered")
        assert row(app, ciro)["state"] == "left"
        nobody = slack.add_user("Never Asked")
        told = [import_csv(app, f"user\n{person.id}\n").stdout for person in (ciro, nobody)]
        assert told[0] == told[1], "whoever imports doesn't learn of a no"
        assert row(app, ciro)["state"] == "left"

    def test_one_may_change_it_first(self, slack: Slack, app: AppProcess, imported: dict[str, Person]) -> None:
        dora = imported["Dora Lund"]
        (message,) = slack.wait_for(lambda: asked(slack, dora), what="the question")
        dora.click(message, SETTINGS)
        dora.submit(values={"budget": "1"})
        slack.wait_for(lambda: "one of the ambassadors now" in message.words, what="the question to be answered")
        assert (row(app, dora)["state"], row(app, dora)["weekly_budget"]) == ("active", 1)

    def test_somebody_elses_question_is_not_answered(
        self, slack: Slack, app: AppProcess, imported: dict[str, Person], nosy: Person
    ) -> None:
        eloi = imported["Eloi Mas"]
        (message,) = slack.wait_for(lambda: asked(slack, eloi), what="the question")
        for action in (actions.AMBASSADOR_YES, actions.AMBASSADOR_NO):
            assert nosy.click(message, action).ok
        assert row(app, eloi)["state"] == "to_confirm"
        assert row(app, nosy) == {}

    def test_guests_and_the_deactivated_are_not_asked_and_who_sleeps_not_yet(
        self, slack: Slack, app: AppProcess, imported: dict[str, Person]
    ) -> None:
        for name in ("Fina Gil", "Gone Girl"):
            slack.wait_for(lambda name=name: row(app, imported[name])["state"] == "gone", what=name)  # type: ignore[misc]
            assert asked(slack, imported[name]) == []
            assert imported[name].id in app.log()
        hana = imported["Hana Sato"]
        slack.wait_for(lambda: row(app, hana)["time_zone"] == "Asia/Tokyo", what="the time zone")
        assert asked(slack, hana) == [], "it is eight in the evening in Tokyo"
        assert row(app, hana)["state"] == "to_confirm"


class TestSlackChanges:
    def test_the_time_zone_goes_with_the_person(self, slack: Slack, app: AppProcess) -> None:
        ivo = slack.add_user("Ivo Nunes")
        joined(slack, ivo)
        slack.change_user(ivo, tz="America/Sao_Paulo")
        assert row(app, ivo)["time_zone"] == "America/Sao_Paulo"
        slack.change_user(ivo, tz="Nowhere/Land")
        assert row(app, ivo)["time_zone"] == "America/Sao_Paulo"
        assert "America/Sao_Paulo" in home(slack, ivo).words

    def test_who_is_deactivated_is_gone_until_they_come_back_themselves(self, slack: Slack, app: AppProcess) -> None:
        zoe = slack.add_user("Zoe Adler")
        joined(slack, zoe, topics=["solar"])
        nudge = plan_nudge(app, zoe)
        slack.change_user(zoe, deleted=True)
        assert (row(app, zoe)["state"], row(app, zoe)["topics"]) == ("gone", "[]")
        assert nudge_state(app, nudge) == (NudgeState.SKIPPED, "deactivated")
        slack.change_user(zoe, deleted=False)
        assert row(app, zoe)["state"] == "gone"
        joined(slack, zoe)
        assert row(app, zoe)["state"] == "active"

    def test_of_somebody_we_dont_know_nothing_is_kept(self, slack: Slack, app: AppProcess) -> None:
        someone = slack.add_user("Some One")
        ack = slack.change_user(someone, tz="Asia/Tokyo")
        assert ack is not None
        assert ack.ok
        assert row(app, someone) == {}

    def test_a_guest_sees_nothing_of_it(self, slack: Slack, app: AppProcess) -> None:
        guest = slack.add_user("A guest", guest=True)
        view = home(slack, guest, "guest")
        assert "Ambassadors" not in view.words
