"""Conversations find their ambassador: one is asked after another, and what isn't done in time goes back to the managers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from slack_sdk.errors import SlackApiError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.choosing import Choice, Wanted, asked_until, back_at, choose, fits, good_until, week_now
from bot.program.hours import is_quiet
from bot.program.models import Ambassador
from bot.slack import front_telling as telling
from bot.slack.gateway import FAILURES
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import ambassadors, conversations, freezes, nudge_caps, outbox, program_state
from bot.store.program_models import Conversation

logger = logging.getLogger(__name__)
_REACH_S = 5.0
_LOOK_AGAIN = timedelta(minutes=10)
"""While everybody who fits is asleep: the roster may change meanwhile."""
_PASSING = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")


async def front(service: Service) -> None:
    """A round of all conversations, every minute. Safe to run in several processes at once, and to be killed in any place."""
    async with service.database.read() as session:
        every = await conversations.under_way(session, service.team_id)
    for row in every:
        try:
            if row.state in conversations.OPEN:
                await move_on(service, row.id)
            else:
                await _redraw(service, row.id)
        except Exception as error:  # one conversation doesn't keep the others waiting
            logger.error("a conversation could not be moved on: %s", type(error).__name__, exc_info=error)


async def move_on(service: Service, id_: str) -> None:
    """All that is due for one conversation now: whoever can't be reached doesn't keep it waiting."""
    for _ in range(service.program.front.most_asked + 1):
        if not await _is_free(service, id_) or not await _ask_next(service, id_):
            return


async def release(service: Service, session: AsyncSession, user_id: str) -> list[str]:
    """Somebody pauses or leaves: what they were asked, or had, moves on to others.

    Belongs in the transaction of the pause; gives ids of the outbox to `deliver_soon` after it. The next tick, or `front`,
    asks somebody else.
    """
    held = await conversations.held_by(session, service.team_id, user_id)
    return [id_ for row in held for id_ in await _release(service, session, row, user_id)]


async def _release(service: Service, session: AsyncSession, row: Conversation, user_id: str) -> list[str]:
    now = service.clock.now()
    if row.asking == user_id:
        return await _end_ask(service, session, row, user_id, now, over=True)
    changed = await conversations.hand_back(session, row.id, user_id, now)
    if changed is None:
        return []
    words = await service.words_for(user_id)
    ids = await telling.end_handed(service, session, row.id, user_id, "front_handed_back", words)
    return ids + await telling.redraw(service, session, changed)


async def hold(service: Service, session: AsyncSession) -> list[str]:
    """Everything is put on hold: what nobody saw yet of a question, or of a reminder, isn't posted.

    Belongs in that transaction; gives ids of the outbox to `deliver_soon` after it.
    """
    ids: list[str] = []
    for row in await conversations.known(session, service.team_id, "asking"):
        post = await conversations.outgoing(session, telling.ask_work(row.id, row.asking)) if row.asking else None
        if row.asking and post is not None and post.posted_ts is None:
            ids += await _end_ask(service, session, row, row.asking, service.clock.now(), over=True)
    for row in await conversations.known(session, service.team_id, "taken"):
        work = telling.reminder_work(row.id, row.taken_by or "")
        await outbox.withdraw(session, service.clock.now(), team_id=service.team_id, work=work)
        ids += await outbox.waiting(session, work=work)
    return ids


async def choice_for(
    service: Service, session: AsyncSession, wanted: Wanted, now: datetime, until: datetime
) -> tuple[Choice, Sequence[Ambassador]]:
    """Who is to be asked next, and the roster that they were chosen from."""
    people = await ambassadors.roster(session, service.team_id)
    asked = await conversations.asked(session, wanted.id)
    fitting = [person for person in people if person.user not in asked and fits(wanted, person)]
    weeks = {person.user: week_now(person, now) for person in fitting}
    used = await conversations.places_used(session, service.team_id, weeks)
    last = await conversations.last_asked(session, service.team_id)
    return choose(wanted, fitting, asked, used, now, until=until, last=last), fitting


def wanted_of(row: Conversation) -> Wanted:
    return Wanted(id=row.id, topic=row.topic, language=row.language, network=row.network)


async def is_frozen(service: Service, session: AsyncSession) -> bool:
    """Whether everything is on hold: nobody is asked or reminded, while deadlines go on."""
    return await freezes.lasting(session, service.team_id) is not None


async def _is_free(service: Service, id_: str) -> bool:
    """Does what time asks for; whether somebody is to be asked now."""
    now = service.clock.now()
    async with service.database.begin() as session:
        row = await conversations.get(session, service.team_id, id_)
        if row is None or row.state not in conversations.OPEN:
            return False
        if now >= back_at(row.opened_at, row.deadline, service.program.front):
            ids = await _give_back(service, session, row, now)
        elif (holder := row.asking or row.taken_by) and not await _is_there(service, session, holder):
            ids = await _release(service, session, row, holder)
        elif row.state == "taken":
            ids = await _remind(service, session, row, now)
        else:
            ids = await _lapse(service, session, row, now) if row.asking else []
        # What a button couldn't draw, since nobody knew yet where it stood.
        row = await conversations.get(session, service.team_id, id_)
        ids += await telling.redraw(service, session, row) if row is not None else []
    await service.deliver_soon(ids)
    if row is None or row.state != "asking" or row.asking:
        return False
    return row.next_at is None or row.next_at <= now


async def _give_back(service: Service, session: AsyncSession, row: Conversation, now: datetime) -> list[str]:
    had, asked = row.taken_by, row.asking
    changed = await conversations.give_back(session, row, "not_done" if had else "nobody", now)
    if changed is None:
        return []
    ids = await telling.tell_managers_back(service, session, changed)
    user_id = had or asked
    if user_id is None:
        return ids
    words = await service.words_for(user_id)
    if asked:
        return ids + await telling.end_ask(service, session, row.id, user_id, "front_ask_over", words)
    ids += await telling.end_handed(service, session, row.id, user_id, "front_handed_returned", words)
    return ids + await telling.tell_awake(service, session, row, user_id, words.say("front_returned"))


async def _remind(service: Service, session: AsyncSession, row: Conversation, now: datetime) -> list[str]:
    back = back_at(row.opened_at, row.deadline, service.program.front)
    if row.reminded_at is not None or row.taken_at is None or row.taken_by is None:
        return []
    if now < row.taken_at + (back - row.taken_at) / 2 or await is_frozen(service, session):
        return []
    person = await _person(service, session, row.taken_by)
    if person is None or is_quiet(person, now):
        return []
    if await conversations.note_reminder(session, row.id, row.taken_by, now) is None:
        return []
    words = await service.words_for(person.user)
    return await telling.remind(service, session, row, person, words, good_until(person, now, back))


async def _lapse(service: Service, session: AsyncSession, row: Conversation, now: datetime) -> list[str]:
    """Whoever is asked said nothing in their time, or was never reached."""
    assert row.asking is not None
    ask = await conversations.ask_of(session, row.id, row.asking)
    post = await conversations.outgoing(session, telling.ask_work(row.id, row.asking))
    unreached = post is None or (post.settled_at is not None and post.posted_ts is None)
    if ask is not None and ask.until > now and not unreached:
        return []
    return await _end_ask(service, session, row, row.asking, now)


async def _end_ask(
    service: Service, session: AsyncSession, row: Conversation, user_id: str, now: datetime, *, over: bool = False
) -> list[str]:
    """Nobody learns of it. A place of the week that was taken for what never reached them is free again."""
    ids = await telling.end_ask(service, session, row.id, user_id, "front_ask_over", await service.words_for(user_id))
    work = telling.ask_work(row.id, user_id)
    post = await conversations.outgoing(session, work)
    if post is not None:
        await session.refresh(post)
    seen = post is not None and (post.posted_ts is not None or post.settled_at is None)
    if not seen:
        await nudge_caps.free_week(session, service.team_id, work)
    how: conversations.Answer = "missed" if not seen else "no" if over else "silent"
    await conversations.end_ask(session, row.id, user_id, how, now)
    return ids


async def _ask_next(service: Service, id_: str) -> bool:
    """Asks the next one. True: this one couldn't be asked after all, another may be."""
    now = service.clock.now()
    async with service.database.read() as session:
        row = await conversations.get(session, service.team_id, id_)
        if row is None or row.state != "asking" or row.asking or await is_frozen(service, session):
            return False
        back = back_at(row.opened_at, row.deadline, service.program.front)
        choice, people = await choice_for(service, session, wanted_of(row), now, back)
    if row.asks - row.asks_before >= service.program.front.most_asked:
        choice = Choice()
    if choice.user is None:
        await _nobody_now(service, row, choice.next_at, now)
        return False
    person = next(one for one in people if one.user == choice.user)
    words = await service.words_for(person.user)
    channel_id = await _direct_channel(service, person.user)
    if channel_id is None:
        return False
    async with service.database.begin() as session:
        id_in_outbox = await _ask(service, session, row, person, channel_id, words, back)
    if id_in_outbox:
        await service.deliver_soon([id_in_outbox])
    return not id_in_outbox


