"""The names of the sentences around campaigns, for community managers."""

from __future__ import annotations

from typing import Literal

CampaignKey = Literal["campaigns_heading",]

PLACEHOLDERS: tuple[tuple[str, ...], ...] = ()
"""A sentence and the names that stand in it as `{name}`."""
