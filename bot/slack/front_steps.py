"""What people do with a conversation: a manager hands it in, closes it, has others asked; an ambassador takes it, or doesn't."""

from __future__ import annotations

import asyncio
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.coach.stranger import mask_stranger
from bot.program.choosing import Choice, Wanted, back_at
from bot.slack import front_telling as telling
from bot.slack.blocks import sentence_post
from bot.slack.front_modal import SHORTEST, Entry
from bot.slack.front_passages import passages_on
from bot.slack.fronting import choice_for, is_frozen, wanted_of
from bot.slack.keys import Key
from bot.slack.service import Service
from bot.store import ambassadors, conversations
from bot.store.program_models import Conversation

_REACH_S = 2.0  # within the three seconds of the acknowledgement
Place = tuple[str, str]
"""Channel and time stamp of the post whose button was pressed."""


# Community managers


async def hand_in(service: Service, entry: Entry, deadline: datetime, user_id: str, origin: str) -> str | None:
    """Keeps a conversation that was checked, once for each `origin`, without others' data. Gives its id; None: nobody fits.

    Raises `SlackApiError`, `aiohttp.ClientError` or `TimeoutError` when there is no managers' channel, and Slack doesn't
    tell where to write to whoever handed it in.
    """
    now = service.clock.now()
    quote = await asyncio.to_thread(mask_stranger, entry.quote, entry.language, service.coach.policy)
    direct_channel = ""
    if service.settings.escalation_channel is None:
        async with asyncio.timeout(_REACH_S):
            direct_channel = await service.gateway.direct_channel(user_id)
    async with service.database.begin() as session:
        wanted = Wanted(id=origin, topic=entry.topic, language=entry.language, network=entry.network)
        until = back_at(now, deadline, service.program.front)
        choice, _ = await choice_for(service, session, wanted, now, until)
        row, new = None, False
        if choice != Choice():
            row, new = await conversations.hand_in(
                session,
                origin=origin,
                team_id=service.team_id,
                kind=entry.kind,
                link=entry.link,
                quote=quote,
                topic=entry.topic,
                language=entry.language,
                network=entry.network,
                deadline=deadline,
                opened_at=now,
                posted_by=user_id,
                created_at=now,
                changed_at=now,
            )
        ids = [await telling.send_managers(service, session, row, direct_channel)] if row is not None and new else []
    await service.deliver_soon(ids)
    return row.id if row is not None else None


async def close(service: Service, id_: str, place: Place) -> Key | None:
    """Nobody is asked any more, and whoever has it is told. What hinders it, if anything does."""
    now = service.clock.now()
    async with service.database.begin() as session:
        seen = await conversations.get(session, service.team_id, id_)
        asked, had = (
            (seen.asking, seen.taken_by) if seen is not None and seen.state in conversations.OPEN else (None, None)
        )
        row = await conversations.close(session, id_, now)
        if row is None:
            return "front_gone"
        ids = await telling.redraw(service, session, row, place)
        if asked:
            ids += await telling.end_ask(service, session, id_, asked, "front_ask_over", await service.words_for(asked))
        if had:
            words = await service.words_for(had)
            ids += await telling.end_handed(service, session, id_, had, "front_handed_closed", words)
            ids += await telling.tell_awake(service, session, row, had, words.say("front_handed_closed"))
    await service.deliver_soon(ids)
    return None


async def ask_again(service: Service, id_: str, place: Place) -> Key | None:
    """Others are asked who weren't yet. What hinders it, if anything does."""
    now = service.clock.now()
    async with service.database.begin() as session:
        seen = await conversations.get(session, service.team_id, id_)
        if seen is None or seen.state != "given_back":
            return "front_gone"
        if seen.deadline < now + SHORTEST:
            return "front_again_late"
        if await is_frozen(service, session):
            return "front_frozen"
        until = back_at(now, seen.deadline, service.program.front)
        choice, _ = await choice_for(service, session, wanted_of(seen), now, until)
        if choice == Choice():
            return "front_nobody_fits"
        row = await conversations.reopen(session, id_, now)
        ids = await telling.redraw(service, session, row, place) if row is not None else []
    await service.deliver_soon(ids)
    return None


