"""`bonvent nudges plan`: who would be nudged for which campaign and when, and who wouldn't and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli import parts
from bot.cli.stored import now as clock
from bot.cli.stored import within

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.program.angles import Angles
    from bot.program.knowledge import Program
    from bot.program.models import Ambassador, Campaign, Past, Planned, Reason, Skipped
    from bot.settings import Settings

_MOST_SHOWN = 8  # people of one reason, as text; JSON has all
_WHY = {
    "topic": "not one of their topics",
    "network": "not on their networks",
    "language": "not in their languages",
    "country": "not for their country",
    "not_chosen": "the campaign names others",
    "no_audience": "the campaign doesn't say whom it is for",
    "no_day": "no day of theirs in its window (days chosen, holidays, quiet hours)",
    "budget": "their weekly budget is used up, or each day of it",
    "channel_full": "the channel has all the nudges it may have",
    "had_it": "had it already, or its time went by",
    "paused": "they pause",
    "to_confirm": "imported, without a yes in Slack",
    "campaign_paused": "the campaign is paused",
    "frozen": "everything is frozen",
}


@dataclass
class _Kept:
    """What one workspace's plan rests on."""

    campaigns: dict[str, Campaign]
    paused: set[str]
    people: dict[str, Ambassador]
    waiting: dict[str, Reason]
    """Of those people, the ones who aren't nudged now."""
    past: Sequence[Past] = ()
    frozen_at: datetime | None = None


@dataclass(frozen=True)
class _Listed:
    """A plan, and whom and what it speaks of."""

    planned: Sequence[Planned]
    skipped: Sequence[Skipped]
    kept: _Kept


@click.group("nudges")
def command() -> None:
    """See which ambassadors would be nudged for which campaign, and when."""


@command.command("plan", short_help="Who would get what and when, and why not.")
@click.option("--days", type=click.IntRange(1, 366), default=14, show_default=True, help="How far to look ahead.")
@click.option("--now", "moment", metavar="ISO", help="Plan as if it were then (2027-03-01T09:00+01:00; else UTC).")
@parts.knowledge_option
@parts.format_option
def plan(days: int, moment: str | None, knowledge: Path | None, output: str) -> None:
    """Show who would get which nudge and when, and who gets none and why.

    This is the community managers' view: it has the ids of ambassadors who said yes, and of people whom a manager
    imported. It changes nothing. A running `bonvent serve` sends what stands here, as long as nothing changes: it makes
    the same plan. With --now, what was sent so far counts, and nothing that would be sent until then.

    JSON is a list of {person, campaign, at, time_zone, channel, angles, skipped}: `at` with the person's own offset,
    `channel` null for a direct message, `angles` the three sentences in the campaign's language; of somebody without a
    nudge, `skipped` is the reason and `at` null (and of who was imported and hasn't said yes `time_zone`, too).

    \b
    bonvent nudges plan --days 30
    bonvent nudges plan --now 2027-03-01T09:00+01:00 --format json
    """
    from bot.program.angles import load_angles
    from bot.program.knowledge import load_program

    settings = parts.settings_for(knowledge)
    at = _moment(moment) if moment is not None else clock(settings)
    until = at + timedelta(days=days)
    program, angles = load_program(settings.knowledge), load_angles(settings.knowledge)
    listed = [_planned(kept, program, angles, at, until) for kept in _kept(settings, at)]
    if output == "json":
        click.echo(json.dumps([row for one in listed for row in _rows(one, angles)], ensure_ascii=False, indent=2))
    elif not any(one.kept.campaigns for one in listed):
        click.echo("No campaign runs or is to come: `bonvent campaign import FILE` brings one in.")
    elif not any(one.kept.people for one in listed):
        click.echo("Nobody to nudge yet: people say yes in Slack, or `bonvent ambassadors import FILE` asks them to.")
    else:
        click.echo("For community managers: please keep it among you.")
        for one in listed:
            click.echo("\n".join(_told(one, days)))


def _moment(text: str) -> datetime:
    from zoneinfo import ZoneInfo

    from bot.program.campaign_dates import moment_of

    try:
        return moment_of(text, ZoneInfo("UTC"))
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--now") from None


def _kept(settings: Settings, at: datetime) -> list[_Kept]:
    """By workspace; what was imported before the workspace was known belongs to the only one there is."""
    from bot.program.models import Reason
    from bot.store import ambassadors, campaigns, nudges
    from bot.store.program_models import ProgramState
    from bot.store.program_state import UNKNOWN

    async def read(session: AsyncSession) -> list[_Kept]:
        planned = await campaigns.kept(session, None, since=at)
        known = [*await ambassadors.in_state(session, None, *ambassadors.JOINED, "to_confirm")]
        # Who was imported stands there whatever they answered, unless it was yes: to vanish would tell of their no.
        known += [row for row in await ambassadors.in_state(session, None, "left", "none") if row.origin == "imported"]
        teams = {*(row.team_id for row in planned), *(row.team_id for row in known)} - {UNKNOWN}
        only = next(iter(teams)) if len(teams) == 1 else UNKNOWN
        found: dict[str, _Kept] = {}
        # The newer campaign stays, and what people chose themselves: as when `bonvent serve` takes the imported ones over.
        for row in sorted(planned, key=lambda row: row.team_id == UNKNOWN):
            kept = found.setdefault(row.team_id or only, _Kept({}, set(), {}, {}))
            kept.campaigns[row.id] = campaigns.as_campaign(row)
            (kept.paused.add if row.state == "paused" else kept.paused.discard)(row.id)
        for person in sorted(known, key=lambda row: row.team_id != UNKNOWN):
            kept = found.setdefault(person.team_id or only, _Kept({}, set(), {}, {}))
            kept.people[person.user_id] = ambassadors.as_ambassador(person)
            kept.waiting.pop(person.user_id, None)
            if person.state != ambassadors.NUDGED:
                kept.waiting[person.user_id] = Reason.PAUSED if person.state == "paused" else Reason.TO_CONFIRM
        for team_id, kept in found.items():
            # A week's budget and a campaign's angles rest on what went before.
            since = min([at - timedelta(days=8), *(campaign.starts for campaign in kept.campaigns.values())])
            kept.past = await nudges.past(session, team_id, since)
            state = await session.get(ProgramState, team_id)
            kept.frozen_at = state.frozen_at if state else None
        return [found[team_id] for team_id in sorted(found)]

    return within(settings, read, table="nudges") or []


