"""The names of the sentences of a crisis freeze, and of drafts that sound alike."""

from __future__ import annotations

from typing import Literal

FreezeKey = Literal["freeze_heading",]

PLACEHOLDERS: tuple[tuple[str, ...], ...] = ()
"""A sentence and the names that stand in it as `{name}`."""
