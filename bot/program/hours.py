"""Local calendars: when it is what time for somebody, their quiet hours, and holidays. Pure: nothing here asks what time it is.

Moments are counted in whole minutes since 1970 UTC, which the planner adds and compares a million times.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.program.countries import is_known
from bot.program.models import Ambassador, Quiet

_DAY = 24 * 60
_MINUTE = timedelta(minutes=1)
_EPOCH = datetime(1970, 1, 1)


class _Piece(NamedTuple):
    """Local minutes `start` to `end` of a day, all with one offset: minute m is UTC minute `base` + m."""

    start: int
    end: int
    base: int


def minute_of(moment: datetime) -> int:
    """The UTC minute that an aware moment lies in."""
    return int(moment.timestamp() // 60)


def next_minute(moment: datetime) -> int:
    """The first UTC minute that doesn't begin before an aware moment."""
    return -int(-moment.timestamp() // 60)


def moment_of(minute: int) -> datetime:
    """The beginning of a UTC minute."""
    return datetime.fromtimestamp(minute * 60, UTC)


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """A time zone of the tz database; of a name that it lacks, UTC."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # OSError: a folder of the database, or a name too long for a file
        return ZoneInfo("UTC")


def local(time_zone: str, moment: datetime) -> datetime:
    """The moment as their clock shows it."""
    return moment.astimezone(zone(time_zone))


def week_of(day: date) -> str:
    """The ISO week of a local date: `2027-W05`."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def is_holiday(country: str | None, day: date) -> bool:
    """Whether a local date is a public holiday of `ES` or `ES-CT`. Of a country that nobody knows, there are none."""
    return country is not None and day in _holidays(country, day.year)


@lru_cache(maxsize=1024)
def _holidays(country: str, year: int) -> frozenset[date]:
    """Those of a part of a country; where the part isn't known, of the whole country."""
    import holidays

    known = next((code for code in (country, country.partition("-")[0]) if is_known(code)), None)
    if known is None:
        return frozenset()
    name, _, part = known.partition("-")
    return frozenset(holidays.country_holidays(name, subdiv=part or None, years=year))


def spans(time_zone: str, quiet: Quiet, day: date) -> list[range]:
    """The UTC minutes of a local date that aren't quiet, in order.

    Minutes that a change of clocks leaves out don't exist, and of those that it repeats only the first one counts.
    """
    awake, found = quiet.awake, []
    for piece in _pieces(time_zone, day):
        for start, end in awake:
            first, last = max(start, piece.start), min(end, piece.end)
            if first < last:
                found.append(range(piece.base + first, piece.base + last))
    return found


def is_quiet(ambassador: Ambassador, moment: datetime) -> bool:
    """Whether they aren't to be disturbed: in their quiet hours, on a day that they didn't choose, on a holiday."""
    return rests(moment, ambassador.time_zone, ambassador.quiet, ambassador.days, ambassador.country)


def rests(moment: datetime, time_zone: str, quiet: Quiet, days: Collection[int], country: str | None) -> bool:
    """The same of somebody who is no ambassador, or not yet."""
    clock = local(time_zone, moment)
    day = clock.date()
    return quiet.holds(clock.hour * 60 + clock.minute) or day.weekday() not in days or is_holiday(country, day)


@lru_cache(maxsize=16_384)
def _pieces(time_zone: str, day: date) -> tuple[_Piece, ...]:
    """A local date by offset from UTC: one piece, but for days on which clocks change."""
    where = zone(time_zone)
    midnight = datetime(day.year, day.month, day.day)
    start = _minutes(midnight)
    before, after = (_offset(where, moment) for moment in (midnight, midnight + timedelta(days=1)))
    if before == after:
        return (_Piece(0, _DAY, start - before),)
    pieces: list[_Piece] = []
    for minute in range(_DAY):
        clock = midnight + minute * _MINUTE
        offset = _offset(where, clock)
        shown = (clock.replace(tzinfo=UTC) - offset * _MINUTE).astimezone(where)
        if shown.replace(tzinfo=None, fold=0) != clock:
            continue  # clocks jump over it
        base = start - offset
        if pieces and pieces[-1].end == minute and pieces[-1].base == base:
            pieces[-1] = pieces[-1]._replace(end=minute + 1)
        else:
            pieces.append(_Piece(minute, minute + 1, base))
    return tuple(pieces)


def _minutes(clock: datetime) -> int:
    return (clock - _EPOCH) // _MINUTE


def _offset(where: ZoneInfo, clock: datetime) -> int:
    """Minutes ahead of UTC at a local time, of two (clocks go back) at the first."""
    offset = clock.replace(tzinfo=where).utcoffset()
    return offset // _MINUTE if offset is not None else 0
