"""A person's hands: what somebody does in Slack, as a test writes it."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from tests.e2e.slack import interactions, methods_chat, methods_views, shown
from tests.e2e.slack.composer import compose, escaped
from tests.e2e.slack.delivery import Ack, Parcel
from tests.e2e.slack.state import Channel, File, Message, Ticket, User, View

if TYPE_CHECKING:
    from tests.e2e.slack.server import Slack

Json = dict[str, Any]
Blocks = list[Json] | Literal["rich"] | None


@dataclass(eq=False)
class Person:
    """Somebody of the workspace (or a guest, or a stranger). All methods may be called from any thread."""

    slack: Slack
    user: User

    @property
    def id(self) -> str:
        return self.user.id

    @property
    def mention(self) -> str:
        return f"<@{self.user.id}>"

    @property
    def channel(self) -> str:
        """The id of the direct message with the bot."""
        return self.slack.state.dm(self.user.id).id

    # Saying things

    def dm(
        self, text: str, *, blocks: Blocks = "rich", files: list[File] | None = None, thread: Message | str | None = None,
        wait: bool = False,
    ) -> Message:  # fmt: skip
        """Sends a direct message to the bot. `text` is as typed; `blocks="rich"` as Slack's composer makes them, None for none.

        `thread` answers in the thread of a message (or of a ts). `wait` blocks until the app acknowledged.
        """
        return self._say(self.slack.state.dm(self.user.id), text, blocks, files or [], thread, wait)

    def says_in(
        self, channel: Channel | str, text: str, *, blocks: Blocks = "rich", files: list[File] | None = None,
        thread: Message | str | None = None, wait: bool = False,
    ) -> Message:  # fmt: skip
        """The same in a channel."""
        place = self.slack.state.channels[channel] if isinstance(channel, str) else channel
        assert self.user.id in place.members, f"{self.user.name} is not in {place.name}"
        return self._say(place, text, blocks, files or [], thread, wait)

    def _say(
        self, place: Channel, typed: str, blocks: Blocks, files: list[File], thread: Message | str | None, wait: bool
    ) -> Message:
        text, rich = compose(typed)
        if blocks != "rich":
            text, rich = (escaped(typed), []) if blocks is None else (text, blocks)

        async def act() -> tuple[Message, Ack | None]:
            state = self.slack.state
            message = Message(place.id, state.new_ts(), self.user.id, text)
            message.blocks = _with_ids(self.slack, rich)
            message.thread_ts = thread.root if isinstance(thread, Message) else thread
            message.subtype = "file_share" if files else None
            message.files = [file.id for file in files]
            for file in files:
                file.channels.append(place.id)
            state.add(message)
            return message, await self.slack.events.posted(message)

        message, ack = self.slack.run(act())
        if wait and ack is not None:
            ack.wait()
        return message

    def file(
        self, name: str, content: bytes, *, mimetype: str | None = None, alt_text: str | None = None,
        claimed_size: int | None = None, redirects_to: str | None = None, hidden: bool = False,
    ) -> File:  # fmt: skip
        """Uploads a file, to be sent with `dm(files=[…])`. `claimed_size` lies about its size, `redirects_to` leads the download
        elsewhere, `hidden` shows only its id (Slack Connect) until files.info is asked."""
        state = self.slack.state
        kind = mimetype or mimetypes.guess_type(name)[0] or "application/octet-stream"
        file = File(state.new_id("F"), self.user.id, name, kind, content, int(state.now()), alt_text, claimed_size)
        file.redirects_to, file.hidden = redirects_to, hidden
        state.files[file.id] = file
        return file

    def edit(self, message: Message, text: str, *, blocks: Blocks = "rich", wait: bool = False) -> Message:
        """Edits an own message."""
        assert message.user == self.user.id, "only one's own messages can be edited"
        new_text, rich = compose(text)
        if blocks != "rich":
            new_text, rich = (escaped(text), []) if blocks is None else (new_text, blocks)

        async def act() -> Ack | None:
            before = shown.message(self.slack, message)
            message.history.append(message.words)
            message.text, message.blocks = new_text, _with_ids(self.slack, rich)
            message.edited = {"user": self.user.id, "ts": self.slack.state.new_ts()}
            return await self.slack.events.changed(message, before)

        ack = self.slack.run(act())
        if wait and ack is not None:
            ack.wait()
        return message

    def delete(self, message: Message, *, wait: bool = False) -> None:
        """Deletes an own message; one with replies leaves a tombstone."""
        assert message.user == self.user.id, "only one's own messages can be deleted"
        ack = self.slack.run(self.slack.events.remove(message))
        if wait and ack is not None:
            ack.wait()

    # Pressing things

    def click(
        self, where: Message | View, action_id: str, value: str | None = None, *, option: str | None = None, nth: int = 0,
        wait: bool = True,
    ) -> Ack:  # fmt: skip
        """Presses a button, or picks `option` (its value or text; "positive" or "negative") in a menu, of a message, modal or home.

        `value` tampers with what the button carries, `nth` picks among buttons of one action_id (0 first). Nobody checks that this
        person can see the message: that is the app's to check. Unless `wait`, the Ack is filled in later.
        """

        async def act() -> Ack:
            block, element = interactions.control(where.blocks, action_id, nth)
            action = interactions.pressed(self.slack, element, block, value, option)
            if isinstance(where, View):
                payload = interactions.in_view(self.slack, self.user, where, action)
            else:
                payload = interactions.in_message(self.slack, self.user, where, action)
            return self._interact(payload, action_id)

        return self._ack(act(), wait)

    def submit(
        self,
        view: View | None = None,
        values: Json | None = None,
        *,
        private_metadata: str | None = None,
        wait: bool = True,
    ) -> Ack:
        """Submits a modal (the open one). `values` by action_id or block_id (files as a list); checked as Slack's client does.

        What the app answers is done: errors stand in `view.errors`, an update redraws it, nothing closes it.
        `private_metadata` tampers with what the app left in the view.
        """
        drawn = view or self.slack.view_of(self)

        async def act() -> Ack:
            assert not drawn.closed, "the modal is closed"
            drawn.errors = {}
            filled = interactions.filled(drawn.blocks, interactions.given(self.slack, values or {}), sending=True)
            body = shown.view(self.slack.state, drawn, filled)
            if private_metadata is not None:
                body["private_metadata"] = private_metadata
            payload = interactions.common(self.slack, "view_submission", self.user) | {
                "view": body,
                "response_urls": [],
            }
            return self._interact(payload, drawn.callback_id, then=partial(methods_views.answered, self.slack, drawn))

        return self._ack(act(), wait)

    def close(self, view: View | None = None) -> Ack | None:
        """Closes a modal with its ✕; the app hears of it where it asked to."""
        drawn = view or self.slack.view_of(self)

        async def act() -> Ack | None:
            everything = bool(drawn.body.get("clear_on_close"))
            methods_views.close(self.slack, self.user.id, everything=everything)
            if not drawn.body.get("notify_on_close"):
                return None
            payload = interactions.common(self.slack, "view_closed", self.user)
            payload |= {"view": shown.view(self.slack.state, drawn), "is_cleared": everything}
            payload.pop("trigger_id")
            return self._interact(payload, drawn.callback_id)

        ack = self.slack.run(act())
        return ack.wait() if ack else None

    def shortcut(self, callback_id: str, *, wait: bool = True) -> Ack:
        """Picks a global shortcut."""
        self.slack.declared("shortcuts", "callback_id", callback_id, type="global")

        async def act() -> Ack:
            payload = interactions.common(self.slack, "shortcut", self.user) | {"callback_id": callback_id}
            return self._interact(payload | {"action_ts": self.slack.state.new_ts()}, callback_id)

        return self._ack(act(), wait)

    def message_shortcut(self, callback_id: str, message: Message, *, wait: bool = True) -> Ack:
        """Picks a shortcut in a message's menu: of anybody's message, in any channel of this person's."""
        self.slack.declared("shortcuts", "callback_id", callback_id, type="message")

        async def act() -> Ack:
            state, channel = self.slack.state, self.slack.state.channels[message.channel]
            ticket = Ticket(self.user.id, state.now(), channel.id, None, message.thread_ts)
            payload = interactions.common(self.slack, "message_action", self.user) | {
                "callback_id": callback_id,
                "action_ts": state.new_ts(),
                "message_ts": message.ts,
                "channel": interactions.place(channel),
                "message": shown.message(self.slack, message),
                "response_url": interactions.response_url(self.slack, ticket),
            }
            return self._interact(payload, callback_id)

        return self._ack(act(), wait)

    def slash(self, command: str, text: str = "", *, channel: Channel | None = None, wait: bool = True) -> Ack:
        """Types a slash command; in the direct message with the bot unless told otherwise."""
        self.slack.declared("slash_commands", "command", command)

        async def act() -> Ack:
            state = self.slack.state
            place = channel or state.dm(self.user.id)
            ticket = Ticket(self.user.id, state.now(), place.id)
            where = interactions.place(place)
            fields = {
                "token": "deprecated-verification-token",
                "team_id": state.team,
                "team_domain": "tebiora",
                "channel_id": where["id"],
                "channel_name": where["name"],
                "user_id": self.user.id,
                "user_name": self.user.name,
                "command": command,
                "text": text,
                "api_app_id": state.app_id,
                "is_enterprise_install": "false",
                "response_url": interactions.response_url(self.slack, ticket),
                "trigger_id": state.trigger(self.user.id),
            }
            then = partial(methods_chat.answered, self.slack, ticket)
            return self.slack.delivery.start(Parcel("slash_command", command, fields, "slash_commands", True, then))

        return self._ack(act(), wait)

    def open_home(self, *, wait: bool = False) -> None:
        """Opens the app's Home; what the app draws there is `slack.home(person)`."""
        self._open("home", wait)

    def open_messages(self, *, wait: bool = False) -> None:
        """Opens the direct message with the bot (the Messages tab): how a first meeting begins."""
        self._open("messages", wait)

    def _open(self, tab: str, wait: bool) -> None:
        async def act() -> Ack | None:
            state = self.slack.state
            event: Json = {
                "type": "app_home_opened",
                "user": self.user.id,
                "channel": state.dm(self.user.id).id,
                "tab": tab,
            }
            home = state.homes.get(self.user.id)
            if home is not None and tab == "home":
                event["view"] = shown.view(state, home)
            return self.slack.events.emit("app_home_opened", event | {"event_ts": state.new_ts()})

        ack = self.slack.run(act())
        if wait and ack is not None:
            ack.wait()

    def _interact(self, payload: Json, name: str, then: Callable[[Ack], None] | None = None) -> Ack:
        return self.slack.delivery.start(Parcel(payload["type"], name, payload, "interactive", then is not None, then))

    def _ack(self, work: Any, wait: bool) -> Ack:
        ack: Ack = self.slack.run(work)
        return ack.wait() if wait else ack


def _with_ids(slack: Slack, blocks: list[Json]) -> list[Json]:
    return [{"block_id": slack.state.new_id("")[:5], **block} for block in blocks]
