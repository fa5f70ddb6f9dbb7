"""A message as Slack's composer sends it, in `rich_text` blocks, as the plain text that its author sees."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from bot.slack.emoji_names import emoji_of, from_code_points, toned

Names = Callable[[str], str | None]
"""Slack's id of a person, a group or a channel → its name without `@` or `#`; None: not known, the id stands then."""

_INDENT = "    "
_SCHEME = re.compile(r"^(?:https?://|mailto:|tel:)", re.IGNORECASE)
_TONE_IN_NAME = re.compile(r"(.+)::skin-tone-([2-6])")
_DEEPEST_LIST = 20


def text_of_blocks(blocks: Any, names: Names) -> str | None:
    """The text, or None where the blocks aren't a composer's. Never raises, whatever it is given."""
    if not isinstance(blocks, list) or not blocks:
        return None
    if not all(isinstance(block, dict) and block.get("type") in ("rich_text", "table") for block in blocks):
        return None
    pieces = [_table(block, names) if block["type"] == "table" else _block(block, names) for block in blocks]
    return _joined(piece for piece in pieces if piece is not None)


def link(url: str, label: str | None) -> str:
    """A link as its author typed it: the address where that is all there is, else the label and the address."""
    bare = _SCHEME.sub("", url)
    if not label or label == url:
        return url if url.lower().startswith("http") or not bare else bare
    if _same(label, bare):
        return label
    return f"{label} ({url if url.lower().startswith('http') else bare})"


def moment(timestamp: Any, fallback: Any) -> str:
    """A date that Slack would show in each reader's own way: what it says for those who can't, or the day in UTC."""
    if isinstance(fallback, str) and fallback:
        return fallback
    try:
        return datetime.fromtimestamp(int(timestamp), UTC).strftime("%Y-%m-%d %H:%M")
    except (TypeError, ValueError, OverflowError, OSError):
        return ""


def mentioned(kind: str, id_: Any, names: Names) -> str:
    """`@name` or `#name`, with the id where no name is known."""
    if not isinstance(id_, str) or not id_:
        return ""
    name = names(id_) or id_
    return name if name.startswith(kind) else f"{kind}{name}"


def _same(label: str, bare: str) -> bool:
    def plain(address: str) -> str:
        return re.sub(r"[\s().-]", "", _SCHEME.sub("", address).rstrip("/")).lower()

    # A telephone number may be typed without the country's code.
    digits = plain(label)
    return plain(bare) == digits or (digits.isdigit() and len(digits) >= 6 and plain(bare).endswith(digits))


def _block(block: dict[str, Any], names: Names) -> str | None:
    return _joined(
        piece for element in _dicts(block.get("elements")) if (piece := _element(element, names)) is not None
    )


def _joined(pieces: Iterator[str]) -> str | None:
    """The pieces below each other: one line break between two, unless the first brings its own."""
    whole: str | None = None
    for piece in pieces:
        whole = piece if whole is None else whole + ("" if whole.endswith("\n") else "\n") + piece
    return whole


def _element(element: dict[str, Any], names: Names) -> str | None:
    if element.get("type") == "rich_text_list":
        return _list(element, names)
    if isinstance(element.get("elements"), list):
        return _inline(element, names)
    return _part(element, names)


def _list(element: dict[str, Any], names: Names) -> str | None:
    ordered = element.get("style") == "ordered"
    first = _whole(element.get("offset")) + 1
    indent = _INDENT * min(_whole(element.get("indent")), _DEEPEST_LIST)
    lines = []
    for number, item in enumerate(_dicts(element.get("elements")), start=first):
        sign = f"{number}. " if ordered else "• "
        lines.append(f"{indent}{sign}{_inline(item, names)}")
    return "\n".join(lines) if lines else None


def _inline(element: dict[str, Any], names: Names) -> str:
    return "".join(_part(part, names) for part in _dicts(element.get("elements")))


def _part(part: dict[str, Any], names: Names) -> str:
    kind = part.get("type")
    if kind == "text":
        return _text(part.get("text"))
    if kind == "link":
        return link(_text(part.get("url")), _text(part.get("text")))
    if kind == "emoji":
        return _emoji(part)
    if kind == "user":
        return mentioned("@", part.get("user_id"), names)
    if kind == "usergroup":
        return mentioned("@", part.get("usergroup_id"), names)
    if kind == "team":
        return mentioned("@", part.get("team_id"), names)
    if kind == "channel":
        return mentioned("#", part.get("channel_id"), names)
    if kind == "broadcast":
        return mentioned("@", part.get("range"), lambda _: None)
    if kind == "date":
        return moment(part.get("timestamp"), part.get("fallback"))
    if kind == "color":
        return _text(part.get("value"))
    # What Slack adds one day says somewhere what it shows.
    return next((part[key] for key in ("text", "fallback", "name", "url") if isinstance(part.get(key), str)), "")


def _emoji(part: dict[str, Any]) -> str:
    name, tone = _text(part.get("name")), str(part.get("skin_tone"))
    inside = _TONE_IN_NAME.fullmatch(name)
    if inside:
        name, tone = inside.group(1), inside.group(2)
    known = from_code_points(_text(part.get("unicode")))
    if known:
        return toned(known, tone)
    return emoji_of(name, tone) or (f":{name}:" if name else "")


def _table(block: dict[str, Any], names: Names) -> str | None:
    """Rows as lines, cells apart by tabs: as a table is pasted elsewhere."""
    rows = block.get("rows")
    lines = [
        "\t".join(_block(cell, names) or _text(cell.get("text")) for cell in _dicts(row))
        for row in (rows if isinstance(rows, list) else [])
    ]
    return "\n".join(lines) if lines else None


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _whole(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < 10_000 else 0
