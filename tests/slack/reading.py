"""Posts as a person sees them, in plain text: for snapshots and for looking at."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import Any

import emoji

from bot.slack.post import Post

PHONE = 60  # characters in a line


def as_read(posts: Post | Iterable[Post]) -> str:
    """The notification, then the blocks; `[…]` is pressed, `⋮` opens a menu, `▌` is a quote's bar."""
    each = [posts] if isinstance(posts, Post) else posts
    return "\n\n".join(
        "\n".join([f"🔔 {post.text}", "─" * PHONE, *(line for block in post.blocks for line in _block(block))])
        for post in each
    )


def _block(block: dict[str, Any]) -> list[str]:
    kind = block["type"]
    if kind == "rich_text":
        return [line for element in block["elements"] for line in _element(element)]
    if kind == "section":
        beside = _pressed(block["accessory"]) if "accessory" in block else ""
        return _wrapped(block["text"]["text"] + (f"   {beside}" if beside else ""))
    if kind == "context":
        return _wrapped(" ".join(element["text"] for element in block["elements"]), "· ", "  ")
    assert kind == "actions", kind
    return _wrapped(" ".join(_pressed(element) for element in block["elements"]))


def _element(element: dict[str, Any]) -> list[str]:
    if element["type"] == "rich_text_list":
        return [line for item in element["elements"] for line in _wrapped(_inline(item), "• ", "  ")]
    said = _inline(element)
    if element["type"] == "rich_text_quote":
        return _wrapped(said, "▌ ", "▌ ")
    if element["type"] == "rich_text_preformatted":
        return ["┌", *(f"│ {line}" for line in said.split("\n")), "└"]
    return _wrapped(said)


def _inline(element: dict[str, Any]) -> str:
    pieces = []
    for part in element["elements"]:
        if part["type"] == "emoji":
            pieces.append(emoji.emojize(f":{part['name']}:", language="alias"))
            continue
        marks = "".join(sign for style, sign in (("bold", "**"), ("italic", "_")) if part.get("style", {}).get(style))
        words = f"@{part['user_id']}" if part["type"] == "user" else part.get("text") or part["fallback"]
        bare = words.strip()
        pieces.append(words.replace(bare, f"{marks}{bare}{marks[::-1]}", 1) if marks and bare else words)
    return "".join(pieces)


def _pressed(element: dict[str, Any]) -> str:
    if element["type"] == "button":
        star = "★" if element.get("style") == "primary" else ""
        return f"[{star}{element['text']['text']}]"
    if element["type"] == "overflow":
        return "⋮(" + ", ".join(option["text"]["text"] for option in element["options"]) + ")"
    assert element["type"] == "static_select", element["type"]
    options = ", ".join(option["text"]["text"] for option in element["options"])
    return f"[{element['placeholder']['text']} ▾ {options}]"


def _wrapped(words: str, lead: str = "", indent: str = "") -> list[str]:
    lines = []
    for number, line in enumerate(words.split("\n")):
        lines += textwrap.wrap(
            line, PHONE, initial_indent=indent if number else lead, subsequent_indent=indent, break_on_hyphens=False
        ) or [""]
    return lines
