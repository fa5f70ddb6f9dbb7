"""What the app is told: events of the Events API, for what its manifest subscribes to and its scopes allow."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any

from tests.e2e.slack import shown
from tests.e2e.slack.delivery import Ack, Parcel
from tests.e2e.slack.state import Message

if TYPE_CHECKING:
    from tests.e2e.slack.server import Slack

Json = dict[str, Any]
MESSAGE_EVENTS = {"im": "message.im", "private": "message.groups", "public": "message.channels"}
CHANNEL_TYPES = {"im": "im", "private": "group", "public": "channel"}
NEEDED = {
    "message.im": "im:history",
    "message.groups": "groups:history",
    "message.channels": "channels:history",
    "app_mention": "app_mentions:read",
}


class Events:
    """Turns what people and the bot do into events."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack

    async def posted(self, message: Message) -> Ack | None:
        """Somebody said something; the bot hears its own posts, too."""
        said = shown.message(self.slack, message)
        event = {**said, "channel": message.channel, "event_ts": message.ts}
        for counted in ("reply_count", "reply_users", "reply_users_count", "latest_reply", "is_locked", "subscribed"):
            event.pop(counted, None)
        if not message.by_bot:
            event["client_msg_id"] = str(uuid.uuid4())
            if self.slack.state.users[message.user].is_stranger:
                event |= {"user_team": event["team"], "source_team": event["team"]}
        ack = self._told(message, event)
        mentioned = re.search(f"<@{self.slack.state.bot_user}(\\|[^>]*)?>", message.text)
        if mentioned and not message.by_bot and self.slack.state.channels[message.channel].kind != "im":
            ack = self.emit("app_mention", {**event, "type": "app_mention"}, message) or ack
        return ack

    async def changed(self, message: Message, before: Json, **more: Any) -> Ack | None:
        """A message says something else now, or shows `more`."""
        event = {
            "type": "message",
            "subtype": "message_changed",
            "message": {**shown.message(self.slack, message), **more},
            "previous_message": before,
            "hidden": True,
            "channel": message.channel,
        }
        return self._told(message, event)

    async def remove(self, message: Message) -> Ack | None:
        """Deletes a message. One with replies leaves a tombstone, which goes with the last of them."""
        before, state = shown.message(self.slack, message), self.slack.state
        if state.replies(message.channel, message.ts):
            message.subtype, message.text = "tombstone", "This message was deleted."
            message.blocks, message.files, message.metadata = [], [], None
            return await self.changed(message, before)
        message.deleted = True
        root = state.find(message.channel, message.root)
        if root is not None and root.subtype == "tombstone" and not state.replies(root.channel, root.ts):
            root.deleted = True
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "previous_message": before,
            "deleted_ts": message.ts,
            "hidden": True,
            "channel": message.channel,
        }
        return self._told(message, event)

    def _told(self, message: Message, event: Json) -> Ack | None:
        kind = self.slack.state.channels[message.channel].kind
        if "subtype" in event and event["subtype"].startswith("message_"):
            ts = self.slack.state.new_ts()
            event |= {"ts": ts, "event_ts": ts}
        return self.emit(MESSAGE_EVENTS[kind], {**event, "channel_type": CHANNEL_TYPES[kind]}, message)

    def emit(self, name: str, event: Json, message: Message | None = None) -> Ack | None:
        """Sends an event in the background, if the app may have it; None: it gets no such events."""
        state = self.slack.state
        if name not in self.slack.subscriptions or (name in NEEDED and NEEDED[name] not in self.slack.scopes):
            return None
        if message is not None and state.bot_user not in state.channels[message.channel].members:
            return None
        payload = self.around(event)
        if message is not None:
            message.event = payload
        return self.slack.delivery.start(parcel(payload))

    def around(self, event: Json) -> Json:
        """The envelope of the Events API."""
        state = self.slack.state
        shared = event.get("channel") in state.channels and state.channels[event["channel"]].is_ext_shared
        return {
            "token": "deprecated-verification-token",
            "team_id": state.team,
            "context_team_id": state.team,
            "context_enterprise_id": None,
            "api_app_id": state.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": state.new_id("Ev"),
            "event_time": int(state.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": state.team,
                    "user_id": state.bot_user,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": shared,
            "event_context": f"4-{state.new_id('')}",
        }


def parcel(payload: Json) -> Parcel:
    """An event's payload, ready to go."""
    return Parcel(f"event:{payload['event']['type']}", payload["event_id"], payload, "events_api")
