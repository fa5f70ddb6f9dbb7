"""`bonvent campaign`: what teams plan to have talked about."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from bot.cli import parts
from bot.cli.stored import now, within, within_new

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.ext.asyncio import AsyncSession

    from bot.cli.campaign_import import Outcome
    from bot.program.campaign_file import PlanFile
    from bot.program.knowledge import Program
    from bot.settings import Settings
    from bot.store.program_models import CampaignRow

TABLE = "campaigns"
_NONE = "No campaign yet: `bonvent campaign import FILE` brings some, and so do community managers in Slack."
_STDIN = Path("standard input")


@click.group("campaign")
def command() -> None:
    """Plan campaigns from a file, see and pause them.

    A campaign says what is to be talked about, when, for whom, and which facts a draft may use. Ambassadors whom it fits
    get one nudge each, never a text to copy.
    """


@command.command("import", short_help="Bring in a plan: YAML or CSV.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
@click.option(
    "--time-zone", metavar="ZONE", help="Of times that name none, such as Europe/Madrid. [the plan's, or UTC]"
)
@click.option("--as", "kind", type=click.Choice(["yaml", "csv"]), help="What FILE is, where its ending doesn't say.")
@parts.knowledge_option
def bring(
    file: Path, dry_run: bool, time_zone: str | None, kind: Literal["yaml", "csv"] | None, knowledge: Path | None
) -> None:
    """Bring in the campaigns of FILE (.yaml or .csv; - is standard input): new ones, and changed ones by their id.

    What can't be kept is refused with its line and what to write; the rest is kept, and the exit code is 1. The same plan
    again changes nothing. A running `bonvent serve` goes by it within a minute.

    \b
    time_zone: Europe/Madrid
    campaigns:
      - name: Heat pump week             # id: heat-pump-week, unless you give one
        topic: heat-pumps                # one of knowledge/program.yaml
        starts: 2027-02-01               # or 2027-02-01 09:00
        ends: 2027-02-12                 # that day included
        audience: everybody              # or {languages: [es], countries: [ES-CT], people: [U0123ABCD]}
        facts: [A heat pump also cools in summer.]
        owner: communication
        # and, if you like: channel, networks, language, embargo, material: [{title: …, url: https://…}]

    In a CSV the columns are named like these, with audience_languages, audience_countries and audience_people; lists are
    separated by ; and facts and material by |. Plans to copy: campaigns/ in your knowledge folder.
    """
    from bot.cli import campaign_import, campaign_render
    from bot.cli.policy import grounded_policy
    from bot.program.campaign_checks import with_network_ids

    if str(file) == "-" and kind is None:
        raise click.UsageError("say what standard input is: --as yaml or --as csv")
    settings = parts.settings_for(knowledge)
    program = _program(settings)
    policy = grounded_policy(settings)
    plan = _read(file, time_zone, policy.company.languages, kind)
    plan = replace(plan, campaigns=tuple(with_network_ids(each, policy.networks) for each in plan.campaigns))
    at = now(settings)

    async def look(session: AsyncSession | None) -> list[Outcome]:
        return await campaign_import.bring(session, plan, policy, program, at, keep=False)

    async def keep(session: AsyncSession) -> list[Outcome]:
        return await campaign_import.bring(session, plan, policy, program, at, keep=True)

    outcomes = within(settings, look, table=TABLE)
    outcomes = campaign_import.without_database(look) if outcomes is None else outcomes
    if not dry_run and any(outcome.what in ("new", "changed") for outcome in outcomes):
        outcomes = within_new(settings, keep)
    refused = campaign_render.print_import(_STDIN if str(file) == "-" else file, plan, outcomes, dry_run=dry_run)
    if refused:
        sys.exit(1)


@command.command("list", short_help="The campaigns that are on or to come.")
@click.option("--all", "also_over", is_flag=True, help="Also those that are over.")
@parts.knowledge_option
@parts.format_option
def show_all(also_over: bool, knowledge: Path | None, output: str) -> None:
    """List the campaigns that are on or to come, by their start.

    JSON: [{id, name, topic, owner, language, starts, ends, embargo, audience: {languages, countries, people} or null,
    networks, channel, facts, material: [{title, url}], state: coming | running | paused | over, paused_why}]
    """
    from bot.cli import campaign_render
    from bot.store import campaigns

    settings = parts.settings_for(knowledge)
    at = now(settings)
    since = None if also_over else at
    rows = within(settings, lambda session: campaigns.kept(session, None, since), table=TABLE)
    if output == "json":
        campaign_render.print_json([campaign_render.plain(row, at) for row in rows or ()])
    elif not rows:
        over = "" if also_over or rows is None else " Those that are over: `bonvent campaign list --all`."
        click.echo(f"{_NONE}{over}")
    else:
        campaign_render.print_list(rows, at)


@command.command("show", short_help="One campaign, and how it goes.")
@click.argument("campaign_id", metavar="ID")
@parts.knowledge_option
@parts.format_option
def show(campaign_id: str, knowledge: Path | None, output: str) -> None:
    """Show a campaign: its window, audience and facts, whom it fits, its nudges, and what to know of it.

    Numbers of people below five are not told.

    JSON: as `list`, and {ambassadors: number or null (fewer than 5, or named), nudges: {planned, sent}: the same, concerns:
    [{kind, blocking, text}]}
    """
    from bot.cli import campaign_render
    from bot.cli.campaign_figures import figures
    from bot.cli.policy import grounded_policy
    from bot.program.campaign_checks import check
    from bot.store import ambassadors, campaigns

    settings = parts.settings_for(knowledge)
    at = now(settings)
    row = _one(settings, campaign_id)[0]
    counts = within(settings, lambda session: figures(session, row), table=TABLE)
    others = within(settings, lambda session: campaigns.kept(session, None, at), table=TABLE) or ()
    seen = ambassadors.JOINED
    people = within(settings, lambda session: ambassadors.in_state(session, None, *seen), table="ambassadors") or ()
    concerns = check(
        campaigns.as_campaign(row),
        others=[campaigns.as_campaign(other) for other in others],
        policy=grounded_policy(settings),
        program=_program(settings),
        now=at,
        ambassadors={person.user_id for person in people},
    )
    assert counts is not None
    campaign_render.print_one(row, counts, concerns, at, output)


@command.command("pause", short_help="Nudge nobody for a campaign until it is resumed.")
@click.argument("campaign_id", metavar="ID")
@parts.knowledge_option
def pause(campaign_id: str, knowledge: Path | None) -> None:
    """Pause a campaign at once: nudges that wait are withdrawn, and none are planned until `bonvent campaign resume`."""
    from bot.program.models import Reason
    from bot.store import campaigns, nudges

    settings = parts.settings_for(knowledge)
    at = now(settings)
    rows = _not_over(settings, campaign_id, at, "there is nothing to pause")

    async def work(session: AsyncSession) -> bool:
        changed = False
        for row in rows:
            await nudges.withdraw(session, row.team_id, at, Reason.CAMPAIGN_PAUSED, campaign_id=row.id)
            fresh = await campaigns.get(session, row.team_id, row.id)
            if fresh is not None and fresh.state != "paused":
                await campaigns.pause(session, fresh, "by_manager", at)
                changed = True
        return changed

    if within(settings, work, table=TABLE):
        click.echo(f"{campaign_id} is paused: nobody is nudged for it until `bonvent campaign resume {campaign_id}`.")
    else:
        click.echo(f"{campaign_id} was paused already.")


@command.command("resume", short_help="Go on with a paused campaign.")
@click.argument("campaign_id", metavar="ID")
@parts.knowledge_option
def resume(campaign_id: str, knowledge: Path | None) -> None:
    """Go on with a paused campaign. What was missed meanwhile is not caught up in a burst: it is planned anew."""
    from bot.store import campaigns, program_state

    settings = parts.settings_for(knowledge)
    at = now(settings)
    rows = _not_over(settings, campaign_id, at, "import it with later dates")

    async def work(session: AsyncSession) -> list[str | None]:
        why = []
        for row in rows:
            await program_state.state(session, row.team_id, lock=True)
            fresh = await campaigns.get(session, row.team_id, row.id)
            if fresh is not None and fresh.state == "paused":
                why.append(fresh.paused_why)
                await campaigns.resume(session, fresh, at)
        return why

    why = within(settings, work, table=TABLE)
    click.echo(f"{campaign_id} goes on." if why else f"{campaign_id} was not paused.")
    if "channel_gone" in (why or ()):
        click.echo("It was paused because its channel was gone: if it still is, import it with another one.")


def _program(settings: Settings) -> Program:
    """Raises `InputError` where there are no topics."""
    from bot.errors import InputError
    from bot.program.knowledge import load_program

    program = load_program(settings.knowledge)
    if not program.topics:
        path = settings.knowledge / "program.yaml"
        what = "has no topics: add some" if path.is_file() else "is missing: add it, with the topics of your company"
        raise InputError(f"{path}: {what} (`bonvent init` writes one to start from)")
    return program


def _read(file: Path, time_zone: str | None, languages: Sequence[str], kind: Literal["yaml", "csv"] | None) -> PlanFile:
    from bot.program.campaign_file import LONGEST, read_campaigns, text_of

    most = 4 * LONGEST + 1  # bytes: more can't be a plan, and isn't read
    if str(file) == "-":
        raw, file = sys.stdin.buffer.read(most), _STDIN
    else:
        with file.open("rb") as opened:
            raw = opened.read(most)
    return read_campaigns(text_of(raw[: most - 1], file), file, time_zone=time_zone, languages=languages, kind=kind)


def _one(settings: Settings, campaign_id: str) -> list[CampaignRow]:
    """The campaign with this id, in each workspace that has it. Raises `InputError`."""
    import difflib

    from bot.errors import InputError
    from bot.store import campaigns

    rows = within(settings, lambda session: campaigns.kept(session, None), table=TABLE)
    if rows is None:
        raise InputError(_NONE[0].lower() + _NONE[1:])
    found = [row for row in rows if row.id == campaign_id]
    if not found:
        near = difflib.get_close_matches(campaign_id, [row.id for row in rows], n=1)
        hint = f"did you mean {near[0]}?" if near else "see `bonvent campaign list --all`"
        raise InputError(f"no campaign has the id “{campaign_id[:40]}”: {hint}")
    return found


def _not_over(settings: Settings, campaign_id: str, at: datetime, instead: str) -> list[CampaignRow]:
    """The same, of one that isn't over; else the error says what to do `instead`."""
    from bot.errors import InputError

    rows = _one(settings, campaign_id)
    if all(row.ends <= at for row in rows):
        raise InputError(f"{campaign_id} is over since {rows[0].ends.date()}: {instead}")
    return rows
