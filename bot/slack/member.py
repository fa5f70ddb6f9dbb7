"""Somebody, as Slack knows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Member:
    """Somebody, as Slack knows them."""

    id: str
    name: str
    email: str = ""
    language: str = ""
    """Two letters of their Slack's language; empty: unknown."""
    time_zone: str = ""
    """As Slack has it (`Europe/Madrid`); empty: unknown."""
    guest: bool = False
    stranger: bool = False
    """Of another organisation (Slack Connect)."""
    deactivated: bool = False
    """Slack lets them in no more, or never knew them."""

    @property
    def zone(self) -> str | None:
        """Their time zone, where Slack knows one that we know too."""
        try:
            return ZoneInfo(self.time_zone).key if self.time_zone else None
        except (ValueError, OSError):  # what isn't there, and what is no name of one
            return None

    @property
    def author(self) -> str:
        """Name and own contacts, as a `Draft` wants them."""
        return ", ".join(part for part in (self.name, self.email) if part)


def member_of(user: dict[str, Any], team_id: str) -> Member:
    """A user as Slack describes them (`users.info`, `user_change`); `team_id` is the workspace's."""
    profile = user.get("profile") or {}
    return Member(
        id=str(user.get("id") or ""),
        name=profile.get("real_name") or user.get("real_name") or user.get("name") or "",
        email=profile.get("email") or "",
        language=str(user.get("locale") or "")[:2].lower(),
        time_zone=str(user.get("tz") or "")[:64],
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        stranger=bool(user.get("is_stranger")) or user.get("team_id", team_id) != team_id,
        deactivated=bool(user.get("deleted")),
    )