async def _ask(
    service: Service,
    session: AsyncSession,
    seen: Conversation,
    person: Ambassador,
    channel_id: str,
    words: Words,
    back: datetime,
) -> str:
    """Asks somebody, if all is still as it was `seen`; empty: it isn't. An opt-out or a freeze comes before it, or finds it."""
    state = await program_state.state(session, service.team_id, lock=True)
    row = await conversations.get(session, service.team_id, seen.id)
    chosen = await ambassadors.known(session, service.team_id, person.user)
    same = row is not None and row.state == "asking" and row.asking is None and row.asks == seen.asks
    if row is None or not same or state.frozen_at or chosen is None or chosen.state != ambassadors.NUDGED:
        return ""
    now, work = service.clock.now(), telling.ask_work(row.id, person.user)
    until = asked_until(now, back, service.program.front)
    latest = good_until(person, now, until)
    reachable = bool(channel_id)
    if reachable:
        week = week_now(person, now)
        if not await nudge_caps.take_week(session, service.team_id, person.user, week, person.weekly_budget, work):
            return ""
    if not await conversations.ask(session, row, person.user, now, until):
        await nudge_caps.free_week(session, service.team_id, work)
        return ""
    if not reachable:
        await conversations.end_ask(session, row.id, person.user, "missed", now)
        return ""
    await program_state.touch(session, service.team_id)  # a place of their week is taken
    return await telling.put_ask(service, session, row, person, channel_id, words, until=until, good_until=latest)


