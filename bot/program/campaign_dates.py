"""Dates as people write them in a plan: of one meaning, or a `ValueError` that says what to write instead."""

from __future__ import annotations

import calendar
import difflib
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from bot.errors import InputError

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(.+))?", re.IGNORECASE)
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE)
_OTHER_WAY = re.compile(r"(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})(?:[T ]+.*)?", re.IGNORECASE)
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
_SERIAL_ZERO = date(1899, 12, 30)
"""Day 0 of spreadsheets."""
_YEARS = range(2000, 2101)
_DAY = timedelta(days=1)
_MOST_SHOWN = 30


def zone_of(name: str) -> ZoneInfo:
    """A time zone by its name in the tz database. Raises `InputError` that names the nearest."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    names = sorted(available_timezones())
    wanted = "_".join(name.split()).casefold()
    ends_so = [known for known in names if known.casefold().rpartition("/")[2] == wanted.rpartition("/")[2]]
    folded = {known.casefold(): known for known in names}
    close = [folded[near] for near in difflib.get_close_matches(wanted, folded, n=1)] or ends_so
    best = next((known for known in ends_so if known in close), close[0] if close else "Europe/Madrid")
    hint = f"did you mean {best}?" if close else "write it like Europe/Madrid"
    raise InputError(f"unknown time zone “{name[:_MOST_SHOWN]}”: {hint}")


def moment_of(text: str, zone: ZoneInfo, *, ends: bool = False) -> datetime:
    """A date or a date and time, in `zone` where it names none of its own; aware, with a fixed offset.

    A date alone is its first moment, or with `ends` the moment after its last. Raises `ValueError`.
    """
    written = text.strip()
    iso = _ISO.fullmatch(written)
    if iso is None:
        raise ValueError(f"“{written[:_MOST_SHOWN]}” {_instead(written)}")
    day = _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if iso[4] is None:
        return _fixed(datetime.combine(day + _DAY if ends else day, time(), zone))
    at = _TIME.fullmatch(iso[4].strip())
    if at is None:
        raise ValueError(f"“{iso[4][:_MOST_SHOWN]}” is no time of day: write {day} 09:00")
    hour, minute, second = int(at[1]), int(at[2]), int(at[3] or 0)
    if hour > 23 or minute > 59 or second > 59:
        midnight = f" (midnight is {day + _DAY} 00:00)" if (hour, minute) == (24, 0) else ""
        raise ValueError(f"there is no {at[1]}:{at[2]}: the hours go from 00:00 to 23:59{midnight}")
    local = datetime.combine(day, time(hour, minute, second, int((at[4] or "0").ljust(6, "0"))))
    if at[5]:
        offset = at[5].upper().replace("Z", "+00:00")
        try:
            return datetime.fromisoformat(f"{local.isoformat()}{offset}")
        except ValueError:
            raise ValueError(f"“{at[5]}” is no time zone: write +01:00, or leave it out") from None
    return _fixed(_existing(local, zone))


def _day(year: int, month: int, day: int) -> date:
    if year not in _YEARS:
        raise ValueError(f"the year is {year}: write one from {_YEARS[0]} to {_YEARS[-1]}")
    if not 1 <= month <= 12:
        raise ValueError(f"there is no month {month}: write year-month-day, such as {year}-02-01")
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise ValueError(f"there is no {day} {calendar.month_name[month]} {year}: that month has {last} days")
    return date(year, month, day)


def _existing(local: datetime, zone: ZoneInfo) -> datetime:
    """That wall-clock time; of two (clocks go back) the first. Raises `ValueError` for one that clocks jump over."""
    aware = local.replace(tzinfo=zone)
    shown = aware.astimezone(UTC).astimezone(zone)
    if shown.replace(tzinfo=None) != local:
        raise ValueError(f"clocks jump over {local:%H:%M} on {local:%Y-%m-%d} in {zone.key}: write {shown:%H:%M}")
    return aware


def _fixed(moment: datetime) -> datetime:
    """With the offset of that moment: equal whatever zone it is compared in."""
    return datetime.fromisoformat(moment.astimezone(UTC).astimezone(moment.tzinfo).isoformat())


def _instead(written: str) -> str:
    """What is wrong with a date that isn't ISO, and how to write it."""
    serial = _SERIAL.fullmatch(written)
    if serial:
        meant = _SERIAL_ZERO + timedelta(days=int(serial[1]))
        if meant.year in _YEARS:
            return f"is a spreadsheet's number for {meant}: format the column as text and write {meant}"
    other = _OTHER_WAY.fullmatch(written)
    if other is None:
        return "is no date: write it as 2027-02-01, or 2027-02-01 09:00"
    first, second, third = int(other[1]), int(other[3]), int(other[4])
    orders = [(first, second, third)] if len(other[1]) == 4 else [(third, second, first), (third, first, second)]
    meant_days = dict.fromkeys(day for order in orders if (day := _if_real(*order)))
    if not meant_days:
        return "is no day of the calendar: write it as year-month-day, such as 2027-02-28"
    if len(meant_days) > 1:
        return "can be read as {} or as {}: write the one you mean".format(*meant_days)
    return f"can be read in two ways elsewhere: write {next(iter(meant_days))}"


def _if_real(year: int, month: int, day: int) -> date | None:
    try:
        return _day(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None
