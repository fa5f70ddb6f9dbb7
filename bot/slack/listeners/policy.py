"""Questions about policy from outside of the direct message: the command `/policy`, and Bonvent's name in a channel."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.coach.intent import short_message
from bot.slack import policy_asking
from bot.slack.aside import aside
from bot.slack.blocks import sentence_post
from bot.slack.inbound import is_for_us, mentions_of, text_without_call
from bot.slack.markup import unescape
from bot.slack.policy_asking import Asked
from bot.slack.policy_command import COMMAND, read_command
from bot.slack.policy_listing import listed
from bot.slack.post import Post
from bot.slack.service import Service
from bot.store import messages, questions
from bot.store.base import token

logger = logging.getLogger(__name__)
_SOON_S = 2.0  # longer than that, and a line says that the manual is being read
Say = Callable[[Post], Awaitable[None]]


def register(app: AsyncApp, service: Service) -> None:
    @app.command(COMMAND)
    async def policy(ack: AsyncAck, body: dict[str, Any], respond: AsyncRespond) -> None:
        await ack()
        aside(_command(service, body, respond))

    @app.event("app_mention")
    async def mentioned(event: dict[str, Any]) -> None:
        channel_id, ts, user_id = str(event.get("channel", "")), str(event.get("ts", "")), str(event.get("user", ""))
        if not is_for_us(event) or channel_id.startswith("D") or not (channel_id and ts):
            return
        origin = f"mention:{service.team_id}:{channel_id}:{ts}"
        async with service.database.begin() as session:
            if not await questions.arrive(session, origin, service.team_id, user_id, service.clock.now()):
                return
        aside(_mention(service, event, origin))


async def _command(service: Service, body: Mapping[str, Any], respond: AsyncRespond) -> None:
    user_id, channel_id = str(body.get("user_id", "")), str(body.get("channel_id", ""))

    async def say(post: Post) -> None:
        # Slack puts it in the place of what was said before where it can, and below it elsewhere.
        await respond(text=post.text, blocks=post.blocks, response_type="ephemeral", replace_original=True)

    await service.calm()
    if await _refused(service, user_id, say):
        return
    wish = read_command(unescape(str(body.get("text", "")), emoji=True))
    words = await service.words_for(user_id)
    words = words.within(wish.language) if wish.language in words.languages else words
    shown = await asyncio.to_thread(listed, service.coach, wish, words, service.numbers)
    for post in shown or ():
        await respond(text=post.text, blocks=post.blocks, response_type="ephemeral", replace_original=False)
    if shown is None:
        origin, where = f"command:{token()}", {"channel_id": channel_id, "can_share": not channel_id.startswith("D")}
        async with service.database.begin() as session:
            await questions.arrive(session, origin, service.team_id, user_id, service.clock.now())
        async with _settled(service, origin):
            await _ask(service, user_id, origin, wish.whole, say, **where)


async def _mention(service: Service, event: Mapping[str, Any], origin: str) -> None:
    user_id, channel_id = str(event["user"]), str(event["channel"])
    thread_ts = str(event.get("thread_ts") or "") or None

    async def say(post: Post) -> None:
        await service.gateway.whisper(channel_id, user_id, post.text, thread_ts, post.blocks)

    async with _settled(service, origin):
        await service.calm()
        if await _refused(service, user_id, say):
            return
        text = await _without_us(service, event)
        if policy_asking.asks(policy_asking.meaning_of(service, text)):
            await _ask(service, user_id, origin, text, say, channel_id=channel_id, thread_ts=thread_ts, can_share=True)
        else:
            words = await service.words_for(user_id)
            await say(sentence_post(words.say("policy_mention")))


async def _ask(service: Service, user_id: str, origin: str, text: str, say: Say, **where: Any) -> None:
    """Answers a question; where that takes longer, says so first. Ends in a sentence, whatever happens."""
    words = await service.words_for(user_id)
    if await _too_many(service, user_id):
        return await say(sentence_post(words.say("policy_over_limit", limit=service.settings.drafts_per_hour)))
    meaning = policy_asking.meaning_of(service, text)
    language = await policy_asking.language_for(service, meaning, user_id)
    asked = Asked(user_id=user_id, origin=origin, text=text, language=language, **where)
    work = asyncio.create_task(policy_asking.answered(service, asked))
    try:
        done, _ = await asyncio.wait({work}, timeout=_SOON_S)
        if not done:
            await say(sentence_post(service.words(language).say("policy_reading")))
        return await say(await work)
    except Exception as error:
        logger.error("a question could not be answered: %s", type(error).__name__, exc_info=error)
        return await say(sentence_post(words.say("failed")))


@asynccontextmanager
async def _settled(service: Service, origin: str) -> AsyncIterator[None]:
    """Notes afterwards that somebody was answered, whatever with: Slack bringing it again changes nothing then."""
    try:
        yield
    finally:
        async with service.database.begin() as session:
            await messages.settle(session, origin, "", service.clock.now())


async def _refused(service: Service, user_id: str, say: Say) -> bool:
    """Whether this person isn't served; they are told."""
    member = await service.gateway.member(user_id)
    refusal = service.refusal(member)
    if refusal is not None:
        words = service.words(member.language)
        await say(sentence_post(words.say(refusal, company=service.company)))
    return refusal is not None


async def _too_many(service: Service, user_id: str) -> bool:
    since = service.clock.now() - timedelta(hours=1)
    async with service.database.read() as session:
        count = await messages.count_since(session, service.team_id, user_id, since)
    return count > service.settings.drafts_per_hour  # this one is counted, too


async def _without_us(service: Service, event: Mapping[str, Any]) -> str:
    """What the message says, without Bonvent's own name."""
    us = service.gateway.bot_user_id
    names = await service.names_of(id_ for id_ in mentions_of(event) if id_ != us)
    return text_without_call(event, us, names, lambda said: bool(short_message(said, service.intents)))
