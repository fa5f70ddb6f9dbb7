"""Sections → passages of at most about 180 words, and passages → windows of about 30 words for embedding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import regex

from bot.language import UNKNOWN, likeliest, main_language
from bot.manual.blocks import Paragraph, Section
from bot.manual.models import Passage
from bot.manual.words import LANGUAGES
from bot.text import sentences

WORDS = 180
"""A passage's length at most, unless one sentence alone is longer."""
WINDOW = 30
"""Length of a window, in words."""
LONGEST = 400
"""What has no sentence end is cut here: an embedder reads no further anyway."""

_CONTEXT = 40
"""Words that are said again at most."""
_ITEM = regex.compile(r"(?P<indent>[ \t]*)(?:[-*+•]|\(?[0-9a-z]{1,3}[.)])[ \t]+(?=\S)")
_FOLDERS = {"en", "es", "ca", "fr", "de", "pt", "gl", "eu", "nl"}  # not "it" or "hr": those are departments too
_ENOUGH_WORDS = 60
"""With fewer words only `LANGUAGES` are considered."""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    words: int
    glue: str
    """What joins it to the piece before: empty line, line break or space."""
    leads: bool = False
    """True when it announces what follows: never the last of a passage."""
    context: str = ""
    """What is said again, with what joins it, where a passage begins with this piece: what announces the list, for one."""


def chunk(
    sections: Iterable[Section], *, source: str, path: str, language: str, version: str, words: int = WORDS
) -> list[Passage]:
    """The passages of one file, in order.

    A paragraph, list item or table row is never split while it has at most `words` words; a longer one is split at
    sentence ends, so that a sentence always stands inside one passage (one of over `LONGEST` words excepted). Where a list
    or table goes on in the next passage, what announces it is said there again, on top of `words`.
    """
    passages: list[Passage] = []
    for section in sections:
        for number, text in enumerate(_pack(list(_pieces(section.blocks, words)), words), start=1):
            suffix = f".{number}" if number > 1 else ""
            passages.append(
                Passage(
                    id=f"{source}/{path}#{section.anchor}{suffix}",
                    manual=source,
                    language=language,
                    version=version,
                    anchor=section.anchor,
                    heading=section.heading,
                    text=text,
                )
            )
    return passages


def _pieces(blocks: list[Paragraph], words: int) -> Iterator[_Piece]:
    outline = _Outline()
    for at, block in enumerate(blocks):
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        context = outline.over(block, following)
        glue = "\n" if block.tight else "\n\n"
        count = len(block.text.split())
        if count <= words:
            yield _Piece(block.text, count, glue, _leads(block, following), context)
        elif block.cells:
            yield from _parts_of_row(block.cells, words, glue, context)
        else:
            yield from _parts(block.text, glue, context)


def _parts(text: str, glue: str, context: str) -> Iterator[_Piece]:
    """The sentences of a long text."""
    at = 0
    for start, end in sentences(text):
        gap = text[at:start]
        glue_here = glue if not at else "\n" if "\n" in gap else " "
        at = end
        for part in _cut(text[start:end]):
            yield _Piece(part, len(part.split()), glue_here, context=context)
            glue_here = " "


def _parts_of_row(cells: Sequence[str], words: int, glue: str, context: str) -> Iterator[_Piece]:
    """The cells of a long row; each part says which row and which column it is of."""
    head = f"{cells[0]} | " if len(cells[0].split()) <= _CONTEXT else ""
    for number, cell in enumerate(cells):
        row = f"{context}{head}" if number else context
        glue_here = " | " if number else glue
        if len(cell.split()) <= words:
            yield _Piece(cell, len(cell.split()), glue_here, context=row)
            continue
        column, _, rest = cell.partition(": ")
        named = f"{row}{column}: " if rest and len(column.split()) <= _CONTEXT // 2 else row
        for place, part in enumerate(_parts(cell, glue_here, row)):
            yield part if not place else _Piece(part.text, part.words, part.glue, context=named)


