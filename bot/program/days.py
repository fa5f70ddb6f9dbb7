"""The days on which somebody may be nudged, and the minutes of each: those of everybody with the same choices at once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from bot.program.hours import is_holiday, spans, week_of
from bot.program.models import Ambassador, Quiet

LAST_MINUTES = 10
"""So long before quiet hours, midnight or its campaign's end nobody is nudged any more: it couldn't be a little late."""


class Choices(NamedTuple):
    """What the days rest on."""

    time_zone: str
    quiet: Quiet
    days: tuple[int, ...]
    country: str | None

    @classmethod
    def of(cls, person: Ambassador) -> Choices:
        return cls(person.time_zone, person.quiet, tuple(sorted(set(person.days))), person.country)


class Day(NamedTuple):
    """A local date; minutes are UTC ones."""

    date: date
    week: str
    open: tuple[range, ...]
    """When a nudge may begin."""
    ends: tuple[int, ...]
    """Of each of them: where quiet hours or another day begin."""

    def within(self, start: int, end: int) -> Sequence[range]:
        """What of it lies in a window."""
        if self.open[0].start >= start and self.open[-1].stop <= end:
            return self.open
        cut = [range(max(one.start, start), min(one.stop, end)) for one in self.open]
        return [one for one in cut if one]

    def end_after(self, minute: int) -> int:
        """Until when a nudge of this minute is good."""
        return self.ends[sum(one.stop <= minute for one in self.open)]


class Days:
    """All days of one set of choices, in order."""

    def __init__(self, choices: Choices, among: Sequence[date]) -> None:
        """`among`: the dates of all windows, in order."""
        self.all = list(_possible(choices, among))
        self.firsts = [day.open[0].start for day in self.all]
        self.lasts = [day.open[-1].stop - 1 for day in self.all]

    def within(self, start: int, end: int) -> tuple[int, int]:
        """Indices from and to of the days that have a minute in this window."""
        low, high = bisect_left(self.lasts, start), bisect_left(self.firsts, end)
        if high - low == 1 and not self.all[low].within(start, end):  # it falls into a gap between two spans
            return low, low
        return low, max(low, high)


def _possible(choices: Choices, among: Sequence[date]) -> Iterator[Day]:
    for day in among:
        if day.weekday() not in choices.days or is_holiday(choices.country, day):
            continue
        awake = spans(choices.time_zone, choices.quiet, day)
        if awake:
            yield Day(day, week_of(day), tuple(_early(one) for one in awake), tuple(one.stop for one in awake))


def _early(span: range) -> range:
    return span[:-LAST_MINUTES] if len(span) > LAST_MINUTES else span
