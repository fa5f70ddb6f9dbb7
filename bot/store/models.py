"""The domain database: what is kept of people, messages, drafts and reviews, and what waits to be posted.

Every row belongs to one workspace (`team_id`). Words of people stand in `turns`, `drafts`, `reviews`, `questions`, `outbox.payload`
and `escalations.shared`, and nowhere else with a name: retention and "forget me" empty these. `gap_questions` has words of nobody,
`gap_passages` those that a community manager is just publishing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.base import Base, token


class Person(Base):
    """What somebody chose, and that they were greeted."""

    __tablename__ = "people"

    team_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    user_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    network: Mapped[str | None]
    """Default network; None: it is asked."""
    language: Mapped[str | None]
    """What Bonvent speaks where no draft tells; None: Slack's own setting."""
    keep_drafts: Mapped[bool] = mapped_column(default=True)
    greeted_at: Mapped[datetime | None]


class Message(Base):
    """That somebody said or asked something, and what became of it, without its words.

    `key` is Slack's own identity of a message in the direct message with Bonvent, `{team}:{channel}:{ts}`. Of a question
    asked elsewhere it is `command:{…}` or `mention:{team}:{channel}:{ts}`, and where it was asked stays empty.
    """

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_owner", "team_id", "user_id"),)

    key: Mapped[str] = mapped_column(String(96), primary_key=True)
    team_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    channel_id: Mapped[str] = mapped_column(String(32))
    ts: Mapped[str] = mapped_column(String(32))
    thread_ts: Mapped[str] = mapped_column(String(32))
    """The thread that the answer goes to: the message's own, or itself; empty for what was asked elsewhere."""
    edited_ts: Mapped[str] = mapped_column(String(32), default="")
    """Of the newest edit that arrived; empty: never edited."""
    state: Mapped[str] = mapped_column(String(16), default="received")
    """received, answered, deleted."""
    received_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Turn(Base):
    """What somebody said: the author to Bonvent, or Bonvent in a thread. Draft texts move on to `drafts`."""

    __tablename__ = "turns"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=token)
    message_key: Mapped[str | None] = mapped_column(ForeignKey("messages.key", ondelete="CASCADE"), index=True)
    """Of the author's message; None: Bonvent said it."""
    draft_id: Mapped[str | None] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(String(8))
    """author or bonvent."""
    text: Mapped[str]
    pictures: Mapped[list[Any]] = mapped_column(default=list)
    """Attached pictures: their alternative text, or null where they have none."""
    created_at: Mapped[datetime]


class Draft(Base):
    """A draft in a thread of its author's. `edition` counts what it became: edits, a used rewrite, another network."""

    __tablename__ = "drafts"
    __table_args__ = (
        Index("ix_drafts_owner", "team_id", "user_id", "created_at"),
        Index("ix_drafts_thread", "team_id", "channel_id", "thread_ts"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=token)
    team_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    channel_id: Mapped[str] = mapped_column(String(32))
    thread_ts: Mapped[str] = mapped_column(String(32))
    origin: Mapped[str] = mapped_column(String(112), unique=True)
    """Where it came from, once: a message's key, `view:{id}` of a modal, `coach:{key}` of a shortcut."""
    text: Mapped[str]
    network: Mapped[str | None]
    """None: not known yet, asked with buttons."""
    pictures: Mapped[list[Any]] = mapped_column(default=list)
    edition: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    posted_at: Mapped[datetime | None]
    """When the author pressed "I posted it"."""
    campaign_id: Mapped[str | None] = mapped_column(String(48))
    """The campaign that it was begun for, whose facts it may use."""


class StoredReview(Base):
    """A review as it was given; `body` is a `bot.coach.models.Review` in JSON."""

    __tablename__ = "reviews"
    __table_args__ = (Index("ix_reviews_edition", "draft_id", "edition", unique=True),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=token)
    draft_id: Mapped[str] = mapped_column(ForeignKey("drafts.id", ondelete="CASCADE"))
    edition: Mapped[int]
    text: Mapped[str]
    """The words that were reviewed."""
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    helpful: Mapped[bool | None]
    complained: Mapped[list[Any]] = mapped_column(default=list)
    """Numbers of the findings that the author said aren't right."""


class Outgoing(Base):
    """A post that must stand in Slack exactly once. Written before the call; its words go as soon as it stands."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_owner", "team_id", "user_id"),
        Index("ix_outbox_waiting", "settled_at", "created_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=token)
    """Also the key in the message's metadata, by which a post is found again after a crash."""
    work: Mapped[str] = mapped_column(String(160), unique=True)
    """What it says, once: `review:{draft}:{edition}`, `reply:{turn}`, `fallback:{message}` …"""
    kind: Mapped[str] = mapped_column(String(16), default="post")
    """post, update or delete; the last two need `target_ts`."""
    target_ts: Mapped[str | None] = mapped_column(String(32))
    """The message of ours that is changed or removed."""
    about: Mapped[str | None] = mapped_column(String(112))
    """What stands there, for whoever has to find it again: `review:{id}`, `escalation:{id}`."""
    team_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str | None] = mapped_column(String(32))
    """Whose thread it is; None: the community managers' channel."""
    channel_id: Mapped[str] = mapped_column(String(32))
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    draft_id: Mapped[str | None] = mapped_column(String(32), index=True)
    """The draft that it speaks of; not a foreign key, since a post outlives its draft."""
    message_key: Mapped[str | None] = mapped_column(String(96), index=True)
    """The message that it answers."""
    payload: Mapped[dict[str, Any] | None]
    """`text` and `blocks`; None once it stands."""
    good_until: Mapped[datetime | None]
    """Past this it isn't posted any more; None: late is better than never."""
    attempts: Mapped[int] = mapped_column(default=0)
    attempted_at: Mapped[datetime | None]
    posted_ts: Mapped[str | None] = mapped_column(String(32))
    withdrawn_at: Mapped[datetime | None]
    """When it was taken back although Slack may have it already: it is removed as soon as it is known where it stands."""
    settled_at: Mapped[datetime | None]
    """When it was posted, given up or withdrawn."""
    created_at: Mapped[datetime]


