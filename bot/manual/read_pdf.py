"""PDF with text → blocks. Headings are guessed from numbering and short lines, else each page is a section."""

from __future__ import annotations

import io
import logging
from collections import Counter
from contextlib import suppress
from typing import Any

import regex

from bot.manual.blocks import Block, Heading, Limits, Paragraph, Unreadable, one_line, table_row
from bot.manual.pdf_tables import Table
from bot.manual.pdf_tables import tables as tables_of

_NUMBERED = regex.compile(r"^(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})[.)]?\s+(?=\p{Lu})(?P<title>.{2,90})$")
_BULLET = regex.compile(r"^\s*(?:[•◦▪●‣–*·-]|\(?[a-z0-9]{1,2}[.)])\s+")
_ENDS = regex.compile(r"[.!?…:;,]['\"”’»)]*$")
_PAGE_NUMBER = regex.compile(r"^(?:page|página|pàgina)?\s*\d{1,4}(?:\s*(?:of|de|/)\s*\d{1,4})?$", regex.IGNORECASE)
_ROW = "\0row"
"""Begins a line that stands for a row of a table: no text of a page has it."""
_HYPHEN = regex.compile(r"(?<=\p{Ll})[-\u00ad]$")


def read_pdf(data: bytes, limits: Limits) -> tuple[str, list[Block]]:
    """The title of the document's information and the blocks. Raises `Unreadable`."""
    pages, tables, title = _pages(data, limits)
    if not any(line.strip() for page in pages for line in page):
        raise Unreadable("it has no text: it is probably scanned; run text recognition on it first")
    return title, pdf_blocks(pages, tables)


def _pages(data: bytes, limits: Limits) -> tuple[list[list[str]], list[list[Table]], str]:
    """The lines of each page, its tables, and the title."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("it is encrypted: save it without a password")
        if len(reader.pages) > limits.pages:
            raise Unreadable(f"it has {len(reader.pages)} pages, the limit is {limits.pages}")
        pages, tables = [], []
        for page in reader.pages:
            lines, bold = _lines(page)
            pages.append(lines)
            tables.append(tables_of(lines, _layout(page), bold) if len(lines) > 2 else [])
        information = reader.metadata
        return pages, tables, one_line(str(information.title or "")) if information else ""
    except Unreadable:
        raise
    except (PyPdfError, RecursionError, ImportError) as error:
        raise Unreadable(f"the PDF is broken ({type(error).__name__})") from None
    except Exception as error:  # a broken file makes pypdf raise nearly anything
        raise Unreadable(f"the PDF is broken ({type(error).__name__}: {one_line(str(error))[:80]})") from None


def _lines(page: Any) -> tuple[list[str], frozenset[str]]:
    """The lines of a page, and its words in bold."""
    bold: set[str] = set()

    def visit(text: str, _cm: Any, _tm: Any, font: Any, _size: Any) -> None:
        name = str((font or {}).get("/BaseFont", "")).lower()
        if "bold" in name or "black" in name or "heavy" in name:
            bold.add(one_line(text))

    text = page.extract_text(visitor_text=visit) or ""
    return text.replace("\0", "").splitlines(), frozenset(bold)


def _layout(page: Any) -> str:
    """The page as it is laid out; empty where that can't be told: its tables are lines then."""
    with suppress(Exception):  # less robust than the rest of pypdf, and never worth the page
        return str(page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False)).replace("\0", "")
    return ""


