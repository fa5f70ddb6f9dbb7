"""A conversation as community managers and ambassadors see it. Its words are a stranger's: they stand literally, as a quote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from bot.manual.models import Citation
from bot.slack import actions as ids
from bot.slack.keys import Key
from bot.slack.layout import cited, list_parts
from bot.slack.post import Block, Post
from bot.slack.rich_text import (
    Element,
    actions,
    button,
    context,
    escaped,
    quote,
    rich_text,
    section,
    shortened,
    text,
)
from bot.slack.words import Words

State = Literal["asking", "taken", "done", "given_back", "closed"]
KINDS: Mapping[str, Key] = {
    "answer": "front_kind_answer",
    "quote": "front_kind_quote",
    "question": "front_kind_question",
    "guest": "front_kind_guest",
}
LINKLESS = frozenset({"quote", "guest"})
"""Kinds that may stand nowhere on the web."""
LONGEST_QUOTE = 3_000
"""Characters of what a conversation says: what Slack takes in one input."""
_LINK, _NAME = 300, 100
_STATES: Mapping[State, Key] = {
    "asking": "front_asking",
    "taken": "front_taken",
    "done": "front_done",
    "given_back": "front_back_nobody",
    "closed": "front_closed",
}


@dataclass(frozen=True)
class Facts:
    """What a conversation is, for one reader."""

    id: str
    kind: str
    link: str | None
    quote: str = field(repr=False)
    topic: str
    """As the reader calls it."""
    language: str
    network: str | None
    """As people know it."""
    deadline: datetime


def managers_post(
    facts: Facts,
    words: Words,
    *,
    state: State,
    posted_by: str | None,
    taken_by: str | None = None,
    not_done: bool = False,
) -> Post:
    """In the community managers' channel. `taken_by` said yes; nobody else who was asked is ever named.

    `not_done`, of what was given back: somebody had it. `posted_by` is None where only who handed it in reads it.
    """
    title = words.say("front_new")
    blocks: list[Block] = [
        rich_text(section([{"type": "emoji", "name": "speech_balloon"}], text(f" {title}", bold=True))),
        *_facts(facts, words),
        rich_text(section(*_state(words, state, taken_by, not_done))),
    ]
    if posted_by:
        blocks.append(rich_text(section(text(f"{words.say('front_by')} "), _person(posted_by))))
    buttons = [button(words.say("button_front_again"), ids.FRONT_AGAIN, facts.id)] if state == "given_back" else []
    if state in ("asking", "taken", "given_back"):
        buttons.append(button(words.say("button_front_close"), ids.FRONT_CLOSE, facts.id))
    return Post(escaped(title), [*blocks, actions(buttons)] if buttons else blocks)


def came_back_post(words: Words, *, not_done: bool, posted_by: str | None) -> Post:
    """Below the managers' post, for whoever handed it in."""
    said = words.say("front_came_back_not_done" if not_done else "front_came_back_nobody")
    return Post(escaped(said), [rich_text(section(_person(posted_by), text(f" {said}" if posted_by else said)))])


def ask_post(facts: Facts, words: Words, *, chose_topic: bool, until: datetime, zone: str) -> Post:
    """Asks one ambassador. `until` is when somebody else is asked, `zone` theirs."""
    title = words.say("front_ask")
    blocks: list[Block] = [
        rich_text(section([{"type": "emoji", "name": "speech_balloon"}], text(f" {title}", bold=True)))
    ]
    if chose_topic:
        blocks.append(rich_text(section(text(words.say("front_ask_topic", topic=facts.topic)))))
    blocks += [
        *_facts(facts, words, zone),
        rich_text(section(text(f"{words.say('front_ask_until')} "), [moment(until, zone)])),
        context(words.say("front_ask_free")),
        context(words.say("front_ask_named")),
        actions(
            [
                button(words.say("button_front_yes"), ids.FRONT_YES, facts.id, primary=True),
                button(words.say("button_front_no"), ids.FRONT_NO, facts.id),
            ]
        ),
    ]
    return Post(escaped(title), blocks)


