"""A crisis freeze as people read it: the request to hold a post, the line in a review, and what community managers see."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from bot.slack import actions as ids
from bot.slack.inputs import View, labelled, modal, typed
from bot.slack.keys import Key
from bot.slack.modals import is_link
from bot.slack.post import Block, Post
from bot.slack.rich_text import (
    Element,
    actions,
    bullets,
    button,
    context,
    escaped,
    header,
    line,
    plain,
    rich_text,
    section,
    shortened,
    text,
)
from bot.slack.words import Words

LONGEST_STATEMENT = 500
"""Characters."""
STATEMENT = "statement"
"""The id of the modal's input."""
_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_CLOSING = ".,;:!?…)]}»”'"


@dataclass(frozen=True)
class Freeze:
    """A freeze that lasts."""

    number: int
    since: datetime
    by: str
    """Slack user id of the community manager."""
    statement: str = field(default="", repr=False)


@dataclass(frozen=True)
class Stopped:
    """What a freeze stopped."""

    nudges: int
    campaigns: int
    fresh: bool = True
    """False: it was frozen before."""
    statement: str = field(default="", repr=False)
    too_long: bool = False
    """The statement was left out."""


def hold_post(words: Words, statement: str) -> Post:
    """To somebody with an open draft."""
    said = words.say("freeze_hold")
    return Post(
        escaped(said), [rich_text(section(text(said))), *_statement(words, statement, follows=True), _free(words)]
    )


def over_post(words: Words) -> Post:
    """To those who were told, once it is over."""
    said = words.say("freeze_over")
    return Post(escaped(said), [rich_text(section(text(said)))])


def notice(words: Words, statement: str) -> list[Block]:
    """A review's line while a freeze lasts."""
    return [rich_text(section(text(words.say("freeze_review")))), *_statement(words, statement)]


def stopped_post(words: Words, stopped: Stopped) -> Post:
    """To the community manager who froze: what was stopped, and what is still missing."""
    said = words.say("freeze_done") if stopped.fresh else words.say("freeze_already")
    blocks = [rich_text(section(text(said, bold=True)))]
    if stopped.fresh:
        lines = (
            words.say("freeze_nudges", count=stopped.nudges),
            words.say("freeze_campaigns", count=stopped.campaigns),
            words.say("freeze_people"),
        )
        blocks.append(rich_text(bullets(section(text(each)) for each in lines)))
    elif stopped.statement:
        blocks.append(context(words.say("freeze_statement_kept")))
    if stopped.too_long:
        blocks.append(context(words.say("freeze_statement_too_long", most=LONGEST_STATEMENT)))
    elif not stopped.statement and stopped.fresh:
        blocks.append(context(words.say("freeze_add_statement")))
    return Post(escaped(said), [*blocks, *_statement(words, stopped.statement)])


def lifted_post(words: Words) -> Post:
    """To the community manager who lifted it."""
    said = words.say("freeze_lifted")
    return Post(escaped(said), [rich_text(section(text(said))), context(words.say("freeze_lifted_next"))])


def status_post(words: Words, freeze: Freeze | None, who: str) -> Post:
    """How things are, to a community manager; `who` is the name of whoever froze."""
    if freeze is None:
        said = words.say("freeze_none")
        return Post(escaped(said), [rich_text(section(text(said)))])
    return Post(escaped(words.say("freeze_heading")), list(_state(words, freeze, who)))


def channel_post(words: Words, by: str, statement: str) -> Post:
    """To the managers' channel, when somebody froze."""
    done = rich_text(section(_user(by), text(f" {words.say('freeze_channel')}")))
    return Post(escaped(words.say("freeze_heading")), [done, *_statement(words, statement)])


def statement_post(words: Words, statement: str) -> Post:
    """To the managers' channel, when the statement was added or changed."""
    return Post(escaped(words.say("freeze_statement")), _statement(words, statement))


