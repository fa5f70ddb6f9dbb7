"""HTML → blocks. Navigation, scripts, forms and footers are left out."""

from __future__ import annotations

from bs4 import BeautifulSoup, Tag
from bs4.element import Comment, NavigableString

from bot.manual.blocks import Block, Heading, Limits, Paragraph, Unreadable, one_line, table_row

_DROPPED = {"script", "style", "nav", "footer", "noscript", "template", "svg", "form", "iframe", "head", "aside"}
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_PHRASES = "a abbr b bdi bdo big button cite code data del dfn em font i ins kbd label"
_PHRASES += " mark q s samp small span strike strong sub sup time tt u var wbr"
_INLINE = frozenset(_PHRASES.split())
_DEEPEST = 200


def read_html(data: bytes, limits: Limits) -> tuple[str, list[Block]]:
    """The page's title and its blocks; from `<main>` or `<article>` alone when the page has one."""
    soup = BeautifulSoup(data, "lxml")
    title = one_line(soup.title.get_text()) if soup.title else ""
    mains = soup.find_all("main") or soup.find_all("article")
    root = mains[0] if len(mains) == 1 and mains[0].get_text(strip=True) else soup.body or soup
    return title, _walk(root)


def html_blocks(html: str) -> list[Block]:
    """The blocks of a piece of HTML."""
    soup = BeautifulSoup(html, "lxml")
    return _walk(soup.body or soup)


def _walk(root: Tag) -> list[Block]:
    walk = _Walk()
    walk.children(root, 0)
    walk.flush()
    return walk.blocks


class _Walk:
    """Gathers inline text until a block begins or ends."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.line: list[str] = []
        self.lists: list[str] = []
        self.pending = ""
        self.tight = False

    def flush(self) -> None:
        text = one_line("".join(self.line))
        self.line = []
        if text:
            self.blocks.append(Paragraph(self.pending + text, self.tight))
            self.pending, self.tight = "", bool(self.lists)

    def children(self, node: Tag, depth: int) -> None:
        if depth > _DEEPEST:
            raise Unreadable(f"its tags are nested more than {_DEEPEST} deep")
        for child in node.children:
            if isinstance(child, Tag):
                self.tag(child, depth + 1)
            elif isinstance(child, NavigableString) and not isinstance(child, Comment):
                self.line.append(str(child))

    def tag(self, node: Tag, depth: int) -> None:
        name = node.name.lower()
        if name in _DROPPED or node.has_attr("hidden") or node.get("aria-hidden") == "true":
            return
        if name in _HEADINGS:
            self.flush()
            self.blocks.append(Heading(_HEADINGS[name], node.get_text(" "), str(node.get("id") or "")))
            self.tight = False
        elif name == "br":
            self.line.append(" ")
        elif name == "img":
            self.line.append(str(node.get("alt") or ""))
        elif name in _INLINE:
            self.children(node, depth)
        elif name == "pre":
            self.flush()
            if node.get_text().strip():
                self.blocks.append(Paragraph(self.pending + node.get_text().strip("\n").rstrip(), self.tight))
                self.pending = ""
        elif name in ("ul", "ol"):
            self.list(node, name, depth)
        elif name == "table":
            self.table(node, depth)
        else:
            self.flush()
            if name == "li" and self.lists:
                self.pending = self.marker()
            self.children(node, depth)
            self.flush()
            if name == "li":
                self.pending = ""

    def list(self, node: Tag, name: str, depth: int) -> None:
        self.flush()
        self.tight = bool(self.lists)
        self.lists.append("-" if name == "ul" else "1")
        self.children(node, depth)
        self.flush()
        self.lists.pop()
        self.tight = bool(self.lists)

    def marker(self) -> str:
        indent = "  " * (len(self.lists) - 1)
        current = self.lists[-1]
        if current == "-":
            return f"{indent}- "
        self.lists[-1] = str(int(current) + 1)
        return f"{indent}{current}. "

    def table(self, node: Tag, depth: int) -> None:
        """A row becomes `Column: cell | Column: cell`; a table that only lays out a page becomes its paragraphs.

        A cell that reaches over several rows stands in each of them.
        """
        self.flush()
        if node.find("table") is not None:
            self.children(node, depth)
            self.flush()
            return
        caption = one_line(node.caption.get_text(" ")) if node.caption else ""
        if caption:
            self.blocks.append(Paragraph(caption if caption[-1] in ".:!?" else f"{caption}:"))
        columns: list[str] = []
        above: dict[int, tuple[int, str]] = {}
        tight = False
        for row in node.find_all("tr"):
            cells = row.find_all(["th", "td"])
            is_header = not columns and bool(cells) and (_are_heads(cells) or (not tight and _are_bold(cells)))
            texts = _grid_row(cells, above, is_header)
            if is_header:
                columns = texts
                continue
            found = table_row(columns, texts, tight)
            if found is not None:
                self.blocks.append(found)
                tight = True
        if columns and not tight:
            self.blocks.append(Paragraph(" | ".join(columns)))


def _grid_row(cells: list[Tag], above: dict[int, tuple[int, str]], is_header: bool) -> list[str]:
    """The texts of a row by column. `above`: column → for how many rows more a cell from above stands in it, and its text."""
    texts: list[str] = []

    def take_over() -> None:
        while len(texts) in above:
            left, text = above[len(texts)]
            above[len(texts)] = (left - 1, text)
            if left <= 1:
                del above[len(texts)]
            texts.append(text)

    for cell in cells:
        take_over()
        text, rows = one_line(cell.get_text(" ")), _span(cell, "rowspan")
        for number in range(_span(cell, "colspan")):
            take_over()
            here = text if is_header or not number else ""
            if rows > 1:
                above[len(texts)] = (rows - 1, here)
            texts.append(here)
    take_over()
    return texts


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "")
    return min(int(value), 100) if value.isascii() and value.isdigit() and value != "0" else 1


def _are_heads(cells: list[Tag]) -> bool:
    return all(cell.name == "th" for cell in cells)


def _are_bold(cells: list[Tag]) -> bool:
    """Whether all that the cells say is bold: how Word's tables tell their header, where it isn't marked as one."""
    texts = [text for cell in cells for text in cell.find_all(string=True) if text.strip()]
    return bool(texts) and all(text.find_parent(["b", "strong", "th"]) is not None for text in texts)
