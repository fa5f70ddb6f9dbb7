"""Methods that post, change and delete messages, and what a response_url does."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tests.e2e.slack import privacy, shown, validate
from tests.e2e.slack.calls import ApiError, Args, method
from tests.e2e.slack.methods_conversations import visible
from tests.e2e.slack.reading import CONTROLS
from tests.e2e.slack.state import Channel, Message, Ticket

if TYPE_CHECKING:
    from tests.e2e.slack.delivery import Ack
    from tests.e2e.slack.server import Slack

Json = dict[str, Any]
CONTENT = "channel text blocks metadata attachments parse link_names mrkdwn"
RESPONSE_USES, RESPONSE_SECONDS = 5, 30 * 60


def writable(slack: Slack, args: Args) -> Channel:
    """Where the bot may post. A person's id stands for their direct message."""
    wanted = args.text("channel", "channel_not_found")
    if wanted in slack.state.users:
        if slack.state.users[wanted].deleted:
            raise ApiError("channel_not_found")
        return slack.state.dm(wanted)
    channel = visible(slack, wanted)
    if channel.is_archived:
        raise ApiError("is_archived")
    if slack.state.bot_user not in channel.members:
        raise ApiError("not_in_channel")
    return channel


def content(slack: Slack, args: Args, where: str) -> tuple[str, list[Json]]:
    """The text and the blocks of a message, checked. Raises Slack's errors; complains of what must not be sent."""
    text, blocks = args.text("text"), args.data("blocks")
    if args.get("attachments"):
        slack.complain(f"{where}: attachments are legacy, and not served here")
        raise ApiError("invalid_arguments")
    if not text and not blocks:
        raise ApiError("no_text")
    if len(text) > validate.TEXT_CHARACTERS:
        slack.complain(f"{where}: {len(text)} characters of text")
        raise ApiError("msg_too_long")
    if blocks is not None:
        faults = validate.message_faults(blocks)
        if faults:
            slack.complain(*(f"{where}: {fault}" for fault in faults))
            raise ApiError("invalid_blocks", errors=faults, response_metadata={"messages": faults})
    total = validate.characters(blocks or [])
    if total > validate.MESSAGE_CHARACTERS:
        slack.complain(f"{where}: {total} characters in the blocks of a message")
        raise ApiError("msg_blocks_too_long")
    metadata = args.data("metadata")
    if metadata and len(json.dumps(metadata)) > 16_000:
        raise ApiError("metadata_too_large")
    complaints = privacy.message_complaints(text, blocks or [], {**args, "metadata": metadata})
    slack.complain(*(f"{where}: {complaint}" for complaint in complaints))
    return text, named(slack, blocks or [])


