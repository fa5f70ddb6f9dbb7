"""Text as the rules see it: folding with a way back to the original offsets, exact quotes, sentences.

Offsets everywhere in Bonvent are code points of the original text, end exclusive.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

import regex

_QUOTES = str.maketrans(
    {**dict.fromkeys("‘’‚‛ʼ´`′", "'"), **dict.fromkeys("“”„‟«»″", '"'), **dict.fromkeys("‐‑‒–—―", "-")}
)
_SPACES = regex.compile(r"\s+")
_INVISIBLE = regex.compile(r"\p{Cf}+")  # zero-width characters would hide a term from every rule
_SENTENCE_END = regex.compile(r"(?<=[.!?…][\"'”’»)\]]*)\s+(?=[\p{Lu}\p{N}¿¡\"“«'(#@\p{Emoji_Presentation}-])|\n+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text and, for each of its characters, where it came from (None: same offsets)."""

    text: str
    origins: tuple[int, ...] | None
    length: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original offsets of `text[start:end]`."""
        if self.origins is None:
            return start, end
        if start >= end:
            at = self.origins[start] if start < len(self.origins) else self.length
            return at, at
        return self.origins[start], self.origins[end - 1] + 1


class _FoldTable(dict[int, str]):
    """What each character folds to, worked out at first sight (`str.translate` asks)."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_character(chr(code))
        if len(folded) != 1:
            _SHIFTING.add(chr(code))
        return folded


_SHIFTING: set[str] = set()
"""Characters seen so far that fold to none or to several: offsets move behind them."""
_FOLDS = _FoldTable()


def _fold_character(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" or unicodedata.combining(character):
        return ""  # invisible, or the accent of the letter before it
    if category == "Cs":
        return "\ufffd"  # a lone surrogate is no text and can't be encoded for RE2
    decomposed = unicodedata.normalize("NFKD", character)
    folded = "".join(c for c in decomposed if not unicodedata.combining(c)).lower()
    return (folded or " ").translate(_QUOTES).replace("\xa0", " ")


def fold(text: str) -> Folded:
    """Lower case, compatibility forms and diacritics removed, quote marks and dashes made plain.

    `única` and `unica` are one word to a rule; so are `𝗴𝘂𝗮𝗿𝗮𝗻𝘁𝗲𝗲𝗱` and `guaranteed`. Line breaks stay.
    """
    if text.isascii():
        return Folded(text.lower().replace("`", "'"), None, len(text))
    folded = text.translate(_FOLDS)
    if _SHIFTING.isdisjoint(text):
        return Folded(folded, None, len(text))
    origins = tuple(at for at, character in enumerate(text) for _ in _FOLDS[ord(character)])
    return Folded(folded, origins, len(text))


def normalise_quote(text: str) -> str:
    """A text as quotes are compared: NFKC, white space and quote marks folded; case and accents count."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_QUOTES)).strip()


def find_quote(quote: str, text: str) -> tuple[int, int] | None:
    """Where `quote` stands word for word in `text` (see `normalise_quote`), or None. Never a fuzzy match."""
    wanted = normalise_quote(quote)
    if not wanted:
        return None
    at = text.find(quote)
    if at >= 0:
        return at, at + len(quote)
    pieces: list[str] = []
    origins: list[int] = []
    # Grapheme by grapheme, so that a decomposed accent normalises together with its letter.
    for cluster in regex.finditer(r"\X", text):
        piece = _INVISIBLE.sub("", unicodedata.normalize("NFKC", cluster.group())).translate(_QUOTES)
        for character in piece:
            space = character.isspace()
            if space and (not pieces or pieces[-1] == " "):
                continue
            pieces.append(" " if space else character)
            origins.append(cluster.start())
    found = "".join(pieces).find(wanted)
    if found < 0:
        return None
    last = found + len(wanted)
    end = origins[last] if last < len(origins) else len(text)
    start = origins[found]
    return start, start + len(text[start:end].rstrip())


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of `text`, without the white space around them. A line break ends one."""
    spans: list[tuple[int, int]] = []
    start = 0
    for gap in [*_SENTENCE_END.finditer(text), None]:
        end = gap.start() if gap else len(text)
        piece = text[start:end]
        if piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            spans.append((left, left + len(piece.strip())))
        start = gap.end() if gap else end
    return spans
