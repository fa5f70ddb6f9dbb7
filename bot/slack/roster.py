"""The roster: somebody says yes, changes what they chose, pauses, leaves, or is gone from Slack. Each at once, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.choices import Choices, Offered
from bot.program.models import Reason
from bot.slack.aside import aside
from bot.slack.blocks import sentence_post
from bot.slack.fronting import front, release
from bot.slack.keys import Key
from bot.slack.member import Member
from bot.slack.roster_blocks import about
from bot.slack.service import Service
from bot.store import ambassadors, nudges, outbox, program_state, signs
from bot.store.program_models import AmbassadorRow

_ASKED = ("to_confirm", "invited")
"""Whose question is open: what brought it about is how they came."""
_OVER = ("left", "never", "gone")


@dataclass(frozen=True)
class Done:
    """What became of it: a sentence for the person, and whether anything is another now."""

    says: Key
    changed: bool = True


def offered(service: Service) -> Offered:
    """What there is to choose from in this deployment."""
    policy = service.coach.policy
    return Offered(service.program, policy.networks, service.all_words.languages, policy.company.jurisdictions)


async def join(service: Service, user_id: str, choices: Choices | None = None, *, changes: bool = False) -> Done:
    """Makes somebody an ambassador with what they chose, or changes what one chose; who pauses goes on pausing.

    Without `choices` it is the yes to what was imported: it counts only while that question is open. `changes`: they only
    changed what they had chosen, which makes nobody an ambassador who left meanwhile.
    """
    zone, words = (await service.gateway.member(user_id)).zone, await service.words_for(user_id)
    now = service.clock.now()
    async with service.database.begin() as session:
        row = await _locked(service, session, user_id)
        was = row.state if row is not None else "none"
        if choices is None and was != "to_confirm":
            return Done("invite_answered", changed=False)
        if changes and was not in ambassadors.JOINED:
            return Done("ambassador_not_one", changed=False)
        if zone is None and was not in ambassadors.JOINED:
            return Done("ambassador_no_zone", changed=False)
        row = row or await _made(service, session, user_id)
        fields: dict[str, Any] = choices.columns() if choices is not None else {}
        fields |= {"time_zone": zone} if zone is not None else {}
        if was == "invited":
            await signs.call_off(session, row, now)  # they were quicker than the invitation
        if was not in ambassadors.JOINED:
            origin = row.origin if was in _ASKED else "self"
            fields |= {"state": "active", "since": now, "answered_at": now, "origin": origin}
        ids = await _withdraw(service, session, user_id, Reason.BUDGET) if fields.get("weekly_budget") == 0 else []
        await ambassadors.change(session, row, now, **fields)
        ids += await _answer(service, session, row, words.say("ambassador_joined")) if was == "to_confirm" else []
    await service.deliver_soon(ids)
    return Done("ambassador_changed" if was in ambassadors.JOINED else "ambassador_joined")


async def pause(service: Service, user_id: str) -> Done:
    """Nothing goes out to them from now on, not even what is queued."""
    async with service.database.begin() as session:
        row = await _locked(service, session, user_id)
        if row is None or row.state not in ambassadors.JOINED:
            return Done("ambassador_not_one", changed=False)
        ids = await _withdraw(service, session, user_id, Reason.PAUSED)
        if row.state == "active":
            await ambassadors.change(session, row, service.clock.now(), state="paused")
    await service.deliver_soon(ids)
    aside(front(service))  # somebody else is asked for what was theirs
    return Done("ambassador_paused")


async def resume(service: Service, user_id: str) -> Done:
    """Ends a pause."""
    zone = (await service.gateway.member(user_id)).zone
    async with service.database.begin() as session:
        row = await _locked(service, session, user_id)
        if row is None or row.state not in ambassadors.JOINED:
            return Done("ambassador_not_one", changed=False)
        fields = {"time_zone": zone} if zone is not None else {}
        await ambassadors.change(session, row, service.clock.now(), state="active", **fields)
    return Done("ambassador_resumed")


async def leave(service: Service, user_id: str) -> Done:
    """Nothing goes out to them from now on; of what they chose only stays that they left. Also the no of who was imported."""
    words = await service.words_for(user_id)
    async with service.database.begin() as session:
        row = await _locked(service, session, user_id)
        was = row.state if row is not None else "none"
        if was == "left":
            return Done("ambassador_left", changed=False)
        if row is None or was not in (*ambassadors.JOINED, "to_confirm"):
            return Done("ambassador_not_one", changed=False)
        ids = await _withdraw(service, session, user_id, Reason.PAUSED)
        now = service.clock.now()
        await ambassadors.change(session, row, now, state="left", answered_at=now, **_nothing_chosen())
        ids += await _answer(service, session, row, words.say("confirm_said_no")) if was == "to_confirm" else []
    await service.deliver_soon(ids)
    aside(front(service))
    return Done("confirm_said_no" if was == "to_confirm" else "ambassador_left")


async def decline(service: Service, user_id: str) -> Done:
    """The no of somebody who was imported; it counts only while that question is open."""
    async with service.database.read() as session:
        row = await ambassadors.known(session, service.team_id, user_id)
    if row is None or row.state != "to_confirm":
        return Done("invite_answered", changed=False)
    return await leave(service, user_id)


async def tell_me(service: Service, user_id: str, wanted: bool) -> Done:
    """Switches "tell me if I'd make a good ambassador"; who said no once and wants it now has changed their mind."""
    async with service.database.begin() as session:
        row = await _made(service, session, user_id)
        fields = {"state": "none"} if wanted and row.state in _OVER else {}
        if not wanted:
            await signs.call_off(session, row, service.clock.now())
        await ambassadors.change(session, row, service.clock.now(), tell_me=wanted, **fields)
    return Done("ambassador_told_on" if wanted else "ambassador_told_off")


async def seen(service: Service, member: Member) -> None:
    """Somebody is another in Slack: in a new time zone, or deactivated, or no longer served. Who comes back says yes anew."""
    async with service.database.read() as session:
        known = await ambassadors.known(session, service.team_id, member.id)
    if known is None:
        return
    zone = member.zone
    if member.deactivated or service.refusal(member):
        await gone(service, member.id)
    elif zone is not None and zone != known.time_zone and known.state in (*ambassadors.JOINED, "to_confirm"):
        async with service.database.begin() as session:
            row = await _locked(service, session, member.id)
            if row is not None and row.state in (*ambassadors.JOINED, "to_confirm"):
                await ambassadors.change(session, row, service.clock.now(), time_zone=zone)


async def gone(service: Service, user_id: str) -> None:
    """Somebody can't be reached in Slack any more. What they said no to stays said."""
    async with service.database.begin() as session:
        row = await _locked(service, session, user_id)
        if row is None or row.state in _OVER:
            return
        ids = await _withdraw(service, session, user_id, Reason.DEACTIVATED)
        await ambassadors.change(session, row, service.clock.now(), state="gone", **_nothing_chosen())
    await service.deliver_soon(ids)


