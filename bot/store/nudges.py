"""Nudges as they are kept: planned, taken up once, answered, withdrawn.

Whoever moves a nudge holds the workspace's row of `program_state`: so an opt-out comes wholly before a nudge is queued, or
finds it queued and withdraws it. The unique rows of `nudge_caps` hold whatever else goes wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.hours import local, week_of
from bot.program.models import NudgeState, Past, Planned, Reason, Response
from bot.store import nudge_caps, nudge_posts, outbox
from bot.store.models import Outgoing
from bot.store.program_models import AmbassadorRow, ConversationAsk, NudgeCap, NudgeRow
from bot.store.program_state import state, touch
from bot.store.queries import batches

Queued = Literal["queued", "wait", "no"]
"""What became of a nudge whose time has come: on its way, to be tried again in a minute, or not at all."""
_A_DAY = timedelta(hours=36)
_MOVABLE = ("at", "until", "channel_id", "time_zone", "angles")


async def get(session: AsyncSession, team_id: str, nudge_id: str) -> NudgeRow | None:
    return await session.get(NudgeRow, (team_id, nudge_id))


async def past(session: AsyncSession, team_id: str, since: datetime) -> list[Past]:
    """What the planner takes as given: nudges that were queued, posted or missed since then, and being asked otherwise.

    What was withdrawn, for a freeze or a pause, may be planned anew.
    """
    missed = (NudgeRow.state == NudgeState.SKIPPED) & (NudgeRow.reason == Reason.MISSED)
    query = select(NudgeRow).where(
        NudgeRow.team_id == team_id,
        NudgeRow.at >= since,
        or_(NudgeRow.state.in_((NudgeState.QUEUED, NudgeState.POSTED)), missed),
    )
    sent = [
        Past(
            campaign=row.campaign_id,
            user=row.user_id,
            date=date.fromisoformat(row.local_date),
            at=row.at,
            channel=row.channel_id,
            angles=tuple(row.angles),
            counts=row.state != NudgeState.SKIPPED,
        )
        for row in await session.scalars(query.order_by(NudgeRow.at, NudgeRow.number, NudgeRow.id))
    ]
    return sent + await _asked(session, team_id, since)


async def _asked(session: AsyncSession, team_id: str, since: datetime) -> list[Past]:
    """To be asked to take a conversation uses up a day and a place of the week, as a nudge does."""
    reached = or_(ConversationAsk.answer.is_(None), ConversationAsk.answer != "missed")
    theirs = (AmbassadorRow.team_id == ConversationAsk.team_id) & (AmbassadorRow.user_id == ConversationAsk.user_id)
    query = select(ConversationAsk, AmbassadorRow.time_zone).join(AmbassadorRow, theirs)
    rows = await session.execute(
        query.where(ConversationAsk.team_id == team_id, ConversationAsk.asked_at >= since, reached)
    )
    return [
        Past(
            campaign=f"ask:{ask.conversation_id}",
            user=ask.user_id,
            date=local(time_zone, ask.asked_at).date(),
            at=ask.asked_at,
            channel=None,
            angles=(),
            counts=True,
        )
        for ask, time_zone in rows
    ]


async def replace_planned(session: AsyncSession, team_id: str, planned: Iterable[Planned], now: datetime) -> None:
    """Puts a new plan in place of the old one; what isn't merely planned any more stays as it is."""
    await state(session, team_id, lock=True)
    fresh = {nudge.id: _fields(nudge) for nudge in planned if nudge.until > now}
    untouched, moved = set(), []
    for row in await session.scalars(_where(team_id, NudgeRow.state == NudgeState.PLANNED)):
        wanted = fresh.get(row.id)
        same = wanted is not None and all(getattr(row, name) == wanted[name] for name in _MOVABLE)
        if same:
            untouched.add(row.id)
        else:
            moved.append(row.id)
    for some in batches(moved):
        await session.execute(delete(NudgeRow).where(NudgeRow.team_id == team_id, NudgeRow.id.in_(some)))
    wanted_ids = [id_ for id_ in fresh if id_ not in untouched]
    for some in batches(wanted_ids):
        here = NudgeRow.id.in_(some)
        # Withdrawn before it was ever queued: nobody can have it, so it may be planned again.
        never_tried = (NudgeRow.queued_at.is_(None), NudgeRow.reason != Reason.MISSED)
        await session.execute(delete(NudgeRow).where(NudgeRow.team_id == team_id, here, *never_tried))
        known = set(await session.scalars(_ids(team_id, here)))
        new = [{"team_id": team_id, "id": id_, **fresh[id_]} for id_ in some if id_ not in known]
        if new:
            await session.execute(insert(NudgeRow), new)


