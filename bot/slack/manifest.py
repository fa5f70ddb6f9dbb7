"""What the Slack app must be allowed to do and be told of: `manifest.json`, with which it is created."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.datafile import read_text, shipped


@dataclass(frozen=True)
class Manifest:
    """The parts of a manifest that Bonvent can't work without."""

    scopes: frozenset[str]
    events: frozenset[str]
    shortcuts: frozenset[str]
    """Their callback ids."""
    commands: frozenset[str]
    """With their slash."""
    interactive: bool
    """Whether buttons, menus and modals reach us."""
    socket_mode: bool
    takes_messages: bool
    """Whether people can write to Bonvent at all."""


def read_manifest(body: Mapping[str, Any]) -> Manifest:
    """Reads a manifest as it stands in the file, or as Slack exports it. What isn't in it is off."""
    home = _at(body, "features", "app_home")
    return Manifest(
        scopes=frozenset(_at(body, "oauth_config", "scopes").get("bot") or ()),
        events=frozenset(_at(body, "settings", "event_subscriptions").get("bot_events") or ()),
        shortcuts=frozenset(s.get("callback_id", "") for s in _at(body, "features").get("shortcuts") or ()),
        commands=frozenset(c.get("command", "") for c in _at(body, "features").get("slash_commands") or ()),
        interactive=bool(_at(body, "settings", "interactivity").get("is_enabled")),
        socket_mode=bool(_at(body, "settings").get("socket_mode_enabled")),
        takes_messages=bool(home.get("messages_tab_enabled")) and not home.get("messages_tab_read_only_enabled"),
    )


def shipped_manifest() -> Manifest:
    """The manifest that comes with this Bonvent. Raises `KnowledgeError` when the file is gone."""
    return read_manifest(json.loads(read_text(shipped("manifest.json"))))


def _at(body: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    for key in path:
        body = body.get(key) or {}
    return body
