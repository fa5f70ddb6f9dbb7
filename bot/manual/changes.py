"""What differs between two states of the manual, in sections; the languages' editions are counted apart."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import Literal

from bot.manual.models import Frozen, Passage
from bot.text import sentences

Kind = Literal["added", "changed", "removed"]

_LINES = 40
"""Of one section's difference that are kept."""
_ALIGNED = 400
"""Sentences on a side that are aligned with the other side's: with more it takes seconds."""


class Change(Frozen):
    """A section that differs."""

    kind: Kind
    section: str
    """The id of its first passage: as it is now, or as it was where the section is gone."""
    source: str
    language: str
    heading: tuple[str, ...]
    before: str = ""
    """Its words, passages apart by an empty line; empty for a section that is new."""
    after: str = ""
    """Empty for a section that is gone."""
    diff: tuple[str, ...] = ()
    """Of a changed section: sentences with `- ` before what goes, `+ ` before what comes, two spaces before what stays."""

    @property
    def heading_path(self) -> str:
        return " › ".join(self.heading)


class Counts(Frozen):
    """How many sections."""

    added: int = 0
    changed: int = 0
    removed: int = 0


class Changes(Frozen):
    """All sections that differ, in the order of the manual (those that are gone: as it was)."""

    added: tuple[Change, ...] = ()
    changed: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()
    unchanged: int = 0

    @property
    def all(self) -> tuple[Change, ...]:
        return (*self.added, *self.changed, *self.removed)

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    def by_language(self) -> dict[str, Counts]:
        """The same for each language's edition that differs, in the order of the manual."""
        found: dict[str, Counter[str]] = {}
        for change in self.all:
            found.setdefault(change.language, Counter())[change.kind] += 1
        return {language: Counts(**counts) for language, counts in found.items()}


class _Section:
    """The passages of a section as one."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        first = passages[0]
        self.id, self.source, self.language, self.heading = first.section, first.manual, first.language, first.heading
        self.anchor = first.anchor
        self.texts = [passage.text for passage in passages]
        self.words = " ".join(" ".join(self.texts).split())

    def same_as(self, other: _Section) -> bool:
        return (self.words, self.heading, self.language) == (other.words, other.heading, other.language)

    @property
    def text(self) -> str:
        return "\n\n".join(self.texts)


def compare(before: Iterable[Passage], after: Iterable[Passage]) -> Changes:
    """What publishing `after` in place of `before` changes.

    A section is known by its place (source, file, anchor); else by source, language and anchor (its file was renamed),
    else by its words (its heading was renamed).
    """
    old, new = _sections(before), _sections(after)
    was: dict[int, _Section] = {}
    for key in (_place, _anchor, _words):
        free: dict[Hashable, list[_Section]] = {}
        taken = {id(section) for section in was.values()}
        for section in old:
            if id(section) not in taken:
                free.setdefault(key(section), []).append(section)
        for at, section in enumerate(new):
            if at not in was and free.get(key(section)):
                was[at] = free[key(section)].pop(0)
    pairs = [(was[at], section) for at, section in enumerate(new) if at in was]
    kept = {id(section) for section in was.values()}
    different = [(a, b) for a, b in pairs if not a.same_as(b)]
    return Changes(
        added=tuple(_change("added", None, section) for at, section in enumerate(new) if at not in was),
        changed=tuple(_change("changed", a, b) for a, b in different),
        removed=tuple(_change("removed", section, None) for section in old if id(section) not in kept),
        unchanged=len(pairs) - len(different),
    )


def _sections(passages: Iterable[Passage]) -> list[_Section]:
    found: dict[str, list[Passage]] = {}
    for passage in passages:
        found.setdefault(passage.section, []).append(passage)
    return [_Section(parts) for parts in found.values()]


def _place(section: _Section) -> Hashable:
    return section.id


def _anchor(section: _Section) -> Hashable:
    return section.source, section.language, section.anchor


def _words(section: _Section) -> Hashable:
    return section.source, section.language, section.words


def _change(kind: Kind, before: _Section | None, after: _Section | None) -> Change:
    section = after or before
    assert section is not None
    return Change(
        kind=kind,
        section=section.id,
        source=section.source,
        language=section.language,
        heading=section.heading,
        before=before.text if before else "",
        after=after.text if after else "",
        diff=_diff(before, after) if before and after else (),
    )


def _diff(before: _Section, after: _Section) -> tuple[str, ...]:
    """A short difference in sentences, the heading first where it is another; at most `_LINES` lines."""
    a, b = _lines(before), _lines(after)
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    end = 0
    while end < min(len(a), len(b)) - start and a[-1 - end] == b[-1 - end]:
        end += 1
    first, last = max(0, start - 1), max(0, end - 1)
    a, b = a[first : len(a) - last], b[first : len(b) - last]
    if max(len(a), len(b)) > _ALIGNED:
        half = _LINES // 2
        return (*(f"- {line}" for line in a[:half]), *(f"+ {line}" for line in b[:half]))
    _, _, *lines = difflib.unified_diff(a, b, n=1, lineterm="") if a != b else ("", "")
    return tuple(f"{line[0]} {line[1:]}" for line in lines if line[0] != "@")[:_LINES]


def _lines(section: _Section) -> list[str]:
    heading = " › ".join(section.heading)
    return [f"{heading} ({section.language})", *(t[a:b] for t in section.texts for a, b in sentences(t))]
