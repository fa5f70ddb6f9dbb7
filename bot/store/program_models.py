"""Tables of the ambassadors' program. No words of anybody's drafts stand here: of a draft only a fingerprint.

Campaigns and conversations are the company's plans. Of ambassadors stands what they chose, and which nudges they got.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, token


class AmbassadorRow(Base):
    """Somebody and the program: what they said to it, and what they chose. Nobody is an ambassador without a yes."""

    __tablename__ = "ambassadors"

    team_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Empty: imported before the workspace was known; `bonvent serve` fills it in."""
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[str] = mapped_column(String(16), default="none")
    """none, invited, not_now, never, to_confirm (imported, not asked or not answered yet), active, paused, left, gone.

    Community managers see the names of active and paused ones alone. `gone`: deactivated in Slack.
    """
    tell_me: Mapped[bool] = mapped_column(default=False)
    """Whether they want to be told if they'd make a good ambassador."""
    origin: Mapped[str] = mapped_column(String(16), default="self")
    """self, found or imported."""
    topics: Mapped[list[Any]] = mapped_column(default=list)
    networks: Mapped[list[Any]] = mapped_column(default=list)
    languages: Mapped[list[Any]] = mapped_column(default=list)
    days: Mapped[list[Any]] = mapped_column(default=lambda: [0, 1, 2, 3, 4])
    quiet_from: Mapped[int] = mapped_column(default=18 * 60)
    """Minutes of the local day."""
    quiet_to: Mapped[int] = mapped_column(default=9 * 60)
    weekly_budget: Mapped[int] = mapped_column(default=2)
    in_channels: Mapped[bool] = mapped_column(default=False)
    country: Mapped[str | None] = mapped_column(String(8))
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    """As Slack has it, looked up again now and then."""
    since: Mapped[datetime | None]
    """When they said yes."""
    asked_at: Mapped[datetime | None]
    """When they were last invited, or asked to confirm."""
    answered_at: Mapped[datetime | None]
    invitation: Mapped[str | None] = mapped_column(String(32))
    """Of the last one: what its buttons carry; its post is about `invite:{this}`."""
    changed_at: Mapped[datetime]


class CampaignRow(Base):
    """A campaign; `body` is a `bot.program.models.Campaign` in JSON."""

    __tablename__ = "campaigns"
    __table_args__ = (Index("ix_campaigns_window", "team_id", "ends"),)

    team_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(48), primary_key=True)
    body: Mapped[dict[str, Any]]
    starts: Mapped[datetime]
    ends: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="active")
    """active or paused."""
    paused_why: Mapped[str | None] = mapped_column(String(32))
    """by_manager, channel_gone."""
    created_by: Mapped[str] = mapped_column(String(32))
    """A Slack user id, or `command line`."""
    salt: Mapped[str] = mapped_column(String(32), default=token)
    """For the fingerprints of its drafts: those of two campaigns can't be compared."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class CampaignForm(Base):
    """A campaign as it was handed in with a modal: while somebody looks at what speaks against it, and a day longer.

    So one modal makes one campaign, however often Slack brings its submission.
    """

    __tablename__ = "campaign_forms"

    view_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """The first modal; that of a confirmation stands on top of it."""
    team_id: Mapped[str] = mapped_column(String(32))
    handed_in_by: Mapped[str] = mapped_column(String(32))
    """The community manager."""
    campaign_id: Mapped[str | None] = mapped_column(String(48))
    """The campaign that it changes, or has become; None: a new one."""
    body: Mapped[dict[str, Any]]
    """A `bot.program.models.Campaign` in JSON."""
    shown: Mapped[list[Any]]
    """What was said to speak against it."""
    saved: Mapped[bool] = mapped_column(default=False)
    """Whether the campaign is as `body` says: a submission that Slack brings again then changes nothing."""
    created_at: Mapped[datetime]


class NudgeRow(Base):
    """One nudge. Planned ones of the next hours may still move; the others are history that the planner takes as given."""

    __tablename__ = "nudges"
    __table_args__ = (
        Index("ix_nudges_due", "team_id", "state", "at"),
        Index("ix_nudges_owner", "team_id", "user_id"),
        Index("ix_nudges_campaign", "team_id", "campaign_id", "number"),
    )

    team_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(96), primary_key=True)
    """`{campaign}:{person}:{local date}`."""
    campaign_id: Mapped[str] = mapped_column(String(48))
    user_id: Mapped[str] = mapped_column(String(32))
    local_date: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    until: Mapped[datetime]
    """Past this it is missed."""
    channel_id: Mapped[str | None] = mapped_column(String(32))
    """None: a direct message."""
    time_zone: Mapped[str] = mapped_column(String(64))
    angles: Mapped[list[Any]]
    number: Mapped[int] = mapped_column(default=0)
    """Counts a campaign's nudges in the order in which they were queued, from 1."""
    state: Mapped[str] = mapped_column(String(16))
    """planned, queued, posted or skipped."""
    reason: Mapped[str | None] = mapped_column(String(24))
    """Why it was skipped."""
    response: Mapped[str | None] = mapped_column(String(16))
    """later, not_for_me, fewer, drafting or posted."""
    later_at: Mapped[datetime | None]
    queued_at: Mapped[datetime | None]
    posted_at: Mapped[datetime | None]
    responded_at: Mapped[datetime | None]


