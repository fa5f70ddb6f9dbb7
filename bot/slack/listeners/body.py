"""What Slack's body of an interaction tells: who pressed what, what travels with a modal, and where it stands."""

from __future__ import annotations

from typing import Any

_LONGEST = 64  # of what is looked up by it
Body = dict[str, Any]


def user_of(body: Body) -> str:
    return str((body.get("user") or {}).get("id", ""))


def action_of(body: Body) -> Body:
    """What was pressed or chosen."""
    found: Body = (body.get("actions") or [{}])[0]
    return found


def pressed(body: Body) -> str:
    """The value of the button that was pressed."""
    return str(action_of(body).get("value", ""))[:_LONGEST]


def selected(body: Body) -> str:
    """The value of what was chosen in a menu."""
    return str((action_of(body).get("selected_option") or {}).get("value", ""))[:_LONGEST]


def carried(body: Body) -> str:
    """What travels with a modal."""
    return str(body["view"].get("private_metadata", ""))[:_LONGEST]


def seen_ts(body: Body) -> str:
    """The time stamp of the post whose button was pressed; empty where it is none."""
    return str((body.get("container") or {}).get("message_ts") or "")
