"""Named lists of terms: those of the rule files and those that company.yaml fills."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from bot.policy.company import Company
from bot.policy.terms import Term, term


@dataclass(frozen=True)
class Lists:
    """`$name` → terms. Company lists may be empty; a list of a rule file may name other lists, but not itself."""

    company: Company
    own: dict[str, tuple[str, ...]]

    @property
    def names(self) -> list[str]:
        return sorted({*self.own, *self.company.lists})

    def terms(self, source: str, seen: tuple[str, ...] = ()) -> list[Term]:
        """The terms that one entry of a rule stands for. Raises ValueError for an unknown list."""
        if not source.startswith("$"):
            return term(source, list_name=seen[-1] if seen else None)
        name = source[1:]
        if name in seen:
            raise ValueError(f"list ${name} contains itself ({' → '.join(seen)} → {name})")
        if name in self.own:
            return [t for entry in self.own[name] for t in self.terms(entry, (*seen, name))]
        if name == "embargoed":
            return [
                t
                for embargo in self.company.embargoes
                for entry in embargo.terms
                for t in term(entry, company=True, list_name=name, until=embargo.until,
                              values=(("topic", embargo.topic), ("until", f"{embargo.until:%Y-%m-%d %H:%M}")))
            ]  # fmt: skip
        filled = self.company.lists
        if name in filled:
            return [t for entry in filled[name] for t in term(entry, company=True, list_name=name)]
        close = difflib.get_close_matches(name, self.names, n=1)
        raise ValueError(
            f"unknown list ${name}"
            + (f": did you mean ${close[0]}?" if close else f": known are {', '.join(self.names)}")
        )

    def first(self, name: str) -> str | None:
        """The first entry of a list, for examples; None when it is empty."""
        entries = [t.source for t in self.terms(f"${name}")]
        return entries[0] if entries else None
