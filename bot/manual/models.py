"""What the style manual is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Passage(Frozen):
    """A part of the manual that can be read and quoted on its own: at most about 180 words under one heading."""

    id: str
    """Stable while its place stays: `source/path#anchor` and, from the second passage of a section, `.2`, `.3` …"""
    manual: str
    """The name of the source it came from."""
    language: str
    """Two letters (`en`), or `und` when unknown."""
    version: str
    """First 12 hex digits of the SHA-256 of the source file."""
    anchor: str
    """The section's id: `{#claims}` behind the heading, or the heading as a slug."""
    heading: tuple[str, ...]
    """The path of headings, outermost first."""
    text: str
    """The words of the manual, verbatim; what a quote must stand in."""

    @property
    def heading_path(self) -> str:
        return " › ".join(self.heading)

    @property
    def file(self) -> str:
        """Path of the file within its source."""
        return self.id.removeprefix(f"{self.manual}/").rpartition(f"#{self.anchor}")[0]

    @property
    def section(self) -> str:
        """The id of the section that it is a part of: that of the section's first passage."""
        return f"{self.manual}/{self.file}#{self.anchor}"


class Citation(Frozen):
    """Where the manual says so: a passage and the exact words in it."""

    passage: str
    heading: str
    quote: str


class Signs(Frozen):
    """What was measured of a question and one passage, or the whole manual; unlike a score it is absolute."""

    meaning: float
    """Cosine of the question and the passage, or its nearest window, with what all questions share taken away."""
    words: float
    """Share of the question's words that the passage has in some way or language."""
    covered: float
    """Cosine of the question and those that manuals answer …"""
    uncovered: float
    """… and those that they leave open."""
    part: str
    """The passage's window that is nearest; empty when it has none."""


class Hit(Frozen):
    """A passage that search found; `score` from 0 to 1, comparable within one search only."""

    passage: Passage
    score: float
    signs: Signs | None = None
    """For questions."""
