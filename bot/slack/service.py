"""All that a listener or a job needs: the open database, the engine, the coach, the way to Slack, and the words."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.coach.intents import Intents
from bot.manual import history
from bot.parts import Coach, newer
from bot.program.knowledge import Program
from bot.program.signs import Formula, shipped_formula
from bot.settings import Settings
from bot.slack.gateway import Gateway
from bot.slack.member import Member
from bot.slack.post import Post
from bot.slack.words import Words
from bot.store import outbox
from bot.store.database import Database
from bot.store.messages import Arrival
from bot.store.models import Draft, Message, Person
from bot.work.engine import Engine

logger = logging.getLogger(__name__)
_PATIENCE, _BREATH_S = 40, 0.02
_NAMES = 10  # of people whom a message mentions
Refusal = Literal["guest", "other_organisation"]


@dataclass
class Service:
    """Bonvent at work for one workspace."""

    settings: Settings
    clock: Clock
    database: Database
    engine: Engine
    gateway: Gateway
    coach: Coach
    all_words: Words = field(repr=False)
    program: Program = field(default_factory=Program, repr=False)
    formula: Formula = field(default_factory=shipped_formula, repr=False)
    """By which somebody would make a good ambassador."""
    numbers: Mapping[str, int] = field(default_factory=dict, repr=False)
    """`Passage.version` → the number of the manual's version in which that file first stood so: what people are told."""
    requests: int = 0
    """Requests of Slack's that aren't acknowledged yet."""
    renewing: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    publishing: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    """Held while a passage for a gap is published."""

    @property
    def team_id(self) -> str:
        return self.gateway.team_id

    @property
    def intents(self) -> Intents:
        return self.coach.prompts.intents

    @property
    def company(self) -> str:
        return self.coach.policy.company.company.name

    async def calm(self) -> None:
        """Waits a moment while requests wait for their acknowledgement: Slack is served before the work behind it.

        Not for a listener that isn't acknowledged itself yet: it would wait for itself.
        """
        for _ in range(_PATIENCE):
            if not self.requests:
                return
            await asyncio.sleep(_BREATH_S)

    async def renew(self) -> None:
        """Switches to what is published now, once its index is whole; what is under way keeps the manual it began with.

        Raises `BonventError`: the newer manual can't be opened, the old one stays.
        """
        async with self.renewing:
            coach = await asyncio.to_thread(newer, self.settings, self.coach, logger.warning)
            if coach is not None:
                self.coach, self.numbers = coach, await asyncio.to_thread(history.numbers, self.settings.data)
                logger.info("a newer manual is searched: %s passages", len(coach.manual.passages))

    def words(self, language: str | None) -> Words:
        """What we say to a reader of `language`; in the company's first for any other."""
        return self.all_words.within(language)

    async def words_for(self, user_id: str) -> Words:
        """What we say to somebody where no draft tells their language: as they chose, else as their Slack speaks."""
        async with self.database.read() as session:
            chosen = await session.get(Person, (self.team_id, user_id))
        if chosen is not None and chosen.language:
            return self.words(chosen.language)
        return self.words((await self.gateway.member(user_id)).language)

    async def kept(self, user_id: str) -> bool:
        """Whether somebody lets us keep their drafts."""
        async with self.database.read() as session:
            one = await session.get(Person, (self.team_id, user_id))
        return one is None or one.keep_drafts

    def refusal(self, member: Member) -> Refusal | None:
        """Why somebody isn't served, or None."""
        if self.settings.allow_guests:
            return None
        return "other_organisation" if member.stranger else "guest" if member.guest else None

    async def names_of(self, ids: Iterable[str]) -> dict[str, str]:
        """Names of people, by their ids; of the first few that can be looked up."""
        people = [id_ for id_ in ids if id_.startswith(("U", "W"))][:_NAMES]
        members = await asyncio.gather(*(self.gateway.member(id_) for id_ in people))
        return {member.id: member.name for member in members if member.name}

    def is_manager(self, user_id: str) -> bool:
        return user_id in self.settings.managers

    async def put(self, session: AsyncSession, work: str, post: Post, **fields: Any) -> str:
        """Puts a post in the outbox, within the transaction of what it tells of. Gives its id: `deliver` it afterwards."""
        return await outbox.put(
            session,
            work,
            self.clock.now(),
            team_id=self.team_id,
            payload=post.payload,
            **fields,
        )

    async def put_in_thread(
        self,
        session: AsyncSession,
        work: str,
        post: Post,
        draft: Draft,
        message_key: str | None = None,
        about: str | None = None,
    ) -> str:
        """A post in a draft's thread; `message_key` is the message that it answers, by default the draft itself."""
        own = draft.origin if draft.origin.startswith(f"{draft.team_id}:") else None
        return await self.put(
            session,
            work,
            post,
            user_id=draft.user_id,
            channel_id=draft.channel_id,
            thread_ts=draft.thread_ts,
            draft_id=draft.id,
            message_key=message_key or own,
            about=about,
        )

    async def put_reply(
        self, session: AsyncSession, work: str, post: Post, message: Message | Arrival, about: str | None = None
    ) -> str:
        """A post in the thread of somebody's message, which goes with that message."""
        return await self.put(
            session,
            work,
            post,
            user_id=message.user_id,
            channel_id=message.channel_id,
            thread_ts=message.thread_ts,
            message_key=message.key,
            about=about,
        )

    async def send(self, work: str, post: Post, **fields: Any) -> None:
        """A post of its own: put in, and delivered by a job."""
        async with self.database.begin() as session:
            id_ = await self.put(session, work, post, **fields)
        await self.deliver_soon([id_])

    async def deliver_soon(self, ids: Iterable[str]) -> None:
        """A job for each row of the outbox, after the transaction that it was put in with."""
        for id_ in ids:
            await self.engine.enqueue("deliver", id_)

    async def ask_review(self, draft_id: str, edition: int) -> None:
        """Asks for the review of a draft's edition."""
        await self.engine.enqueue("review", f"{draft_id}:{edition}")
