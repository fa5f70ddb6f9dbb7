"""Campaigns from a spreadsheet: a row each, the columns in any order, comma or semicolon."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterator
from typing import Any, NamedTuple

from bot.program.campaign_entry import AUDIENCE_FIELDS, EVERYBODY, FIELDS
from bot.program.spreadsheet import cells_of

COLUMNS = tuple(
    column
    for field in FIELDS
    for column in ((field, *(f"audience_{part}" for part in AUDIENCE_FIELDS)) if field == "audience" else (field,))
)


class Row(NamedTuple):
    """A row that could be taken apart, or (`values` None) what is wrong with it."""

    line: int
    values: dict[str, Any] | None
    what: str = ""


class HeaderError(ValueError):
    """The columns can't be used, and so no row can. Its text is one line a problem."""


def rows_of(text: str) -> Iterator[Row]:
    """The rows with something in them. Raises `HeaderError`."""
    header: list[str] | None = None
    for row in cells_of(text):
        if row.broken is not None:
            if header is None:
                raise HeaderError(f"the header can't be read ({row.broken})")
            yield Row(row.line, None, _broken(row.broken))
        elif header is None:
            header = _header(row.cells)
        elif row.beyond(len(header)):
            yield Row(
                row.line,
                None,
                f"has {len(row.cells)} cells, and the header {len(header)}: put text that has the separator in it in quotes",
            )
        else:
            yield _row(row.line, dict(zip(header, row.cells, strict=False)))
    if header is None:
        raise HeaderError(f"is empty: the first line names the columns, such as {','.join(COLUMNS)}")


def _header(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():  # spreadsheets leave empty columns behind
        cells = cells[:-1]
    names = ["_".join(cell.replace("-", " ").split()).lower() for cell in cells]
    problems = []
    for number, (name, cell) in enumerate(zip(names, cells, strict=True), start=1):
        if not name:
            problems.append(f"column {number} has no name: name it, or take it out")
        elif name not in COLUMNS:
            near = difflib.get_close_matches(name, COLUMNS, n=1)
            hint = f"Did you mean “{near[0]}”?" if near else f"Known here: {', '.join(COLUMNS)}."
            problems.append(f"unknown column “{' '.join(cell.split())[:40]}”. {hint}")
        elif name in names[: number - 1]:
            problems.append(f"column “{name}” stands there twice: take one out")
    if problems:
        raise HeaderError("\n".join(problems))
    return names


def _row(line: int, cells: dict[str, str]) -> Row:
    parts = {part: cell for part in AUDIENCE_FIELDS if (cell := cells.pop(f"audience_{part}", "").strip())}
    whole = cells.get("audience", "").strip()
    if whole and parts:
        what = f"says “{whole[:20]}”, and audience_{next(iter(parts))} names some: leave one of them empty"
        return Row(line, None, f"audience: {what}")
    if whole and whole.casefold() not in EVERYBODY:
        what = "write everybody, or fill audience_languages, audience_countries or audience_people"
        return Row(line, None, f"audience: {what}")
    values: dict[str, Any] = dict(cells)
    if parts:
        values["audience"] = parts
    return Row(line, values)


def _broken(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return 'a quote (") is opened here and never closed: close it; nothing after it could be read'
    return f'can\'t be taken apart ({error}): write a quote inside quotes twice ("")'
