"""What an ambassador chooses, and what there is to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from bot.networks.models import Networks
from bot.program.knowledge import Program
from bot.program.models import Country, Frozen, Language, Quiet, Weekday


class Choices(Frozen):
    """All that one person chose. An empty list is "any"."""

    topics: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    languages: tuple[Language, ...] = ()
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = (0, 1, 2, 3, 4)
    quiet: Quiet = Quiet(18 * 60, 9 * 60)
    weekly_budget: Annotated[int, Field(ge=0, le=7)] = 2
    in_channels: bool = False
    country: Country | None = None

    def columns(self) -> dict[str, Any]:
        """As an ambassador's row has them."""
        values = self.model_dump(exclude={"quiet"})
        listed = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        return listed | {"quiet_from": self.quiet.start, "quiet_to": self.quiet.end}


@dataclass(frozen=True)
class Offered:
    """What there is to choose from."""

    program: Program
    networks: Networks
    languages: tuple[str, ...]
    jurisdictions: tuple[str, ...] = ()
    """Where the company's people are: these countries stand first."""

    def defaults(self, language: str | None = None) -> Choices:
        """What stands there until somebody chooses otherwise; `language` is their own."""
        nudges = self.program.nudges
        return Choices(
            languages=(language,) if language in self.languages and language else (),
            days=nudges.days,
            quiet=nudges.quiet_hours.quiet,
            weekly_budget=min(nudges.weekly_budget, nudges.most_weekly_budget),
        )


def clock(minute: int) -> str:
    """A minute of the day as people write it: 1080 is `18:00`."""
    return f"{minute // 60:02}:{minute % 60:02}"
