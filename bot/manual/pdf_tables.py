"""Tables of a PDF: lines of words that stand in columns, told from the page as it is laid out.

A PDF knows no tables, only where words stand. Three lines or more whose words begin at the same places are taken for one,
and only where the page's text has just these lines: columns of prose aren't, since their text runs down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import regex

from bot.manual.blocks import one_line

_GAP = regex.compile(r"\S+(?: {1,2}\S+)*")
_SIGN = regex.compile(r"[^\p{L}\p{N}]*|\(?[\p{L}\p{N}]{1,2}[.)]")
"""Of a list: what stands before its item is no cell."""
_LEAST = 3
"""Rows."""
_NEAR = 3
"""Letters by which a cell may begin elsewhere than its column."""
_LONGEST_NAME = 6
"""Words in the name of a column."""


@dataclass(frozen=True)
class Table:
    """The lines `first` to `last` of a page's text are its rows."""

    first: int
    last: int
    columns: tuple[str, ...]
    """Their names; empty when the first row doesn't look like names."""
    rows: tuple[tuple[str, ...], ...]


@dataclass
class _Row:
    line: int
    cells: list[str]
    starts: list[int]


def tables(lines: Sequence[str], layout: str, bold: frozenset[str] = frozenset()) -> list[Table]:
    """The tables of a page: `lines` is its text, `layout` the same laid out with spaces, `bold` its words in bold."""
    found = []
    for run in _runs(lines, layout):
        table = _table(run, bold)
        if table is not None:
            found.append(table)
    return found


def _runs(lines: Sequence[str], layout: str) -> Iterator[list[_Row]]:
    """Stretches of lines that have two cells or more, with the lines in which a cell goes on."""
    places: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        places.setdefault(one_line(line), []).append(number)
    run: list[_Row] = []
    next_line = 0
    for laid in filter(str.strip, layout.splitlines()):
        cells = list(_GAP.finditer(laid))
        at: int | None = next((place for place in places.get(one_line(laid), ()) if place >= next_line), None)
        row = None
        if at is not None:
            next_line = at + 1
            row = _Row(at, [one_line(c.group()) for c in cells], [c.start() for c in cells])
        is_row = row is not None and len(cells) > 1 and not _SIGN.fullmatch(cells[0].group())
        if row and run and row.line == run[-1].line + 1 and (is_row or _continues(row, run)):
            run.append(row)
            continue
        if run:
            yield run
        run = [row] if row and is_row else []
    if run:
        yield run


def _continues(row: _Row, run: Sequence[_Row]) -> bool:
    """Whether a line of one cell is the rest of a cell above, in another column than the first."""
    return len(row.starts) == 1 and any(abs(start - row.starts[0]) <= _NEAR for start in run[0].starts[1:])


def _table(run: Sequence[_Row], bold: frozenset[str]) -> Table | None:
    widest = max(run, key=lambda row: len(row.starts))
    columns = widest.starts
    if any(right - left <= 2 * _NEAR for left, right in pairwise(columns)):
        return None
    rows: list[list[str]] = []
    for row in run:
        cells = [""] * len(columns)
        for start, cell in zip(row.starts, row.cells, strict=True):
            at = min(range(len(columns)), key=lambda n: abs(columns[n] - start))
            if cells[at] or (abs(columns[at] - start) > _NEAR and not _is_number(cell)):
                return None
            cells[at] = cell
        if rows and not cells[0]:
            rows[-1] = [f"{above} {cell}".strip() for above, cell in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    if len(rows) < _LEAST or len(columns) < 2:
        return None
    names = _names(rows, bold)
    body = rows[1:] if names else rows
    return Table(run[0].line, run[-1].line, tuple(names), tuple(tuple(row) for row in body))


def _names(rows: Sequence[Sequence[str]], bold: frozenset[str]) -> Sequence[str]:
    """The first row, when it is bold and the others aren't, or has words over a column of figures."""
    first, *body = rows
    if not all(any(c.isalpha() for c in cell) and len(cell.split()) <= _LONGEST_NAME for cell in first):
        return ()
    in_bold = [all(one_line(cell) in bold for cell in row if cell) for row in (first, body[0])]
    if in_bold == [True, False]:
        return first
    for at, name in enumerate(first):
        figures = sum(_is_number(row[at]) for row in body if row[at])
        if not _is_number(name) and figures > 0.6 * len(body):
            return first
    return ()


def _is_number(cell: str) -> bool:
    return bool(cell) and sum(c.isdigit() for c in cell) > 0.4 * len(cell)
