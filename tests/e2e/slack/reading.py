"""Reads blocks as a person does: the words in order, and what can be pressed."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
CONTROLS = {
    "button", "overflow", "static_select", "multi_static_select", "users_select", "conversations_select", "channels_select",
    "datepicker", "timepicker", "datetimepicker", "checkboxes", "radio_buttons", "plain_text_input", "url_text_input",
    "email_text_input", "number_input", "rich_text_input", "feedback_buttons", "icon_button", "external_select",
    "multi_users_select", "multi_conversations_select", "multi_channels_select", "file_input",
}  # fmt: skip


def unescaped(text: str) -> str:
    """mrkdwn as it is shown: `<url|label>` is the label, entities are letters."""
    return html.unescape(re.sub(r"<([^>|]*)(?:\|([^>]*))?>", lambda m: m.group(2) or m.group(1), text))


def words(blocks: list[Json]) -> str:
    """All that is shown, a line a piece. Rich text stays in one piece, as it is shown."""
    return "\n".join(line for block in blocks for line in _lines(block) if line)


def _lines(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for item in node:
            yield from _lines(item)
    elif isinstance(node, dict):
        kind = node.get("type")
        if kind in ("mrkdwn", "plain_text"):
            yield unescaped(node["text"]) if kind == "mrkdwn" else node["text"]
        elif kind == "markdown":
            yield node["text"]
        elif kind == "rich_text":
            yield rich_words(node)
        else:
            for key, value in node.items():
                if key not in ("action_id", "block_id", "value", "type"):
                    yield from _lines(value)


def rich_words(node: Json) -> str:
    """The words of a rich_text block or of a part of it."""
    kind = node.get("type")
    if kind == "rich_text":
        return "\n".join(rich_words(part) for part in node["elements"])
    if kind == "rich_text_list":
        bullets = [f"{n}. " if node["style"] == "ordered" else "• " for n in range(1, len(node["elements"]) + 1)]
        return "\n".join(bullet + rich_words(item) for bullet, item in zip(bullets, node["elements"], strict=True))
    return "".join(_inline(part) for part in node.get("elements", []))


def _inline(part: Json) -> str:
    kind = part["type"]
    if kind == "link":
        return str(part.get("text") or part["url"])
    if kind == "emoji":
        codes = part.get("unicode")
        return "".join(chr(int(code, 16)) for code in codes.split("-")) if codes else f":{part['name']}:"
    return str(
        {
            "text": part.get("text"),
            "user": f"@{part.get('user_id')}",
            "channel": f"#{part.get('channel_id')}",
            "usergroup": f"@{part.get('usergroup_id')}",
            "broadcast": f"@{part.get('range')}",
            "date": part.get("fallback") or part.get("format"),
            "color": part.get("value"),
        }[kind]
    )


def controls(blocks: list[Json]) -> list[tuple[Json, Json]]:
    """(block, element) for all that can be pressed, chosen or filled in, in order."""
    found = []
    for block in blocks:
        for element in [*block.get("elements", []), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and element.get("type") in CONTROLS and "action_id" in element:
                found.append((block, element))
    return found


def every_text(node: Any) -> Iterator[str]:
    """Every string in a structure, keys excepted."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from every_text(value)
    elif isinstance(node, list):
        for value in node:
            yield from every_text(value)
