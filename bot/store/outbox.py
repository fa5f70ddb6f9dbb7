"""The outbox: what must stand in Slack exactly once, written in the same transaction as what it tells of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.base import token
from bot.store.models import Outgoing
from bot.store.queries import insert_once


async def put(session: AsyncSession, work: str, now: datetime, **fields: Any) -> str:
    """Puts a post in, once for each `work`. Gives its id."""
    await insert_once(
        session, Outgoing, id=token(), work=work, attempts=0, created_at=now, **{"kind": "post", **fields}
    )
    return (await session.scalars(select(Outgoing.id).where(Outgoing.work == work))).one()


async def claim(session: AsyncSession, id_: str, attempts: int, now: datetime) -> bool:
    """Notes an attempt before it is made; False when somebody else was faster, or it was withdrawn."""
    mine = (Outgoing.id == id_, Outgoing.attempts == attempts)
    statement = update(Outgoing).where(*mine, Outgoing.settled_at.is_(None), Outgoing.withdrawn_at.is_(None))
    result = await session.execute(statement.values(attempts=attempts + 1, attempted_at=now).returning(Outgoing.id))
    return result.first() is not None


async def settle(session: AsyncSession, id_: str, now: datetime, posted_ts: str | None) -> None:
    """It stands (or is given up): its words go."""
    await session.execute(
        update(Outgoing).where(Outgoing.id == id_).values(settled_at=now, posted_ts=posted_ts, payload=None)
    )


async def withdraw(session: AsyncSession, now: datetime, *more: ColumnElement[bool], **where: Any) -> None:
    """What isn't posted yet won't be; what Slack may have taken already is removed once it is known to stand."""
    pending = [Outgoing.settled_at.is_(None), Outgoing.kind == "post", *more]
    pending += [getattr(Outgoing, name) == value for name, value in where.items()]
    untried = update(Outgoing).where(*pending, Outgoing.attempts == 0)
    await session.execute(untried.values(settled_at=now, payload=None))
    await session.execute(update(Outgoing).where(*pending).values(withdrawn_at=now))


async def withdraw_reviews(session: AsyncSession, draft_id: str, now: datetime) -> None:
    """Reviews of an older edition that aren't posted yet won't be."""
    await withdraw(session, now, Outgoing.about.startswith("review:"), draft_id=draft_id)


async def posted(session: AsyncSession, **where: Any) -> list[Outgoing]:
    """Posts that stand in Slack."""
    query = select(Outgoing).where(Outgoing.kind == "post", Outgoing.posted_ts.is_not(None))
    for name, value in where.items():
        query = query.where(getattr(Outgoing, name) == value)
    return list(await session.scalars(query.order_by(Outgoing.created_at)))


async def at(session: AsyncSession, team_id: str, channel_id: str, ts: str) -> Outgoing | None:
    """The post of ours that stands there."""
    where = (Outgoing.team_id == team_id, Outgoing.channel_id == channel_id, Outgoing.posted_ts == ts)
    return (await session.scalars(select(Outgoing).where(*where, Outgoing.kind == "post").limit(1))).first()


async def waiting(session: AsyncSession, **where: Any) -> list[str]:
    """Ids of what isn't settled, oldest first."""
    query = select(Outgoing.id).where(Outgoing.settled_at.is_(None))
    for name, value in where.items():
        query = query.where(getattr(Outgoing, name) == value)
    return list(await session.scalars(query.order_by(Outgoing.created_at, Outgoing.id)))


async def forgotten(session: AsyncSession, now: datetime, age: timedelta) -> list[str]:
    """Ids of what nobody has tried for a while: a crash left it between its transaction and its delivery."""
    query = select(Outgoing.id).where(
        Outgoing.settled_at.is_(None),
        Outgoing.created_at < now - age,
        Outgoing.attempted_at.is_(None) | (Outgoing.attempted_at < now - age),
    )
    return list(await session.scalars(query))


async def left_in_time(session: AsyncSession, before: datetime) -> list[str]:
    """Ids of what is good for a time only, or begins a campaign's thread, and was neither put in nor tried since then."""
    query = select(Outgoing.id).where(
        Outgoing.settled_at.is_(None),
        Outgoing.good_until.is_not(None) | Outgoing.about.startswith("campaign:"),
        Outgoing.created_at < before,
        Outgoing.attempted_at.is_(None) | (Outgoing.attempted_at < before),
    )
    return list(await session.scalars(query.order_by(Outgoing.created_at, Outgoing.id)))


async def supersede(session: AsyncSession, channel_id: str, target_ts: str, now: datetime) -> None:
    """A newer look of a post is about to be put in: older ones that wait aren't brought to Slack any more."""
    statement = update(Outgoing).where(
        Outgoing.channel_id == channel_id,
        Outgoing.target_ts == target_ts,
        Outgoing.kind == "update",
        Outgoing.settled_at.is_(None),
    )
    await session.execute(statement.values(settled_at=now, payload=None))


async def redraw(
    session: AsyncSession,
    work: str,
    now: datetime,
    *,
    team_id: str,
    channel_id: str,
    ts: str,
    payload: dict[str, Any],
    user_id: str | None = None,
) -> str:
    """Puts in the newest look of a post by where it stands, which a button may tell before we know that it does."""
    await supersede(session, channel_id, ts, now)
    where = {"team_id": team_id, "user_id": user_id, "channel_id": channel_id, "target_ts": ts}
    return await put(session, work, now, kind="update", payload=payload, **where)


async def change_later(session: AsyncSession, original: Outgoing, now: datetime, payload: dict[str, Any] | None) -> str:
    """Puts in a change of a post that stands (or its removal, with None)."""
    kind = "update" if payload is not None else "delete"
    return await put(
        session,
        f"{kind}:{original.id}:{token()[:8]}" if kind == "update" else f"delete:{original.id}",
        now,
        kind=kind,
        team_id=original.team_id,
        user_id=original.user_id,
        channel_id=original.channel_id,
        thread_ts=original.thread_ts,
        target_ts=original.posted_ts,
        draft_id=original.draft_id,
        message_key=original.message_key,
        payload=payload,
    )
