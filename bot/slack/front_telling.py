"""What is told around a conversation, and to whom: the managers' post, the question to an ambassador, the hand-over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from bot.manual.models import Citation
from bot.program.choosing import back_at, good_until
from bot.program.hours import is_quiet
from bot.program.models import Ambassador
from bot.slack.blocks import sentence_post
from bot.slack.front_blocks import (
    Facts,
    State,
    ask_post,
    begin_post,
    came_back_post,
    handed_post,
    line_post,
    managers_post,
    reminder_post,
)
from bot.slack.keys import Key
from bot.slack.policy_blocks import language_name
from bot.slack.post import Post
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import ambassadors, conversations, outbox
from bot.store.base import token
from bot.store.models import Outgoing
from bot.store.program_models import Conversation

_FRESH = timedelta(hours=12)
"""So long it is worth telling."""


def facts_of(service: Service, row: Conversation, words: Words) -> Facts:
    """What it is, for a reader."""
    return Facts(
        id=row.id,
        kind=row.kind,
        link=row.link,
        quote=row.quote,
        topic=service.program.topic(row.topic, words.language),
        language=language_name(row.language, words),
        network=words.network(row.network) if row.network else None,
        deadline=row.deadline,
    )


def ask_work(id_: str, user_id: str) -> str:
    """What the question to an ambassador is called in the outbox; their place of the week belongs to it."""
    return f"ask:{id_}:{user_id}"


def reminder_work(id_: str, user_id: str) -> str:
    """What the reminder of whoever has it is called."""
    return f"front-reminder:{id_}:{user_id}"


# To the managers


async def send_managers(service: Service, session: AsyncSession, row: Conversation, direct_channel: str) -> str:
    """The managers' post; without a channel of theirs it goes to the direct message of whoever handed it in."""
    row.shown = conversations.look_of(row)
    about = conversations.about(row.id)
    channel = service.settings.escalation_channel
    user_id = None if channel else row.posted_by
    place = channel or direct_channel
    return await service.put(session, about, _look(service, row), user_id=user_id, channel_id=place, about=about)


async def redraw(
    service: Service, session: AsyncSession, row: Conversation, seen: tuple[str, str] = ("", "")
) -> list[str]:
    """Brings the managers' post up to date, where that isn't how it looks.

    `seen`: channel and time stamp where a button of it was just pressed. While nobody knows where it stands, a later tick
    draws it.
    """
    if row.shown == conversations.look_of(row):
        return []
    channel, ts = await _standing(session, row) or seen
    if not channel or not ts:
        return []
    row.shown = conversations.look_of(row)
    now = service.clock.now()
    work, look = f"update:{row.id}:{token()[:8]}", _look(service, row).payload
    return [await outbox.redraw(session, work, now, team_id=row.team_id, channel_id=channel, ts=ts, payload=look)]


async def tell_managers_back(service: Service, session: AsyncSession, row: Conversation) -> list[str]:
    """That it was given back: below their post, which says the same from now on."""
    alone = service.settings.escalation_channel is None
    words = service.words(None)
    post = came_back_post(words, not_done=row.why == "not_done", posted_by=None if alone else row.posted_by)
    work = f"front-back:{row.id}:{int(row.opened_at.timestamp())}"
    ids = await redraw(service, session, row)
    first = await conversations.outgoing(session, conversations.about(row.id))
    channel, ts = await _standing(session, row) or (first.channel_id if first else "", "")
    if not channel:
        return ids
    user_id = row.posted_by if alone else None
    return [*ids, await service.put(session, work, post, user_id=user_id, channel_id=channel, thread_ts=ts or None)]


# To an ambassador


async def put_ask(
    service: Service,
    session: AsyncSession,
    row: Conversation,
    person: Ambassador,
    channel_id: str,
    words: Words,
    *,
    until: datetime,
    good_until: datetime,
) -> str:
    """The question whether they take it; it isn't posted after `good_until`."""
    post = ask_post(
        facts_of(service, row, words),
        words,
        chose_topic=row.topic in person.topics,
        until=until,
        zone=person.time_zone,
    )
    return await service.put(
        session,
        ask_work(row.id, person.user),
        post,
        user_id=person.user,
        channel_id=channel_id,
        about=conversations.ask_about(row.id, person.user),
        good_until=good_until,
    )


