"""Modals: their frame, their inputs, and what Slack says stands in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.keys import Key
from bot.slack.post import Block
from bot.slack.rich_text import Element, plain
from bot.slack.words import Words

View = dict[str, Any]


def modal(
    words: Words,
    title: Key,
    blocks: list[Block],
    *,
    callback: str,
    submit: Key,
    close: Key = "close_cancel",
    carried: str = "",
) -> View:
    """A modal to fill in. `carried` travels with it: an opaque id, never words of a draft."""
    return {
        "type": "modal",
        "callback_id": callback,
        **({"private_metadata": carried} if carried else {}),
        "title": plain(words.say(title)),
        "submit": plain(words.say(submit)),
        "close": plain(words.say(close)),
        "blocks": blocks,
    }


def labelled(block_id: str, label: str, element: Element, hint: str | None = None, *, optional: bool = False) -> Block:
    """An input with its label. Its id is also that of what is in it: an error is shown beside the input that it names."""
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element | {"action_id": block_id},
        "optional": optional,
    }
    return block | {"hint": plain(hint)} if hint else block


def typed(most: int, said: str = "", *, multiline: bool = False) -> Element:
    """For words, `most` characters of them, standing at what was `said`."""
    element: Element = {"type": "plain_text_input", "multiline": multiline, "max_length": most}
    return element | {"initial_value": said} if said else element


def menu(options: Sequence[Element], words: Words, chosen: str | None = None) -> Element:
    """For one of these."""
    offered = {"type": "static_select", "placeholder": plain(words.say("choose")), "options": list(options)}
    return offered | _one(options, chosen)


def radio(options: Sequence[Element], chosen: str | None = None) -> Element:
    """The same, all of them in sight."""
    return {"type": "radio_buttons", "options": list(options)} | _one(options, chosen)


def several(options: Sequence[Element], words: Words, chosen: Sequence[str] = ()) -> Element:
    """For any number of these."""
    offered = {"type": "multi_static_select", "placeholder": plain(words.say("choose")), "options": list(options)}
    return offered | _many(options, chosen)


def boxes(options: Sequence[Element], chosen: Sequence[str] = ()) -> Element:
    """The same, all of them in sight."""
    return {"type": "checkboxes", "options": list(options)} | _many(options, chosen)


def filled(view: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """What stands in each input, by its id, as Slack writes it in a submission's view; of what nobody filled in, nothing."""
    values = (view.get("state") or {}).get("values") or {}
    return {id_: next(iter(elements.values()), {}) or {} for id_, elements in values.items()}


def _one(options: Sequence[Element], chosen: str | None) -> Element:
    first = next((each for each in options if each["value"] == chosen), None)
    return {"initial_option": first} if first else {}


def _many(options: Sequence[Element], chosen: Sequence[str]) -> Element:
    picked = [each for each in options if each["value"] in chosen]
    return {"initial_options": picked} if picked else {}
