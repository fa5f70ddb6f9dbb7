"""A compiled rule: what it finds in a reading, before anybody asks where the manual says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from bot.language import UNKNOWN
from bot.networks.counting import hashtags, length, links
from bot.networks.models import Network
from bot.networks.threads import posts
from bot.policy import schema
from bot.policy.detectors.base import Detector
from bot.policy.finders import Finder, Scanner, Without, compile_finder
from bot.policy.lists import Lists
from bot.policy.reading import Reading, Span
from bot.policy.terms import Term, occurrences, term

_LANGUAGE_FREE = ("detector", "limit")


@dataclass(frozen=True)
class CompiledGuard:
    source: str
    finder: Finder
    within: Literal["draft", "sentence", "nearby"]

    def stands_near(self, span: Span, reading: Reading, without: Without) -> bool:
        spans = self.finder.find(reading, without)
        if not spans or self.within == "draft":
            return bool(spans)
        reach = 1 if self.within == "nearby" else 0
        first, last = reading.sentence_at(span.start), reading.sentence_at(max(span.start, span.end - 1))
        return any(first - reach <= reading.sentence_at(other.start) <= last + reach for other in spans)


@dataclass(frozen=True)
class CompiledRule:
    """A rule ready to run. `find` ignores language, network and protection: `applies` is asked first."""

    rule: schema.Rule
    scanner: Scanner
    match: Finder | None
    missing: Finder | None
    when: tuple[CompiledGuard, ...]
    unless: tuple[CompiledGuard, ...]
    exceptions: tuple[Term, ...]

    def applies(self, surface: str, network: str, language: str) -> bool:
        """Whether the rule reads this surface, network and language at all."""
        rule = self.rule
        return surface in rule.surfaces and (not rule.networks or network in rule.networks) and self.reads(language)

    def awake(self, now: datetime) -> bool:
        """Whether `now` is inside the rule's window."""
        return (self.rule.since is None or now >= self.rule.since) and (
            self.rule.until is None or now < self.rule.until
        )

    def reads(self, language: str) -> bool:
        """Whether it has something to say of a text in `language`."""
        if "any" in self.rule.languages:
            return True
        if language == UNKNOWN:
            return not self.rule.languages and self.language_free
        return not self.rule.languages or language in self.rule.languages

    @property
    def language_free(self) -> bool:
        """Names, detectors and limits need no language; words, patterns and criteria do."""
        kind = self.rule.match.kinds[0]
        names = kind == "terms" and self.match is not None and all(t.from_company for t in self.match.terms)
        return not self.rule.when and (kind in _LANGUAGE_FREE or names)

    @property
    def is_wording(self) -> bool:
        """Whether it looks for words of anybody's, not for the company's names or by a detector."""
        return (
            self.match is not None and self.match.detect is None and not any(t.from_company for t in self.match.terms)
        )

    def find(self, reading: Reading, without: Without = None) -> list[Span]:
        """The spans the rule objects to; for a criterion an empty span when its guards hold."""
        match = self.rule.match
        if match.missing is not None:
            spans = self._missing(reading, without)
        elif match.limit is not None:
            spans = over_limit(match.limit, reading) if self._is_sure(match.limit, reading.network) else []
        elif match.criterion is not None:
            spans = [Span(0, 0)]
        else:
            assert self.match is not None
            spans = self._outside_exceptions(self.match.find(reading, without), reading, without)
        fitting = [s for s in spans if self._guarded(s, reading, without)] if spans else []
        return fitting[:1] if match.missing is not None else fitting

    def _is_sure(self, limit: schema.Limit, network: Network) -> bool:
        """A number that sources disagree on is only ever a hint."""
        of_network = {"hashtags": "hashtags.habit" if limit.habit else "hashtags.most"}.get(limit.of, limit.of)
        return limit.most is not None or self.rule.severity == "consider" or of_network not in network.uncertain

    def _guarded(self, span: Span, reading: Reading, without: Without) -> bool:
        return all(
            guard.source == without or guard.stands_near(span, reading, without) for guard in self.when
        ) and not any(guard.source != without and guard.stands_near(span, reading, without) for guard in self.unless)

    def _missing(self, reading: Reading, without: Without) -> list[Span]:
        assert self.missing is not None
        assert self.rule.match.missing is not None
        guarding = self.when[0].finder.find(reading, without)
        if not guarding:
            return []
        fold = reading.network.fold if self.rule.match.missing.before_fold else None
        if any(fold is None or span.start < fold for span in self.missing.find(reading, without)):
            return []
        return guarding

    def _outside_exceptions(self, spans: list[Span], reading: Reading, without: Without) -> list[Span]:
        if not spans or not self.exceptions:
            return spans
        hits = self.scanner.hits(reading)
        fine = [place for t in self.exceptions if t.source != without for place in occurrences(t, hits, reading)]
        return [s for s in spans if not any(start < s.end and s.start < end for start, end in fine)]


