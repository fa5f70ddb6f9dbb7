"""What must be true of the quarter, read from what stands in Slack."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import psycopg

from tests.e2e.quarter.drive import Passage
from tests.e2e.quarter.world import World
from tests.e2e.slack import Message, Slack
from tests.e2e.slack.reading import controls

_NUDGE = re.compile(r"[a-z0-9-]+:U[A-Z0-9]+:\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Verdict:
    """Each figure but the last three must be 0."""

    doubled: int
    over_budget: int
    in_quiet: int
    in_holidays: int
    out_of_days: int
    out_of_window: int
    after_leaving: int
    while_stopped: int
    """Of a paused campaign, or during a freeze."""
    out_of_time: int
    """Before its own time, or after it was to be given up."""
    over_one_a_minute: int
    same_angles: int
    complaints: int
    sent: int
    listed: int
    share_of_listed: float
    """Of what was listed beforehand for people who stayed, the share that was sent on that day."""


@dataclass(frozen=True)
class Sent:
    campaign: str
    user: str
    date: str
    at: datetime
    real: float
    """By the computer's clock."""

    @property
    def id(self) -> str:
        return f"{self.campaign}:{self.user}:{self.date}"


def judge(slack: Slack, world: World, passage: Passage, database_url: str) -> Verdict:
    """Reads Slack's messages one by one; of the database only which angles each nudge had."""
    sent = sorted(_sent(slack), key=lambda nudge: nudge.at)
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT id, angles, at, until FROM nudges WHERE state = 'posted'").fetchall()
    times = {row[0]: (row[2].replace(tzinfo=UTC), row[3].replace(tzinfo=UTC)) for row in rows}
    listed = {
        (entry["campaign"], entry["person"], entry["at"][:10])
        for entry in passage.listed
        if entry["person"] not in passage.left
    }
    stood = {(nudge.campaign, nudge.user, nudge.date) for nudge in sent}
    return Verdict(
        doubled=sum(count - 1 for count in Counter((n.campaign, n.user) for n in sent).values()),
        over_budget=_over_budget(sent, world),
        in_quiet=sum(_is_quiet(nudge, world) for nudge in sent),
        in_holidays=sum(_is_holiday(nudge, world) for nudge in sent),
        out_of_days=sum(_local(nudge, world).weekday() not in world.people[nudge.user].days for nudge in sent),
        out_of_window=sum(not _in_window(nudge, world) for nudge in sent),
        after_leaving=sum(n.real > passage.left.get(n.user, math.inf) for n in sent),
        while_stopped=sum(
            start < n.real < end and which in (None, n.campaign) for n in sent for which, start, end in passage.stopped
        ),
        out_of_time=sum(not times[n.id][0] <= n.at < times[n.id][1] for n in sent),
        over_one_a_minute=_bursts(slack, world),
        same_angles=_same_angles(sent, {row[0]: frozenset(row[1]) for row in rows}),
        complaints=len(slack.complaints),
        sent=len(sent),
        listed=len(listed),
        share_of_listed=round(len(listed & stood) / max(1, len(listed)), 4),
    )


def _sent(slack: Slack) -> list[Sent]:
    found = []
    for messages in slack.state.messages.values():
        for message in messages:
            id_ = _nudge_of(message)
            if id_ is None or message.deleted:
                continue
            campaign, user, date = id_.split(":")
            at = datetime.fromtimestamp(float(message.ts), UTC)
            found.append(Sent(campaign, user, date, at, message.posted_at))
    return found


def _nudge_of(message: Message) -> str | None:
    """The nudge that a message is, by its buttons."""
    values = [str(element.get("value", "")) for _, element in controls(message.blocks)]
    return next((value for value in values if _NUDGE.fullmatch(value)), None)


def _local(nudge: Sent, world: World) -> datetime:
    return nudge.at.astimezone(ZoneInfo(world.people[nudge.user].time_zone))


def _over_budget(sent: list[Sent], world: World) -> int:
    weeks = Counter((n.user, *_local(n, world).isocalendar()[:2]) for n in sent)
    return sum(max(0, count - world.people[key[0]].weekly_budget) for key, count in weeks.items())


def _is_quiet(nudge: Sent, world: World) -> bool:
    local = _local(nudge, world)
    return world.people[nudge.user].quiet.holds(local.hour * 60 + local.minute)


_calendars: dict[str, Any] = {}


def _is_holiday(nudge: Sent, world: World) -> bool:
    country = world.people[nudge.user].country
    if country is None:
        return False
    if country not in _calendars:
        name, _, part = country.partition("-")
        _calendars[country] = holidays.country_holidays(name, subdiv=part or None, years=(2026,))
    return _local(nudge, world).date() in _calendars[country]


def _in_window(nudge: Sent, world: World) -> bool:
    campaign = world.campaigns[nudge.campaign]
    return campaign.opens <= nudge.at < campaign.ends


def _bursts(slack: Slack, world: World) -> int:
    """Messages above one in any minute of any channel."""
    minutes = Counter(
        (channel.id, int(float(message.ts)) // 60) for channel in world.channels for message in slack.messages(channel)
    )
    return sum(count - 1 for count in minutes.values())


def _same_angles(sent: list[Sent], angles: dict[str, frozenset[str]]) -> int:
    """Pairs with the same three within any 20 consecutive nudges of a campaign."""
    by_campaign: dict[str, list[frozenset[str]]] = defaultdict(list)
    for nudge in sent:
        by_campaign[nudge.campaign].append(angles[nudge.id])
    return sum(
        ones[i] == ones[j]
        for ones in by_campaign.values()
        for i in range(len(ones))
        for j in range(i + 1, min(i + 20, len(ones)))
    )
