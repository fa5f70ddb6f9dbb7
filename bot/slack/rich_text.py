"""The pieces of Block Kit that our posts are made of. Words of drafts, manuals and models are always literal in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from bot.slack.post import Block

LONGEST_TEXT = 2_900
"""Of one text; Slack takes 3,000."""

Element = dict[str, Any]


def text(words: str, *, bold: bool = False, italic: bool = False) -> list[Element]:
    """Literal words, as one element or, where they are long, as several that read as one."""
    style = {name: True for name, wanted in (("bold", bold), ("italic", italic)) if wanted}
    return [
        {"type": "text", "text": piece} | ({"style": style} if style else {}) for piece in pieces(words, LONGEST_TEXT)
    ]


def section(*parts: Sequence[Element]) -> Element:
    """A paragraph."""
    return {"type": "rich_text_section", "elements": [element for part in parts for element in part]}


def quote(words: str) -> Element:
    """Words with a bar beside them."""
    return {"type": "rich_text_quote", "elements": text(words)}


def preformatted(words: str) -> Element:
    """Words that are copied exactly as they stand."""
    return {"type": "rich_text_preformatted", "elements": text(words)}


def bullets(sections: Iterable[Element]) -> Element:
    """A list of paragraphs."""
    return {"type": "rich_text_list", "style": "bullet", "elements": list(sections)}


def rich_text(*elements: Element) -> Block:
    """A block of paragraphs, quotes and lists."""
    return {"type": "rich_text", "elements": list(elements)}


def plain(words: str) -> Element:
    """A plain text object: no mention, no link, no emoji alias is read in it."""
    return {"type": "plain_text", "text": words, "emoji": False}


def line(words: str, accessory: Element | None = None) -> Block:
    """A paragraph with something to press beside it."""
    block: Block = {"type": "section", "text": plain(shortened(words, LONGEST_TEXT))}
    return block | {"accessory": accessory} if accessory else block


def header(words: str) -> Block:
    """A title."""
    return {"type": "header", "text": plain(shortened(words, 150))}


def context(words: str) -> Block:
    """A small grey line."""
    return {"type": "context", "elements": [plain(shortened(words, LONGEST_TEXT))]}


def button(label: str, action: str, value: str, *, primary: bool = False) -> Element:
    """A button; `value` is an opaque id."""
    made = {"type": "button", "text": plain(label), "action_id": action, "value": value}
    return made | {"style": "primary"} if primary else made


def option(label: str, value: str) -> Element:
    """A line of a menu."""
    return {"text": plain(shortened(label, 75)), "value": value}


def actions(elements: Sequence[Element], block_id: str | None = None) -> Block:
    """A row of buttons and menus, 25 at most."""
    block: Block = {"type": "actions", "elements": list(elements)}
    return block | {"block_id": block_id} if block_id else block


def escaped(words: str) -> str:
    """Words as Slack's own markup takes them: `& < >` can't start anything."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def shortened(words: str, longest: int) -> str:
    """The words, cut after a whole one and with an ellipsis where they are longer than `longest` characters."""
    if characters(words) <= longest:
        return words
    cut = words[: _fitting(words, longest - 1)]
    space = cut.rfind(" ")
    return f"{cut[:space] if space > len(cut) // 2 else cut}…"


def pieces(words: str, longest: int) -> list[str]:
    """The words in pieces of at most `longest` characters, each cut after a line or a word where there is one."""
    found: list[str] = []
    while words:
        most = len(words) if characters(words) <= longest else _fitting(words, longest)
        cut = most
        if most < len(words):
            cut = words.rfind("\n", 0, most) + 1 or words.rfind(" ", 0, most) + 1 or most
        found.append(words[:cut])
        words = words[cut:]
    return found


def _fitting(words: str, room: int) -> int:
    """How many code points of the words fit into `room` characters as UTF-16 counts them; one at least."""
    fits = min(len(words), room)
    while fits > 1 and (over := characters(words[:fits]) - room) > 0:
        fits -= max(1, over // 2)
    return max(1, fits)


def characters(node: Any) -> int:
    """How much of a message's room something takes: all its strings, as UTF-16 counts them."""
    if isinstance(node, dict):
        return sum(characters(value) for key, value in node.items() if key not in ("type", "style"))
    if isinstance(node, list):
        return sum(characters(value) for value in node)
    return len(node.encode("utf-16-le", "surrogatepass")) // 2 if isinstance(node, str) else 0
