"""The names of the sentences around ambassadors: being found, invited, asked, and what they choose."""

from __future__ import annotations

from typing import Literal

AmbassadorKey = Literal["ambassador_what",]

PLACEHOLDERS: tuple[tuple[str, ...], ...] = ()
"""A sentence and the names that stand in it as `{name}`."""
