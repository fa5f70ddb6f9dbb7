"""A draft that came from a modal or a shortcut: it is shown to its author in their direct message, and reviewed in that thread."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from bot.slack.answering import ask_network
from bot.slack.delivery import deliver
from bot.slack.gateway import FAILURES
from bot.slack.layout import LONGEST_VERSION
from bot.slack.post import Post
from bot.slack.reviewing import deliver_all, withdraw
from bot.slack.rich_text import characters, context, escaped, quote, rich_text, section, shortened, text
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import drafts
from bot.store.models import Draft, Message, Outgoing
from bot.work.engine import JobFailed, step

logger = logging.getLogger(__name__)
_REACH_S = 2.0  # within the three seconds of the acknowledgement
_PAUSE_S = 15.0
_FAILURES = 20  # of ours, in a row; for Slack we wait as long as it takes
_WAIT, _DONE, _GONE = -1, 0, -2


@dataclass(frozen=True)
class Handed:
    """A draft as somebody handed it in. `origin` is where it came from, once: `view:{id}`, `coach:{message}`."""

    origin: str
    user_id: str
    text: str = field(repr=False)
    network: str | None = None
    pictures: Sequence[str | None] = field(default=(), repr=False)


async def hand_in(service: Service, handed: Handed) -> bool:
    """Keeps a draft, and asks for it to be shown and reviewed. False: Slack didn't tell where, and nothing was kept.

    The same origin again changes nothing, or with other words is a new version of the same draft.
    """
    words = await service.words_for(handed.user_id)
    channel_id = await _direct_channel(service, handed.user_id)
    if channel_id is None:
        return False
    async with service.database.begin() as session:
        row = await drafts.create(
            session,
            origin=handed.origin,
            now=service.clock.now(),
            team_id=service.team_id,
            user_id=handed.user_id,
            channel_id=channel_id,
            thread_ts="",  # known once it is shown
            text=handed.text,
            network=handed.network,
            pictures=list(handed.pictures),
        )
        network = handed.network or row.network
        if (row.text, row.network, row.pictures) != (handed.text, network, list(handed.pictures)):
            await drafts.change(session, row, text=handed.text, network=network, pictures=list(handed.pictures))
        await service.put(
            session,
            _work(row.id),
            shown_post(handed.text, network, words),
            user_id=handed.user_id,
            channel_id=channel_id,
            draft_id=row.id,
            about=f"draft:{row.id}",
        )
    if row.thread_ts and row.network:
        await service.ask_review(row.id, row.edition)
    else:
        await service.engine.enqueue("open", row.id)
    return True


def shown_post(draft: str, network: str | None, words: Words) -> Post:
    """The author's own draft, as the beginning of its thread."""
    title = words.say("your_draft_for", network=words.network(network)) if network else words.say("your_draft")
    blocks = [rich_text(section(text(title, bold=True)), quote(shortened(draft, LONGEST_VERSION)))]
    if characters(draft) > LONGEST_VERSION:
        blocks.append(context(words.say("shown_in_part")))
    return Post(escaped(title), blocks)


async def open_job(service: Service, key: str) -> None:
    """The job `open`: the key is the draft, and after a colon how often it was tried before.

    Shows the draft; the thread of that post becomes the draft's own; then asks for the review, or for the network.
    """
    draft_id, _, tried = key.partition(":")
    times = int(tried or 0)
    try:
        await step("show", deliver_all, service, draft_id)
        edition = await step("enter", enter, service, draft_id)
        if edition == _DONE:
            await step("ask", deliver_all, service, draft_id)
        elif edition == _GONE:
            await step("remove", _remove, service, draft_id)
    except JobFailed:
        if times >= _FAILURES:
            raise
        edition = _WAIT
    if edition == _WAIT:
        await step("pause", asyncio.sleep, _PAUSE_S)
        await service.engine.enqueue("open", f"{draft_id}:{times + 1}")
    elif edition > 0:
        await service.ask_review(draft_id, edition)


async def enter(service: Service, draft_id: str) -> int:
    """Gives the draft the thread that its post began. Gives the edition to review, or what else there is to do."""
    async with service.database.begin() as session:
        shown = (await session.scalars(select(Outgoing).where(Outgoing.work == _work(draft_id)))).first()
        row = await session.get(Draft, draft_id, with_for_update=True)
        if row is None:  # deleted meanwhile: its words mustn't stay behind
            return _GONE if shown is not None and shown.posted_ts else _DONE
        if shown is None or shown.settled_at is None:
            return _WAIT if shown is not None else _DONE
        if shown.posted_ts is None:
            logger.error("a draft could not be shown to its author")
            return _DONE
        row.thread_ts = shown.posted_ts
        if row.network is None:
            await ask_network(service, session, row, None)
            return _DONE
        return row.edition


async def _remove(service: Service, draft_id: str) -> None:
    async with service.database.begin() as session:
        removals = await withdraw(service, session, about=f"draft:{draft_id}")
    for id_ in removals:
        await deliver(service, id_)


async def _direct_channel(service: Service, user_id: str) -> str | None:
    query = select(Message.channel_id).where(
        Message.team_id == service.team_id,
        Message.user_id == user_id,
        Message.channel_id != "",  # of what is asked elsewhere the place isn't kept
    )
    async with service.database.read() as session:
        known = await session.scalar(query.limit(1))
    if known:
        return known
    try:
        async with asyncio.timeout(_REACH_S):
            return await service.gateway.direct_channel(user_id)
    except FAILURES as error:
        logger.warning("a direct message could not be opened: %s", type(error).__name__)
        return None


def _work(draft_id: str) -> str:
    return f"open:{draft_id}"
