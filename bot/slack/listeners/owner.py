"""Who may press a button: only the person whose draft or question it is about. Others, and made-up values, get a sentence."""

from __future__ import annotations

from slack_bolt.async_app import AsyncRespond

from bot.slack.keys import Key
from bot.slack.listeners.body import Body, action_of, pressed, user_of
from bot.slack.service import Service
from bot.store import drafts
from bot.store.models import Draft, Escalation, Question, StoredReview


async def owned_review(
    service: Service, body: Body, respond: AsyncRespond, review_id: str | None = None
) -> tuple[StoredReview, Draft] | None:
    """The review that a button is about, or None after a sentence to whoever pressed it.

    Without `review_id` it is the button's value; of a menu, the end of its block's id; of a finding's button, what stands
    before the dot.
    """
    value = review_id or pressed(body) or str(action_of(body).get("block_id", "")).rpartition(":")[2]
    id_ = value.partition(".")[0]
    async with service.database.read() as session:
        found = await drafts.review_of(session, id_)
    return found if await _may(service, body, respond, found[1] if found else None) else None


async def owned_draft(service: Service, body: Body, draft_id: str, respond: AsyncRespond) -> Draft | None:
    """The draft, or None after a sentence to whoever pressed the button."""
    async with service.database.read() as session:
        row = await session.get(Draft, draft_id)
    return row if await _may(service, body, respond, row) else None


async def owned_question(service: Service, body: Body, respond: AsyncRespond) -> Question | None:
    """The question about policy that a button is about, or None after a sentence to whoever pressed it.

    Of a section's button it is what stands before the dot.
    """
    id_ = pressed(body).partition(".")[0]
    async with service.database.read() as session:
        row = await session.get(Question, id_)
    return row if await _may(service, body, respond, row, "question_stale", "question_not_yours") else None


async def escalation_of(service: Service, body: Body, respond: AsyncRespond) -> Escalation | None:
    """The question to a human that a button is about, whoever pressed it; None after a sentence."""
    async with service.database.read() as session:
        row = await session.get(Escalation, pressed(body))
    if row is None or row.team_id != service.team_id:
        await whisper(service, body, respond, "question_closed")
        return None
    return row


async def _may(
    service: Service,
    body: Body,
    respond: AsyncRespond,
    row: Draft | Question | None,
    gone: Key = "stale",
    somebody_elses: Key = "not_yours",
) -> bool:
    if row is None:
        await whisper(service, body, respond, gone)
    elif (row.team_id, row.user_id) == (service.team_id, user_of(body)):
        return True
    else:
        await whisper(service, body, respond, somebody_elses)
    return False


async def whisper(service: Service, body: Body, respond: AsyncRespond, key: Key, **values: object) -> None:
    """A sentence that only the person who pressed sees; at most once."""
    words = await service.words_for(user_of(body))
    if getattr(respond, "response_url", None):
        await respond(text=words.say(key, **values), response_type="ephemeral", replace_original=False)
