"""Who is asked to take a conversation, and for how long. Pure: it ranks nobody, and whoever was asked longest ago comes first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import NamedTuple

from bot.program.hours import is_holiday, local, minute_of, moment_of, spans, week_of, zone
from bot.program.knowledge import Front
from bot.program.models import Ambassador, Frozen

SHORTEST = timedelta(minutes=10)
"""Nobody is asked who would have less time than this to answer."""
_PARTS = 3  # of the time left, for each who is asked
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Wanted(Frozen):
    """What a conversation asks of whoever takes it."""

    id: str
    topic: str
    language: str
    network: str | None = None
    """None: any."""


class Choice(NamedTuple):
    """Who is asked now; else when the first who fits is awake; neither: nobody can take it in time."""

    user: str | None = None
    next_at: datetime | None = None


def fits(wanted: Wanted, person: Ambassador) -> bool:
    """Whether topic, language and network are among those that they chose; who chose none takes any."""
    return (
        (not person.topics or wanted.topic in person.topics)
        and (not person.languages or wanted.language in person.languages)
        and (wanted.network is None or not person.networks or wanted.network in person.networks)
    )


def choose(
    wanted: Wanted,
    people: Sequence[Ambassador],
    asked: Set[str],
    used: Mapping[str, int],
    now: datetime,
    *,
    until: datetime,
    last: Mapping[str, datetime] | None = None,
) -> Choice:
    """One of those who fit, weren't asked for it, and are awake with a place left in their week.

    `used`: places of this ISO week, by person. `until`: when it goes back. `last`: when each was last asked for any. The
    same facts give the same choice, whatever the order of `people`.
    """
    awake: list[str] = []
    waking: list[datetime] = []
    for person in people:
        if person.user in asked or person.weekly_budget < 1 or not fits(wanted, person):
            continue
        full = used.get(person.user, 0) >= person.weekly_budget
        begin = max(now, _next_week(person, now)) if full else now
        first = next((start for start, end in stretches(person, begin, until) if end - start >= SHORTEST), None)
        if first is not None and first <= now:
            awake.append(person.user)
        elif first is not None:
            waking.append(first)
    if awake:
        before = last or {}
        return Choice(user=min(awake, key=lambda user: (before.get(user, _NEVER), _spread(wanted.id, user))))
    return Choice(next_at=min(waking, default=None))


def stretches(person: Ambassador, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The times from `start` to `end` in which they may be asked, in order and apart."""
    at: datetime | None = None
    till = start
    day, last_day = local(person.time_zone, start).date(), local(person.time_zone, end).date()
    while start < end and day <= last_day:
        open_day = day.weekday() in person.days and not is_holiday(person.country, day)
        for span in spans(person.time_zone, person.quiet, day) if open_day else ():
            first, last = max(start, moment_of(span.start)), min(end, moment_of(span.stop))
            if first >= last:
                continue
            if at is not None and first > till:
                yield at, till
                at = None
            at, till = at or first, last
        day += timedelta(days=1)
    if at is not None:
        yield at, till


def asked_until(now: datetime, back_at: datetime, front: Front) -> datetime:
    """When somebody else is asked: after some hours, and at the latest after a third of the time that is left."""
    return now + min(timedelta(hours=front.answer_hours), (back_at - now) / _PARTS)


def good_until(person: Ambassador, now: datetime, until: datetime) -> datetime:
    """Until when the question may reach them: their quiet hours may begin before `until`."""
    return next((end for start, end in stretches(person, now, until) if start <= now), now)


def back_at(opened: datetime, deadline: datetime, front: Front) -> datetime:
    """When a conversation that isn't done goes back to the managers."""
    return deadline - min(timedelta(hours=front.give_back_hours), (deadline - opened) / _PARTS)


def week_now(person: Ambassador, now: datetime) -> str:
    """The week of their own calendar, as their places are counted: `2026-W48`."""
    return week_of(local(person.time_zone, now).date())


def _next_week(person: Ambassador, now: datetime) -> datetime:
    """When the next week of their calendar begins."""
    today = local(person.time_zone, now).date()
    monday = today + timedelta(days=7 - today.weekday())
    midnight = datetime.combine(monday, time(), zone(person.time_zone))
    return moment_of(minute_of(midnight))


def _spread(wanted: str, user: str) -> bytes:
    return sha256(f"{wanted}:{user}".encode()).digest()
