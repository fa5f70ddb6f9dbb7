"""A crisis freeze: everything stops in one transaction, and whoever has an open draft is told, however often a process dies."""

from __future__ import annotations

import hashlib

from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.models import Reason
from bot.slack.freeze_blocks import (
    LONGEST_STATEMENT,
    Freeze,
    Stopped,
    channel_over_post,
    channel_post,
    hold_post,
    home_blocks,
    notice,
    over_post,
    statement_post,
)
from bot.slack.fronting import hold
from bot.slack.post import Block, Post
from bot.slack.service import Service
from bot.slack.tidying import deliver_each
from bot.slack.words import Words
from bot.store import freezes, nudges, outbox, program_state
from bot.store.models import Outgoing
from bot.store.program_models import ProgramState
from bot.store.queries import batches
from bot.work.engine import step

_AT_ONCE = 100  # people in one transaction
_OVER = "over"


async def current(service: Service) -> Freeze | None:
    """The freeze that lasts."""
    async with service.database.read() as session:
        return _as_freeze(await freezes.lasting(session, service.team_id))


async def notice_of_freeze(session: AsyncSession, team_id: str, words: Words) -> list[Block] | None:
    """What a review says of a freeze that lasts."""
    row = await freezes.lasting(session, team_id)
    return notice(words, row.statement or "") if row is not None else None


async def freeze(service: Service, by: str, statement: str = "") -> Stopped:
    """Stops all nudges and campaigns now; a job then tells people. Frozen already: the statement is renewed if there is one."""
    too_long = len(statement) > LONGEST_STATEMENT
    statement = "" if too_long else " ".join(statement.split())
    words = service.words(None)
    now, team_id = service.clock.now(), service.team_id
    async with service.database.begin() as session:
        row = await program_state.state(session, team_id, lock=True)
        waiting, running = await freezes.under_way(session, team_id, now)
        fresh = await program_state.freeze(session, team_id, by, statement, now)
        ids = await nudges.withdraw(session, team_id, now, Reason.FROZEN)
        ids += await hold(service, session)
        known = row.statement or ""
        if fresh:
            ids += await _tell_managers(service, session, f"{row.freezes}", channel_post(words, by, known))
        elif statement:
            post = statement_post(words, known)
            ids += await _tell_managers(service, session, f"{row.freezes}:{_mark(known)}", post)
        key = f"{row.freezes}:{_mark(known)}:{now.timestamp():.0f}"
    await service.engine.enqueue("freeze", key)
    await service.deliver_soon(ids)
    return Stopped(waiting, running, fresh, known, too_long)


async def lift(service: Service, by: str, number: int | None = None) -> bool:
    """Ends the freeze, or the one of that number alone; a job then tells those who were told. False: there is none."""
    words = service.words(None)
    team_id = service.team_id
    async with service.database.begin() as session:
        row = await program_state.state(session, team_id, lock=True)
        if row.frozen_at is None or number not in (None, row.freezes):
            return False
        await program_state.lift(session, team_id)
        await freezes.withdraw(session, team_id, row.freezes, service.clock.now())
        key = f"{row.freezes}:{_OVER}"
        ids = await _tell_managers(service, session, key, channel_over_post(words, by))
    await service.engine.enqueue("freeze", key)
    await service.deliver_soon(ids)
    return True


async def name_of(service: Service, user_id: str, words: Words) -> str:
    """A community manager's name, for the others."""
    return ((await service.gateway.member(user_id)).name if user_id else "") or words.say("by_somebody")


async def freeze_section(service: Service, user_id: str, words: Words) -> list[Block]:
    """The managers' Home: whether it is frozen, with the buttons for it; nothing for anybody else."""
    if not service.is_manager(user_id):
        return []
    lasts = await current(service)
    return home_blocks(words, lasts, await name_of(service, lasts.by, words) if lasts else "")


async def freeze_job(service: Service, key: str) -> None:
    """The job `freeze`: the key is `{number}:{mark of the statement}:{time}`, or `{number}:over`."""
    number, what, *_ = key.split(":")
    tell = tell_over if what == _OVER else tell_to_hold
    # What was on its way when the statement changed is seen to in the second round.
    for round_ in ("first", "second"):
        put = await step(f"put {round_}", tell, service, int(number))
        await step(f"deliver {round_}", deliver_each, service, put)


