"""`knowledge/program.yaml`: topics, and the limits of nudges. A company that has no such file has no program."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.datafile import load
from bot.program.models import Id, Minute, Quiet, Weekday

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _clock(text: str) -> str:
    if not _CLOCK.fullmatch(text):
        raise ValueError(f"“{text}” is no time of day: write it as 18:00, in quotes")
    return text


def minutes(text: str) -> Minute:
    """Of the day, from a clock time as people write it: `18:00` is 1080. Raises `ValueError`."""
    return int(_clock(text)[:2]) * 60 + int(text[3:])


ClockTime = Annotated[str, AfterValidator(_clock)]
Said = Annotated[dict[str, str], Field(min_length=1)]
"""Language → words."""


class Topic(_Strict):
    id: Id
    name: Said


class QuietHours(_Strict):
    """Local time; from after to goes over midnight."""

    from_: ClockTime = Field(default="18:00", alias="from")
    to: ClockTime = "09:00"

    @property
    def quiet(self) -> Quiet:
        return Quiet(minutes(self.from_), minutes(self.to))


class Nudges(_Strict):
    """Defaults and limits."""

    weekly_budget: int = Field(default=2, ge=0, le=7)
    """Of one person, until they choose otherwise."""
    most_weekly_budget: int = Field(default=5, ge=1, le=7)
    """The most that anybody can choose."""
    days: tuple[Weekday, ...] = Field(default=(0, 1, 2, 3, 4), min_length=1)
    quiet_hours: QuietHours = QuietHours()
    channel_per_day: int = Field(default=30, ge=1, le=1000)
    """Nudges of all campaigns in one channel on one UTC date."""


class Likeness(_Strict):
    """When drafts of one campaign are so alike that their authors are told."""

    fewest_authors: int = Field(default=5, ge=5)
    threshold: float = Field(default=0.45, gt=0, le=1)
    """Share of the pairs of words that two drafts have in common (estimated)."""


class Front(_Strict):
    """Conversations handed to ambassadors."""

    answer_hours: float = Field(default=4.0, gt=0, le=72)
    """How long one is asked before the next is: never more than a third of what is left."""
    most_asked: int = Field(default=5, ge=1, le=20)
    give_back_hours: float = Field(default=2.0, gt=0, le=72)
    """Before the deadline, a conversation that isn't done goes back to the managers."""


class Program(_Strict):
    """The whole of `program.yaml`."""

    topics: tuple[Topic, ...] = ()
    nudges: Nudges = Nudges()
    likeness: Likeness = Likeness()
    front: Front = Front()

    def topic(self, topic_id: str, language: str) -> str:
        """A topic's name for a reader of `language`; of one that is gone, its id."""
        known = next((topic.name for topic in self.topics if topic.id == topic_id), {})
        return known.get(language) or next(iter(known.values()), topic_id)


def load_program(knowledge: Path) -> Program:
    """Raises `KnowledgeError` that names file and line; without a file there are no topics, and so no program."""
    path = knowledge / "program.yaml"
    return load(path, Program) if path.is_file() else Program()
