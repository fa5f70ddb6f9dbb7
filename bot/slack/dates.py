"""Days and times as a reader writes them, where Slack can't: within a sentence."""

from __future__ import annotations

from datetime import date, datetime

from bot.slack.words import Words


def day_says(day: date, words: Words, today: date) -> str:
    """A day as the reader writes it; with its year where that isn't this one."""
    month = words.say("campaigns_months").split()[day.month - 1]
    said = words.say("campaigns_day", day=day.day, month=month)
    return said if day.year == today.year else f"{said} {day.year}"


def moment_says(moment: datetime, words: Words, today: date) -> str:
    """A day and a time of day."""
    return f"{day_says(moment.date(), words, today)}, {moment:%H:%M}"
