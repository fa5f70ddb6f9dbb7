"""Lets the quarter pass: the clock goes from one nudge to the next, processes are killed, people leave."""

from __future__ import annotations

import asyncio
import json
import math
import os
import random
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from bot.program.models import Reason
from bot.store import ambassadors, campaigns, nudges, program_state
from bot.store.database import Database, domain_url
from bot.store.program_models import CampaignRow
from tests.conftest import ROOT
from tests.e2e.quarter.steering import SteeredClock
from tests.e2e.quarter.world import START, Size, World
from tests.e2e.slack import Slack

Event = Callable[[datetime], Awaitable[datetime | None]]
"""Happens at a time of the quarter's, and may put its clock forward."""
_LONGEST = timedelta(hours=6)
"""The most that the clock moves at once."""
_PATIENCE_S = 90.0
_START_S = 150.0
_WAITS_S = 0.5
"""What is still planned by then waits for another minute."""


@dataclass
class Worker:
    """A process of ours; `progress` is the time of its last whole tick."""

    command: list[str]
    environment: dict[str, str]
    log: Path
    progress: SteeredClock
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Passage:
    """What happened meanwhile, for the verdict."""

    listed: list[dict[str, Any]] = field(default_factory=list)
    """What `bonvent nudges plan` said at the beginning."""
    left: dict[str, float] = field(default_factory=dict)
    """Who left, and when by the computer's clock."""
    stopped: list[tuple[str | None, float, float]] = field(default_factory=list)
    """A campaign (None: all of them) that was paused or frozen, from when to when by the computer's clock."""
    kills: int = 0
    steps: int = 0
    seconds: float = 0.0


