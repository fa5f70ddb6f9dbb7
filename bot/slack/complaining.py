"""What a complaint may say: the rules' owners get its author's own words, never the draft's, a secret's, or a name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import regex

from bot.coach.mask import mask
from bot.policy.engine import Policy
from bot.policy.models import Draft

_RUN = 5
"""Words in a row that count as the draft's."""
_SHORTEST = 3
"""Of a draft that is shorter than that, its own length, but not less than this."""
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+")


def gives_away(comment: str, drafts: Iterable[Draft], author: str, policy: Policy) -> bool:
    """Whether a comment repeats a part of one of the drafts, something that is hidden in them, or the author's name."""
    said = _words(comment)
    flat = unicodedata.normalize("NFKC", comment).casefold()
    if any(_runs(_words(name), 2) & _runs(said, 2) for name in author.split(",")):
        return True
    for draft in drafts:
        for text in (draft.text, *draft.alt):
            words = _words(text)
            run = min(_RUN, max(_SHORTEST, len(words)))
            if _runs(words, run) & _runs(said, run):
                return True
        hidden = mask(draft, policy).hidden
        if any(unicodedata.normalize("NFKC", secret).casefold() in flat for secret in hidden):
            return True
    return False


def masked(comment: str, policy: Policy) -> str:
    """The comment with everything hidden that looks like a secret or somebody's data."""
    return mask(Draft(text=comment), policy).text


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _runs(words: list[str], length: int) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + length]) for at in range(len(words) - length + 1)}
