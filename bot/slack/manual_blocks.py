"""What community managers see of a manual on its way: the modal for its files, what it would change, what became of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bot.manual.blocks import Limits
from bot.manual.changes import Change, Changes, Counts
from bot.manual.sources import ANSWERS, OWN
from bot.slack import actions as ids
from bot.slack.inputs import View, labelled, menu, modal, typed
from bot.slack.keys import Key
from bot.slack.post import Block, Post
from bot.slack.rich_text import (
    Element,
    actions,
    bullets,
    button,
    context,
    escaped,
    option,
    plain,
    rich_text,
    section,
    shortened,
    text,
)
from bot.slack.words import Words

FILES, SOURCE, NAME = "files", "source", "name"
"""Ids of the modal's inputs."""
NEW = "new"
"""The menu's value for a new manual."""
MOST_FILES = 10
_FILETYPES = ["pdf", "docx", "html", "htm", "md"]
_OPTIONS = 99
_SHOWN = 10  # of a list; more are counted
_RULES, _RULES_BACK = 8, 3
_HEADING, _FILE, _REASON, _RULE, _QUOTE = 100, 80, 200, 200, 200  # characters
_REASONS: tuple[tuple[str, Key], ...] = (
    ("is not a kind that is read", "unread_kind"),
    ("encrypted", "unread_password"),
    ("broken|the ending says|no document in it", "unread_damaged"),
    ("probably scanned", "unread_scanned"),
    (r"the limit (is|of)", "unread_large"),
    ("seconds|memory|nested|process", "unread_slow"),
    (r"\bempty\b|no text in it", "unread_empty"),
    ("not UTF-8|binary", "unread_encoding"),
)
"""What the manual's readers say, by a word of it, and what we say to people."""


@dataclass(frozen=True)
class Unread:
    """A file that can't be read, and our sentence on it."""

    file: str = field(repr=False)
    says: Key


@dataclass(frozen=True)
class RuleLine:
    """A rule in words that people like, and its quotes of the manual."""

    says: str
    quotes: Sequence[str]


@dataclass(frozen=True)
class Effect:
    """What a publication would change."""

    changes: Changes
    resting: Sequence[RuleLine] = ()
    working_again: Sequence[RuleLine] = ()


@dataclass(frozen=True)
class Published:
    """What somebody published meanwhile."""

    who: str
    source: str
    version: int
    date: str


def source_id(name: str) -> str:
    """A source as buttons carry it: 22 letters that don't tell its name."""
    return hashlib.sha256(name.encode()).hexdigest()[:22]


def mark(sha: str) -> int:
    """A state of the published manual as buttons carry it."""
    return int(sha[:12] or "0", 16)


def unread(file: str, why: str) -> Unread:
    """What the manual's readers say of a file, as a sentence of ours."""
    return Unread(file, next((key for pattern, key in _REASONS if re.search(pattern, why)), "unread_other"))


def manual_view(words: Words, sources: Sequence[str]) -> View:
    """The modal for a manual's files; `sources` are those that they can take the place of."""
    known = [option(name, source_id(name)) for name in sources[:_OPTIONS]]
    fresh = option(words.say("source_new"), NEW)
    files = {"type": "file_input", "filetypes": _FILETYPES, "max_files": MOST_FILES}
    blocks = [
        labelled(FILES, words.say("field_files"), files, words.say("field_files_hint")),
        labelled(SOURCE, words.say("field_source"), menu([fresh, *known], words, NEW)),
        labelled(NAME, words.say("field_source_name"), typed(60), words.say("field_source_name_hint"), optional=True),
    ]
    return modal(words, "title_manual", blocks, callback=ids.VIEW_MANUAL, submit="submit_read")


def name_problem(words: Words) -> str:
    """What is said beside a name that is not to be had."""
    return words.say("field_source_name_wrong", own=OWN, answers=ANSWERS)


def preview_post(
    words: Words, value: str, source: str, effect: Effect, *, replaces: bool, unread: Sequence[Unread] = ()
) -> Post:
    """What publishing something that was read would change, with what can't be read, and the way to publish it.

    `value` is what the buttons carry: `{staged id}.{mark}`.
    """
    what = words.say("manuals_replaces" if replaces else "manuals_new")
    pressed = [
        button(words.say("button_publish"), ids.MANUAL_PUBLISH, value, primary=True),
        button(words.say("button_discard"), ids.MANUAL_DISCARD, value),
    ]
    head = rich_text(
        section(text(words.say("manuals_preview"), bold=True)),
        section(text(source, bold=True), text(f" · {what}")),
    )
    return Post(
        escaped(words.say("manuals_preview")),
        [head, *_effect(words, effect), *_unread(words, unread), actions(pressed)],
    )


