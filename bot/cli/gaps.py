"""`bonvent gaps`: what people ask in Slack and the manual doesn't answer."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli import parts
from bot.cli.stored import BY, now, within

if TYPE_CHECKING:
    from bot.settings import Settings
    from bot.store.gaps import Found

_EXAMPLES = 3
_ID = 8  # letters of an id that are shown
_MOST_TEXT = 10_000
_NOBODY = "Nobody has asked yet: there is no database. `bonvent serve` makes it, and questions in Slack fill it."
_TABLE = "gap_questions"


@click.group("gaps", invoke_without_command=True)
@click.option("--all", "also_closed", is_flag=True, help="Also those that were closed in the last weeks.")
@parts.knowledge_option
@parts.format_option
@click.pass_context
def command(context: click.Context, also_closed: bool, knowledge: Path | None, output: str) -> None:
    """List what people ask in Slack and the manual doesn't answer.

    Only questions to Bonvent in Slack count: those without an answer, and those whose answer was “not helpful”. They are
    grouped by meaning, without who asked, and shown once a group has three questions or a week has passed. `bonvent ask`
    adds none.

    \b
    bonvent gaps
    bonvent gaps close Xk3vT9aQ --heading "Dogs in the office" --text "Post your dog, not the screens behind it."
    bonvent gaps close Xk3vT9aQ --needs-none
    """
    if context.invoked_subcommand is not None:
        return
    settings = parts.settings_for(knowledge)
    shown = _shown(settings, also_closed=also_closed)
    if output == "json":
        click.echo(json.dumps([_plain(gap) for gap in shown or ()], ensure_ascii=False, indent=2))
    elif shown is None:
        click.echo(_NOBODY)
    elif not shown:
        click.echo("No gap to show: a question shows up once three people ask the same, or after a week.")
    else:
        click.echo("\n\n".join(_told(gap) for gap in shown))


@command.command("close", short_help="Close a gap by a passage, or because it needs none.")
@click.argument("gap_id", metavar="ID")
@click.option("--heading", help="Heading of the passage.")
@click.option("--text", help="The passage; - reads it from standard input.")
@click.option("--lang", help="Its language (en, es, ca); that of the newest question when not given.")
@click.option("--needs-none", is_flag=True, help="Close it without a passage.")
@parts.knowledge_option
def close(
    gap_id: str, heading: str | None, text: str | None, lang: str | None, needs_none: bool, knowledge: Path | None
) -> None:
    """Close a gap: publish the passage that was missing, or say that it needs none. ID is what `bonvent gaps` shows.

    A running `bonvent serve` answers from the passage within a minute, and marks the gap in the managers' channel.

    \b
    bonvent gaps close Xk3vT9aQ --heading "Dogs in the office" --text - < dogs.txt
    """
    if needs_none == (heading is not None or text is not None):
        raise click.UsageError("give --heading and --text, or --needs-none")
    if not needs_none and (heading is None or text is None):
        raise click.UsageError("a passage needs both --heading and --text")
    from bot.gaps import write
    from bot.store import gaps

    settings = parts.settings_for(knowledge)
    gap = _one(settings, gap_id)
    passage = None
    if heading is not None and text is not None:
        words = _read() if text == "-" else text
        parts.mend_store(settings)
        passage = write(settings, heading, words, lang or _language(settings, gap), BY)
        click.echo(f"Published “{' '.join(heading.split())}” ({passage}).")
    at = now(settings)
    closed = within(settings, lambda session: gaps.close(session, gap.id, at, passage), table=_TABLE)
    if closed:
        click.echo(f"{_short(gap.id)} is closed.")
        return
    told = ", and your passage stands in the manual as well: look at both" if passage else ""
    click.echo(f"bonvent: {_short(gap.id)} was closed by somebody else meanwhile{told}", err=True)
    sys.exit(1)


def _shown(settings: Settings, *, also_closed: bool) -> list[Found] | None:
    """The gaps that may be shown, largest first; None: there is no database yet."""
    from bot.store import gaps

    at = now(settings)
    found = within(settings, gaps.all_gaps, table=_TABLE)
    if found is None:
        return None
    return [gap for gap in found if (gap.closed_at and also_closed) or (not gap.closed_at and gap.shown(at))]


def _one(settings: Settings, gap_id: str) -> Found:
    """The open gap that an id, or the beginning of one, names."""
    from bot.errors import InputError

    shown = _shown(settings, also_closed=True)
    if shown is None:
        raise InputError(_NOBODY[0].lower() + _NOBODY[1:])
    wanted = gap_id.lstrip("-_")
    named = [gap for gap in shown if wanted and gap.id.lstrip("-_").startswith(wanted)]
    if len(named) != 1:
        what = "several gaps begin so: write more of the id" if named else "no gap has this id: see `bonvent gaps`"
        raise InputError(f"“{gap_id[:30]}”: {what}")
    if named[0].closed_at is not None:
        raise InputError(f"{_short(named[0].id)} is closed already: {_end(named[0])}")
    return named[0]


def _language(settings: Settings, gap: Found) -> str:
    """That of the newest question, where the company speaks it; else the company's first."""
    from bot.policy.loader import load_company

    languages = load_company(settings.knowledge).languages
    return next((each.language for each in reversed(gap.questions) if each.language in languages), languages[0])


def _read() -> str:
    from bot.coach.intake import clean_text

    return clean_text(sys.stdin.read(_MOST_TEXT + 1), "the passage", _MOST_TEXT)


def _short(gap_id: str) -> str:
    """The beginning of an id, as a person types it: never with a dash first."""
    return gap_id.lstrip("-_")[:_ID]


def _examples(gap: Found) -> list[tuple[str, str]]:
    """The newest questions with their languages, each wording once."""
    return list(dict.fromkeys((each.text, each.language) for each in reversed(gap.questions)))[:_EXAMPLES]


def _plain(gap: Found) -> dict[str, Any]:
    return {
        "id": gap.id,
        "count": len(gap.questions),
        "since": gap.since.date().isoformat(),
        "examples": [{"text": text, "language": language} for text, language in _examples(gap)],
        "reasons": dict(Counter(each.reason for each in gap.questions)),
        "closed": gap.closed_at.date().isoformat() if gap.closed_at else None,
        "passage": gap.passage,
    }


def _told(gap: Found) -> str:
    count = len(gap.questions)
    reasons = Counter(each.reason.replace("_", " ") for each in gap.questions)
    why = ", ".join(f"{number} {reason}" for reason, number in reasons.most_common())
    head = f"{_short(gap.id)}  {count} {'question' if count == 1 else 'questions'} since {gap.since.date()}: {why}"
    lines = [click.wrap_text(f"“{text}” ({language})", 96, "  ", "  ") for text, language in _examples(gap)]
    return "\n".join([head, *lines, *([f"  {_end(gap)}"] if gap.closed_at else [])])


def _end(gap: Found) -> str:
    assert gap.closed_at is not None
    return f"closed on {gap.closed_at.date()}" + (f" by {gap.passage}" if gap.passage else ", it needs no passage")