def compile_rule(rule: schema.Rule, scanner: Scanner, lists: Lists, detectors: dict[str, Detector]) -> CompiledRule:
    """Raises ValueError that says what to write instead."""

    def guard(kind: str, number: int, spec: schema.Guard) -> CompiledGuard:
        return CompiledGuard(f"{kind}[{number}]", compile_finder(spec, scanner, lists, detectors), spec.within)

    match = rule.match
    exceptions = tuple(
        t for source in rule.except_ for t in (lists.terms(source) if source[0] == "$" else term(source))
    )
    scanner.terms.extend(exceptions)
    return CompiledRule(
        rule,
        scanner,
        compile_finder(match, scanner, lists, detectors) if match.terms or match.pattern or match.detector else None,
        compile_finder(match.missing, scanner, lists, detectors) if match.missing else None,
        tuple(guard("when", n, spec) for n, spec in enumerate(rule.when)),
        tuple(guard("unless", n, spec) for n, spec in enumerate(rule.unless)),
        exceptions,
    )


def over_limit(limit: schema.Limit, reading: Reading) -> list[Span]:
    """Where the text goes over what the network takes, post by post of a thread."""
    network = reading.network
    if limit.of == "alt":
        most = limit.most if limit.most is not None else network.alt
        long = [text for text in reading.alt if most is not None and len(text) > most]
        return [Span(0, 0, _values(most, len(text), reading)) for text in long]
    spans = []
    pieces = reading.cache.get("posts") or reading.cache.setdefault("posts", posts(reading.text))
    for number, (start, end) in enumerate(pieces, start=1):  # type: ignore[arg-type, var-annotated]
        span = _over_in_post(limit, reading.text[start:end], network, reading)
        if span is not None:
            spans.append(Span(start + span.start, start + span.end, {**span.values, "post": str(number)}))
    return spans


def _values(most: int | None, count: int, reading: Reading) -> dict[str, str]:
    return {"limit": f"{most:,}", "count": f"{count:,}", "network": reading.network.name}


def _over_in_post(limit: schema.Limit, post: str, network: Network, reading: Reading) -> Span | None:
    if limit.of == "length":
        most = limit.most if limit.most is not None else network.length
        count = length(post, network)
        size = len(post.encode("utf-8", "replace")) if network.bytes else 0
        if count <= most and size <= (network.bytes or 0):
            return None
        cut = _longest_prefix(post, most, network)
        return Span(cut, len(post), _values(most, count, reading))
    if limit.of == "links":
        most_links = limit.most if limit.most is not None else network.links
        if most_links is None:
            return None
        found = links(post)
        distinct = dict.fromkeys(post[start:end] for start, end in found)
        if len(distinct) <= most_links:
            return None
        extra = list(distinct)[most_links]
        at = post.index(extra)
        return Span(at, at + len(extra), _values(most_links, len(distinct), reading))
    own = network.hashtags.habit if limit.habit else network.hashtags.most
    most_tags = limit.most if limit.most is not None else own
    if most_tags is None:
        return None
    tags = hashtags(post)
    if len(tags) <= most_tags:
        return None
    # All that are too many, whichever of them the author likes least.
    return Span(tags[most_tags][0], tags[-1][1], _values(most_tags, len(tags), reading))


def _longest_prefix(post: str, most: int, network: Network) -> int:
    """How many code points of the post still fit."""
    low, high = 0, len(post)
    while low < high:
        middle = (low + high + 1) // 2
        fits = length(post[:middle], network) <= most
        if fits and network.bytes:
            fits = len(post[:middle].encode("utf-8", "replace")) <= network.bytes
        low, high = (middle, high) if fits else (low, middle - 1)
    return min(low, len(post) - 1)
