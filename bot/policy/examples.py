"""Runs the examples beside the rules, and asks of every word of a rule: would an example notice if you were gone?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.policy import schema
from bot.policy.engine import Policy
from bot.policy.finders import Finder, Without
from bot.policy.models import Draft
from bot.policy.protected import CompiledProtected
from bot.policy.reading import Reading
from bot.policy.rules import CompiledGuard, CompiledRule
from bot.policy.terms import Term

_MARK = re.compile(r"\[\[(.+?)\]\]", re.DOTALL)
_PLACEHOLDER = re.compile(r"\{\$([a-z_]+)\}|\{company\}")


@dataclass(frozen=True)
class Problem:
    """Something about a rule that its author must mend."""

    rule: str
    what: str


@dataclass(frozen=True)
class ExamplesReport:
    """What the examples showed."""

    examples: int
    resting: int
    """Examples that wait for a list of company.yaml to be filled."""
    failed: tuple[Problem, ...]
    not_exercised: tuple[Problem, ...]


@dataclass(frozen=True)
class _Case:
    text: str
    reading: Reading
    marks: tuple[tuple[int, int], ...]
    bad: bool


def run_examples(policy: Policy) -> ExamplesReport:
    """Runs every example of `policy`, rule by rule, and the hunt for what none of them exercises."""
    failed: list[Problem] = []
    wanted: dict[tuple[str, str], str] = {}
    noticed: set[tuple[str, str]] = set()
    count = resting = 0
    everything: tuple[CompiledRule | CompiledProtected, ...] = (*policy.compiled, *policy.protected)
    for checked in everything:
        cases, rests = _cases(policy, checked)
        name = _name(checked)
        count += len(cases) + rests
        resting += rests
        healthy = []
        for case in cases:
            if _passes(checked, case, None):
                healthy.append(case)
            else:
                failed.append(Problem(name, _failure(case)))
        for key, source, kind in _sources(checked):
            if rests == 0:
                wanted.setdefault(key, f"{kind}: no example of {name} fails without it; add one, or remove it")
            if key not in noticed and any(_notices(checked, case, source) for case in healthy):
                noticed.add(key)
            elif rests:
                noticed.add(key)  # its example may be the one that rests
    not_exercised = tuple(Problem(key[0], what) for key, what in wanted.items() if key not in noticed)
    return ExamplesReport(count, resting, tuple(failed), not_exercised)


def rendered(policy: Policy, example: schema.Example, bad: bool) -> str | None:
    """The example's text with the company's names in it (marks stay); None while a list that it names is empty."""
    now = _aware(example.now)
    missing = False

    def value(match: re.Match[str]) -> str:
        nonlocal missing
        if match.group(1) is None:
            return policy.company.company.name
        terms = policy.lists.terms(f"${match.group(1)}")
        active = [t for t in terms if t.until is None or t.until > now] or (terms if not bad else [])
        missing |= not active
        return active[0].source if active else ""

    text = _PLACEHOLDER.sub(value, example.text)
    return None if missing else text


def _aware(now: datetime | None) -> datetime:
    if now is None:
        return datetime.now(UTC)
    return now if now.tzinfo else now.replace(tzinfo=UTC)


def _name(checked: CompiledRule | CompiledProtected) -> str:
    return checked.rule.id if isinstance(checked, CompiledRule) else f"protected {checked.spec.id}"


def _cases(policy: Policy, checked: CompiledRule | CompiledProtected) -> tuple[list[_Case], int]:
    if isinstance(checked, CompiledRule):
        examples = [(e, True) for e in checked.rule.tests.bad] + [(e, False) for e in checked.rule.tests.good]
    else:
        examples = [(e, True) for e in checked.spec.tests.protected] + [(e, False) for e in checked.spec.tests.open]
    cases = []
    for example, bad in examples:
        text = rendered(policy, example, bad)
        if text is None:
            continue
        plain, marks = _unmark(text)
        draft = Draft(
            text=plain,
            network=example.network,
            language=example.language or policy.company.languages[0],
            author=example.author,
            alt=example.alt,
            now=_aware(example.now),
        )
        cases.append(_Case(plain, policy.read(draft), marks, bad))
    return cases, len(examples) - len(cases)


def _unmark(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    plain, marks, last = "", [], 0
    for match in _MARK.finditer(text):
        plain += text[last : match.start()]
        marks.append((len(plain), len(plain) + len(match.group(1))))
        plain += match.group(1)
        last = match.end()
    return plain + text[last:], tuple(marks)


def _passes(checked: CompiledRule | CompiledProtected, case: _Case, without: Without) -> bool:
    rule = checked.rule if isinstance(checked, CompiledRule) else None
    if rule is not None and rule.networks and case.reading.network_id not in rule.networks:
        return not case.bad
    if isinstance(checked, CompiledRule) and not checked.awake(case.reading.now):
        return not case.bad
    spans = checked.find(case.reading, without)
    if rule is not None and rule.match.criterion is not None:
        # A model judges a criterion: an example shows only whether its guards let the draft through.
        return bool(spans) if case.bad else True
    if not case.bad:
        return not spans
    if not case.marks:
        return bool(spans)
    return all(any(s.start < end and start < s.end for s in spans) for start, end in case.marks)


def _notices(checked: CompiledRule | CompiledProtected, case: _Case, source: str) -> bool:
    if isinstance(checked, CompiledRule) and checked.rule.match.criterion is not None and not case.bad:
        return not checked.find(case.reading) and bool(checked.find(case.reading, source))
    return not _passes(checked, case, source)


def _failure(case: _Case) -> str:
    if case.bad:
        marked = ", ".join(f"“{case.text[start:end]}”" for start, end in case.marks)
        return f"finds nothing at {marked} in “{case.text}”" if marked else f"finds nothing in “{case.text}”"
    return f"objects to the good example “{case.text}”"


def _sources(checked: CompiledRule | CompiledProtected) -> Iterator[tuple[tuple[str, str], str, str]]:
    """((who, source), source, what it is) of everything that an example has to exercise."""
    name = _name(checked)
    if checked.match is not None:
        yield from _of_finder(checked.match, name)
    guards: Iterable[CompiledGuard] = (*checked.when, *checked.unless)
    if isinstance(checked, CompiledRule):
        if checked.missing is not None:
            yield from _of_finder(checked.missing, name)
        for exception in _distinct_terms(checked.exceptions):
            yield _of_term(exception, name, "exception")
        guards = guards if checked.rule.match.missing is None else (*checked.when[1:], *checked.unless)
        if checked.rule.match.missing is not None:
            yield from _of_finder(checked.when[0].finder, name)
    for guard in guards:
        yield (name, guard.source), guard.source, f"guard {guard.source}"
        yield from _of_finder(guard.finder, name)


def _of_finder(finder: Finder, name: str) -> Iterator[tuple[tuple[str, str], str, str]]:
    for wanted in _distinct_terms(finder.terms):
        yield _of_term(wanted, name, "term")
    for pattern in finder.patterns:
        yield (name, pattern.source), pattern.source, f"pattern “{pattern.source}”"


def _distinct_terms(terms: tuple[Term, ...]) -> list[Term]:
    return list({t.source: t for t in terms if not t.from_company}.values())


def _of_term(wanted: Term, name: str, kind: str) -> tuple[tuple[str, str], str, str]:
    owner = f"list ${wanted.list_name}" if wanted.list_name else name
    return (owner, wanted.source), wanted.source, f"{kind} “{wanted.source}”"
