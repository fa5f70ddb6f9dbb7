"""`bonvent search`: passages of the style manual."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from bot.cli import parts

if TYPE_CHECKING:
    from bot.errors import BonventError
    from bot.manual.models import Hit


@click.command("search")
@click.argument("query", required=False)
@click.option("--k", default=8, show_default=True, type=click.IntRange(1, 50), help="How many passages at most.")
@click.option("--lang", help="Language to prefer (en, es, ca); detected when not given.")
@click.option("--jsonl", type=click.File("rb"), help='File of queries, one {"id","query"} a line.')
@parts.knowledge_option
@parts.format_option
def command(
    query: str | None, k: int, lang: str | None, jsonl: BinaryIO | None, knowledge: Path | None, output: str
) -> None:
    """Find passages of the style manual, nearest first, in any language.

    \b
    bonvent search "may I post a photo of the office?"
    bonvent search --jsonl queries.jsonl
    """
    if (query is None) == (jsonl is None):
        raise click.UsageError("give a QUERY or --jsonl FILE")
    settings = parts.settings_for(knowledge)
    from bot.coach.intake import clean_text
    from bot.errors import BonventError, InputError

    if lang is not None and not (lang.isascii() and lang.isalpha() and len(lang) == 2):
        raise InputError(f"“{lang[:20]}” is not a language code: write two letters such as en, es or ca")

    manual = parts.manual_for(settings)

    def find(text: str) -> list[Hit]:
        if not text.strip():
            raise InputError("the query is empty: write what you look for")
        return manual.search(clean_text(text, "the query", 100_000), language=lang, k=k)

    if jsonl is None:
        hits = find(query or "")
        click.echo(json.dumps(_plain(hits), ensure_ascii=False, indent=2) if output == "json" else _as_text(hits))
        return
    from pydantic import BaseModel

    from bot.cli.jsonl import answer_lines, read_lines

    class QueryLine(BaseModel):
        id: str | int
        query: str

    def answer(lines: list[QueryLine]) -> Iterator[dict[str, Any] | BonventError]:
        for line in lines:
            try:
                yield {"results": _plain(find(line.query))}
            except BonventError as error:
                yield error

    sys.exit(0 if answer_lines(read_lines(jsonl, QueryLine), answer) else 2)


def _plain(hits: list[Hit]) -> list[dict[str, Any]]:
    return [
        {
            "passage": hit.passage.id,
            "manual": hit.passage.manual,
            "heading": hit.passage.heading_path,
            "text": hit.passage.text,
            "score": round(hit.score, 4),
        }
        for hit in hits
    ]


def _as_text(hits: list[Hit]) -> str:
    if not hits:
        return "Nothing found: publish a manual with `bonvent ingest PATH`."
    width = 100
    blocks = []
    for number, hit in enumerate(hits, start=1):
        body = click.wrap_text(hit.passage.text, width, "   ", "   ", preserve_paragraphs=True)
        blocks.append(f"{number}. {hit.passage.heading_path}  ({hit.score:.2f})\n   {hit.passage.id}\n{body}")
    return "\n\n".join(blocks)
