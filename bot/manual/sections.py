"""The sections of the published manual: which there are in a reader's language, and one by its name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.manual.models import Passage
from bot.text import fold

_SUGGESTED = 5
_ALIKE = 0.55  # of two headings, from 0 to 1: below it nobody would take one for the other
_CERTAIN, _AHEAD = 0.75, 0.1  # a slip of the finger, and no other heading comes near


@dataclass(frozen=True)
class Section:
    """All passages under one heading, in order."""

    passages: tuple[Passage, ...] = field(repr=False)

    @property
    def id(self) -> str:
        return self.passages[0].section

    @property
    def manual(self) -> str:
        return self.passages[0].manual

    @property
    def language(self) -> str:
        return self.passages[0].language

    @property
    def anchor(self) -> str:
        return self.passages[0].anchor

    @property
    def name(self) -> str:
        """Its own heading, without the path above it."""
        return self.passages[0].heading[-1] if self.passages[0].heading else self.anchor


@dataclass(frozen=True)
class Found:
    """The section that a name means, or else those that it may mean, the likeliest first."""

    section: Section | None = None
    near: tuple[Section, ...] = ()


def sections_of(passages: Iterable[Passage]) -> list[Section]:
    """The sections, in the order of the manual."""
    found: dict[str, list[Passage]] = {}
    for passage in passages:
        found.setdefault(passage.section, []).append(passage)
    return [Section(tuple(parts)) for parts in found.values()]


def for_reader(sections: Sequence[Section], language: str) -> dict[str, list[Section]]:
    """Source → its sections in `language`; of a source without an edition in it, all sections."""
    sources: dict[str, list[Section]] = {}
    for section in sections:
        sources.setdefault(section.manual, []).append(section)
    return {
        source: [section for section in own if section.language == language] or own for source, own in sources.items()
    }


def find(sections: Sequence[Section], name: str, language: str) -> Found:
    """The section that is called `name`: by heading or anchor, whatever its case and accents; else what comes near."""
    wanted = _folded(name)
    if not wanted:
        return Found()
    by_heading = [s for s in sections if _folded(s.name) == wanted]
    by_anchor = [s for s in sections if _folded(s.anchor) == wanted]
    exact = _readable(by_heading or by_anchor, language)
    if exact:
        return Found(exact[0]) if len({s.id for s in exact}) == 1 else Found(None, tuple(exact[:_SUGGESTED]))
    readable = [section for own in for_reader(sections, language).values() for section in own]
    ranked = sorted(((_likeness(wanted, section), section) for section in readable), key=lambda pair: -pair[0])
    near = [(likeness, section) for likeness, section in ranked if likeness >= _ALIKE][:_SUGGESTED]
    if near and near[0][0] >= _CERTAIN and (len(near) == 1 or near[1][0] < near[0][0] - _AHEAD):
        return Found(near[0][1])
    return Found(None, tuple(section for _, section in near))


def _readable(sections: Sequence[Section], language: str) -> list[Section]:
    """Of the same section in several languages, the reader's; else as they are."""
    return [section for section in sections if section.language == language] or list(sections)


def _likeness(wanted: str, section: Section) -> float:
    heading = _folded(section.name)
    alike = max(
        difflib.SequenceMatcher(None, wanted, candidate).ratio() for candidate in (heading, _folded(section.anchor))
    )
    words, had = wanted.split(), heading.split()
    starts = sum(any(own.startswith(word) for own in had) for word in words if len(word) > 2)
    by_words = _ALIKE + 0.15 * starts / len(words) if starts else 0.0
    return max(alike, by_words)


def _folded(name: str) -> str:
    return " ".join(fold(name).text.strip("#“”\"' .?!¿¡").replace("-", " ").split())