async def _locked(service: Service, session: AsyncSession, user_id: str) -> AmbassadorRow | None:
    """Somebody's row, if there is one, while nobody else moves nudges or people in this workspace."""
    await program_state.state(session, service.team_id, lock=True)
    key = (service.team_id, user_id)
    return await session.get(AmbassadorRow, key, with_for_update=True, populate_existing=True)


async def _made(service: Service, session: AsyncSession, user_id: str) -> AmbassadorRow:
    """The same; made when there is none."""
    row = await _locked(service, session, user_id)
    return row or await ambassadors.row_of(session, service.team_id, user_id, service.clock.now())


async def _withdraw(service: Service, session: AsyncSession, user_id: str, reason: Reason) -> list[str]:
    ids = await nudges.withdraw(session, service.team_id, service.clock.now(), reason, user_id=user_id)
    if reason != Reason.BUDGET:  # a conversation that they were asked to take, or have, moves on
        ids += await release(service, session, user_id)
    return ids


async def _answer(service: Service, session: AsyncSession, row: AmbassadorRow, sentence: str) -> list[str]:
    """The question to somebody who was imported says what became of it, where it stands. Gives outbox ids."""
    now = service.clock.now()
    await outbox.withdraw(session, now, about=about(row.user_id), team_id=row.team_id)
    standing = await outbox.posted(session, about=about(row.user_id), team_id=row.team_id)
    payload = sentence_post(sentence).payload
    return [await outbox.change_later(session, each, now, payload) for each in standing]


def _nothing_chosen() -> dict[str, Any]:
    return Choices().columns() | {"tell_me": False, "since": None, "time_zone": "UTC"}
