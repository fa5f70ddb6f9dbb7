"""Answers `POST /api/{method}`: token, faults, scope, the method itself, and a record of it all."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.e2e.slack import methods_app, methods_chat, methods_conversations, methods_files, methods_views
from tests.e2e.slack.calls import METHODS, ApiError, Args, Call, Method, require

if TYPE_CHECKING:
    from tests.e2e.slack.server import Slack

Json = dict[str, Any]
ROOMS = (methods_app, methods_chat, methods_conversations, methods_files, methods_views)
"""Imported so that they declare their methods."""


async def serve(slack: Slack, request: web.Request) -> web.StreamResponse:
    """One call over HTTP."""
    name = request.match_info["method"]
    args = await _arguments(request)
    fault = slack.faults.pick(name, args)
    if fault and fault.seconds:
        await asyncio.sleep(fault.seconds)
    if fault and fault.lose:
        return _hang_up(request)
    if fault and fault.status:
        return _broken(slack, name, args, fault.status, fault.retry_after)
    answer = {"ok": False, "error": fault.error} if fault and fault.error else await _answer(slack, name, request, args)
    recorded = {key: value for key, value in args.items() if key != "token"}
    dropped = bool(fault and fault.drop)
    slack.calls.append(Call(name, recorded, slack.state.now(), answer, dropped=dropped))
    if dropped:
        return _hang_up(request)
    headers = {"x-oauth-scopes": ",".join(sorted(slack.scopes)), "x-slack-req-id": slack.state.new_id("R")}
    return web.json_response(answer, headers=headers)


async def _answer(slack: Slack, name: str, request: web.Request, args: Args) -> Json:
    declared = METHODS.get(name)
    if declared is None:
        slack.complain(f"{name}: the stand-in doesn't know this method")
        return {"ok": False, "error": "unknown_method", "req_method": name}
    try:
        _authorize(slack, declared, request, args)
        require(slack, *declared.scopes)
        for unknown in sorted(set(args) - declared.takes):
            slack.complain(f"{name}: takes no argument {unknown}")
        return {"ok": True, **await declared.handler(slack, args)}
    except ApiError as error:
        return {"ok": False, "error": error.code, **error.more}


def _authorize(slack: Slack, declared: Method, request: web.Request, args: Args) -> None:
    header = request.headers.get("Authorization", "")
    token = header.removeprefix("Bearer ") if header.startswith("Bearer ") else args.text("token")
    if not token:
        raise ApiError("not_authed")
    if token in slack.revoked:
        raise ApiError("token_revoked")
    tokens = {"bot": slack.bot_token, "app": slack.app_token, "config": slack.config_token}
    if token not in tokens.values():
        raise ApiError("invalid_auth")
    if token != tokens[declared.token]:
        raise ApiError("not_allowed_token_type")


async def _arguments(request: web.Request) -> Args:
    """Slack takes arguments from the query, a form or JSON."""
    args = Args(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError:
            body = None
        args.update(body if isinstance(body, dict) else {})
    elif request.can_read_body:
        args.update(await request.post())
    return args


def _broken(slack: Slack, name: str, args: Args, status: int, retry_after: int | None) -> web.Response:
    answer = {"ok": False, "error": "ratelimited" if status == 429 else "internal_error"}
    slack.calls.append(Call(name, dict(args), slack.state.now(), answer, status))
    if status == 429:
        return web.json_response(answer, status=429, headers={"Retry-After": str(retry_after or 1)})
    return web.Response(text="<html><body>Server Error</body></html>", status=status, content_type="text/html")


def _hang_up(request: web.Request) -> web.Response:
    """The connection breaks; the caller can't know whether it was heard."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