class NudgeCap(Base):
    """A row for each place that a nudge takes, so that no two processes can give the same place twice."""

    __tablename__ = "nudge_caps"
    __table_args__ = (Index("ix_nudge_caps_nudge", "team_id", "nudge_id"),)

    team_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(String(96), primary_key=True)
    """`week:{person}:{ISO week}:{n}`, `minute:{channel}:{minute}`, `once:{campaign}:{person}`."""
    nudge_id: Mapped[str] = mapped_column(String(96))


class ProgramState(Base):
    """Of a workspace's program: when it was planned, what changed since, and whether it is frozen."""

    __tablename__ = "program_state"

    team_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    changes: Mapped[int] = mapped_column(default=0)
    """Raised whenever something changes that the plan rests on."""
    planned_changes: Mapped[int] = mapped_column(default=-1)
    """`changes` as it was when the plan was made."""
    planned_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    """None: not frozen."""
    frozen_by: Mapped[str | None] = mapped_column(String(32))
    freezes: Mapped[int] = mapped_column(default=0)
    """How often it was frozen: the number of the freeze that lasts, or of the last one."""
    statement: Mapped[str | None]
    """The official statement that people are pointed to: a link or a sentence."""


class Fingerprint(Base):
    """How a draft of a campaign sounds, as numbers that can be compared within that campaign and not read back."""

    __tablename__ = "fingerprints"
    __table_args__ = (Index("ix_fingerprints_campaign", "team_id", "campaign_id"),)

    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32))
    campaign_id: Mapped[str] = mapped_column(String(48))
    user_id: Mapped[str] = mapped_column(String(32))
    values: Mapped[list[Any]]
    told_at: Mapped[datetime | None]
    """When the author was told that others say nearly the same."""
    created_at: Mapped[datetime]


class Conversation(Base):
    """A conversation elsewhere that deserves an answer, on its way to an ambassador and to done."""

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_state", "team_id", "state", "deadline"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=token)
    team_id: Mapped[str] = mapped_column(String(32))
    origin: Mapped[str] = mapped_column(String(112), unique=True)
    """`view:{id}` of the modal that it was handed in with."""
    kind: Mapped[str] = mapped_column(String(16))
    """answer (a post or thread), question (a customer's public one) or guest (a slot on the company's blog)."""
    link: Mapped[str | None]
    quote: Mapped[str]
    topic: Mapped[str] = mapped_column(String(48))
    language: Mapped[str] = mapped_column(String(8))
    network: Mapped[str | None] = mapped_column(String(32))
    deadline: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16), default="asking")
    """asking, taken, done, given_back (nobody took it, or it wasn't done in time) or closed (by a manager)."""
    opened_at: Mapped[datetime]
    """When it was handed in, or the managers had others asked: what is counted in parts begins here."""
    asking: Mapped[str | None] = mapped_column(String(32))
    """Who is asked at this moment: never more than one."""
    asks: Mapped[int] = mapped_column(default=0)
    """How many were asked so far …"""
    asks_before: Mapped[int] = mapped_column(default=0)
    """… and how many of them before the managers had them asked again."""
    next_at: Mapped[datetime | None]
    """Nobody who fits is awake: until then nobody is looked for."""
    taken_by: Mapped[str | None] = mapped_column(String(32))
    taken_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    """When whoever has it was reminded."""
    why: Mapped[str | None] = mapped_column(String(16))
    """Why it was given back: nobody (took it) or not_done."""
    shown: Mapped[str | None] = mapped_column(String(96))
    """How the managers' post was drawn last, so that it is drawn anew when that isn't how things are."""
    posted_by: Mapped[str] = mapped_column(String(32))
    """The community manager."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class ConversationAsk(Base):
    """That an ambassador was asked to take a conversation."""

    __tablename__ = "conversation_asks"

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32))
    number: Mapped[int]
    """1 for the first who was asked."""
    asked_at: Mapped[datetime]
    until: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(16))
    """yes, no, silent, missed (it never reached them) or back (took it and gave it back)."""
    answered_at: Mapped[datetime | None]
