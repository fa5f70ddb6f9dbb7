"""How good are the answers to policy questions? Labelled questions go in, figures come out.

A question that the manual answers has the headings of the passages that do: it is answered when one of these is among the
passages cited. A question that the manual doesn't answer must get no passage as an answer.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict

from bot.evaluation import Share, answered_by
from bot.evaluation_labels import Labelled, QuestionCase
from bot.manual.models import Citation, Passage

if TYPE_CHECKING:
    from bot.coach.passages import Evidence
    from bot.coach.policy_answer import PolicyAnswer

MOST = 3
"""Passages cited that count."""
STEPS = 50
"""Points of the calibration curve, beside 0."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


@dataclass(frozen=True)
class Answered:
    """What somebody who asks gets: the passages that answer, best first, and how near the best is."""

    citations: tuple[Citation, ...]
    strength: float
    took_ms: float
    model: str | None = None


Ask = Callable[[QuestionCase], Answered]


class Scores(_Frozen):
    """The figures of some questions."""

    right_first: Share
    """Answerable questions whose first cited passage is a right one."""
    right_in_three: Share
    """Answerable questions with a right passage among the first three."""
    refused: Share
    """Answerable questions that got none."""
    wrongly_answered: Share
    """Unanswerable questions that got passages as an answer."""
    abstention_precision: Share
    """Of the questions that got none, those that are unanswerable."""
    abstention_recall: Share
    """Of the unanswerable questions, those that got none."""


class Point(_Frozen):
    """What a threshold of `Evidence.strength` would do."""

    threshold: float
    refused: float | None
    """Share of the answerable."""
    answered: float | None
    """Share of the unanswerable."""


class Wrong(_Frozen):
    """A question that went wrong, without a word of it."""

    id: str
    what: Literal["refused", "other passage", "answered"]
    strength: float
    cited: tuple[str, ...]
    """Ids of passages."""
    right: tuple[str, ...]


class Quality(_Frozen):
    """How the questions of a file were answered."""

    overall: Scores
    languages: dict[str, Scores]
    """By the language of the question."""
    within: Scores
    """Answerable questions whose first cited passage is in the question's language; nothing cited: a right one is."""
    across: Scores
    """The other answerable questions: they were answered, or had to be, from another language."""
    quotes: int
    not_verbatim: int
    """Quotes that don't stand word for word in their passage."""
    curve: tuple[Point, ...]
    wrong: tuple[Wrong, ...]


class Report(_Frozen):
    """What `evaluate` gives. Without `quality` when answers were scripted."""

    questions: int
    edition: str | None
    """The language to which the manual was restricted."""
    model: str | None
    scripted: bool
    answered_by_model: Share
    threshold: float
    """In use: what is weaker is refused."""
    median_ms: float
    quality: Quality | None


def evaluate(
    questions: Sequence[Labelled],
    ask: Ask,
    passages: Mapping[str, Passage],
    *,
    threshold: float,
    edition: str | None = None,
) -> Report:
    """Asks every question, in order, and scores the answers. `threshold`: of the strength, as it is in use."""
    asked = [_Asked(one, ask(one.case), passages) for one in questions]
    models, scripted = answered_by(one.answer.model for one in asked)
    return Report(
        questions=len(asked),
        edition=edition,
        model=models,
        scripted=scripted,
        answered_by_model=_share(asked, lambda one: one.answer.model is not None),
        threshold=threshold,
        median_ms=round(statistics.median(one.answer.took_ms for one in asked), 1) if asked else 0.0,
        quality=None if scripted else _quality(asked),
    )


@dataclass(frozen=True)
class _Asked:
    """A question and what became of it."""

    question: Labelled
    answer: Answered
    passages: Mapping[str, Passage]

    @property
    def answerable(self) -> bool:
        return self.question.case.answerable

    @property
    def cited(self) -> tuple[str, ...]:
        return tuple(citation.passage for citation in self.answer.citations[:MOST])

    @property
    def refused(self) -> bool:
        return not self.answer.citations

    def right(self, among: int) -> bool:
        return any(passage in self.question.right for passage in self.cited[:among])

    @property
    def across(self) -> bool:
        """Whether another language than the question's was, or had to be, answered from."""
        ids = self.cited[:1] or self.question.right
        spoken = {self.passages[name].language for name in ids if name in self.passages}
        return self.question.case.lang not in spoken

    @property
    def not_verbatim(self) -> int:
        texts = (self.passages.get(c.passage) for c in self.answer.citations)
        return sum(p is None or c.quote not in p.text for p, c in zip(texts, self.answer.citations, strict=True))

    @property
    def wrong(self) -> Literal["refused", "other passage", "answered"] | None:
        if not self.answerable:
            return None if self.refused else "answered"
        if self.refused:
            return "refused"
        return None if self.right(MOST) else "other passage"


def _quality(asked: Sequence[_Asked]) -> Quality:
    by_language: dict[str, list[_Asked]] = defaultdict(list)
    for one in asked:
        by_language[one.question.case.lang or "und"].append(one)
    answerable = [one for one in asked if one.answerable]
    return Quality(
        overall=_scores(asked),
        languages={language: _scores(by_language[language]) for language in sorted(by_language)},
        within=_scores([one for one in answerable if not one.across]),
        across=_scores([one for one in answerable if one.across]),
        quotes=sum(len(one.answer.citations) for one in asked),
        not_verbatim=sum(one.not_verbatim for one in asked),
        curve=tuple(_point(asked, step / STEPS) for step in range(STEPS + 1)),
        wrong=tuple(
            Wrong(
                id=one.question.case.id,
                what=what,
                strength=one.answer.strength,
                cited=one.cited,
                right=tuple(sorted(one.question.right)),
            )
            for one in asked
            if (what := one.wrong)
        ),
    )


def _scores(asked: Sequence[_Asked]) -> Scores:
    answerable = [one for one in asked if one.answerable]
    others = [one for one in asked if not one.answerable]
    return Scores(
        right_first=_share(answerable, lambda one: one.right(1)),
        right_in_three=_share(answerable, lambda one: one.right(MOST)),
        refused=_share(answerable, lambda one: one.refused),
        wrongly_answered=_share(others, lambda one: not one.refused),
        abstention_precision=_share([one for one in asked if one.refused], lambda one: not one.answerable),
        abstention_recall=_share(others, lambda one: one.refused),
    )


def _point(asked: Sequence[_Asked], threshold: float) -> Point:
    refused = _share([one for one in asked if one.answerable], lambda one: one.answer.strength < threshold)
    answered = _share([one for one in asked if not one.answerable], lambda one: one.answer.strength >= threshold)
    return Point(threshold=threshold, refused=refused.share, answered=answered.share)


def _share(asked: Sequence[_Asked], which: Callable[[_Asked], bool]) -> Share:
    return Share(count=sum(map(which, asked)), of=len(asked))


def from_evidence(found: Evidence, took_ms: float) -> Answered:
    """What the manual alone gives."""
    return Answered(found.citations, found.strength, took_ms)


def from_answer(answer: PolicyAnswer) -> Answered:
    """What Bonvent says, with a model."""
    return Answered(answer.citations if answer.answered else (), answer.strength, answer.took_ms, answer.model)
