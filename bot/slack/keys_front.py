"""The names of the sentences around conversations that are handed to an ambassador."""

from __future__ import annotations

from typing import Literal

FrontKey = Literal["front_heading",]

PLACEHOLDERS: tuple[tuple[str, ...], ...] = ()
"""A sentence and the names that stand in it as `{name}`."""
