"""Markdown (CommonMark with tables) → blocks. Emphasis, links and inline code are reduced to their words."""

from __future__ import annotations

import regex
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.manual.blocks import Block, Heading, Limits, Paragraph, decode, one_line, table_row

_FRONT_MATTER = regex.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)\n(---|\+\+\+|\.\.\.)[ \t]*(\n|\Z)", regex.DOTALL)
_TITLE = regex.compile(r"^title[ \t]*[:=][ \t]*(['\"]?)(.+?)\1[ \t]*$", regex.MULTILINE | regex.IGNORECASE)
_ANCHOR = regex.compile(r"(?<![ \t])[ \t]*\{:?[ \t]*#([\w.:-]+)[^{}\n]*\}[ \t]*$")
_ATTRIBUTES = regex.compile(r"\{:[^{}\n]*\}|\{\{[<%][^\n]{0,500}?[%>]\}\}")  # kramdown attributes, Hugo shortcodes
_COMMENT = regex.compile(r"<!--.*?(-->|\Z)", regex.DOTALL)


def read_markdown(data: bytes, limits: Limits) -> tuple[str, list[Block]]:
    """The title of the front matter (or empty) and the blocks. Raises `Unreadable` when it isn't text."""
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    title = ""
    front = _FRONT_MATTER.match(text)
    if front:
        named = _TITLE.search(front.group(2))
        title = one_line(named.group(2)) if named else ""
        text = text[front.end() :]
    return title, markdown_blocks(text)


def read_plain(data: bytes, limits: Limits) -> tuple[str, list[Block]]:
    """Plain text: paragraphs between empty lines."""
    paragraphs = regex.split(r"\n[ \t]*\n", decode(data).replace("\r\n", "\n").replace("\r", "\n"))
    return "", [Paragraph(one_line(p)) for p in paragraphs if p.strip()]


def markdown_blocks(text: str) -> list[Block]:
    """The blocks of Markdown `text` in order. A table row becomes `Column: cell | Column: cell`."""
    parser = MarkdownIt("commonmark", {"maxNesting": 200}).enable(["table", "strikethrough"])
    return _Walk(parser.parse(_ATTRIBUTES.sub("", text))).blocks


class _Walk:
    """One pass over the parser's tokens."""

    def __init__(self, tokens: list[Token]) -> None:
        self.blocks: list[Block] = []
        self.markers: list[str] = []
        """The marker of every open list: `-`, or the next number."""
        self.pending = ""
        """A list marker that its item's first paragraph is to carry."""
        self.tight = False
        self.columns: list[str] = []
        self.cells: list[str] = []
        for at, token in enumerate(tokens):
            self.visit(token, tokens[at - 1] if at else None)

    def visit(self, token: Token, before: Token | None) -> None:
        kind = token.type
        if kind == "inline" and before is not None:
            if before.type == "heading_open":
                self.heading(token, int(before.tag[1:]))
            elif before.type in ("th_open", "td_open"):
                (self.columns if before.type == "th_open" else self.cells).append(one_line(words(token)))
            else:
                self.paragraph(one_line(words(token)))
        elif kind in ("fence", "code_block"):
            self.paragraph(token.content.rstrip())
        elif kind == "html_block":
            self.html(token.content)
        elif kind in ("bullet_list_open", "ordered_list_open"):
            self.markers.append("-" if kind.startswith("bullet") else str(token.attrGet("start") or 1))
            self.tight = len(self.markers) > 1
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self.markers.pop()
            self.tight = bool(self.markers)
        elif kind == "list_item_open":
            self.open_item()
        elif kind == "list_item_close":
            self.pending = ""
        elif kind == "table_open":
            self.columns, self.tight = [], False
        elif kind == "tr_close":
            self.row()
        elif kind == "table_close":
            self.tight = False

    def open_item(self) -> None:
        marker = self.markers[-1]
        indent = "  " * (len(self.markers) - 1)
        self.pending = f"{indent}{marker} " if marker == "-" else f"{indent}{marker}. "
        if marker != "-":
            self.markers[-1] = str(int(marker) + 1)

    def heading(self, token: Token, level: int) -> None:
        text = words(token)
        anchor = _ANCHOR.search(text)
        self.blocks.append(
            Heading(level, text[: anchor.start()] if anchor else text, anchor.group(1) if anchor else "")
        )
        self.tight = False

    def paragraph(self, text: str) -> None:
        if text:
            self.blocks.append(Paragraph(self.pending + text, self.tight and bool(self.blocks)))
            self.pending, self.tight = "", bool(self.markers)

    def row(self) -> None:
        row = table_row(self.columns, self.cells, self.tight)
        self.cells = []
        if row is not None:
            self.blocks.append(row)
            self.tight = True

    def html(self, content: str) -> None:
        content = _COMMENT.sub("", content)
        if content.strip():
            from bot.manual.read_html import html_blocks

            for block in html_blocks(content):
                self.blocks.append(block)
            self.tight = False


def words(token: Token) -> str:
    """The words of an inline token: what a reader of the page sees, a picture by its alt text."""
    pieces: list[str] = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            pieces.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
        elif child.type == "image":
            pieces.append(words(child) or child.content)
        elif child.type == "html_inline" and child.content.lower().startswith("<br"):
            pieces.append(" ")
    return "".join(pieces)
