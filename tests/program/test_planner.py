"""The plan: whatever the people and campaigns, it keeps every limit and comes out the same again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.program.angles import APART, load_angles
from bot.program.knowledge import Nudges, Program
from bot.program.models import Ambassador, Audience, Campaign, Past, Plan, Planned, Quiet, Reason
from bot.program.planner import plan
from tests.conftest import SHIPPED

ANGLES = load_angles(SHIPPED)
MONDAY = datetime(2027, 3, 15, tzinfo=UTC)
"""Two weeks before the clocks change in Europe, one day after they did in America; Easter is on the 28th."""
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
EVER = timedelta(days=400)
WORKING = Quiet(18 * 60, 9 * 60)


def person(user: str = "U1", **fields: Any) -> Ambassador:
    return Ambassador(**{"user": user, "time_zone": "Europe/Madrid", "since": MONDAY - 30 * DAY, **fields})


def campaign(id_: str = "one", **fields: Any) -> Campaign:
    usual = {
        "name": "One", "topic": "solar", "starts": MONDAY, "ends": MONDAY + 14 * DAY, "audience": Audience(),
        "facts": ("A fact.",), "owner": "communication",
    }  # fmt: skip
    return Campaign(**{**usual, "id": id_, **fields})


def planned(
    people: Iterable[Ambassador], campaigns: Iterable[Campaign], past: Iterable[Past] = (), **fields: Any
) -> Plan:
    given = {"now": MONDAY, "until": MONDAY + EVER, **fields}
    program = Program(nudges=Nudges(channel_per_day=given.pop("channel_per_day", 30)))
    return plan(people, campaigns, past, program, ANGLES, **given)


def as_past(nudges: Iterable[Planned], *, counts: bool = True) -> list[Past]:
    return [
        Past(
            campaign=nudge.campaign, user=nudge.user, date=nudge.date, at=nudge.at, channel=nudge.channel,
            angles=nudge.angles, counts=counts,
        )
        for nudge in nudges
    ]  # fmt: skip


def reasons(made: Plan) -> dict[str, str]:
    return {one.user: one.reason.value for one in made.skipped}


zones = st.sampled_from(["Europe/Madrid", "America/Los_Angeles", "Pacific/Auckland", "Asia/Kolkata", "Nowhere/At_All"])
hours = st.sampled_from(
    [WORKING, Quiet(0, 0), Quiet(13 * 60, 15 * 60), Quiet(1, 0), Quiet(150, 120), Quiet(23 * 60, 1320)]
)
minutes = st.integers(0, 25 * 24 * 60).map(lambda n: MONDAY + n * MINUTE)


@st.composite
def rosters(draw: st.DrawFn) -> list[Ambassador]:
    chosen = st.fixed_dictionaries(
        {
            "topics": st.sampled_from([(), ("solar",), ("careers", "solar"), ("careers",)]),
            "networks": st.sampled_from([(), ("linkedin",), ("x", "linkedin")]),
            "days": st.sampled_from([(0, 1, 2, 3, 4), (1,), (5, 6), (0, 1, 2, 3, 4, 5, 6), ()]),
            "quiet": hours,
            "weekly_budget": st.integers(0, 3),
            "in_channels": st.booleans(),
            "country": st.sampled_from([None, "ES", "ES-CT", "GB", "ZZ"]),
            "time_zone": zones,
            "since": st.sampled_from([MONDAY - 30 * DAY, MONDAY + 5 * DAY + 9.5 * timedelta(hours=1)]),
        }
    )
    return [Ambassador(user=f"U{n}", **draw(chosen)) for n in range(draw(st.integers(1, 7)))]


@st.composite
def calendars(draw: st.DrawFn) -> list[Campaign]:
    made = []
    for n in range(draw(st.integers(1, 4))):
        starts = draw(minutes)
        made.append(
            campaign(
                f"c{n}",
                starts=starts,
                ends=starts + draw(st.integers(1, 20 * 24 * 60)) * MINUTE,
                embargo=draw(st.sampled_from([None, starts + DAY])),
                topic=draw(st.sampled_from(["solar", "careers"])),
                channel=draw(st.sampled_from([None, "C1", "C1", "C2"])),
                networks=draw(st.sampled_from([(), ("x",)])),
            )
        )
    return made


@settings(max_examples=150, deadline=None)
@given(rosters(), calendars(), st.integers(1, 3), minutes, minutes)
def test_every_limit_is_kept_and_everybody_is_accounted_for(
    people: list[Ambassador], campaigns: list[Campaign], most: int, now: datetime, since: datetime
) -> None:
    early = planned(people, campaigns, channel_per_day=most, now=min(since, now))
    past = as_past(nudge for nudge in early.planned if nudge.at < now)
    made = planned(people, campaigns, past, channel_per_day=most, now=now)
    by_user, by_id = {each.user: each for each in people}, {each.id: each for each in campaigns}
    for nudge in made.planned:
        who, what = by_user[nudge.user], by_id[nudge.campaign]
        zone = ZoneInfo("UTC") if who.time_zone == "Nowhere/At_All" else ZoneInfo(who.time_zone)
        clock = nudge.at.astimezone(zone)
        assert nudge.at >= now
        assert nudge.at == nudge.at.replace(second=0, microsecond=0)
        assert max(what.opens, who.since) <= nudge.at < nudge.until <= what.ends
        assert nudge.until <= nudge.at + 30 * MINUTE
        assert (nudge.date, nudge.time_zone) == (clock.date(), zone.key)
        assert clock.weekday() in who.days
        for moment in (nudge.at, nudge.until - timedelta(microseconds=1)):
            shown = moment.astimezone(zone)
            assert not who.quiet.holds(shown.hour * 60 + shown.minute)
            assert shown.date() == nudge.date
        if who.country in ("ES", "ES-CT", "GB"):
            assert nudge.date != date(2027, 3, 26), "Good Friday"
        if who.country == "ES-CT":
            assert nudge.date != date(2027, 3, 29), "Easter Monday"
        assert not who.topics or what.topic in who.topics
        assert nudge.channel == (what.channel if who.in_channels else None)
    every: list[Past] = [*past, *as_past(made.planned)]
    assert max(Counter((n.campaign, n.user) for n in every).values(), default=0) <= 1
    assert max(Counter((n.user, n.date) for n in every).values(), default=0) <= 1
    for (user, _, _), count in Counter((n.user, *n.date.isocalendar()[:2]) for n in every).items():
        assert count <= by_user[user].weekly_budget
    assert max(Counter((n.channel, n.at) for n in every if n.channel).values(), default=0) <= 1
    assert max(Counter((n.channel, n.at.date()) for n in every if n.channel).values(), default=0) <= most
    assert Counter(
        [(n.campaign, n.user) for n in made.planned] + [(s.campaign, s.user) for s in made.skipped]
    ) == Counter((one.id, each.user) for one in campaigns for each in people), "one nudge or one reason for each"


@settings(max_examples=150, deadline=None)
@given(rosters(), calendars(), st.integers(1, 3), minutes, minutes)
def test_planning_again_later_gives_the_rest_of_the_same_plan(
    people: list[Ambassador], campaigns: list[Campaign], most: int, one: datetime, other: datetime
) -> None:
    first, second = min(one, other), max(one, other)
    whole = planned(people, campaigns, channel_per_day=most, now=first)
    past = as_past(nudge for nudge in whole.planned if nudge.at < second)
    again = planned(people, campaigns, past, channel_per_day=most, now=second)
    assert again.planned == tuple(nudge for nudge in whole.planned if nudge.at >= second)
    had = {(nudge.campaign, nudge.user) for nudge in past}
    without = {(each.campaign, each.user) for each in whole.skipped}
    assert {(each.campaign, each.user) for each in again.skipped} == without | had


@settings(max_examples=60, deadline=None)
@given(rosters(), calendars(), st.integers(1, 3), st.randoms(use_true_random=False), minutes)
def test_the_order_of_what_goes_in_and_the_horizon_dont_matter(
    people: list[Ambassador], campaigns: list[Campaign], most: int, chance: Any, until: datetime
) -> None:
    whole = planned(people, campaigns, channel_per_day=most)
    past = as_past(whole.planned[::3])
    made = planned(people, campaigns, past, channel_per_day=most)
    for each in (people, campaigns, past):
        chance.shuffle(each)
    assert planned(people, campaigns, past, channel_per_day=most) == made
    short = planned(people, campaigns, past, channel_per_day=most, until=until)
    assert short.planned == tuple(nudge for nudge in made.planned if nudge.at < until)
    opened = {one.id for one in campaigns if one.opens < until}
    assert short.skipped == tuple(one for one in made.skipped if one.campaign in opened)


@settings(max_examples=60, deadline=None)
@given(rosters(), calendars())
def test_somebody_new_moves_nobody_who_gets_direct_messages(
    people: list[Ambassador], campaigns: list[Campaign]
) -> None:
    def times(made: Plan) -> dict[tuple[str, str], datetime]:
        return {(nudge.campaign, nudge.user): nudge.at for nudge in made.planned if nudge.channel is None}

    before = times(planned(people, campaigns))
    after = times(planned([*people, person("U99")], campaigns))
    assert {key: at for key, at in after.items() if key[1] != "U99"} == before


class TestSpread:
    PEOPLE = tuple(person(f"U{n:03}", in_channels=True) for n in range(200))

    def test_over_the_days_of_the_window(self) -> None:
        made = planned(self.PEOPLE, [campaign()])
        by_day = Counter(nudge.date for nudge in made.planned)
        assert len(by_day) == 10
        assert all(10 <= count <= 32 for count in by_day.values())

    def test_over_the_hours_of_a_day(self) -> None:
        made = planned(self.PEOPLE, [campaign()])
        by_hour = Counter(nudge.at.astimezone(ZoneInfo("Europe/Madrid")).hour for nudge in made.planned)
        assert set(by_hour) == set(range(9, 18))
        assert all(8 <= count <= 40 for count in by_hour.values())

    @pytest.mark.parametrize("now", [MONDAY + 7.5 * DAY, MONDAY + 8 * DAY + 14.5 * timedelta(hours=1)])
    def test_what_a_late_start_moves_doesnt_crowd_into_the_next_hours(self, now: datetime) -> None:
        """As after a freeze, or for a campaign brought in when it runs already."""
        made = planned(self.PEOPLE, [campaign()], now=now)
        assert len(made.planned) == 200
        counts = Counter(nudge.date for nudge in made.planned if nudge.date > now.date()).values()
        today = sum(nudge.date == now.date() for nudge in made.planned)
        assert max(counts) <= 65
        assert today <= 65
        assert sum(nudge.at < now + timedelta(hours=1) for nudge in made.planned) <= 25

    def test_a_full_channel_leaves_people_out_and_says_so(self) -> None:
        made = planned(self.PEOPLE, [campaign(channel="C1")], channel_per_day=12)
        assert len(made.planned) == 120
        assert set(reasons(made).values()) == {"channel_full"}

    def test_a_channel_is_full_by_utc_date_while_a_local_day_is_of_two(self) -> None:
        """In Los Angeles, five in the afternoon is midnight UTC."""
        people = [person(f"U{n}", in_channels=True, time_zone="America/Los_Angeles") for n in range(40)]
        made = planned(people, [campaign(channel="C1", ends=MONDAY + 3 * DAY)], channel_per_day=12)
        assert Counter(nudge.at.date().day for nudge in made.planned) == {15: 12, 16: 12, 17: 12}

    def test_in_a_channel_never_two_in_a_minute(self) -> None:
        narrow = campaign(channel="C1", starts=MONDAY + 12 * timedelta(hours=1), ends=MONDAY + 13 * timedelta(hours=1))
        made = planned(self.PEOPLE, [narrow], channel_per_day=1000)
        assert [nudge.at for nudge in made.planned] == [narrow.starts + n * MINUTE for n in range(50)]
        assert set(reasons(made).values()) == {"channel_full"}

    def test_no_two_get_the_same_three_angles_within_twenty(self) -> None:
        made = planned(self.PEOPLE, [campaign()], until=MONDAY + 9 * DAY)
        past = as_past(made.planned)
        later = planned(self.PEOPLE, [campaign()], past, now=MONDAY + 9 * DAY)
        assert planned(self.PEOPLE, [campaign()], past[::-1], now=MONDAY + 9 * DAY) == later
        assert (*made.planned, *later.planned) == planned(self.PEOPLE, [campaign()]).planned
        sets = [frozenset(nudge.angles) for nudge in (*made.planned, *later.planned)]
        assert len(sets) == 200
        assert all(len(set(sets[n : n + APART])) == APART for n in range(len(sets) - APART + 1))


class TestWhyNot:
    @pytest.mark.parametrize(
        ("of_person", "of_campaign", "reason"),
        [
            ({}, {"audience": None}, Reason.NO_AUDIENCE),
            ({"topics": ("careers",)}, {}, Reason.TOPIC),
            ({"networks": ("x",)}, {"networks": ("linkedin",)}, Reason.NETWORK),
            ({"languages": ("es",)}, {"audience": Audience(languages=("ca", "en"))}, Reason.LANGUAGE),
            ({"country": "ES"}, {"audience": Audience(countries=("ES-CT",))}, Reason.COUNTRY),
            ({}, {"audience": Audience(countries=("ES",))}, Reason.COUNTRY),
            ({}, {"audience": Audience(people=("U2",))}, Reason.NOT_CHOSEN),
            ({"days": (5,)}, {"ends": MONDAY + 3 * DAY}, Reason.NO_DAY),
            ({"days": ()}, {}, Reason.NO_DAY),
            ({"since": MONDAY + 15 * DAY}, {}, Reason.NO_DAY),
            ({}, {"starts": MONDAY - 9 * DAY, "ends": MONDAY - DAY}, Reason.NO_DAY),
            ({}, {"embargo": MONDAY + 20 * DAY}, Reason.NO_DAY),
            ({"country": "ES"}, {"starts": MONDAY + 11 * DAY, "ends": MONDAY + 12 * DAY}, Reason.NO_DAY),
            ({"quiet": Quiet(1, 0)}, {"starts": MONDAY + MINUTE, "ends": MONDAY + 22 * timedelta(hours=1)}, Reason.NO_DAY),
            ({"weekly_budget": 0}, {}, Reason.BUDGET),
        ],
    )  # fmt: skip
    def test_one_reason_for_each(self, of_person: dict[str, Any], of_campaign: dict[str, Any], reason: Reason) -> None:
        made = planned([person(**of_person)], [campaign(**of_campaign)])
        assert made.planned == ()
        assert [(one.campaign, one.user, one.reason) for one in made.skipped] == [("one", "U1", reason)]

    @pytest.mark.parametrize(
        ("of_person", "of_campaign"),
        [
            ({}, {"networks": ("x",), "audience": Audience(languages=("ca",))}),
            ({"topics": ("careers", "solar"), "networks": ("x", "linkedin")}, {"networks": ("linkedin", "threads")}),
            ({"country": "ES-CT"}, {"audience": Audience(countries=("FR", "ES"))}),
            ({"country": "ES-CT"}, {"audience": Audience(countries=("ES-CT",), people=("U2", "U1"))}),
        ],
    )
    def test_an_empty_list_is_any_and_a_country_takes_in_its_parts(
        self, of_person: dict[str, Any], of_campaign: dict[str, Any]
    ) -> None:
        assert len(planned([person(**of_person)], [campaign(**of_campaign)]).planned) == 1

    def test_frozen_and_paused(self) -> None:
        one, two = campaign("one"), campaign("two", topic="careers")
        people = [person("U1", topics=("solar",)), person("U2")]
        frozen = planned(people, [one, two], frozen=True)
        assert frozen.planned == ()
        assert [s.reason for s in frozen.skipped] == [Reason.FROZEN, Reason.FROZEN, Reason.TOPIC, Reason.FROZEN]
        paused = planned(people, [one, two], paused={"one"})
        assert [(nudge.campaign, nudge.user) for nudge in paused.planned] == [("two", "U2")]
        assert reasons(planned(people, [one], paused={"one"})) == dict.fromkeys(("U1", "U2"), "campaign_paused")

    def test_who_had_it_or_missed_it_isnt_planned_again(self) -> None:
        people = [person("U1"), person("U2")]
        first, second = planned(people, [campaign()]).planned
        past = [*as_past([first]), *as_past([second], counts=False)]
        made = planned(people, [campaign()], past, now=MONDAY + 2 * DAY)
        assert made.planned == ()
        assert reasons(made) == {"U1": "had_it", "U2": "had_it"}

    def test_what_was_missed_doesnt_use_the_budget(self) -> None:
        week = {"ends": MONDAY + 5 * DAY}
        one, two = campaign("one", **week), campaign("two", **week)
        who = [person(weekly_budget=1)]
        (missed,) = planned(who, [one]).planned
        assert planned(who, [one, two], as_past([missed])).planned == ()
        (instead,) = planned(who, [one, two], as_past([missed], counts=False)).planned
        assert instead.campaign == "two"

    def test_one_a_day_is_the_most_for_anybody(self) -> None:
        today = {"ends": MONDAY + DAY}
        made = planned([person(weekly_budget=5)], [campaign("one", **today), campaign("two", **today)])
        assert [nudge.campaign for nudge in made.planned] == ["one"]
        assert reasons(made) == {"U1": "budget"}

    def test_what_a_channel_had_counts_whoever_got_it(self) -> None:
        narrow = campaign(channel="C1", starts=MONDAY + 12 * timedelta(hours=1), ends=MONDAY + 20 * timedelta(hours=1))
        who = [person(in_channels=True)]
        (nudge,) = planned(who, [narrow]).planned
        gone = nudge.model_copy(update={"user": "U9", "campaign": "old"})
        (moved,) = planned(who, [narrow], as_past([gone]), channel_per_day=2).planned
        assert moved.at != nudge.at
        (moved,) = planned(who, [narrow], as_past([gone], counts=False), channel_per_day=1).planned
        assert moved.at != nudge.at, "not even the minute of one that never went out"
        assert reasons(planned(who, [narrow], as_past([gone]), channel_per_day=1)) == {"U1": "channel_full"}

    def test_the_last_minutes_of_a_campaign_are_no_day(self) -> None:
        made = planned([person()], [campaign(ends=MONDAY + 11 * timedelta(hours=1))], now=MONDAY + 655 * MINUTE)
        assert reasons(made) == {"U1": "no_day"}

    def test_a_campaign_beyond_the_horizon_isnt_spoken_of(self) -> None:
        made = planned([person(topics=("careers",))], [campaign(starts=MONDAY + 10 * DAY)], until=MONDAY + 7 * DAY)
        assert made == Plan(planned=(), skipped=())


class TestTimes:
    def test_there_is_time_left_to_be_a_little_late(self) -> None:
        people = [person(f"U{n}") for n in range(300)]
        made = planned(people, [campaign()])
        assert min(nudge.until - nudge.at for nudge in made.planned) > 10 * MINUTE
        assert max(nudge.until - nudge.at for nudge in made.planned) == 30 * MINUTE

    @pytest.mark.parametrize(
        ("starts", "ends"),
        [
            ("0001-01-01T00:00Z", "9999-12-31T23:59Z"),
            ("2027-03-01T00:00Z", "9999-12-31T23:59+00:00"),
            ("9999-12-30T00:00Z", "9999-12-31T23:59Z"),
            ("2027-03-20T00:00Z", "2027-03-10T00:00Z"),
        ],
    )
    def test_a_window_that_never_ends_harms_nobody(self, starts: str, ends: str) -> None:
        odd = campaign("odd", starts=datetime.fromisoformat(starts), ends=datetime.fromisoformat(ends))
        made = planned([person()], [odd, campaign()], until=datetime(9999, 12, 31, tzinfo=UTC))
        assert "one" in {nudge.campaign for nudge in made.planned}
        assert len(made.planned) + len(made.skipped) == 2

    def test_a_short_window_comes_before_a_long_one(self) -> None:
        """Else the long one may take the only day that the short one has."""
        people = [person(f"U{n:02}", weekly_budget=5) for n in range(20)]
        long = campaign("a", ends=MONDAY + 4.5 * DAY)
        short = [campaign(f"short-{n}", starts=MONDAY + n * DAY, ends=MONDAY + (n + 1) * DAY) for n in range(5)]
        made = planned(people, [long, *short])
        assert Counter(nudge.campaign for nudge in made.planned) == {one.id: 20 for one in short}

    @pytest.mark.parametrize(
        ("time_zone", "opens", "day"), [("Pacific/Auckland", 20, 16), ("America/Los_Angeles", 24, 15)]
    )
    def test_a_local_day_isnt_the_one_in_greenwich(self, time_zone: str, opens: int, day: int) -> None:
        starts = MONDAY + timedelta(hours=opens)
        (nudge,) = planned([person(time_zone=time_zone)], [campaign(starts=starts, ends=starts + DAY / 24)]).planned
        assert nudge.date == date(2027, 3, day)

    def test_each_has_an_identity_of_campaign_person_and_local_date(self) -> None:
        (nudge,) = planned([person(time_zone="Pacific/Auckland")], [campaign()]).planned
        assert nudge.id == f"one:U1:{nudge.at.astimezone(ZoneInfo('Pacific/Auckland')).date()}"


def test_sequences_are_by_time() -> None:
    people: Sequence[Ambassador] = [person(f"U{n}") for n in range(50)]
    times = [nudge.at for nudge in planned(people, [campaign(), campaign("two")]).planned]
    assert times == sorted(times)
