"""Conversations on their way to an ambassador: who is asked, who has it, what is due. The first change of a state wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.base import token
from bot.store.models import Outgoing
from bot.store.nudge_caps import week_places
from bot.store.program_models import Conversation, ConversationAsk, NudgeCap
from bot.store.queries import batches, insert_once

OPEN = ("asking", "taken")
"""The states in which somebody is looked for, or has it."""
ENDED = ("done", "given_back", "closed")
Why = Literal["nobody", "not_done"]
Answer = Literal["no", "silent", "missed"]
"""How an ask ended without a yes; `missed`: it never reached them."""


def about(id_: str) -> str:
    """What the outbox calls the managers' post."""
    return f"front:{id_}"


def ask_about(id_: str, user_id: str) -> str:
    """What it calls the question to an ambassador …"""
    return f"front-ask:{id_}:{user_id}"


def handed_about(id_: str, user_id: str) -> str:
    """… and the hand-over to the one who took it."""
    return f"front-handed:{id_}:{user_id}"


async def hand_in(session: AsyncSession, *, origin: str, **fields: Any) -> tuple[Conversation, bool]:
    """The conversation from `origin`, and whether it is new."""
    new = await insert_once(
        session, Conversation, id=token(), origin=origin, state="asking", asks=0, asks_before=0, **fields
    )
    return (await session.scalars(select(Conversation).where(Conversation.origin == origin))).one(), new


async def get(session: AsyncSession, team_id: str, id_: str) -> Conversation | None:
    row = await session.get(Conversation, id_, populate_existing=True)
    return row if row is not None and row.team_id == team_id else None


async def under_way(session: AsyncSession, team_id: str) -> Sequence[Conversation]:
    """What a round looks at: those that are open, and those whose managers' post shows something else than how things are."""
    outdated = Conversation.shown.is_distinct_from(_LOOK)
    query = select(Conversation).where(Conversation.team_id == team_id, Conversation.state.in_(OPEN) | outdated)
    return list(await session.scalars(query.order_by(Conversation.deadline, Conversation.id)))


def look_of(row: Conversation) -> str:
    """How the managers' post is drawn as things stand: what `shown` should be."""
    return ":".join((row.state, row.taken_by or "", row.why or ""))


_LOOK = Conversation.state + ":" + func.coalesce(Conversation.taken_by, "") + ":" + func.coalesce(Conversation.why, "")
"""`look_of` within a query."""


async def known(session: AsyncSession, team_id: str, *states: str) -> Sequence[Conversation]:
    """Those in these states, the nearest deadline first."""
    query = select(Conversation).where(Conversation.team_id == team_id, Conversation.state.in_(states))
    return list(await session.scalars(query.order_by(Conversation.deadline, Conversation.id)))


async def held_by(session: AsyncSession, team_id: str, user_id: str) -> Sequence[Conversation]:
    """Those that somebody is asked to take at this moment, or has."""
    theirs = or_(Conversation.asking == user_id, Conversation.taken_by == user_id)
    query = select(Conversation).where(Conversation.team_id == team_id, Conversation.state.in_(OPEN), theirs)
    return list(await session.scalars(query.order_by(Conversation.id)))


async def ask_of(session: AsyncSession, id_: str, user_id: str) -> ConversationAsk | None:
    """That somebody was asked, whenever."""
    return await session.get(ConversationAsk, (id_, user_id), populate_existing=True)


async def asked(session: AsyncSession, id_: str) -> set[str]:
    """All who were ever asked to take this one."""
    return set(await session.scalars(select(ConversationAsk.user_id).where(ConversationAsk.conversation_id == id_)))


async def last_asked(session: AsyncSession, team_id: str) -> dict[str, datetime]:
    """When each was last asked to take any."""
    query = select(ConversationAsk.user_id, func.max(ConversationAsk.asked_at))
    rows = await session.execute(query.where(ConversationAsk.team_id == team_id).group_by(ConversationAsk.user_id))
    return {row[0]: row[1] for row in rows}


async def places_used(session: AsyncSession, team_id: str, weeks: Mapping[str, str]) -> dict[str, int]:
    """How many places of their week people used; `weeks`: person → ISO week as in `NudgeCap.key`."""
    owner = {place: user for user, week in weeks.items() for place in week_places(user, week)}
    used = dict.fromkeys(weeks, 0)
    for some in batches(list(owner), 4_000):
        mine = [NudgeCap.team_id == team_id, NudgeCap.key.in_(some)]
        for key in await session.scalars(select(NudgeCap.key).where(*mine)):
            used[owner[key]] += 1
    return used


async def ask(session: AsyncSession, row: Conversation, user_id: str, now: datetime, until: datetime) -> bool:
    """Notes that somebody is asked. False: somebody else is, or the conversation isn't looking for anybody any more."""
    free = [Conversation.state == "asking", Conversation.asking.is_(None), Conversation.asks == row.asks]
    changed = await _change(session, row.id, free, now, asking=user_id, asks=row.asks + 1, next_at=None)
    if changed is None:
        return False
    return await insert_once(
        session,
        ConversationAsk,
        conversation_id=row.id,
        user_id=user_id,
        team_id=row.team_id,
        number=changed.asks,
        asked_at=now,
        until=until,
    )


async def wait(session: AsyncSession, id_: str, now: datetime, until: datetime) -> Conversation | None:
    """Nobody who fits is awake before `until`."""
    free = [Conversation.state == "asking", Conversation.asking.is_(None)]
    return await _change(session, id_, free, now, next_at=until)


