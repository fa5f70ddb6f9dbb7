"""What stands above a draft and is none of it: “for LinkedIn: …”, “can you check this for X?” on a line of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import regex

from bot.coach.intents import Intents
from bot.coach.phrasebook import Phrasebook, tokens
from bot.networks.models import Networks

_END = regex.compile(r"[:：]\**(?=\s|$|\p{L}|[\"“«¡¿])|\s[-–—]+(?=\s)|\n")
_LONGEST = 90  # characters
_COURTESY = ("requests", "draft", "beside", "towards", "greeting", "filler")


@dataclass(frozen=True)
class Headed:
    """A message in two parts; `head` is empty when all of it is text."""

    head: str = field(repr=False)
    text: str = field(repr=False)
    networks: tuple[str, ...] = ()
    """Ids of the networks that the head names."""


def heading(text: str, networks: Networks, intents: Intents) -> Headed:
    """Takes off the first line, or what stands before the first colon, when it says nothing but where the draft goes."""
    whole = text.strip()
    end = _END.search(whole, 0, _LONGEST)
    sign = end.group().strip() if end else ""
    head = whole[: end.start()] if end else whole
    said = tokens(head)
    if not said or len(head) > _LONGEST:
        return Headed("", whole)
    kinds = _kinds(said, intents, names(networks))
    rest = whole[end.end() :].strip() if end else ""
    if kinds is None or not _is_heading(kinds, said, sign, rest, intents):
        return Headed("", whole)
    return Headed(head, rest, tuple(dict.fromkeys(label for kind, label in kinds if kind == "network")))


def names(networks: Networks) -> Phrasebook:
    """Every name of every network, under its id."""
    return Phrasebook({id_: (id_, network.name, *network.aliases) for id_, network in networks.networks.items()})


def _kinds(said: Sequence[str], intents: Intents, named: Phrasebook) -> list[tuple[str, str]] | None:
    """The kind and label of each phrase from left to right, the longest first; None when a word is of none."""
    books = {"network": named, **{kind: intents.books[kind] for kind in _COURTESY}}
    found = []
    at = 0
    while at < len(said):
        matches = [(match, kind) for kind, book in books.items() if (match := book.at(said, at))]
        if not matches:
            return None
        match, kind = max(matches, key=lambda pair: pair[0].end)  # the first of equals
        found.append((kind, match.label))
        at = match.end
    return found


def _is_heading(kinds: list[tuple[str, str]], said: Sequence[str], sign: str, rest: str, intents: Intents) -> bool:
    found = {kind for kind, _ in kinds}
    named = {label for kind, label in kinds if kind == "network"}
    if not named:
        return "requests" in found and bool(rest) and sign in (":", "：", "")
    if "towards" in found or "requests" in found:
        return True
    if sign.startswith((":", "：")):
        return len(named) == 1 and not any(word in intents.ambiguous for word in said)
    return "draft" in found and len(named) == 1 and bool(rest) and not sign
