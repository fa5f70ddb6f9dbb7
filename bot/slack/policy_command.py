"""What somebody wrote behind `/policy`: a question, or the words that list and show, in three languages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from bot.text import fold

COMMAND = "/policy"
_SHOWS: dict[str, tuple[Literal["rules", "section", "help"], str]] = {
    "rules": ("rules", ""),
    "reglas": ("rules", "es"),
    "normas": ("rules", "es"),
    "regles": ("rules", "ca"),
    "normes": ("rules", "ca"),
    "section": ("section", ""),
    "sections": ("section", ""),
    "seccion": ("section", "es"),
    "secciones": ("section", "es"),
    "seccio": ("section", "ca"),
    "seccions": ("section", "ca"),
    "help": ("help", ""),
    "ayuda": ("help", "es"),
    "ajuda": ("help", "ca"),
}
_FIRST = re.compile(r"\s*(\S+)\s*(.*)", re.DOTALL)
_PAGE = re.compile(r"(.*?)\s*\b(\d{1,3})", re.DOTALL)


@dataclass(frozen=True)
class Wish:
    """What the command asks for. `guide`: it stood alone."""

    kind: Literal["guide", "help", "rules", "section", "question"]
    text: str = field(default="", repr=False)
    """The topic of the rules or the section's name: what stands behind a word that shows."""
    language: str = ""
    """Of a word that only one language has; empty: the reader's own."""
    page: int = 1
    whole: str = field(default="", repr=False)
    """All that was written: the question, if it is one."""


def read_command(text: str) -> Wish:
    """A word that shows something stands first: “rules”, “section photos”, “ayuda”. Anything else is a question."""
    whole = text.strip()
    match = _FIRST.fullmatch(text)
    if match is None:
        return Wish("guide")
    first, rest = match.group(1), match.group(2).strip()
    kind, language = _SHOWS.get(fold(first).text.rstrip(":"), (None, ""))
    if kind is None or (kind == "help" and rest):
        return Wish("question", whole=whole)
    if kind == "rules" and (paged := _PAGE.fullmatch(rest)):
        return Wish("rules", paged.group(1).strip(), language, max(1, int(paged.group(2))), whole)
    return Wish(kind, rest, language, whole=whole)
