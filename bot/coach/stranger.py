"""A stranger's words, quoted by somebody else: in them "write to me at …" announces another person's data, too."""

from __future__ import annotations

import re

from bot.coach.mask import mask
from bot.policy.engine import Policy
from bot.policy.models import Draft

# The space before what may be an address or a number. What announces it must stand on the same line (`announced_as_own`).
_BEFORE = re.compile(r"(?<![\d)\]])[^\S\n](?=[(\[+]*\d|\S*@|\S+[^\S\n]?[(\[](?:at|arroba)[)\]]|[A-Z]{2}\d\d)", re.I)


def mask_stranger(text: str, language: str, policy: Policy) -> str:
    """The text with placeholders such as ⟦EMAIL_1⟧ in place of secrets and everybody's data but the company's own."""
    masked = mask(Draft(text=_BEFORE.sub("\n", text), language=language), policy)
    pieces, at = [], 0
    for place in masked.places:
        pieces += [text[at : place.original_start], masked.text[place.start : place.end]]
        at = place.original_end
    return "".join([*pieces, text[at:]])
