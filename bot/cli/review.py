"""`bonvent review`: a draft in, a review out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from bot.cli import parts
from bot.errors import BonventError

if TYPE_CHECKING:
    from bot.coach.intake import DraftLine
    from bot.networks.models import Networks
    from bot.policy.models import Draft


@click.command("review")
@click.argument("text", required=False)
@click.option("--network", help="linkedin, x, instagram, facebook, threads, bluesky, mastodon, youtube, tiktok.")
@click.option("--lang", help="Language of the draft (en, es, ca); detected when not given.")
@click.option("--author", help="Your name and own contacts, so that they aren't taken for somebody else's.")
@click.option("--alt", multiple=True, help="Description of an attached picture; once for each.")
@click.option("--now", help="Judge as if it were posted then: 2027-02-01T09:00:00+01:00.")
@click.option("--jsonl", type=click.File("rb"), help='File of drafts, one {"id","text","network",…} a line.')
@parts.knowledge_option
@parts.no_model_option
@parts.format_option
def command(
    text: str | None,
    network: str | None,
    lang: str | None,
    author: str | None,
    alt: tuple[str, ...],
    now: str | None,
    jsonl: BinaryIO | None,
    knowledge: Path | None,
    no_model: bool,
    output: str,
) -> None:
    """Review a draft, or a file of drafts.

    TEXT is the post; - reads it from standard input. A thread's posts stand apart by a line ---, or are numbered 1/ 2/.

    \b
    Exit codes: 0 nothing to fix, 1 something must be fixed, 2 bad usage or configuration.

    \b
    bonvent review --network x "Proud of what my team shipped today"
    pbpaste | bonvent review - --network linkedin
    bonvent review --jsonl drafts.jsonl > reviews.jsonl
    """
    if jsonl is not None:
        if text is not None:
            raise click.UsageError("give a TEXT or --jsonl FILE, not both")
        sys.exit(_review_file(jsonl, knowledge, no_model))
    from bot.coach.intake import make_draft
    from bot.networks.loader import load_networks

    settings = parts.settings_for(knowledge)
    piped = text == "-" or (text is None and not sys.stdin.isatty())
    raw = parts.standard_input("the draft", "the words of the post") if piped else text
    if raw is None:
        raise click.UsageError("no draft: give it as TEXT, or - to read it from standard input")
    networks = load_networks(settings.knowledge / "networks.yaml")
    draft = make_draft(raw, networks, network, lang, author, alt, now)
    coach = parts.coach_for(settings, no_model)
    result = coach.review(draft)
    if output == "json":
        click.echo(result.model_dump_json(indent=2))
    else:
        from bot.cli.render import as_text
        from bot.coach.labels import load_labels

        click.echo(as_text(result, load_labels(settings.prompts), coach.policy.company.languages))
    sys.exit(1 if any(f.severity == "must-fix" for f in result.findings) else 0)


def _review_file(file: BinaryIO, knowledge: Path | None, no_model: bool) -> int:
    from bot.cli.jsonl import answer_lines, read_lines
    from bot.coach.intake import DraftLine

    coach = parts.coach_for(parts.settings_for(knowledge), no_model)

    def answer(lines: list[DraftLine]) -> Iterator[dict[str, Any] | BonventError]:
        for result in coach.reviews([_draft(line, coach.policy.networks) for line in lines]):
            yield result if isinstance(result, BonventError) else result.model_dump(mode="json")

    return 0 if answer_lines(read_lines(file, DraftLine), answer) else 2


def _draft(line: DraftLine, networks: Networks) -> Draft | BonventError:
    try:
        return line.as_draft(networks)
    except BonventError as error:
        return error
