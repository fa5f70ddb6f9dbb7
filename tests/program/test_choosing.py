"""Who is asked to take a conversation: whoever fits and is awake, in turn; and nobody else."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.program.choosing import (
    SHORTEST,
    Choice,
    Wanted,
    asked_until,
    back_at,
    choose,
    fits,
    good_until,
    stretches,
    week_now,
)
from bot.program.hours import is_quiet
from bot.program.knowledge import Front
from bot.program.models import Ambassador, Quiet

NOW = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)  # Wednesday, 11:00 in Madrid
UNTIL = NOW + timedelta(days=2)
FRONT = Front()
WANTED = Wanted(id="c1", topic="solar", language="es", network="linkedin")


def person(user: str = "U1", **fields: Any) -> Ambassador:
    values: dict[str, Any] = {
        "topics": ("solar",),
        "languages": ("es",),
        "networks": ("linkedin",),
        "time_zone": "Europe/Madrid",
        "since": NOW - timedelta(days=90),
    }
    return Ambassador(user=user, **values | fields)


def chosen(*people: Ambassador, **fields: Any) -> Choice:
    values: dict[str, Any] = {"asked": set(), "used": {}, "now": NOW, "until": UNTIL}
    values |= fields
    return choose(WANTED, people, values.pop("asked"), values.pop("used"), values.pop("now"), **values)


class TestWhoFits:
    @pytest.mark.parametrize(
        ("fields", "fit"),
        [
            ({}, True),
            ({"topics": ()}, True),
            ({"languages": ()}, True),
            ({"networks": ()}, True),
            ({"topics": ("climate",)}, False),
            ({"languages": ("en", "ca")}, False),
            ({"networks": ("x",)}, False),
        ],
    )
    def test_topic_language_and_network(self, fields: dict[str, Any], fit: bool) -> None:
        assert fits(WANTED, person(**fields)) is fit
        assert chosen(person(**fields)) == (Choice("U1") if fit else Choice())

    def test_any_network_is_open_to_all(self) -> None:
        assert fits(Wanted(id="c", topic="solar", language="es"), person(networks=("x",)))

    def test_nobody_is_asked_twice(self) -> None:
        assert chosen(person("U1"), person("U2"), asked={"U1"}) == Choice("U2")
        assert chosen(person("U1"), asked={"U1"}) == Choice()

    def test_a_budget_of_none_is_a_no(self) -> None:
        assert chosen(person(weekly_budget=0)) == Choice()
        assert chosen(person(weekly_budget=0), until=NOW + timedelta(days=20)) == Choice(), "next week it is none, too"


class TestWhenTheyAreAwake:
    @pytest.mark.parametrize(
        ("fields", "at"),
        [
            ({"quiet": Quiet(8 * 60, 12 * 60)}, NOW + timedelta(hours=1)),
            ({"days": (3,)}, datetime(2026, 11, 26, 8, 0, tzinfo=UTC)),
            ({"time_zone": "America/New_York"}, NOW + timedelta(hours=4)),
            ({"country": "ES", "days": (0, 1, 2, 3, 4, 5, 6)}, None),
        ],
    )
    def test_who_sleeps_is_waited_for(self, fields: dict[str, Any], at: datetime | None) -> None:
        assert chosen(person(**fields)) == (Choice(next_at=at) if at else Choice("U1"))

    def test_on_a_holiday_nobody_is_asked(self) -> None:
        christmas = datetime(2026, 12, 25, 10, 0, tzinfo=UTC)
        until = christmas + timedelta(days=4)
        found = chosen(person(country="ES"), now=christmas, until=until)
        assert found == Choice(next_at=datetime(2026, 12, 28, 8, 0, tzinfo=UTC)), "the Monday after it"

    def test_the_first_to_wake_is_waited_for(self) -> None:
        early, late = person("U1", quiet=Quiet(8 * 60, 12 * 60)), person("U2", quiet=Quiet(8 * 60, 13 * 60))
        assert chosen(late, early) == Choice(next_at=NOW + timedelta(hours=1))

    def test_whoever_is_awake_comes_before_whoever_sleeps(self) -> None:
        assert chosen(person("U1", quiet=Quiet(8 * 60, 12 * 60)), person("U2")) == Choice("U2")

    def test_past_the_time_nobody_is_waited_for(self) -> None:
        assert chosen(person(quiet=Quiet(8 * 60, 12 * 60)), until=NOW + timedelta(minutes=69)) == Choice()

    def test_who_is_about_to_sleep_is_not_asked_any_more(self) -> None:
        sleepy = person(quiet=Quiet(11 * 60 + 9, 15 * 60))
        assert chosen(sleepy) == Choice(next_at=datetime(2026, 11, 25, 14, 0, tzinfo=UTC))

    def test_a_full_week_begins_anew_on_their_own_monday(self) -> None:
        friday = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
        full = person(weekly_budget=2)
        asked = {"used": {"U1": 2}, "now": friday}
        assert chosen(full, **asked, until=friday + timedelta(days=2)) == Choice()
        monday = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
        assert chosen(full, **asked, until=friday + timedelta(days=5)) == Choice(next_at=monday)
        assert chosen(full, used={"U1": 1}, now=friday, until=monday) == Choice("U1")


class TestInTurn:
    def test_whoever_was_asked_longest_ago_comes_first(self) -> None:
        people = [person(f"U{n}") for n in range(1, 5)]
        last = {"U1": NOW - timedelta(days=1), "U2": NOW - timedelta(days=9), "U3": NOW - timedelta(days=2)}
        order = []
        while (choice := chosen(*people, asked=set(order), last=last)).user is not None:
            order.append(choice.user)
        assert order == ["U4", "U2", "U3", "U1"]

    def test_the_order_of_the_roster_says_nothing(self) -> None:
        people = [person(f"U{n}") for n in range(30)]
        first = chosen(*people)
        for seed in range(5):
            random.Random(seed).shuffle(people)
            assert chosen(*people) == first

    def test_conversations_are_spread(self) -> None:
        people = [person(f"U{n}") for n in range(20)]
        wanted = [Wanted(id=f"c{n}", topic="solar", language="es") for n in range(60)]
        users = {choose(each, people, set(), {}, NOW, until=UNTIL).user for each in wanted}
        assert len(users) > 12, "who was never asked comes in an order of its own for each conversation"


class TestTime:
    @pytest.mark.parametrize(("hours", "asked"), [(72, 4), (12, 4), (6, 2), (1.5, 0.5)])
    def test_each_has_some_hours_or_a_third_of_what_is_left(self, hours: float, asked: float) -> None:
        assert asked_until(NOW, NOW + timedelta(hours=hours), FRONT) == NOW + timedelta(hours=asked)

    @pytest.mark.parametrize(("hours", "before"), [(48, 2), (6, 2), (3, 1), (1, 1 / 3)])
    def test_it_goes_back_before_the_deadline(self, hours: float, before: float) -> None:
        deadline = NOW + timedelta(hours=hours)
        assert back_at(NOW, deadline, FRONT) == deadline - timedelta(hours=before)

    def test_a_question_is_good_until_they_sleep(self) -> None:
        late = datetime(2026, 11, 25, 16, 30, tzinfo=UTC)
        assert good_until(person(), late, late + timedelta(hours=4)) == late + timedelta(minutes=30)
        assert good_until(person(), NOW, NOW + timedelta(hours=4)) == NOW + timedelta(hours=4)

    def test_weeks_are_those_of_their_calendar(self) -> None:
        sunday = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
        assert week_now(person(), sunday) == "2026-W49"
        assert week_now(person(time_zone="America/New_York"), sunday) == "2026-W48"

    @settings(max_examples=150, deadline=None)
    @given(
        at=st.datetimes(datetime(2026, 10, 20), datetime(2027, 4, 5), timezones=st.just(UTC)),
        zone=st.sampled_from(["Europe/Madrid", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"]),
        quiet=st.builds(Quiet, st.integers(0, 1439), st.integers(0, 1439)),
        days=st.sets(st.integers(0, 6)),
        hours=st.integers(1, 200),
    )
    def test_nobody_is_asked_in_quiet_hours_or_on_a_day_that_is_not_theirs(
        self, at: datetime, zone: str, quiet: Quiet, days: set[int], hours: int
    ) -> None:
        at = at.replace(second=0, microsecond=0)
        somebody = person(time_zone=zone, quiet=quiet, days=tuple(sorted(days)), country="ES")
        until = at + timedelta(hours=hours)
        last = at
        for start, end in stretches(somebody, at, until):
            assert last <= start < end <= until
            minutes = range(0, int((end - start).total_seconds()) // 60, 7)
            assert not any(is_quiet(somebody, start + timedelta(minutes=each)) for each in minutes)
            last = end
        choice = chosen(somebody, now=at, until=until)
        if choice.user:
            assert not is_quiet(somebody, at)
            assert good_until(somebody, at, until) >= at + SHORTEST
        elif choice.next_at:
            assert at < choice.next_at < until
            assert chosen(somebody, now=choice.next_at, until=until) == Choice("U1"), "then it is their turn"
