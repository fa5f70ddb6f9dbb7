"""The minute tick of the program: plans the next hours, and sends each nudge whose time has come, once.

Three processes may run it at the same time, and any of them may be killed at any point: what is decided is decided in one
transaction under the workspace's row of `program_state`, and what is posted goes through the outbox.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import datetime, timedelta

from bot.program.planner import plan
from bot.slack.nudge_ideas import angles_of
from bot.slack.nudge_sending import remind, send
from bot.slack.service import Service
from bot.slack.tidying import deliver_each
from bot.store import ambassadors, campaigns, nudges, outbox, program_state
from bot.store.program_models import ProgramState

logger = logging.getLogger(__name__)
AHEAD = timedelta(hours=36)
"""So far the plan is written down."""
_AGAIN = timedelta(hours=12)
"""The plan is made anew whenever something changes; else by then, well before what is written down runs out."""
_PAST = timedelta(days=8)
"""Before a campaign, what was sent counts for the week that it begins in."""
_TRIES = 3
_AT_MOST_S = 50
"""A round is over before the next one begins, or soon after."""
_LEFT = timedelta(seconds=45)
"""After that, what is queued isn't on its way any more."""


async def nudge_tick(service: Service) -> None:
    """One round. Cheap where nothing is due."""
    if not service.program.topics:
        return
    now = service.clock.now()
    async with service.database.begin() as session:
        state = await program_state.state(session, service.team_id, lock=True)
        if await program_state.adopt(session, service.team_id):
            await session.refresh(state)
        await nudges.miss(session, service.team_id, now)
    if state.frozen_at is None:
        if _is_stale(state, now):
            await replan(service)
        with suppress(TimeoutError):  # what is broken off is taken up by the next one
            async with asyncio.timeout(_AT_MOST_S):
                await _send_due(service)
                await _remind(service)
    with suppress(TimeoutError):
        async with asyncio.timeout(_AT_MOST_S):
            await _deliver_left(service)


async def replan(service: Service) -> None:
    """Plans the next hours anew and writes it down, unless something changed while it was planned: then once more."""
    for _ in range(_TRIES):
        if await _replanned(service):
            return


async def _replanned(service: Service) -> bool:
    team_id, now = service.team_id, service.clock.now()
    until = now + AHEAD
    async with service.database.read() as session:
        state = await session.get(ProgramState, team_id)  # first: what changes after it is noticed
        changes = state.changes if state is not None else 0
        people = await ambassadors.roster(session, team_id)
        kept = await campaigns.kept(session, team_id, now)
        start = await nudges.earliest(session, team_id, now)
        past = await nudges.past(session, team_id, min((row.created_at for row in kept), default=now) - _PAST)
    made = await asyncio.to_thread(
        plan,
        people,
        [campaigns.as_campaign(row) for row in kept],
        past,
        service.program,
        angles_of(service.settings.knowledge),
        now=start,
        until=until,
        paused={row.id for row in kept if row.state != "active"},
    )
    async with service.database.begin() as session:
        current = await program_state.state(session, team_id, lock=True)
        if current.changes != changes:
            return False
        frozen = current.frozen_at is not None
        await nudges.replace_planned(session, team_id, () if frozen else made.planned, now)
        current.planned_changes, current.planned_at = changes, now
    return True


def _is_stale(state: ProgramState, now: datetime) -> bool:
    """Whether the plan doesn't tell what is next. A clock that was put back counts, too."""
    planned_at = state.planned_at
    return state.changes != state.planned_changes or planned_at is None or not planned_at <= now < planned_at + _AGAIN


async def _send_due(service: Service) -> None:
    async with service.database.read() as session:
        due = await nudges.due(session, service.team_id, service.clock.now())
    busy: set[str] = set()
    for row in due:
        if row.channel_id in busy:
            continue
        channel = row.channel_id
        try:
            sent = await send(service, row)
        except Exception as error:  # one nudge's trouble is no other's
            logger.error("a nudge could not be sent: %s", type(error).__name__, exc_info=error)
            continue
        if channel is not None and sent:
            busy.add(channel)


async def _remind(service: Service) -> None:
    async with service.database.read() as session:
        rows = await nudges.to_remind(session, service.team_id, service.clock.now())
    for row in rows:
        try:
            await remind(service, row)
        except Exception as error:
            logger.error("a reminder could not be sent: %s", type(error).__name__, exc_info=error)


async def _deliver_left(service: Service) -> None:
    """What waits for its channel's minute, what a crash left, what has become too late."""
    async with service.database.read() as session:
        left = await outbox.left_in_time(session, service.clock.now() - _LEFT)
    await deliver_each(service, left)
