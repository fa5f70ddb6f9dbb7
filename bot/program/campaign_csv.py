"""Campaigns from a spreadsheet: a row each, the columns in any order, comma or semicolon."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterator
from typing import Any, NamedTuple

from bot.program.campaign_entry import AUDIENCE_FIELDS, EVERYBODY, FIELDS

COLUMNS = tuple(
    column
    for field in FIELDS
    for column in ((field, *(f"audience_{part}" for part in AUDIENCE_FIELDS)) if field == "audience" else (field,))
)
_DELIMITERS = ",;\t"


class Row(NamedTuple):
    """A row that could be taken apart, or (`values` None) what is wrong with it."""

    line: int
    values: dict[str, Any] | None
    what: str = ""


class HeaderError(ValueError):
    """The columns can't be used, and so no row can. Its text is one line a problem."""


def rows_of(text: str) -> Iterator[Row]:
    """The rows with something in them. Raises `HeaderError`."""
    lines = _Lines(text)
    reader = csv.reader(lines, delimiter=_delimiter(text), strict=True)
    header: list[str] | None = None
    while True:
        begins = lines.read + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            if header is None:
                raise HeaderError(f"the header can't be read ({error})") from None
            yield Row(begins, None, _broken(error))
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if header is None:
            header = _header(cells)
        elif len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            yield Row(
                begins,
                None,
                f"has {len(cells)} cells, and the header {len(header)}: put text that has the separator in it in quotes",
            )
        else:
            yield _row(begins, dict(zip(header, cells, strict=False)))
    if header is None:
        raise HeaderError(f"is empty: the first line names the columns, such as {','.join(COLUMNS)}")


class _Lines:
    """Lines of a text, counted as the reader takes them."""

    def __init__(self, text: str) -> None:
        self.read = 0
        self._lines = io.StringIO(text, newline="")

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.read += 1
        return line


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=first.count)


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
