"""What is done every few minutes: what is too old goes, and what a crash left lying is taken up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from bot.slack.delivery import deliver
from bot.slack.service import Service
from bot.store import drafts, outbox, purge
from bot.store.models import Outgoing

logger = logging.getLogger(__name__)
_LEFT = timedelta(minutes=5)
"""After that, what waits isn't on its way any more."""
_MINUTELY = timedelta(days=1)
"""How long the engine knows of each round that is made every minute."""
_AT_ONCE = 4
_AT_MOST_S = 60
"""A round doesn't wait longer for Slack."""


async def tick(service: Service) -> None:
    """One round. Safe to run in two processes, or again while the last one still runs."""
    now = service.clock.now()
    retention = timedelta(days=service.settings.retention_days)
    async with service.database.begin() as session:
        await purge.purge(session, now, retention)
    await service.database.wipe_traces()
    async with service.database.read() as session:
        unanswered = await purge.unanswered(session, now, _LEFT)
        in_flight = await purge.in_flight(session, now, _LEFT)
        unreviewed = await drafts.unreviewed(session, now, _LEFT)
    for message in unanswered:
        await service.engine.enqueue("answer", f"{message.key}@{message.edited_ts}")
    for draft in unreviewed:
        await service.ask_review(draft.id, draft.edition)
    late = [id_ for row in in_flight for id_ in await _remove_late(service, row)]
    async with service.database.read() as session:
        left = [*late, *await outbox.forgotten(session, now, _LEFT)]
    with suppress(TimeoutError):  # what is broken off is tried again: an attempt is noted before it is made
        async with asyncio.timeout(_AT_MOST_S):
            await deliver_each(service, left)
    await service.engine.forget(before=now - max(retention, purge.REDELIVERED))
    for name in ("nudges", "front"):
        await service.engine.forget(before=now - _MINUTELY, name=name)


async def deliver_each(service: Service, ids: Iterable[str]) -> None:
    """Brings rows of the outbox to Slack, a few at a time; one that fails doesn't keep the others waiting."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(id_: str) -> None:
        async with gate:
            try:
                await deliver(service, id_)
            except Exception as error:
                logger.error("a post could not be delivered: %s", type(error).__name__, exc_info=error)

    await asyncio.gather(*(one(id_) for id_ in ids))


async def _remove_late(service: Service, row: Outgoing) -> list[str]:
    """Removes a post that reached Slack while its thread was forgotten, once it is known where it stands."""
    stands_at = row.posted_ts or await service.gateway.find(row)
    if stands_at is False:
        return []  # can't tell yet
    async with service.database.begin() as session:
        found = [(row.channel_id, stands_at)] if stands_at else []
        await purge.drop(session, row)
        return await purge.put_removals(session, row.team_id, found, service.clock.now())
