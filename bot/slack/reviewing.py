"""From a draft to its review in the author's thread."""

from __future__ import annotations

import time

from sqlalchemy.ext.asyncio import AsyncSession

from bot.coach.models import Review
from bot.metrics import FALLBACKS, REVIEWS
from bot.policy.models import Draft
from bot.slack.blocks import superseded_post
from bot.slack.campaign_facts import facts_for
from bot.slack.delivery import deliver
from bot.slack.freezing import notice_of_freeze
from bot.slack.post import Post
from bot.slack.review_blocks import review_posts
from bot.slack.sameness import compare, fingerprint_of
from bot.slack.service import Service
from bot.store import drafts, outbox
from bot.store.models import Draft as DraftRow
from bot.store.models import Outgoing
from bot.work.engine import JobFailed, step


def draft_of(service: Service, row: DraftRow, author: str) -> Draft:
    """The stored draft as the coach reads it."""
    return Draft(
        text=row.text,
        network=row.network or "linkedin",
        author=author or None,
        alt=tuple(text for text in row.pictures if text),
        now=service.clock.now(),
    )


async def review_job(service: Service, key: str) -> None:
    """The job `review`: the key is `{draft}:{edition}`."""
    draft_id, _, edition = key.rpartition(":")
    try:
        await step("compose", compose, service, draft_id, int(edition))
    except JobFailed:
        await step("apologise", apologise, service, draft_id, key)
    await step("deliver", deliver_all, service, draft_id)
    await step("tidy", tidy, service, draft_id)


async def compose(service: Service, draft_id: str, edition: int) -> None:
    """Writes the review of this edition and puts it in the outbox. Nothing to do when there is a newer one."""
    begun = time.perf_counter()
    async with service.database.read() as session:
        row = await session.get(DraftRow, draft_id)
        known = await drafts.newest_review(session, draft_id)
        facts = await facts_for(session, row, service.clock.now()) if row is not None else []
    if row is None or row.edition != edition or (known is not None and known.edition == edition):
        return
    member = await service.gateway.member(row.user_id)
    await service.calm()
    review = await service.coach.areview(draft_of(service, row, member.author), facts)
    sound = await fingerprint_of(service, row, review)
    async with service.database.begin() as session:
        current = await session.get(DraftRow, draft_id, with_for_update=True)
        if current is None or current.edition != edition:
            return
        await _keep(service, session, current, review)
        await compare(service, session, current, review, sound)
    if not review.protected:
        REVIEWS.observe(time.perf_counter() - begun)


async def _keep(service: Service, session: AsyncSession, row: DraftRow, review: Review) -> None:
    now = service.clock.now()
    stored = await drafts.keep_review(session, row, review, now)
    words = service.words(review.language)
    await outbox.withdraw_reviews(session, row.id, now)
    for old in await outbox.posted(session, draft_id=row.id):
        if (old.about or "").startswith("review:"):
            old.about = None
            await outbox.change_later(session, old, now, superseded_post(words).payload)
    posts = review_posts(
        review,
        review_id=stored.id,
        with_model=service.coach.model is not None and not review.protected,
        can_ask_human=service.settings.escalation_channel is not None and not review.protected,
        pictures_without_text=sum(1 for text in row.pictures if not text),
        words=words,
        notice=await notice_of_freeze(session, row.team_id, words),
    )
    for number, post in enumerate(posts):
        work = f"review:{row.id}:{row.edition}:{number}"
        await service.put_in_thread(session, work, post, row, about=f"review:{stored.id}")


async def apologise(service: Service, draft_id: str, work: str) -> None:
    """When all else fails, a sentence says so."""
    FALLBACKS.inc()
    async with service.database.begin() as session:
        row = await session.get(DraftRow, draft_id)
        if row is None:
            return
        language = (await service.gateway.member(row.user_id)).language
        await service.put_in_thread(session, f"fallback:{work}", Post(service.words(language).say("failed")), row)


async def deliver_all(service: Service, draft_id: str) -> None:
    """Everything of a draft that waits in the outbox, in order."""
    async with service.database.read() as session:
        waiting = await outbox.waiting(session, draft_id=draft_id)
    for id_ in waiting:
        await deliver(service, id_)


async def tidy(service: Service, draft_id: str) -> None:
    """Protected speech, and drafts of people who don't want them kept, go as soon as the review stands."""
    async with service.database.read() as session:
        row = await session.get(DraftRow, draft_id)
        waiting = await outbox.waiting(session, draft_id=draft_id, kind="post")
    if row is None or waiting or row.network is None:
        return
    protected = bool(service.coach.policy.check(draft_of(service, row, "")).protected)
    if protected or not await service.kept(row.user_id):
        async with service.database.begin() as session:
            await drafts.remove(session, draft_id)
            # A draft from a modal was shown back to its author.
            removals = await withdraw(service, session, about=f"draft:{draft_id}")
        await service.database.wipe_traces()
        for id_ in removals:
            await deliver(service, id_)


async def withdraw(service: Service, session: AsyncSession, **where: str | None) -> list[str]:
    """Takes back what was said: posts that wait won't go out, those that stand are removed. Gives the removals' ids."""
    now = service.clock.now()
    await outbox.withdraw(session, now, **where)
    standing: list[Outgoing] = await outbox.posted(session, **where)
    return [await outbox.change_later(session, old, now, None) for old in standing]
