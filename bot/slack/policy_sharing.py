"""Sharing an answer in the channel that it was asked in: what may be, how it gets there, and only once."""

from __future__ import annotations

import logging

from slack_sdk.errors import SlackApiError

from bot.coach.policy_answer import PolicyAnswer
from bot.slack.asking import AnsweredQuestion
from bot.slack.delivery import deliver
from bot.slack.gateway import FAILURES
from bot.slack.keys import Key
from bot.slack.policy_blocks import ANSWERS, shared_post
from bot.slack.post import Post
from bot.slack.service import Service
from bot.slack.sharing import for_channel
from bot.store import questions
from bot.store.models import Outgoing, Question

logger = logging.getLogger(__name__)


def may_be_shared(row: Question) -> bool:
    """Whether the answer stands in a channel, and is one that others may read."""
    answer = PolicyAnswer.model_validate(row.body)
    return answer.stance in ANSWERS and not answer.private and not row.channel_id.startswith("D")


async def share(service: Service, row: Question, response_url: str, thread_ts: str | None) -> Key | None:
    """Posts question and answer where they were asked, in the asker's name, once; what to tell the asker if it doesn't.

    Where Bonvent isn't in the channel the button's own `response_url` reaches it all the same. `thread_ts` is the thread
    in which the asker was shown the answer.
    """
    member = await service.gateway.member(row.user_id)
    if not member.name:
        return "share_failed"
    answer = PolicyAnswer.model_validate(row.body)
    question, answer = for_channel(AnsweredQuestion(row).draft(member.author), answer, service.coach.policy)
    words = service.words(answer.language)
    post = shared_post(question, answer, words, asker=member.name, numbers=service.numbers)
    inside = await _is_inside(service, row.channel_id)
    async with service.database.begin() as session:
        if not await questions.share(session, row.id, service.clock.now()):
            return "share_already"
        id_ = (
            await service.put(
                session,
                f"share:{row.id}",
                post,
                user_id=row.user_id,
                channel_id=row.channel_id,
                thread_ts=thread_ts,
                about=f"shared:{row.id}",
            )
            if inside
            else None
        )
    if (id_ is not None and await _delivered(service, id_)) or await _responded(service, post, response_url, thread_ts):
        return None
    async with service.database.begin() as session:
        await questions.not_shared(session, row.id)
    return "share_failed"


async def _delivered(service: Service, id_: str) -> bool:
    """Brings it to Slack, or leaves it to the next sweep; False: Slack refused it for good."""
    await deliver(service, id_)
    async with service.database.begin() as session:
        stands = await session.get(Outgoing, id_)
        if stands is None or stands.settled_at is None or stands.posted_ts is not None:
            return True
        await session.delete(stands)  # so that it can be put in again
    return False


async def _responded(service: Service, post: Post, response_url: str, thread_ts: str | None) -> bool:
    if not response_url:
        return False
    how = {"response_type": "in_channel", "replace_original": False}
    thread = {"thread_ts": thread_ts} if thread_ts else {}
    return await service.gateway.respond(response_url, post.payload | how | thread)


async def _is_inside(service: Service, channel_id: str) -> bool:
    try:
        answer = await service.gateway.client.conversations_info(channel=channel_id)
    except SlackApiError:  # a private channel that Bonvent isn't in doesn't exist for it
        return False
    except FAILURES as error:
        logger.warning("a channel could not be looked up: %s", type(error).__name__)
        return True  # then posting tells
    return bool((answer.get("channel") or {}).get("is_member"))
