"""The workspace as a test sees it: who is there, what was said, which modal is open; and waiting for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from tests.e2e.slack import search, shown
from tests.e2e.slack.delivery import Ack, Delivery
from tests.e2e.slack.people import Person
from tests.e2e.slack.state import Channel, Message, State, Status, User, View

if TYPE_CHECKING:
    from tests.e2e.slack.server import Slack

Json = dict[str, Any]
T = TypeVar("T")


class Workspace:
    """The doors that look at the state; `Slack` adds the server."""

    state: State
    manifest: Json | None
    acks: list[Ack]
    delivery: Delivery

    def add_user(
        self, real_name: str, *, email: str | None = None, locale: str = "en-US", tz: str = "Europe/Madrid",
        guest: bool = False, single_channel_guest: bool = False, stranger: bool = False, deleted: bool = False,
    ) -> Person:  # fmt: skip
        """A new person; a stranger is of another organisation (Slack Connect)."""
        name = real_name.lower().replace(" ", ".")
        team = self.state.new_id("T") if stranger else self.state.team
        user = User(self.state.new_id("U"), name, real_name, team, email or f"{name}@tebiora.example", locale, tz)
        user.is_restricted, user.is_ultra_restricted = guest or single_channel_guest, single_channel_guest
        user.is_stranger, user.deleted = stranger, deleted
        self.state.users[user.id] = user
        return Person(cast("Slack", self), user)

    def change_user(self, person: Person, **fields: Any) -> Ack | None:
        """Somebody's Slack is another from now on (`tz="America/Lima"`, `deleted=True`), and the app hears of it."""
        for name, value in fields.items():
            assert hasattr(person.user, name), f"a user has no {name}"
            setattr(person.user, name, value)

        async def act() -> Ack | None:
            user = shown.user(person.user, locale=True, email="users:read.email" in slack.scopes)
            event = {"type": "user_change", "user": user, "cache_ts": int(self.state.now())}
            return slack.events.emit("user_change", {**event, "event_ts": self.state.new_ts()})

        slack = cast("Slack", self)
        ack: Ack | None = slack.run(act())
        return ack.wait() if ack else None

    def add_channel(
        self, name: str, *, members: list[Person] | None = None, private: bool = False, bot: bool = True,
        archived: bool = False, shared: bool = False,
    ) -> Channel:  # fmt: skip
        """A new channel; the bot is a member unless told otherwise."""
        inside = [person.id for person in members or []] + ([self.state.bot_user] if bot else [])
        kind = "private" if private else "public"
        channel = Channel(self.state.new_id("C"), name, kind, inside, archived, shared)
        self.state.channels[channel.id] = channel
        return channel

    def messages(self, channel: Channel | Person | str) -> list[Message]:
        """All that stands in a channel (of a person: in the direct message with the bot), oldest first, ephemeral ones included."""
        place = (
            channel
            if isinstance(channel, str)
            else self.state.dm(channel.id).id
            if isinstance(channel, Person)
            else channel.id
        )
        return [message for message in self.state.messages.get(place, []) if not message.deleted]

    def thread(self, message: Message) -> list[Message]:
        """The replies that stand in a message's thread, without its first message, oldest first."""
        return self.state.replies(message.channel, message.root)

    def ephemeral(self, person: Person) -> list[Message]:
        """What only this person sees."""
        every = [message for said in self.state.messages.values() for message in said]
        return [message for message in every if message.ephemeral_to == person.id and not message.deleted]

    def view_of(self, person: Person) -> View:
        """The open modal on top. AssertionError: there is none."""
        stack = self.state.stacks.get(person.id, [])
        assert stack, f"{person.user.name} has no modal open"
        return self.state.views[stack[-1]]

    def modal_open(self, person: Person) -> bool:
        return bool(self.state.stacks.get(person.id))

    def home(self, person: Person) -> View | None:
        """The Home that was published for a person."""
        return self.state.homes.get(person.id)

    @property
    def statuses(self) -> list[Status]:
        """All that `assistant.threads.setStatus` ever said."""
        return self.state.statuses

    def status(self, message: Message) -> str:
        """What the status line of a thread says now: it goes with the app's next post, or after two minutes."""
        of_thread = [s for s in self.statuses if (s.channel, s.thread_ts) == (message.channel, message.root)]
        if not of_thread or self.state.now() - of_thread[-1].at > 120:
            return ""
        replied = any(float(reply.ts) > of_thread[-1].at for reply in self.thread(message) if reply.by_bot)
        return "" if replied else of_thread[-1].status

    @property
    def prompts(self) -> list[Json]:
        """All suggested prompts: channel, thread_ts, title, prompts."""
        return self.state.prompts

    def places_holding(self, needle: str) -> list[str]:
        """Where in Slack some words are found: a channel and thread, a modal, metadata, a button's value, a status, …"""
        return search.places(cast("Slack", self), needle)

    def pass_time(self, seconds: float) -> None:
        """Moves the stand-in's own clock: trigger_ids and response_urls grow old."""
        self.state.shift += seconds

    def declared(self, feature: str, key: str, name: str, **also: str) -> None:
        """AssertionError when the manifest has no such shortcut or command: Slack would show none."""
        if self.manifest is not None:
            entries = self.manifest.get("features", {}).get(feature, [])
            fits = any(entry.get(key) == name and also.items() <= entry.items() for entry in entries)
            assert fits, f"the manifest declares no {feature} {name}"

    def wait_for(self, predicate: Callable[[], T | None], timeout: float = 10.0, *, what: str = "it") -> T:
        """Polls until the predicate is true, and gives its value. AssertionError: tells what was seen instead."""
        until = time.monotonic() + timeout
        while True:
            value = predicate()
            if value:
                return value
            if time.monotonic() > until:
                raise AssertionError(f"waited {timeout} s for {what}\n{search.summary(cast('Slack', self))}")
            time.sleep(0.01)

    def reply(self, message: Message, *, nth: int = 0, timeout: float = 10.0) -> Message:
        """The app's nth reply in a message's thread (0: the first), once it is there."""
        found = self.wait_for(
            lambda: [m for m in self.thread(message) if m.by_bot][nth : nth + 1],
            timeout,
            what=f"reply {nth} to {message.text!r}",
        )
        return found[0]

    def wait_quiet(self, timeout: float = 10.0) -> None:
        """Until every delivery is answered and none is due again."""
        self.wait_for(lambda: not self.delivery.tasks, timeout, what="the last delivery")

    @property
    def late(self) -> list[Ack]:
        """Deliveries that weren't answered with 200 within 3 seconds."""
        return [ack for ack in self.acks if not ack.ok]
