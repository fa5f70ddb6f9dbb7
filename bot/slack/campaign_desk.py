"""What community managers do with campaigns: plan one, change it, pause it, resume it. What is handed in is never lost."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.campaign_checks import Concern, check
from bot.program.campaign_entry import slug
from bot.program.models import Campaign, Reason
from bot.slack import campaign_form as form
from bot.slack.campaign_channel import look
from bot.slack.campaign_concerns import errors_of, key_of, says
from bot.slack.campaign_form import campaign_of, filled_in, filled_of, fits
from bot.slack.campaign_modal import blank, campaign_view, concerns_view, refused_view
from bot.slack.inputs import View
from bot.slack.keys import Key
from bot.slack.modals import notice_view
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import ambassadors, campaign_forms, campaigns, nudges, program_state
from bot.store.program_models import CampaignForm, CampaignRow

NAMELESS = "campaign"
"""The id of a campaign whose name has no letter for one."""
_CHANGED = "changed"


@dataclass(frozen=True)
class Handed:
    """What Slack is answered to a submission, and what Home says of it; no note: nothing was saved."""

    answer: dict[str, Any]
    note: Key | None = None


@dataclass(frozen=True)
class _Saved:
    note: Key
    taken_back: list[str]
    """Ids of the outbox: nudges that must not stand any more."""


async def local_now(service: Service, user_id: str) -> datetime:
    """Now by somebody's own clock; by UTC's where Slack doesn't tell."""
    name = (await service.gateway.member(user_id)).time_zone
    try:
        return service.clock.now().astimezone(ZoneInfo(name) if name else UTC)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return service.clock.now().astimezone(UTC)


async def new_view(service: Service, user_id: str) -> View:
    """The modal for a new campaign."""
    words = await service.words_for(user_id)
    filled = blank(words, await local_now(service, user_id))
    return await _view(service, user_id, words, filled)


async def edit_view(service: Service, user_id: str, campaign_id: str) -> View | Key:
    """The modal for a campaign as it is; or why there is none."""
    async with service.database.read() as session:
        row = await campaigns.get(session, service.team_id, campaign_id)
    if row is None:
        return "campaign_gone"
    campaign = campaigns.as_campaign(row)
    if not fits(campaign):
        return "campaign_too_long"
    words = await service.words_for(user_id)
    return await _view(service, user_id, words, filled_of(campaign), f"{campaign_id}:{_mark(row)}")


async def _view(service: Service, user_id: str, words: Words, filled: form.Filled, carried: str = "") -> View:
    zone = (await service.gateway.member(user_id)).time_zone
    at_home = service.coach.policy.company.jurisdictions
    return campaign_view(words, service.program, filled, zone=zone, at_home=at_home, carried=carried)


async def hand_in(service: Service, user_id: str, view: View) -> Handed:
    """A submission of the modal: what is wrong beside its input; what speaks against it on top; else it is saved."""
    words, now = await service.words_for(user_id), await local_now(service, user_id)
    known_id, _, seen = str(view.get("private_metadata") or "").partition(":")
    view_id, filled = str(view.get("root_view_id") or view["id"]), filled_in(view)
    async with service.database.read() as session:
        before = await campaign_forms.get(session, service.team_id, user_id, view_id)
        known_id = known_id or (before.campaign_id if before and before.campaign_id else "")
        row = await campaigns.get(session, service.team_id, known_id) if known_id else None
        wanted = slug(filled.name) or NAMELESS
        id_ = known_id or await campaign_forms.free_id(session, service.team_id, wanted)
    assert now.tzinfo is not None
    made = campaign_of(filled, words, id_, now.tzinfo)
    errors = {} if isinstance(made, Campaign) else made
    if filled.channel is not None and (trouble := (await look(service, filled.channel)).trouble) is not None:
        errors[form.CHANNEL] = words.say(trouble)
    if known_id and row is None:
        errors.setdefault(form.NAME, words.say("campaign_gone"))
    concerns = await concerns_of(service, made) if isinstance(made, Campaign) else []
    if isinstance(made, Campaign):
        errors = errors_of(concerns, made, words, now) | errors
    if errors or not isinstance(made, Campaign):
        return Handed({"response_action": "errors", "errors": errors})
    ours = before is not None and before.saved  # a modal that was saved and didn't hear so changed it itself
    is_changed = bool(row is not None and seen and not ours and seen != _mark(row))
    shown = [[_CHANGED]] if is_changed else []
    shown += [key_of(concern) for concern in concerns]
    async with service.database.begin() as session:
        kept = await campaign_forms.put(
            session,
            service.team_id,
            user_id,
            service.clock.now(),
            view_id=view_id,
            campaign_id=known_id or None,
            campaign=made,
            shown=shown,
        )
        saved = await _keep(service, session, kept) if not shown else None
    if saved is not None:
        await service.deliver_soon(saved.taken_back)
        return Handed({}, saved.note)
    if not shown:
        return Handed({"response_action": "errors", "errors": {form.NAME: words.say("campaign_gone")}})
    said = _said(concerns, words, now, is_changed=is_changed)
    return Handed({"response_action": "push", "view": concerns_view(words, said, view_id)})


