"""A text on its way through the checks: read once, shared by every rule."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from bot.networks.models import Network
from bot.policy.company import Company
from bot.text import Folded, fold, sentences


@dataclass(frozen=True, slots=True)
class Span:
    """A place that a check found: code points of the text, end exclusive; `values` fill a message's placeholders."""

    start: int
    end: int
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """A text and all that a check may ask of it. Lazy: what no rule asks for is never computed."""

    text: str
    language: str
    """Two letters; `und` for a language that the company has no rules in."""
    network_id: str
    network: Network
    company: Company
    now: datetime
    author: str | None = None
    alt: tuple[str, ...] = ()
    cache: dict[str, object] = field(default_factory=dict, repr=False, compare=False)
    """For detectors that share work (`cache.setdefault`)."""

    @cached_property
    def folded(self) -> Folded:
        return fold(self.text)

    @cached_property
    def sentences(self) -> list[tuple[int, int]]:
        return sentences(self.text)

    def sentence_at(self, position: int) -> int:
        """The index of the sentence that `position` is in, or the one before it."""
        starts = self._sentence_starts
        return max(0, bisect_right(starts, position) - 1)

    @cached_property
    def _sentence_starts(self) -> list[int]:
        return [start for start, _ in self.sentences]
