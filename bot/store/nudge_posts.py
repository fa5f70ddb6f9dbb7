"""Posts of nudges that are on their way to Slack, told by what they are about: `{kind}:{campaign}:{person}:{date}`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import outbox
from bot.store.models import Outgoing
from bot.store.queries import batches

_ROOT = "campaign"
"""The first post of a campaign's thread is about `campaign:{id}`: it is nobody's."""


async def withdraw(
    session: AsyncSession, team_id: str, now: datetime, *, user_id: str | None, campaign_id: str | None, begun: bool
) -> list[str]:
    """Takes back nudges and reminders, the beginnings of threads with all of a campaign, and drafts `begun` with them.

    Of one person, of one campaign, or of all. Gives ids of the outbox: what Slack may have taken already, and is removed.
    """
    kinds = ["nudge", "later", *(["begin"] if begun else []), *([_ROOT] if user_id is None else [])]
    query = select(Outgoing.id, Outgoing.about).where(
        Outgoing.team_id == team_id,
        Outgoing.kind == "post",
        Outgoing.settled_at.is_(None),
        Outgoing.withdrawn_at.is_(None),
        or_(*(Outgoing.about.startswith(f"{kind}:") for kind in kinds)),
    )
    waiting = [row[0] for row in await session.execute(query) if _is_theirs(row[1] or "", user_id, campaign_id)]
    left: list[str] = []
    for some in batches(waiting):
        await outbox.withdraw(session, now, Outgoing.id.in_(some))
        still = select(Outgoing.id).where(Outgoing.id.in_(some), Outgoing.settled_at.is_(None))
        left += await session.scalars(still)
    return left


def _is_theirs(about: str, user_id: str | None, campaign_id: str | None) -> bool:
    kind, campaign, *rest = about.split(":")
    person = None if kind == _ROOT else rest[0] if rest else ""
    return campaign_id in (None, campaign) and user_id in (None, person)