async def _nobody_now(service: Service, row: Conversation, next_at: datetime | None, now: datetime) -> None:
    """Everybody who fits is asleep, or nobody is left."""
    ids: list[str] = []
    async with service.database.begin() as session:
        if next_at is not None:
            await conversations.wait(session, row.id, now, min(next_at, now + _LOOK_AGAIN))
        elif (changed := await conversations.give_back(session, row, "nobody", now)) is not None:
            ids = await telling.tell_managers_back(service, session, changed)
    await service.deliver_soon(ids)


async def _redraw(service: Service, id_: str) -> None:
    async with service.database.begin() as session:
        row = await conversations.get(session, service.team_id, id_)
        ids = await telling.redraw(service, session, row) if row is not None else []
    await service.deliver_soon(ids)


async def _person(service: Service, session: AsyncSession, user_id: str) -> Ambassador | None:
    row = await ambassadors.known(session, service.team_id, user_id)
    return ambassadors.as_ambassador(row) if row is not None else None


async def _is_there(service: Service, session: AsyncSession, user_id: str) -> bool:
    """Whether they are an ambassador still, whoever noticed that they aren't."""
    row = await ambassadors.known(session, service.team_id, user_id)
    return row is not None and row.state == ambassadors.NUDGED


async def _direct_channel(service: Service, user_id: str) -> str | None:
    """Their direct message; empty: they can't be written to; None: Slack isn't there, the next tick tries again."""
    try:
        async with asyncio.timeout(_REACH_S):
            return await service.gateway.direct_channel(user_id)
    except SlackApiError as error:
        code = str(error.response.get("error", "")) if hasattr(error.response, "get") else ""
        logger.warning("somebody could not be written to: %s", code)
        return None if code in _PASSING else ""
    except FAILURES as error:
        logger.warning("a direct message could not be opened: %s", type(error).__name__)
        return None
