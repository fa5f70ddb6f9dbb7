"""Who would make a good ambassador is told so, in private, and answers. Only after a yes does anybody else see a name."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.coach.models import Review
from bot.program.hours import rests
from bot.program.signs import Evidence, Formula, Reader, evidence
from bot.slack.gateway import FAILURES
from bot.slack.invite_blocks import Answer, answered_post, invite_post
from bot.slack.member import Member
from bot.slack.roster import offered
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import ambassadors, outbox, program_state, signs
from bot.store.base import token
from bot.store.program_models import AmbassadorRow
from bot.store.signs import FirstEdition

logger = logging.getLogger(__name__)
Outcome = Literal["invite_stale", "invite_answered", "invite_no_program", "ambassador_no_zone"] | None
"""Why an answer wasn't kept, as the sentence that says so; None: it was."""
_HOURLY = 5
"""Minutes of an hour in which people are looked for: the five-minute tick comes by once."""
_AT_MOST_S = 30
"""Of one round: some 15 ms a person."""


async def invite(service: Service) -> None:
    """Invites whoever asked to be told and has evidence enough. Safe to call at any time, in any process."""
    now = service.clock.now()
    if not service.program.topics or now.minute >= _HOURLY:
        return
    formula = service.formula
    async with service.database.begin() as session:
        if (await program_state.state(session, service.team_id)).frozen_at is not None:
            return
        people = await signs.to_look_at(session, service.team_id, now, _wait(service), formula.fewest_drafts)
    if not people:
        return
    reader = await asyncio.to_thread(Reader.of, service.coach.policy, formula)
    random.shuffle(people)  # where the time isn't enough for all, it isn't always the same ones who wait
    until = time.monotonic() + _AT_MOST_S
    for user_id in people:
        if time.monotonic() > until:
            return
        await service.calm()
        try:
            await _look_at(service, reader, user_id, now)
        except FAILURES as error:
            logger.warning("an invitation could not be sent, the next hour tries again: %s", type(error).__name__)


def _evidence(editions: list[FirstEdition], reader: Reader, formula: Formula) -> Evidence:
    """What somebody's own drafts show, as they are kept now."""
    found = []
    for one in editions:
        review = Review.model_validate(one.body)
        read = reader.read(one.text, review.language, review.network, review.findings, at=one.at, posted=one.posted)
        if read is not None:
            found.append(read)
    return evidence(found, formula)


async def _look_at(service: Service, reader: Reader, user_id: str, now: datetime) -> None:
    async with service.database.read() as session:
        editions = await signs.first_editions(session, service.team_id, user_id)
    found = await asyncio.to_thread(_evidence, editions, reader, service.formula)
    if not found.enough:
        return
    member = await service.gateway.member(user_id)
    if member.deactivated or service.refusal(member) or not _awake(service, member, now):
        return
    words = await service.words_for(user_id)
    channel = await service.gateway.direct_channel(user_id)
    async with service.database.begin() as session:
        row = await session.get(AmbassadorRow, (service.team_id, user_id), with_for_update=True)
        if row is None or not signs.may_be_told(row, now, _wait(service)):  # they, or another process, were faster
            return
        row.state, row.origin, row.invitation = "invited", "found", token()
        row.asked_at = row.changed_at = now
        id_ = await service.put(
            session,
            _about(row),
            invite_post(row.invitation, found, offered(service).defaults(), words),
            user_id=user_id,
            channel_id=channel,
            about=_about(row),
        )
    await service.deliver_soon([id_])


async def answer(
    service: Service, member: Member, said: Answer, invitation: str, seen_ts: str, channel: str
) -> Outcome:
    """Keeps what somebody answered to their invitation, once.

    `seen_ts` in `channel` is where the button was pressed: it may stand in Slack before we know that it does.
    """
    now = service.clock.now()
    words = await service.words_for(member.id)
    zone = member.zone
    async with service.database.begin() as session:
        await program_state.state(session, service.team_id, lock=True)  # as whoever moves people and nudges does
        row = await session.get(AmbassadorRow, (service.team_id, member.id), with_for_update=True)
        if row is None or row.invitation != invitation:
            return "invite_stale"
        if row.state != "invited":
            return "invite_answered"
        if said == "yes":
            if not service.program.topics:
                return "invite_no_program"
            if zone is None:
                return "ambassador_no_zone"
            begins = offered(service).defaults(words.language).columns() | {"time_zone": zone, "since": now}
            await ambassadors.change(session, row, now, state="active", answered_at=now, **begins)
        else:
            wants = {"tell_me": False} if said == "never" else {}
            await ambassadors.change(session, row, now, state=said, answered_at=now, **wants)
        ids = await _close(service, session, row, said, words, seen_ts, channel)
    await service.deliver_soon(ids)
    return None


async def _close(
    service: Service,
    session: AsyncSession,
    row: AmbassadorRow,
    said: Answer,
    words: Words,
    seen_ts: str,
    channel: str,
) -> list[str]:
    """Puts the answer in the place of the invitation."""
    now = service.clock.now()
    standing = await outbox.posted(session, about=_about(row))
    if standing:
        channel, seen_ts = standing[0].channel_id, standing[0].posted_ts or ""
    if not (channel and seen_ts):
        return []
    look = answered_post(said, service.formula, words).payload
    where = {"team_id": row.team_id, "channel_id": channel, "ts": seen_ts, "user_id": row.user_id}
    return [await outbox.redraw(session, f"update:{_about(row)}", now, payload=look, **where)]


def _awake(service: Service, member: Member, now: datetime) -> bool:
    """Whether it is a day and an hour at which people are written to, where they are; else a later hour looks again."""
    begins = offered(service).defaults()
    return member.zone is not None and not rests(now, member.zone, begins.quiet, begins.days, begins.country)


def _about(row: AmbassadorRow) -> str:
    return signs.about(row.invitation or "")


def _wait(service: Service) -> timedelta:
    return timedelta(days=service.formula.wait_days)
