"""What a file of a manual is made of: blocks as a reader yields them, and the sections they become."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import regex

_SPACES = regex.compile(r"[\s\p{Cc}]+")
_NOT_SLUG = regex.compile(r"[^\p{L}\p{N}]+")


class Unreadable(Exception):  # noqa: N818 - a reason to name a file and go on
    """A file can't become part of the manual. Its text says why, in half a sentence."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may cost at most."""

    megabytes: int = 20
    """Size of the file on disk."""
    unpacked_megabytes: int = 200
    """Size of a DOCX after unpacking."""
    pages: int = 1000
    """Pages of a PDF."""
    words: int = 500_000
    """Words of any file: about a thousand pages."""
    seconds: float = 120.0
    """For reading it."""
    memory_megabytes: int = 2000
    """While it is read."""


@dataclass(frozen=True, slots=True)
class Heading:
    level: int
    text: str
    anchor: str = ""
    """Given by the author (`{#anchor}` or an HTML id); empty when there is none."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, a list item, a table row or a code block: what is never split while it is short enough."""

    text: str
    tight: bool = False
    """True when it continues the block before (an item of the same list, a row of the same table)."""
    cells: tuple[str, ...] = ()
    """Of a table's row: each cell with the name of its column."""


Block = Heading | Paragraph


@dataclass(slots=True)
class Section:
    """Everything between a heading and the next one."""

    heading: tuple[str, ...]
    """The path of headings, outermost first; never empty."""
    anchor: str
    blocks: list[Paragraph] = field(default_factory=list)


def one_line(text: str) -> str:
    """`text` with every run of white space and control characters made one space."""
    return str(_SPACES.sub(" ", text).strip())


def table_row(columns: Sequence[str], cells: Sequence[str], tight: bool) -> Paragraph | None:
    """A row of a table as `Column: cell | Column: cell`; None when it is empty."""
    names = [*columns, *[""] * len(cells)]
    named = tuple(f"{name}: {cell}" if name and cell else cell for cell, name in zip(cells, names, strict=False))
    text = " | ".join(named)
    return Paragraph(text, tight, named) if text.strip(" |") else None


def slug(text: str) -> str:
    """A heading as an anchor: lower case, letters and digits joined by hyphens; `section` when nothing is left."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()
    return _NOT_SLUG.sub("-", plain).strip("-")[:80].strip("-") or "section"


def decode(data: bytes) -> str:
    """Text from UTF-8 or UTF-16 with a mark. Raises `Unreadable`, with the likely encoding, for anything else."""
    try:
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return data.decode("utf-16")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        hint = ""
        if not any(byte in data for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D)):
            hint = " (it looks like Windows-1252)"
        raise Unreadable(f"it is not UTF-8 at byte {error.start}{hint}: save it as UTF-8") from None


def sections(blocks: Iterable[Block], title: str) -> list[Section]:
    """Blocks gathered under their headings; `title` stands for the text before the first heading.

    A heading with nothing below it (no text, no deeper heading) is kept with itself as its text.
    """
    path: list[tuple[int, str]] = []
    anchors: dict[str, int] = {}
    found = [Section((title,), "")]
    levels = [0]
    for block in blocks:
        if isinstance(block, Paragraph):
            if block.text.strip():
                found[-1].blocks.append(block)
            continue
        text = one_line(block.text)
        if not text:
            continue
        while path and path[-1][0] >= block.level:
            path.pop()
        path.append((block.level, text))
        found.append(Section(tuple(t for _, t in path), block.anchor))
        levels.append(block.level)
    for at, section in enumerate(found[1:], start=1):
        leaf = at + 1 == len(found) or levels[at + 1] <= levels[at]
        if not section.blocks and leaf:
            section.blocks.append(Paragraph(section.heading[-1]))
    kept = [section for section in found if section.blocks]
    for section in kept:
        wanted = section.anchor or slug(section.heading[-1])
        count = anchors[wanted] = anchors.get(wanted, 0) + 1
        section.anchor = wanted
        while count > 1 and section.anchor in anchors:
            section.anchor = f"{wanted}-{count - 1}"
            count += 1
        anchors.setdefault(section.anchor, 1)
    return kept