def channel_over_post(words: Words, by: str) -> Post:
    """To the managers' channel, when somebody lifted it."""
    done = rich_text(section(_user(by), text(f" {words.say('freeze_channel_over')}")))
    return Post(escaped(words.say("freeze_none")), [done])


def help_post(words: Words, company: str, *, manages: bool, unknown: bool = False) -> Post:
    """What Bonvent does. `unknown`: what was written is none of its words."""
    hello = words.say("bonvent_hello", company=company)
    lines = [words.say("bonvent_draft"), words.say("bonvent_policy"), words.say("bonvent_nudges")]
    lines += [words.say("bonvent_managers")] if manages else []
    blocks = [context(words.say("bonvent_unknown"))] if unknown else []
    blocks.append(rich_text(section(text(hello)), bullets(section(text(each)) for each in lines)))
    return Post(escaped(hello), blocks)


def home_blocks(words: Words, freeze: Freeze | None, who: str) -> list[Block]:
    """The section of the managers' Home."""
    head = header(words.say("freeze_heading"))
    if freeze is None:
        press = button(words.say("button_freeze"), ids.FREEZE_OPEN, "freeze") | {"style": "danger"}
        return [head, line(words.say("freeze_home"), press)]
    confirm = {
        "title": plain(words.say("title_freeze_lift")),
        "text": plain(words.say("freeze_lift_asks")),
        "confirm": plain(words.say("button_lift_yes")),
        "deny": plain(words.say("button_lift_no")),
    }
    row = [
        button(words.say("button_freeze_statement"), ids.FREEZE_OPEN, "freeze"),
        button(words.say("button_freeze_lift"), ids.FREEZE_LIFT, str(freeze.number)) | {"confirm": confirm},
    ]
    return [head, *_state(words, freeze, who), actions(row)]


def freeze_view(words: Words, freeze: Freeze | None) -> View:
    """The modal that freezes, and asks for the official statement; while frozen it asks for that alone."""
    said = freeze.statement if freeze is not None else ""
    hint = words.say("field_statement_hint", most=LONGEST_STATEMENT)
    asked = labelled(
        STATEMENT, words.say("field_statement"), typed(LONGEST_STATEMENT, said), hint, optional=freeze is None
    )
    blocks = [asked] if freeze is not None else [line(words.say("freeze_home")), asked]
    submit: Key = "submit_freeze" if freeze is None else "submit_freeze_statement"
    # A statement belongs to the freeze that it was asked for: after its end it begins no new one.
    carried = str(freeze.number) if freeze is not None else ""
    return modal(words, "title_freeze", blocks, callback=ids.VIEW_FREEZE, submit=submit, carried=carried)


def statement_words(statement: str) -> list[Element]:
    """The statement as text; only what is a link of http or https can be pressed."""
    found: list[Element] = []
    at = 0
    for match in _LINK.finditer(statement):
        url = match.group().rstrip(_CLOSING)
        if is_link(url):
            found += [*text(statement[at : match.start()]), {"type": "link", "url": url, "text": shortened(url, 200)}]
            at = match.start() + len(url)
    return found + text(statement[at:])


def _user(user_id: str) -> list[Element]:
    return [{"type": "user", "user_id": user_id}]


def _statement(words: Words, statement: str, *, follows: bool = False) -> list[Block]:
    if statement:
        return [rich_text(section(text(f"{words.say('freeze_statement')} ", bold=True), statement_words(statement)))]
    return [context(words.say("freeze_statement_follows"))] if follows else []


def _free(words: Words) -> Block:
    return context(words.say("freeze_hold_free"))


def _state(words: Words, freeze: Freeze, who: str) -> Iterator[Block]:
    when = {"type": "date", "format": "{date_short_pretty}, {time}", "timestamp": int(freeze.since.timestamp())}
    moment = [when | {"fallback": f"{freeze.since:%Y-%m-%d %H:%M} UTC"}]
    yield rich_text(section(text(f"{words.say('freeze_since', who=who)} ", bold=True), moment))
    yield from _statement(words, freeze.statement)
    if not freeze.statement:
        yield context(words.say("freeze_add_statement"))