class _Outline:
    """What announces the blocks of a section: the words before a list or a table, and the items above an item."""

    def __init__(self) -> None:
        self._above: list[tuple[int, str]] = []

    def over(self, block: Paragraph, following: Paragraph | None) -> str:
        """What stands over `block`, a line each; call it for one block after the other."""
        item = _ITEM.match(block.text)
        if not item and not block.cells and not block.tight:
            self._above = [(-1, block.text)] if _leads(block, following) else []
            return ""
        if item:
            level = len(item["indent"])
            self._above = [(depth, text) for depth, text in self._above if depth < level]
        lines = [_said_again(text) for _, text in self._above]
        if item:
            self._above.append((level, block.text))
        while len(" ".join(lines).split()) > _CONTEXT:
            del lines[0]
        return "".join(f"{line}\n" for line in lines)


def _said_again(text: str) -> str:
    """The sentence that announces; the ones before it stand in a passage before."""
    if len(text.split()) <= _CONTEXT // 2:
        return text
    start, end = sentences(text)[-1]
    return text[start:end]


def _leads(block: Paragraph, following: Paragraph | None) -> bool:
    """Whether the block announces what follows: it ends with a colon, or without an end before a list or a table."""
    text = block.text.rstrip()
    if text.endswith(":") or following is None or block.cells or block.tight or _ITEM.match(text):
        return text.endswith(":")
    return text[-1:].isalnum() and bool(following.cells or _ITEM.match(following.text))


def _cut(sentence: str) -> list[str]:
    """The sentence, or its parts when it is too long to be one."""
    words = sentence.split()
    if len(words) <= LONGEST:
        return [sentence]
    return [" ".join(words[at : at + LONGEST]) for at in range(0, len(words), LONGEST)]


def _pack(pieces: list[_Piece], words: int) -> Iterator[str]:
    """Pieces joined to texts of at most `words` words and of about the same length."""
    total = sum(piece.words for piece in pieces)
    parts = -(-total // words) if total else 0
    target = min(words, -(-total // parts) + words // 10) if parts else words
    text, count, last = "", 0, None
    held: list[_Piece] = []  # announcing pieces that wait for what they announce
    for piece in pieces:
        held.append(piece)
        if piece.leads and piece is not pieces[-1] and sum(p.words for p in held) < words // 2:
            continue
        size = sum(p.words for p in held)
        if last is not None and count + size > target:
            yield text
            text, count, last = "", 0, None
        for one in held:
            if last is not None and count + one.words > words:
                yield text
                text, count, last = "", 0, None
            again = one.context if last is None else ""
            text = again + one.text if last is None else text + one.glue + one.text
            count, last = count + len(again.split()) + one.words, one
        held = []
    if last is not None:
        yield text


def windows(passage: Passage, size: int = WINDOW) -> list[str]:
    """Overlapping stretches of about `size` words, cut at sentence ends; none when the passage is short."""
    units = [passage.text[start:end] for start, end in sentences(passage.text)]
    lengths = [len(unit.split()) for unit in units]
    if sum(lengths) <= size * 1.2:
        return []
    found: list[str] = []
    at = 0
    while at < len(units):
        stop, count = at, 0
        while stop < len(units) and (stop == at or count + lengths[stop] <= size * 1.2):
            count += lengths[stop]
            stop += 1
        found.append(" ".join(units[at:stop]))
        if stop == len(units):
            break
        at = max(at + 1, stop - 1) if count > size / 2 else stop
    return found


def language_of(path: str, text: str) -> str:
    """Two letters: a language folder in `path` says so, else the text does; `und` when it can't be told."""
    folder = language_folder(path)
    if folder:
        return folder
    words = text.split()[:2000]
    sample = " ".join(words)
    if len(words) < _ENOUGH_WORDS:
        return likeliest(sample, LANGUAGES)
    language = main_language(sample)
    return language if language in LANGUAGES else UNKNOWN


def language_folder(path: str) -> str:
    """The innermost folder of `path` that names a language; empty when there is none."""
    return next((folder for folder in reversed(path.lower().split("/")[:-1]) if folder in _FOLDERS), "")
