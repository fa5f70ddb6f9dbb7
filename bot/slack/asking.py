"""Asking a human, from its author's side: what it is about, what of it would be shared, and whether it may be."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from bot.coach.models import Review
from bot.coach.policy_answer import PolicyAnswer
from bot.policy.models import Draft
from bot.slack.escalating import send_question
from bot.slack.reviewing import draft_of
from bot.slack.service import Service
from bot.slack.sharing import Shared, shared, shared_question
from bot.slack.words import Words
from bot.store import escalations
from bot.store.models import Draft as DraftRow
from bot.store.models import Question, StoredReview

_REACH_S = 2.0  # within the three seconds of the acknowledgement


@dataclass(frozen=True)
class ReviewedDraft:
    """A draft of the author's, with the review that they pressed the button of."""

    stored: StoredReview
    row: DraftRow

    @property
    def carried(self) -> str:
        """The id that travels with the modal."""
        return self.stored.id

    @property
    def review(self) -> Review:
        return Review.model_validate(self.stored.body)

    @property
    def language(self) -> str:
        return self.review.language


@dataclass(frozen=True)
class AnsweredQuestion:
    """A question about policy, with Bonvent's answer."""

    row: Question

    @property
    def carried(self) -> str:
        return self.row.id

    @property
    def answer(self) -> PolicyAnswer:
        return PolicyAnswer.model_validate(self.row.body)

    @property
    def language(self) -> str:
        return self.answer.language

    def draft(self, author: str) -> Draft:
        """The question as whatever masks it reads it."""
        return Draft(text=self.row.text, language=self.row.language, author=author or None)


Subject = ReviewedDraft | AnsweredQuestion


async def hindrance(service: Service, subject: Subject, words: Words, origin: str = "") -> str | None:
    """Why this isn't shared with a human, in words for its author. `origin` is the question that is being sent."""
    contacts = service.coach.policy.company.contacts
    if isinstance(subject, AnsweredQuestion):
        answer = subject.answer
        if answer.private or answer.stance in ("human", "rejected"):
            return words.say("question_not_for_managers")
    elif service.coach.policy.check(_reviewed(service, subject, "")).protected:
        others = " · ".join(contact for contact in (contacts.people_team, contacts.whistleblowing) if contact)
        if others:
            return words.say("question_protected", contact=others)
        return words.say("question_protected_alone")
    if service.settings.escalation_channel is None:
        if contacts.community_manager:
            return words.say("question_nobody", contact=contacts.community_manager)
        return words.say("question_nobody_known", company=service.company)
    async with service.database.read() as session:
        waiting = await escalations.waiting_of(session, **_ids(subject))
    return _already(subject, words) if waiting is not None and waiting.origin != origin else None


async def share_of(service: Service, subject: Subject, note: str = "") -> Shared:
    """Exactly what a human would read."""
    author = (await service.gateway.member(subject.row.user_id)).author
    if isinstance(subject, AnsweredQuestion):
        return shared_question(subject.draft(author), subject.answer, service.coach.policy, note)
    return shared(_reviewed(service, subject, author), subject.review, service.coach.policy, note)


async def ask(service: Service, subject: Subject, note: str, origin: str) -> str | None:
    """Keeps the question to a human and puts its posts in, once for each `origin`; what hinders it, if anything does.

    Raises `SlackApiError`, `aiohttp.ClientError` or `TimeoutError` when Slack doesn't tell where the answer is to go.
    """
    words = service.words(subject.language)
    if (sentence := await hindrance(service, subject, words, origin)) is not None:
        return sentence
    share = await share_of(service, subject, note)
    channel_id, thread_ts = await _place(service, subject)
    now = service.clock.now()
    async with service.database.begin() as session:
        # With a lock: what it is about may be deleted meanwhile, and what goes with it must know of this question.
        if await session.get(type(subject.row), subject.row.id, with_for_update=True) is None:
            return words.say("stale" if isinstance(subject, ReviewedDraft) else "question_stale")
        waiting = await escalations.waiting_of(session, **_ids(subject))
        if waiting is not None and waiting.origin != origin:
            return _already(subject, words)
        question, new = await escalations.ask(
            session,
            origin=origin,
            team_id=subject.row.team_id,
            user_id=subject.row.user_id,
            channel_id=channel_id,
            thread_ts=thread_ts,
            language=subject.language[:8],
            shared=share.model_dump(mode="json"),
            created_at=now,
            deadline=now + timedelta(hours=service.settings.escalation_hours),
            **_ids(subject),
        )
        ids = await send_question(service, session, question) if new else []
    await service.deliver_soon(ids)
    return None


async def _place(service: Service, subject: Subject) -> tuple[str, str]:
    """Where the answer goes: the author's thread, or, of what was asked among others, their direct message without one."""
    row = subject.row
    if isinstance(row, DraftRow) or row.origin.startswith(f"{row.team_id}:"):
        return row.channel_id, row.thread_ts or ""
    async with asyncio.timeout(_REACH_S):
        return await service.gateway.direct_channel(row.user_id), ""


def _ids(subject: Subject) -> dict[str, str]:
    return {"draft_id" if isinstance(subject, ReviewedDraft) else "question_id": subject.row.id}


def _already(subject: Subject, words: Words) -> str:
    return words.say("question_already" if isinstance(subject, ReviewedDraft) else "question_already_policy")


def _reviewed(service: Service, subject: ReviewedDraft, author: str) -> Draft:
    return draft_of(service, subject.row, author).model_copy(update={"text": subject.stored.text})