# Ambassadors


async def take(service: Service, row: Conversation, user_id: str) -> Key | None:
    """Hands it over to whoever is asked. What hinders it, if anything does."""
    words = await service.words_for(user_id)
    passages = await asyncio.to_thread(passages_on, service.coach, row.quote, row.language)
    now = service.clock.now()
    async with service.database.begin() as session:
        if now >= back_at(row.opened_at, row.deadline, service.program.front):
            return "front_gone"
        taken = await conversations.take(session, row.id, user_id, now)
        if taken is None:
            return await _why_not(service, session, row.id, user_id)
        person = await ambassadors.known(session, service.team_id, user_id)
        zone = person.time_zone if person is not None else "UTC"
        frozen = await is_frozen(service, session)
        ids = await telling.hand_over(service, session, taken, user_id, passages, words, zone=zone, frozen=frozen)
        ids += await telling.end_ask(service, session, row.id, user_id, "front_ask_taken", words)
        ids += await telling.redraw(service, session, taken)
    await service.deliver_soon(ids)
    return None


async def decline(service: Service, id_: str, user_id: str) -> Key | None:
    """Somebody else is to be asked, and nobody learns why. What hinders it, if anything does."""
    words, now = await service.words_for(user_id), service.clock.now()
    async with service.database.begin() as session:
        if await conversations.end_ask(session, id_, user_id, "no", now) is None:
            return await _why_not(service, session, id_, user_id)
        ids = await telling.end_ask(service, session, id_, user_id, "front_ask_no", words)
    await service.deliver_soon(ids)
    return None


async def hand_back(service: Service, id_: str, user_id: str) -> Key | None:
    """Whoever has it gives it back, for somebody else. What hinders it, if anything does."""
    words, now = await service.words_for(user_id), service.clock.now()
    async with service.database.begin() as session:
        row = await conversations.hand_back(session, id_, user_id, now)
        if row is None:
            return await _why_not(service, session, id_, user_id)
        ids = await telling.end_handed(service, session, id_, user_id, "front_handed_back", words)
        ids += await telling.redraw(service, session, row)
    await service.deliver_soon(ids)
    return None


async def finish(service: Service, id_: str, user_id: str) -> Key | None:
    """It is answered: the managers see so, and whoever did it is thanked once. What hinders it, if anything does."""
    words, now = await service.words_for(user_id), service.clock.now()
    async with service.database.begin() as session:
        row = await conversations.finish(session, id_, user_id, now)
        if row is None:
            return await _why_not(service, session, id_, user_id)
        ids = await telling.end_handed(service, session, id_, user_id, "front_handed_done", words)
        thanks = sentence_post(words.say("front_thanks"))
        ids += await telling.tell(service, session, id_, user_id, f"front-thanks:{id_}:{user_id}", thanks)
        ids += await telling.redraw(service, session, row)
    await service.deliver_soon(ids)
    return None


async def begin_draft(service: Service, id_: str, user_id: str) -> Key | None:
    """A thread for a draft of the answer, once. What hinders it, if anything does."""
    words = await service.words_for(user_id)
    async with service.database.begin() as session:
        row = await conversations.get(session, service.team_id, id_)
        if row is None or (row.state, row.taken_by) != ("taken", user_id):
            return "front_gone"
        ids = await telling.begin(service, session, row, user_id, words)
    await service.deliver_soon(ids)
    return None


async def _why_not(service: Service, session: AsyncSession, id_: str, user_id: str) -> Key:
    """What is so instead, for somebody who was asked."""
    row = await conversations.get(session, service.team_id, id_)
    if row is None or row.state not in (*conversations.OPEN, "done"):
        return "front_gone"
    if row.taken_by == user_id:
        return "front_handed_done" if row.state == "done" else "front_ask_taken"
    return "front_too_late" if row.state in conversations.OPEN else "front_gone"
