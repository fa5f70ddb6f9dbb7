"""Local calendars: the minutes of a day that aren't quiet, whatever the clocks do; holidays; weeks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.program.hours import is_holiday, is_quiet, local, minute_of, moment_of, next_minute, spans, week_of, zone
from bot.program.models import Ambassador, Quiet

ZONES = (
    "Europe/Madrid", "America/New_York", "America/Santiago", "Asia/Beirut", "Asia/Kathmandu", "Atlantic/Azores",
    "Australia/Lord_Howe", "Pacific/Chatham", "Antarctica/Troll", "UTC",
)  # fmt: skip
NEVER = Quiet(0, 0)
quiets = st.builds(Quiet, st.integers(0, 1439), st.integers(0, 1439))
dates = st.dates(date(2026, 1, 1), date(2028, 12, 31))
changes = st.sampled_from(
    [date(2027, 3, 28), date(2027, 10, 31), date(2027, 3, 14), date(2027, 11, 7), date(2027, 4, 4), date(2027, 10, 3),
     date(2027, 9, 5), date(2027, 4, 3), date(2027, 9, 26)]
)  # fmt: skip


def person(quiet: Quiet = NEVER, country: str | None = None, time_zone: str = "Europe/Madrid") -> Ambassador:
    return Ambassador(
        user="U1", quiet=quiet, country=country, time_zone=time_zone, since=datetime(2026, 1, 1, tzinfo=UTC)
    )


def awake(time_zone: str, quiet: Quiet, day: date) -> list[int]:
    """The same, minute by minute: each wall-clock minute of the date, when it is shown first."""
    noon = minute_of(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
    where, shown, found = ZoneInfo(time_zone), set(), []
    for minute in range(noon - 36 * 60, noon + 36 * 60):
        clock = moment_of(minute).astimezone(where)
        if clock.date() != day or (clock.hour, clock.minute) in shown:
            continue
        shown.add((clock.hour, clock.minute))
        if not quiet.holds(clock.hour * 60 + clock.minute):
            found.append(minute)
    return found


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(ZONES), quiets, st.one_of(dates, changes))
@example("Europe/Madrid", Quiet(150, 170), date(2027, 3, 28))
@example("Europe/Madrid", Quiet(150, 170), date(2027, 10, 31))
@example("Asia/Beirut", NEVER, date(2027, 3, 28))
@example("Australia/Lord_Howe", NEVER, date(2027, 4, 4))
def test_each_minute_of_a_date_that_isnt_quiet_and_exists_once(time_zone: str, quiet: Quiet, day: date) -> None:
    found = [minute for span in spans(time_zone, quiet, day) for minute in span]
    assert found == awake(time_zone, quiet, day)


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 27), 24), (date(2027, 3, 28), 23), (date(2027, 10, 31), 24)])
def test_a_change_of_clocks_takes_an_hour_and_gives_none_twice(day: date, hours: int) -> None:
    assert sum(map(len, spans("Europe/Madrid", NEVER, day))) == hours * 60


class TestQuiet:
    @pytest.mark.parametrize(
        ("moment", "quiet"),
        [
            ("2027-03-01T08:59+01:00", True),
            ("2027-03-01T09:00+01:00", False),
            ("2027-03-01T17:59+01:00", False),
            ("2027-03-01T18:00+01:00", True),
            ("2027-03-28T10:00+02:00", True),
            ("2027-03-29T08:00+01:00", False),
        ],
        ids=["before nine", "nine", "before six", "six", "Sunday", "nine, by the new time"],
    )
    def test_goes_by_their_own_clock(self, moment: str, quiet: bool) -> None:
        assert is_quiet(person(Quiet(18 * 60, 9 * 60)), datetime.fromisoformat(moment)) is quiet

    def test_a_holiday_is_quiet_where_it_is_one(self) -> None:
        noon = datetime(2027, 9, 11, 10, tzinfo=UTC) - timedelta(days=365)  # Friday, 11 September 2026
        assert is_quiet(person(country="ES-CT"), noon)
        assert not is_quiet(person(country="ES"), noon)
        assert not is_quiet(person(), noon)


class TestHolidays:
    def test_of_a_country_and_of_its_part(self) -> None:
        sant_joan = date(2027, 6, 24)
        assert is_holiday("ES-CT", sant_joan)
        assert not is_holiday("ES", sant_joan)
        assert is_holiday("ES", date(2027, 1, 1))

    @pytest.mark.parametrize("country", ["ZZ", "ZZ-X", None])
    def test_nobody_knows_the_country(self, country: str | None) -> None:
        assert not is_holiday(country, date(2027, 1, 1))

    def test_of_an_unknown_part_those_of_the_country(self) -> None:
        assert is_holiday("ES-XX", date(2027, 1, 1))
        assert not is_holiday("ES-XX", date(2027, 6, 24))


@pytest.mark.parametrize("name", ["", "Europe", "Mars/Olympus", "../etc/passwd", "a" * 300, "\0"])
def test_an_unknown_time_zone_is_utc(name: str) -> None:
    assert zone(name).key == "UTC"
    assert local(name, datetime(2027, 7, 1, 12, tzinfo=UTC)).hour == 12


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    assert [week_of(date(2027, 1, day)) for day in (1, 3, 4)] == ["2026-W53", "2026-W53", "2027-W01"]


@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_the_next_minute_begins_at_or_after_the_moment(moment: datetime) -> None:
    assert moment <= moment_of(next_minute(moment)) < moment + timedelta(minutes=1)
    assert moment_of(minute_of(moment)) <= moment
