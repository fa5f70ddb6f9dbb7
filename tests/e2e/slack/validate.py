"""Whether a message or a view is one that Slack would take: our own shapes first, then what the SDK's models object to."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View as SdkView

from tests.e2e.slack.blocks import IN_MESSAGES, IN_VIEWS
from tests.e2e.slack.reading import controls
from tests.e2e.slack.shapes import Check, boolean, fault, listing, one_of, plain, shape, string

Json = dict[str, Any]
MESSAGE_BLOCKS, VIEW_BLOCKS, MESSAGE_CHARACTERS, TEXT_CHARACTERS = 50, 100, 13_000, 40_000

MODAL = shape(
    "modal", title_=plain(24), blocks_=listing(IN_VIEWS, 1, VIEW_BLOCKS), submit=plain(24), close=plain(24),
    callback_id=string(255), external_id=string(255), private_metadata=string(3000, 0), notify_on_close=boolean,
    clear_on_close=boolean, submit_disabled=boolean,
)  # fmt: skip
HOME = shape(
    "home", blocks_=listing(IN_VIEWS, 0, VIEW_BLOCKS), callback_id=string(255), external_id=string(255),
    private_metadata=string(3000, 0),
)  # fmt: skip


def message_faults(blocks: Any) -> list[str]:
    """What Slack would call invalid_blocks."""
    faults = list(listing(IN_MESSAGES, 0, MESSAGE_BLOCKS)(blocks, "/blocks"))
    if faults:
        return faults
    faults += _twice(blocks, "/blocks")
    faults += [fault("only one table is allowed", "/blocks")] if _count(blocks, "table") > 1 else []
    return faults + list(_sdk(blocks))


def view_faults(view: Any, home: bool) -> list[str]:
    """What Slack would call invalid_arguments."""
    wanted: Check = HOME if home else MODAL
    faults = [*one_of("home" if home else "modal")((view or {}).get("type"), "/view/type"), *wanted(view, "/view")]
    if faults:
        return faults
    blocks = view["blocks"]
    faults += _twice(blocks, "/view/blocks")
    if not home and _count(blocks, "input") and "submit" not in view:
        faults.append(fault("missing required field: submit (the view has inputs)", "/view"))
    focused = [element for _, element in controls(blocks) if element.get("focus_on_load")]
    if len(focused) > 1:
        faults.append(fault("only one element can have focus_on_load", "/view/blocks"))
    faults += _sdk(blocks)
    try:
        if blocks:  # the SDK refuses a home without blocks, Slack doesn't
            SdkView(**view).to_dict()
    except SlackObjectFormationError as error:
        faults.append(fault(f"slack_sdk: {error}", "/view"))
    return faults


def characters(node: Any) -> int:
    """Of all texts that a message's blocks show, labels of buttons included."""
    if isinstance(node, dict):
        own = len(node["text"]) if isinstance(node.get("text"), str) else 0
        return own + sum(characters(value) for value in node.values())
    return sum(characters(value) for value in node) if isinstance(node, list) else 0


def _count(blocks: list[Json], kind: str) -> int:
    return sum(block["type"] == kind for block in blocks)


def _twice(blocks: list[Json], at: str) -> list[str]:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    return [fault(f"block_id {twice} already exists", at) for twice in sorted({i for i in ids if ids.count(i) > 1})]


class _Overheard(logging.Handler):
    """The SDK's models only log what they don't know."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


def _sdk(blocks: list[Json]) -> Iterator[str]:
    overheard, logger = _Overheard(), logging.getLogger("slack_sdk.models")
    logger.addHandler(overheard)
    try:
        for n, block in enumerate(blocks):
            try:
                parsed = Block.parse(dict(block))
                if parsed is None:
                    yield fault(f"slack_sdk doesn't know the block {block['type']}", f"/blocks/{n}")
                else:
                    parsed.validate_json()
            except (SlackObjectFormationError, TypeError) as error:
                yield fault(f"slack_sdk: {error}", f"/blocks/{n}")
    finally:
        logger.removeHandler(overheard)
    for line in overheard.lines:
        yield fault(f"slack_sdk: {line}", "/blocks")
