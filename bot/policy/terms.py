"""Terms: many words and phrases found in one pass (Aho-Corasick), on Unicode word boundaries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.policy.reading import Reading
from bot.text import fold

_AND = ("and", "y", "i", "e")
"""How a name with an ampersand is said aloud in English, Spanish and Catalan."""
_LINE_BREAKS = str.maketrans("\n\r\t\v\f", "     ")


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a rule, ready to be looked for."""

    source: str
    """As the file has it, or as the list has it: what is reported as not exercised."""
    key: str
    """Folded, without `*`."""
    open_left: bool = False
    open_right: bool = False
    capitalised: bool = False
    """Matches only with a capital, a `#` or an `@` (a name that is also a word: “Tide”)."""
    from_company: bool = False
    """Comes from company.yaml: no example has to exercise it."""
    list_name: str | None = None
    until: datetime | None = None
    values: tuple[tuple[str, str], ...] = ()


def term(source: str, *, company: bool = False, list_name: str | None = None, until: datetime | None = None,
         values: tuple[tuple[str, str], ...] = ()) -> list[Term]:  # fmt: skip
    """The term that `source` stands for; for a name of several words also what a #HashTag or a voice makes of it."""
    text = source.strip()
    left, right = text.startswith("*"), text.endswith("*")
    key = " ".join(fold(text.strip("*")).text.split())
    one_word_name = company and " " not in key and text[:1].isupper() and text[1:].islower() and text.isalpha()
    plain = Term(source, key, left, right, one_word_name, company, list_name, until, values)
    if company and " " in key:
        others = {"".join(c for c in key if c.isalnum()), *(key.replace(" & ", f" {word} ") for word in _AND)} - {key}
        return [
            plain,
            *(Term(source, other, left, right, False, company, list_name, until, values) for other in others),
        ]
    return [plain]


@dataclass(frozen=True)
class TermIndex:
    """All terms of a policy in one automaton. A reading is scanned once, whatever the number of rules."""

    automaton: Any = field(repr=False)

    @classmethod
    def of(cls, terms: Iterable[Term]) -> TermIndex:
        import ahocorasick

        automaton = ahocorasick.Automaton()
        for key in {t.key for t in terms if t.key}:
            automaton.add_word(key, key)
        if len(automaton):
            automaton.make_automaton()
        return cls(automaton)

    def hits(self, reading: Reading) -> dict[str, list[tuple[int, int]]]:
        """Key → folded offsets of every occurrence, whole words or not."""
        kept = reading.cache.get("terms")
        if kept is None:
            found: dict[str, list[tuple[int, int]]] = {}
            if len(self.automaton):
                for last, key in self.automaton.iter(reading.folded.text.translate(_LINE_BREAKS)):
                    found.setdefault(key, []).append((last + 1 - len(key), last + 1))
            reading.cache["terms"] = kept = found
        return kept  # type: ignore[return-value]


def occurrences(wanted: Term, hits: dict[str, list[tuple[int, int]]], reading: Reading) -> list[tuple[int, int]]:
    """Original offsets of the whole-word occurrences of a term."""
    places = hits.get(wanted.key)
    if not places or (wanted.until is not None and reading.now >= wanted.until):
        return []
    folded = reading.folded
    text = folded.text
    found = []
    for start, end in places:
        if not wanted.open_left and start and text[start].isalnum() and text[start - 1].isalnum():
            continue
        if wanted.open_right:
            while end < len(text) and text[end].isalnum():
                end += 1
        elif end < len(text) and text[end].isalnum() and text[end - 1].isalnum():
            continue
        if wanted.open_left:
            while start and text[start - 1].isalnum():
                start -= 1
        place = folded.span(start, end)
        if wanted.capitalised and not _stands_as_name(reading.text, place[0]):
            continue
        found.append(place)
    return found


def _stands_as_name(text: str, start: int) -> bool:
    if text[start].isupper() or text[start - 1 : start] in ("#", "@"):
        return True
    return text == text.lower()  # people who never use capitals still mean the name
