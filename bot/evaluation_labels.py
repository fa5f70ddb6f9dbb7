"""Labelled questions: what is asked, whether the manual answers it, and under which headings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import regex
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.datafile import KnowledgeError
from bot.evaluation import read_lines
from bot.manual.editions import Editions
from bot.manual.models import Passage
from bot.text import fold

_BETWEEN = regex.compile(r"\s+[›>]\s+")


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class QuestionCase(_Frozen):
    """A question, and where the manual answers it. Keys beside these are the file's own business."""

    id: str = Field(min_length=1)
    question: str = Field(min_length=1, repr=False)
    lang: str | None = None
    answerable: bool
    passages: tuple[str, ...] = ()
    """Headings, paths of headings or anchors, in any edition; any of them will do."""

    @model_validator(mode="after")
    def _labels_fit(self) -> QuestionCase:
        if self.answerable and not self.passages:
            raise ValueError("an answerable question needs the headings of the passages that answer it")
        if self.passages and not self.answerable:
            raise ValueError("a question that isn't answerable has no passages: take them out, or make it answerable")
        return self


class Labelled(_Frozen):
    """A question with the ids of its right passages."""

    case: QuestionCase
    right: frozenset[str]


def load_questions(path: Path, passages: Iterable[Passage]) -> list[Labelled]:
    """Reads a file of labelled questions, a JSON object a line, and finds the passages that they name, in every edition.

    Raises `KnowledgeError` with every bad `file:line`; a label that names no passage is bad, too.
    """
    shelf = list(passages)
    sections: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    known: dict[tuple[str, ...], set[tuple[str, str, str]]] = defaultdict(set)
    for passage, section in zip(shelf, Editions(shelf).keys, strict=True):
        sections[section].add(passage.id)
        for name in _names(passage):
            known[name].add(section)
    questions: list[Labelled] = []
    problems: list[str] = []
    for number, case in read_lines(path, QuestionCase, "questions").items():
        found = [known.get(_parts(label), set()) for label in case.passages]
        problems += [
            f"{path}:{number}: no passage of the manual stands under “{label}”: write a heading as it stands there"
            for label, named in zip(case.passages, found, strict=True)
            if not named
        ]
        right = (sections[section] for named in found for section in named)
        questions.append(Labelled(case=case, right=frozenset().union(*right)))
    if problems:
        raise KnowledgeError(*problems)
    return questions


def _names(passage: Passage) -> Iterator[tuple[str, ...]]:
    """All that a passage may be called: its anchor, its heading, and the ends of its path."""
    yield _parts(passage.anchor)
    path = _parts(passage.heading_path)
    yield from (path[at:] for at in range(len(path)))


def _parts(label: str) -> tuple[str, ...]:
    """The headings of a path, folded: case, accents and white space don't count."""
    return tuple(" ".join(fold(part).text.split()) for part in _BETWEEN.split(label.strip()))