def pdf_blocks(pages: list[list[str]], tables: list[list[Table]] | None = None) -> list[Block]:
    """Lines of pages → blocks. Running headers, footers and page numbers are dropped, hyphenated words are joined."""
    running = _running_lines(pages)
    pages, rows = _with_rows(pages, tables or [])
    kept = [[line.strip() for line in page if one_line(line) not in running] for page in pages]
    kept = [[line for line in page if not _PAGE_NUMBER.match(line)] for page in kept]
    width = _usual_width(kept)
    has_headings = any(_heading(page, at, width) for page in kept for at in range(len(page)))
    blocks: list[Block] = []
    words: list[str] = []
    for number, page in enumerate(kept, start=1):
        if not has_headings and any(page):
            _flush(words, blocks)
            blocks.append(Heading(1, f"Page {number}", f"page-{number}"))
        for at, line in enumerate(page):
            if line.startswith(_ROW):
                _flush(words, blocks)
                blocks.append(rows[int(line.removeprefix(_ROW))])
                continue
            heading = _heading(page, at, width) if has_headings else None
            if heading or not line or _BULLET.match(line):
                _flush(words, blocks)
            if heading:
                blocks.append(heading)
            elif line:
                words.append(line)
                following = page[at + 1] if at + 1 < len(page) else ""
                if _ENDS.search(line) and len(line) < 0.7 * width and (not following or following[0].isupper()):
                    _flush(words, blocks)
    _flush(words, blocks)
    return blocks


def _with_rows(pages: list[list[str]], tables: list[list[Table]]) -> tuple[list[list[str]], list[Paragraph]]:
    """The pages with a mark and a number for each row of a table, and the rows by their numbers."""
    rows: list[Paragraph] = []
    marked = [list(page) for page in pages]
    for page, found in zip(marked, tables, strict=False):
        for table in reversed(found):
            tight, marks = False, []
            for cells in table.rows:
                row = table_row(table.columns, cells, tight)
                if row is not None:
                    marks.append(f"{_ROW}{len(rows)}")
                    rows.append(row)
                    tight = True
            page[table.first : table.last + 1] = marks
    return marked, rows


def _flush(words: list[str], blocks: list[Block]) -> None:
    """Ends a paragraph."""
    text = ""
    for line in words:
        text = _HYPHEN.sub("", text) + line if _HYPHEN.search(text) and line[:1].islower() else f"{text} {line}"
    words.clear()
    if one_line(text):
        text = _BULLET.sub(lambda m: "- " if not m.group().strip()[0].isalnum() else m.group(), one_line(text))
        after_item = bool(blocks) and isinstance(blocks[-1], Paragraph) and bool(_BULLET.match(blocks[-1].text))
        blocks.append(Paragraph(text, after_item and bool(_BULLET.match(text))))


def _running_lines(pages: list[list[str]]) -> set[str]:
    """First and last lines that most pages share."""
    if len(pages) < 3:
        return set()
    edges: Counter[str] = Counter()
    for page in pages:
        lines = [one_line(line) for line in page if line.strip()]
        edges.update({*lines[:2], *lines[-2:]})
    return {line for line, count in edges.items() if count > max(2, len(pages) // 2)}


def _usual_width(pages: list[list[str]]) -> int:
    lengths = sorted(len(line) for page in pages for line in page if line and not line.startswith(_ROW))
    return lengths[int(len(lengths) * 0.8)] if lengths else 0


def _heading(page: list[str], at: int, width: int) -> Heading | None:
    """`2.1 Title` by its numbering; a short capitalised line that stands alone or is all capitals."""
    line = page[at]
    if not line or line.startswith(_ROW) or (_BULLET.match(line) and not _NUMBERED.match(line)):
        return None
    numbered = _NUMBERED.match(line)
    if numbered and not _ENDS.search(line) and len(line) < max(60, 0.9 * width):
        return Heading(1 + numbered.group("number").count("."), line)
    letters = [c for c in line if c.isalpha()]
    if len(letters) < 3 or len(line) > 70 or len(line.split()) > 9 or _ENDS.search(line) or not letters[0].isupper():
        return None
    if all(c.isupper() for c in letters):
        return Heading(1, line)
    before = page[at - 1] if at else ""
    following = page[at + 1] if at + 1 < len(page) else ""
    short = len(line) < 0.6 * width
    starts = bool(following) and (
        following[0].isupper() or bool(_BULLET.match(following)) or following.startswith(_ROW)
    )
    ended = not before or before.startswith(_ROW) or bool(_ENDS.search(before))
    return Heading(2, line) if short and starts and ended else None
