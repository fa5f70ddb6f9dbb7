"""Which rules a text can concern at all: those whose words or patterns stand in it, and those that always look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.manual.models import Citation
from bot.policy.finders import Finder
from bot.policy.reading import Reading
from bot.policy.rules import CompiledRule

Entry = tuple[CompiledRule, Citation | None]


@dataclass(frozen=True)
class Plan:
    """The rules for one surface, network and language, by what wakes them."""

    entries: tuple[Entry, ...]
    always: tuple[int, ...]
    """Detectors, limits and criteria look at every text; a suspended rule's question is put to every author."""
    by_key: dict[str, list[int]]
    by_number: dict[int, list[int]]

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> Plan:
        """Sorts the rules by the terms and patterns without which they can't find anything."""
        kept = tuple(entries)
        always: list[int] = []
        by_key: dict[str, list[int]] = {}
        by_number: dict[int, list[int]] = {}
        for at, (compiled, citation) in enumerate(kept):
            trigger = _trigger(compiled)
            if trigger is None or citation is None:
                always.append(at)
                continue
            for key in trigger.keys:
                by_key.setdefault(key, []).append(at)
            for number in trigger.numbers:
                by_number.setdefault(number, []).append(at)
        return cls(kept, tuple(always), by_key, by_number)

    def awakened(self, reading: Reading) -> Iterator[Entry]:
        """The rules that may find something in `reading`, in the order of the files."""
        wanted = set(self.always)
        if self.entries:
            scanner = self.entries[0][0].scanner
            for key in scanner.hits(reading):
                wanted.update(self.by_key.get(key, ()))
            for number in scanner.matching(reading):
                wanted.update(self.by_number.get(number, ()))
        return (self.entries[at] for at in sorted(wanted))


def _trigger(compiled: CompiledRule) -> Finder | None:
    """The finder without which the rule finds nothing; None when it must always look."""
    finder = compiled.when[0].finder if compiled.missing is not None else compiled.match
    return finder if finder is not None and finder.detect is None else None
