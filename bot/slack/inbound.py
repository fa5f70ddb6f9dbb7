"""A message from Slack as Bonvent takes it: the words as their author means them, pictures, text files, edits, deletions.

Events are untrusted: whatever JSON comes in, nothing here raises.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from bot.slack.markup import text_of_markup
from bot.slack.rich_text_in import Names, text_of_blocks

Event = Mapping[str, Any]

_FROM_PEOPLE = (None, "file_share")
_NO_TEXT = ("text/html", "text/rtf", "text/richtext", "text/calendar")  # words hide between their marks
_NO_FILE = ("tombstone", "hidden_by_limit")
NAME = "Bonvent"
_CALL = "\ue000"  # of no language's letters: nobody else is called so
_AFTER_CALL = re.compile(rf"^(?:[\s,:;.!-]|@{_CALL})+")
_CALLED_LAST = re.compile(rf"[\s,]*@{_CALL}\s*([?!.]*)\s*$")


@dataclass(frozen=True)
class TextFile:
    """An attached text that can be downloaded."""

    url: str
    size: int
    """Bytes, as Slack says; 0 when it doesn't."""
    name: str = field(repr=False)


class Edit(NamedTuple):
    """A message that its author changed."""

    channel: str
    ts: str
    """Of the message."""
    edited_ts: str
    """Of this edit; later ones are greater."""
    message: Event
    """As it is now: give it to `text_of` and its siblings."""

    def __repr__(self) -> str:
        return f"Edit({self.channel}, {self.ts}, {self.edited_ts})"  # never the words


class Deletion(NamedTuple):
    """A message that is gone; it may be the author's or one of ours."""

    channel: str
    ts: str


def text_of(event: Event, names: Names | Mapping[str, str] | None = None) -> str:
    """The words of a message. `names` gives people, groups and channels their names by id; without one the id stands.

    A message that was forwarded without a word of one's own is the words of what was forwarded.
    """
    look_up = _look_up(names)
    own = _words(event, look_up)
    if own.strip():
        return own
    forwarded = [a for a in _dicts(event.get("attachments")) if a.get("is_share") is True]
    return "\n\n".join(words for each in forwarded if (words := _forwarded(each, look_up)).strip()) or own


def text_without_call(
    event: Event, us: str, names: Mapping[str, str], is_greeting: Callable[[str], bool] = lambda _: False
) -> str:
    """The words of a message that calls us by name (`us` is our id), without the call: “Hi @Bonvent, may I …?” is “may I …?”."""
    said = text_of(event, {**names, us: _CALL})
    before, call, after = said.partition(f"@{_CALL}")
    if call and (not before.strip() or is_greeting(before)):
        said = _AFTER_CALL.sub("", after)
    return _CALLED_LAST.sub(r"\1", said).replace(f"@{_CALL}", NAME).strip()


def mentions_of(event: Event) -> tuple[str, ...]:
    """The ids that `text_of` asks names for, each once: people (U…, W…), groups (S…), channels (C…)."""
    asked: dict[str, None] = {}

    def note(id_: str) -> None:
        asked[id_] = None

    text_of(event, note)
    return tuple(asked)


def pictures_of(event: Event) -> list[str | None]:
    """The attached pictures' alternative texts; None where one is missing."""
    return [_text(file.get("alt_txt")).strip() or None for file in _files(event) if _is_picture(file)]


def text_files_of(event: Event) -> list[TextFile]:
    """Attached texts: snippets and files of a text's kind."""
    found = []
    for file in _files(event):
        url = _text(file.get("url_private_download")) or _text(file.get("url_private"))
        if _is_text(file) and url:
            size = file.get("size")
            name = _text(file.get("name")) or _text(file.get("title"))
            found.append(TextFile(url, size if isinstance(size, int) and size > 0 else 0, name))
    return found


def other_files_of(event: Event) -> int:
    """How many attached files are neither a picture nor a text."""
    return sum(not _is_picture(file) and not _is_text(file) for file in _files(event))


def is_for_us(event: Event) -> bool:
    """Whether a person wrote this message: no bot, no notice of Slack's own, no edit or deletion."""
    subtype = event.get("subtype")
    return (
        event.get("type", "message") in ("message", "app_mention")
        and (subtype is None or isinstance(subtype, str))
        and subtype in _FROM_PEOPLE
        and not event.get("bot_id")
        and not event.get("bot_profile")
        and not event.get("hidden")
        and _text(event.get("user")) not in ("", "USLACKBOT")
    )


def edited(event: Event) -> Edit | None:
    """The edit that a `message_changed` tells of; None where a person changed nothing (a link's preview was added)."""
    message, before = event.get("message"), event.get("previous_message")
    if event.get("subtype") != "message_changed" or not isinstance(message, dict) or not is_for_us(message):
        return None
    if isinstance(before, dict) and _said(before) == _said(message):
        return None
    mark = message.get("edited")
    edited_ts = _text(mark.get("ts")) if isinstance(mark, dict) else ""
    if not edited_ts and not isinstance(before, dict):
        return None
    channel, ts = _text(event.get("channel")), _text(message.get("ts"))
    newest = edited_ts or _text(event.get("event_ts")) or _text(event.get("ts"))
    return Edit(channel, ts, newest, message) if channel and ts else None


def deleted(event: Event) -> Deletion | None:
    """The message that was deleted: gone, or left as a tombstone because it has a thread."""
    channel = _text(event.get("channel"))
    ts = ""
    if event.get("subtype") == "message_deleted":
        ts = _text(event.get("deleted_ts"))
    elif event.get("subtype") == "message_changed":
        message = event.get("message")
        if isinstance(message, dict) and message.get("subtype") == "tombstone":
            ts = _text(message.get("ts"))
    return Deletion(channel, ts) if channel and ts else None


def _words(event: Event, names: Names) -> str:
    return text_of_blocks(event.get("blocks"), names) or text_of_markup(_text(event.get("text")), names)


def _forwarded(attachment: Mapping[str, Any], names: Names) -> str:
    messages = [each.get("message") for each in _dicts(attachment.get("message_blocks"))]
    blocks = [block for m in messages if isinstance(m, dict) for block in _dicts(m.get("blocks"))]
    return _words({"blocks": blocks, "text": attachment.get("text")}, names)


def _said(message: Event) -> tuple[Any, ...]:
    """What a person wrote or attached, for comparison."""
    files = [(_text(file.get("id")), _text(file.get("alt_txt"))) for file in _files(message)]
    return text_of(message), files


def _files(event: Event) -> list[dict[str, Any]]:
    return [file for file in _dicts(event.get("files")) if _text(file.get("mode")) not in _NO_FILE]


def _is_picture(file: Mapping[str, Any]) -> bool:
    return _text(file.get("mimetype")).startswith("image/")


def _is_text(file: Mapping[str, Any]) -> bool:
    kind = _text(file.get("mimetype"))
    return file.get("mode") == "snippet" or (kind.startswith("text/") and kind not in _NO_TEXT)


def _look_up(names: Callable[[str], str | None] | Mapping[str, str] | None) -> Names:
    if names is None:
        return lambda _: None
    return names.get if isinstance(names, Mapping) else names


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
