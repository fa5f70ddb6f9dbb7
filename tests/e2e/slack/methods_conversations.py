"""Methods about channels: what the bot may see, open, list and read."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from tests.e2e.slack import shown
from tests.e2e.slack.calls import ApiError, Args, method, require
from tests.e2e.slack.state import Channel, Message

if TYPE_CHECKING:
    from tests.e2e.slack.server import Slack

Json = dict[str, Any]
FAMILY = {"im": "im", "private": "groups", "public": "channels"}


def visible(slack: Slack, channel_id: str) -> Channel:
    """A channel that the bot can see: public ones, and those that it is a member of. Raises `channel_not_found`."""
    channel = slack.state.channels.get(channel_id)
    if channel is None or (channel.kind != "public" and slack.state.bot_user not in channel.members):
        raise ApiError("channel_not_found")
    return channel


def readable(slack: Slack, args: Args) -> Channel:
    """A channel whose messages the bot may read."""
    channel = visible(slack, args.text("channel", "channel_not_found"))
    require(slack, f"{FAMILY[channel.kind]}:history")
    if slack.state.bot_user not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def _known(slack: Slack, args: Args) -> Channel:
    channel = visible(slack, args.text("channel", "channel_not_found"))
    require(slack, f"{FAMILY[channel.kind]}:read")
    return channel


@method("conversations.open", "users channel return_im prevent_creation", scopes=("im:write",))
async def conversations_open(slack: Slack, args: Args) -> Json:
    if args.text("channel"):
        return {"channel": {"id": visible(slack, args.text("channel")).id}, "no_op": True, "already_open": True}
    wanted = args.get("users")
    users = wanted if isinstance(wanted, list) else [u for u in str(wanted or "").split(",") if u]
    if not users:
        raise ApiError("users_list_not_supplied")
    if len(users) > 1:
        slack.complain("conversations.open: the stand-in opens direct messages with one person only")
        raise ApiError("not_enough_users")
    user = slack.state.users.get(users[0])
    if user is None:
        raise ApiError("user_not_found")
    if user.deleted:
        raise ApiError("user_disabled")
    if user.is_bot:
        raise ApiError("cannot_dm_bot")
    channel = slack.state.dm(user.id)
    return {"channel": shown.channel(slack.state, channel) if args.flag("return_im") else {"id": channel.id}}


@method("conversations.info", "channel include_locale include_num_members")
async def conversations_info(slack: Slack, args: Args) -> Json:
    return {"channel": shown.channel(slack.state, _known(slack, args))}


@method("conversations.members", "channel cursor limit")
async def conversations_members(slack: Slack, args: Args) -> Json:
    members, more = page(_known(slack, args).members, args, 100, 1000)
    return {"members": members, "response_metadata": {"next_cursor": more}}


@method(
    "users.conversations", "user types exclude_archived cursor limit",
    scopes=("channels:read", "groups:read", "im:read", "mpim:read"),
)  # fmt: skip
async def users_conversations(slack: Slack, args: Args) -> Json:
    user = args.text("user") or slack.state.bot_user
    if user not in slack.state.users:
        raise ApiError("user_not_found")
    kinds = {"public_channel": "public", "private_channel": "private", "im": "im", "mpim": "mpim"}
    wanted = (args.text("types") or "public_channel").replace(" ", "").split(",")
    if not set(wanted) <= set(kinds):
        raise ApiError("invalid_types")
    mine = [
        shown.channel(slack.state, channel)
        for channel in slack.state.channels.values()
        if {user, slack.state.bot_user} <= set(channel.members)
        and channel.kind in {kinds[name] for name in wanted}
        and not (channel.is_archived and args.flag("exclude_archived"))
    ]
    channels, more = page(mine, args, 100, 999)
    return {"channels": channels, "response_metadata": {"next_cursor": more}}


READING = "channel cursor inclusive latest oldest limit include_all_metadata"


@method("conversations.history", READING)
async def conversations_history(slack: Slack, args: Args) -> Json:
    channel = readable(slack, args)
    standing = slack.state.messages.get(channel.id, [])
    top = [m for m in standing if not m.deleted and not m.ephemeral_to and m.thread_ts in (None, m.ts)]
    return _read(slack, args, list(reversed(_between(top, args))), 100)


@method("conversations.replies", f"{READING} ts")
async def conversations_replies(slack: Slack, args: Args) -> Json:
    channel = readable(slack, args)
    asked = slack.state.find(channel.id, args.text("ts", "thread_not_found"))
    if asked is None:
        raise ApiError("thread_not_found")
    if asked.root != asked.ts:  # Slack answers a reply's ts with that reply alone
        return _read(slack, args, [asked], 1000)
    replies = _between(slack.state.replies(channel.id, asked.ts), args)
    return _read(slack, args, [asked, *replies], 1000)


def _between(messages: list[Message], args: Args) -> list[Message]:
    oldest, latest = args.text("oldest") or "0", args.text("latest") or "9" * 12
    try:
        low, high = float(oldest), float(latest)
    except ValueError:
        raise ApiError("invalid_ts_oldest") from None
    if args.flag("inclusive"):
        return [m for m in messages if low <= float(m.ts) <= high]
    return [m for m in messages if low < float(m.ts) < high]


def _read(slack: Slack, args: Args, messages: list[Message], default: int) -> Json:
    some, more = page(messages, args, default, 999 if default == 100 else 1000)
    listed = [shown.message(slack, m, metadata=args.flag("include_all_metadata")) for m in some]
    answer: Json = {"messages": listed, "has_more": bool(more)}
    return {**answer, "response_metadata": {"next_cursor": more}} if more else answer


def page(items: list[Any], args: Args, default: int, most: int) -> tuple[list[Any], str]:
    """One page, and the cursor of the next one (empty: the last)."""
    limit, cursor = args.number("limit", default), args.text("cursor")
    if not 1 <= limit <= most:
        raise ApiError("invalid_limit")
    try:
        start = int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:")) if cursor else 0
    except ValueError:
        raise ApiError("invalid_cursor") from None
    rest = start + limit < len(items)
    return items[start : start + limit], base64.b64encode(f"next:{start + limit}".encode()).decode() if rest else ""
