"""Figures about people. They are told of groups of at least five, so that none of them points at anybody."""

from __future__ import annotations

FEWEST = 5
"""A smaller group isn't counted."""


def told(count: int) -> int | None:
    """A count that may be told; else None."""
    return count if count >= FEWEST else None


def told_in_words(count: int | None) -> str:
    """The same in English, as the command line says it; `count` may be one that isn't told."""
    return str(count) if count is not None and count >= FEWEST else f"fewer than {FEWEST}"
