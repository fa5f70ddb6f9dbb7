"""Messages in the direct message with Bonvent: new ones, edits, deletions. Kept and queued before Slack gets its 200."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.metrics import WAITING
from bot.slack.aside import aside
from bot.slack.blocks import sentence_post
from bot.slack.escalating import withdraw_for_draft
from bot.slack.files import MOST_KB, download_text
from bot.slack.inbound import (
    deleted,
    edited,
    is_for_us,
    mentions_of,
    other_files_of,
    pictures_of,
    text_files_of,
    text_of,
)
from bot.slack.keys import Key
from bot.slack.listeners.meeting import welcome
from bot.slack.policy_messages import answer_at_once, will_be_answered, withdraw_answer
from bot.slack.reviewing import withdraw
from bot.slack.service import Service
from bot.store import drafts, messages
from bot.store.messages import Arrival
from bot.store.models import Message

_PATIENCE_S = 10.0
_LOOK_S = 0.5


def register(app: AsyncApp, service: Service) -> None:
    @app.event("message")
    async def message(event: dict[str, Any]) -> None:
        if event.get("channel_type") != "im":
            return
        if gone := deleted(event):
            await _deleted(service, gone.channel, gone.ts)
        elif edit := edited(event):
            await _arrived(service, {**edit.message, "channel": edit.channel, "ts": edit.ts}, edit.edited_ts)
        elif is_for_us(event):
            await _arrived(service, event, "")


async def _arrived(service: Service, event: Mapping[str, Any], edited_ts: str) -> None:
    user_id, channel_id, ts = str(event["user"]), str(event["channel"]), str(event["ts"])
    thread_ts = str(event.get("thread_ts") or ts)
    if not edited_ts and await _too_many(service, user_id, channel_id, ts, thread_ts):
        return
    text, trouble = await _words(service, event)
    arrival = Arrival(
        team_id=service.team_id,
        channel_id=channel_id,
        user_id=user_id,
        ts=ts,
        thread_ts=thread_ts,
        text=text,
        pictures=pictures_of(event),
        edited_ts=edited_ts,
    )
    deliveries = await answer_at_once(service, arrival)
    if deliveries is None:
        deliveries = []
        async with service.database.begin() as session:
            fresh = await messages.receive(session, arrival, service.clock.now())
            if fresh and edited_ts:
                # What was said to a follow-up before its edit goes; an old review becomes a line of its own.
                deliveries = await withdraw(service, session, message_key=arrival.key, about=None)
                deliveries += await withdraw_answer(service, session, arrival.key)
        if not fresh:
            return
        await service.engine.enqueue("answer", f"{arrival.key}@{edited_ts}")
    elif not deliveries:
        return
    await service.deliver_soon(deliveries)
    aside(_courtesies(service, arrival, trouble))


async def _words(service: Service, event: Mapping[str, Any]) -> tuple[str, Key | None]:
    """What the message says, with its attached texts; and a sentence on what could not be read."""
    pieces = [text_of(event, await service.names_of(mentions_of(event)))]
    trouble: Key | None = None
    if other_files_of(event):
        trouble = "manuals_for_managers" if service.is_manager(str(event["user"])) else "file_not_text"
    for file in text_files_of(event):
        fetched = await download_text(service, file)
        pieces.append(fetched.text)
        trouble = fetched.trouble or trouble
    return "\n\n".join(piece for piece in pieces if piece.strip()), trouble


async def _too_many(service: Service, user_id: str, channel_id: str, ts: str, thread_ts: str) -> bool:
    now = service.clock.now()
    async with service.database.read() as session:
        if await session.get(Message, f"{service.team_id}:{channel_id}:{ts}") is not None:
            return False
        count = await messages.count_since(session, service.team_id, user_id, now - timedelta(hours=1))
    if count < service.settings.drafts_per_hour:
        return False
    words = await service.words_for(user_id)
    await service.send(
        f"limit:{channel_id}:{ts}",
        sentence_post(words.say("over_limit", limit=service.settings.drafts_per_hour)),
        user_id=user_id,
        channel_id=channel_id,
        thread_ts=thread_ts,
    )
    return True


async def _deleted(service: Service, channel_id: str, ts: str) -> None:
    async with service.database.begin() as session:
        draft = await drafts.from_origin(session, f"{service.team_id}:{channel_id}:{ts}")
        message = await messages.receive_deletion(session, service.team_id, channel_id, ts, service.clock.now())
        removals = await withdraw(service, session, message_key=message.key) if message else []
        removals += await withdraw_answer(service, session, message.key) if message else []
        if message is not None and draft is not None:
            removals += await withdraw_for_draft(service, session, draft.id)
    if message is not None:
        await service.database.wipe_traces()
    await service.deliver_soon(removals)


async def _courtesies(service: Service, arrival: Arrival, trouble: Key | None) -> None:
    """What is nice to have and may be lost: the status line, a word on the wait, the first greeting."""
    WAITING.inc()
    try:
        await service.calm()
        words = await service.words_for(arrival.user_id)
        asks = await will_be_answered(service, arrival)
        status, lines = (words.say("policy_status"), None) if asks else (words.say("reading_status"), words.loading())
        await service.gateway.status(arrival.channel_id, arrival.thread_ts, status, lines)
        await welcome(service, arrival.user_id, arrival.channel_id)
        answered = await _answered(service, arrival.key, _PATIENCE_S)
        # The line goes with a post in the thread, but this one may have been set after it.
        status = "" if answered else words.say("waiting")
        await service.gateway.status(arrival.channel_id, arrival.thread_ts, status)
        if trouble is not None:
            # In a thread without a reply nobody would see it.
            thread_ts = arrival.thread_ts if answered else None
            await service.gateway.whisper(
                arrival.channel_id, arrival.user_id, words.say(trouble, most=MOST_KB), thread_ts
            )
    finally:
        WAITING.dec()


async def _answered(service: Service, message_key: str, patience_s: float) -> bool:
    for _ in range(int(patience_s / _LOOK_S)):
        await asyncio.sleep(_LOOK_S)
        async with service.database.read() as session:
            message = await session.get(Message, message_key)
        if message is None or message.state != "received":
            return True
    return False
