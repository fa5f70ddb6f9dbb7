"""How people of a roster file get into the database: e-mail addresses are looked up in Slack, the others stand as they are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cli import parts
from bot.program.choices import Choices
from bot.program.roster_file import Entry, Fault
from bot.settings import Settings
from bot.slack.gateway import FAILURES, connect
from bot.slack.member import member_of
from bot.store import ambassadors
from bot.store.program_models import AmbassadorRow
from bot.store.program_state import UNKNOWN

_IS_ONE = "is an ambassador already: what they chose stays"
_NOT_ASKED = (
    "an e-mail address is looked up in Slack, which needs SLACK_BOT_TOKEN: set it, or write the Slack id "
    "(“Copy member ID” in the person's profile)"
)


@dataclass(frozen=True)
class Known:
    """Somebody of the file with their Slack id."""

    line: int
    user: str
    choices: Choices


@dataclass(frozen=True)
class Outcome:
    kept: int = 0
    """People who are asked, or were before: an import doesn't tell who was, nor what they answered."""
    left: tuple[tuple[int, str], ...] = ()
    """Line, and why whoever stands there is left as they are."""


def look_up(settings: Settings, entries: Sequence[Entry]) -> tuple[list[Known], list[Fault]]:
    """The people with their Slack ids, and the lines of those whom Slack doesn't know."""
    mails = [entry for entry in entries if entry.email]
    found = asyncio.run(_ask_slack(settings, mails)) if mails and settings.slack_bot_token is not None else {}
    people: dict[str, Known] = {}
    faults = []
    for entry in entries:
        user = found.get(entry.email, Fault(entry.line, _NOT_ASKED)) if entry.email else entry.user
        if isinstance(user, Fault):
            faults.append(user)
        elif user in people:
            faults.append(
                Fault(entry.line, f"this person stands on line {people[user].line} already: keep one of the two")
            )
        else:
            people[user] = Known(entry.line, user, entry.choices)
    return list(people.values()), faults


async def keep(session: AsyncSession, people: Sequence[Known], now: datetime) -> Outcome:
    """Keeps people as to be asked, within the caller's transaction. Who decided in Slack is left as they are."""
    by_user = {row.user_id: row for row in await session.scalars(select(AmbassadorRow).order_by(AmbassadorRow.team_id))}
    kept, left = 0, []
    for person in people:
        row = by_user.get(person.user)
        if row is not None and row.state in ambassadors.JOINED:
            left.append((person.line, f"{person.user} {_IS_ONE}"))
            continue
        kept += 1
        if row is not None and not _may_be_asked(row):
            continue
        row = row or await ambassadors.row_of(session, UNKNOWN, person.user, now)
        values: dict[str, Any] = person.choices.columns() | {"state": "to_confirm", "origin": "imported"}
        for name, value in values.items():
            setattr(row, name, value)
        row.changed_at = now
    return Outcome(kept, tuple(left))


def _may_be_asked(row: AmbassadorRow) -> bool:
    """Whether the question is still to be put: nobody is asked twice, nor after they decided."""
    return row.state == "none" or (row.state == "to_confirm" and row.asked_at is None)


async def _ask_slack(settings: Settings, mails: Sequence[Entry]) -> dict[str, str | Fault]:
    """E-mail address → Slack id, or what is wrong with the line."""
    assert settings.slack_bot_token is not None
    found: dict[str, str | Fault] = {}
    async with aiohttp.ClientSession(trust_env=True) as session:
        client = connect(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session)
        down = ""
        with parts.progress() as advance:
            for number, entry in enumerate(mails):
                try:
                    if not down:
                        found[entry.email] = await _one(client, settings, entry)
                except FAILURES as error:
                    down = _code(error) or type(error).__name__
                if down:
                    found[entry.email] = Fault(
                        entry.line,
                        f"could not be looked up in Slack ({down}): `bonvent doctor` says more; or write the Slack id",
                    )
                advance("Looking up in Slack", number + 1, len(mails))
    return found


async def _one(client: AsyncWebClient, settings: Settings, entry: Entry) -> str | Fault:
    try:
        user = (await client.users_lookupByEmail(email=entry.email))["user"]
    except SlackApiError as error:
        if _code(error) != "users_not_found":
            raise
        return Fault(entry.line, "nobody in Slack has this e-mail address: look at it again, or write the Slack id")
    member = member_of(user, str(user.get("team_id") or ""))
    if member.deactivated or user.get("is_bot"):
        return Fault(entry.line, "whoever has this e-mail address is no person who uses Slack now: take the line out")
    if (member.guest or member.stranger) and not settings.allow_guests:
        return Fault(
            entry.line,
            "is a guest in Slack, whom Bonvent doesn't serve: take the line out, or set BONVENT_ALLOW_GUESTS",
        )
    return member.id


def _code(error: Exception) -> str:
    response: Any = getattr(error, "response", None)
    return str(response.get("error", "")) if hasattr(response, "get") else ""
