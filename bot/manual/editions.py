"""Which passages are one section in several languages, and which are one document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.manual.chunk import language_folder
from bot.manual.models import Passage

if TYPE_CHECKING:
    from bot.manual.embed import Vectors


class Editions:
    """Passages of the same source, path below the language folder, anchor, and place in their section."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.keys: list[tuple[str, str, str]] = []
        """For each passage its section, whatever the language."""
        self._number: list[int] = []
        self._sections: dict[tuple[str, str, str], dict[str, list[int]]] = {}
        groups: dict[tuple[tuple[str, str, str], int], int] = {}
        self.group: list[int] = []
        """For each passage a number that its editions share, counted from 0."""
        documents: dict[str, int] = {}
        self.document: list[int] = []
        """For each passage a number that all of its file share, counted from 0."""
        for at, passage in enumerate(passages):
            path = passage.id.removeprefix(f"{passage.manual}/").partition("#")[0]
            self.document.append(documents.setdefault(f"{passage.manual}/{path}", len(documents)))
            folder = language_folder(path)
            folders = path.split("/")
            key = (passage.manual, "/".join(f for f in folders if f.lower() != folder), passage.anchor)
            edition = self._sections.setdefault(key, {}).setdefault(passage.language, [])
            self.keys.append(key)
            self._number.append(len(edition))
            self.group.append(groups.setdefault((key, len(edition)), len(groups)))
            edition.append(at)

    def in_language(self, position: int, language: str) -> int:
        """The passage at `position`, or the one in its place in `language`; else in the section's first language."""
        editions = self._sections[self.keys[position]]
        wanted = editions.get(language) or next(iter(editions.values()))
        if position in wanted:
            return position
        return wanted[min(self._number[position], len(wanted) - 1)]

    def best(self, figures: Vectors) -> Vectors:
        """One figure a passage: the best of it and its editions."""
        import numpy as np

        group = np.asarray(self.group)
        best = np.full(group.max(initial=-1) + 1, -np.inf, dtype=np.float32)
        np.maximum.at(best, group, figures)
        return np.asarray(best[group], dtype=np.float32)

    def mean(self, figures: Vectors) -> Vectors:
        """One figure a passage: the mean of its document."""
        import numpy as np

        document = np.asarray(self.document)
        return np.asarray((np.bincount(document, figures) / np.bincount(document))[document], dtype=np.float32)
