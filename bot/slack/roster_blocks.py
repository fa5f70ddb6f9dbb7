"""What an ambassador chose, in lines; and the question to somebody who is said to have agreed elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.program.choices import Offered, clock
from bot.program.countries import name_of
from bot.slack import actions as ids
from bot.slack.keys import Key
from bot.slack.policy_blocks import language_name
from bot.slack.post import Block, Post
from bot.slack.rich_text import actions, bullets, button, escaped, rich_text, section, shortened, text
from bot.slack.words import Words
from bot.store.program_models import AmbassadorRow

DAYS: Sequence[Key] = ("day_mon", "day_tue", "day_wed", "day_thu", "day_fri", "day_sat", "day_sun")
"""Monday is 0."""
VALUE = "mine"
"""Of all buttons here: they are about whoever presses them."""
_LONGEST = 600  # characters of one list of names


def about(user_id: str) -> str:
    """What the question to somebody who was imported is about, in the outbox."""
    return f"confirm:{user_id}"


def chosen_lines(row: AmbassadorRow, words: Words, offered: Offered) -> list[str]:
    """All that somebody chose, a line a subject."""
    named = offered.program
    topics = _names((named.topic(topic, words.language) for topic in row.topics), words.say("roster_any_topic"))
    networks = _names((words.network(network) for network in row.networks), words.say("roster_any_network"))
    spoken = _names((language_name(code, words) for code in row.languages), words.say("roster_any_language"))
    return [
        words.say("roster_topics", topics=topics),
        words.say("roster_networks", networks=networks, spoken=spoken),
        _when(row, words),
        words.say(
            "roster_often",
            often=_often(row.weekly_budget, words),
            where=words.say("roster_in_channels" if row.in_channels else "roster_direct"),
            holidays=name_of(row.country) if row.country else words.say("roster_no_holidays"),
        ),
    ]


def chosen_block(row: AmbassadorRow, words: Words, offered: Offered) -> Block:
    return rich_text(bullets(section(text(line)) for line in chosen_lines(row, words, offered)))


def confirm_post(row: AmbassadorRow, words: Words, offered: Offered) -> Post:
    """Asks somebody who was imported whether that is so, with what was given for them."""
    hello = words.say("confirm_hello")
    head = rich_text(section(text(f"{hello}\n", bold=True), text(words.say("confirm_before"))))
    return Post(escaped(hello), [head, chosen_block(row, words, offered), confirm_buttons(words)])


def confirm_buttons(words: Words) -> Block:
    return actions(
        [
            button(words.say("button_confirm_yes"), ids.AMBASSADOR_YES, VALUE),
            button(words.say("button_confirm_change"), ids.AMBASSADOR_SETTINGS, VALUE),
            button(words.say("button_confirm_no"), ids.AMBASSADOR_NO, VALUE),
        ]
    )


def _when(row: AmbassadorRow, words: Words) -> str:
    days = _names((words.say(DAYS[day]) for day in sorted(row.days)), "")
    if row.quiet_from == row.quiet_to:
        return words.say("roster_when_any", days=days, zone=row.time_zone)
    return words.say("roster_when", days=days, start=clock(row.quiet_from), end=clock(row.quiet_to), zone=row.time_zone)


def _often(count: int, words: Words) -> str:
    if count == 0:
        return words.say("roster_no_nudges")
    return words.say("roster_once") if count == 1 else words.say("roster_times", count=count)


def _names(names: Iterable[str], none: str) -> str:
    return shortened(", ".join(names), _LONGEST) or none
