"""What Slack's composer sends for what a person typed, in its two forms: blocks, and text with Slack's markup."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def escape(text: str) -> str:
    """Slack's three escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def message(text: str | None = None, blocks: list[Json] | None = None, **fields: Any) -> Json:
    """A `message` event of a direct message."""
    event: Json = {
        "type": "message",
        "channel": "D0",
        "channel_type": "im",
        "user": "U0MARTA",
        "ts": "1764000000.000100",
        "event_ts": "1764000000.000100",
        "text": text or "",
    }
    return event | ({"blocks": blocks} if blocks is not None else {}) | fields


def composed(*elements: Json, **fields: Any) -> Json:
    """A message with a composer's block of these elements."""
    return message(blocks=[{"type": "rich_text", "block_id": "x1", "elements": list(elements)}], **fields)


def section(*parts: Json | str) -> Json:
    return {"type": "rich_text_section", "elements": [_part(part) for part in parts]}


def preformatted(*parts: Json | str) -> Json:
    return {"type": "rich_text_preformatted", "border": 0, "elements": [_part(part) for part in parts]}


def quoted(*parts: Json | str) -> Json:
    return {"type": "rich_text_quote", "elements": [_part(part) for part in parts]}


def bullets(*items: Json | str, style: str = "bullet", indent: int = 0, **fields: Any) -> Json:
    sections = [item if isinstance(item, dict) else section(item) for item in items]
    return {"type": "rich_text_list", "style": style, "indent": indent, "border": 0, "elements": sections} | fields


def link(url: str, text: str | None = None) -> Json:
    return {"type": "link", "url": url} | ({"text": text} if text is not None else {})


def edit(before: Json, after: Json, edited_ts: str | None = "1764000100.000200") -> Json:
    """A `message_changed` event; without `edited_ts` nobody edited anything (Slack added a preview)."""
    now = after | ({"edited": {"user": after.get("user"), "ts": edited_ts}} if edited_ts else {})
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "channel": "D0",
        "channel_type": "im",
        "message": now,
        "previous_message": before,
        "ts": "1764000100.000300",
        "event_ts": "1764000100.000300",
    }


def _part(part: Json | str) -> Json:
    return {"type": "text", "text": part} if isinstance(part, str) else part
