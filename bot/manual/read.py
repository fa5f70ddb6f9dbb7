"""Files of a manual → sections: headings with the paragraphs, list items and table rows below them.

Each format has a reader (`read_markdown`, `read_html`, `read_docx`, `read_pdf`) that yields blocks; here the right one
is chosen and the limits are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.manual.blocks import Block, Limits, Section, Unreadable, one_line, sections

_SUFFIXES = {".md": "markdown", ".markdown": "markdown", ".mdx": "markdown", ".txt": "text", ".html": "html"}
_SUFFIXES |= {".htm": "html", ".xhtml": "html", ".docx": "docx", ".pdf": "pdf"}


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
    words = sum(len(block.text.split()) for section in found for block in section.blocks)
    if words > limits.words:
        raise Unreadable(f"it has {words:,} words, the limit is {limits.words:,}: publish the part that is on posting")
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
