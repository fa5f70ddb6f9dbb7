"""The next weeks' campaigns as community managers see them in Home: a calendar by week, then a line for each campaign."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from bot.figures import FEWEST
from bot.slack import actions as ids
from bot.slack.keys import Key
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

WEEKS, MOST = 5, 8
"""Weeks of the calendar, from this one, and campaigns with a line of their own."""
EDIT, PAUSE, RESUME = "edit", "pause", "resume"
"""What a campaign's menu does; its values are `{verb}:{campaign id}`."""
_IN_WEEK = 6
_NAME, _TOPIC, _OWNER, _PLACE, _MARK = 90, 60, 60, 80, 300  # characters
_MARKS = 4
_WEEK = timedelta(days=7)

State = Literal["lost", "running", "paused", "coming", "ended"]
STATES: dict[State, Key] = {
    "lost": "campaign_lost",
    "running": "campaign_running",
    "paused": "campaign_paused",
    "coming": "campaign_coming",
    "ended": "campaign_ended",
}
"""In the order in which they need a manager's eye."""


@dataclass(frozen=True)
class Shown:
    """A campaign in the calendar. Times are in the reader's own time zone."""

    id: str
    name: str
    topic: str
    owner: str
    starts: datetime
    ends: datetime
    state: State
    place: str | None = None
    """Its channel's name, or what stands for it; None: direct messages only."""
    embargo: datetime | None = None
    """One that is still to come."""
    fits: int | None = 0
    """How many ambassadors it suits; None: of people who were chosen one by one, nothing is counted."""
    marks: Sequence[str] = field(default=())
    """What speaks against it, in words."""

    @property
    def days(self) -> tuple[date, date]:
        """Its first and last local day."""
        return self.starts.date(), (self.ends - timedelta(microseconds=1)).date()


def calendar_blocks(
    words: Words, campaigns: Sequence[Shown], *, today: date, frozen: bool = False, more: int = 0
) -> list[Block]:
    """At most 13 blocks. `today` is the reader's own; `more`: how many there are beside `campaigns`."""
    blocks = [header(words.say("campaigns_heading"))]
    if frozen:
        blocks.append(line(words.say("campaigns_frozen")))
    blocks.append(rich_text(*_weeks(words, campaigns, today)))
    ordered = in_order(campaigns)
    blocks += [_card(words, campaign, today) for campaign in ordered[:MOST]]
    if (beside := len(ordered[MOST:]) + more) > 0:
        blocks.append(context(words.say("campaigns_more", count=beside)))
    blocks.append(actions([button(words.say("button_campaign_plan"), ids.CAMPAIGN_PLAN, "home")]))
    return blocks


def in_order(campaigns: Sequence[Shown]) -> list[Shown]:
    """Those that need a manager's eye first, then by start."""
    rank = list(STATES)
    return sorted(campaigns, key=lambda one: (rank.index(one.state), one.starts, one.id))


def _weeks(words: Words, campaigns: Sequence[Shown], today: date) -> Iterator[Element]:
    monday = today - timedelta(days=today.weekday())
    for number in range(WEEKS):
        first = monday + number * _WEEK
        last = first + timedelta(days=6)
        title = words.say(
            "campaigns_week",
            number=first.isocalendar().week,
            first=words.day(first, today),
            last=words.day(last, today),
        )
        yield section(text(title, bold=True))
        here = [one for one in campaigns if one.days[0] <= last and one.days[1] >= first]
        here.sort(key=lambda one: (one.starts, one.id))
        if here:
            listed = [section(*_in_week(words, one, first, last, today)) for one in here[:_IN_WEEK]]
            if len(here) > _IN_WEEK:
                listed.append(section(text(words.say("home_more", count=len(here) - _IN_WEEK))))
            yield bullets(listed)
        else:
            yield section(text(words.say("campaigns_week_none")))


def _in_week(words: Words, one: Shown, first: date, last: date, today: date) -> Iterator[list[Element]]:
    yield text(shortened(one.name, _NAME))
    begins, ends = one.days
    notes = [words.say("campaign_from", day=words.day(begins, today))] if begins >= first else []
    notes += [words.say("campaign_until", day=words.day(ends, today))] if ends <= last else []
    if one.state in ("paused", "lost"):
        notes.append(words.say("campaign_paused_short"))
    if notes:
        yield text(f" · {' · '.join(notes)}", italic=True)


def _card(words: Words, one: Shown, today: date) -> Block:
    begins, ends = (words.day(day, today) for day in one.days)
    place = shortened(one.place, _PLACE) if one.place else words.say("campaign_direct")
    window = words.say("campaign_window", first=begins, last=ends)
    about = (shortened(one.topic, _TOPIC), shortened(one.owner, _OWNER), window, place)
    lines = [shortened(one.name, _NAME), " · ".join(about), words.say(STATES[one.state])]
    if one.state != "ended":
        lines += [_fits(words, one.fits)] if one.fits is not None else []
        if one.embargo is not None:
            lines.append(words.say("campaign_embargo", time=words.moment(one.embargo, today)))
    lines += [shortened(mark, _MARK) for mark in one.marks[:_MARKS]]
    return line("\n".join(lines), _menu(words, one))


def _fits(words: Words, count: int) -> str:
    if count < FEWEST:
        return words.say("campaign_fits_few", fewest=FEWEST)
    return words.say("campaign_fits", count=count)


def _menu(words: Words, one: Shown) -> Element:
    verbs: list[tuple[Key, str]] = [("campaign_edit", EDIT)]
    if one.state in ("running", "coming"):
        verbs.append(("campaign_pause", PAUSE))
    elif one.state != "ended":
        verbs.append(("campaign_resume", RESUME))
    options = [option(words.say(key), f"{verb}:{one.id}") for key, verb in verbs]
    return {"type": "overflow", "action_id": ids.CAMPAIGN_MENU, "options": options}
