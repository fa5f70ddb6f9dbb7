"""What goes of the ambassadors' program: by age, or when somebody asks to be forgotten. And all that it keeps of them.

What community managers plan (campaigns, conversations they handed in) is the company's and stays, in nobody's name.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import conversations
from bot.store.program_models import (
    AmbassadorRow,
    CampaignForm,
    CampaignRow,
    Conversation,
    ConversationAsk,
    Fingerprint,
    NudgeCap,
    NudgeRow,
    ProgramState,
)
from bot.store.program_state import UNKNOWN, touch
from bot.store.queries import batches, exported, owned

NUDGES = timedelta(days=365)
"""How long it is known which nudges somebody got; longer, while their campaign runs."""
_WEEKS = timedelta(days=60)
_FORMS = timedelta(days=1)
_AT_ONCE = 500
"""Of one round; the next one comes in a few minutes."""


async def by_age(session: AsyncSession, now: datetime, old: datetime) -> None:
    """Removes nudges of more than a year ago, and conversations that ended before `old`. Fingerprints go with their drafts."""
    running = exists().where(
        CampaignRow.team_id == NudgeRow.team_id, CampaignRow.id == NudgeRow.campaign_id, CampaignRow.ends > now
    )
    aged = select(NudgeRow).where(NudgeRow.at < now - NUDGES, ~running).limit(_AT_ONCE)
    by_team: dict[str, list[str]] = {}
    for nudge in await session.scalars(aged):
        by_team.setdefault(nudge.team_id, []).append(nudge.id)
    for team_id, ids in by_team.items():
        for some in batches(ids):
            await session.execute(_caps(team_id, NudgeCap.nudge_id.in_(some)))
            await session.execute(delete(NudgeRow).where(NudgeRow.team_id == team_id, NudgeRow.id.in_(some)))
    for team_id in await session.scalars(select(ProgramState.team_id)):
        await conversations.purge(session, team_id, old)
        await _purge_weeks(session, team_id, now)
    await session.execute(delete(CampaignForm).where(CampaignForm.created_at < now - _FORMS))


async def _purge_weeks(session: AsyncSession, team_id: str, now: datetime) -> None:
    """Places that conversations took in weeks long past; those of nudges go with them."""
    asks = (NudgeCap.team_id == team_id, NudgeCap.nudge_id.startswith("ask:"), NudgeCap.key.startswith("week:"))
    keys = await session.scalars(select(NudgeCap.key).where(*asks))
    gone = [key for key in keys if _week(key) < (now - _WEEKS).date()][:_AT_ONCE]
    if gone:
        await session.execute(_caps(team_id, NudgeCap.key.in_(gone)))


def _week(key: str) -> date:
    """The Monday of the week that a place is in: `week:{person}:{2026-W48}:{n}`."""
    return datetime.strptime(f"{key.rsplit(':', 2)[1]}-1", "%G-W%V-%u").date()


async def forget(session: AsyncSession, team_id: str, user_id: str, now: datetime) -> None:
    """Removes all that the program keeps of somebody. No plan made before reaches them.

    Messages of ours to them are for the caller to remove.
    """
    # First: whoever plans holds it, as everybody does before anything else.
    await session.execute(
        update(ProgramState).where(*_by(ProgramState.frozen_by, team_id, user_id)).values(frozen_by="")
    )
    known = select(AmbassadorRow.user_id).where(_is_them(team_id, user_id))
    if (await session.scalars(known)).first() is not None:
        await touch(session, team_id)  # and what they planned is seen below
    nudges = list(await session.scalars(select(NudgeRow.id).where(*owned(NudgeRow, team_id, user_id))))
    for some in batches(nudges):
        await session.execute(_caps(team_id, NudgeCap.nudge_id.in_(some)))
    await session.execute(_caps(team_id, _weeks(user_id)))
    await session.execute(delete(NudgeRow).where(*owned(NudgeRow, team_id, user_id)))
    await session.execute(delete(Fingerprint).where(*owned(Fingerprint, team_id, user_id)))
    await _release(session, team_id, user_id, now)
    await _unname(session, team_id, user_id)
    await session.execute(delete(AmbassadorRow).where(_is_them(team_id, user_id)))


async def _release(session: AsyncSession, team_id: str, user_id: str, now: datetime) -> None:
    """Somebody else is asked, at the next tick, to take what they had or were asked to; then their name goes."""
    here = update(Conversation).where(Conversation.team_id == team_id)
    had = here.where(Conversation.state == "taken", Conversation.taken_by == user_id)
    free = {"next_at": None, "changed_at": now}
    await session.execute(had.values(state="asking", taken_by=None, taken_at=None, **free))
    asked = here.where(Conversation.state == "asking", Conversation.asking == user_id)
    await session.execute(asked.values(asking=None, **free))
    # The managers' post may show their name: it is drawn anew.
    named = Conversation.shown.contains(user_id, autoescape=True)
    await session.execute(here.where(named).values(shown=None))
    await session.execute(here.where(Conversation.asking == user_id).values(asking=None))
    await conversations.forget(session, team_id, user_id)


async def _unname(session: AsyncSession, team_id: str, user_id: str) -> None:
    """What they planned or handed in as a community manager stays, and doesn't say that it was them."""
    mine = (CampaignForm.team_id == team_id, CampaignForm.handed_in_by == user_id)
    await session.execute(delete(CampaignForm).where(*mine))
    planned = update(CampaignRow).where(*_by(CampaignRow.created_by, team_id, user_id))
    await session.execute(planned.values(created_by=""))
    handed_in = update(Conversation).where(*_by(Conversation.posted_by, team_id, user_id))
    await session.execute(handed_in.values(posted_by="", shown=None))  # the managers' post is drawn without their name


