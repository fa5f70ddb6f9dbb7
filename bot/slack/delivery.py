"""From the outbox to Slack: each post stands exactly once, whatever is dropped or killed on the way.

A row is claimed before the call. Whoever finds it claimed but not settled can't know whether Slack took it: it waits longer
than a call may last, and looks for the key in the thread before it posts again. What is past its time, or was withdrawn
meanwhile, isn't posted any more: both are looked at in the transaction that notes an attempt.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Literal

from bot.metrics import POSTS
from bot.program.models import Reason
from bot.slack.gateway import TIMEOUT_S, Posted
from bot.slack.nudge_refusals import nudge_refused
from bot.slack.service import Service
from bot.store import nudge_caps, nudges, outbox
from bot.store.models import Message, Outgoing
from bot.store.program_models import NudgeRow

logger = logging.getLogger(__name__)
_LOOK_AFTER = timedelta(seconds=TIMEOUT_S + 2)
_ATTEMPTS = 12
_SHORTEST_S, _LONGEST_S = 1.0, 60.0
_IN_FLIGHT = timedelta(seconds=TIMEOUT_S)
"""What Slack may need to take a post: one that is good until then isn't begun later."""
_NOT_NOW = Posted()
"""Its channel has had its nudge of this minute: the next tick tries it again."""


async def deliver(service: Service, id_: str) -> None:
    """Brings one row to Slack, or leaves it to the next sweep when Slack is away for long. Safe to call twice."""
    for attempt in range(_ATTEMPTS):
        async with service.database.read() as session:
            row = await session.get(Outgoing, id_)
        if row is None or row.settled_at is not None:
            return
        outcome = await _attempt(service, row)
        if outcome is None:
            await asyncio.sleep(0.2)
        elif outcome is _NOT_NOW:
            return
        elif outcome.ts is not None:
            POSTS.labels("posted").inc()
            await _stands(service, row, outcome.ts)
            return
        elif outcome.refused is not None:
            if not await _refused(service, row, outcome.refused):
                return
        else:
            POSTS.labels("unknown").inc()
            if row.kind != "post":
                await asyncio.sleep(min(_LONGEST_S, _SHORTEST_S * 2**attempt))
    logger.warning("a post was given up for now, the next sweep tries it again")


async def _attempt(service: Service, row: Outgoing) -> Posted | None:
    """One attempt; None: not our turn."""
    if row.kind == "update":
        return await service.gateway.update(row)
    if row.kind == "delete":
        return await service.gateway.delete(row)
    if row.attempts:
        assert row.attempted_at is not None
        wait = (row.attempted_at + _LOOK_AFTER - service.clock.now()).total_seconds()
        await asyncio.sleep(max(0.0, min(wait, _LOOK_AFTER.total_seconds())))
        found = await service.gateway.find(row)
        if found:
            return Posted(ts=found)
        if found is False:
            await asyncio.sleep(_SHORTEST_S)
            return Posted()
    allowed = await _claimed(service, row)
    return await service.gateway.post(row) if allowed is True else allowed


async def _claimed(service: Service, row: Outgoing) -> Literal[True] | Posted | None:
    """Notes an attempt; else why none may be made. `row` is as it was when an earlier attempt was looked for."""
    async with service.database.begin() as session:
        nudge = await nudges.held(session, row)
        current = await session.get(Outgoing, row.id, with_for_update=True)
        now = service.clock.now()
        if current is None or current.settled_at is not None or current.attempts != row.attempts:
            return None
        late = current.good_until is not None and now + _IN_FLIGHT > current.good_until
        if late or current.withdrawn_at is not None:
            current.withdrawn_at = current.withdrawn_at or now
            await outbox.settle(session, row.id, now, None)
            if nudge is not None:
                await nudges.skip(session, nudge, Reason.MISSED)
            return None
        owner = _owner_of_minute(row, nudge)
        if owner and not await nudge_caps.take_minute(session, row.team_id, row.channel_id, now, owner):
            return _NOT_NOW
        return True if await outbox.claim(session, row.id, row.attempts, now) else None


def _owner_of_minute(row: Outgoing, nudge: NudgeRow | None) -> str | None:
    """Of what is posted in a channel at most once a minute: a campaign's thread, and the nudges in it."""
    if nudge is not None:
        return nudge.id if nudge.channel_id else None
    return row.work if (row.about or "").startswith("campaign:") else None


async def _stands(service: Service, row: Outgoing, ts: str) -> None:
    now = service.clock.now()
    late: str | None = None
    async with service.database.begin() as session:
        nudge = await nudges.held(session, row) if row.kind == "post" else None
        if nudge is not None:
            await nudges.stands(session, nudge, now)
        await outbox.settle(session, row.id, now, ts)
        current = await session.get(Outgoing, row.id, populate_existing=True)
        message = await session.get(Message, row.message_key) if row.message_key and row.kind == "post" else None
        withdrawn = current is not None and current.withdrawn_at is not None
        if withdrawn or (message is not None and message.state == "deleted"):  # while we were posting
            row.posted_ts = ts
            row.user_id = current.user_id if current is not None else None  # forgotten meanwhile: nobody's
            late = await outbox.change_later(session, row, now, None)
    if late is not None:
        await deliver(service, late)


async def _refused(service: Service, row: Outgoing, code: str) -> bool:
    """Slack won't take it. Whether to try again, with a plain sentence in place of blocks that it doesn't like."""
    POSTS.labels("refused").inc()
    logger.error("Slack refused a %s: %s", row.kind, code)
    if await nudge_refused(service, row, code):
        return False
    async with service.database.begin() as session:
        current = await session.get_one(Outgoing, row.id, with_for_update=True)
        blocks = (current.payload or {}).get("blocks")
        if row.kind == "post" and blocks and code in ("invalid_blocks", "msg_too_long", "msg_blocks_too_long"):
            current.payload = {"text": service.words("").say("fallback"), "blocks": []}
            current.attempts = 0
            return True
        await outbox.settle(session, row.id, service.clock.now(), None)
    return False
