"""A small Bolt app for the stand-in's own tests, and blocks to post."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.e2e.slack.server import Slack
from tests.ports import free_ports

Json = dict[str, Any]


@contextmanager
def bolt(slack: Slack, listen: Callable[[AsyncApp], None], *, port: int | None = None) -> Iterator[AsyncApp]:
    """A small Bolt app in a thread of its own: over HTTP, or in Socket Mode if the workspace is."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    closing: list[Callable[[], Any]] = []

    async def start() -> AsyncApp:
        client = AsyncWebClient(slack.bot_token, base_url=slack.api_url)
        authorized = AuthorizeResult(
            enterprise_id=None, team_id=slack.state.team, bot_token=slack.bot_token, bot_id=slack.state.bot_id,
            bot_user_id=slack.state.bot_user,
        )  # fmt: skip

        async def authorize(**_: Any) -> AuthorizeResult:
            return authorized

        app = AsyncApp(
            client=client, authorize=authorize, signing_secret=slack.signing_secret, process_before_response=True
        )
        listen(app)
        if slack.socket_mode:
            handler = AsyncSocketModeHandler(app, slack.app_token, web_client=client, ping_interval=0.2)
            await handler.connect_async()
            closing.append(handler.close_async)
            return app
        where = port or free_ports(1)[0]
        runner = web.AppRunner(app.web_app("/slack/events"), access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", where).start()
        closing.append(runner.cleanup)
        slack.serve_http(f"http://127.0.0.1:{where}/slack/events")
        return app

    try:
        yield asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    finally:
        for close in closing:
            asyncio.run_coroutine_threadsafe(close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


def section(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def button(action_id: str, value: str = "abc") -> Json:
    return {"type": "button", "action_id": action_id, "value": value, "text": {"type": "plain_text", "text": "Press"}}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def modal(*blocks: Json, **more: Any) -> Json:
    title = {"type": "plain_text", "text": "A draft"}
    return {"type": "modal", "title": title, "submit": title, "blocks": list(blocks), **more}


def text_input(block_id: str, **more: Any) -> Json:
    element = {"type": "plain_text_input", "action_id": f"{block_id}.text", **more}
    return {"type": "input", "block_id": block_id, "label": {"type": "plain_text", "text": "Draft"}, "element": element}


QUIET = {"unfurl_links": False, "unfurl_media": False}


def refused(call: Callable[[], Any]) -> str:
    with pytest.raises(SlackApiError) as error:
        call()
    return str(error.value.response["error"])
