"""Protected speech (pay, conditions, unions, safety, whistleblowing): sentences that no rule and no model may flag."""

from __future__ import annotations

from dataclasses import dataclass

from bot.policy import schema
from bot.policy.finders import Finder, Without
from bot.policy.models import Category
from bot.policy.reading import Reading, Span
from bot.policy.rules import CompiledGuard

STILL_FLAGGED = frozenset({Category.CREDENTIALS, Category.PERSONAL_DATA})
"""A leaked key or somebody else's data stays a finding wherever it stands."""
_ABOUT_PEOPLE = frozenset(
    {Category.RESPECT, Category.TONE, Category.INCLUSIVE_LANGUAGE, Category.CRISIS, Category.SPOKESPERSON}
)
"""What a complaint is likely to sound like in the sentence beside the one that is plainly protected."""


@dataclass(frozen=True)
class CompiledProtected:
    """One kind of protected speech."""

    spec: schema.Protected
    match: Finder
    when: tuple[CompiledGuard, ...]
    unless: tuple[CompiledGuard, ...]

    def find(self, reading: Reading, without: Without = None) -> list[Span]:
        """The words that make their sentences protected."""
        return [
            span
            for span in self.match.find(reading, without)
            if all(g.source == without or g.stands_near(span, reading, without) for g in self.when)
            and not any(g.source != without and g.stands_near(span, reading, without) for g in self.unless)
        ]


def protected_sentences(kinds: tuple[CompiledProtected, ...], reading: Reading) -> list[int]:
    """Indices of the sentences of `reading` that are protected."""
    found = {reading.sentence_at(span.start) for kind in kinds for span in kind.find(reading)}
    return sorted(found)


def is_protected(category: Category, span: tuple[int, int] | None, sentences: list[int], reading: Reading) -> bool:
    """Whether a finding of `category` at `span` must be dropped. `span` None: it speaks of the whole draft.

    Words about people and what happened to them, next to a protected sentence, belong to the same complaint
    ("We get no breaks. My boss …").
    """
    if not sentences or category in STILL_FLAGGED:
        return False
    if category == Category.NETWORK_LIMITS:
        # What a network won't take is no judgement on what is said; a draft that is all complaint is left in peace.
        return len(sentences) == len(reading.sentences)
    if span is None:
        return True
    reach = 1 if category in _ABOUT_PEOPLE else 0
    first, last = reading.sentence_at(span[0]), reading.sentence_at(max(span[0], span[1] - 1))
    return any(first - reach <= number <= last + reach for number in sentences)
