"""What is taken of people's weeks and of channels, and the best place that is left for a nudge. Minutes are UTC ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from bot.program.days import LAST_MINUTES, Day, Days
from bot.program.hours import next_minute
from bot.program.models import Ambassador, Campaign, Reason
from bot.program.spread import Ranks, ways

_DAY = 24 * 60
_LONGEST = 2 * 366 * _DAY
"""What is open "until further notice" is spread over two years."""


@dataclass(slots=True)
class Person:
    """Somebody, and what is taken of their days and weeks."""

    ambassador: Ambassador
    days: Days
    since: int
    dates: set[date] = field(default_factory=set)
    weeks: dict[str, int] = field(default_factory=dict)

    def take(self, day: date, week: str) -> None:
        self.dates.add(day)
        self.weeks[week] = self.weeks.get(week, 0) + 1

    def has_room(self, day: Day) -> bool:
        return day.date not in self.dates and self.weeks.get(day.week, 0) < self.ambassador.weekly_budget


@dataclass(slots=True)
class Channel:
    """A channel, and which of its minutes are taken."""

    id: str
    most: int
    """Nudges of one UTC date."""
    minutes: set[int] = field(default_factory=set)
    days: dict[int, int] = field(default_factory=dict)
    """UTC date, counted from 1970 → nudges."""

    def take(self, minute: int) -> None:
        self.minutes.add(minute)
        self.days[minute // _DAY] = self.days.get(minute // _DAY, 0) + 1

    def has_room(self, minute: int) -> bool:
        return self.days.get(minute // _DAY, 0) < self.most and minute not in self.minutes

    def is_full(self, first: int, last: int) -> bool:
        """Whether nothing fits between two minutes of one local day, which is of two UTC dates at most."""
        taken, most = self.days, self.most
        return taken.get(first // _DAY, 0) >= most and taken.get(last // _DAY, 0) >= most


class Window(NamedTuple):
    """In which a campaign may nudge; `end` isn't in it."""

    start: int
    end: int

    @classmethod
    def of(cls, campaign: Campaign) -> Window:
        start = max(0, next_minute(campaign.opens))
        return cls(start, min(next_minute(campaign.ends), start + _LONGEST))

    def since(self, minute: int) -> Window:
        """For somebody who is there since then; without the last minutes, if there are others."""
        start = max(self.start, minute)
        return Window(start, self.end - LAST_MINUTES if self.end - start > LAST_MINUTES else self.end)

    @property
    def dates(self) -> range:
        """Of any time zone, counted from 1970: a local date begins or ends up to a day beside the UTC one."""
        return range(max(0, self.start // _DAY - 1), self.end // _DAY + 2)


class Place(NamedTuple):
    """When and where somebody is nudged."""

    at: int
    user: str
    day: Day
    channel: str | None
    rank: Ranks


def take(person: Person, channel: Channel | None, window: Window, rank: Ranks, now: int) -> Place | Reason:
    """Takes the best place from `now` on that is free; or says what is in the way.

    Whatever else was taken earlier can only close places, never open one. That is why a plan made again is the same.
    """
    low, high = person.days.within(*window)
    reason = Reason.NO_DAY
    for index in ways(rank.date, rank.date_step, high - low):
        if person.days.lasts[low + index] < now:
            continue
        day = person.days.all[low + index]
        if not person.has_room(day):
            reason = reason if reason is Reason.CHANNEL_FULL else Reason.BUDGET
            continue
        minutes = day.within(*window)
        if minutes[-1].stop <= now:
            continue
        minute = _minute(minutes, channel, rank, now)
        if minute is None:
            reason = Reason.CHANNEL_FULL
            continue
        person.take(day.date, day.week)
        if channel is not None:
            channel.take(minute)
        return Place(minute, person.ambassador.user, day, channel.id if channel else None, rank)
    return reason


def _minute(minutes: Sequence[range], channel: Channel | None, rank: Ranks, now: int) -> int | None:
    if channel is not None and channel.is_full(minutes[0].start, minutes[-1].stop - 1):
        return None
    for index in ways(rank.minute, rank.minute_step, sum(map(len, minutes))):
        minute = _nth(minutes, index)
        if minute >= now and (channel is None or channel.has_room(minute)):
            return minute
    return None


def _nth(spans: Sequence[range], index: int) -> int:
    for span in spans:
        if index < len(span):
            return span[index]
        index -= len(span)
    raise IndexError(index)
