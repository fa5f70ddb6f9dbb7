"""The names of the sentences of nudges, and of what follows one."""

from __future__ import annotations

from typing import Literal

NudgeKey = Literal["nudge_free",]

PLACEHOLDERS: tuple[tuple[str, ...], ...] = ()
"""A sentence and the names that stand in it as `{name}`."""
