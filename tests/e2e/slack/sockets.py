"""Socket Mode: tickets, connections, envelopes and their acknowledgements, and sockets that die in every way."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.e2e.slack.delivery import ACK_SECONDS, Ack, Parcel

if TYPE_CHECKING:
    from tests.e2e.slack.server import Slack

Json = dict[str, Any]
MOST, TICKET_SECONDS = 10, 30.0


@dataclass(eq=False)
class Connection:
    ws: web.WebSocketResponse
    request: web.Request
    silent: bool = False
    """Open, but nothing is answered or sent any more."""
    waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    parcels: dict[str, Parcel] = field(default_factory=dict)


class Sockets:
    """All connections of the app. Each envelope goes to one of them, in turn."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack
        self.connections: list[Connection] = []
        self.tickets: dict[str, float] = {}
        self.opened = 0
        """How many connections there ever were."""
        self._turn = 0

    def new_url(self) -> str:
        """A URL that opens one connection, soon."""
        ticket = self.slack.state.new_id("") + self.slack.state.new_id("")
        self.tickets[ticket] = self.slack.state.now()
        return f"{self.slack.url.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self.slack.state.app_id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One WebSocket, until it ends."""
        made = self.tickets.pop(request.query.get("ticket", ""), None)
        if made is None or self.slack.state.now() - made > TICKET_SECONDS:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=404)
        ws = web.WebSocketResponse(autoping=False, autoclose=True)
        await ws.prepare(request)
        if len(self.connections) >= MOST:
            self.slack.complain("more than 10 sockets were opened")
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await ws.close()
            return ws
        connection = Connection(ws, request)
        self.connections.append(connection)
        self.opened += 1
        try:
            await ws.send_json(self._hello())
            await self._listen(connection)
        except ConnectionError:
            pass  # the app was killed, or a test dropped the socket
        finally:
            self._forget(connection)
        return ws

    def _hello(self) -> Json:
        debug = {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060}
        info = {"app_id": self.slack.state.app_id}
        return {"type": "hello", "num_connections": len(self.connections), "debug_info": debug, "connection_info": info}

    async def _listen(self, connection: Connection) -> None:
        async for message in connection.ws:
            if connection.silent:
                continue
            if message.type == WSMsgType.PING:
                await connection.ws.pong(message.data)
            elif message.type == WSMsgType.TEXT:
                self._acknowledged(connection, message.data)

    def _acknowledged(self, connection: Connection, raw: str) -> None:
        try:
            answer = json.loads(raw)
            envelope, payload = answer["envelope_id"], answer.get("payload")
        except (ValueError, KeyError, TypeError, AttributeError):
            self.slack.complain("the socket got something that is no acknowledgement")
            return
        waiting, parcel = connection.waiting.get(envelope), connection.parcels.get(envelope)
        if parcel is None:
            self.slack.complain("an envelope was acknowledged that never went through this socket")
        elif payload and not parcel.answerable:
            self.slack.complain(f"{parcel.kind}: an answer where Slack takes none")
        if waiting is not None and not waiting.done():
            waiting.set_result(payload)

    def _forget(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
        for waiting in connection.waiting.values():
            if not waiting.done():
                waiting.set_exception(ConnectionResetError())

    async def send(self, parcel: Parcel, ack: Ack, retry: int, reason: str) -> None:
        """One envelope through one of the sockets; fills in the answer."""
        if not self.connections:
            ack.reason = "connection_failed"
            return
        self._turn += 1
        connection = self.connections[self._turn % len(self.connections)]
        envelope = f"{self.slack.state.new_id('e')}-{self._turn:06d}".lower()
        message: Json = {
            "envelope_id": envelope, "type": parcel.how, "payload": parcel.payload,
            "accepts_response_payload": parcel.answerable,
        }  # fmt: skip
        if parcel.how == "events_api":
            message |= {"retry_attempt": retry, "retry_reason": reason}
        waiting = connection.waiting[envelope] = asyncio.get_running_loop().create_future()
        connection.parcels[envelope] = parcel
        try:
            if not connection.silent:
                await connection.ws.send_json(message)
            ack.body = await asyncio.wait_for(waiting, ACK_SECONDS)
            ack.status = 200
        except TimeoutError:
            ack.reason = "timeout"
        except ConnectionError:
            ack.reason = "connection_failed"
        finally:
            connection.waiting.pop(envelope, None)

    def drop(self) -> None:
        """Cuts every connection, without a goodbye."""
        for connection in list(self.connections):
            if connection.request.transport is not None:
                connection.request.transport.abort()

    def silence(self) -> None:
        """Every connection stays open, and dead: no pong, no envelope, no acknowledgement."""
        for connection in self.connections:
            connection.silent = True

    async def refresh(self, grace: float = 0.2) -> None:
        """Asks the app to reconnect, as Slack does now and then: a warning, later the request, then the end."""
        for connection in list(self.connections):
            await connection.ws.send_json(self._goodbye("warning"))
            self.slack.delivery.background(self._end(connection, grace))

    def _goodbye(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-1"}}

    async def _end(self, connection: Connection, grace: float) -> None:
        await asyncio.sleep(grace)
        if not connection.ws.closed:
            await connection.ws.send_json(self._goodbye("refresh_requested"))
            await connection.ws.close()

    async def close(self) -> None:
        for connection in list(self.connections):
            await connection.ws.close()