class Quarter:
    """Drives the processes through the quarter."""

    def __init__(self, slack: Slack, size: Size, world: World, folder: Path, environment: Mapping[str, str]) -> None:
        self.slack, self.size, self.world, self.folder = slack, size, world, folder
        self.clock = SteeredClock.at(folder / "clock", START)
        self.environment = dict(environment)
        self.database_url = environment["BONVENT_DATABASE_URL"]
        self.workers = [self._worker(number) for number in range(size.processes)]
        self.chance = random.Random(size.seed + 1)
        self.passage = Passage()
        self._moved = 0.0

    def _worker(self, number: int) -> Worker:
        progress = self.folder / f"progress-{number}"
        module = [sys.executable, "-m", "tests.e2e.quarter.worker", str(self.folder / "clock"), str(progress)]
        opened = SteeredClock.at(progress, START - timedelta(days=1))
        return Worker(module, self.environment, self.folder / f"worker-{number}.log", opened)

    def plan(self) -> None:
        """Keeps what `bonvent nudges plan` lists before anything was sent."""
        command = [sys.executable, "-m", "bot.cli", "nudges", "plan", "--format", "json"]
        command += ["--days", str(self.size.days), "--now", START.isoformat()]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        self.passage.listed = [entry for entry in json.loads(done.stdout) if not entry["skipped"]]

    async def live(self, say: Callable[[str], None]) -> Passage:
        """The whole quarter. AssertionError: it got stuck."""
        begun = time.monotonic()
        self._move(START)
        for worker in self.workers:
            worker.start()
        database = Database(domain_url(self.folder, self.database_url))
        try:
            with psycopg.connect(self.database_url, autocommit=True) as connection:
                self._wait(lambda: all(w.progress.now() >= START for w in self.workers), _START_S, "the first tick")
                events = self._events(database)
                now, day = START, 0
                while now < self.size.end:
                    now = self._next(connection, now)
                    while events and now >= events[0][0]:
                        now = await events.pop(0)[1](now) or now
                    self._move(now)
                    self.passage.steps += 1
                    self._wait(lambda now=now: self._settled(connection, now), _PATIENCE_S, f"what is due at {now}")  # type: ignore[misc]
                    if (now - START).days > day:
                        day = (now - START).days
                        say(f"day {day}, {self.passage.steps} steps, {time.monotonic() - begun:.0f} s")
        finally:
            await database.close()
            for worker in self.workers:
                if worker.running:
                    worker.kill()
        self.passage.seconds = time.monotonic() - begun
        return self.passage

    def _events(self, database: Database) -> list[tuple[datetime, Event]]:
        """What happens when: kills, people who leave; with troubles also a freeze, a pause, and a day without us."""
        events: list[tuple[datetime, Event]] = [
            *((at, self._kill) for at in self._moments(self.size.kills)),
            *((at, partial(self._leave, database)) for at in self._moments(self.size.opt_outs)),
        ]
        if self.size.troubles:
            campaign = max(self.world.campaigns.values(), key=lambda one: min(one.ends, self.size.end) - one.opens)
            middle = campaign.opens + (min(campaign.ends, self.size.end) - campaign.opens) / 3
            third = timedelta(days=self.size.days) / 3
            events += [
                (middle, partial(self._pause, database, campaign.id)),
                (middle + timedelta(hours=30), partial(self._resume, database, campaign.id)),
                (START + third, partial(self._freeze, database)),
                (START + third + timedelta(hours=26), partial(self._lift, database)),
                (START + 2 * third, self._jump),
            ]
        return sorted(events, key=lambda event: event[0])

    def _moments(self, count: int) -> list[datetime]:
        span = self.size.days * 86_400
        return [START + timedelta(seconds=self.chance.uniform(span * 0.05, span * 0.9)) for _ in range(count)]

    def _move(self, moment: datetime) -> None:
        self.slack.state.shift = moment.timestamp() - time.time()
        self.clock.move(moment)
        self._moved = time.monotonic()

    def _next(self, connection: psycopg.Connection[Any], now: datetime) -> datetime:
        """The next minute in which something is due or waits for its channel's minute, or a while later."""
        if self._waiting(connection, now):
            return now.replace(second=0, microsecond=0) + timedelta(minutes=1)
        row = connection.execute("SELECT min(at) FROM nudges WHERE state = 'planned' AND at > %s", (_bare(now),))
        due = (row.fetchone() or (None,))[0]
        later = now + _LONGEST
        return min(later, due.replace(tzinfo=now.tzinfo)) if due is not None else later

    def _settled(self, connection: psycopg.Connection[Any], now: datetime) -> bool:
        """Whether all that is due stands in Slack, or waits for its channel's next minute."""
        if not any(w.running and w.progress.now() >= now for w in self.workers):
            return False
        queued = connection.execute("SELECT count(*) FROM nudges WHERE state = 'queued'").fetchone()
        if queued is None or queued[0]:
            return False
        return not self._waiting(connection, now) or time.monotonic() - self._moved > _WAITS_S

    def _waiting(self, connection: psycopg.Connection[Any], now: datetime) -> int:
        due = "SELECT count(*) FROM nudges WHERE state = 'planned' AND at <= %s"
        row = connection.execute(due, (_bare(now),)).fetchone()
        return int(row[0]) if row else 0

    async def _kill(self, now: datetime) -> None:
        """In the midst of what is due now."""
        self._move(now)
        await asyncio.sleep(self.chance.uniform(0.0, 0.2))
        worker = self.chance.choice(self.workers)
        if worker.running:
            worker.kill()
            self.passage.kills += 1
        worker.start()

    async def _leave(self, database: Database, now: datetime) -> None:
        """Somebody leaves, while their next nudge may be on its way already."""
        self._move(now)
        user = self.chance.choice([user for user in self.world.people if user not in self.passage.left])
        async with database.begin() as session:
            row = await ambassadors.row_of(session, self._team, user, now)
            await ambassadors.change(session, row, now, state="left")
            await nudges.withdraw(session, self._team, now, Reason.PAUSED, user_id=user)
        self.passage.left[user] = time.time()

    async def _pause(self, database: Database, campaign_id: str, now: datetime) -> None:
        async with database.begin() as session:
            await program_state.state(session, self._team, lock=True)
            row = await session.get_one(CampaignRow, (self._team, campaign_id))
            await campaigns.pause(session, row, "by_manager", now)
            await nudges.withdraw(session, self._team, now, Reason.CAMPAIGN_PAUSED, campaign_id=campaign_id)
        self._stops(campaign_id)

    async def _resume(self, database: Database, campaign_id: str, now: datetime) -> None:
        self._goes_on(campaign_id)
        async with database.begin() as session:
            await program_state.state(session, self._team, lock=True)
            await campaigns.resume(session, await session.get_one(CampaignRow, (self._team, campaign_id)), now)

    async def _freeze(self, database: Database, now: datetime) -> None:
        async with database.begin() as session:
            await program_state.freeze(session, self._team, "U0", "", now)
            await nudges.withdraw(session, self._team, now, Reason.FROZEN)
        self._stops(None)

    async def _lift(self, database: Database, now: datetime) -> None:
        self._goes_on(None)
        async with database.begin() as session:
            await program_state.lift(session, self._team)

    async def _jump(self, now: datetime) -> datetime:
        """For more than a day nobody looks."""
        return now + timedelta(hours=30)

    def _stops(self, campaign_id: str | None) -> None:
        self.passage.stopped.append((campaign_id, time.time(), math.inf))

    def _goes_on(self, campaign_id: str | None) -> None:
        self.passage.stopped = [
            (which, start, time.time() if which == campaign_id else end) for which, start, end in self.passage.stopped
        ]

    @property
    def _team(self) -> str:
        return self.slack.state.team

    def _wait(self, true: Callable[[], bool], seconds: float, what: str) -> None:
        until = time.monotonic() + seconds
        while not true():
            for worker in self.workers:
                if worker.process is not None and not worker.running:
                    raise AssertionError(f"a process ended by itself:\n{worker.log.read_text()[-3000:]}")
            if time.monotonic() > until:
                tails = "\n".join(worker.log.read_text()[-1500:] for worker in self.workers)
                raise AssertionError(f"waited {seconds} s for {what}\n{tails}")
            time.sleep(0.005)


def _bare(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def environment_for(slack: Slack, folder: Path, database_url: str) -> dict[str, str]:
    """What each process is started with."""
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith(("BONVENT_", "OPENAI_", "SLACK_"))},
        "BONVENT_DATA": str(folder / "data"),
        "BONVENT_EMBEDDER": "use",
        "BONVENT_DATABASE_URL": database_url,
        **slack.environment(),
    }
