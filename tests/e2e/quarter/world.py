"""Who lives in the simulated quarter: ambassadors around the world, and what the company plans. The same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.models import Ambassador, Audience, Campaign, Quiet
from bot.store import ambassadors, campaigns
from tests.e2e.slack import Channel, Person, Slack

START = datetime(2026, 3, 2, tzinfo=UTC)
"""A Monday. In the thirteen weeks from here the north goes over to summer time and the south leaves it."""
PLACES = {
    "Europe/Madrid": "ES-CT",
    "Europe/London": "GB",
    "America/New_York": "US",
    "America/Los_Angeles": "US-CA",
    "America/Sao_Paulo": "BR",
    "America/Santiago": "CL",
    "Africa/Cairo": "EG",
    "Asia/Kolkata": "IN",
    "Asia/Tokyo": "JP",
    "Australia/Sydney": "AU",
    "Australia/Lord_Howe": "AU",
    "Pacific/Auckland": "NZ",
}
"""Time zone and country; among them half-hour zones, and one whose summer time is half an hour."""
TOPICS = ("heat-pumps", "solar", "home-stories", "engineering", "working-here", "careers", "climate", "community")
WORKING = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Size:
    """How much is simulated."""

    people: int
    campaigns: int
    days: int
    kills: int
    opt_outs: int
    troubles: bool = False
    """Whether there is a freeze, a paused campaign, and a day on which nothing ran."""
    places: int = 12
    channels: int = 10
    processes: int = 3
    seed: int = 7

    @property
    def end(self) -> datetime:
        return START + timedelta(days=self.days)


@dataclass(frozen=True)
class World:
    people: dict[str, Ambassador]
    campaigns: dict[str, Campaign]
    channels: list[Channel]


def build(slack: Slack, size: Size) -> World:
    """Everybody in the stand-in workspace, and what they and the company chose."""
    chance = random.Random(size.seed)
    places = list(PLACES)[: size.places]
    persons = [slack.add_user(f"Sailor {number}", tz=places[number % len(places)]) for number in range(size.people)]
    channels = [slack.add_channel(f"campaigns-{number}", members=persons) for number in range(size.channels)]
    people = {person.id: _ambassador(person, chance) for person in persons}
    plans = [_campaign(number, size, channels, chance) for number in range(size.campaigns)]
    return World(people, {campaign.id: campaign for campaign in plans}, channels)


def _ambassador(person: Person, chance: random.Random) -> Ambassador:
    start = chance.choice((16, 17, 18, 20, 21)) * 60 + chance.choice((0, 30))
    quiet = Quiet(start, chance.choice((7, 8, 9, 10)) * 60)
    if chance.random() < 0.05:  # works at night
        quiet = Quiet(6 * 60, 22 * 60)
    return Ambassador(
        user=person.id,
        topics=tuple(sorted(chance.sample(TOPICS, chance.choice((0, 1, 2, 2, 3))))),
        networks=tuple(sorted(chance.sample(("linkedin", "x", "instagram"), chance.choice((0, 1, 2))))),
        languages=tuple(sorted(chance.sample(("en", "es", "ca"), chance.choice((0, 1, 2))))),
        days=chance.choice((WORKING, WORKING, WORKING, (1, 2, 3), (0, 2, 4), (5, 6), tuple(range(7)))),
        quiet=quiet,
        weekly_budget=chance.choice((0, 1, 2, 2, 2, 3)),
        in_channels=chance.random() < 0.35,
        country=PLACES[person.user.tz] if chance.random() < 0.9 else None,
        time_zone=person.user.tz,
        since=START - timedelta(days=30),
    )


def _campaign(number: int, size: Size, channels: Sequence[Channel], chance: random.Random) -> Campaign:
    length = chance.choice((5, 7, 10, 14, 21))
    starts = START + timedelta(days=chance.uniform(0, max(0, size.days - length)), minutes=chance.randrange(1440))
    starts = starts.replace(second=0, microsecond=0)
    topic = TOPICS[number % len(TOPICS)]
    return Campaign(
        id=f"plan-{number}",
        name=f"Plan {number}: {topic}",
        topic=topic,
        starts=starts,
        ends=starts + timedelta(days=length),
        audience=Audience(
            languages=chance.choice(((), (), ("en",), ("es", "ca"))),
            countries=chance.choice(((), (), (), ("ES", "GB"), ("US",))),
        ),
        channel=chance.choice(channels).id if chance.random() < 0.7 else None,
        facts=(f"Fact {number} of the plan.", "A heat pump moves heat and makes none."),
        networks=chance.choice(((), (), ("linkedin",))),
        embargo=starts + timedelta(days=1) if chance.random() < 0.2 else None,
        owner="Communication",
    )


async def settle(session: AsyncSession, team_id: str, world: World) -> None:
    """Puts everybody into the database as if they had said yes a month ago."""
    for one in world.people.values():
        row = await ambassadors.row_of(session, team_id, one.user, one.since)
        chosen = one.model_dump(mode="json", exclude={"user", "quiet", "since"})
        for name, value in chosen.items():
            setattr(row, name, value)
        row.state, row.since, row.quiet_from, row.quiet_to = "active", one.since, *one.quiet
    for campaign in world.campaigns.values():
        await campaigns.save(session, team_id, campaign, "command line", START)
