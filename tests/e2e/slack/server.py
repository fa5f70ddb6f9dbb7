"""The stand-in itself: an HTTP server with its own event loop in a thread, and what the app is started with."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal, TypeVar

import aiohttp
from aiohttp import web

from tests.e2e.slack import methods_chat, methods_files, shown, web_api
from tests.e2e.slack.calls import Call
from tests.e2e.slack.delivery import Ack, Delivery, Parcel, encoded
from tests.e2e.slack.events import Events
from tests.e2e.slack.faults import Faults
from tests.e2e.slack.manifest import ROOT_MANIFEST, granted, subscribed
from tests.e2e.slack.sockets import Sockets
from tests.e2e.slack.state import Message, State
from tests.e2e.slack.workspace import Workspace

Json = dict[str, Any]
T = TypeVar("T")
REAL_PAUSES = (0.0, 60.0, 300.0)
"""Seconds until Slack sends an event again: at once, after a minute, after five."""


class Slack(Workspace):
    """A running workspace with one app, ours."""

    bot_token = "xoxb-1111111111-2222222222-standinstandinstandin"
    app_token = "xapp-1-A0000000000-3333333333-standinstandinstandin"
    config_token = "xoxe.xoxp-1-standinstandinstandin"
    signing_secret = "5ca1ab1e5ca1ab1e5ca1ab1e5ca1ab1e"

    def __init__(
        self, *, socket_mode: bool, redeliver_after: tuple[float, ...], manifest: Json | None, seed: int
    ) -> None:
        self.state = State()
        self.faults = Faults(seed)
        self.socket_mode = socket_mode
        self.manifest = manifest
        self.scopes, self.subscriptions = granted(manifest), subscribed(manifest)
        self.has_home = manifest is None or bool(
            manifest.get("features", {}).get("app_home", {}).get("home_tab_enabled")
        )
        self.complaints: list[str] = []
        """What a strict workspace objects to; a test that expects none asserts it is empty."""
        self.calls: list[Call] = []
        """Every Web API call with its answer."""
        self.acks: list[Ack] = []
        """Every delivery, redeliveries included, once answered (or not)."""
        self.downloads: list[str] = []
        """Ids of files that were asked for."""
        self.visits: list[dict[str, str]] = []
        """Headers of those who followed a redirect to `slack.elsewhere`."""
        self.revoked: set[str] = set()
        self.events = Events(self)
        self.delivery = Delivery(self, redeliver_after)
        self.sockets = Sockets(self)
        self.loop = asyncio.new_event_loop()
        self.port = 0
        self._thread = threading.Thread(target=self.loop.run_forever, name="slack", daemon=True)
        self._runner: web.AppRunner | None = None

    # Its running

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    @property
    def elsewhere(self) -> str:
        """A host that isn't Slack's; who comes by stands in `visits`."""
        return f"http://localhost:{self.port}/elsewhere"

    def start(self) -> None:
        self._thread.start()
        self.run(self._start())

    async def _start(self) -> None:
        self.delivery.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, force_close=True))
        app = web.Application(client_max_size=64 * 1024**2)
        app.router.add_route("*", "/api/{method}", partial(web_api.serve, self))
        app.router.add_get("/link/", self.sockets.serve)
        app.router.add_post("/actions/{team}/{ticket}", self._respond)
        app.router.add_post("/upload/v1/{file}", partial(methods_files.upload, self))
        app.router.add_get("/files-pri/{identity}/{rest:.+}", partial(methods_files.download, self))
        app.router.add_get("/", methods_files.sign_in)
        app.router.add_get("/elsewhere", self._elsewhere)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    def stop(self) -> None:
        self.run(self._stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.loop.close()

    async def _stop(self) -> None:
        tasks = list(self.delivery.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.sockets.close()
        assert self.delivery.session is not None
        await self.delivery.session.close()
        assert self._runner is not None
        await self._runner.cleanup()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Does something on the stand-in's own loop, and gives its result."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    async def _respond(self, request: web.Request) -> web.Response:
        ticket = self.state.response_urls.get(request.match_info["ticket"])
        try:
            body = json.loads(await request.text())
        except ValueError:
            body = None
        if not isinstance(body, dict):
            return web.json_response({"ok": False, "error": "invalid_payload"}, status=400)
        status, answer = await methods_chat.respond(self, ticket, body)
        self.calls.append(Call("response_url", body, self.state.now(), answer, status))
        return web.json_response(answer, status=status)

    async def _elsewhere(self, request: web.Request) -> web.Response:
        self.visits.append(dict(request.headers))
        return web.Response(body=b"not from Slack", content_type="image/png")

    def complain(self, *complaints: str) -> None:
        self.complaints += complaints

    # What the app is started with

    def environment(self) -> dict[str, str]:
        """The app's variables: the API's URL, the bot's token, and the app token (Socket Mode) or the signing secret (HTTP)."""
        tokens = {"SLACK_API_URL": self.api_url, "SLACK_BOT_TOKEN": self.bot_token}
        if self.socket_mode:
            return {**tokens, "SLACK_APP_TOKEN": self.app_token}
        return {**tokens, "SLACK_SIGNING_SECRET": self.signing_secret}

    def serve_http(self, url: str) -> None:
        """Where HTTP requests go: `http://127.0.0.1:{port}/slack/events`."""
        self.delivery.url = url

    def verify_url(self) -> Ack:
        """Slack's handshake with a new request URL; True answers hold the challenge."""
        payload = {"token": "deprecated-verification-token", "type": "url_verification", "challenge": "3eZbrw1aB"}
        return self.send(payload)

    # Deliveries by hand

    def break_sockets(self, how: Literal["drop", "silence", "refresh"]) -> None:
        """Cuts every WebSocket without a goodbye, leaves it open but dead, or asks the app to reconnect as Slack does."""

        async def act() -> None:
            if how == "refresh":
                await self.sockets.refresh()
            else:
                {"drop": self.sockets.drop, "silence": self.sockets.silence}[how]()

        self.run(act())

    def redeliver(self, message: Message, *, reason: str = "http_timeout") -> Ack:
        """Sends the last event about a message again, with the same event_id."""
        assert message.event is not None, "no event was sent about this message"
        return self.send(message.event, retry=1, reason=reason)

    def unfurl(self, message: Message) -> Ack | None:
        """Slack shows a preview of a person's link: a `message_changed` by which nobody edited anything."""

        async def act() -> Ack | None:
            before = shown.message(self, message)
            preview = {
                "id": 1,
                "title": "A page",
                "title_link": "https://example.com",
                "from_url": "https://example.com",
            }
            return await self.events.changed(message, before, attachments=[preview])

        return self.run(act())

    def send(
        self, payload: Json | bytes, *, how: Literal["events_api", "interactive", "slash_commands"] = "events_api",
        signature: Literal["good", "bad", "stale", "missing"] = "good", retry: int = 0, reason: str = "",
    ) -> Ack:  # fmt: skip
        """Sends any payload once, however broken, and waits for the answer, which `acks` doesn't hold.

        `slack.events.around(event)` makes an event's payload. Signatures are for HTTP; a stale one is 10 minutes old.
        """
        return self.run(self._send(payload, how, signature, retry, reason)).wait()

    async def _send(self, payload: Json | bytes, how: str, signature: str, retry: int, reason: str) -> Ack:
        ack = Ack("by hand", retry=retry, at=self.state.now())
        raw = payload if isinstance(payload, bytes) else None
        sent = Parcel("by hand", "", {} if isinstance(payload, bytes) else payload, how)
        began = time.perf_counter()
        if self.socket_mode:
            await self.sockets.send(sent, ack, retry, reason)
        else:
            body, content_type = encoded(sent)
            body = body if raw is None else raw
            headers = self.delivery.signed(
                body, age=600 if signature == "stale" else 0, secret="wrong" if signature == "bad" else None
            )
            again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
            await self.delivery.post(body, content_type, ({} if signature == "missing" else headers) | again, ack)
        ack.seconds = time.perf_counter() - began
        if retry:
            self.acks.append(ack)
        ack.done()
        return ack


@contextmanager
def slack_stand_in(
    *, socket_mode: bool = False, redeliver_after: tuple[float, ...] = REAL_PAUSES, manifest: Json | Path | None = ROOT_MANIFEST,
    seed: int = 0,
) -> Iterator[Slack]:  # fmt: skip
    """A running workspace on a free port of 127.0.0.1.

    `redeliver_after`: seconds before each further attempt at an event that was not acknowledged. `manifest`: what the app was
    created from, which says its scopes, events, shortcuts and commands; the repository's own, where there is one.
    """
    if isinstance(manifest, Path):
        manifest = json.loads(manifest.read_text("utf-8")) if manifest.is_file() else None
    slack = Slack(socket_mode=socket_mode, redeliver_after=redeliver_after, manifest=manifest, seed=seed)
    slack.start()
    with contextlib.ExitStack() as closing:
        closing.callback(slack.stop)
        yield slack
