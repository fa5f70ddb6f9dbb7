"""From a question about policy to its answer: who may ask, in which language, what of it is kept, what is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from bot.coach.intent import Meaning, understand
from bot.coach.policy_answer import PolicyAnswer
from bot.coach.policy_question import is_private
from bot.slack.gap_noting import note
from bot.slack.keys import Key
from bot.slack.policy_blocks import answer_post
from bot.slack.post import Post
from bot.slack.service import Service
from bot.store import questions
from bot.store.models import Person
from bot.store.questions import Thread
from bot.text import sentences

_LETTERS = 25  # fewer tell no language
_DRAFT, _HEADED = 25, 6  # words of a reply that is plainly a draft; of one behind “for LinkedIn:”
_MARKS = re.compile(r"https?://|(?<!\w)[#@]\w", re.IGNORECASE)
"""What stands in posts, and hardly ever in a question."""
_PARAGRAPHS = re.compile(r"\S\s*\n\s*\n\s*\S")
_ASKS = re.compile(r"\?[\s?!]*$")


@dataclass(frozen=True)
class Asked:
    """A question as somebody asked it, and where."""

    user_id: str
    channel_id: str
    origin: str
    """Where it came from, once: a message's key, `command:{…}`, `mention:{…}`."""
    text: str = field(repr=False)
    language: str
    """Of the answer, where the question's own isn't one of the company's."""
    thread_ts: str | None = None
    """The thread that the answer stands in; None: none, where it was asked."""
    earlier: tuple[str, ...] = field(default=(), repr=False)
    may_keep: bool = True
    """False: it follows on a question that isn't kept."""
    may_note: bool = True
    """False: it may have been a draft, so the managers don't learn of it where the manual is silent."""
    can_share: bool = False
    """Whether it was asked among others, who may read the answer if the asker likes."""


async def language_for(service: Service, meaning: Meaning, user_id: str, thread: Thread | None = None) -> str:
    """The question's own language where the company speaks it, else the thread's, else the asker's."""
    letters = sum(character.isalpha() for character in meaning.text)
    own = meaning.language in service.coach.policy.company.languages and letters > 0
    plain = meaning.intent == "question" or letters >= _LETTERS
    if own and (plain or thread is None or thread.language is None):
        return meaning.language
    if thread is not None and thread.language is not None:
        return thread.language
    return (await service.words_for(user_id)).language


def is_for_nobody_else(service: Service, text: str) -> bool:
    """Whether a question is on pay, hours or organising: nothing of it is kept, not even for a moment."""
    return is_private(text, service.coach.policy, service.coach.prompts)


def meaning_of(service: Service, text: str) -> Meaning:
    """What a message is, by its words."""
    return understand(text, service.coach.policy.networks, service.intents)


def is_draft_all_the_same(meaning: Meaning, *, pictures: bool) -> bool:
    """In the thread of a question: whether a reply is plainly a draft. When it's unsure, it is a follow-up question."""
    if meaning.intent != "draft":
        return False
    text = meaning.text.strip()
    count = len(text.split())
    if pictures or _MARKS.search(text) or _PARAGRAPHS.search(text):
        return True
    if meaning.network is not None and count >= _HEADED and not text.endswith("?"):
        return True
    return count >= _DRAFT and not text.endswith("?")


def is_lone_question(meaning: Meaning, *, pictures: bool) -> bool:
    """Whether what may be a post is one sentence that asks, for no network and without a hashtag: most ask Bonvent so.

    A draft that is taken for a question costs one press of a button; the other way round, people are asked for a network.
    """
    text = meaning.text.strip()
    plain = meaning.intent == "draft" and meaning.network is None and not pictures and not _MARKS.search(text)
    return plain and bool(_ASKS.search(text)) and len(sentences(text)) == 1


def asks(meaning: Meaning) -> bool:
    """Whether somebody who called Bonvent by name asks something: there, what ends in a question mark does, too."""
    return meaning.intent == "question" or (meaning.intent == "draft" and bool(_ASKS.search(meaning.text)))


async def answer(service: Service, asked: Asked) -> PolicyAnswer:
    """The coach's answer. Never raises for what a model or an index does."""
    return await service.coach.aanswer(asked.text, language=asked.language, earlier=asked.earlier)


async def put_down(service: Service, session: AsyncSession, asked: Asked, answer: PolicyAnswer) -> str | None:
    """What stays of a question once it is answered. Gives the id of the kept question; None: nothing of it is kept.

    A private one leaves nothing; neither does what somebody asks who doesn't want their words kept.
    """
    if answer.private or not asked.may_keep or is_for_nobody_else(service, asked.text):
        return None
    asker = await session.get(Person, (service.team_id, asked.user_id))
    if asker is not None and not asker.keep_drafts:
        return None
    row = await questions.keep(
        session,
        origin=asked.origin,
        now=service.clock.now(),
        team_id=service.team_id,
        user_id=asked.user_id,
        channel_id=asked.channel_id,
        thread_ts=asked.thread_ts,
        text=asked.text,
        language=answer.language,
        body=answer.model_dump(mode="json"),
    )
    if answer.stance == "silent" and asked.may_note:
        note(service, " ".join([*asked.earlier[-1:], asked.text]), answer.language, "unanswered", asker=asked.user_id)
    return row.id


def drawn(
    service: Service, asked: Asked, answer: PolicyAnswer, question_id: str | None, turn_id: str | None = None
) -> Post:
    """The answer as its asker sees it. `question_id`: of the question that is kept."""
    words = service.words(answer.language)
    note: Key | None = None
    if question_id is not None and answer.stance == "silent" and asked.may_note:
        note = "policy_noted"
    elif not asked.may_keep and not answer.private:
        note = "policy_not_followed"
    return answer_post(
        answer,
        words,
        question_id=question_id,
        can_share=asked.can_share,
        turn_id=turn_id,
        note=words.say(note) if note else None,
        numbers=service.numbers,
    )


async def answered(service: Service, asked: Asked) -> Post:
    """Answers a question asked outside of a direct message: what only the asker is shown."""
    await service.calm()
    found = await answer(service, asked)
    async with service.database.begin() as session:
        question_id = await put_down(service, session, asked, found)
    return drawn(service, asked, found, question_id)
