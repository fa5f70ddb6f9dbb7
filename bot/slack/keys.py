"""The names of all fixed sentences, and what each leaves open. A new one needs its texts in the file of `FILES`, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from bot.slack import keys_ambassador, keys_campaign, keys_freeze, keys_front, keys_nudge
from bot.slack.keys_ambassador import AmbassadorKey
from bot.slack.keys_campaign import CampaignKey
from bot.slack.keys_draft import DraftKey
from bot.slack.keys_freeze import FreezeKey
from bot.slack.keys_front import FrontKey
from bot.slack.keys_home import HomeKey
from bot.slack.keys_human import HumanKey
from bot.slack.keys_nudge import NudgeKey
from bot.slack.keys_policy import PolicyKey

Key = Literal[DraftKey, PolicyKey, HumanKey, HomeKey, AmbassadorKey, CampaignKey, NudgeKey, FrontKey, FreezeKey]

MAIN = "slack.yaml"
FILES: Mapping[str, Any] = {
    MAIN: Literal[DraftKey, PolicyKey, HumanKey, HomeKey],
    "slack_ambassadors.yaml": AmbassadorKey,
    "slack_campaigns.yaml": CampaignKey,
    "slack_nudges.yaml": NudgeKey,
    "slack_front.yaml": FrontKey,
    "slack_freeze.yaml": FreezeKey,
}
"""The files of `prompts/` and the sentences that stand in each."""

PLACEHOLDERS: Mapping[str, frozenset[str]] = {
    key: frozenset(names)
    for key, *names in (
        ("welcome_hello", "company"),
        ("welcome_how", "company"),
        ("welcome_model", "model"),
        ("welcome_kept", "time"),
        ("too_long", "most"),
        ("file_too_large", "most"),
        ("picture_many", "count"),
        ("over_limit", "limit"),
        ("guest", "company"),
        ("other_organisation", "company"),
        ("policy_source", "manual", "version"),
        ("policy_source_language", "manual", "version", "spoken"),
        ("policy_shared", "who"),
        ("policy_over_limit", "limit"),
        ("policy_sections_more", "count"),
        ("policy_change", "date", "manual"),
        ("policy_rules_more", "count"),
        ("policy_rules_next", "page"),
        ("question_goes_to", "channel"),
        ("question_protected", "contact"),
        ("question_nobody", "contact"),
        ("question_nobody_known", "company"),
        ("question_asked", "time"),
        ("question_until", "time"),
        ("question_reminder", "time"),
        ("question_taken_already", "who"),
        ("gaps_more", "count"),
        ("gap_one", "date"),
        ("gap_many", "count", "date"),
        ("gap_not_helpful", "count"),
        ("gap_nearest", "section"),
        ("gap_written", "date", "section"),
        ("gap_none", "date"),
        ("gap_published", "section"),
        ("gap_published_later", "section"),
        ("field_gap_long", "most"),
        ("field_picture_number", "number"),
        ("your_draft_for", "network"),
        ("home_keep", "time"),
        ("home_more", "count"),
        ("home_queue_state", "open", "taken"),
        ("home_queue_oldest", "time"),
        ("home_queue_overdue", "count"),
        ("home_manual_state", "count"),
        ("home_rules_state", "count", "resting"),
        ("home_complaints_few", "fewest"),
        ("home_source", "count", "spoken"),
        ("home_source_published", "version", "date", "who"),
        ("manuals_change", "date", "source", "who", "added", "changed", "removed"),
        ("field_source_name_wrong", "own", "answers"),
        ("manuals_added", "count"),
        ("manuals_changed", "count"),
        ("manuals_removed", "count"),
        ("manuals_published", "version"),
        ("manuals_published_later", "version"),
        ("manuals_counts", "added", "changed", "removed"),
        ("manuals_quicker", "who", "source", "version", "date"),
        ("manuals_gone", "time"),
        ("manuals_retired", "version"),
        ("manuals_retired_later", "version"),
        ("unread_large", "megabytes"),
        ("hour_many", "count"),
        ("day_many", "count"),
        *keys_ambassador.PLACEHOLDERS,
        *keys_campaign.PLACEHOLDERS,
        *keys_nudge.PLACEHOLDERS,
        *keys_front.PLACEHOLDERS,
        *keys_freeze.PLACEHOLDERS,
    )
}
"""What stands as `{name}` in a sentence; the others have none."""