def _planned(kept: _Kept, program: Program, angles: Angles, at: datetime, until: datetime) -> _Listed:
    from bot.program import planner
    from bot.program.models import Skipped

    people = [person for user, person in kept.people.items() if user not in kept.waiting]
    made = planner.plan(
        people,
        kept.campaigns.values(),
        kept.past,
        program,
        angles,
        now=at,
        until=until,
        frozen=kept.frozen_at is not None,
        paused=kept.paused,
    )
    waiting = [
        Skipped(campaign=campaign.id, user=user, reason=_reason(campaign, kept.people[user], reason))
        for campaign in kept.campaigns.values()
        if campaign.opens < until
        for user, reason in kept.waiting.items()
    ]
    skipped = sorted((*made.skipped, *waiting), key=lambda one: (one.campaign, one.user))
    return _Listed(made.planned, skipped, kept)


def _reason(campaign: Campaign, person: Ambassador, waiting: Reason) -> Reason:
    """Why somebody who isn't nudged now gets none; what was imported of who didn't say yes counts for nothing."""
    from bot.program.fit import Wanted
    from bot.program.models import Reason

    return waiting if waiting == Reason.TO_CONFIRM else Wanted.by(campaign).refuses(person) or waiting


def _rows(listed: _Listed, angles: Angles) -> Iterator[dict[str, Any]]:
    from bot.program.hours import local
    from bot.program.models import Reason

    for nudge in listed.planned:
        language = listed.kept.campaigns[nudge.campaign].language
        yield {
            "person": nudge.user,
            "campaign": nudge.campaign,
            "at": local(nudge.time_zone, nudge.at).isoformat(),
            "time_zone": nudge.time_zone,
            "channel": nudge.channel,
            "angles": [angles.says(angle, language) for angle in nudge.angles],
            "skipped": None,
        }
    for one in listed.skipped:
        yield {
            "person": one.user,
            "campaign": one.campaign,
            "at": None,
            "time_zone": None if one.reason == Reason.TO_CONFIRM else listed.kept.people[one.user].time_zone,
            "channel": None,
            "angles": [],
            "skipped": one.reason.value,
        }


def _told(listed: _Listed, days: int) -> Iterator[str]:
    from bot.program.hours import local

    if listed.kept.frozen_at is not None:
        yield f"Frozen since {listed.kept.frozen_at:%Y-%m-%d %H:%M} UTC: nobody is nudged until a manager lifts it."
    by_day = sorted(listed.planned, key=lambda nudge: (nudge.date, nudge.at))
    who, what = (max((len(str(getattr(n, name))) for n in by_day), default=0) for name in ("user", "campaign"))
    for day, nudges in groupby(by_day, key=lambda nudge: nudge.date):
        yield f"\n{day:%A}, {day.day} {day:%B %Y}"
        for nudge in nudges:
            clock_time = f"{local(nudge.time_zone, nudge.at):%H:%M} {nudge.time_zone}"
            where = nudge.channel or "direct message"
            yield f"  {nudge.user:<{who}}  {nudge.campaign:<{what}}  {clock_time}, {where}: {', '.join(nudge.angles)}"
    if listed.skipped:
        yield "\nNot nudged"
        for campaign, ones in groupby(listed.skipped, key=lambda one: one.campaign):
            yield f"  {campaign}"
            by_reason = sorted(ones, key=lambda one: (one.reason.value, one.user))
            for reason, same in groupby(by_reason, key=lambda one: one.reason):
                users = [one.user for one in same]
                more = f" and {len(users) - _MOST_SHOWN} more" if len(users) > _MOST_SHOWN else ""
                yield f"    {_WHY.get(reason.value, reason.value)}: {', '.join(users[:_MOST_SHOWN])}{more}"
    count, people = len(listed.planned), len({nudge.user for nudge in listed.planned})
    nudged = f"{count} {'nudge' if count == 1 else 'nudges'} for {people} {'person' if people == 1 else 'people'}"
    none = len(listed.skipped)
    without = f"; {none} {'time' if none == 1 else 'times'} somebody gets none" if none else ""
    yield f"\n{nudged} in the next {days} {'day' if days == 1 else 'days'}{without}."