def retire_post(words: Words, value: str, source: str, effect: Effect) -> Post:
    """What retiring a source would change. `value`: `{source id}.{mark}`."""
    confirm = {
        "title": plain(words.say("manuals_retire_title")),
        "text": plain(words.say("manuals_retire_reach")),
        "confirm": plain(words.say("button_retire")),
        "deny": plain(words.say("button_keep")),
        "style": "danger",
    }
    go = button(words.say("button_retire"), ids.MANUAL_RETIRE, value) | {"style": "danger", "confirm": confirm}
    stay = button(words.say("button_keep"), ids.MANUAL_KEEP, value)
    head = rich_text(
        section(text(words.say("manuals_retiring"), bold=True)),
        section(text(source, bold=True)),
    )
    return Post(escaped(words.say("manuals_retiring")), [head, *_effect(words, effect), actions([go, stay])])


def again_post(
    words: Words, said: str, value: str, meanwhile: Published | None = None, *, retiring: bool = False
) -> Post:
    """It was not done, and why: somebody published meanwhile, or it failed. With a way to look again, or to leave it."""
    again = ids.MANUAL_PROPOSE_AGAIN if retiring else ids.MANUAL_LOOK_AGAIN
    away = ids.MANUAL_KEEP if retiring else ids.MANUAL_DISCARD
    parts = [section(text(said, bold=True))]
    if meanwhile is not None:
        quicker = words.say(
            "manuals_quicker",
            who=meanwhile.who,
            source=meanwhile.source,
            version=meanwhile.version,
            date=meanwhile.date,
        )
        parts.append(section(text(quicker)))
    pressed = [
        button(words.say("button_look_again"), again, value, primary=True),
        button(words.say("button_keep" if retiring else "button_discard"), away, value),
    ]
    return Post(escaped(said), [rich_text(*parts), actions(pressed)])


def done_post(said: str, words: Words, source: str, counts: Counts | None = None) -> Post:
    """It is published, or retired."""
    about = text(source, bold=True)
    if counts is not None:
        told = words.say("manuals_counts", added=counts.added, changed=counts.changed, removed=counts.removed)
        about += text(f" · {told}")
    done: list[Element] = [{"type": "emoji", "name": "white_check_mark"}]
    return Post(escaped(said), [rich_text(section(done, text(f" {said}", bold=True)), section(about))])


def unreadable_post(words: Words, unread: Sequence[Unread]) -> Post:
    """Nothing of what was uploaded can be read."""
    said = words.say("manuals_nothing_read")
    return Post(escaped(said), [rich_text(section(text(said, bold=True))), *_unread(words, unread)])


def _effect(words: Words, effect: Effect) -> Iterator[Block]:
    if not effect.changes:
        yield rich_text(section(text(words.say("manuals_same"))))
    kinds: tuple[tuple[Key, Sequence[Change]], ...] = (
        ("manuals_added", effect.changes.added),
        ("manuals_changed", effect.changes.changed),
        ("manuals_removed", effect.changes.removed),
    )
    for key, changes in kinds:
        if changes:
            said = [section(text(_heading(change))) for change in changes[:_SHOWN]]
            yield from _list(words, words.say(key, count=len(changes)), said, len(changes))
    if effect.resting:
        lines = [section(*_rule(rule)) for rule in effect.resting[:_RULES]]
        yield from _list(words, words.say("manuals_resting"), lines, len(effect.resting))
    if effect.working_again:
        lines = [section(*_rule(rule)) for rule in effect.working_again[:_RULES_BACK]]
        yield from _list(words, words.say("manuals_working_again"), lines, len(effect.working_again))


def _unread(words: Words, unread: Sequence[Unread]) -> Iterator[Block]:
    if unread:
        lines = [section(text(shortened(each.file, _FILE), bold=True), text(_says(words, each))) for each in unread]
        yield from _list(words, words.say("manuals_unreadable"), lines[:_SHOWN], len(unread))


def _says(words: Words, unread: Unread) -> str:
    if unread.says == "unread_large":
        said = words.say("unread_large", megabytes=Limits().megabytes)
    else:
        said = words.say(unread.says)
    return f" · {shortened(said, _REASON)}"


def _list(words: Words, title: str, lines: Sequence[Element], count: int) -> Iterator[Block]:
    yield rich_text(section(text(title, bold=True)), bullets(lines))
    if count > len(lines):
        yield context(words.say("home_more", count=count - len(lines)))


def _heading(change: Change) -> str:
    """Its own heading and the one above it."""
    return f"{shortened(' › '.join(change.heading[-2:]), _HEADING)} ({change.language})"


def _rule(rule: RuleLine) -> Iterator[list[Element]]:
    yield text(shortened(rule.says, _RULE))
    for quote in rule.quotes[:1]:
        yield text(" ")
        yield text(f"“{shortened(quote, _QUOTE)}”", italic=True)
