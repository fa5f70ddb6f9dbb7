"""How good are the reviews? Labelled drafts go in, figures come out.

A label is met by a must-fix finding of its category whose span overlaps the label's quote, or by any of its category
when the quote is empty (something is missing, or the whole draft is meant). A must-fix finding that meets no label is a
false alarm. Several findings that meet one label count once.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, computed_field, model_validator

from bot.coach.models import Review, Verdict
from bot.datafile import KnowledgeError, read_text
from bot.policy.models import Category, Draft, Finding
from bot.text import find_quote

SCRIPTED = "scripted"
"""A model whose name starts so plays back prepared answers: it says nothing about quality."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Label(_Frozen):
    """Something that the author must fix. An empty `quote`: the draft as a whole, or what it lacks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: Category
    quote: str = ""


class Case(_Frozen):
    """A draft and what a good reviewer says to it. Keys beside these are the file's own business."""

    id: str = Field(min_length=1)
    text: str = Field(min_length=1)
    network: str = "linkedin"
    lang: str | None = None
    labels: tuple[Label, ...]
    verdict: Literal["ready", "revise", "hold"]
    kind: str
    """`fine`, `hard-negative`, `protected`, `flawed`, or a word of the file's own."""
    author: str | None = None
    alt: tuple[str, ...] = ()
    now: datetime | None = None

    @model_validator(mode="after")
    def _quotes_stand_in_the_text(self) -> Case:
        for label in self.labels:
            if label.quote and find_quote(label.quote, self.text) is None:
                raise ValueError(f"the {label.category} label's quote “{label.quote}” does not stand in the text")
        return self

    @property
    def fine(self) -> bool:
        """An ordinary draft with nothing to fix."""
        return not self.labels and self.verdict == "ready" and self.kind != "protected"

    @property
    def draft(self) -> Draft:
        given = {"now": self.now} if self.now else {}
        return Draft(
            text=self.text, network=self.network, language=self.lang, author=self.author, alt=self.alt, **given
        )


class Score(_Frozen):
    """Labels, how many of them were met, and must-fix findings that met none. A ratio of nothing is None."""

    labels: int = 0
    met: int = 0
    false_alarms: int = 0

    @computed_field  # type: ignore[prop-decorator]
    @property
    def precision(self) -> float | None:
        return ratio(self.met, self.met + self.false_alarms)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def recall(self) -> float | None:
        return ratio(self.met, self.labels)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def f1(self) -> float | None:
        return ratio(2 * self.met, self.labels + self.met + self.false_alarms)


class Share(_Frozen):
    """`count` drafts out of `of`."""

    count: int = 0
    of: int = 0

    @computed_field  # type: ignore[prop-decorator]
    @property
    def share(self) -> float | None:
        return ratio(self.count, self.of)


class Differs(_Frozen):
    """Where review and labels part, without a word of the draft: categories of unmet labels, rules of false alarms."""

    id: str
    missed: tuple[Category, ...]
    false_alarms: tuple[str, ...]


class Quality(_Frozen):
    """The figures of a file of drafts."""

    overall: Score
    categories: dict[Category, Score]
    """Those with a label or a finding."""
    languages: dict[str, Score]
    verdicts_strict: Share
    verdicts: Share
    """As above, but without a model `unjudged` is right where `ready` is expected: it can't say more."""
    alarmed_fine: Share
    """Fine drafts with a must-fix finding."""
    alarmed_hard_negative: Share
    """Those of them that only look wrong."""
    alarmed_protected: Share
    """Protected drafts with a must-fix finding that no label asks for."""
    silent_holds: Share
    """Drafts that must wait for a human and have no must-fix finding at all."""
    differs: tuple[Differs, ...]


class Report(_Frozen):
    """What `evaluate` gives. Without `quality` when answers were scripted."""

    drafts: int
    model: str | None
    scripted: bool
    answered: Share
    """Drafts for which the model gave a usable answer."""
    quality: Quality | None


Line = TypeVar("Line", bound=BaseModel)


def load_cases(path: Path) -> list[Case]:
    """Reads a file of labelled drafts, a JSON object a line. Raises `KnowledgeError` with every bad `file:line`."""
    return list(read_lines(path, Case, "drafts").values())


