"""Buttons below the answer to a question about policy. Each works for whoever asked, and for nobody else."""

from __future__ import annotations

import asyncio

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.coach.policy_answer import PolicyAnswer
from bot.slack import actions
from bot.slack.aside import aside
from bot.slack.gap_noting import note_not_helpful
from bot.slack.listeners.body import Body, pressed
from bot.slack.listeners.doors import show
from bot.slack.listeners.owner import owned_question, whisper
from bot.slack.policy_sections import whole_section
from bot.slack.policy_sharing import may_be_shared, share
from bot.slack.service import Service
from bot.store.models import Question


def register(app: AsyncApp, service: Service) -> None:
    @app.action(actions.POLICY_SECTION)
    async def section(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if (row := await owned_question(service, body, respond)) is not None:
            await _section(service, body, respond, row)

    @app.action(actions.POLICY_HELPFUL)
    async def helpful(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _vote(service, body, respond, helpful=True)

    @app.action(actions.POLICY_NOT_HELPFUL)
    async def not_helpful(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _vote(service, body, respond, helpful=False)

    @app.action(actions.POLICY_SHARE)
    async def shared(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        if (row := await owned_question(service, body, respond)) is not None:
            aside(_share(service, body, respond, row))


async def _section(service: Service, body: Body, respond: AsyncRespond, row: Question) -> None:
    answer = PolicyAnswer.model_validate(row.body)
    which = pressed(body).partition(".")[2]
    words, published = service.words(answer.language), service.coach.manual.passages
    data, numbers = service.settings.data, service.numbers
    view = await asyncio.to_thread(whole_section, answer, which, published, data, words, numbers)
    if view is None:
        await whisper(service, body, respond, "section_gone")
    else:
        await show(service, body, respond, view)


async def _vote(service: Service, body: Body, respond: AsyncRespond, *, helpful: bool) -> None:
    """Keeps what the asker said last."""
    row = await owned_question(service, body, respond)
    if row is None:
        return
    async with service.database.begin() as session:
        current = await session.get(Question, row.id, with_for_update=True)
        if current is not None:
            current.helpful = helpful
    if not helpful:
        note_not_helpful(service, row)
    await whisper(service, body, respond, "helpful_thanks" if helpful else "answer_not_helpful_thanks")


async def _share(service: Service, body: Body, respond: AsyncRespond, row: Question) -> None:
    here = str((body.get("channel") or {}).get("id", ""))
    thread_ts = row.thread_ts or (body.get("container") or {}).get("thread_ts")
    if here != row.channel_id or not may_be_shared(row):
        await whisper(service, body, respond, "share_refused")
    elif (hindered := await share(service, row, respond.response_url or "", thread_ts)) is not None:
        await whisper(service, body, respond, hindered)
