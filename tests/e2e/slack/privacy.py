"""What Slack would take and Bonvent must never send: words where ids belong, shouts, previews of links."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any

from tests.e2e.slack.reading import controls

Json = dict[str, Any]
OPAQUE = re.compile(r"[\w.:-]{1,100}")
SHOUT = re.compile(r"<!(channel|here|everyone|subteam)\b", re.I)
TEXT_LIMIT = 3  # pieces of metadata


def message_complaints(text: str | None, blocks: list[Json], args: Json) -> Iterator[str]:
    """Of a message that is about to be posted or updated."""
    if not text:
        yield "no text: a notification would be empty"
    yield from shouts(text or "", blocks)
    yield from metadata_complaints(args.get("metadata"))
    yield from value_complaints(blocks)


def unfurl_complaints(args: Json) -> Iterator[str]:
    for name in ("unfurl_links", "unfurl_media"):
        if str(args.get(name)).lower() not in ("false", "0"):
            yield f"{name} is not false"


def shouts(text: str, blocks: Any) -> Iterator[str]:
    """`<!channel>` and its kin where Slack would obey them: in mrkdwn, markdown, and broadcast elements."""
    if SHOUT.search(text):
        yield "the text wakes everybody (<!channel>, <!here>, <!everyone>)"
    if isinstance(blocks, list):
        for block in blocks:
            yield from shouts("", block)
    elif isinstance(blocks, dict):
        kind = blocks.get("type")
        if kind in ("mrkdwn", "markdown") and SHOUT.search(str(blocks.get("text"))):
            yield "a block wakes everybody (<!channel>, <!here>, <!everyone>)"
        if kind == "broadcast":
            yield "a broadcast element wakes everybody"
        for value in blocks.values():
            if isinstance(value, dict | list):
                yield from shouts("", value)


def metadata_complaints(metadata: Any) -> Iterator[str]:
    """The whole workspace reads metadata: a short opaque key, nothing else."""
    if not metadata:
        return
    payload = metadata.get("event_payload", {}) if isinstance(metadata, dict) else None
    if not isinstance(payload, dict) or not OPAQUE.fullmatch(str(metadata.get("event_type", ""))):
        yield "metadata needs an event_type and an event_payload"
    elif len(payload) > TEXT_LIMIT or not all(
        isinstance(value, str | int) and OPAQUE.fullmatch(str(value)) for value in payload.values()
    ):
        yield "metadata holds more than a short opaque key"


def value_complaints(blocks: list[Json]) -> Iterator[str]:
    """A client reads what a button carries: opaque ids only."""
    for block, element in controls(blocks):
        nested = [*element.get("options", []), element.get("positive_button", {}), element.get("negative_button", {})]
        groups = [option for group in element.get("option_groups", []) for option in group["options"]]
        for holder in [element, *nested, *groups]:
            if "value" in holder and not OPAQUE.fullmatch(holder["value"]):
                yield f"the value of {element['action_id']} is not an opaque id"
        if not OPAQUE.fullmatch(block.get("block_id", "-")):
            yield f"the block_id of {element['action_id']} is not an opaque id"


def view_complaints(view: Json) -> Iterator[str]:
    yield from shouts("", view.get("blocks", []))
    yield from value_complaints(view.get("blocks", []))
    held = view.get("private_metadata", "")
    with contextlib.suppress(ValueError):
        held = json.loads(held)
    for value in held.values() if isinstance(held, dict) else held if isinstance(held, list) else [held]:
        if value not in ("", None) and not OPAQUE.fullmatch(str(value)):
            yield "private_metadata holds more than opaque ids"
