"""A thread: several posts in one draft."""

from __future__ import annotations

import re

_RULE = re.compile(r"^[ \t]*(?:-{3,}|—{2,}|\*{3,}|_{3,})[ \t]*\r?$", re.M)
_LEADING = re.compile(r"^[ \t]*\(?(\d{1,2})(?:/|\\)(\d{1,2})?\)?(?=[\s.:)\-–—]|$)", re.M)
_TRAILING = re.compile(r"(?<=[\s(])\(?(\d{1,2})/(\d{1,2})?\)?[ \t]*\r?$", re.M)


def posts(text: str) -> list[tuple[int, int]]:
    """Offsets of the posts of a thread, without the white space around them; one span for a single post.

    Posts are parted by a line `---`, or numbered from 1 upwards (`1/`, `2/`, `1/5`) at the start or the end of lines.
    """
    cuts = [(m.start(), m.end()) for m in _RULE.finditer(text)]
    if cuts:
        return _between(text, cuts)
    starts = _ascending(list(_LEADING.finditer(text)))
    if len(starts) > 1:
        # What stands before "1/" belongs to the first post.
        return _between(text, [(m.start(), m.start()) for m in starts[1:]])
    ends = _ascending(list(_TRAILING.finditer(text)))
    if len(ends) > 1:
        return _between(text, [(m.end(), m.end()) for m in ends[:-1]])
    return _between(text, [])


def _ascending(marks: list[re.Match[str]]) -> list[re.Match[str]]:
    """The marks that count 1, 2, 3 … with one total; none when they don't."""
    counted: list[re.Match[str]] = []
    for mark in marks:
        same_total = not counted or mark.group(2) == counted[0].group(2)
        if int(mark.group(1)) == len(counted) + 1 and same_total:
            counted.append(mark)
    return counted


def _between(text: str, cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    spans = []
    start = 0
    for cut_start, cut_end in [*cuts, (len(text), len(text))]:
        piece = text[start:cut_start]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            spans.append((left, left + len(piece.strip())))
        start = cut_end
    return spans or [(0, len(text))]
