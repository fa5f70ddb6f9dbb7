"""Whether a campaign's window leaves room for a nudge at all, with the days and hours that most people have."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from bot.program.hours import is_holiday
from bot.program.knowledge import Program
from bot.program.models import Campaign, Quiet

_DAY = timedelta(days=1)


def has_working_day(campaign: Campaign, program: Program, now: datetime) -> bool:
    """Whether a day that people are nudged on by default, outside the default quiet hours, is left in the window.

    By the campaign's own clock; a holiday counts when it is one in every country of the audience.
    """
    nudges = program.nudges
    begins = max(campaign.opens, now).astimezone(campaign.starts.tzinfo)
    ends = campaign.ends.astimezone(campaign.starts.tzinfo)
    countries = campaign.audience.countries if campaign.audience else ()
    day = begins.date()
    while day <= ends.date():
        free = day.weekday() in nudges.days and any(
            max(begins, first) < min(ends, last) for first, last in _awake(day, nudges.quiet_hours.quiet, begins)
        )
        if free and not (countries and all(is_holiday(country, day) for country in countries)):
            return True
        day += _DAY
    return False


def _awake(day: date, quiet: Quiet, like: datetime) -> list[tuple[datetime, datetime]]:
    """The parts of a day that aren't quiet."""
    midnight = datetime.combine(day, time(), like.tzinfo)
    return [(midnight + timedelta(minutes=first), midnight + timedelta(minutes=last)) for first, last in quiet.awake]