def _by(column: Any, team_id: str, user_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column.class_.team_id == team_id, column == user_id


async def export(session: AsyncSession, team_id: str, user_id: str) -> dict[str, Any]:
    """All that the program keeps of somebody, by name."""
    nudges = select(NudgeRow.id).where(*owned(NudgeRow, team_id, user_id))
    places = and_(NudgeCap.team_id == team_id, or_(NudgeCap.nudge_id.in_(nudges), _weeks(user_id)))
    theirs = or_(Conversation.taken_by == user_id, Conversation.asking == user_id)
    queries = {
        "ambassador": select(AmbassadorRow).where(_is_them(team_id, user_id)),
        "nudges": select(NudgeRow).where(*owned(NudgeRow, team_id, user_id)).order_by(NudgeRow.at),
        "nudge_places": select(NudgeCap).where(places).order_by(NudgeCap.key),
        "fingerprints": select(Fingerprint)
        .where(*owned(Fingerprint, team_id, user_id))
        .order_by(Fingerprint.created_at),
        "conversations_taken": select(Conversation)
        .where(Conversation.team_id == team_id, theirs)
        .order_by(Conversation.created_at),
        "conversations_asked": select(ConversationAsk)
        .where(*owned(ConversationAsk, team_id, user_id))
        .order_by(ConversationAsk.asked_at),
        "conversations_handed_in": select(Conversation)
        .where(*_by(Conversation.posted_by, team_id, user_id))
        .order_by(Conversation.created_at),
        "campaign_forms": select(CampaignForm).where(*_by(CampaignForm.handed_in_by, team_id, user_id)),
        "freeze": select(ProgramState).where(*_by(ProgramState.frozen_by, team_id, user_id)),
    }
    kept = {name: await exported(session, query) for name, query in queries.items()}
    rows = await session.scalars(select(CampaignRow).where(CampaignRow.team_id == team_id).order_by(CampaignRow.id))
    campaigns = [(row, (row.body.get("audience") or {}).get("people") or ()) for row in rows]
    return kept | {
        "campaigns_planned": [row.id for row, _ in campaigns if row.created_by == user_id],
        "campaigns_for_them_by_name": [row.id for row, people in campaigns if user_id in people],
    }


def _is_them(team_id: str, user_id: str) -> ColumnElement[bool]:
    """Also while the workspace they were imported for isn't known yet."""
    return and_(AmbassadorRow.team_id.in_((team_id, UNKNOWN)), AmbassadorRow.user_id == user_id)


def _weeks(user_id: str) -> ColumnElement[bool]:
    """The places of somebody's weeks."""
    return NudgeCap.key.startswith(f"week:{user_id}:", autoescape=True)


def _caps(team_id: str, where: ColumnElement[bool]) -> Any:
    return delete(NudgeCap).where(NudgeCap.team_id == team_id, where)