def handed_post(
    facts: Facts,
    words: Words,
    *,
    passages: Sequence[Citation],
    back_at: datetime,
    zone: str,
    frozen: bool = False,
) -> Post:
    """Everything that whoever took it needs. `back_at` is when it goes back to the managers, `zone` theirs."""
    title = words.say("front_yours")
    blocks: list[Block] = [
        rich_text(section(text(title, bold=True))),
        rich_text(section(text(words.say("front_yours_frozen" if frozen else "front_yours_how"), bold=frozen))),
        *_facts(facts, words, zone),
    ]
    if passages:
        parts = list_parts(words.say("front_manual"), [section(cited(passage)) for passage in passages])
        blocks += [block for part in parts for block in part]
    blocks.append(rich_text(section(text(f"{words.say('front_until')} "), [moment(back_at, zone)])))
    return Post(escaped(title), [*blocks, _buttons(facts.id, words)])


def begin_post(facts: Facts, words: Words) -> Post:
    """A thread begins here: what is sent in it is a draft of the answer."""
    title = words.say("front_begin")
    said = [section(text(f"{title}\n", bold=True), text(words.say("front_begin_how"))), _quoted(facts)]
    return Post(escaped(title), [rich_text(*said)])


def reminder_post(facts: Facts, words: Words, *, back_at: datetime, zone: str) -> Post:
    """Half of the time is over; once, and gently."""
    title = words.say("front_reminder")
    blocks = [
        rich_text(section(text(f"{title}\n", bold=True), text(words.say("front_reminder_how")))),
        *_facts(facts, words, zone),
        rich_text(section(text(f"{words.say('front_until')} "), [moment(back_at, zone)])),
        _buttons(facts.id, words),
    ]
    return Post(escaped(title), blocks)


def line_post(sentence: str) -> Post:
    """What a post becomes once there is nothing left to press."""
    return Post(escaped(sentence), [context(sentence)])


def moment(at: datetime, zone: str = "UTC") -> Element:
    """A time as its reader's Slack writes it; where that can't, in `zone`."""
    local = at.astimezone(ZoneInfo(zone))
    return {
        "type": "date",
        "timestamp": int(at.timestamp()),
        "format": "{date_short_pretty}, {time}",
        "fallback": f"{local:%Y-%m-%d %H:%M} ({zone})",
    }


def state_line(facts: Facts, words: Words, state: State, taken_by: str | None) -> Element:
    """One conversation in a list."""
    what = " · ".join((words.say(KINDS[facts.kind]), shortened(facts.topic, _NAME)))
    return section(
        text(f"{what}. "),
        *_state(words, state, taken_by, not_done=False),
        text(f" {words.say('front_deadline')} "),
        [moment(facts.deadline)],
    )


def _facts(facts: Facts, words: Words, zone: str = "UTC") -> Iterator[Block]:
    named = (words.say(KINDS[facts.kind]), facts.topic, facts.language, facts.network)
    yield context(" · ".join(shortened(name, _NAME) for name in named if name))
    yield rich_text(_quoted(facts))
    if facts.link:
        shown = shortened(facts.link.partition("://")[2], _LINK)
        yield rich_text(section([{"type": "link", "url": facts.link, "text": shown}]))
    yield rich_text(section(text(f"{words.say('front_deadline')} "), [moment(facts.deadline, zone)]))


def _quoted(facts: Facts) -> Element:
    return quote(shortened(facts.quote, LONGEST_QUOTE))


def _state(words: Words, state: State, taken_by: str | None, not_done: bool) -> Iterator[Sequence[Element]]:
    key: Key = "front_back_not_done" if state == "given_back" and not_done else _STATES[state]
    named = state in ("taken", "done") and taken_by
    if state == "done" and not named:
        key = "front_done_somebody"
    yield text(f"{words.say(key)} " if named else words.say(key), bold=True)
    if named:
        yield _person(taken_by)


def _buttons(id_: str, words: Words) -> Block:
    return actions(
        [
            button(words.say("button_front_draft"), ids.FRONT_DRAFT, id_, primary=True),
            button(words.say("button_front_done"), ids.FRONT_DONE, id_),
            button(words.say("button_front_back"), ids.FRONT_BACK, id_),
        ]
    )


def _person(user_id: str | None) -> Sequence[Element]:
    return [{"type": "user", "user_id": user_id}] if user_id else []
