"""Sections → passages of at most about 180 words, and passages → windows of about 30 words for embedding."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

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

_FOLDERS = {"en", "es", "ca", "fr", "de", "pt", "gl", "eu", "nl"}  # not "it" or "hr": those are departments too
_ENOUGH_WORDS = 60
"""With fewer words only `LANGUAGES` are considered."""


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    words: int
    glue: str
    """What joins it to the piece before: empty line, line break or space."""
    leads: bool
    """True when it announces what follows (ends with a colon): never the last of a passage."""


def chunk(
    sections: Iterable[Section], *, source: str, path: str, language: str, version: str, words: int = WORDS
) -> list[Passage]:
    """The passages of one file, in order.

    A paragraph, list item or table row is never split while it has at most `words` words; a longer one is split at
    sentence ends, so that a sentence always stands inside one passage (one of over `LONGEST` words excepted).
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
    for block in blocks:
        glue = "\n" if block.tight else "\n\n"
        count = len(block.text.split())
        if count <= words:
            yield _Piece(block.text, count, glue, block.text.rstrip().endswith(":"))
            continue
        at = 0
        for start, end in sentences(block.text):
            gap = block.text[at:start]
            glue_here = glue if not at else "\n" if "\n" in gap else " "
            at = end
            for part in _cut(block.text[start:end]):
                yield _Piece(part, len(part.split()), glue_here, False)
                glue_here = " "


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
            text = one.text if last is None else text + one.glue + one.text
            count, last = count + one.words, one
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
