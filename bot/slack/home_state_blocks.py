"""What community managers see below their own Home: questions that wait, the manual's sources, rules that rest, complaints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.figures import FEWEST
from bot.manual.changes import Counts
from bot.slack import actions as ids
from bot.slack.post import Block
from bot.slack.rich_text import (
    Element,
    actions,
    bullets,
    button,
    context,
    header,
    line,
    option,
    rich_text,
    section,
    shortened,
    text,
)
from bot.slack.words import Words

_LINES = 10  # of a list; more are counted
_MESSAGE = 300  # characters of a rule's message
_SOURCES, _CHANGES, _NAME = 25, 3, 100  # the last one in characters


@dataclass(frozen=True)
class Suspended:
    """A rule that rests, as a person knows it: what it says, its section of the manual, the languages it rests in."""

    message: str
    section: str
    languages: Sequence[str]


@dataclass(frozen=True)
class Complained:
    """How often people said of a rule's remark that it wasn't right; reason as it was offered → how often."""

    message: str
    reasons: Sequence[tuple[str, int]]

    @property
    def count(self) -> int:
        return sum(count for _, count in self.reasons)


@dataclass(frozen=True)
class ManualSource:
    """A source of the manual, as managers see it."""

    id: str
    """What its menu carries."""
    name: str
    sections: int
    passages: int
    languages: Sequence[str]
    """As the reader calls them."""
    published: Publication | None = None
    """The last one that touched it; None: nobody knows."""
    note: str = ""
    """A sentence of ours on it."""
    can_retire: bool = True


@dataclass(frozen=True)
class Publication:
    """One publication: what it touched, by whom and when."""

    version: int
    date: str
    who: str
    source: str
    counts: Counts


@dataclass(frozen=True)
class State:
    """What community managers see."""

    open: int
    taken: int
    overdue: int
    oldest_hours: float | None
    sources: Sequence[ManualSource]
    rules: int
    suspended: Sequence[Suspended]
    complained: Sequence[Complained]
    changes: Sequence[Publication] = ()
    """The latest, newest first."""


def state_blocks(words: Words, state: State) -> Iterator[Block]:
    """All of it, below a line."""
    yield {"type": "divider"}
    yield header(words.say("home_queue"))
    yield line(" ".join(_queue(words, state)))
    yield from _manuals(words, state)
    yield header(words.say("home_rules"))
    yield line(words.say("home_rules_state", count=state.rules, resting=len(state.suspended)))
    if state.suspended:
        yield line(words.say("home_suspended"))
        yield from _list(words, [_suspended(rule) for rule in state.suspended])
    yield from _complaints(words, state.complained)


def _manuals(words: Words, state: State) -> Iterator[Block]:
    yield header(words.say("home_manual"))
    yield line(words.say("home_manual_state", count=sum(source.passages for source in state.sources)))
    for source in state.sources[:_SOURCES]:
        retire: Element = {
            "type": "overflow",
            "action_id": ids.MANUAL_PROPOSE,
            "options": [option(words.say("button_propose"), source.id)],
        }
        yield line("\n".join(_source(words, source)), retire if source.can_retire else None)
    if len(state.sources) > _SOURCES:
        yield context(words.say("home_more", count=len(state.sources) - _SOURCES))
    yield actions([button(words.say("button_add_manual"), ids.MANUAL_ADD, "home")])
    if state.changes:
        yield line(words.say("policy_changes"))
        yield from _list(words, [_change(words, change) for change in state.changes[:_CHANGES]])


def _source(words: Words, source: ManualSource) -> Iterator[str]:
    yield shortened(source.name, _NAME)
    yield words.say("home_source", count=source.sections, spoken=", ".join(source.languages[:_LINES]))
    if source.published is not None:
        one = source.published
        yield words.say("home_source_published", version=one.version, date=one.date, who=shortened(one.who, _NAME))
    if source.note:
        yield source.note


def _change(words: Words, change: Publication) -> str:
    return words.say(
        "manuals_change",
        date=change.date,
        source=shortened(change.source, _NAME),
        who=shortened(change.who, _NAME),
        added=change.counts.added,
        changed=change.counts.changed,
        removed=change.counts.removed,
    )


def _queue(words: Words, state: State) -> Iterator[str]:
    if not state.open + state.taken:
        yield words.say("home_queue_none")
        return
    yield words.say("home_queue_state", open=state.open, taken=state.taken)
    if state.oldest_hours is not None:
        yield words.say("home_queue_oldest", time=words.span(state.oldest_hours))
    if state.overdue:
        yield words.say("home_queue_overdue", count=state.overdue)


def _suspended(rule: Suspended) -> str:
    return f"{shortened(rule.message, _MESSAGE)} ({rule.section}; {', '.join(rule.languages)})"


def _complaints(words: Words, complained: Sequence[Complained]) -> Iterator[Block]:
    groups = sorted((rule for rule in complained if rule.count >= FEWEST), key=lambda rule: -rule.count)
    if groups:
        yield line(words.say("home_complaints"))
        yield from _list(words, [_complaint(rule) for rule in groups])
    if len(groups) < len(complained):
        yield context(words.say("home_complaints_few", fewest=FEWEST))


def _complaint(rule: Complained) -> str:
    """Reasons, most frequent first; only large groups with their number."""
    reasons = sorted(rule.reasons, key=lambda reason: -reason[1])
    said = ", ".join(f"{label} ({count})" if count >= FEWEST else label for label, count in reasons)
    return f"{rule.count} × {shortened(rule.message, _MESSAGE)} {said}"


def _list(words: Words, lines: Sequence[str]) -> Iterator[Block]:
    if lines:
        yield rich_text(bullets(section(text(shortened(said, 2 * _MESSAGE))) for said in lines[:_LINES]))
    if len(lines) > _LINES:
        yield context(words.say("home_more", count=len(lines) - _LINES))
