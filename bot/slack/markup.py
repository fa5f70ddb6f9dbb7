"""Slack's own markup of a text (`&amp;`, `<url|label>`, `<@U…>`, `:emoji:`) undone."""

from __future__ import annotations

import re

from bot.slack.emoji_names import with_emoji
from bot.slack.rich_text_in import Names, link, mentioned, moment

# One pass over everything, so that what an escape stands for is never read again.
_ESCAPED = re.compile(r"<([^<>\s][^<>\n]*)>|&(amp|lt|gt);")
_SIGNS = {"amp": "&", "lt": "<", "gt": ">"}
_SHAPES = re.compile(
    r"```\n?(?P<block>.*?)\n?```|(?P<code>`[^`\n]+`)|(?P<quote>^(?:&gt;){1,3} ?)", re.DOTALL | re.MULTILINE
)


def text_of_markup(text: str, names: Names) -> str:
    """The plain text that the author sees: a code block is its content, a quoted line its words, an emoji a character."""
    pieces: list[str] = []
    at = 0
    for match in _SHAPES.finditer(text):
        code = match.group("block") or match.group("code") or ""
        pieces += [unescape(text[at : match.start()], names, emoji=True), unescape(code, names)]
        at = match.end()
    return "".join([*pieces, unescape(text[at:], names, emoji=True)])


def unescape(text: str, names: Names = lambda _: None, *, emoji: bool = False) -> str:
    """The text without Slack's escapes; with `emoji`, names between colons become characters."""
    pieces: list[str] = []
    at = 0
    for match in _ESCAPED.finditer(text):
        between = text[at : match.start()]
        pieces.append(with_emoji(between) if emoji else between)
        pieces.append(_SIGNS[match.group(2)] if match.group(2) else _reference(match.group(1), names))
        at = match.end()
    rest = text[at:]
    return "".join([*pieces, with_emoji(rest) if emoji else rest])


def _reference(inside: str, names: Names) -> str:
    """What stands between `<` and `>`."""
    target, _, raw_label = inside.partition("|")
    label = unescape(raw_label)
    if target.startswith("@"):
        return mentioned("@", target[1:], lambda id_: names(id_) or label)
    if target.startswith("#"):
        return mentioned("#", target[1:], lambda id_: label or names(id_))
    if target.startswith("!date^"):
        return moment(target.split("^")[1], label)
    if target.startswith("!subteam^"):
        return mentioned("@", target.removeprefix("!subteam^").split("^")[0], lambda id_: label or names(id_))
    if target.startswith("!"):
        return mentioned("@", target[1:].split("^")[0], lambda _: label)
    return link(unescape(target), label)
