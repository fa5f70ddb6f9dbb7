"""The names of the sentences of a crisis freeze, of `/bonvent`, of a campaign's facts, and of drafts that sound alike."""

from __future__ import annotations

from typing import Literal

FreezeKey = Literal[
    # To people with a draft.
    "freeze_hold",
    "freeze_hold_free",
    "freeze_statement",
    "freeze_statement_follows",
    "freeze_review",
    "freeze_over",
    # To community managers.
    "freeze_done",
    "freeze_nudges",
    "freeze_campaigns",
    "freeze_people",
    "freeze_add_statement",
    "freeze_statement_kept",
    "freeze_statement_too_long",
    "freeze_already",
    "freeze_lifted",
    "freeze_lifted_next",
    "freeze_none",
    "freeze_since",
    "freeze_not_manager",
    "freeze_channel",
    "freeze_channel_over",
    # In the managers' Home.
    "freeze_heading",
    "freeze_home",
    "button_freeze",
    "button_freeze_statement",
    "button_freeze_lift",
    "title_freeze",
    "submit_freeze",
    "submit_freeze_statement",
    "field_statement",
    "field_statement_hint",
    "title_freeze_lift",
    "freeze_lift_asks",
    "button_lift_yes",
    "button_lift_no",
    # `/bonvent`.
    "bonvent_hello",
    "bonvent_draft",
    "bonvent_policy",
    "bonvent_nudges",
    "bonvent_managers",
    "bonvent_unknown",
    # A draft for a campaign.
    "campaign_cited",
    "campaign_says",
    "alike_some",
    "alike_many",
    "alike_angles",
]

PLACEHOLDERS: tuple[tuple[str, ...], ...] = (
    ("freeze_nudges", "count"),
    ("freeze_campaigns", "count"),
    ("freeze_statement_too_long", "most"),
    ("freeze_since", "who"),
    ("field_statement_hint", "most"),
    ("bonvent_hello", "company"),
    ("campaign_cited", "name"),
    ("alike_many", "count"),
)
"""A sentence and the names that stand in it as `{name}`."""
