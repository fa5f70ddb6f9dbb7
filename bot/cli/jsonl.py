"""Files with one JSON object a line: a bad line is answered in its place and spoils nothing else."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, TypeVar

import click
from pydantic import BaseModel, ValidationError

from bot.errors import BonventError, InputError

Line = TypeVar("Line", bound=BaseModel)
Identity = str | float | None
"""A line's "id" as it stood there; None where it can't be told."""
_EXPECTED = {"string_type": "write text in quotes", "missing": "is missing: add it", "int_type": "write a whole number"}


def read_lines(file: BinaryIO, model: type[Line]) -> Iterator[tuple[Identity, Line | InputError]]:
    """(id, line) for each line that isn't blank; an `InputError` in place of a line that can't be read."""
    for number, raw in enumerate(file, start=1):
        if not raw.strip():
            continue
        identity: Identity = None
        try:
            value = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
            if isinstance(value, dict):
                identity = value["id"] if isinstance(value.get("id"), str | int | float) else None
                value = {key: part for key, part in value.items() if part is not None}  # null: not given
            good = model.model_validate(value)
        except UnicodeDecodeError:
            yield identity, InputError(f"line {number}: not UTF-8 text")
        except (ValueError, RecursionError) as error:
            yield identity, InputError(f"line {number}: {_why(error)}")
        else:
            yield identity, good


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        place = place.removesuffix(".str").removesuffix(".int")
        return f"“{place}”: {_EXPECTED.get(first['type'], first['msg'].lower())}" if place else "not a JSON object"
    if isinstance(error, json.JSONDecodeError):
        return f"not valid JSON: {error.msg} (column {error.colno})"
    return "not valid JSON"


def answer_lines(
    lines: Iterator[tuple[Identity, Line | InputError]],
    answer: Callable[[list[Line]], Iterator[dict[str, Any] | BonventError]],
) -> bool:
    """Prints the answer to each line, in order, with its id; False when one of them was bad.

    `answer` gets the good lines and gives one answer each, in order, as they come.
    """
    everything = list(lines)
    if not everything:
        click.echo("bonvent: the file has no lines, so there is nothing to answer", err=True)
    answers = answer([line for _, line in everything if not isinstance(line, InputError)])
    clean = True
    for done, (identity, line) in enumerate(everything, start=1):
        result: dict[str, Any] | BonventError = line if isinstance(line, InputError) else next(answers)
        if isinstance(result, BonventError):
            clean = False
            result = {"error": str(result)}
        click.echo(_as_line({"id": identity, **result}))
        _show_progress(done, len(everything))
    return clean


def _as_line(answer: dict[str, Any]) -> str:
    """One line of JSON; a lone surrogate (an id may have one) stands in it as the escape that it came as."""
    line = json.dumps(answer, ensure_ascii=False)
    return line if line.isascii() or line == line.encode("utf-8", "ignore").decode() else json.dumps(answer)


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done}/{total}", nl=done == total, err=True)
    elif done == total or done % 50 == 0:
        click.echo(f"{done}/{total}", err=True)