async def take(session: AsyncSession, id_: str, user_id: str, now: datetime) -> Conversation | None:
    """Gives it to whoever is asked; None: it isn't theirs to take (any more)."""
    values = {"state": "taken", "asking": None, "taken_by": user_id, "taken_at": now, "reminded_at": None}
    return await _answer(session, id_, user_id, "yes", now, values)


async def end_ask(session: AsyncSession, id_: str, user_id: str, how: Answer, now: datetime) -> Conversation | None:
    """Whoever is asked won't take it; None: they aren't asked (any more)."""
    return await _answer(session, id_, user_id, how, now, {"asking": None, "next_at": None})


async def hand_back(session: AsyncSession, id_: str, user_id: str, now: datetime) -> Conversation | None:
    """Whoever has it gives it back, and somebody else is looked for; None: it isn't theirs."""
    values = {"state": "asking", "taken_by": None, "taken_at": None, "next_at": None}
    changed = await _change(session, id_, _has(user_id), now, **values)
    if changed is not None:
        await _note(session, id_, user_id, "back", now)
    return changed


async def finish(session: AsyncSession, id_: str, user_id: str, now: datetime) -> Conversation | None:
    """It is answered; None: it isn't theirs."""
    return await _change(session, id_, _has(user_id), now, state="done")


async def give_back(session: AsyncSession, row: Conversation, why: Why, now: datetime) -> Conversation | None:
    """To the managers, exactly as it stands in `row`; None: meanwhile it doesn't."""
    seen = [
        Conversation.state == row.state,
        Conversation.asking.is_not_distinct_from(row.asking),
        Conversation.taken_by.is_not_distinct_from(row.taken_by),
    ]
    asked_now = row.asking
    values = {"state": "given_back", "asking": None, "taken_by": None, "next_at": None, "why": why}
    changed = await _change(session, row.id, seen, now, **values)
    if changed is not None and asked_now is not None:
        await _note(session, row.id, asked_now, "silent", now)
    return changed


async def close(session: AsyncSession, id_: str, now: datetime) -> Conversation | None:
    """A manager closes it; None: it is done or closed. `asking` and `taken_by` still say who is to be told."""
    return await _change(session, id_, [Conversation.state.in_((*OPEN, "given_back"))], now, state="closed")


async def reopen(session: AsyncSession, id_: str, now: datetime) -> Conversation | None:
    """Somebody else is looked for; None: it wasn't given back."""
    values = {"state": "asking", "asks_before": Conversation.asks, "why": None, "next_at": None, "opened_at": now}
    return await _change(session, id_, [Conversation.state == "given_back"], now, **values)


async def note_reminder(session: AsyncSession, id_: str, user_id: str, now: datetime) -> Conversation | None:
    """Notes the one reminder of whoever has it; None: it was given, or isn't needed."""
    return await _change(session, id_, [*_has(user_id), Conversation.reminded_at.is_(None)], now, reminded_at=now)


async def outgoing(session: AsyncSession, work: str) -> Outgoing | None:
    """A post by what it says."""
    return (await session.scalars(select(Outgoing).where(Outgoing.work == work))).first()


async def purge(session: AsyncSession, team_id: str, old: datetime) -> None:
    """Removes what ended before then; a post of ours that still stands isn't looked after any more."""
    gone = [Conversation.team_id == team_id, Conversation.state.in_(ENDED), Conversation.changed_at < old]
    ids = list(await session.scalars(select(Conversation.id).where(*gone)))
    for some in batches(ids):
        posts = update(Outgoing).where(Outgoing.about.in_([about(id_) for id_ in some]))
        await session.execute(posts.values(about=None))
        await session.execute(delete(Conversation).where(Conversation.id.in_(some)))


async def forget(session: AsyncSession, team_id: str, user_id: str) -> None:
    """Nothing says any more that somebody was asked, or had one. What is open must be released before."""
    mine = [ConversationAsk.team_id == team_id, ConversationAsk.user_id == user_id]
    await session.execute(delete(ConversationAsk).where(*mine))
    theirs = update(Conversation).where(Conversation.team_id == team_id, Conversation.taken_by == user_id)
    await session.execute(theirs.values(taken_by=None))


def _has(user_id: str) -> list[Any]:
    return [Conversation.state == "taken", Conversation.taken_by == user_id]


async def _answer(
    session: AsyncSession, id_: str, user_id: str, answer: str, now: datetime, values: dict[str, Any]
) -> Conversation | None:
    asked_now = [Conversation.state == "asking", Conversation.asking == user_id]
    changed = await _change(session, id_, asked_now, now, **values)
    if changed is not None:
        await _note(session, id_, user_id, answer, now)
    return changed


async def _note(session: AsyncSession, id_: str, user_id: str, answer: str, now: datetime) -> None:
    mine = [ConversationAsk.conversation_id == id_, ConversationAsk.user_id == user_id]
    await session.execute(update(ConversationAsk).where(*mine).values(answer=answer, answered_at=now))


async def _change(
    session: AsyncSession, id_: str, where: list[Any], now: datetime, **values: Any
) -> Conversation | None:
    statement = (
        update(Conversation)
        .where(Conversation.id == id_, *where)
        .values(changed_at=now, **values)
        .returning(Conversation)
        .execution_options(synchronize_session=False)
    )
    changed = await session.scalars(statement, execution_options={"populate_existing": True})
    return changed.first()
