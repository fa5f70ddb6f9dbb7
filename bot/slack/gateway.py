"""Every call to Slack's Web API: posting, pacing, looking things up. One client for the workspace."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.member import Member, member_of
from bot.store.models import Outgoing

logger = logging.getLogger(__name__)
TIMEOUT_S = 8
"""Of one call. A post that didn't answer is looked for only after that, so that it can't still be on its way."""
_PACE_S = 1.05
"""Between two posts in one channel: Slack's limit is about one a second …"""
_BURST = 3
"""… and short bursts are let through."""
_REMEMBERED_S = 3600.0
_INSIDE_S = 300.0
"""How long we remember who is in a channel."""
EVENT_TYPE = "bonvent_post"
_PASSING = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited", "rate_limited"}
)
_NOBODY = frozenset({"user_not_found", "users_not_found", "user_not_visible"})
FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError)
"""What a call to Slack raises when Slack refuses it, isn't there, or says something that can't be read."""


@dataclass(frozen=True)
class Posted:
    """What became of a call: `ts` when it stands; else whether it was refused for good, or nobody knows."""

    ts: str | None = None
    refused: str | None = None


class Gateway:
    """Talks to one workspace."""

    def __init__(self, client: AsyncWebClient, team_id: str = "", bot_user_id: str = "") -> None:
        self.client = client
        self.team_id = team_id
        self.bot_user_id = bot_user_id
        self.bot_id = ""
        self._members: dict[str, tuple[float, Member]] = {}
        self._inside: dict[str, tuple[float, frozenset[str]]] = {}
        self._direct: dict[str, str] = {}
        self._next: dict[str, float] = {}

    async def introduce(self) -> None:
        """Learns who we are. Raises `SlackApiError`."""
        answer = await self.client.auth_test()
        self.team_id, self.bot_user_id, self.bot_id = answer["team_id"], answer["user_id"], answer.get("bot_id", "")

    async def member(self, user_id: str) -> Member:
        """Somebody, remembered for an hour. What can't be looked up is somebody without a name."""
        known = self._members.get(user_id)
        if known and known[0] > time.monotonic():
            return known[1]
        try:
            user = (await self.client.users_info(user=user_id, include_locale=True))["user"]
        except FAILURES as error:
            logger.warning("a member could not be looked up: %s", _kind(error))
            nobody = isinstance(error, SlackApiError) and _code(error) in _NOBODY
            return Member(user_id, "", deactivated=nobody)
        member = member_of({**user, "id": user_id}, self.team_id)
        self._members[user_id] = (time.monotonic() + _REMEMBERED_S, member)
        return member

    def changed(self, user_id: str) -> None:
        """Somebody is another than we remember: they are looked up anew."""
        self._members.pop(user_id, None)

    async def post(self, row: Outgoing) -> Posted:
        """Posts a row of the outbox, with its id as the key by which it is found again."""
        await self._pace(row.channel_id)
        payload = row.payload or {}
        return await self._try(
            self.client.chat_postMessage(
                channel=row.channel_id,
                thread_ts=row.thread_ts,
                text=payload.get("text", ""),
                blocks=payload.get("blocks") or None,
                metadata={"event_type": EVENT_TYPE, "event_payload": {"key": row.id}},
                unfurl_links=False,
                unfurl_media=False,
            )
        )

    async def update(self, row: Outgoing) -> Posted:
        """Changes a message of ours; the same twice does no harm."""
        payload = row.payload or {}
        return await self._try(
            self.client.chat_update(
                channel=row.channel_id,
                ts=row.target_ts or "",
                text=payload.get("text", ""),
                blocks=payload.get("blocks") or [],
            )
        )

    async def delete(self, row: Outgoing) -> Posted:
        """Removes a message of ours; one that is gone counts as removed."""
        posted = await self._try(self.client.chat_delete(channel=row.channel_id, ts=row.target_ts or ""))
        return Posted(ts=row.target_ts) if posted.refused == "message_not_found" else posted

    async def find(self, row: Outgoing) -> str | Literal[False] | None:
        """The time stamp of a post that an earlier attempt may have left in Slack; None: it isn't there; False: can't tell."""
        # A minute of slack: Slack's clock and ours needn't agree.
        oldest = str((row.attempted_at or row.created_at).timestamp() - 3600)
        cursor = ""
        try:
            while True:
                page: dict[str, Any] = {"channel": row.channel_id, "include_all_metadata": True, "limit": 200}
                page |= {"oldest": oldest} if not row.thread_ts else {}
                page |= {"cursor": cursor} if cursor else {}
                if row.thread_ts:
                    answer = await self.client.conversations_replies(ts=row.thread_ts, **page)
                else:
                    answer = await self.client.conversations_history(**page)
                for message in answer.get("messages") or ():
                    metadata = message.get("metadata") or {}
                    if (metadata.get("event_payload") or {}).get("key") == row.id:
                        return str(message["ts"])
                cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
                if not cursor:
                    return None
        except SlackApiError as error:
            return None if _code(error) in ("thread_not_found", "channel_not_found") else False
        except FAILURES:
            return False

    async def status(self, channel_id: str, thread_ts: str, text: str, loading: list[str] | None = None) -> None:
        """The line that is shown while Bonvent reads. A courtesy: what fails is let go."""
        try:
            await self.client.assistant_threads_setStatus(
                channel_id=channel_id, thread_ts=thread_ts, status=text, loading_messages=loading
            )
        except FAILURES as error:
            logger.debug("no status: %s", _kind(error))

    async def suggest(self, channel_id: str, title: str, prompts: list[dict[str, str]]) -> None:
        """Prompts to begin with. A courtesy, too."""
        try:
            await self.client.assistant_threads_setSuggestedPrompts(channel_id=channel_id, title=title, prompts=prompts)
        except FAILURES as error:
            logger.debug("no suggested prompts: %s", _kind(error))

    async def whisper(
        self,
        channel_id: str,
        user_id: str,
        text: str,
        thread_ts: str | None = None,
        blocks: list[dict[str, Any]] | None = None,
    ) -> None:
        """Something that only one person sees; at most once."""
        try:
            await self.client.chat_postEphemeral(
                channel=channel_id, user=user_id, text=text, thread_ts=thread_ts, blocks=blocks
            )
        except FAILURES as error:
            logger.warning("an ephemeral answer was lost: %s", _kind(error))

    async def respond(self, response_url: str, payload: dict[str, Any]) -> bool:
        """Answers an interaction; at most once. Whether Slack said that it took it."""
        assert self.client.session is not None
        try:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
            async with self.client.session.post(response_url, json=payload, timeout=timeout) as answer:
                if answer.status != 200:
                    logger.warning("an answer to a button was refused: HTTP %s", answer.status)
                return answer.status == 200
        except FAILURES as error:
            logger.warning("an answer to a button was lost: %s", _kind(error))
            return False

    async def direct_channel(self, user_id: str) -> str:
        """The direct message with somebody, which never changes. Raises `SlackApiError`, `aiohttp.ClientError`."""
        if user_id not in self._direct:
            answer = await self.client.conversations_open(users=user_id)
            self._direct[user_id] = str(answer["channel"]["id"])
        return self._direct[user_id]

    async def inside(self, channel_id: str) -> frozenset[str]:
        """Who is in a channel, remembered for some minutes. Raises one of `FAILURES`."""
        known = self._inside.get(channel_id)
        if known and known[0] > time.monotonic():
            return known[1]
        found: set[str] = set()
        cursor: str | None = None
        while True:
            answer = await self.client.conversations_members(channel=channel_id, limit=1000, cursor=cursor)
            found.update(answer.get("members") or ())
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                break
        self._inside[channel_id] = (time.monotonic() + _INSIDE_S, frozenset(found))
        return self._inside[channel_id][1]

    async def _pace(self, channel_id: str) -> None:
        now = time.monotonic()
        due = max(now, self._next.get(channel_id, 0.0))
        self._next[channel_id] = due + _PACE_S
        if len(self._next) > 10_000:
            self._next = {channel: at for channel, at in self._next.items() if at > now}
        wait = due - now - (_BURST - 1) * _PACE_S
        if wait > 0:
            await asyncio.sleep(wait)

    async def _try(self, call: Any) -> Posted:
        try:
            answer = await call
            return Posted(ts=str(answer.get("ts") or ""))
        except SlackApiError as error:
            code = _code(error)
            if code in _PASSING or getattr(error.response, "status_code", 200) >= 500:
                return Posted()
            return Posted(refused=code)
        except FAILURES as error:
            logger.warning("Slack did not answer: %s", _kind(error))
            return Posted()


def connect(token: str, api_url: str, session: aiohttp.ClientSession | None) -> AsyncWebClient:
    """A client that obeys 429 and, against the SDK's habit, never posts again by itself when a connection drops."""
    client = AsyncWebClient(
        token=token,
        base_url=api_url if api_url.endswith("/") else f"{api_url}/",
        timeout=TIMEOUT_S,
        session=session,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=5)],
    )
    client.proxy = _proxy_for(api_url)
    return client


def _proxy_for(url: str) -> str | None:
    """The environment's proxy, which the SDK would take even for hosts that NO_PROXY names."""
    parts = urlsplit(url)
    return None if proxy_bypass(parts.hostname or "") else getproxies().get(parts.scheme)


def _code(error: SlackApiError) -> str:
    response = error.response
    return str(response.get("error", "")) if hasattr(response, "get") else ""


def _kind(error: Exception) -> str:
    return (
        f"{type(error).__name__} {_code(error)}".strip() if isinstance(error, SlackApiError) else type(error).__name__
    )
