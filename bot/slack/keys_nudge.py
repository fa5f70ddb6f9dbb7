"""The names of the sentences of nudges, and of what follows one."""

from __future__ import annotations

from typing import Literal

NudgeKey = Literal[
    "nudge_title",
    "nudge_why",
    "nudge_why_open",
    "nudge_now",
    "nudge_facts",
    "nudge_angles",
    "nudge_material",
    "nudge_in_thread",
    "nudge_free",
    "nudge_root",
    "nudge_root_how",
    "nudge_reminder",
    "nudge_begin",
    "nudge_begin_how",
    "nudge_answered",
    "nudge_drafting",
    "nudge_later",
    "nudge_no_later",
    "nudge_not_for_me",
    "nudge_fewer",
    "nudge_fewer_one",
    "nudge_fewer_none",
    "nudge_for",
    "nudge_unknown",
    "nudge_over",
    "nudge_thanks",
    "nudge_channel_gone",
    "nudge_channel_gone_how",
    "button_nudge_draft",
    "button_nudge_later",
    "button_nudge_no",
    "button_nudge_fewer",
]

PLACEHOLDERS: tuple[tuple[str, ...], ...] = (
    ("nudge_title", "campaign"),
    ("nudge_why", "topic"),
    ("nudge_why_open", "topic"),
    ("nudge_now", "owner", "date"),
    ("nudge_root", "campaign"),
    ("nudge_root_how", "owner", "date"),
    ("nudge_reminder", "campaign"),
    ("nudge_begin", "campaign"),
    ("nudge_later", "time"),
    ("nudge_fewer", "count"),
    ("nudge_for", "who"),
    ("nudge_thanks", "campaign"),
    ("nudge_channel_gone", "campaign"),
)
"""A sentence and the names that stand in it as `{name}`."""
