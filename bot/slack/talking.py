"""The conversation in the thread of a draft: what its author wants there, and the answer to it."""

from __future__ import annotations

import json
from typing import Any

from bot.coach import talk
from bot.coach.models import Review
from bot.coach.wish import Wish, understand_reply
from bot.manual.models import Passage
from bot.slack.blocks import reply_post, sentence_post
from bot.slack.campaign_facts import facts_for
from bot.slack.reviewing import deliver_all, draft_of
from bot.slack.service import Service
from bot.store import drafts, messages
from bot.store.base import token
from bot.store.models import Draft, Message, StoredReview, Turn
from bot.work.engine import JobFailed, step


async def answer_wish(service: Service, message: Message, turn: Turn, row: Draft) -> str | None:
    """Answers what was said in a draft's thread. A new version of the draft is kept, and the draft's id given for its review."""
    async with service.database.read() as session:
        stored = await drafts.newest_review(session, row.id)
        said_before = await messages.earlier_turns(session, row.id, turn.created_at)
    review = Review.model_validate(stored.body) if stored else None
    wish = understand_reply(
        turn.text,
        row.text,
        service.coach.policy.networks,
        service.intents,
        review.findings if review else (),
    )
    if wish.kind == "new_version" or review is None or stored is None:
        return await _new_version(service, turn, row, wish)
    words = service.words(review.language)
    if wish.kind == "thanks":
        reply = talk.Reply(text=words.say("thanks"))
    else:
        reply = await _reply(service, wish, turn, row, review, said_before)
    await _keep(service, message, turn, row, stored, reply)
    return None


async def _reply(
    service: Service, wish: Wish, turn: Turn, row: Draft, review: Review, said_before: list[Turn]
) -> talk.Reply:
    if wish.kind in ("shorter", "warmer") or (wish.kind == "network" and wish.network):
        return await _reworked(service, wish.kind, row, review, wish.network)
    coach = service.coach
    draft = draft_of(service, row, (await service.gateway.member(row.user_id)).author)
    earlier = [talk.Turn("author" if said.role == "author" else "bonvent", said.text) for said in said_before]
    return await talk.follow_up(
        turn.text,
        draft,
        review,
        earlier,
        coach.policy,
        coach.manual,
        coach.model,
        coach.prompts,
        await _facts(service, row),
    )


async def _reworked(service: Service, wish: str, row: Draft, review: Review, network: str | None) -> talk.Reply:
    """Another version of a draft; `wish` is one of three, by what was understood or by the button that was pressed."""
    coach = service.coach
    draft = draft_of(service, row, (await service.gateway.member(row.user_id)).author)
    return await talk.rework(
        wish,  # type: ignore[arg-type]
        draft,
        review,
        coach.policy,
        coach.manual,
        coach.model,
        coach.prompts,
        network,
        await _facts(service, row),
    )


async def _facts(service: Service, row: Draft) -> list[Passage]:
    """The facts of the draft's campaign."""
    async with service.database.read() as session:
        return await facts_for(session, row, service.clock.now())


async def _new_version(service: Service, turn: Turn, row: Draft, wish: Wish) -> str | None:
    async with service.database.begin() as session:
        current = await session.get(Draft, row.id, with_for_update=True)
        if current is None:
            return None
        fields: dict[str, Any] = {"text": (wish.text or turn.text).strip(), "network": wish.network or current.network}
        if turn.pictures:
            fields["pictures"] = turn.pictures
        await drafts.change(session, current, **fields)
        kept = await session.get(Turn, turn.id)
        if kept is not None:
            await session.delete(kept)
    return row.id


async def _keep(
    service: Service, message: Message | None, turn: Turn | None, row: Draft, stored: StoredReview, reply: talk.Reply
) -> None:
    review = Review.model_validate(stored.body)
    now = service.clock.now()
    async with service.database.begin() as session:
        if await session.get(Draft, row.id) is None:
            return
        if turn is not None:
            own = await session.get(Turn, turn.id)
            if own is not None:
                own.draft_id = row.id
        said = "\n\n".join(part for part in (reply.text, reply.rewrite) if part)
        if said:
            session.add(messages.new_turn(row.id, "bonvent", said, now))
        work = f"reply:{message.key}@{message.edited_ts}" if message else f"rework:{stored.id}:{token()}"
        post = reply_post(reply, review_id=stored.id, words=service.words(review.language))
        await service.put_in_thread(session, work, post, row, message.key if message else None)


async def rework_job(service: Service, key: str) -> None:
    """The job `rework`, for buttons: the key is a JSON list of review, wish and network. Ids only."""
    review_id, wish, network = json.loads(key)
    try:
        draft_id = await step("rework", _rework, service, review_id, wish, network)
    except JobFailed:
        draft_id = await step("apologise", _apologise, service, review_id, key)
    if draft_id is not None:
        await step("deliver", deliver_all, service, draft_id)


async def _rework(service: Service, review_id: str, wish: str, network: str | None) -> str | None:
    async with service.database.read() as session:
        found = await drafts.review_of(session, review_id)
    if found is None:
        return None
    stored, row = found
    reply = await _reworked(service, wish, row, Review.model_validate(stored.body), network)
    await _keep(service, None, None, row, stored, reply)
    return row.id


async def _apologise(service: Service, review_id: str, work: str) -> str | None:
    async with service.database.begin() as session:
        found = await drafts.review_of(session, review_id)
        if found is None:
            return None
        stored, row = found
        words = service.words(Review.model_validate(stored.body).language)
        await service.put_in_thread(session, f"fallback:{work}", sentence_post(words.say("failed")), row)
    return row.id
