"""Modals on a review: the draft as its author changed it, what its pictures show, and why a finding isn't right."""

from __future__ import annotations

import asyncio

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond

from bot.coach.models import Review
from bot.policy.models import Draft as PolicyDraft
from bot.policy.models import Finding
from bot.slack import actions, modals
from bot.slack.blocks import sentence_post
from bot.slack.complaining import gives_away, masked
from bot.slack.keys import Key
from bot.slack.listeners.body import Body, carried, pressed, selected, user_of
from bot.slack.listeners.doors import (
    carried_review,
    first_field,
    refuse_fields,
    served,
    served_in_modal,
    show,
    tell,
)
from bot.slack.listeners.owner import owned_review
from bot.slack.service import Service
from bot.store import drafts
from bot.store.models import Complaint, Draft, StoredReview


def register(app: AsyncApp, service: Service) -> None:
    @app.action(actions.CHECK_AGAIN)
    async def check_again(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _open_check_again(service, body, respond)

    @app.view(actions.VIEW_CHECK_AGAIN)
    async def checked_again(ack: AsyncAck, body: Body) -> None:
        await _take_new_version(service, body, ack)

    @app.action(actions.DESCRIBE_PICTURE)
    async def describe_picture(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _open_pictures(service, body, respond)

    @app.view(actions.VIEW_PICTURE)
    async def described(ack: AsyncAck, body: Body) -> None:
        await _take_descriptions(service, body, ack)

    @app.action(actions.NOT_RIGHT)
    async def not_right(ack: AsyncAck, body: Body, respond: AsyncRespond) -> None:
        await ack()
        await _open_not_right(service, body, respond)

    @app.view(actions.VIEW_NOT_RIGHT)
    async def complained(ack: AsyncAck, body: Body) -> None:
        await _take_complaint(service, body, ack)


async def _open_check_again(service: Service, body: Body, respond: AsyncRespond) -> None:
    if not await served(service, body, respond) or (found := await owned_review(service, body, respond)) is None:
        return None
    stored, row = found
    if modals.fits(row.text):
        words = await service.words_for(row.user_id)
        return await show(service, body, respond, modals.check_again_view(stored.id, row.text, words))
    own_message = row.origin.startswith(f"{row.team_id}:")
    return await tell(service, body, respond, "edit_above" if own_message else "edit_in_thread")


async def _take_new_version(service: Service, body: Body, ack: AsyncAck) -> None:
    if not await served_in_modal(service, body, ack):
        return
    text = modals.answers(body["view"]).get(modals.DRAFT, "")
    if not text:
        await refuse_fields(service, body, ack, {modals.DRAFT: "field_empty"})
        return
    found = await carried_review(service, body)
    edition = None
    if found is not None:
        stored, row = found
        async with service.database.begin() as session:
            current = await session.get(Draft, row.id, with_for_update=True)
            if current is not None:
                # The same modal again, after a lost answer, isn't another edition.
                if current.edition == stored.edition or current.text != text:
                    await drafts.change(session, current, text=text)
                edition = current.edition
    if found is None or edition is None:
        await refuse_fields(service, body, ack, {modals.DRAFT: "stale"})
        return
    await service.ask_review(found[1].id, edition)
    await ack()


async def _open_pictures(service: Service, body: Body, respond: AsyncRespond) -> None:
    if not await served(service, body, respond) or (found := await owned_review(service, body, respond)) is None:
        return None
    stored, row = found
    lacking = [number for number, text in enumerate(row.pictures) if not text]
    if not lacking:
        return await tell(service, body, respond, "superseded")
    words = await service.words_for(row.user_id)
    return await show(service, body, respond, modals.picture_view(stored.id, lacking, words))


async def _take_descriptions(service: Service, body: Body, ack: AsyncAck) -> None:
    if not await served_in_modal(service, body, ack):
        return
    given = {field: text for field, text in modals.answers(body["view"]).items() if text}
    if not given:
        await refuse_fields(service, body, ack, {first_field(body): "field_empty"})
        return
    found = await carried_review(service, body)
    edition = None
    if found is not None:
        async with service.database.begin() as session:
            current = await session.get(Draft, found[1].id, with_for_update=True)
            if current is not None:
                pictures = [
                    text or given.get(modals.picture_input(number)) for number, text in enumerate(current.pictures)
                ]
                if pictures != current.pictures:
                    await drafts.change(session, current, pictures=pictures)
                edition = current.edition
    if found is None or edition is None:
        await refuse_fields(service, body, ack, {first_field(body): "stale"})
        return
    await service.ask_review(found[1].id, edition)
    await ack()


async def _open_not_right(service: Service, body: Body, respond: AsyncRespond) -> None:
    value = selected(body) or pressed(body)
    if not await served(service, body, respond):
        return None
    found = await owned_review(service, body, respond, value)
    if found is None:
        return None
    stored, row = found
    number = _number(value)
    if _finding(stored, number) is None:
        return await tell(service, body, respond, "unknown_action")
    if number in stored.complained:
        return await tell(service, body, respond, "already_not_right")
    words = await service.words_for(row.user_id)
    return await show(service, body, respond, modals.not_right_view(f"{stored.id}.{number}", words))


async def _take_complaint(service: Service, body: Body, ack: AsyncAck) -> None:
    if not await served_in_modal(service, body, ack):
        return
    given = modals.answers(body["view"])
    reason, comment = given.get(modals.REASON, ""), given.get(modals.COMMENT, "")
    number = _number(carried(body))
    found = await carried_review(service, body)
    finding = _finding(found[0], number) if found else None
    if found is None or finding is None or reason not in modals.REASONS:
        key: Key = "stale" if found is None or finding is None else "field_empty"
        await refuse_fields(service, body, ack, {modals.REASON: key})
        return
    stored, row = found
    if comment and await _tells_too_much(service, comment, stored, row):
        await refuse_fields(service, body, ack, {modals.COMMENT: "field_own_words"})
        return
    new = await _complain(service, stored.id, number, finding, reason, comment)
    words = await service.words_for(user_of(body))
    await service.send(
        f"not_right:{stored.id}.{number}" if new else f"not_right:{body['view']['id']}",
        sentence_post(words.say("not_right_thanks" if new else "already_not_right")),
        user_id=row.user_id,
        channel_id=row.channel_id,
        thread_ts=row.thread_ts,
        draft_id=row.id,
    )
    await ack()


async def _complain(service: Service, review_id: str, number: int, finding: Finding, reason: str, comment: str) -> bool:
    """Keeps a complaint, once for each finding. Whether it is new."""
    async with service.database.begin() as session:
        stored = await session.get(StoredReview, review_id, with_for_update=True)
        if stored is None or number in stored.complained:
            return False
        review = Review.model_validate(stored.body)
        stored.complained = [*stored.complained, number]
        session.add(
            Complaint(
                team_id=service.team_id,
                rule=finding.rule,
                network=review.network,
                language=review.language,
                reason=reason,
                comment=masked(comment, service.coach.policy) if comment else None,
                created_at=service.clock.now(),
            )
        )
    return True


async def _tells_too_much(service: Service, comment: str, stored: StoredReview, row: Draft) -> bool:
    member = await service.gateway.member(row.user_id)
    pictures = tuple(text for text in row.pictures if text)
    known = [PolicyDraft(text=text, alt=pictures, author=member.author or None) for text in {stored.text, row.text}]
    return await asyncio.to_thread(gives_away, comment, known, member.author, service.coach.policy)


def _number(finding_id: str) -> int:
    """The finding's number in `{review}.{number}`; -1 for what isn't one."""
    number = finding_id.partition(".")[2]
    return int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1


def _finding(stored: StoredReview, number: int) -> Finding | None:
    findings = Review.model_validate(stored.body).findings
    return findings[number] if 0 <= number < len(findings) else None
