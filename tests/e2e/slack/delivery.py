"""Brings what happens in Slack to the app: signed HTTP requests or Socket Mode envelopes, watched for the 3 seconds."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import aiohttp

if TYPE_CHECKING:
    from tests.e2e.slack.server import Slack

Json = dict[str, Any]
ACK_SECONDS = 3.0


@dataclass
class Ack:
    """One delivery and its answer. `status` is 0 where none came: time-out, or nobody listens."""

    kind: str
    """`event:message`, `event:app_home_opened`, `block_actions`, `view_submission`, `shortcut`, `slash_command`, …"""
    id: str = ""
    """The event_id, or what else names it."""
    status: int = 0
    seconds: float = 0.0
    body: Any = None
    reason: str = ""
    """`http_timeout`, `connection_failed`, `http_error`, …; empty: acknowledged."""
    retry: int = 0
    no_retry: bool = False
    at: float = 0.0
    _done: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """200 in time."""
        return self.status == 200 and self.seconds <= ACK_SECONDS

    def wait(self, timeout: float = ACK_SECONDS + 2) -> Ack:
        """Blocks until the answer is there."""
        if not self._done.wait(timeout):
            raise AssertionError(f"{self.kind}: no answer after {timeout} s")
        return self

    def done(self) -> None:
        self._done.set()


@dataclass(frozen=True)
class Parcel:
    """What is delivered, whichever way it goes."""

    kind: str
    id: str
    payload: Json
    how: str
    """`events_api`, `interactive` or `slash_commands`, as Socket Mode names them."""
    answerable: bool = False
    """Whether the acknowledgement may hold something."""
    then: Callable[[Ack], None] | None = None
    """What Slack does with the answer."""


class Delivery:
    """Sends parcels and sends events again."""

    def __init__(self, slack: Slack, redeliver_after: tuple[float, ...]) -> None:
        self.slack = slack
        self.redeliver_after = redeliver_after
        self.url: str | None = None
        self.tasks: set[asyncio.Task[Any]] = set()
        self.session: aiohttp.ClientSession | None = None

    def start(self, parcel: Parcel) -> Ack:
        """Delivers in the background; the first attempt's answer appears in the `Ack`."""
        ack = Ack(parcel.kind, parcel.id)
        self.background(self.deliver(parcel, ack))
        return ack

    def background(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def deliver(self, parcel: Parcel, first: Ack) -> None:
        """Once, and events again until they are acknowledged or Slack's patience ends."""
        reason = ""
        for attempt, pause in enumerate((0.0, *self.redeliver_after)):
            if attempt:
                await asyncio.sleep(pause)
            ack = first if not attempt else Ack(parcel.kind, parcel.id)
            await self._attempt(parcel, ack, attempt, reason)
            reason = ack.reason
            if parcel.how != "events_api" or ack.no_retry:
                return
            if ack.ok and not self._doubts():
                return
            reason = reason or "http_timeout"

    def _doubts(self) -> bool:
        """Whether Slack sends an event again although it was acknowledged; it does."""
        return self.slack.faults.random.random() < self.slack.faults.redeliver_share

    async def _attempt(self, parcel: Parcel, ack: Ack, retry: int, reason: str) -> None:
        ack.retry, ack.at = retry, self.slack.state.now()
        began = time.perf_counter()
        if self.slack.socket_mode:
            await self.slack.sockets.send(parcel, ack, retry, reason)
        else:
            body, content_type = encoded(parcel)
            again = {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": reason} if retry else {}
            await self.post(body, content_type, self.signed(body) | again, ack)
        ack.seconds = time.perf_counter() - began
        self.slack.acks.append(ack)
        if parcel.then is not None:
            parcel.then(ack)
        ack.done()

    def signed(self, body: bytes, *, age: float = 0.0, secret: str | None = None) -> dict[str, str]:
        """The headers that prove a request, as Slack makes them."""
        at = str(int(time.time() - age))
        key = (secret or self.slack.signing_secret).encode()
        signature = hmac.new(key, f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={signature}"}

    async def post(self, body: bytes, content_type: str, headers: dict[str, str], ack: Ack) -> None:
        """One HTTP request to the app; fills in the answer."""
        assert self.session is not None
        assert self.url is not None, "slack.serve_http(url) says where the app listens"
        headers = {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **headers,
        }
        limit = aiohttp.ClientTimeout(total=ACK_SECONDS)
        try:
            async with self.session.post(
                self.url, data=body, headers=headers, timeout=limit, allow_redirects=False
            ) as answer:
                raw = await answer.read()
                ack.status = answer.status
                ack.no_retry = answer.headers.get("X-Slack-No-Retry") == "1"
                ack.body = _parsed(raw, answer.content_type)
                ack.reason = "" if answer.status == 200 else "http_error"
        except TimeoutError:
            ack.reason = "http_timeout"
        except aiohttp.ClientError:
            ack.reason = "connection_failed"


def encoded(parcel: Parcel) -> tuple[bytes, str]:
    """Events are JSON, interactions a form with one JSON field, commands a form of plain fields."""
    if parcel.how == "events_api":
        return json.dumps(parcel.payload).encode(), "application/json"
    fields = parcel.payload if parcel.how == "slash_commands" else {"payload": json.dumps(parcel.payload)}
    return urlencode(fields).encode(), "application/x-www-form-urlencoded"


def _parsed(raw: bytes, content_type: str) -> Any:
    if not raw:
        return None
    if content_type == "application/json":
        try:
            return json.loads(raw)
        except ValueError:
            pass
    return raw.decode("utf-8", "replace")