async def catch_up(service: Service) -> None:
    """What a crash kept from being put in. Safe to call at any time, in any process; delivered by the jobs that it asks for."""
    async with service.database.read() as session:
        row = await freezes.last(session, service.team_id)
    if row is not None and row.freezes:
        put = await (tell_to_hold if row.frozen_at is not None else tell_over)(service, row.freezes)
        await service.deliver_soon(put)


async def tell_to_hold(service: Service, number: int) -> list[str]:
    """Puts in a post for everybody with an open draft, and brings the statement to those who have theirs without it."""
    freeze = await current(service)
    if freeze is None or freeze.number != number:
        return []
    async with service.database.read() as session:
        people = await freezes.with_open_drafts(session, service.team_id, freeze.since)
        earlier = {row.user_id or "": row for row in await freezes.told(session, service.team_id, number)}
    about = f"freeze:{number}:{_mark(freeze.statement)}"
    new = {user: channel for user, channel in people.items() if user not in earlier}
    old = {user: row for user, row in earlier.items() if user and row.posted_ts and row.about != about}
    ids: list[str] = []
    for some in batches([*new, *old], _AT_ONCE):
        posts = {user: await _hold(service, user, freeze) for user in some}
        async with service.database.begin() as session:
            row = await program_state.state(session, service.team_id, lock=True)
            if _as_freeze(row) != freeze:
                return ids  # lifted or renewed meanwhile: another job tells that
            still = await freezes.with_open_drafts(session, service.team_id, freeze.since)
            for user, post in posts.items():
                if user in new and user not in still:
                    continue  # posted, let go or forgotten meanwhile
                if post is not None and user in new:
                    fields = {"user_id": user, "channel_id": new[user], "about": about}
                    ids.append(await service.put(session, freezes.work(number, user), post, **fields))
                elif post is not None:
                    ids += await _renew(service, session, old[user].id, about, post)
    return ids


async def tell_over(service: Service, number: int) -> list[str]:
    """Puts in a line for each of those who were told."""
    about = f"freeze:{number}:{_OVER}"
    async with service.database.read() as session:
        told = [
            row for row in await freezes.told(session, service.team_id, number) if _stands(row) and row.about != about
        ]
    ids: list[str] = []
    for some in batches(told, _AT_ONCE):
        posts = {row.id: over_post(await service.words_for(row.user_id or "")) for row in some}
        async with service.database.begin() as session:
            state = await program_state.state(session, service.team_id, lock=True)
            if state.frozen_at is not None or state.freezes != number:
                return ids  # frozen again: that is what they are told
            for row in some:
                current_row = await session.get(Outgoing, row.id)
                if current_row is None or current_row.user_id is None:
                    continue  # forgotten meanwhile
                current_row.about = about
                fields = {"user_id": row.user_id, "channel_id": row.channel_id}
                ids.append(
                    await service.put(session, freezes.over_work(number, row.user_id or ""), posts[row.id], **fields)
                )
    return ids


async def _hold(service: Service, user_id: str, freeze: Freeze) -> Post | None:
    if service.refusal(await service.gateway.member(user_id)):
        return None
    return hold_post(await service.words_for(user_id), freeze.statement)


async def _renew(service: Service, session: AsyncSession, id_: str, about: str, post: Post) -> list[str]:
    row = await session.get(Outgoing, id_, populate_existing=True)
    if row is None or not _stands(row) or row.about == about:
        return []
    row.about = about
    return [await outbox.change_later(session, row, service.clock.now(), post.payload)]


async def _tell_managers(service: Service, session: AsyncSession, key: str, post: Post) -> list[str]:
    channel = service.settings.escalation_channel
    return [await service.put(session, f"freeze-channel:{key}", post, channel_id=channel)] if channel else []


def _as_freeze(row: ProgramState | None) -> Freeze | None:
    if row is None or row.frozen_at is None:
        return None
    return Freeze(row.freezes, row.frozen_at, row.frozen_by or "", row.statement or "")


def _stands(row: Outgoing) -> bool:
    return row.posted_ts is not None and row.withdrawn_at is None


def _mark(statement: str) -> str:
    """What a statement is known by; not its words, which belong to no job's id."""
    return hashlib.sha256(statement.encode("utf-8", "replace")).hexdigest()[:8] if statement else "none"
