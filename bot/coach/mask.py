"""Hides secrets and other people's data before a draft leaves the process; the way back is for the author's own quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import regex

from bot.policy.detectors import DETECTORS
from bot.policy.engine import Policy
from bot.policy.models import Draft
from bot.policy.reading import Reading

_SECRET = {"secrets": "SECRET", "passwords": "SECRET", "private-hosts": "SECRET"}
_PERSONAL = {"iban": "IBAN", "card": "CARD", "national-id": "ID", "email": "EMAIL", "phone": "PHONE"}
# Written like a phone, whether or not a telephone company would give it out.
_LIKE_A_PHONE = regex.compile(r"(?<![\p{L}\p{N}])(?:\(\d{3}\)\s?|\d{3}[-.\s])\d{3}[-.\s]\d{4}(?![\p{L}\p{N}])")
OPENING, CLOSING = "⟦", "⟧"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a placeholder stands in the masked text, and what it hides in the original; code points, end exclusive."""

    start: int
    end: int
    original_start: int
    original_end: int
    secret: bool


@dataclass(frozen=True)
class Masked:
    """A draft that may leave the process."""

    text: str
    alt: tuple[str, ...]
    places: tuple[Place, ...] = ()
    hidden: dict[str, str] = field(default_factory=dict, repr=False)
    """What was hidden → its placeholder; the same words get the same placeholder everywhere."""
    beside: tuple[str, ...] = ()
    """Other texts that go out with the draft."""

    def hide(self, text: str) -> str:
        """Another text that goes out with the draft, without anything that the draft hides."""
        for words in sorted(self.hidden, key=len, reverse=True):
            text = text.replace(words, self.hidden[words])
        return text

    def original(self, start: int, end: int) -> tuple[int, int] | None:
        """Where `text[start:end]` stands in the author's draft: the longest part of it that holds no secret, or None."""
        pieces: list[tuple[int, int]] = []
        at = start
        for place in self.places:
            if place.secret and place.start < end and start < place.end:
                pieces.append((at, place.start))
                at = place.end
        pieces.append((at, end))
        best = max(pieces, key=lambda piece: piece[1] - piece[0])
        best = _trimmed(self.text, *best)
        if best[0] >= best[1]:
            return None
        return self._back(best[0], is_end=False), self._back(best[1], is_end=True)

    def _back(self, position: int, *, is_end: bool) -> int:
        shift = 0
        for place in self.places:
            if place.start < position < place.end:
                return place.original_end if is_end else place.original_start
            if place.end <= position:
                shift = place.original_end - place.end
        return position + shift


def mask(draft: Draft, policy: Policy, beside: Sequence[str] = ()) -> Masked:
    """The draft and its alternative texts with placeholders such as ⟦EMAIL_1⟧, and so the texts `beside` it."""
    taken = "\n".join((draft.text, *draft.alt, *beside))
    hidden: dict[str, str] = {}
    text, places = _replace(policy.read(draft), hidden, taken)
    alt, others = (
        tuple(_replace(policy.read(_alone(draft, words)), hidden, taken)[0] for words in texts)
        for texts in (draft.alt, beside)
    )
    masked = Masked(text, alt, places, hidden)
    # What is hidden in one is hidden in all, also where it wouldn't be found by itself.
    return replace(masked, beside=tuple(map(masked.hide, others)))


def finds(draft: Draft, policy: Policy) -> bool:
    """Whether the text carries a secret or somebody else's data."""
    return bool(_sensitive(policy.read(draft)))


def _alone(draft: Draft, text: str) -> Draft:
    return draft.model_copy(update={"text": text, "alt": ()})


def _sensitive(reading: Reading) -> list[tuple[int, int, str]]:
    """(start, end, kind), in order and apart; what overlaps is one, and a secret if one of them is."""
    found = [
        (span.start, span.end, kind)
        for name, kind in (*_SECRET.items(), *_PERSONAL.items())
        for span in DETECTORS[name].find(reading, DETECTORS[name].options())
        if span.start < span.end
    ]
    own = _digits(reading.author or "")
    found += [
        (m.start(), m.end(), "PHONE") for m in _LIKE_A_PHONE.finditer(reading.text) if _digits(m.group()) not in own
    ]
    merged: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(found):
        if merged and start < merged[-1][1]:
            before = merged[-1]
            both = "SECRET" if "SECRET" in (kind, before[2]) else before[2]
            merged[-1] = (before[0], max(end, before[1]), both)
        else:
            merged.append((start, end, kind))
    return merged


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _replace(reading: Reading, hidden: dict[str, str], taken: str) -> tuple[str, tuple[Place, ...]]:
    pieces: list[str] = []
    places: list[Place] = []
    at = length = 0
    for start, end, kind in _sensitive(reading):
        words = reading.text[start:end]
        placeholder = hidden.setdefault(words, _unused(kind, hidden, taken))
        pieces += [reading.text[at:start], placeholder]
        length += start - at
        places.append(Place(length, length + len(placeholder), start, end, placeholder.startswith(f"{OPENING}SECRET")))
        length += len(placeholder)
        at = end
    return "".join([*pieces, reading.text[at:]]), tuple(places)


def _unused(kind: str, hidden: dict[str, str], taken: str) -> str:
    number = 1
    used = set(hidden.values())
    while (name := f"{OPENING}{kind}_{number}{CLOSING}") in used or name in taken:
        number += 1
    return name


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    return left, left + len(piece.strip())