async def end_ask(
    service: Service, session: AsyncSession, id_: str, user_id: str, sentence: Key, words: Words
) -> list[str]:
    """The question needs no answer any more: what stands becomes a line, what waits isn't posted."""
    return await _end(service, session, conversations.ask_about(id_, user_id), words.say(sentence))


async def end_handed(
    service: Service, session: AsyncSession, id_: str, user_id: str, sentence: Key, words: Words
) -> list[str]:
    """The same of the hand-over, and of its reminder."""
    return await _end(service, session, conversations.handed_about(id_, user_id), words.say(sentence))


async def hand_over(
    service: Service,
    session: AsyncSession,
    row: Conversation,
    user_id: str,
    passages: Sequence[Citation],
    words: Words,
    *,
    zone: str,
    frozen: bool,
) -> list[str]:
    """All that whoever took it needs."""
    back = back_at(row.opened_at, row.deadline, service.program.front)
    facts = facts_of(service, row, words)
    post = handed_post(facts, words, passages=passages, back_at=back, zone=zone, frozen=frozen)
    about = conversations.handed_about(row.id, user_id)
    return await tell(service, session, row.id, user_id, about, post, about)


async def remind(
    service: Service, session: AsyncSession, row: Conversation, person: Ambassador, words: Words, good_until: datetime
) -> list[str]:
    """The one reminder of whoever has it."""
    back = back_at(row.opened_at, row.deadline, service.program.front)
    post = reminder_post(facts_of(service, row, words), words, back_at=back, zone=person.time_zone)
    about = conversations.handed_about(row.id, person.user)
    work = reminder_work(row.id, person.user)
    return await tell(service, session, row.id, person.user, work, post, about, good_until)


async def begin(service: Service, session: AsyncSession, row: Conversation, user_id: str, words: Words) -> list[str]:
    """Where a draft of the answer can be sent."""
    post = begin_post(facts_of(service, row, words), words)
    return await tell(
        service, session, row.id, user_id, f"begin-front:{row.id}:{user_id}", post, f"begin-front:{row.id}"
    )


async def tell(
    service: Service,
    session: AsyncSession,
    id_: str,
    user_id: str,
    work: str,
    post: Post,
    about: str | None = None,
    good_until: datetime | None = None,
) -> list[str]:
    """A direct message to somebody who was asked, once for each `work`."""
    asked = await conversations.outgoing(session, ask_work(id_, user_id))
    if asked is None:  # forgotten meanwhile
        return []
    fields = {"user_id": user_id, "channel_id": asked.channel_id, "about": about, "good_until": good_until}
    return [await service.put(session, work, post, **fields)]


async def tell_awake(
    service: Service, session: AsyncSession, row: Conversation, user_id: str, sentence: str
) -> list[str]:
    """That it isn't theirs any more, in a message. Nobody is woken for it: what stands there says so, too."""
    person = await ambassadors.known(session, service.team_id, user_id)
    now = service.clock.now()
    if person is None or is_quiet(ambassadors.as_ambassador(person), now):
        return []
    until = good_until(ambassadors.as_ambassador(person), now, now + _FRESH)
    work = f"front-over:{row.id}:{user_id}"
    return await tell(service, session, row.id, user_id, work, sentence_post(sentence), good_until=until)


async def _end(service: Service, session: AsyncSession, about: str, sentence: str) -> list[str]:
    now = service.clock.now()
    await outbox.withdraw(session, now, team_id=service.team_id, about=about)
    ids = await outbox.waiting(session, team_id=service.team_id, about=about)
    for post in await outbox.posted(session, team_id=service.team_id, about=about):
        post.about = None
        ids.append(await outbox.change_later(session, post, now, line_post(sentence).payload))
    return ids


async def _standing(session: AsyncSession, row: Conversation) -> tuple[str, str] | None:
    """Channel and time stamp of the managers' post, when it stands."""
    posts: list[Outgoing] = await outbox.posted(session, about=conversations.about(row.id))
    return (posts[0].channel_id, posts[0].posted_ts or "") if posts else None


def _look(service: Service, row: Conversation) -> Post:
    """The managers' post as things stand now."""
    words = service.words(None)
    return managers_post(
        facts_of(service, row, words),
        words,
        state=cast(State, row.state),
        posted_by=row.posted_by if service.settings.escalation_channel else None,
        taken_by=row.taken_by,
        not_done=row.why == "not_done",
    )
