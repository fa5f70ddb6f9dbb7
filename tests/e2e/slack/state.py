"""What the workspace holds: people, channels, messages, files, views, and the short-lived tickets that Slack hands out."""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.slack import reading

Json = dict[str, Any]
BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass
class User:
    id: str
    name: str
    real_name: str
    team: str
    email: str | None = None
    locale: str = "en-US"
    tz: str = "Europe/Madrid"
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False
    deleted: bool = False
    is_bot: bool = False


@dataclass
class Channel:
    id: str
    name: str
    kind: str
    """`im`, `private` or `public`."""
    members: list[str]
    is_archived: bool = False
    is_ext_shared: bool = False


@dataclass
class File:
    id: str
    user: str
    name: str
    mimetype: str
    content: bytes
    created: int
    alt_text: str | None = None
    claimed_size: int | None = None
    """What Slack's file object says; None: the truth."""
    redirects_to: str | None = None
    """Where the download leads instead."""
    hidden: bool = False
    """Slack Connect: the event holds only the id, and files.info tells the rest."""
    complete: bool = True
    given: bool = False
    """Handed to the app in a modal: it may see it, though it stands in no channel."""
    channels: list[str] = field(default_factory=list)


@dataclass
class Message:
    """One message, as it stands now. `ts` is its identity within the channel."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str | None = None
    bot_id: str | None = None
    subtype: str | None = None
    metadata: Json | None = None
    files: list[str] = field(default_factory=list)
    edited: Json | None = None
    deleted: bool = False
    ephemeral_to: str | None = None
    event: Json | None = None
    """The last payload that told the app of it, without the words around it; for `slack.redeliver`."""
    history: list[str] = field(default_factory=list)
    """What it said before it was updated, oldest first."""
    posted_at: float = field(default_factory=time.time)
    """By the computer's clock, however the workspace's is shifted."""

    @property
    def by_bot(self) -> bool:
        return self.bot_id is not None

    @property
    def root(self) -> str:
        """The ts of the thread that it belongs to, or starts."""
        return self.thread_ts or self.ts

    @property
    def words(self) -> str:
        """What a reader sees: the blocks where there are any, else the text."""
        return reading.words(self.blocks) if self.blocks else reading.unescaped(self.text)

    @property
    def buttons(self) -> list[Json]:
        """All that can be pressed or chosen, in order."""
        return [element for _, element in reading.controls(self.blocks)]

    @property
    def action_ids(self) -> list[str]:
        return [element["action_id"] for element in self.buttons]


@dataclass
class View:
    """A modal or a home: what the app drew (`body`), and what Slack added."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    external_id: str | None = None
    closed: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    """What a submission was told, by block_id."""

    @property
    def words(self) -> str:
        title = self.body.get("title", {}).get("text", "")
        return "\n".join(part for part in (title, reading.words(self.body.get("blocks", []))) if part)

    @property
    def blocks(self) -> list[Json]:
        return list(self.body.get("blocks", []))

    @property
    def callback_id(self) -> str:
        return str(self.body.get("callback_id", ""))

    @property
    def action_ids(self) -> list[str]:
        return [element["action_id"] for _, element in reading.controls(self.blocks)]


@dataclass
class Status:
    """What `assistant.threads.setStatus` said, and when (seconds)."""

    channel: str
    thread_ts: str
    status: str
    loading_messages: list[str]
    at: float


@dataclass
class Ticket:
    """A trigger_id or a response_url: who it is for, and how often it was used."""

    user: str
    made: float
    channel: str | None = None
    message: Message | None = None
    thread_ts: str | None = None
    uses: int = 0


class State:
    """All of it, and the clock that everything is dated by."""

    def __init__(self) -> None:
        self._count = itertools.count(1)
        self._last_ts = 0
        self.shift = 0.0
        self.team = self.new_id("T")
        self.app_id = self.new_id("A")
        self.bot_id = self.new_id("B")
        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self._dms: dict[str, Channel] = {}
        self.messages: dict[str, list[Message]] = {}
        self.files: dict[str, File] = {}
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.stacks: dict[str, list[str]] = {}
        """Open modals of a person, the top one last."""
        self.triggers: dict[str, Ticket] = {}
        self.response_urls: dict[str, Ticket] = {}
        self.statuses: list[Status] = []
        self.prompts: list[Json] = []
        self.titles: dict[tuple[str, str], str] = {}
        self.reactions: list[tuple[str, str, str]] = []
        bot = User(self.new_id("U"), "bonvent", "Bonvent", self.team, is_bot=True)
        self.users[bot.id] = bot
        self.bot_user = bot.id

    def now(self) -> float:
        return time.time() + self.shift

    def new_id(self, kind: str) -> str:
        """An id as Slack's look: the kind's letter, then ten of A-Z and 0-9."""
        number, letters = next(self._count) * 2_654_435_761 % 36**9, ""
        for _ in range(9):
            number, digit = divmod(number, 36)
            letters = BASE36[digit] + letters
        return f"{kind}0{letters}"

    def new_ts(self) -> str:
        """Seconds with six decimals; never twice, always growing."""
        self._last_ts = max(int(self.now() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def dm(self, user: str) -> Channel:
        """The direct message of somebody with the bot; opened when there is none."""
        if user not in self._dms:
            channel = Channel(self.new_id("D"), "directmessage", "im", [user, self.bot_user])
            channel.is_ext_shared = self.users[user].is_stranger
            self.channels[channel.id] = self._dms[user] = channel
        return self._dms[user]

    def find(self, channel: str, ts: str) -> Message | None:
        """A message that stands, tombstones included."""
        return next((m for m in self.messages.get(channel, []) if m.ts == ts and not m.deleted), None)

    def add(self, message: Message) -> Message:
        self.messages.setdefault(message.channel, []).append(message)
        return message

    def replies(self, channel: str, root: str) -> list[Message]:
        """What stands in a thread, without its first message, oldest first."""
        standing = self.messages.get(channel, [])
        return [m for m in standing if m.thread_ts == root and m.ts != root and not m.deleted and not m.ephemeral_to]

    def trigger(self, user: str) -> str:
        name = f"{len(self.triggers) + 1}.{self.team}.{self.new_id('')}"
        self.triggers[name] = Ticket(user, self.now())
        return name
