"""Ask a human, the author's side: from a review or an answer to a modal that shows what is shared, and back again."""

from __future__ import annotations

import logging

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.slack import actions
from bot.slack.aside import aside
from bot.slack.asking import AnsweredQuestion, ReviewedDraft, Subject, ask, hindrance, share_of
from bot.slack.escalating import channel_name, withdraw_question
from bot.slack.escalation_blocks import NOTE_INPUT, ask_view, asking_view
from bot.slack.gateway import FAILURES
from bot.slack.listeners.body import Body, user_of
from bot.slack.listeners.doors import acknowledge, carried_question, carried_review
from bot.slack.listeners.owner import escalation_of, owned_question, owned_review, whisper
from bot.slack.modals import answers
from bot.slack.rich_text import escaped
from bot.slack.service import Service
from bot.slack.words import Words
from bot.store import escalations

logger = logging.getLogger(__name__)


def register(app: AsyncApp, service: Service) -> None:
    @app.action(actions.ASK_HUMAN)
    async def about_draft(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if (found := await owned_review(service, body, respond)) is not None:
            await _open(service, body, respond, ReviewedDraft(*found))

    @app.action(actions.POLICY_ASK_HUMAN)
    async def about_answer(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if (row := await owned_question(service, body, respond)) is not None:
            await _open(service, body, respond, AnsweredQuestion(row))

    @app.view(actions.VIEW_ASK_HUMAN)
    async def asked_about_draft(ack: AsyncAck, body: Body) -> None:
        async def work() -> str | None:
            found = await carried_review(service, body)
            if found is None:
                return (await service.words_for(user_of(body))).say("stale")
            return await _asked(service, body, ReviewedDraft(*found))

        await acknowledge(service, ack, work(), body)

    @app.view(actions.VIEW_POLICY_ASK_HUMAN)
    async def asked_about_answer(ack: AsyncAck, body: Body) -> None:
        async def work() -> str | None:
            row = await carried_question(service, body)
            if row is None:
                return (await service.words_for(user_of(body))).say("question_stale")
            return await _asked(service, body, AnsweredQuestion(row))

        await acknowledge(service, ack, work(), body)

    @app.action(actions.WITHDRAW)
    async def withdraw(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _withdraw(service, body, respond)


async def _open(service: Service, body: Body, respond: AsyncRespond, subject: Subject) -> None:
    words = service.words(subject.language)
    if (sentence := await hindrance(service, subject, words)) is not None:
        if getattr(respond, "response_url", None):
            await respond(text=escaped(sentence), response_type="ephemeral", replace_original=False)
        return
    client = service.gateway.client
    try:
        # Slack waits three seconds for a modal, and the channel's name may take longer.
        opened = await client.views_open(trigger_id=str(body.get("trigger_id", "")), view=asking_view(words))
    except FAILURES as error:
        logger.warning("a modal could not be opened: %s", type(error).__name__)
        await whisper(service, body, respond, "failed")
        return
    aside(_fill(service, str(opened["view"]["id"]), subject, words))


async def _fill(service: Service, view_id: str, subject: Subject, words: Words) -> None:
    share = await share_of(service, subject)
    view = ask_view(share, await channel_name(service), subject.carried, words)
    try:
        await service.gateway.client.views_update(view_id=view_id, view=view)
    except FAILURES as error:  # closed meanwhile, or Slack is away: pressing the button again opens another
        logger.warning("a modal could not be filled: %s", type(error).__name__)


async def _asked(service: Service, body: Body, subject: Subject) -> str | None:
    note = answers(body["view"]).get(NOTE_INPUT, "")
    return await ask(service, subject, note, origin=f"view:{body['view']['id']}")


async def _withdraw(service: Service, body: Body, respond: AsyncRespond) -> None:
    row = await escalation_of(service, body, respond)
    if row is None:
        return
    if row.user_id != user_of(body):
        await whisper(service, body, respond, "not_yours")
        return
    async with service.database.begin() as session:
        gone = await escalations.withdraw(session, row.id)
        ids = await withdraw_question(service, session, gone) if gone is not None else []
    if gone is None:
        await whisper(service, body, respond, "question_closed")
        return
    await service.deliver_soon(ids)
    await service.database.wipe_traces()
