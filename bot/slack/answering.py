"""What becomes of a message: a draft is reviewed, a question answered, a word in a thread understood, a greeting returned."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.coach.intake import LONGEST
from bot.coach.intent import Meaning
from bot.metrics import FALLBACKS
from bot.slack import policy_asking
from bot.slack.begun import campaign_of, conversation_of
from bot.slack.blocks import network_post, sentence_post
from bot.slack.delivery import deliver
from bot.slack.policy_messages import answer_message, is_question
from bot.slack.post import Post
from bot.slack.reviewing import compose, tidy
from bot.slack.service import Service
from bot.slack.talking import answer_wish
from bot.store import drafts, messages, outbox, questions
from bot.store.models import Draft, Message, Turn
from bot.store.people import person
from bot.work.engine import JobFailed, step

_PATIENCE = timedelta(seconds=90)
_CHECK_S = 0.25


async def answer_job(service: Service, key: str) -> None:
    """The job `answer`: the key is `{message}@{edit}`. Ends in an answer, whatever happens."""
    message_key, _, edited_ts = key.rpartition("@")
    draft_id = None
    try:
        draft_id = await step("read", read, service, message_key, edited_ts)
        if draft_id is not None:
            await step("compose", compose_newest, service, draft_id)
    except JobFailed:
        await step("apologise", _apologise, service, message_key, key)
    await step("deliver", _deliver_all, service, message_key, draft_id)
    await step("settle", _settle, service, message_key, edited_ts)
    if draft_id is not None:
        await step("tidy", tidy, service, draft_id)


async def compose_newest(service: Service, draft_id: str) -> None:
    """Reviews the draft as it is now."""
    async with service.database.read() as session:
        row = await session.get(Draft, draft_id)
    if row is not None and row.network is not None:
        await compose(service, draft_id, row.edition)


async def read(service: Service, message_key: str, edited_ts: str) -> str | None:
    """Decides what a message is and puts the answer in the outbox; for a draft gives its id, to be reviewed."""
    async with service.database.read() as session:
        message = await session.get(Message, message_key)
    if message is None or message.state != "received" or message.edited_ts != edited_ts:
        return None
    if message.ts != message.thread_ts:
        await _wait_for_earlier(service, message)
    where = (message.team_id, message.channel_id, message.thread_ts)
    async with service.database.read() as session:
        turn = await messages.turn_of(session, message_key)
        own = await drafts.from_origin(session, message_key)
        other = await drafts.in_thread(session, *where)
        thread = await questions.thread(session, *where) if message.ts != message.thread_ts else None
        begun = await campaign_of(session, message) or await conversation_of(session, message)
    if turn is None:  # its words moved on to the draft before a crash
        return own.id if own else None
    member = await service.gateway.member(message.user_id)
    refusal = service.refusal(member)
    if refusal:
        words = service.words(member.language)
        await _say(service, message, turn, sentence_post(words.say(refusal, company=service.company)))
        return None
    if other is not None and other.origin != message_key:
        return await answer_wish(service, message, turn, other)
    meaning = policy_asking.meaning_of(service, turn.text)
    if own is None and is_question(meaning, thread, pictures=bool(turn.pictures)):
        await answer_message(service, message, turn, meaning, thread)
        return None
    if own is not None or meaning.intent == "draft" or (begun and meaning.intent not in ("greeting", "thanks")):
        return await keep_draft(service, message, turn, meaning)
    await _talk(service, message, turn, meaning)
    return None


async def keep_draft(service: Service, message: Message, turn: Turn, meaning: Meaning) -> str | None:
    """The message as a draft of its own, or as a new edition of the draft that it was; asks for the network if need be."""
    words = service.words(meaning.language)
    text = meaning.text.strip()
    if not text or len(text) > LONGEST:
        said = words.say("too_long", most=LONGEST) if text else words.say("empty")
        await _say(service, message, turn, sentence_post(said))
        return None
    async with service.database.begin() as session:
        chosen = (await person(session, message.team_id, message.user_id)).network
        row = await drafts.from_origin(session, message.key)
        if row is None:
            answers = await conversation_of(session, message)
            row = await drafts.create(
                session,
                origin=message.key,
                now=service.clock.now(),
                team_id=message.team_id,
                user_id=message.user_id,
                channel_id=message.channel_id,
                thread_ts=message.thread_ts,
                text=text,
                network=meaning.network or (answers.network if answers else None) or chosen,
                pictures=turn.pictures,
                campaign_id=await campaign_of(session, message),
            )
        else:
            network = meaning.network or row.network
            await drafts.change(session, row, text=text, network=network, pictures=turn.pictures)
        kept = await session.get(Turn, turn.id)
        if kept is not None:
            await session.delete(kept)
        await questions.remove_for_message(session, message.key)  # it may have been taken for one
        if row.network is None:
            await ask_network(service, session, row, message.key)
            return None
    return row.id


async def ask_network(service: Service, session: AsyncSession, row: Draft, message_key: str | None) -> None:
    """Asks with buttons which network a draft is for."""
    member = await service.gateway.member(row.user_id)
    post = network_post(row.id, service.words(member.language), may_be_question=message_key is not None)
    about = f"network:{row.id}"
    await service.put_in_thread(session, about, post, row, message_key, about)


async def _talk(service: Service, message: Message, turn: Turn, meaning: Meaning) -> None:
    words = service.words(meaning.language)
    if meaning.intent == "greeting":
        await _say(service, message, turn, sentence_post(words.say("greeting")))
    elif meaning.intent == "thanks":
        await _say(service, message, turn, sentence_post(words.say("thanks")))
    else:
        said = words.say("how_it_works") if meaning.about_bonvent else words.say("small_talk")
        await _say(service, message, turn, sentence_post(said))


async def _say(service: Service, message: Message, finished: Turn, post: Post) -> None:
    """Answers a message; the words of `finished` aren't needed any more."""
    async with service.database.begin() as session:
        await service.put_reply(session, f"answer:{message.key}@{message.edited_ts}", post, message)
        kept = await session.get(Turn, finished.id)
        if kept is not None:
            await session.delete(kept)


async def _wait_for_earlier(service: Service, message: Message) -> None:
    """Answers come in the order of what was said."""
    for _ in range(int(_PATIENCE.total_seconds() / _CHECK_S)):
        async with service.database.read() as session:
            if not await messages.waits_before(session, message, _PATIENCE, service.clock.now()):
                return
        await asyncio.sleep(_CHECK_S)


async def _apologise(service: Service, message_key: str, work: str) -> None:
    FALLBACKS.inc()
    async with service.database.begin() as session:
        message = await session.get(Message, message_key)
        if message is None or message.state != "received":
            return
        language = (await service.gateway.member(message.user_id)).language
        post = sentence_post(service.words(language).say("fallback"))
        await service.put_reply(session, f"fallback:{work}", post, message)


async def _deliver_all(service: Service, message_key: str, draft_id: str | None) -> None:
    async with service.database.read() as session:
        waiting = await outbox.waiting(session, message_key=message_key)
        waiting += [i for i in await outbox.waiting(session, draft_id=draft_id) if i not in waiting] if draft_id else []
    for id_ in waiting:
        await deliver(service, id_)


async def _settle(service: Service, message_key: str, edited_ts: str) -> None:
    async with service.database.begin() as session:
        await messages.settle(session, message_key, edited_ts, service.clock.now())