def named(slack: Slack, blocks: list[Json]) -> list[Json]:
    """Slack gives every block and every control that has no id one of its own."""
    finished = []
    for block in json.loads(json.dumps(blocks)):
        block.setdefault("block_id", slack.state.new_id("b")[:5] + slack.state.new_id("")[-4:])
        for element in [*block.get("elements", []), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and element.get("type") in CONTROLS:
                element.setdefault("action_id", slack.state.new_id("a"))
        finished.append(block)
    return finished


def thread_of(slack: Slack, channel: Channel, args: Args) -> str | None:
    """The thread to post in. Slack files an answer to a reply under the reply's own thread."""
    asked = args.text("thread_ts")
    if not asked:
        return None
    if not re.fullmatch(r"\d{10}\.\d{6}", asked):
        raise ApiError("invalid_thread_ts")
    parent = slack.state.find(channel.id, asked)
    if parent is None:
        raise ApiError("thread_not_found")
    if parent.root != asked:
        slack.complain("chat.postMessage: thread_ts is a reply's, not its thread's first message's")
    return parent.root


@method(
    "chat.postMessage", f"{CONTENT} thread_ts reply_broadcast unfurl_links unfurl_media username icon_emoji icon_url",
    scopes=("chat:write",),
)  # fmt: skip
async def post_message(slack: Slack, args: Args) -> Json:
    channel = writable(slack, args)
    text, blocks = content(slack, args, "chat.postMessage")
    slack.complain(*(f"chat.postMessage: {complaint}" for complaint in privacy.unfurl_complaints(args)))
    thread = thread_of(slack, channel, args)
    message = bot_message(slack, channel.id, text, blocks, thread)
    message.metadata = args.data("metadata") or None
    await slack.events.posted(message)
    return {"channel": channel.id, "ts": message.ts, "message": shown.message(slack, message, metadata=True)}


def bot_message(slack: Slack, channel: str, text: str, blocks: list[Json], thread: str | None) -> Message:
    """Puts what the bot says into the channel."""
    state = slack.state
    message = Message(channel, state.new_ts(), state.bot_user, text, blocks, thread, bot_id=state.bot_id)
    return state.add(message)


@method("chat.postEphemeral", f"{CONTENT} user thread_ts username icon_emoji icon_url", scopes=("chat:write",))
async def post_ephemeral(slack: Slack, args: Args) -> Json:
    channel = writable(slack, args)
    user = args.text("user", "invalid_arguments")
    if user not in channel.members:
        raise ApiError("user_not_in_channel")
    if args.get("metadata"):
        slack.complain("chat.postEphemeral: takes no metadata")
    text, blocks = content(slack, args, "chat.postEphemeral")
    thread = thread_of(slack, channel, args)
    if thread is not None and not slack.state.replies(channel.id, thread):
        slack.complain("chat.postEphemeral: nobody sees it, the thread has no reply yet")
    message = bot_message(slack, channel.id, text, blocks, thread)
    message.ephemeral_to = user
    return {"message_ts": message.ts}


@method(
    "chat.update", f"{CONTENT} ts as_user file_ids reply_broadcast unfurl_links unfurl_media", scopes=("chat:write",)
)
async def update(slack: Slack, args: Args) -> Json:
    message = _own(slack, args, "cant_update_message")
    before = shown.message(slack, message)
    text, blocks = content(slack, args, "chat.update")
    message.history.append(message.words)
    message.text, message.blocks = text, blocks
    if "metadata" in args:
        message.metadata = args.data("metadata") or None
    message.edited = {"user": slack.state.bot_user, "ts": slack.state.new_ts()}
    await slack.events.changed(message, before)
    shows = {"channel": message.channel, "ts": message.ts, "text": text}
    return {**shows, "message": shown.message(slack, message, metadata=True)}


@method("chat.delete", "channel ts as_user", scopes=("chat:write",))
async def delete(slack: Slack, args: Args) -> Json:
    message = _own(slack, args, "cant_delete_message")
    await slack.events.remove(message)
    return {"channel": message.channel, "ts": message.ts}


@method("chat.getPermalink", "channel message_ts")
async def get_permalink(slack: Slack, args: Args) -> Json:
    channel = visible(slack, args.text("channel", "channel_not_found"))
    message = slack.state.find(channel.id, args.text("message_ts", "message_not_found"))
    if message is None:
        raise ApiError("message_not_found")
    link = f"https://tebiora.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    return {"channel": channel.id, "permalink": link + thread}


def _own(slack: Slack, args: Args, refusal: str) -> Message:
    channel = visible(slack, args.text("channel", "channel_not_found"))
    message = slack.state.find(channel.id, args.text("ts", "message_not_found"))
    if message is None or message.ephemeral_to or message.subtype == "tombstone":
        raise ApiError("message_not_found")
    if message.user != slack.state.bot_user:
        raise ApiError(refusal)
    return message


RESPONSE = {
    "text", "blocks", "response_type", "replace_original", "delete_original", "thread_ts", "metadata", "unfurl_links",
    "unfurl_media",
}  # fmt: skip


async def respond(slack: Slack, ticket: Ticket | None, body: Json) -> tuple[int, Json]:
    """What a POST to a response_url does: the status and the answer."""
    if ticket is None or slack.state.now() - ticket.made > RESPONSE_SECONDS:
        return 404, {"ok": False, "error": "expired_url"}
    if ticket.uses >= RESPONSE_USES:
        slack.complain("response_url: used more than 5 times")
        return 404, {"ok": False, "error": "used_url"}
    ticket.uses += 1
    unknown = sorted(set(body) - RESPONSE)
    slack.complain(*(f"response_url: takes no {name}" for name in unknown))
    args, original = Args(body), ticket.message
    try:
        if body.get("delete_original"):
            if original is not None:
                original.deleted = True
            return 200, {"ok": True}
        text, blocks = content(slack, args, "response_url")
    except ApiError as error:
        return 200, {"ok": False, "error": error.code}
    # Of a command there is no original: what its response_url said before stays (bolt-js 2287, bolt-python 1268).
    if body.get("replace_original") and original is not None:
        original.history.append(original.words)
        original.text, original.blocks = text, blocks
        return 200, {"ok": True}
    if ticket.channel is None:
        return 404, {"ok": False, "error": "expired_url"}
    message = bot_message(slack, ticket.channel, text, blocks, args.text("thread_ts") or ticket.thread_ts)
    if body.get("response_type") != "in_channel":
        message.ephemeral_to = ticket.user
    else:
        await slack.events.posted(message)
    return 200, {"ok": True}


def answered(slack: Slack, ticket: Ticket, ack: Ack) -> None:
    """What a slash command's acknowledgement says is shown to whoever typed it."""
    said = {"text": ack.body} if isinstance(ack.body, str) else ack.body
    if not ack.ok or not said:
        return
    try:
        text, blocks = content(slack, Args(said), "slash command")
    except ApiError:
        return
    message = bot_message(slack, str(ticket.channel), text, blocks, None)
    if said.get("response_type") != "in_channel":
        message.ephemeral_to = ticket.user
