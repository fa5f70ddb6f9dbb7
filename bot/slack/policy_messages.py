"""Questions about policy in the direct message: which messages are some, their answers, and what goes when they go."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.coach.intent import Meaning
from bot.slack import policy_asking
from bot.slack.blocks import sentence_post
from bot.slack.escalating import withdraw_for_question
from bot.slack.policy_asking import Asked
from bot.slack.reviewing import withdraw
from bot.slack.service import Service
from bot.store import drafts, messages, outbox, questions
from bot.store.messages import Arrival
from bot.store.models import Draft, Message, Turn
from bot.store.questions import ABOUT, Thread


def is_question(meaning: Meaning, thread: Thread | None, *, pictures: bool) -> bool:
    """Whether a message asks about policy: by its words; in the thread of a question also what isn't plainly a draft."""
    if meaning.intent != "draft":
        return meaning.intent == "question"
    if thread is None:
        return policy_asking.is_lone_question(meaning, pictures=pictures)
    return not policy_asking.is_draft_all_the_same(meaning, pictures=pictures)


async def will_be_answered(service: Service, arrival: Arrival) -> bool:
    """Whether a message is going to be answered as a question, for what is said meanwhile."""
    thread = await _thread(service, arrival)
    async with service.database.read() as session:
        draft = await drafts.in_thread(session, arrival.team_id, arrival.channel_id, arrival.thread_ts)
    meaning = policy_asking.meaning_of(service, arrival.text)
    return draft is None and is_question(meaning, thread, pictures=bool(arrival.pictures))


async def answer_at_once(service: Service, arrival: Arrival) -> list[str] | None:
    """Answers a question of which nothing may be kept. None: it isn't one; else ids of the outbox to deliver.

    That it came and the answer to it are put down together, and its words never are: so Slack's acknowledgement waits for it.
    """
    thread = await _thread(service, arrival)
    async with service.database.read() as session:
        is_draft = arrival.edited_ts and await drafts.from_origin(session, arrival.key) is not None
    private = policy_asking.is_for_nobody_else(service, arrival.text)
    if is_draft or (not private and (thread is None or thread.all_kept)):
        return None
    meaning = policy_asking.meaning_of(service, arrival.text)
    if not is_question(meaning, thread, pictures=bool(arrival.pictures)):
        return None
    member = await service.gateway.member(arrival.user_id)
    if refusal := service.refusal(member):
        post = sentence_post(service.words(member.language).say(refusal, company=service.company))
    else:
        asked = await _asked(service, arrival, arrival.text, meaning, thread, may_keep=False)
        post = policy_asking.drawn(service, asked, await policy_asking.answer(service, asked), None)
    async with service.database.begin() as session:
        if not await messages.receive(session, arrival, service.clock.now(), keep_words=False):
            return await outbox.waiting(session, message_key=arrival.key)
        ids = await withdraw_answer(service, session, arrival.key) if arrival.edited_ts else []
        work = f"answer:{arrival.key}@{arrival.edited_ts}"
        ids.append(await service.put_reply(session, work, post, arrival, about=ABOUT))
        await messages.settle(session, arrival.key, arrival.edited_ts, service.clock.now())
    return ids


async def answer_message(
    service: Service, message: Message, turn: Turn, meaning: Meaning, thread: Thread | None
) -> None:
    """Answers a message as a question, and keeps what may be kept of it."""
    may_keep = thread is None or thread.all_kept
    asked = await _asked(service, message, turn.text, meaning, thread, may_keep=may_keep)
    await service.calm()
    answer = await policy_asking.answer(service, asked)
    async with service.database.begin() as session:
        current = await session.get(Message, message.key, with_for_update=True)
        if current is None or current.state != "received" or current.edited_ts != message.edited_ts:
            return
        question_id = await policy_asking.put_down(service, session, asked, answer)
        # While the question is kept its turn is, too: it may be a draft after all.
        post = policy_asking.drawn(service, asked, answer, question_id, turn.id if question_id else None)
        work, about = f"answer:{message.key}@{message.edited_ts}", f"{ABOUT}{question_id or ''}"
        await service.put_reply(session, work, post, message, about=about)
        kept = await session.get(Turn, turn.id) if question_id is None else None
        if kept is not None:
            await session.delete(kept)


async def answer_draft(service: Service, row: Draft) -> list[str]:
    """What was taken for a draft was a question: it is answered, and no draft any more. Gives ids of the outbox to deliver."""
    async with service.database.read() as session:
        message = await session.get(Message, row.origin)
    if message is None:
        return []
    meaning = policy_asking.meaning_of(service, row.text)
    asked = await _asked(service, message, row.text, meaning, None, may_keep=True)
    await service.calm()
    answer = await policy_asking.answer(service, asked)
    async with service.database.begin() as session:
        current = await session.get(Draft, row.id, with_for_update=True)
        if current is None or current.edition != row.edition:
            return []
        question_id = await policy_asking.put_down(service, session, asked, answer)
        turn = Turn(message_key=message.key, role="author", text=row.text, pictures=row.pictures)
        turn.created_at = service.clock.now()
        if question_id is not None:
            session.add(turn)
            await session.flush()
        ids = await withdraw(service, session, about=f"network:{row.id}")
        post = policy_asking.drawn(service, asked, answer, question_id, turn.id if question_id else None)
        ids.append(
            await service.put_reply(session, f"answer:{row.id}", post, message, about=f"{ABOUT}{question_id or ''}")
        )
        await drafts.remove(session, row.id)
    return ids


async def withdraw_answer(service: Service, session: AsyncSession, message_key: str) -> list[str]:
    """Takes back what was answered to a question, and the question; gives ids of the outbox to deliver."""
    ids: list[str] = []
    for about in await questions.answers_to(session, message_key):
        ids += await withdraw(service, session, message_key=message_key, about=about)
    question_id = await questions.remove_for_message(session, message_key)
    if question_id is not None:
        ids += await withdraw_for_question(service, session, question_id)
    return ids


async def _thread(service: Service, arrival: Arrival) -> Thread | None:
    """The thread of questions that a message stands in."""
    if arrival.ts == arrival.thread_ts:
        return None
    async with service.database.read() as session:
        return await questions.thread(session, arrival.team_id, arrival.channel_id, arrival.thread_ts)


async def _asked(
    service: Service,
    message: Message | Arrival,
    text: str,
    meaning: Meaning,
    thread: Thread | None,
    *,
    may_keep: bool,
) -> Asked:
    """All of the message: what was taken for a draft's “for LinkedIn” says in a question what it is about."""
    return Asked(
        user_id=message.user_id,
        channel_id=message.channel_id,
        origin=message.key,
        text=text.strip(),
        language=await policy_asking.language_for(service, meaning, message.user_id, thread),
        thread_ts=message.thread_ts,
        earlier=thread.earlier if thread else (),
        may_keep=may_keep,
        # A draft that was taken for a question mustn't reach the managers, in nobody's name either.
        may_note=policy_asking.asks(meaning) if thread else meaning.intent == "question",
    )
