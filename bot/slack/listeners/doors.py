"""What every entry with a modal begins and ends with: is this person served, and how does the modal, or a refusal, reach them."""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from slack_bolt.async_app import AsyncAck, AsyncRespond

from bot.slack.gateway import FAILURES
from bot.slack.inputs import View
from bot.slack.keys import Key
from bot.slack.listeners.body import Body, carried, user_of
from bot.slack.listeners.owner import whisper
from bot.slack.modals import notice_view
from bot.slack.service import Service
from bot.store import drafts
from bot.store.models import Draft, Question, StoredReview

logger = logging.getLogger(__name__)


async def served(service: Service, body: Body, respond: AsyncRespond) -> bool:
    """Whether this person is served; where not, they are told."""
    refusal = await _refusal(service, body)
    if refusal is not None:
        await tell(service, body, respond, refusal, company=service.company)
    return refusal is None


async def served_in_modal(service: Service, body: Body, ack: AsyncAck) -> bool:
    """Whether this person is served; where not, the modal that they sent says so."""
    refusal = await _refusal(service, body)
    if refusal is not None:
        words = await service.words_for(user_of(body))
        notice = notice_view(words.say(refusal, company=service.company), words)
        await ack(response_action="update", view=notice)
    return refusal is None


async def manages(service: Service, body: Body, respond: AsyncRespond, whose: Key) -> bool:
    """Whether this person is a community manager; where not, the sentence `whose` tells them."""
    manager = service.is_manager(user_of(body))
    if not manager:
        await tell(service, body, respond, whose)
    return manager


async def manages_in_modal(service: Service, body: Body, ack: AsyncAck, whose: Key) -> bool:
    """Whether this person is a community manager; where not, the modal that they sent says `whose` it is."""
    manager = service.is_manager(user_of(body))
    if not manager:
        words = await service.words_for(user_of(body))
        await ack(response_action="update", view=notice_view(words.say(whose), words))
    return manager


async def _refusal(service: Service, body: Body) -> Key | None:
    return service.refusal(await service.gateway.member(user_of(body)))


async def tell(service: Service, body: Body, respond: AsyncRespond, key: Key, **values: object) -> None:
    """A sentence for this person alone: beside what they pressed, or as a modal where nothing stands there."""
    if getattr(respond, "response_url", None):
        return await whisper(service, body, respond, key, **values)
    words = await service.words_for(user_of(body))
    await _open(service, body, notice_view(words.say(key, **values), words))
    return None


async def show(service: Service, body: Body, respond: AsyncRespond, view: View) -> None:
    """Opens a modal; where Slack doesn't, a sentence asks to press again."""
    if not await _open(service, body, view) and getattr(respond, "response_url", None):
        await whisper(service, body, respond, "failed")


async def _open(service: Service, body: Body, view: View) -> bool:
    try:
        await service.gateway.client.views_open(trigger_id=str(body.get("trigger_id", "")), view=view)
    except FAILURES as error:
        logger.warning("a modal did not open: %s", type(error).__name__)
        return False
    return True


async def refuse_fields(service: Service, body: Body, ack: AsyncAck, errors: dict[str, Key]) -> bool:
    """Says beside each field what is wrong with it. Whether there was anything to say."""
    if errors:
        words = await service.words_for(user_of(body))
        await ack(response_action="errors", errors={field: words.say(key) for field, key in errors.items()})
    return bool(errors)


async def carried_review(service: Service, body: Body) -> tuple[StoredReview, Draft] | None:
    """The review that a modal was opened for, if it is this person's; its id stands before the dot."""
    id_ = carried(body).partition(".")[0]
    async with service.database.read() as session:
        found = await drafts.review_of(session, id_)
    if found is None or (found[1].team_id, found[1].user_id) != (service.team_id, user_of(body)):
        return None
    return found


async def carried_question(service: Service, body: Body) -> Question | None:
    """The question about policy that a modal was opened for, if it is this person's."""
    async with service.database.read() as session:
        row = await session.get(Question, carried(body))
    return row if row is not None and (row.team_id, row.user_id) == (service.team_id, user_of(body)) else None


async def acknowledge(service: Service, ack: AsyncAck, work: Awaitable[str | None], body: Body) -> None:
    """Closes the modal once its work is kept; else says why it isn't, and leaves what was written in its field."""
    try:
        sentence = await work
    except Exception as error:  # else the modal would close as if all were well
        logger.error("a submission failed: %s", type(error).__name__, exc_info=error)
        member = await service.gateway.member(user_of(body))
        sentence = service.words(member.language).say("failed")
    if sentence is None:
        await ack()
    else:
        await ack(response_action="errors", errors={first_field(body): sentence})


def first_field(body: Body) -> str:
    """The id of the modal's first input."""
    return next(str(block["block_id"]) for block in body["view"]["blocks"] if block.get("type") == "input")
