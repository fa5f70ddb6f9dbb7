"""Who may press a button: only the person whose draft it is about. Anybody else, and any made-up value, gets a sentence."""

from __future__ import annotations

from typing import Any

from slack_bolt.async_app import AsyncRespond

from bot.slack.keys import Key
from bot.slack.service import Service
from bot.store import drafts
from bot.store.models import Draft, StoredReview

_LONGEST_ID = 64


async def owned_review(
    service: Service, body: dict[str, Any], respond: AsyncRespond, review_id: str | None = None
) -> tuple[StoredReview, Draft] | None:
    """The review that a button is about, or None after a sentence to whoever pressed it.

    Without `review_id` it is the button's value; of a menu, the end of its block's id; of a finding's button, what stands
    before the dot.
    """
    action = (body.get("actions") or [{}])[0]
    value = review_id or str(action.get("value") or str(action.get("block_id", "")).rpartition(":")[2])
    id_ = value.partition(".")[0][:_LONGEST_ID]
    async with service.database.read() as session:
        found = await drafts.review_of(session, id_)
    return found if await _may(service, body, respond, found[1] if found else None) else None


async def owned_draft(service: Service, body: dict[str, Any], draft_id: str, respond: AsyncRespond) -> Draft | None:
    """The draft, or None after a sentence to whoever pressed the button."""
    async with service.database.read() as session:
        row = await session.get(Draft, draft_id[:_LONGEST_ID])
    return row if await _may(service, body, respond, row) else None


async def _may(service: Service, body: dict[str, Any], respond: AsyncRespond, row: Draft | None) -> bool:
    if row is None:
        await whisper(service, body, respond, "stale")
    elif (row.team_id, row.user_id) == (service.team_id, str(body.get("user", {}).get("id"))):
        return True
    else:
        await whisper(service, body, respond, "not_yours")
    return False


async def whisper(service: Service, body: dict[str, Any], respond: AsyncRespond, key: Key, **values: object) -> None:
    """A sentence that only the person who pressed sees; at most once."""
    words = await service.words_for(str(body.get("user", {}).get("id", "")))
    if getattr(respond, "response_url", None):
        await respond(text=words.say(key, **values), response_type="ephemeral", replace_original=False)
