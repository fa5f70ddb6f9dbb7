"""A spreadsheet's CSV, row by row: comma, semicolon or tab; what is broken in one row doesn't hold the others up."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

_DELIMITERS = ",;\t"


class Cells(NamedTuple):
    """A row with something in it, or (`broken`) what the reader says of one that it can't take apart."""

    line: int
    """That it begins on."""
    cells: list[str]
    broken: csv.Error | None = None

    def beyond(self, columns: int) -> bool:
        """Whether something stands in more cells than there are columns: spreadsheets leave empty ones behind."""
        return any(cell.strip() for cell in self.cells[columns:])


def cells_of(text: str) -> Iterator[Cells]:
    """All rows in order, the header as well."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Cells(line, [], error)
            continue
        if any(cell.strip() for cell in cells):
            yield Cells(line, cells)


def _delimiter(text: str) -> str:
    """Whichever stands most often between the names of the columns."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(_DELIMITERS, key=first.count)
