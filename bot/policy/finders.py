"""From the words of a rule file to code that finds spans. One compiled finder for each way to match."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from bot.policy import schema
from bot.policy.detectors.base import Detector
from bot.policy.lists import Lists
from bot.policy.reading import Reading, Span
from bot.policy.terms import Term, TermIndex, occurrences

Without = str | None
"""One source (a term, pattern, exception or guard) to leave out: how `policy check` sees what it is good for."""


@dataclass(frozen=True)
class Pattern:
    """One RE2 pattern; `number` is its place in the policy's pattern set."""

    source: str
    compiled: Any = field(repr=False)
    number: int


@dataclass
class Scanner:
    """What all finders of one policy share: the term automaton and the set of patterns, each run once a reading."""

    terms: list[Term] = field(default_factory=list)
    patterns: list[Pattern] = field(default_factory=list)
    index: TermIndex | None = None
    pattern_set: Any = None

    def close(self) -> None:
        """Builds the automaton and the pattern set; call once, after everything was compiled."""
        import re2

        self.index = TermIndex.of(self.terms)
        if self.patterns:
            self.pattern_set = re2.Set.SearchSet(_re2_options())
            for pattern in self.patterns:
                self.pattern_set.Add(pattern.source)
            self.pattern_set.Compile()

    def hits(self, reading: Reading) -> dict[str, list[tuple[int, int]]]:
        assert self.index is not None
        return self.index.hits(reading)

    def matching(self, reading: Reading) -> frozenset[int]:
        """Numbers of the patterns that match somewhere: the others needn't run."""
        found = reading.cache.get("patterns")
        if found is None:
            found = frozenset(self.pattern_set.Match(reading.folded.text) or ()) if self.pattern_set else frozenset()
            reading.cache["patterns"] = found
        return found  # type: ignore[return-value]


def _re2_options() -> Any:
    import re2

    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = 64 << 20
    return options


def compile_pattern(source: str, number: int) -> Pattern:
    """Raises ValueError with RE2's reason."""
    import re2

    plain = fold_pattern(source)
    try:
        compiled = re2.compile(plain, _re2_options())
    except re2.error as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else str(error)
        raise ValueError(
            f"pattern “{source}” is not valid RE2: {reason} (no look-around, no back-references)"
        ) from None
    if compiled.search(""):
        raise ValueError(f"pattern “{source}” matches the empty text: it would match everywhere")
    return Pattern(plain, compiled, number)


def fold_pattern(source: str) -> str:
    """Takes the accents off a pattern as `fold` takes them off the text; leaves escapes such as `\\S` alone."""
    import unicodedata

    return "".join(c for c in unicodedata.normalize("NFKD", source) if not unicodedata.combining(c))


@dataclass(frozen=True)
class Finder:
    """Compiled `terms`, `pattern` or `detector`."""

    scanner: Scanner = field(repr=False)
    terms: tuple[Term, ...] = ()
    patterns: tuple[Pattern, ...] = ()
    detect: Callable[[Reading], list[Span]] | None = None

    @cached_property
    def keys(self) -> frozenset[str]:
        """One of these terms stands in a text that it matches …"""
        return frozenset(term.key for term in self.terms)

    @cached_property
    def numbers(self) -> frozenset[int]:
        """… or one of these patterns does."""
        return frozenset(pattern.number for pattern in self.patterns)

    def find(self, reading: Reading, without: Without = None) -> list[Span]:
        """All spans in the order of the text; one inside another is left out."""
        if self.detect is None and not self._may_match(reading):
            return []
        found: list[Span] = []
        for span in sorted(self._spans(reading, without), key=lambda span: (span.start, -span.end)):
            if not found or span.end > found[-1].end or span.start == span.end:
                found.append(span)
        return found

    def _may_match(self, reading: Reading) -> bool:
        return not (
            self.keys.isdisjoint(self.scanner.hits(reading)) and self.numbers.isdisjoint(self.scanner.matching(reading))
        )

    def _spans(self, reading: Reading, without: Without) -> Iterator[Span]:
        if self.detect is not None:
            yield from self.detect(reading)
        if self.terms:
            hits = self.scanner.hits(reading)
            if hits:
                for wanted in self.terms:
                    if wanted.key in hits and wanted.source != without:
                        for start, end in occurrences(wanted, hits, reading):
                            yield Span(start, end, dict(wanted.values))
        if self.patterns:
            matching = self.scanner.matching(reading)
            for pattern in self.patterns:
                if pattern.number in matching and pattern.source != without:
                    for match in pattern.compiled.finditer(reading.folded.text):
                        words = match.group()
                        start = match.start() + len(words) - len(words.lstrip())
                        end = start + len(words.strip())
                        if end > start:
                            yield Span(*reading.folded.span(start, end))


def compile_finder(spec: schema.Finder, scanner: Scanner, lists: Lists, detectors: dict[str, Detector]) -> Finder:
    """Raises ValueError that says what to write instead."""
    terms = tuple(t for source in spec.terms for t in lists.terms(source))
    scanner.terms.extend(terms)
    patterns = []
    for source in spec.pattern:
        pattern = compile_pattern(source, len(scanner.patterns))
        scanner.patterns.append(pattern)
        patterns.append(pattern)
    return Finder(scanner, terms, tuple(patterns), compile_detector(spec.detector, detectors))


def compile_detector(
    spec: schema.Detector | None, detectors: dict[str, Detector]
) -> Callable[[Reading], list[Span]] | None:
    """A function of the reading alone; its result is kept, so ten rules with one detector run it once."""
    if spec is None:
        return None
    if spec.name not in detectors:
        raise ValueError(f"unknown detector “{spec.name}”: known are {', '.join(sorted(detectors))}")
    detector = detectors[spec.name]
    options = detector.options.model_validate(spec.options)
    key = f"detector {spec.name} {options!r}"

    def run(reading: Reading) -> list[Span]:
        found = reading.cache.get(key)
        if found is None:
            found = reading.cache[key] = list(detector.find(reading, options))
        return found  # type: ignore[return-value]

    return run
