"""What the ambassadors' program is made of: campaigns, ambassadors, nudges. Plain data: no Slack, no database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Text = Annotated[str, Field(min_length=1, max_length=500)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=40)]
"""A name that people type: small letters, digits and hyphens."""
Language = Annotated[str, Field(pattern="^[a-z]{2,3}$")]
Country = Annotated[str, Field(pattern="^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$")]
"""ISO 3166: `ES`, or with its part, `ES-CT`."""
Minute = Annotated[int, Field(ge=0, le=1439)]
"""Of a local day, from midnight."""
Weekday = Annotated[int, Field(ge=0, le=6)]
"""0 is Monday."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Material(Frozen):
    """Something to read before one writes."""

    title: Text
    url: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=500)]


class Audience(Frozen):
    """Whom a campaign is for. An empty list is everybody; an ambassador must fit in each of them."""

    languages: tuple[Language, ...] = ()
    countries: tuple[Country, ...] = ()
    """A country takes in its parts."""
    people: tuple[Annotated[str, Field(pattern="^[UW][A-Z0-9]+$", max_length=32)], ...] = ()
    """Slack user ids; empty: whoever fits."""


class Campaign(Frozen):
    """What a team plans to have talked about: facts to use, never a text to copy."""

    id: Id
    name: Text
    topic: Id
    """One of `knowledge/program.yaml`."""
    starts: AwareDatetime
    ends: AwareDatetime
    """Nobody is nudged from then on."""
    audience: Audience | None = None
    """None was never said: it can't be planned. `Audience()` is everybody."""
    channel: Annotated[str, Field(pattern="^[CG][A-Z0-9]+$", max_length=32)] | None = None
    """Where its thread is; None: direct messages only."""
    material: tuple[Material, ...] = ()
    facts: tuple[Text, ...] = Field(min_length=1, max_length=10)
    """The key facts that a draft may use, one sentence each."""
    language: Language = "en"
    """That name and facts are written in."""
    networks: tuple[str, ...] = ()
    """Ids of networks; empty: any."""
    embargo: AwareDatetime | None = None
    """Nobody is nudged before it."""
    owner: Text
    """The team whose plan it is: communication, sales, people …"""

    @property
    def opens(self) -> datetime:
        """From when on people may be nudged."""
        return max(self.starts, self.embargo) if self.embargo else self.starts


class Quiet(NamedTuple):
    """Local time in which nobody is nudged, in minutes; `start` after `end` goes over midnight, equal is never."""

    start: int
    end: int

    @property
    def awake(self) -> tuple[tuple[int, int], ...]:
        """The parts of a day that aren't quiet, in order; a part's end isn't in it."""
        if self.start > self.end:
            return ((self.end, self.start),)
        return ((0, self.start), (self.end, 24 * 60)) if self.start < self.end else ((0, 24 * 60),)

    def holds(self, minute: int) -> bool:
        """Whether this minute of the day is quiet."""
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


class Ambassador(Frozen):
    """Somebody who said yes, and what they chose."""

    user: str
    topics: tuple[str, ...] = ()
    """Empty: any."""
    networks: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    days: tuple[Weekday, ...] = (0, 1, 2, 3, 4)
    quiet: Quiet = Quiet(18 * 60, 9 * 60)
    weekly_budget: Annotated[int, Field(ge=0, le=7)] = 2
    """Nudges in one ISO week of their own calendar."""
    in_channels: bool = False
    """Whether they may be mentioned in a campaign's thread; else they get direct messages."""
    country: Country | None = None
    """For holidays; None: none are known."""
    time_zone: str = "UTC"
    since: AwareDatetime


class NudgeState(StrEnum):
    """What became of a nudge. Of these, planned and skipped ones were never seen by anybody."""

    PLANNED = "planned"
    QUEUED = "queued"
    POSTED = "posted"
    SKIPPED = "skipped"


class Reason(StrEnum):
    """Why somebody gets no nudge for a campaign, or not the one that was planned."""

    TOPIC = "topic"
    NETWORK = "network"
    LANGUAGE = "language"
    COUNTRY = "country"
    NOT_CHOSEN = "not_chosen"
    """The campaign names the people it is for."""
    NO_AUDIENCE = "no_audience"
    """The campaign doesn't say whom it is for."""
    NO_DAY = "no_day"
    """No day in the window is one of theirs: days chosen, holidays, quiet hours."""
    BUDGET = "budget"
    CHANNEL_FULL = "channel_full"
    CHANNEL_GONE = "channel_gone"
    HAD_IT = "had_it"
    """They got it already, said no to it, or posted."""
    PAUSED = "paused"
    """The ambassador pauses, or left."""
    TO_CONFIRM = "to_confirm"
    """Imported, and they haven't said yes in Slack yet."""
    CAMPAIGN_PAUSED = "campaign_paused"
    FROZEN = "frozen"
    """Crisis freeze."""
    MISSED = "missed"
    """Its time went by while nothing ran: it isn't caught up."""
    QUIET = "quiet"
    """At the time of sending it was quiet after all."""
    DEACTIVATED = "deactivated"


class Past(Frozen):
    """A nudge that was queued, posted or skipped: the planner takes it as given."""

    campaign: str
    user: str
    date: date
    """Local."""
    at: AwareDatetime
    channel: str | None
    angles: tuple[str, ...]
    counts: bool
    """Whether it used the week's budget: not when it was skipped before anybody saw it."""


class Planned(Frozen):
    """A nudge to be: who, for what, when, where, and with which angles."""

    campaign: str
    user: str
    date: date
    """The person's local date: with campaign and person the nudge's identity."""
    at: AwareDatetime
    """UTC, a whole minute; no other in the same channel has it."""
    until: AwareDatetime
    """Past this it is missed, not caught up: half an hour later, or when quiet hours begin, or the campaign ends."""
    time_zone: str
    channel: str | None
    """None: a direct message."""
    angles: tuple[str, str, str]
    """Ids of `knowledge/angles.yaml`."""

    @property
    def id(self) -> str:
        return nudge_id(self.campaign, self.user, self.date)


@dataclass(frozen=True, slots=True)
class Skipped:
    """Somebody who gets no nudge for a campaign, and why not."""

    campaign: str
    user: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Plan:
    planned: tuple[Planned, ...]
    """By time."""
    skipped: tuple[Skipped, ...]


def nudge_id(campaign: str, user: str, day: date) -> str:
    """The identity of a nudge: there is never a second one with it."""
    return f"{campaign}:{user}:{day.isoformat()}"


Response = Literal["later", "not_for_me", "fewer", "drafting", "posted"]
"""What somebody did with a nudge."""
