"""`bonvent ambassadors`: who said yes, and people who agreed elsewhere."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli import parts
from bot.cli.stored import now, within, within_new
from bot.figures import FEWEST, told_in_words

if TYPE_CHECKING:
    from bot.program.choices import Offered
    from bot.program.roster_file import Fault
    from bot.settings import Settings
    from bot.store.program_models import AmbassadorRow

_TABLE = "ambassadors"
_OTHERS = {
    "to_confirm": "imported, haven't said yes yet",
    "invited": "invited, haven't answered yet",
    "said_no": "said no, or left",
    "gone": "gone from Slack",
}
_AS = {"not_now": "said_no", "never": "said_no", "left": "said_no"}


@click.group("ambassadors")
def command() -> None:
    """See who said yes to being an ambassador, and import people who agreed elsewhere.

    \b
    bonvent ambassadors list
    bonvent ambassadors import people.csv
    """


@command.command("list", short_help="List those who said yes.")
@parts.knowledge_option
@parts.format_option
def list_(knowledge: Path | None, output: str) -> None:
    """List those who said yes, pausing or not, by their Slack ids.

    Of all others there are only figures, and those for groups of at least five: who didn't say yes is nobody's business.
    """
    from bot.program.knowledge import load_program
    from bot.store import ambassadors

    settings = parts.settings_for(knowledge)
    program = load_program(settings.knowledge)
    states = (*ambassadors.JOINED, "to_confirm", "invited", *_AS, "gone")
    rows = within(settings, lambda session: ambassadors.in_state(session, None, *states), table=_TABLE) or ()
    said_yes = [row for row in rows if row.state in ambassadors.JOINED]
    counted = Counter(_AS.get(row.state, row.state) for row in rows)
    others = {name: _figure(counted[name]) for name in _OTHERS}
    chosen = {topic.id: sum(topic.id in row.topics or not row.topics for row in said_yes) for topic in program.topics}
    if output == "json":
        told: dict[str, Any] = {
            "ambassadors": [_plain(row) for row in said_yes],
            "topics": {topic: _figure(count) for topic, count in chosen.items()},
            "others": others,
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    if not said_yes:
        click.echo(
            "Nobody has said yes yet. People do so in Bonvent's Home tab in Slack; `import` asks those who agreed elsewhere."
        )
    for row in said_yes:
        since = f"since {row.since.date()}" if row.since else ""
        click.echo(f"{row.user_id:<12} {row.state:<7} {since}".rstrip())
    popular = [f"{topic} {count}" for topic, count in chosen.items() if count >= FEWEST]
    click.echo("\n".join(["", f"Topics of at least {FEWEST}: {', '.join(popular) or 'none'}"] if said_yes else [""]))
    click.echo("\n".join(f"{others[name]:>12}  {says}" for name, says in _OTHERS.items()))


@command.command("import", short_help="Import people who agreed elsewhere; each is asked in Slack first.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), metavar="FILE")
@parts.knowledge_option
def import_(file: Path, knowledge: Path | None) -> None:
    """Import people who agreed elsewhere to be ambassadors, from a CSV; - reads standard input.

    Each of them is asked in Slack by `bonvent serve`, in their own working hours, whether that is so. Nobody is nudged before
    their yes, and nobody who decided in Slack already is changed, or asked again; who that is isn't told. A wrong line is
    told of, and the others go on.

    \b
    The first line names the columns, in any order; only user must be there:
      user           a Slack id (U0…), or an e-mail address (needs SLACK_BOT_TOKEN, to look it up)
      topics         ids or names of program.yaml, as in: heat-pumps; solar
      networks       as in: linkedin; x
      languages      as in: en ca
      days           as in: mon-fri, or mon wed
      quiet          hours without nudges, as in 18:00-09:00, or none
      weekly_budget  nudges a week at most
      country        for holidays, as in ES, ES-CT, US-CA, or none
      where          direct (messages only) or channel (campaign threads as well)
    An empty list means any; what is empty otherwise is as in program.yaml.
    """
    from bot.datafile import KnowledgeError, read_text
    from bot.errors import InputError
    from bot.program.roster_file import read_roster

    settings = parts.settings_for(knowledge)
    offered = _offered(settings)
    if str(file) == "-":
        text = parts.standard_input("standard input", "a CSV as UTF-8")
    else:
        try:
            text = read_text(file)
        except KnowledgeError as error:
            raise InputError(str(error)) from None
    roster = read_roster(text, offered)
    from bot.cli.roster_import import Outcome, keep, look_up

    people, unknown = look_up(settings, roster.entries) if roster.entries else ([], [])
    at = now(settings)
    outcome = within_new(settings, lambda session: keep(session, people, at)) if people else Outcome()
    faults: list[Fault] = sorted([*roster.faults, *unknown], key=lambda fault: fault.line)
    name = "standard input" if str(file) == "-" else file
    for fault in faults:
        click.echo(f"{name}:{fault.line}: {fault.says}", err=True)
    for line, says in outcome.left:
        click.echo(f"{name}:{line}: {says}")
    if outcome.kept:
        who = "1 person is" if outcome.kept == 1 else f"{outcome.kept} people are"
        click.echo(f"{who} asked in Slack by `bonvent serve`, at most once; nobody is nudged before their yes.")
    if faults:
        lines = len({fault.line for fault in faults})
        what = "1 line needs" if lines == 1 else f"{lines} lines need"
        click.echo(f"{what} mending: correct them and import the file again, nobody is asked twice.", err=True)
        sys.exit(1)
    if not outcome.kept and not outcome.left:
        click.echo("There is nobody in this file.")


def _offered(settings: Settings) -> Offered:
    from bot.errors import InputError
    from bot.networks.loader import load_networks
    from bot.policy.loader import load_company
    from bot.program.choices import Offered
    from bot.program.knowledge import load_program

    program = load_program(settings.knowledge)
    if not program.topics:
        raise InputError(f"there is no ambassadors' program: name its topics in {settings.knowledge / 'program.yaml'}")
    company = load_company(settings.knowledge)
    return Offered(
        program, load_networks(settings.knowledge / "networks.yaml"), company.languages, company.jurisdictions
    )


def _figure(count: int) -> int | str:
    return count if count >= FEWEST else told_in_words(count)


def _plain(row: AmbassadorRow) -> dict[str, Any]:
    return {"user": row.user_id, "state": row.state, "since": row.since.date().isoformat() if row.since else None}
