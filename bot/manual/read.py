"""Files of a manual → sections: headings with the paragraphs, list items and table rows below them.

Each format has a reader (`read_markdown`, `read_html`, `read_docx`, `read_pdf`) that yields blocks; here the right one
is chosen, the limits are kept, and the blocks become sections.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import regex


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


Block = Heading | Paragraph


@dataclass(slots=True)
class Section:
    """Everything between a heading and the next one."""

    heading: tuple[str, ...]
    """The path of headings, outermost first; never empty."""
    anchor: str
    blocks: list[Paragraph] = field(default_factory=list)


_SPACES = regex.compile(r"[\s\p{Cc}]+")
_NOT_SLUG = regex.compile(r"[^\p{L}\p{N}]+")
_SUFFIXES = {".md": "markdown", ".markdown": "markdown", ".mdx": "markdown", ".txt": "text", ".html": "html"}
_SUFFIXES |= {".htm": "html", ".xhtml": "html", ".docx": "docx", ".pdf": "pdf"}


def one_line(text: str) -> str:
    """`text` with every run of white space and control characters made one space."""
    return str(_SPACES.sub(" ", text).strip())


def slug(text: str) -> str:
    """A heading as an anchor: lower case, letters and digits joined by hyphens; `section` when nothing is left."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()
    return _NOT_SLUG.sub("-", plain).strip("-")[:80].strip("-") or "section"


def kind_of(path: Path) -> str | None:
    """`markdown`, `text`, `html`, `docx` or `pdf` by the file's ending; None when it's none of them."""
    return _SUFFIXES.get(path.suffix.lower())


def read(path: Path, data: bytes, limits: Limits) -> list[Section]:
    """The sections of the file `path` with the content `data`. Raises `Unreadable`."""
    kind = kind_of(path)
    if kind is None:
        raise Unreadable(f"“{path.suffix or path.name}” is not a kind that is read (Markdown, HTML, PDF, DOCX)")
    if not data.strip():
        raise Unreadable("the file is empty")
    _check_content(kind, data)
    title, blocks = _reader(kind)(data, limits)
    found = sections(blocks, title or _title_of(path))
    if not found:
        raise Unreadable("there is no text in it")
    return found


def _title_of(path: Path) -> str:
    return one_line(path.stem.replace("_", " ").replace("-", " ")).capitalize() or path.name


def _check_content(kind: str, data: bytes) -> None:
    """Says so when a file isn't what its ending claims."""
    head = data[:1024].lstrip()
    actual = "pdf" if head.startswith(b"%PDF-") else "zip" if head.startswith(b"PK\x03\x04") else ""
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("it is an old or an encrypted Office file: save it as DOCX without a password")
    if kind == "pdf" and b"%PDF-" not in data[:1024]:
        raise Unreadable("the ending says PDF, the content is not one")
    if kind == "docx" and actual != "zip":
        raise Unreadable("the ending says DOCX, the content is not one")
    if kind in ("markdown", "text", "html") and actual:
        found = "a PDF" if actual == "pdf" else "a ZIP or DOCX file"
        raise Unreadable(f"the ending says {kind}, the content is {found}")
    if kind in ("markdown", "text", "html") and b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("it is binary, not text")


def _reader(kind: str) -> Callable[[bytes, Limits], tuple[str, list[Block]]]:
    if kind == "pdf":
        from bot.manual.read_pdf import read_pdf

        return read_pdf
    if kind == "docx":
        from bot.manual.read_docx import read_docx

        return read_docx
    if kind == "html":
        from bot.manual.read_html import read_html

        return read_html
    from bot.manual.read_markdown import read_markdown, read_plain

    return read_plain if kind == "text" else read_markdown


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