async def due(session: AsyncSession, team_id: str, now: datetime) -> list[NudgeRow]:
    """Planned nudges whose time has come and hasn't gone by, oldest first."""
    query = _where(team_id, NudgeRow.state == NudgeState.PLANNED, NudgeRow.at <= now, NudgeRow.until > now)
    return list(await session.scalars(query.order_by(NudgeRow.at, NudgeRow.id)))


async def earliest(session: AsyncSession, team_id: str, now: datetime) -> datetime:
    """From when on to plan: now, or the time of a nudge that is due and still waits for its minute."""
    query = select(func.min(NudgeRow.at)).where(
        NudgeRow.team_id == team_id, NudgeRow.state == NudgeState.PLANNED, NudgeRow.until > now
    )
    first = (await session.scalars(query)).one()
    return min(now, first) if first is not None else now


async def miss(session: AsyncSession, team_id: str, now: datetime) -> None:
    """Planned nudges whose time went by while nothing ran: they aren't caught up, and the rest is planned anew."""
    late = update(NudgeRow).where(
        NudgeRow.team_id == team_id, NudgeRow.state == NudgeState.PLANNED, NudgeRow.until <= now
    )
    missed = await session.execute(late.values(state=NudgeState.SKIPPED, reason=Reason.MISSED).returning(NudgeRow.id))
    if missed.first() is not None:
        await touch(session, team_id)


async def queue(session: AsyncSession, row: NudgeRow, now: datetime, *, budget: int) -> Queued:
    """Takes a due nudge up, once, with the places that it needs: of its campaign, of the person's week, of the channel's minute.

    The caller has the workspace's state locked, and puts its message in the outbox in the same transaction.
    `row.channel_id` is where it really goes.
    """
    mine = (NudgeRow.team_id == row.team_id, NudgeRow.id == row.id, NudgeRow.state == NudgeState.PLANNED)
    taken = update(NudgeRow).where(*mine, NudgeRow.at == row.at)
    moved = await session.execute(
        taken.values(state=NudgeState.QUEUED, queued_at=now, channel_id=row.channel_id).returning(NudgeRow.id)
    )
    if moved.first() is None:
        return "no"
    if row.channel_id is not None and not await nudge_caps.take_minute(
        session, row.team_id, row.channel_id, now, row.id
    ):
        await session.execute(_of(row).values(state=NudgeState.PLANNED, queued_at=None))
        return "wait"
    if not await nudge_caps.take(session, row.team_id, f"once:{row.campaign_id}:{row.user_id}", row.id):
        await skip(session, row, Reason.HAD_IT)
        return "no"
    week = week_of(date.fromisoformat(row.local_date))
    if not await nudge_caps.take_week(session, row.team_id, row.user_id, week, budget, row.id):
        await skip(session, row, Reason.BUDGET)
        return "no"
    last = select(func.coalesce(func.max(NudgeRow.number), 0)).where(
        NudgeRow.team_id == row.team_id, NudgeRow.campaign_id == row.campaign_id
    )
    row.number = (await session.scalars(last)).one() + 1
    await session.execute(_of(row).values(number=row.number))
    return "queued"


async def held(session: AsyncSession, row: Outgoing) -> NudgeRow | None:
    """The nudge that a row of the outbox brings, held until this transaction ends; None: it brings none.

    Before the outbox's row is changed: `withdraw` takes both in this order, too.
    """
    kind, _, id_ = (row.about or "").partition(":")
    if kind != "nudge":
        return None
    query = _where(row.team_id, NudgeRow.id == id_).with_for_update()
    return (await session.scalars(query)).first()


async def stands(session: AsyncSession, row: NudgeRow, now: datetime) -> None:
    """Its message stands in Slack."""
    posted = _of(row).where(NudgeRow.state == NudgeState.QUEUED)
    await session.execute(posted.values(state=NudgeState.POSTED, posted_at=now))


async def skip(session: AsyncSession, row: NudgeRow, reason: Reason) -> None:
    """Nobody gets it, unless they have it already; its places are free again."""
    unseen = _of(row).where(NudgeRow.state.in_((NudgeState.PLANNED, NudgeState.QUEUED)))
    gone = await session.execute(unseen.values(state=NudgeState.SKIPPED, reason=reason).returning(NudgeRow.id))
    if gone.first() is not None:
        await session.execute(delete(NudgeCap).where(NudgeCap.team_id == row.team_id, NudgeCap.nudge_id == row.id))


