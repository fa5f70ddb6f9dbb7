"""The Home tab's section on ambassadors: what that is, what somebody chose, and for community managers who said yes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.figures import FEWEST
from bot.program.choices import Offered
from bot.program.knowledge import Program
from bot.slack import actions as ids
from bot.slack.post import Block
from bot.slack.rich_text import (
    Element,
    actions,
    bullets,
    button,
    context,
    header,
    option,
    plain,
    rich_text,
    section,
    text,
)
from bot.slack.roster import offered
from bot.slack.roster_blocks import VALUE, chosen_block, confirm_buttons
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import ambassadors
from bot.store.program_models import AmbassadorRow

TELL = "tell"
_MOST_TOPICS, _MOST_NAMES = 30, 60


async def ambassador_section(service: Service, user_id: str, words: Words) -> list[Block]:
    """Nothing where there is no program."""
    if not service.program.topics:
        return []
    async with service.database.read() as session:
        mine = await ambassadors.known(session, service.team_id, user_id)
        everybody: Sequence[AmbassadorRow] = ()
        if service.is_manager(user_id):
            everybody = await ambassadors.in_state(session, service.team_id, *ambassadors.JOINED)
    blocks = list(own_blocks(mine, words, offered(service)))
    if service.is_manager(user_id):
        blocks += roster_blocks(everybody, words, service.program)
    return blocks


def own_blocks(row: AmbassadorRow | None, words: Words, offers: Offered) -> Iterator[Block]:
    """What one person sees of their own."""
    yield header(words.say("home_ambassadors"))
    if row is not None and row.state in ambassadors.JOINED:
        yield _paragraph(words.say("ambassador_active" if row.state == "active" else "ambassador_pausing"))
        yield chosen_block(row, words, offers)
        yield actions(list(_ambassador_buttons(row, words)))
    elif row is not None and row.state == "to_confirm":
        yield _paragraph(f"{words.say('confirm_hello')} {words.say('confirm_before')}")
        yield chosen_block(row, words, offers)
        yield confirm_buttons(words)
        yield actions([_how(words)])
    else:
        yield _paragraph(f"{words.say('ambassador_what')} {words.say('ambassador_free')}")
        yield actions([button(words.say("button_ambassador_join"), ids.AMBASSADOR_JOIN, VALUE), _how(words)])
        yield actions([_tell_box(words, ticked=row is not None and row.tell_me)])


def _ambassador_buttons(row: AmbassadorRow, words: Words) -> Iterator[Element]:
    yield button(words.say("button_roster_settings"), ids.AMBASSADOR_SETTINGS, VALUE)
    if row.state == "active":
        yield button(words.say("button_roster_pause"), ids.AMBASSADOR_PAUSE, VALUE)
    else:
        yield button(words.say("button_roster_resume"), ids.AMBASSADOR_RESUME, VALUE)
    yield button(words.say("button_roster_leave"), ids.AMBASSADOR_LEAVE, VALUE)
    yield _how(words)


def _how(words: Words) -> Element:
    """Opens the formula in plain words, whatever somebody is."""
    return button(words.say("button_ambassador_how"), ids.AMBASSADOR_HOW, VALUE)


def _tell_box(words: Words, *, ticked: bool) -> Element:
    tell = option(words.say("ambassador_tell"), TELL) | {"description": plain(words.say("ambassador_tell_how"))}
    box: Element = {"type": "checkboxes", "action_id": ids.AMBASSADOR_TELL, "options": [tell]}
    return box | ({"initial_options": [tell]} if ticked else {})


def roster_blocks(everybody: Sequence[AmbassadorRow], words: Words, program: Program) -> Iterator[Block]:
    """What community managers see: the names of those who said yes, pausing or not, and figures of groups of five and more."""
    if not everybody:
        yield context(words.say("home_roster_none"))
        return
    if len(everybody) >= FEWEST:
        yield _paragraph(words.say("home_roster_count", count=len(everybody)))
        lines = list(_topic_lines(everybody, words, program))[:_MOST_TOPICS]
        if lines:
            yield rich_text(bullets(section(text(line)) for line in lines))
    names: list[Element] = []
    for row in everybody[:_MOST_NAMES]:
        names += [*(text(", ") if names else []), {"type": "user", "user_id": row.user_id}]
    more = len(everybody) - _MOST_NAMES
    yield rich_text(section(names, text(f" {words.say('home_roster_more', count=more)}") if more > 0 else []))
    yield context(words.say("home_roster_few", fewest=FEWEST))


def _topic_lines(everybody: Sequence[AmbassadorRow], words: Words, program: Program) -> Iterator[str]:
    """Topics that at least five people write about, the most chosen first."""
    counts = {topic.id: sum(topic.id in row.topics or not row.topics for row in everybody) for topic in program.topics}
    for id_, count in sorted(counts.items(), key=lambda each: -each[1]):
        if count >= FEWEST:
            yield words.say("home_roster_topic", topic=program.topic(id_, words.language), count=count)


def _paragraph(words: str) -> Block:
    return rich_text(section(text(words)))
