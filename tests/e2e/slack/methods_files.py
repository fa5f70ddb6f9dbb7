"""Files: Slack's two-step upload, files.info, and the host that keeps them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.e2e.slack import shown
from tests.e2e.slack.calls import ApiError, Args, method
from tests.e2e.slack.methods_chat import bot_message, content, thread_of, writable
from tests.e2e.slack.state import File

if TYPE_CHECKING:
    from tests.e2e.slack.server import Slack

Json = dict[str, Any]


@method("files.getUploadURLExternal", "filename length alt_txt alt_text snippet_type", scopes=("files:write",))
async def get_upload_url(slack: Slack, args: Args) -> Json:
    state, length = slack.state, args.number("length", 0)
    if length <= 0:
        raise ApiError("invalid_arguments")
    file = File(
        state.new_id("F"), state.bot_user, args.text("filename", "invalid_arguments"), "", b"", int(state.now())
    )
    file.complete, file.claimed_size, file.alt_text = False, length, args.text("alt_txt") or None
    state.files[file.id] = file
    return {"upload_url": f"{slack.url}/upload/v1/{file.id}", "file_id": file.id}


@method(
    "files.completeUploadExternal",
    "files channel_id channels thread_ts initial_comment blocks",
    scopes=("files:write",),
)
async def complete_upload(slack: Slack, args: Args) -> Json:
    wanted = args.data("files")
    if not isinstance(wanted, list) or not wanted:
        raise ApiError("invalid_arguments")
    files = [slack.state.files.get(entry.get("id", "")) for entry in wanted]
    if any(file is None or file.user != slack.state.bot_user for file in files):
        raise ApiError("file_not_found")
    sent = [file for file in files if file is not None]
    if any(len(file.content) != file.claimed_size for file in sent):
        raise ApiError("file_upload_size_restricted")
    for file in sent:
        file.complete = True
    if args.text("channel_id"):
        place = Args({**args, "channel": args["channel_id"]})
        channel = writable(slack, place)
        text: str = args.text("initial_comment")
        blocks: list[Json] = []
        if text or args.get("blocks"):
            text, blocks = content(
                slack, Args({"text": text, "blocks": args.get("blocks")}), "files.completeUploadExternal"
            )
        message = bot_message(slack, channel.id, text, blocks, thread_of(slack, channel, place))
        message.subtype, message.files = "file_share", [file.id for file in sent]
        for file in sent:
            file.channels.append(channel.id)
        await slack.events.posted(message)
    return {"files": [{"id": file.id, "title": file.name} for file in sent]}


@method("files.info", "file count cursor limit page", scopes=("files:read",))
async def files_info(slack: Slack, args: Args) -> Json:
    file = slack.state.files.get(args.text("file", "file_not_found"))
    if file is None or not file.complete:
        raise ApiError("file_not_found")
    seen = [slack.state.channels[channel] for channel in file.channels]
    if not file.given and not any(slack.state.bot_user in channel.members for channel in seen):
        raise ApiError("file_not_found")
    return {"file": shown.whole_file(slack, file), "comments": [], "response_metadata": {"next_cursor": ""}}


async def upload(slack: Slack, request: web.Request) -> web.Response:
    """The upload URL: the bytes as they are, or as a form's first file."""
    file = slack.state.files.get(request.match_info["file"])
    if file is None or file.complete:
        return web.Response(status=404, text="not found")
    if request.content_type.startswith("multipart/"):
        parts = [value for value in (await request.post()).values() if isinstance(value, web.FileField)]
        file.content = parts[0].file.read() if parts else b""
    else:
        file.content = await request.read()
    return web.Response(text=f"OK - {len(file.content)}")


async def download(slack: Slack, request: web.Request) -> web.Response:
    """A private file. Without a good token Slack leads to its sign-in page, which answers 200 with HTML."""
    identity = request.match_info["identity"].rpartition("-")[2]
    file = slack.state.files.get(identity)
    slack.downloads.append(identity)
    fault = slack.faults.pick("download", {})
    if fault is not None:
        await asyncio.sleep(fault.seconds)
        if fault.status:
            return web.Response(status=fault.status)
    allowed = request.headers.get("Authorization") == f"Bearer {slack.bot_token}" and "files:read" in slack.scopes
    if not allowed:
        slack.complain("a file was asked for without the bot's token")
        raise web.HTTPFound(f"{slack.url}/?redir=%2Ffiles-pri%2F{identity}")
    if file is None or not file.complete:
        return web.Response(status=404, text="not found")
    if file.redirects_to:
        raise web.HTTPFound(file.redirects_to)
    return web.Response(body=file.content, content_type=file.mimetype or "application/octet-stream")


async def sign_in(request: web.Request) -> web.Response:
    return web.Response(text="<!DOCTYPE html><html><title>Sign in | Slack</title></html>", content_type="text/html")
