"""The manifest asks Slack for what the code uses: nothing is missing, and nothing is asked for that isn't needed."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bot.datafile import shipped
from bot.slack import actions
from bot.slack.bonvent_command import BONVENT
from bot.slack.manifest import read_manifest, shipped_manifest
from bot.slack.policy_command import COMMAND
from tests.conftest import ROOT

SOURCES = "\n".join(file.read_text("utf-8") for file in sorted((ROOT / "bot").rglob("*.py")))
HISTORY = {"im:history", "channels:history", "groups:history"}
NEEDS = {
    "auth_test": set(),
    "apps_connections_open": set(),
    "apps_manifest_export": set(),
    "assistant_threads_setStatus": {"assistant:write"},
    "assistant_threads_setSuggestedPrompts": {"assistant:write"},
    "bots_info": {"users:read"},
    "chat_delete": {"chat:write"},
    "chat_getPermalink": set(),
    "chat_postEphemeral": {"chat:write"},
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": HISTORY,
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": HISTORY,
    "files_completeUploadExternal": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "users_info": {"users:read", "users:read.email"},
    "users_lookupByEmail": {"users:read", "users:read.email"},
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
}  # fmt: skip
"""The bot scopes that each call of ours needs."""
WITHOUT_A_CALL = {"app_mentions:read", "commands", "files:read"}
"""To hear one's name; the command and shortcuts; and the download of a text file, by its own address."""


@pytest.fixture
def manifest() -> dict[str, Any]:
    body: dict[str, Any] = json.loads((ROOT / "manifest.json").read_text("utf-8"))
    return body


def test_the_scopes_are_those_that_the_calls_need(manifest: dict[str, Any]) -> None:
    families = "apps|assistant|auth|bots|chat|conversations|files|reactions|team|users|views"
    calls = set(re.findall(rf"\.((?:{families})_\w+)\(", SOURCES))
    assert calls <= NEEDS.keys()
    scopes = manifest["oauth_config"]["scopes"]["bot"]
    assert scopes == sorted(set().union(*(NEEDS[call] for call in calls)) | WITHOUT_A_CALL)
    assert "user" not in manifest["oauth_config"]["scopes"]


def test_the_events_are_those_that_are_listened_to(manifest: dict[str, Any]) -> None:
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert events == ["app_home_opened", "app_mention", "message.im", "user_change"]
    listened = set(re.findall(r'app\.event\("(\w+)"\)', SOURCES))
    assert listened == {event.partition(".")[0] for event in events}


def test_the_shortcuts_are_the_ones_that_are_listened_to(manifest: dict[str, Any]) -> None:
    shortcuts = {entry["callback_id"]: entry["type"] for entry in manifest["features"]["shortcuts"]}
    assert shortcuts == {actions.REVIEW_A_DRAFT: "global", actions.COACH_THIS: "message"}


def test_the_commands_are_those_that_are_listened_to(manifest: dict[str, Any]) -> None:
    commands = manifest["features"]["slash_commands"]
    assert [command["command"] for command in commands] == [COMMAND, BONVENT]
    assert sorted(re.findall(r"app\.command\((\w+)\)", SOURCES)) == ["BONVENT", "COMMAND"]
    for command in commands:
        assert command["should_escape"] is False, "names come as they were typed"
        assert "url" not in command, "in Socket Mode there is none"


def test_people_can_write_press_and_open_home(manifest: dict[str, Any]) -> None:
    home = manifest["features"]["app_home"]
    assert home == {
        "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False,
    }  # fmt: skip
    assert manifest["settings"]["interactivity"] == {"is_enabled": True}
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert manifest["settings"]["org_deploy_enabled"] is False
    assert manifest["settings"]["token_rotation_enabled"] is False


def test_the_texts_keep_slacks_limits(manifest: dict[str, Any]) -> None:
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    assert len(manifest["features"]["agent_view"]["agent_description"]) <= 300
    for command in manifest["features"]["slash_commands"]:
        assert len(command["command"]) <= 32
        assert len(command["description"]) <= 2000
        assert len(command["usage_hint"]) <= 1000
    for shortcut in manifest["features"]["shortcuts"]:
        assert len(shortcut["name"]) <= 24
        assert len(shortcut["description"]) <= 150


def test_the_file_of_the_repository_is_the_one_that_ships(manifest: dict[str, Any]) -> None:
    assert shipped("manifest.json") == ROOT / "manifest.json"
    assert shipped_manifest() == read_manifest(manifest)
    assert '"manifest.json" = "bot/shipped/manifest.json"' in (ROOT / "pyproject.toml").read_text("utf-8")


def test_what_an_export_leaves_out_is_off() -> None:
    bare = read_manifest({"features": {"app_home": None}})
    assert (bare.scopes, bare.events, bare.shortcuts, bare.commands) == (frozenset(),) * 4
    assert (bare.interactive, bare.socket_mode, bare.takes_messages) == (False, False, False)
