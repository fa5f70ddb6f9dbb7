"""A workspace with its program, minute by minute: a real database, a stand-in for Slack, and a clock that the test moves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select, update

from bot.program import knowledge
from bot.program.models import Audience, Campaign, Material, Reason
from bot.settings import Settings
from bot.slack.delivery import deliver
from bot.slack.gateway import Gateway
from bot.slack.nudging import nudge_tick
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import ambassadors, campaigns, nudges
from bot.store.database import Database
from bot.store.program_models import NudgeRow
from tests.conftest import SHIPPED
from tests.e2e.slack import Channel, Message, Person, Slack

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""Ten o'clock in Madrid."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@cache
def shipped_program() -> knowledge.Program:
    return knowledge.load_program(SHIPPED)


@dataclass
class Program:
    """A workspace with its program at a moment that the test sets; `jobs` is what was asked of the engine."""

    slack: Slack
    database: Database
    gateway: Gateway
    settings: Settings
    words: Words
    at: datetime = MONDAY
    jobs: list[str] = field(default_factory=list)

    async def enqueue(self, job: str, key: str) -> None:
        assert job == "deliver"
        self.jobs.append(key)

    @property
    def service(self) -> Service:
        elsewhere: dict[str, Any] = {
            "gateway": self.gateway,
            "clock": SimpleNamespace(now=lambda: self.at),
            "coach": SimpleNamespace(),
            "engine": self,
        }
        return Service(
            settings=self.settings,
            database=self.database,
            all_words=self.words,
            program=shipped_program(),
            **elsewhere,
        )

    def set(self, at: datetime) -> None:
        self.at = at
        self.slack.state.shift = (at - datetime.now(UTC)).total_seconds()

    async def tick(self, *, deliver_too: bool = True) -> None:
        await nudge_tick(self.service)
        if deliver_too:
            await self.deliver()

    async def deliver(self) -> None:
        while self.jobs:
            await deliver(self.service, self.jobs.pop(0))

    async def minutes(self, count: int) -> None:
        """Lives through so many, with a tick in each."""
        for _ in range(count):
            self.set(self.at + MINUTE)
            await self.tick()

    async def join(self, person: Person, **fields: Any) -> None:
        async with self.database.begin() as session:
            row = await ambassadors.row_of(session, self.gateway.team_id, person.id, self.at)
            chosen = {"state": "active", "since": self.at - DAY, "time_zone": "Europe/Madrid"}
            await ambassadors.change(session, row, self.at, **{**chosen, **fields})

    async def campaign(self, id_: str = "old-houses", *, by: str = "command line", **fields: Any) -> None:
        usual: dict[str, Any] = {
            "name": "Heat pumps in old houses",
            "topic": "heat-pumps",
            "starts": self.at,
            "ends": self.at + 5 * MINUTE,
            "audience": Audience(),
            "facts": ("A survey takes 40 minutes.",),
            "material": (Material(title="The study", url="https://tebiora.example/study"),),
            "owner": "Communication",
        }
        async with self.database.begin() as session:
            campaign = Campaign(id=id_, **{**usual, **fields})
            await campaigns.save(session, self.gateway.team_id, campaign, by, self.at)

    async def queued(self, person: Person, *others: Person) -> None:
        """A campaign until the afternoon; this person's nudge is queued, what these others get is planned for later."""
        await self.campaign(ends=MONDAY + 6 * HOUR)
        for each in (person, *others):
            await self.join(each)
        await self.tick()
        await self.due_now(person)
        await self.tick(deliver_too=False)

    async def leave(self, person: Person) -> None:
        team_id = self.gateway.team_id
        async with self.database.begin() as session:
            row = await ambassadors.row_of(session, team_id, person.id, self.at)
            await ambassadors.change(session, row, self.at, state="left")
            ids = await nudges.withdraw(session, team_id, self.at, Reason.PAUSED, user_id=person.id)
        self.jobs += ids

    async def due_now(self, *people: Person, channel: str | None = None, until: timedelta = 30 * MINUTE) -> None:
        """Moves what is planned of these people to this minute, as if the plan had said so."""
        for person in people:
            values = {"at": self.at, "until": self.at + until, "channel_id": channel}
            async with self.database.begin() as session:
                await session.execute(update(NudgeRow).where(NudgeRow.user_id == person.id).values(values))

    async def rows(self) -> dict[str, NudgeRow]:
        """By person; of one who has several the last."""
        async with self.database.read() as session:
            return {row.user_id: row for row in await session.scalars(select(NudgeRow).order_by(NudgeRow.at))}

    async def states(self) -> list[str]:
        rows = (await self.rows()).values()
        return sorted(f"{row.state}/{row.reason}" if row.reason else row.state for row in rows)

    def got(self, where: Person | Channel) -> list[Message]:
        return [m for m in self.slack.messages(where) if m.by_bot and not m.ephemeral_to]


Test = Callable[[Program], Awaitable[None]]
Run = Callable[[Test], None]


async def sent_to(program: Program, *people: Person) -> None:
    """A nudge that stands in each one's direct message."""
    await program.campaign(ends=program.at + 30 * HOUR)
    for person in people:
        await program.join(person)
    await program.tick()
    await program.due_now(*people)
    await program.tick()
    assert [len(program.got(person)) for person in people] == [1] * len(people)
