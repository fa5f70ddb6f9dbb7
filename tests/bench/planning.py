"""Planning a quarter of nudges: how long, and how it grows with people × campaigns.

A process of its own, so that nothing is remembered from before: neither time zones nor holidays.
"""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta

from bot.program.angles import Angles, load_angles
from bot.program.knowledge import Program, load_program
from bot.program.models import Ambassador, Audience, Campaign, Quiet
from bot.program.planner import plan
from tests.bench.__main__ import ROOT, row

START = datetime(2027, 2, 1, tzinfo=UTC)
"""The clocks change in March, in America and in Europe, and in April south of the equator."""
DAY = timedelta(days=1)
ZONES = (
    "Europe/Madrid", "Europe/London", "Africa/Casablanca", "America/St_Johns", "America/New_York", "America/Los_Angeles",
    "America/Santiago", "Asia/Dubai", "Asia/Kolkata", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Auckland",
)  # fmt: skip
COUNTRIES = ("ES-CT", "GB", "MA", "CA", "US", "US", "CL", "AE", "IN", "JP", "AU", "NZ")


def main() -> None:
    knowledge = ROOT / "knowledge"
    program, angles = load_program(knowledge), load_angles(knowledge)
    small = seconds(1000, 20, program, angles)
    large = seconds(2000, 40, program, angles)
    row("plan a quarter: 2,000 ambassadors, 12 time zones, 40 campaigns", f"{large:.1f} s", "≤ 10 s")
    row("  : with half of both (a quarter of the pairs)", f"{large / small:.1f} : 1", "about 4 : 1")
    each = seconds(2000, 40, program, angles, alike=False)
    row("  where no two have the same quiet hours", f"{each:.1f} s")


def seconds(people: int, campaigns: int, program: Program, angles: Angles, *, alike: bool = True) -> float:
    """Of one processor, the best of five; `alike`: with a few kinds of quiet hours, as people have them."""
    roster, calendar = made(people, campaigns, [topic.id for topic in program.topics], alike)
    taken = []
    for _ in range(5):
        began = time.process_time()
        plan(roster, calendar, [], program, angles, now=START, until=START + 120 * DAY)
        taken.append(time.process_time() - began)
    return min(taken)


def made(people: int, campaigns: int, topics: list[str], alike: bool) -> tuple[list[Ambassador], list[Campaign]]:
    chance = random.Random(5)

    def quiet() -> Quiet:
        if alike:
            return chance.choice([Quiet(18 * 60, 9 * 60), Quiet(20 * 60, 8 * 60), Quiet(13 * 60, 15 * 60)])
        return Quiet(17 * 60 + chance.randrange(180), 7 * 60 + chance.randrange(180))

    roster = [
        Ambassador(
            user=f"U{n:06}",
            topics=tuple(chance.sample(topics, chance.randint(0, 4))),
            networks=tuple(chance.sample(["linkedin", "x", "instagram"], chance.randint(0, 3))),
            quiet=quiet(),
            weekly_budget=chance.choice([1, 2, 2, 2, 3]),
            in_channels=chance.random() < 0.5,
            country=COUNTRIES[n % 12],
            time_zone=ZONES[n % 12],
            since=START - 30 * DAY,
        )
        for n in range(people)
    ]
    calendar = []
    for n in range(campaigns):
        starts = START + chance.randint(0, 70) * DAY
        calendar.append(
            Campaign(
                id=f"c{n}",
                name="A campaign",
                topic=chance.choice(topics),
                starts=starts,
                ends=starts + chance.randint(5, 30) * DAY,
                audience=Audience(),
                channel=f"C{n % 15:03}",
                facts=("A fact.",),
                owner="communication",
            )
        )
    return roster, calendar


if __name__ == "__main__":
    main()
