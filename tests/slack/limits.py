"""What Slack refuses in a message, and what we never let out: checked here without the code that keeps to it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block

from bot.slack.post import Post

BARE = re.compile(r"<|>|&(?!(?:amp|lt|gt);)")
OPAQUE = re.compile(r"[\w-]{1,64}(\.s?\d+)?")
NETWORK = re.compile(r"[a-z]+")


def faults(post: Post) -> list[str]:
    """Every fault of a post; empty: Slack takes it, and nothing in it can be read as markup."""
    return list(_faults(post))


def texts_of(node: Any) -> Iterator[str]:
    """All words that a person sees in blocks, in order."""
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield node["text"]
        for value in node.values():
            if isinstance(value, dict | list):
                yield from texts_of(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts_of(value)


def elements_of(node: Any, kind: str) -> Iterator[dict[str, Any]]:
    """All elements of a type, in order."""
    if isinstance(node, dict):
        if node.get("type") == kind:
            yield node
        for value in node.values():
            yield from elements_of(value, kind)
    elif isinstance(node, list):
        for value in node:
            yield from elements_of(value, kind)


def _faults(post: Post) -> Iterator[str]:
    if not post.text or BARE.search(post.text):
        yield f"the notification has bare markup: {post.text}"
    if not 1 <= len(post.blocks) <= 50:
        yield f"{len(post.blocks)} blocks"
    if sum(map(_utf16, texts_of(post.blocks))) > 13_000:
        yield "more than 13,000 characters"
    for block, parsed in zip(post.blocks, Block.parse_all(post.blocks), strict=True):
        if parsed is None:
            yield f"an unknown block: {block['type']}"
        else:
            parsed.to_dict()  # raises for what the SDK knows to be wrong
        if block["type"] == "actions" and not 1 <= len(block["elements"]) <= 25:
            yield "too many buttons, or none"
        yield from _node(block)
    ids = [block["block_id"] for block in post.blocks if "block_id" in block]
    if len(set(ids)) != len(ids):
        yield "a block_id twice"
    json.dumps(post.blocks)


def _node(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for value in node:
            yield from _node(value)
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if kind in ("mrkdwn", "markdown", "link", "user", "channel", "broadcast", "usergroup"):
        yield f"something that Slack reads as more than words: {kind}"
    if kind in ("plain_text", "text") and not (node["text"] and _utf16(node["text"]) <= 3_000):
        yield f"{_utf16(node['text'])} characters in one text"
    if kind == "plain_text" and node.get("emoji") is not False:
        yield "emoji aliases are read in a plain text"
    if str(kind).startswith("rich_text") and not node["elements"]:
        yield f"an empty {kind}"
    if kind == "button" and not (len(node["text"]["text"]) <= 75 and OPAQUE.fullmatch(node["value"])):
        yield f"a button with {node['text']['text']} and {node['value']}"
    if kind in ("overflow", "static_select"):
        most = 5 if kind == "overflow" else 100
        if not 1 <= len(node["options"]) <= most:
            yield f"{len(node['options'])} options"
        for option in node["options"]:
            fits = len(option["text"]["text"]) <= 75 and len(option["value"]) <= 75
            if not (fits and (OPAQUE if kind == "overflow" else NETWORK).fullmatch(option["value"])):
                yield f"an option with {option['value']}"
    for value in node.values():
        yield from _node(value)


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
