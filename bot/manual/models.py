"""What the style manual is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Passage(_Frozen):
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


class Citation(_Frozen):
    """Where the manual says so: a passage and the exact words in it."""

    passage: str
    heading: str
    quote: str


class Hit(_Frozen):
    """A passage that search found; `score` from 0 to 1, comparable within one search only."""

    passage: Passage
    score: float
