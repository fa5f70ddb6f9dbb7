"""Buttons on a review that need no modal. Each works for the draft's author alone."""

from __future__ import annotations

import json

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.coach.models import Review
from bot.slack import actions, front_steps, nudge_answers
from bot.slack.begun import conversation_of
from bot.slack.listeners.body import Body, action_of, pressed, selected
from bot.slack.listeners.owner import owned_draft, owned_review, whisper
from bot.slack.reviewing import withdraw
from bot.slack.service import Service
from bot.store import drafts
from bot.store.models import Draft, StoredReview
from bot.store.people import person


def register(app: AsyncApp, service: Service) -> None:
    @app.action(actions.USE_REWRITE)
    async def use_rewrite(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        found = await owned_review(service, body, respond)
        if found is None:
            return None
        stored, row = found
        rewrite = Review.model_validate(stored.body).rewrite
        if not rewrite:
            return await whisper(service, body, respond, "needs_model")
        async with service.database.begin() as session:
            current = await session.get_one(Draft, row.id, with_for_update=True)
            if current.edition == stored.edition:
                await drafts.change(session, current, text=rewrite)
        await service.ask_review(row.id, current.edition)
        return None

    @app.action(actions.SHORTER)
    async def shorter(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _rework(service, body, respond, "shorter")

    @app.action(actions.WARMER)
    async def warmer(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _rework(service, body, respond, "warmer")

    @app.action(actions.OTHER_NETWORK)
    async def other_network(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        network = selected(body)
        if network not in service.coach.policy.networks.networks:
            return await whisper(service, body, respond, "unknown_action")
        await _rework(service, body, respond, "network", network)
        return None

    @app.action(actions.POSTED)
    async def posted(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        found = await owned_review(service, body, respond)
        if found is None:
            return
        words = await service.words_for(found[1].user_id)
        async with service.database.begin() as session:
            row = await session.get_one(Draft, found[1].id)
            row.posted_at = row.posted_at or service.clock.now()
            thanks = await nudge_answers.posted(service, session, row, words)
            answered = await conversation_of(session, row)
        if answered is not None and await front_steps.finish(service, answered.id, row.user_id) is None:
            return  # thanked there
        if thanks is None:
            await whisper(service, body, respond, "posted_thanks")
        else:  # said once, in the thread
            await service.deliver_soon(thanks)

    @app.action(actions.HELPFUL)
    async def helpful(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _vote(service, body, respond, helpful=True)

    @app.action(actions.NOT_HELPFUL)
    async def not_helpful(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _vote(service, body, respond, helpful=False)

    @app.action({"type": "block_actions", "action_id": actions.NETWORK_BUTTON})
    async def choose_network(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        network = str(action_of(body)["action_id"]).removeprefix(f"{actions.CHOOSE_NETWORK}.")
        row = await owned_draft(service, body, pressed(body), respond)
        if row is None or network not in service.coach.policy.networks.networks:
            return
        async with service.database.begin() as session:
            current = await session.get_one(Draft, row.id, with_for_update=True)
            if current.network is None:
                current.network = network
                chosen = await person(session, row.team_id, row.user_id)
                chosen.network = chosen.network or network
            elif current.network != network:
                await drafts.change(session, current, network=network)
            asked = await withdraw(service, session, about=f"network:{row.id}")
        await service.ask_review(row.id, current.edition)
        await service.deliver_soon(asked)


async def _rework(service: Service, body: Body, respond: AsyncRespond, wish: str, network: str | None = None) -> None:
    found = await owned_review(service, body, respond)
    if found is None:
        return None
    if service.coach.model is None:
        return await whisper(service, body, respond, "needs_model")
    stored, row = found
    words = service.words(Review.model_validate(stored.body).language)
    await service.engine.enqueue("rework", json.dumps([stored.id, wish, network]))
    await service.gateway.status(row.channel_id, row.thread_ts, words.say("reading_status"), words.loading())
    return None


async def _vote(service: Service, body: Body, respond: AsyncRespond, *, helpful: bool) -> None:
    found = await owned_review(service, body, respond)
    if found is not None:
        async with service.database.begin() as session:
            stored = await session.get_one(StoredReview, found[0].id)
            stored.helpful = helpful
        await whisper(service, body, respond, "helpful_thanks" if helpful else "not_helpful_thanks")
