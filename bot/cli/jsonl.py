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


def read_lines(file: BinaryIO, model: type[Line]) -> Iterator[tuple[str | int | None, Line | InputError]]:
    """(id, line) for each line that isn't blank; an `InputError` in place of a line that can't be read."""
    for number, raw in enumerate(file, start=1):
        if not raw.strip():
            continue
        identity: str | int | None = None
        try:
            value = json.loads(raw.decode("utf-8-sig" if number == 1 else "utf-8"))
            if isinstance(value, dict) and isinstance(value.get("id"), str | int):
                identity = value["id"]
            yield identity, model.model_validate(value)
        except UnicodeDecodeError:
            yield identity, InputError(f"line {number}: not UTF-8 text")
        except (ValueError, RecursionError) as error:
            yield identity, InputError(f"line {number}: {_why(error)}")


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        return f"“{place}”: {first['msg'].lower()}" if place else "not a JSON object"
    if isinstance(error, json.JSONDecodeError):
        return f"not valid JSON: {error.msg} (column {error.colno})"
    return "not valid JSON"


def answer_lines(
    lines: Iterator[tuple[str | int | None, Line | InputError]],
    answer: Callable[[list[Line]], Iterator[dict[str, Any] | BonventError]],
    total: int | None = None,
) -> bool:
    """Prints the answer to each line, in order, with its id; False when one of them was bad.

    `answer` gets the good lines and gives one answer each, in order, as they come.
    """
    everything = list(lines)
    answers = answer([line for _, line in everything if not isinstance(line, InputError)])
    clean = True
    for done, (identity, line) in enumerate(everything, start=1):
        result: dict[str, Any] | BonventError = line if isinstance(line, InputError) else next(answers)
        if isinstance(result, BonventError):
            clean = False
            result = {"error": str(result)}
        click.echo(json.dumps({"id": identity, **result}, ensure_ascii=False))
        _show_progress(done, len(everything))
    return clean


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        click.echo(f"\r{done}/{total}", nl=done == total, err=True)
    elif done == total or done % 50 == 0:
        click.echo(f"{done}/{total}", err=True)
