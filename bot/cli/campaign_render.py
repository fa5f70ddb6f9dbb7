"""What `bonvent campaign` prints: outcomes of an import, campaigns as text and as plain data for JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.campaign_words import audience_in_words, told
from bot.figures import told_in_words
from bot.store.campaigns import as_campaign

if TYPE_CHECKING:
    from bot.cli.campaign_figures import Figures
    from bot.cli.campaign_import import Outcome
    from bot.program.campaign_checks import Concern
    from bot.program.campaign_file import PlanFile
    from bot.program.models import Campaign
    from bot.store.program_models import CampaignRow

_LABEL = 10
_PAUSED = {"by_manager": "by a community manager", "channel_gone": "because its channel is gone"}


def print_import(path: Path, plan: PlanFile, outcomes: Sequence[Outcome], *, dry_run: bool) -> int:
    """What became of each campaign of a plan. How many were refused."""
    if plan.campaigns:
        click.echo(f"Times that name no zone are read as {plan.time_zone}.")
    said = [(plan.lines[outcome.campaign.id], _outcome(path, plan, outcome)) for outcome in outcomes]
    said += [(problem.line, [_line("refused", problem.at(path))]) for problem in plan.problems]
    for _, lines in sorted(said, key=lambda lines: lines[0]):
        click.echo("\n".join(lines))
    counts = Counter(str(outcome.what) for outcome in outcomes)
    counts["refused"] += len({problem.entry for problem in plan.problems})
    summary = ", ".join(f"{counts[what]} {what}" for what in ("new", "changed", "unchanged", "refused") if counts[what])
    click.echo(f"{summary}{'; nothing was changed, this was a dry run' if dry_run else ''}.")
    return counts["refused"]


def _outcome(path: Path, plan: PlanFile, outcome: Outcome) -> list[str]:
    campaign = outcome.campaign
    lines = (
        []
        if outcome.what == "refused"
        else [_line(outcome.what, f"{campaign.id}: {campaign.name}, {window(campaign)}")]
    )
    for concern in outcome.concerns:
        words = told(concern, plan.time_zone)
        if concern.blocking:
            lines.append(_line("refused", f"{path}:{plan.lines[campaign.id]}: {campaign.id}: {words}"))
        else:
            lines.append(_line("", f"note: {words}"))
    return lines


def print_list(rows: Sequence[CampaignRow], at: datetime) -> None:
    shown = [(as_campaign(row), state_of(row, at)) for row in rows]
    ids = max(len(campaign.id) for campaign, _ in shown)
    topics = max(len(campaign.topic) for campaign, _ in shown)
    for campaign, state in shown:
        what = f"{campaign.name} ({campaign.owner})"
        click.echo(f"{campaign.id:<{ids}}  {state:<7}  {window(campaign):<24}  {campaign.topic:<{topics}}  {what}")


def print_one(row: CampaignRow, counts: Figures, concerns: Sequence[Concern], at: datetime, output: str) -> None:
    campaign = as_campaign(row)
    zone = ""
    if output == "json":
        figures = {"ambassadors": counts.ambassadors, "nudges": {"planned": counts.planned, "sent": counts.sent}}
        known = [{"kind": c.kind, "blocking": c.blocking, "text": told(c, zone)} for c in concerns]
        print_json({**plain(row, at), **figures, "concerns": known})
        return
    state = state_of(row, at)
    named = campaign.audience is not None and campaign.audience.people
    why = f" ({_PAUSED.get(row.paused_why, row.paused_why)})" if state == "paused" and row.paused_why else ""
    click.echo(f"{campaign.id}: {campaign.name}")
    lines = {
        "state": f"{state}{why}",
        "window": f"{campaign.starts.isoformat(' ', 'minutes')} to {campaign.ends.isoformat(' ', 'minutes')}",
        "embargo": campaign.embargo.isoformat(" ", "minutes") if campaign.embargo else "",
        "topic": campaign.topic,
        "owner": campaign.owner,
        "for": audience_in_words(campaign),
        "channel": campaign.channel or "none: direct messages only",
        "fits": "not counted: it names its people" if named else _people(counts.ambassadors, "ambassador"),
        "nudges": f"{_people(counts.planned, '')} planned for the next hours, {_people(counts.sent, '')} sent",
    }
    for name, value in lines.items():
        if value:
            click.echo(_line(name, value))
    for number, fact in enumerate(campaign.facts, start=1):
        click.echo(_line(f"fact {number}", fact))
    for material in campaign.material:
        click.echo(_line("material", f"{material.title} <{material.url}>"))
    for concern in concerns:
        click.echo(_line("mend" if concern.blocking else "note", told(concern, zone)))


def plain(row: CampaignRow, at: datetime) -> dict[str, Any]:
    """A campaign for JSON."""
    why = row.paused_why if row.state == "paused" else None
    return {**as_campaign(row).model_dump(mode="json"), "state": state_of(row, at), "paused_why": why}


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def state_of(row: CampaignRow, at: datetime) -> str:
    """coming, running, paused or over."""
    if row.ends <= at:
        return "over"
    if row.state == "paused":
        return "paused"
    return "coming" if as_campaign(row).opens > at else "running"


def window(campaign: Campaign) -> str:
    """First and last day, by the plan's clock."""
    return f"{campaign.starts.date()} to {(campaign.ends - timedelta(seconds=1)).date()}"


def _people(count: int | None, what: str) -> str:
    return f"{told_in_words(count)} {f'{what}s' if what else ''}".rstrip()


def _line(label: str, text: str) -> str:
    return f"{label:<{_LABEL}} {text}"
