"""Who was imported is asked whether they did agree, once, in their own working hours; nobody is nudged before their yes."""

from __future__ import annotations

import logging

from sqlalchemy import select

from bot.program.hours import is_quiet
from bot.slack.gateway import FAILURES
from bot.slack.roster import gone, offered, seen
from bot.slack.roster_blocks import about, confirm_post
from bot.slack.service import Service
from bot.store import ambassadors, program_state
from bot.store.program_models import AmbassadorRow, ProgramState

logger = logging.getLogger(__name__)
_AT_MOST = 20
"""People a round, so that Slack's limits aren't met."""


async def confirm(service: Service) -> None:
    """Asks the next people who were imported. Safe to call at any time, in any process."""
    if not service.program.topics:
        return
    nobody: list[str] = []
    for user_id in await _next(service):
        member = await service.gateway.member(user_id)
        if member.deactivated or service.refusal(member):
            await gone(service, user_id)
            nobody.append(user_id)
        elif member.name:  # else Slack couldn't say who that is: the next round looks again
            await seen(service, member)
            if member.zone is not None:
                await _ask(service, user_id)
    if nobody:
        logger.warning(
            "imported as ambassadors, but deactivated in Slack, unknown or not served: %s: "
            "look at these lines of the file, and import those again that were wrong",
            ", ".join(nobody),
        )


async def _next(service: Service) -> list[str]:
    """Those who weren't asked yet and are at work, as far as we know where they are; none during a freeze."""
    async with service.database.begin() as session:
        await program_state.state(session, service.team_id, lock=True)
        await program_state.adopt(session, service.team_id)
    query = select(AmbassadorRow).where(
        AmbassadorRow.team_id == service.team_id,
        AmbassadorRow.state == "to_confirm",
        AmbassadorRow.asked_at.is_(None),
    )
    async with service.database.read() as session:
        program = await session.get(ProgramState, service.team_id)
        if program is not None and program.frozen_at is not None:
            return []
        waiting = list(await session.scalars(query.order_by(AmbassadorRow.changed_at, AmbassadorRow.user_id)))
    now = service.clock.now()
    return [row.user_id for row in waiting if not is_quiet(ambassadors.as_ambassador(row), now)][:_AT_MOST]


async def _ask(service: Service, user_id: str) -> None:
    words = await service.words_for(user_id)
    try:
        channel = await service.gateway.direct_channel(user_id)
    except FAILURES as error:
        logger.warning("somebody could not be asked to confirm, the next round tries again: %s", type(error).__name__)
        return
    now = service.clock.now()
    async with service.database.begin() as session:
        row = await session.get(AmbassadorRow, (service.team_id, user_id), with_for_update=True)
        if (
            row is None
            or row.state != "to_confirm"
            or row.asked_at is not None
            or is_quiet(ambassadors.as_ambassador(row), now)
        ):
            return
        row.asked_at = now
        id_ = await service.put(
            session,
            about(user_id),
            confirm_post(row, words, offered(service)),
            user_id=user_id,
            channel_id=channel,
            about=about(user_id),
        )
    await service.deliver_soon([id_])
