"""A question to a human on its way: into the managers' channel, back to its author, and out of the channel again."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.slack.escalation_blocks import (
    State,
    answer_post,
    asked_post,
    closed_post,
    managers_post,
    with_question,
    withdrawn_post,
)
from bot.slack.gateway import FAILURES
from bot.slack.post import Post
from bot.slack.service import Service
from bot.slack.sharing import read_shared
from bot.store import escalations, outbox
from bot.store.base import token
from bot.store.models import Draft, Escalation, Question

logger = logging.getLogger(__name__)


async def channel_name(service: Service) -> str:
    """The managers' channel as people know it; its id where Slack won't tell."""
    channel = service.settings.escalation_channel or ""
    try:
        answer = await service.gateway.client.conversations_info(channel=channel)
        name = str((answer.get("channel") or {}).get("name") or "")
    except FAILURES as error:
        logger.warning("the managers' channel could not be looked up: %s", type(error).__name__)
        name = ""
    return f"#{name}" if name else channel


async def send_question(service: Service, session: AsyncSession, row: Escalation) -> list[str]:
    """Puts in a new question's post to the managers and its author's confirmation."""
    words = service.words(row.language)
    asked = asked_post(row.id, words, hours=_hours(row))
    return [
        await service.put(
            session,
            escalations.about(row.id),
            _look(service, row),
            channel_id=service.settings.escalation_channel,
            about=escalations.about(row.id),
        ),
        await put_for_author(service, session, row, f"asked:{row.id}", asked, about=f"asked:{row.id}"),
    ]


async def put_for_author(
    service: Service, session: AsyncSession, row: Escalation, work: str, post: Post, about: str | None = None
) -> str:
    """A post in the thread of whoever asked; it goes with their message. Without a thread it says what it is about."""
    if not row.thread_ts and row.shared is not None:
        post = with_question(post, read_shared(row.shared), service.words(row.language))
    return await service.put(
        session,
        work,
        post,
        user_id=row.user_id,
        channel_id=row.channel_id,
        thread_ts=row.thread_ts or None,
        draft_id=row.draft_id,
        message_key=await _message_of(session, row),
        about=about,
    )


async def _message_of(session: AsyncSession, row: Escalation) -> str | None:
    """The author's message that it began with; None: it began elsewhere, or is gone."""
    if row.draft_id is not None:
        subject: Draft | Question | None = await session.get(Draft, row.draft_id)
    else:
        subject = await session.get(Question, row.question_id) if row.question_id else None
    return subject.origin if subject is not None and subject.origin.startswith(f"{row.team_id}:") else None


async def redraw(service: Service, session: AsyncSession, row: Escalation, seen_ts: str = "") -> list[str]:
    """Brings the managers' post up to date with its question.

    `seen_ts` is where a button of it was just pressed: it may stand in Slack before we know that it does.
    """
    standing = await outbox.posted(session, about=escalations.about(row.id))
    channel = standing[0].channel_id if standing else service.settings.escalation_channel
    ts = standing[0].posted_ts if standing else seen_ts
    if not channel or not ts:
        return []
    now = service.clock.now()
    work, look = f"update:{row.id}:{token()[:8]}", _look(service, row).payload
    return [await outbox.redraw(session, work, now, team_id=row.team_id, channel_id=channel, ts=ts, payload=look)]


async def send_answer(service: Service, session: AsyncSession, row: Escalation) -> list[str]:
    """Puts in the answer for the author's thread, and what it changes around it."""
    words = service.words(row.language)
    answer = answer_post(row.answer or "", row.taken_by, words)
    return [
        await put_for_author(service, session, row, f"answer:{row.id}", answer),
        *await redraw(service, session, row),
        *await _close_confirmation(service, session, row, withdrawn=False),
    ]


async def withdraw_question(service: Service, session: AsyncSession, row: Escalation) -> list[str]:
    """Takes a question's words out of the channel because its author pressed so. Gives the ids to deliver."""
    return [
        *await _empty(service, session, row),
        *await _close_confirmation(service, session, row, withdrawn=True),
    ]


async def clear(service: Service, session: AsyncSession, *, about: str) -> list[str]:
    """Replaces a question that stands in the channel by a line without its words."""
    now = service.clock.now()
    ids: list[str] = []
    for post in await outbox.posted(session, about=about):
        post.about = None
        await outbox.supersede(session, post.channel_id, post.posted_ts or "", now)
        ids.append(await outbox.change_later(session, post, now, withdrawn_post(service.words(None)).payload))
    return ids


async def withdraw_for_draft(service: Service, session: AsyncSession, draft_id: str) -> list[str]:
    """When a draft goes, questions on it go from the managers' channel too, answered ones included.

    To be called in the transaction that removes the draft; gives the ids to deliver after it. What was said in the
    author's thread is for the caller to remove.
    """
    return await _withdraw_all(service, session, await escalations.all_of(session, draft_id=draft_id))


async def withdraw_for_question(service: Service, session: AsyncSession, question_id: str) -> list[str]:
    """The same when a question about policy goes."""
    return await _withdraw_all(service, session, await escalations.all_of(session, question_id=question_id))


async def withdraw_for_person(service: Service, session: AsyncSession, user_id: str) -> list[str]:
    """When somebody is forgotten, all that they asked goes. Like `withdraw_for_draft`, and no row is left."""
    ids = await _withdraw_all(service, session, await escalations.of_person(session, service.team_id, user_id))
    await escalations.forget(session, service.team_id, user_id)
    return ids


async def _withdraw_all(service: Service, session: AsyncSession, rows: Iterable[Escalation]) -> list[str]:
    ids: list[str] = []
    for row in rows:
        if (gone := await escalations.withdraw(session, row.id, also_answered=True)) is not None:
            ids += await _empty(service, session, gone)
    return ids


async def _empty(service: Service, session: AsyncSession, row: Escalation) -> list[str]:
    """Leaves a line without words in the managers' channel, whether the question stands there or is on its way."""
    nothing = withdrawn_post(service.words(None)).payload
    await escalations.recall(session, row.id, service.clock.now(), instead=nothing)
    return await clear(service, session, about=escalations.about(row.id))


async def _close_confirmation(
    service: Service, session: AsyncSession, row: Escalation, *, withdrawn: bool
) -> list[str]:
    now = service.clock.now()
    payload = closed_post(service.words(row.language), withdrawn=withdrawn).payload
    ids: list[str] = []
    for post in await outbox.posted(session, about=f"asked:{row.id}"):
        post.about = None
        ids.append(await outbox.change_later(session, post, now, payload))
    return ids


def _look(service: Service, row: Escalation) -> Post:
    """The managers' post as its question stands now."""
    words = service.words(None)
    if row.shared is None or row.state == "withdrawn":
        return withdrawn_post(words)
    states: dict[str, State] = {"open": "open", "taken": "taken", "answered": "answered"}
    return managers_post(
        read_shared(row.shared),
        row.id,
        words,
        hours=_hours(row),
        state=states[row.state],
        taken_by=row.taken_by,
        answer=row.answer,
        overdue=row.overdue_at is not None,
    )


def _hours(row: Escalation) -> float:
    return (row.deadline - row.created_at).total_seconds() / 3600
