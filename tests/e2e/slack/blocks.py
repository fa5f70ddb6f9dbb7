"""The shapes of blocks, and which of them stand in messages, modals and homes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.e2e.slack.elements import (
    ACCESSORY,
    ACTION,
    CONTEXT,
    CONTEXT_ACTION,
    INPUT,
    SLACK_FILE,
    image_source,
)  # fmt: skip
from tests.e2e.slack.rich_text import RICH_TEXT
from tests.e2e.slack.shapes import (
    Check,
    any_text,
    anything,
    boolean,
    by_type,
    fault,
    listing,
    one_of,
    plain,
    shape,
    string,
    url,
)  # fmt: skip

BLOCK_ID = string(255)


def _text_or_fields(block: dict[str, Any], at: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield fault("missing required field: text or fields", at)


def _own_action_ids(block: dict[str, Any], at: str) -> Iterator[str]:
    elements = block.get("elements")
    ids = [e.get("action_id") for e in elements if isinstance(e, dict)] if isinstance(elements, list) else []
    given = [i for i in ids if i is not None]
    for twice in sorted({i for i in given if given.count(i) > 1}):
        yield fault(f"action_id {twice} already exists in this block", at)


CELL = by_type(
    {
        "raw_text": shape("raw_text", text_=string(3000)),
        "raw_number": shape("raw_number", value_=anything, text=string(3000)),
        "rich_text": RICH_TEXT,
    },
    "a table's cell",
)
EVERYWHERE: dict[str, Check] = {
    "section": shape(
        "section", block_id=BLOCK_ID, text=any_text(3000), fields=listing(any_text(2000), 1, 10), accessory=ACCESSORY,
        expand=boolean, also=_text_or_fields,
    ),
    "divider": shape("divider", block_id=BLOCK_ID),
    "header": shape("header", block_id=BLOCK_ID, text_=plain(150)),
    "context": shape("context", block_id=BLOCK_ID, elements_=listing(CONTEXT, 1, 10)),
    "actions": shape("actions", block_id=BLOCK_ID, elements_=listing(ACTION, 1, 25), also=_own_action_ids),
    "image": shape(
        "image", block_id=BLOCK_ID, alt_text_=string(2000), image_url=url(), slack_file=SLACK_FILE, title=plain(2000),
        also=image_source,
    ),
    "input": shape(
        "input", block_id=BLOCK_ID, label_=plain(2000), element_=INPUT, hint=plain(2000), optional=boolean,
        dispatch_action=boolean,
    ),
    "rich_text": RICH_TEXT,
}  # fmt: skip
IN_MESSAGES = by_type(
    {
        **EVERYWHERE,
        "markdown": shape("markdown", block_id=BLOCK_ID, text_=string(12_000)),
        "context_actions": shape(
            "context_actions", block_id=BLOCK_ID, elements_=listing(CONTEXT_ACTION, 1, 5), also=_own_action_ids
        ),
        "table": shape(
            "table", block_id=BLOCK_ID, rows_=listing(listing(CELL, 1, 20), 1, 100),
            column_settings=listing(shape(align=one_of("left", "center", "right"), is_wrapped=boolean), 1, 20),
        ),
    },
    "a message's block",
)  # fmt: skip
IN_VIEWS = by_type(EVERYWHERE, "a view's block")
