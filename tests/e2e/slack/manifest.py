"""What the app's manifest grants: scopes and events; or the usual ones where there is no manifest."""

from __future__ import annotations

from typing import Any

from tests.conftest import ROOT

ROOT_MANIFEST = ROOT / "manifest.json"
SCOPES = {
    "app_mentions:read", "assistant:write", "channels:history", "channels:read", "chat:write", "commands", "files:read",
    "files:write", "groups:history", "groups:read", "im:history", "im:read", "im:write", "reactions:write", "team:read",
    "users:read", "users:read.email",
}  # fmt: skip
EVENTS = {"app_home_opened", "app_mention", "message.im"}


def granted(manifest: dict[str, Any] | None) -> set[str]:
    """The bot's scopes."""
    return set(SCOPES if manifest is None else manifest["oauth_config"]["scopes"]["bot"])


def subscribed(manifest: dict[str, Any] | None) -> set[str]:
    """The events that the app is told of."""
    if manifest is None:
        return set(EVENTS)
    return set(manifest["settings"]["event_subscriptions"]["bot_events"])
