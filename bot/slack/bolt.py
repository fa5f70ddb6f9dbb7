"""The Bolt app: one factory, all listeners, and an answer to everything that Slack sends."""

from __future__ import annotations

import logging
import re
import time
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltContext, AsyncBoltRequest, AsyncRespond
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.response import BoltResponse

from bot.metrics import REQUESTS
from bot.slack.gateway import Gateway
from bot.slack.listeners import (
    asking_human,
    campaigns,
    draft_modals,
    escalations,
    freeze,
    front,
    gaps,
    home,
    invitations,
    manuals,
    meeting,
    messages,
    nudges,
    people,
    policy,
    policy_buttons,
    review_buttons,
    roster,
    shortcuts,
)
from bot.slack.service import Service
from bot.store.models import Sighting

logger = logging.getLogger(__name__)
_ANYTHING = re.compile(".*")
_HOUR_S = 3600.0
_RESPONSE_URL = "response_url"


class SlackApp(AsyncApp):
    """An app that acknowledges what nobody listens to, and never lets an exception out."""

    service: Service
    refusing = False

    def refuse(self) -> None:
        """From now on Slack is asked to come again later: this process stops."""
        self.refusing = True

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        if self.refusing:
            return BoltResponse(status=503, body="")
        begun = time.perf_counter()
        self.service.requests += 1
        try:
            response = await super().async_dispatch(req)
        except Exception as error:  # a payload of a shape that Bolt itself doesn't know
            logger.error("a request could not be read: %s", type(error).__name__, exc_info=error)
            return BoltResponse(status=400, body="")
        finally:
            self.service.requests -= 1
        REQUESTS.labels(_kind(req.body)).observe(time.perf_counter() - begun)
        # Without a listener Bolt says 404, which Slack would send again and Socket Mode never acknowledges.
        return BoltResponse(status=200, body="") if response.status == 404 else response


class _Respond(AsyncRespond):
    """Answers by an interaction's response_url, at most once."""

    def __init__(self, gateway: Gateway, response_url: str | None) -> None:
        super().__init__(response_url=response_url)
        self._gateway = gateway

    async def __call__(self, text: str | dict[str, Any] = "", **fields: Any) -> None:  # type: ignore[override]
        if self.response_url:
            said = text if isinstance(text, dict) else {"text": text}
            given = {name: value for name, value in fields.items() if value is not None}
            await self._gateway.respond(self.response_url, {**said, **given})


def slack_app(service: Service) -> SlackApp:
    """The app with all listeners. An event is acknowledged only after its listener has kept it."""
    secret = service.settings.slack_signing_secret
    app = SlackApp(
        client=service.gateway.client,
        authorize=_authorizer(service),
        signing_secret=secret.get_secret_value() if secret else "unused-in-socket-mode",
        process_before_response=True,
        request_verification_enabled=service.settings.slack_app_token is None,
    )
    app.service = service
    seen: dict[str, float] = {}

    @app.middleware
    async def sighted(body: dict[str, Any], context: AsyncBoltContext, next_: Any) -> None:
        # Bolt's own client and respond forget which hosts need no proxy, and a lost answer would be a failed listener.
        context["client"] = service.gateway.client
        context["respond"] = _Respond(service.gateway, context.response_url)
        await _note(service, body, seen)
        await next_()

    # Bolt runs the first listener that fits: the Home tab stands before the other tabs.
    for listeners in (
        messages,
        home,
        meeting,
        review_buttons,
        draft_modals,
        shortcuts,
        asking_human,
        escalations,
        policy,
        policy_buttons,
        gaps,
        manuals,
        freeze,
        nudges,
        campaigns,
        people,
        roster,
        invitations,
        front,
    ):
        listeners.register(app, service)

    # What we subscribe to and don't need, and what isn't ours, is acknowledged all the same.
    @app.event(_ANYTHING)
    async def unheard() -> None: ...

    for kind in (app.action, app.shortcut, app.view, app.view_closed, app.options, app.command):

        @kind(_ANYTHING)
        async def unknown(ack: Any) -> None:
            await ack()

    @app.error
    async def failed(error: Exception, body: dict[str, Any], respond: Any) -> BoltResponse | None:
        logger.error("a listener failed: %s", type(error).__name__, exc_info=error)
        if body.get("type") in ("event_callback", "view_submission"):
            return None  # 500: Slack sends an event again, and keeps a modal open with what was typed
        if body.get(_RESPONSE_URL):
            user = str((body.get("user") or {}).get("id", ""))
            words = await service.words_for(user)
            await respond(text=words.say("failed"), response_type="ephemeral", replace_original=False)
        return BoltResponse(status=200, body="")

    return app


def _authorizer(service: Service) -> Any:
    """One workspace: who we are is known since the start, no request asks Slack again."""

    async def authorize(**_: Any) -> AuthorizeResult:
        gateway = service.gateway
        return AuthorizeResult(
            enterprise_id=None,
            team_id=gateway.team_id,
            bot_user_id=gateway.bot_user_id,
            bot_id=gateway.bot_id,
            bot_token=gateway.client.token,
        )

    return authorize


def _kind(body: dict[str, Any]) -> str:
    kind = str(body.get("type") or ("command" if "command" in body else "other"))
    known = (
        "event_callback",
        "block_actions",
        "view_submission",
        "view_closed",
        "shortcut",
        "message_action",
        "command",
    )
    return kind if kind in known else "other"


async def _note(service: Service, body: dict[str, Any], seen: dict[str, float]) -> None:
    """That a kind of event arrives, at most once an hour: `bonvent doctor` tells which ones never do."""
    event = body.get("event")
    if not isinstance(event, dict):
        return
    where = event.get("channel_type") if event.get("type") == "message" else None  # as subscriptions are called
    kind = ".".join(str(part) for part in (event.get("type"), where) if part)[:48]
    if time.monotonic() < seen.get(kind, 0.0) or len(seen) > 100:
        return
    seen[kind] = time.monotonic() + _HOUR_S
    async with service.database.begin() as session:
        row = await session.get(Sighting, kind)
        if row is None:
            session.add(Sighting(kind=kind, seen_at=service.clock.now()))
        else:
            row.seen_at = service.clock.now()