class Escalation(Base):
    """A question to a human: what its author chose to share, who took it, what they answered."""

    __tablename__ = "escalations"
    __table_args__ = (Index("ix_escalations_state", "team_id", "state", "deadline"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=token)
    team_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    draft_id: Mapped[str | None] = mapped_column(String(32))
    question_id: Mapped[str | None] = mapped_column(String(32))
    """The policy question that it is about; of `draft_id` and this, one is set."""
    origin: Mapped[str] = mapped_column(String(112), unique=True)
    """`view:{id}` of the modal that it was sent with."""
    channel_id: Mapped[str] = mapped_column(String(32))
    thread_ts: Mapped[str] = mapped_column(String(32))
    """The author's thread, where the answer goes."""
    language: Mapped[str] = mapped_column(String(8))
    shared: Mapped[dict[str, Any] | None]
    """What the author saw and agreed to share, in JSON: a `SharedDraft` or a `SharedQuestion` of `bot.slack.sharing`."""
    state: Mapped[str] = mapped_column(String(16), default="open")
    """open, taken, answered, withdrawn."""
    taken_by: Mapped[str | None] = mapped_column(String(32))
    answer: Mapped[str | None]
    created_at: Mapped[datetime]
    deadline: Mapped[datetime]
    reminded_at: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    """When author and managers were told that the deadline passed."""


class Question(Base):
    """A question about policy and its answer, kept so that the buttons below it work. Never one on pay, hours or organising."""

    __tablename__ = "questions"
    __table_args__ = (
        Index("ix_questions_owner", "team_id", "user_id", "created_at"),
        Index("ix_questions_thread", "team_id", "channel_id", "thread_ts"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=token)
    team_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    channel_id: Mapped[str] = mapped_column(String(32))
    """Where it was asked."""
    thread_ts: Mapped[str | None] = mapped_column(String(32))
    """The thread that the answer stands in; None: an answer that only the asker sees, in a channel."""
    origin: Mapped[str] = mapped_column(String(160), unique=True)
    """Where it came from, once: a message's key, `command:{…}`, `mention:{team}:{channel}:{ts}`."""
    text: Mapped[str]
    language: Mapped[str] = mapped_column(String(8))
    body: Mapped[dict[str, Any]]
    """A `bot.coach.policy_answer.PolicyAnswer` in JSON."""
    created_at: Mapped[datetime]
    helpful: Mapped[bool | None]
    shared_at: Mapped[datetime | None]


class Gap(Base):
    """Questions that mean the same and that the manual doesn't answer well. Nothing here tells who asked."""

    __tablename__ = "gaps"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=token)
    team_id: Mapped[str] = mapped_column(String(32), index=True)
    created_at: Mapped[datetime]
    """The day of its first question, at midnight UTC."""
    reported_at: Mapped[datetime | None]
    """When the managers' channel was told of it last."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(32))
    """The community manager who closed it in Slack; None: open, or closed on the command line."""
    passage: Mapped[str | None]
    """Id of the passage that was written to close it; None on a closed gap: somebody said it needs none."""


class GapQuestion(Base):
    """One question of a gap: its words with personal data masked, the day, and why it is here."""

    __tablename__ = "gap_questions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=token)
    gap_id: Mapped[str] = mapped_column(ForeignKey("gaps.id", ondelete="CASCADE"), index=True)
    text: Mapped[str]
    language: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(16))
    """unanswered or not_helpful."""
    asked_on: Mapped[datetime]
    """The day, at midnight UTC: a minute would tell who asked."""


class GapPassage(Base):
    """A passage that a community manager wrote for a gap, until it stands in the manual."""

    __tablename__ = "gap_passages"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=token)
    gap_id: Mapped[str] = mapped_column(ForeignKey("gaps.id", ondelete="CASCADE"), index=True)
    team_id: Mapped[str] = mapped_column(String(32))
    user_id: Mapped[str] = mapped_column(String(32))
    """Whoever wrote it."""
    heading: Mapped[str]
    text: Mapped[str]
    language: Mapped[str] = mapped_column(String(8))
    view_id: Mapped[str] = mapped_column(String(32))
    """The modal that it was written in, which tells what became of it."""
    seen_ts: Mapped[str] = mapped_column(String(32))
    """The report whose button opened the modal."""
    created_at: Mapped[datetime]


class Complaint(Base):
    """ "This isn't right": for the rules' owners, without the draft's words and without its author."""

    __tablename__ = "complaints"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=token)
    team_id: Mapped[str] = mapped_column(String(32), index=True)
    rule: Mapped[str]
    network: Mapped[str]
    language: Mapped[str] = mapped_column(String(8))
    reason: Mapped[str] = mapped_column(String(32))
    comment: Mapped[str | None]
    created_at: Mapped[datetime]


class Sighting(Base):
    """When an event of a kind last arrived, so that `bonvent doctor` can tell which ones Slack never sends."""

    __tablename__ = "sightings"

    kind: Mapped[str] = mapped_column(String(48), primary_key=True)
    seen_at: Mapped[datetime]