def read_lines(path: Path, model: type[Line], what: str) -> dict[int, Line]:
    """Each line of a file as a `model` with an `id` of its own, by its number; `what` the file should hold.

    Raises `KnowledgeError` with every bad `file:line`.
    """
    lines: dict[int, Line] = {}
    problems: list[str] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(read_text(path).split("\n"), 1):  # splitlines would break inside U+2028
        if not line.strip():
            continue
        try:
            read = model.model_validate(json.loads(line))
        except json.JSONDecodeError as error:
            problems.append(f"{path}:{number}: not valid JSON: {error.msg} (column {error.colno})")
        except RecursionError:
            problems.append(f"{path}:{number}: not valid JSON: it is nested too deeply")
        except ValidationError as error:
            problems += [f"{path}:{number}: {_explain(e['loc'], e['msg'])}" for e in error.errors()]
        else:
            name = str(getattr(read, "id", number))
            if name in seen:
                problems.append(f"{path}:{number}: the id “{name}” is taken by line {seen[name]}: choose another")
            seen.setdefault(name, number)
            lines[number] = read
    if not lines and not problems:
        problems.append(f"{path}: holds no {what}: write one JSON object a line")
    if problems:
        raise KnowledgeError(*problems)
    return lines


def evaluate(cases: Iterable[Case], review: Callable[[Draft], Review]) -> Report:
    """Has every draft reviewed, in order and one at a time, and scores the answers."""
    judged = [(case, review(case.draft)) for case in cases]
    models, scripted = answered_by(answer.model for _, answer in judged)
    return Report(
        drafts=len(judged),
        model=models,
        scripted=scripted,
        answered=Share(count=sum(answer.model is not None for _, answer in judged), of=len(judged)),
        quality=None if scripted else _quality(judged),
    )


def answered_by(models: Iterable[str | None]) -> tuple[str | None, bool]:
    """The names of the models that answered (None: none did), and whether the answers were scripted."""
    names = sorted({name for name in models if name})
    return ", ".join(names) or None, any(name.casefold().startswith(SCRIPTED) for name in names)


def _quality(judged: Sequence[tuple[Case, Review]]) -> Quality:
    by_category: dict[str, Counter[str]] = defaultdict(Counter)
    by_language: dict[str, Counter[str]] = defaultdict(Counter)
    differs: list[Differs] = []
    alarmed: set[str] = set()
    for case, answer in judged:
        missed, false_alarms = _compare(case, answer)
        counts = [
            *((label.category, "labels") for label in case.labels),
            *((label.category, "met") for label in case.labels if label not in missed),
            *((finding.category, "false_alarms") for finding in false_alarms),
        ]
        for category, name in counts:
            by_category[category][name] += 1
            by_language[case.lang or answer.language][name] += 1
        if false_alarms:
            alarmed.add(case.id)
        if missed or false_alarms:
            categories = tuple(label.category for label in missed)
            differs.append(Differs(id=case.id, missed=categories, false_alarms=tuple(f.rule for f in false_alarms)))

    def share(of: Iterable[Case], which: set[str]) -> Share:
        ids = [case.id for case in of]
        return Share(count=sum(name in which for name in ids), of=len(ids))

    cases = [case for case, _ in judged]
    fine = [case for case in cases if case.fine]
    strict = {case.id for case, answer in judged if answer.verdict == case.verdict}
    as_good = {c.id for c, a in judged if c.verdict == "ready" and a.verdict is Verdict.UNJUDGED and a.model is None}
    silent = {case.id for case, answer in judged if not _must_fix(answer)}
    return Quality(
        overall=Score(**sum(by_category.values(), Counter())),
        categories={category: Score(**by_category[category]) for category in Category if category in by_category},
        languages={language: Score(**by_language[language]) for language in sorted(by_language)},
        verdicts_strict=share(cases, strict),
        verdicts=share(cases, strict | as_good),
        alarmed_fine=share(fine, alarmed),
        alarmed_hard_negative=share((case for case in fine if case.kind == "hard-negative"), alarmed),
        alarmed_protected=share((case for case in cases if case.kind == "protected"), alarmed),
        silent_holds=share((case for case in cases if case.verdict == "hold"), silent),
        differs=tuple(differs),
    )


def _compare(case: Case, answer: Review) -> tuple[list[Label], list[Finding]]:
    """The labels that no finding meets and the must-fix findings that meet no label."""
    findings = _must_fix(answer)
    met: set[Label] = set()
    right: set[int] = set()
    for label in case.labels:
        span = find_quote(label.quote, case.text) if label.quote else (0, len(case.text) + 1)
        for at, finding in enumerate(findings):
            if finding.category is not label.category or span is None:
                continue
            if not label.quote or (finding.start < span[1] and span[0] < finding.end):
                met.add(label)
                right.add(at)
    return [label for label in case.labels if label not in met], [f for i, f in enumerate(findings) if i not in right]


def _must_fix(answer: Review) -> list[Finding]:
    return [finding for finding in answer.findings if finding.severity == "must-fix"]


def ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _explain(where: tuple[int | str, ...], what: str) -> str:
    place = ".".join(str(step) for step in where)
    return ": ".join(filter(None, [place, what.removeprefix("Value error, ")]))
