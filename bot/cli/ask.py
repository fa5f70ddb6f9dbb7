"""`bonvent ask`: a question about policy in, the manual's answer out."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click
from pydantic import BaseModel, ConfigDict

from bot.cli import parts
from bot.errors import BonventError, InputError


class QuestionLine(BaseModel):
    """A line of a JSONL file of questions; keys of an evaluation file are let through."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: str | int
    question: str
    lang: str | None = None


@click.command("ask")
@click.argument("question", required=False)
@click.option("--lang", help="Language of question and answer (en, es, ca); the question's own when not given.")
@click.option("--jsonl", type=click.File("rb"), help='File of questions, one {"id","question","lang"?} a line.')
@parts.knowledge_option
@parts.no_model_option
@parts.format_option
def command(
    question: str | None, lang: str | None, jsonl: BinaryIO | None, knowledge: Path | None, no_model: bool, output: str
) -> None:
    """Ask what the style manual says, or a file of questions.

    QUESTION is what you would ask a colleague; - reads it from standard input. The answer quotes the manual, or says that
    the manual doesn't cover it and whom to ask.

    \b
    Exit codes: 0 answered, or nothing in the manual; 2 no question, bad usage or configuration.

    \b
    bonvent ask "may I name the hospital we work with?"
    bonvent ask --lang es "¿puedo publicar la foto del equipo?" --format json
    bonvent ask --jsonl questions.jsonl > answers.jsonl
    """
    if jsonl is not None:
        if question is not None:
            raise click.UsageError("give a QUESTION or --jsonl FILE, not both")
        sys.exit(_answer_file(jsonl, knowledge, no_model))
    if question is None:
        raise click.UsageError(
            'no question: write it behind the command, as in bonvent ask "may I …?", or - to read it'
        )
    from bot.cli.render_answer import as_data, as_text
    from bot.coach.intake import language_code

    language = None if lang is None else language_code(lang)
    settings = parts.settings_for(knowledge)
    text = parts.standard_input("the question", "its words") if question == "-" else question
    coach = parts.coach_for(settings, no_model, for_drafts=False)
    answer = coach.answer(text, language=language)
    if output == "json":
        import json

        click.echo(json.dumps(as_data(answer), ensure_ascii=False, indent=2))
    if answer.stance == "rejected":
        raise InputError(answer.answer)
    if output == "text":
        from bot.coach.labels import load_labels

        labels, languages = load_labels(settings.prompts), coach.policy.company.languages
        over = [labels.say(name, answer.language, languages) for name in ("manual", "reading")]
        click.echo(as_text(answer, coach.prompts.phrases, *over))


def _answer_file(file: BinaryIO, knowledge: Path | None, no_model: bool) -> int:
    from bot.cli.jsonl import answer_lines, read_lines
    from bot.cli.render_answer import as_data

    coach = parts.coach_for(parts.settings_for(knowledge), no_model, for_drafts=False)
    rejected = 0

    def answer(lines: list[QuestionLine]) -> Iterator[dict[str, Any] | BonventError]:
        nonlocal rejected
        for result in coach.answers([_asked(line) for line in lines]):
            if isinstance(result, BonventError):
                yield result
            else:
                rejected += result.stance == "rejected"
                yield as_data(result)

    return 0 if answer_lines(read_lines(file, QuestionLine), answer) and not rejected else 2


def _asked(line: QuestionLine) -> tuple[str, str | None] | BonventError:
    from bot.coach.intake import language_code

    try:
        return line.question, None if line.lang is None else language_code(line.lang)
    except BonventError as error:
        return error
