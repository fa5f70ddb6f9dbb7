"""What somebody wrote behind `/bonvent`, in three languages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from bot.text import fold

BONVENT = "/bonvent"
Verb = Literal["freeze", "lift", "status", "help", "unknown"]
_VERBS: dict[str, tuple[Verb, str]] = {
    "freeze": ("freeze", ""),
    "congelar": ("freeze", "es"),
    "congela": ("freeze", ""),
    "lift": ("lift", ""),
    "unfreeze": ("lift", "en"),
    "levantar": ("lift", "es"),
    "aixecar": ("lift", "ca"),
    "aixeca": ("lift", "ca"),
    "status": ("status", ""),
    "estado": ("status", "es"),
    "estat": ("status", "ca"),
    "help": ("help", ""),
    "ayuda": ("help", "es"),
    "ajuda": ("help", "ca"),
}
_FIRST = re.compile(r"\s*(\S+)\s*(.*)", re.DOTALL)


@dataclass(frozen=True)
class Wish:
    """What the command asks for."""

    verb: Verb
    text: str = field(default="", repr=False)
    """What stands behind the verb: the official statement."""
    language: str = ""
    """Of a word that only one language has; empty: the reader's own."""


def read_bonvent(text: str) -> Wish:
    """Alone it is a call for help; the first word is the verb, and nothing but freezing takes more."""
    match = _FIRST.fullmatch(text)
    if match is None:
        return Wish("help")
    verb, language = _VERBS.get(fold(match.group(1)).text.rstrip(":,.!"), ("unknown", ""))
    rest = match.group(2).strip()
    if rest and verb in ("lift", "status", "help"):
        return Wish("unknown")
    return Wish(verb, rest if verb == "freeze" else "", language)
