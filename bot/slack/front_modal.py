"""The modal in which a community manager hands in a conversation, and how what they filled in is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.program.knowledge import Program
from bot.slack import actions as ids
from bot.slack.front_blocks import KINDS, LINKLESS, LONGEST_QUOTE
from bot.slack.inputs import View, filled, labelled, menu, modal, typed
from bot.slack.keys import Key
from bot.slack.modals import LONGEST_LINK, answers, is_link
from bot.slack.policy_blocks import language_name
from bot.slack.rich_text import characters, option
from bot.slack.words import Words

KIND, LINK, QUOTE, TOPIC, LANGUAGE, NETWORK, DEADLINE = (
    "kind",
    "link",
    "quote",
    "topic",
    "language",
    "network",
    "deadline",
)
"""Ids of the inputs: an error is shown beside the one that it names."""
SHORTEST = timedelta(hours=1)
"""From handing in to the deadline."""
LONGEST_DAYS = 60
_USUAL = timedelta(days=1)
_ANY = "any"  # of networks
_OPTIONS = 100


@dataclass(frozen=True)
class Entry:
    """What was filled in; an empty string or None: nothing."""

    kind: str
    link: str | None
    quote: str = field(repr=False)
    topic: str
    language: str
    network: str | None
    deadline: datetime | None


def front_view(words: Words, program: Program, now: datetime) -> View:
    """The empty modal. There must be topics."""
    topics = [option(program.topic(topic.id, words.language), topic.id) for topic in program.topics]
    languages = [option(language_name(code, words), code) for code in words.languages]
    networks = [option(words.say("front_any_network"), _ANY)]
    networks += [option(name, id_) for id_, name in words.networks.items()]
    kinds = [option(words.say(said), kind) for kind, said in KINDS.items()]
    usual = (now + _USUAL).replace(minute=0, second=0, microsecond=0)
    lines, address = typed(LONGEST_QUOTE, multiline=True), typed(LONGEST_LINK)
    when = {"type": "datetimepicker", "initial_date_time": int(usual.timestamp())}
    blocks = [
        labelled(KIND, words.say("field_front_kind"), menu(kinds, words)),
        labelled(LINK, words.say("field_front_link"), address, words.say("field_front_link_hint"), optional=True),
        labelled(QUOTE, words.say("field_front_quote"), lines, words.say("field_front_quote_hint")),
        labelled(TOPIC, words.say("field_front_topic"), menu(topics, words)),
        labelled(LANGUAGE, words.say("field_front_language"), menu(languages, words)),
        labelled(NETWORK, words.say("field_front_network"), menu(networks, words, _ANY)),
        labelled(DEADLINE, words.say("field_front_deadline"), when, words.say("field_front_deadline_hint")),
    ]
    return modal(words, "title_front", blocks, callback=ids.VIEW_FRONT, submit="submit_front")


def entry_of(view: Mapping[str, Any]) -> Entry:
    """What was filled in, as it was sent: nothing of it is checked."""
    said = answers(view)
    network = said.get(NETWORK, "")
    return Entry(
        kind=said.get(KIND, ""),
        link=said.get(LINK) or None,
        quote=said.get(QUOTE, ""),
        topic=said.get(TOPIC, ""),
        language=said.get(LANGUAGE, ""),
        network=network if network not in ("", _ANY) else None,
        deadline=_moment(view),
    )


def errors_of(entry: Entry, words: Words, program: Program, now: datetime) -> dict[str, str]:
    """What is wrong, by the input's id; empty: it may be handed in."""
    wrong: dict[str, str] = {}
    if entry.kind not in KINDS:
        wrong[KIND] = words.say("choose")
    if entry.link is None and entry.kind not in LINKLESS:
        wrong[LINK] = words.say("field_front_link_missing")
    elif entry.link is not None and (not is_link(entry.link) or characters(entry.link) > LONGEST_LINK):
        wrong[LINK] = words.say("field_front_link_wrong")
    if not any(letter.isalnum() for letter in entry.quote):
        wrong[QUOTE] = words.say("field_empty")
    if entry.topic not in {topic.id for topic in program.topics}:
        wrong[TOPIC] = words.say("choose")
    if entry.language not in words.languages:
        wrong[LANGUAGE] = words.say("choose")
    if entry.network is not None and entry.network not in words.networks:
        wrong[NETWORK] = words.say("choose")
    if entry.deadline is None:
        wrong[DEADLINE] = words.say("choose")
    elif entry.deadline > now + timedelta(days=LONGEST_DAYS):
        wrong[DEADLINE] = words.say("field_front_far", count=LONGEST_DAYS)
    elif entry.deadline < now + SHORTEST:
        late: Key = "field_front_past" if entry.deadline <= now else "field_front_near"
        wrong[DEADLINE] = words.say(late)
    return wrong


def _moment(view: Mapping[str, Any]) -> datetime | None:
    seconds = filled(view).get(DEADLINE, {}).get("selected_date_time")
    try:
        return datetime.fromtimestamp(int(seconds), UTC) if seconds is not None else None
    except (TypeError, ValueError, OverflowError, OSError):
        return None