async def save_anyway(service: Service, user_id: str, view: View) -> Handed:
    """A submission of what stands on top: saved, unless something changed while it was read."""
    words, now = await service.words_for(user_id), await local_now(service, user_id)
    view_id = str(view.get("private_metadata") or "")[:32]
    async with service.database.read() as session:
        kept = await campaign_forms.get(session, service.team_id, user_id, view_id)
    if kept is None:
        return _update(notice_view(words.say("campaign_form_gone"), words))
    made = Campaign.model_validate({**kept.body, "id": kept.campaign_id or kept.body["id"]})
    concerns = await concerns_of(service, made)
    errors = errors_of(concerns, made, words, now)
    if made.channel is not None and (trouble := (await look(service, made.channel)).trouble) is not None:
        errors[form.CHANNEL] = words.say(trouble)
    if errors:
        return _update(refused_view(words, errors.values()))
    fresh = [key_of(concern) for concern in concerns]
    if not kept.saved and any(each not in kept.shown for each in fresh):
        async with service.database.begin() as session:
            (await session.get_one(CampaignForm, view_id)).shown = fresh
        return _update(concerns_view(words, _said(concerns, words, now), view_id))
    async with service.database.begin() as session:
        saved = await _keep(service, session, await session.get_one(CampaignForm, view_id))
    if saved is None:
        return _update(refused_view(words, [words.say("campaign_gone")]))
    await service.deliver_soon(saved.taken_back)
    return Handed({"response_action": "clear"}, saved.note)


async def concerns_of(service: Service, campaign: Campaign) -> list[Concern]:
    """What speaks against a campaign, beside all that are kept and not over."""
    now = service.clock.now()
    async with service.database.read() as session:
        others = [campaigns.as_campaign(row) for row in await campaigns.kept(session, service.team_id, since=now)]
        said_yes = await ambassadors.in_state(session, service.team_id, *ambassadors.JOINED)
    policy, program, known = service.coach.policy, service.program, {row.user_id for row in said_yes}
    return await asyncio.to_thread(
        check, campaign, others=others, policy=policy, program=program, now=now, ambassadors=known
    )


async def pause(service: Service, campaign_id: str) -> Key:
    """Nobody is nudged for it from now on, whatever was on its way. Gives what is said of it."""
    now = service.clock.now()
    async with service.database.begin() as session:
        await program_state.state(session, service.team_id, lock=True)
        row = await campaigns.get(session, service.team_id, campaign_id)
        if row is None:
            return "campaign_gone"
        if row.state != "paused":
            await campaigns.pause(session, row, "by_manager", now)
        why = Reason.CAMPAIGN_PAUSED
        ids = await nudges.withdraw(session, service.team_id, now, why, campaign_id=campaign_id)
    await service.deliver_soon(ids)
    return "campaign_is_paused"


async def resume(service: Service, campaign_id: str) -> Key:
    """It goes on, if its thread can stand in its channel. Gives what is said of it."""
    async with service.database.read() as session:
        found = await campaigns.get(session, service.team_id, campaign_id)
    if found is None:
        return "campaign_gone"
    channel = campaigns.as_campaign(found).channel
    if channel is not None and (await look(service, channel)).lost:
        return "campaign_still_lost"
    async with service.database.begin() as session:
        await program_state.state(session, service.team_id, lock=True)
        row = await campaigns.get(session, service.team_id, campaign_id)
        if row is None:
            return "campaign_gone"
        if row.state == "paused":
            await campaigns.resume(session, row, service.clock.now())
    return "campaign_is_resumed"


async def _keep(service: Service, session: AsyncSession, kept: CampaignForm) -> _Saved | None:
    """Saves what was handed in; what was paused only for its channel, which was looked at since, goes on. None: it is gone."""
    fresh, now = not kept.saved, service.clock.now()
    row = await campaign_forms.keep(session, kept, now)
    if row is None:
        return None
    if fresh and row.state == "paused" and row.paused_why == "channel_gone":
        await campaigns.resume(session, row, now)
    taken_back: list[str] = []
    if fresh and campaigns.as_campaign(row).opens > now:  # put off, or under an embargo: what is on its way stays here
        why = Reason.CAMPAIGN_PAUSED
        taken_back = await nudges.withdraw(session, row.team_id, now, why, campaign_id=row.id)
    return _Saved("campaign_saved_paused" if row.state == "paused" else "campaign_saved", taken_back)


def _said(concerns: Sequence[Concern], words: Words, now: datetime, *, is_changed: bool = False) -> list[str]:
    changed = [words.say("campaign_changed_meanwhile")] if is_changed else []
    return [*changed, *(says(concern, words, now) for concern in concerns)]


def _update(view: View) -> Handed:
    return Handed({"response_action": "update", "view": view})


def _mark(row: CampaignRow) -> str:
    """What a campaign says, as a modal carries it: another one later tells that somebody changed it."""
    return hashlib.sha256(json.dumps(row.body, sort_keys=True).encode()).hexdigest()[:16]