async def withdraw(
    session: AsyncSession,
    team_id: str,
    now: datetime,
    reason: Reason,
    *,
    user_id: str | None = None,
    campaign_id: str | None = None,
) -> list[str]:
    """Nothing that isn't posted goes out any more, of one person, of one campaign, or of all: nudges and what follows them.

    Belongs in the transaction of what it is done for. Gives ids of the outbox to `deliver_soon` afterwards: of what Slack
    may have taken already, so that it is removed.
    """
    await state(session, team_id, lock=True)
    whose: list[ColumnElement[bool]] = [NudgeRow.team_id == team_id]
    whose += [NudgeRow.user_id == user_id] if user_id is not None else []
    whose += [NudgeRow.campaign_id == campaign_id] if campaign_id is not None else []
    skipped = {"state": NudgeState.SKIPPED, "reason": reason}
    await session.execute(update(NudgeRow).where(*whose, NudgeRow.state == NudgeState.PLANNED).values(skipped))
    queued = update(NudgeRow).where(*whose, NudgeRow.state == NudgeState.QUEUED).values(skipped)
    ids = list(await session.scalars(queued.returning(NudgeRow.id)))
    for some in batches(ids):
        await session.execute(delete(NudgeCap).where(NudgeCap.team_id == team_id, NudgeCap.nudge_id.in_(some)))
    begun = reason != Reason.BUDGET  # whoever wants fewer still wants the draft that they just began
    return await nudge_posts.withdraw(session, team_id, now, user_id=user_id, campaign_id=campaign_id, begun=begun)


async def to_remind(session: AsyncSession, team_id: str, now: datetime) -> list[NudgeRow]:
    """Nudges whose "later today" has come."""
    recent = (NudgeRow.state == NudgeState.POSTED, NudgeRow.at > now - _A_DAY)
    return list(await session.scalars(_where(team_id, *recent, NudgeRow.response == "later", NudgeRow.later_at <= now)))


async def take_reminder(session: AsyncSession, row: NudgeRow) -> bool:
    """Takes a reminder up, once; False: somebody else has, or it was answered meanwhile."""
    mine = _of(row).where(NudgeRow.response == "later", NudgeRow.later_at == row.later_at)
    return (await session.execute(mine.values(later_at=None).returning(NudgeRow.id))).first() is not None


async def newest(session: AsyncSession, team_id: str, campaign_id: str, user_id: str) -> NudgeRow | None:
    """Somebody's nudge for a campaign that was posted; the last one, should there be several."""
    mine = (NudgeRow.campaign_id == campaign_id, NudgeRow.user_id == user_id, NudgeRow.state == NudgeState.POSTED)
    return (await session.scalars(_where(team_id, *mine).order_by(NudgeRow.at.desc()).limit(1))).first()


async def respond(
    session: AsyncSession, row: NudgeRow, response: Response, now: datetime, *, later_at: datetime | None = None
) -> bool:
    """What somebody did with a nudge. "Posted" stays, whatever is pressed later. Whether it is news."""
    news = _of(row).where(or_(NudgeRow.response.is_(None), NudgeRow.response.not_in(("posted", response))))
    changed = await session.execute(
        news.values(response=response, responded_at=now, later_at=later_at).returning(NudgeRow.id)
    )
    if response != "later":  # its reminder may be on its way
        await outbox.withdraw(session, now, team_id=row.team_id, about=f"later:{row.id}")
    return changed.first() is not None


def _fields(nudge: Planned) -> dict[str, Any]:
    return {
        "campaign_id": nudge.campaign,
        "user_id": nudge.user,
        "local_date": nudge.date.isoformat(),
        "at": nudge.at,
        "until": nudge.until,
        "channel_id": nudge.channel,
        "time_zone": nudge.time_zone,
        "angles": list(nudge.angles),
        "number": 0,
        "state": NudgeState.PLANNED,
    }


def _where(team_id: str, *more: ColumnElement[bool]) -> Any:
    """Rows as the database has them now, whatever the session saw before."""
    return select(NudgeRow).where(NudgeRow.team_id == team_id, *more).execution_options(populate_existing=True)


def _ids(team_id: str, *more: ColumnElement[bool]) -> Any:
    return select(NudgeRow.id).where(NudgeRow.team_id == team_id, *more)


def _of(row: NudgeRow) -> Any:
    return update(NudgeRow).where(NudgeRow.team_id == row.team_id, NudgeRow.id == row.id)
