"""A question to a human as its author and the community managers see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from bot.slack import actions as ids
from bot.slack.inputs import labelled, typed
from bot.slack.keys import Key
from bot.slack.post import Block, Post
from bot.slack.rich_text import (
    Element,
    actions,
    bullets,
    button,
    context,
    escaped,
    plain,
    quote,
    rich_text,
    section,
    shortened,
    text,
)
from bot.slack.sharing import NOTE, Shared, SharedDraft, SharedPassage, SharedQuestion
from bot.slack.words import Words

ANSWER = 3_000
"""Characters that an answer may have."""
NOTE_INPUT, ANSWER_INPUT = "note", "answer"

State = Literal["open", "taken", "answered"]


def asking_view(words: Words) -> dict[str, Any]:
    """The modal until its content is there: Slack gives it three seconds to open."""
    return _view(words, "title_ask_human", [context(words.say("one_moment"))])


def ask_view(share: Shared, channel: str, subject_id: str, words: Words) -> dict[str, Any]:
    """Shows its author exactly what a question would share, and with whom.

    `subject_id`, of the review or of the policy question, comes back with the submission.
    """
    more = words.say("question_note" if isinstance(share, SharedDraft) else "question_more")
    lines = typed(NOTE, multiline=True)
    entry = labelled(NOTE_INPUT, more, lines, words.say("question_note_hint"), optional=True)
    with_whom = rich_text(section(text(words.say("question_goes_to", channel=channel))))
    return _view(words, "title_ask_human", [with_whom, *_shared(share, words), entry]) | {
        "callback_id": ids.VIEW_ASK_HUMAN if isinstance(share, SharedDraft) else ids.VIEW_POLICY_ASK_HUMAN,
        "private_metadata": subject_id,
        "submit": plain(words.say("submit_share")),
    }


def answer_view(share: Shared, escalation_id: str, words: Words) -> dict[str, Any]:
    """Where a community manager writes the answer, with the question above it."""
    lines = typed(ANSWER, multiline=True) | {"focus_on_load": True}
    entry = labelled(ANSWER_INPUT, words.say("question_answer"), lines, words.say("question_answer_hint"))
    return _view(words, "title_answer", [*_shared(share, words), entry]) | {
        "callback_id": ids.VIEW_ANSWER,
        "private_metadata": escalation_id,
        "submit": plain(words.say("submit_send")),
    }


def managers_post(
    share: Shared,
    escalation_id: str,
    words: Words,
    *,
    hours: float,
    state: State = "open",
    taken_by: str | None = None,
    answer: str | None = None,
    overdue: bool = False,
) -> Post:
    """The question in the community managers' channel. `hours`: from asking to its deadline. Names no author."""
    title = words.say("question_new" if isinstance(share, SharedDraft) else "question_new_policy")
    blocks: list[Block] = [
        rich_text(section([{"type": "emoji", "name": "raising_hand"}], text(f" {title}", bold=True))),
        *_shared(share, words, in_full=state != "answered"),
    ]
    if state == "answered":
        blocks.append(_said(words.say("question_answered_by"), taken_by, answer))
        return Post(escaped(title), blocks)
    if overdue:
        blocks.append(_overdue(words))
    else:
        blocks.append(context(words.say("question_until", time=words.span(hours))))
    if state == "open":
        blocks.append(actions([button(words.say("button_take"), ids.TAKE, escalation_id, primary=True)]))
        return Post(escaped(title), blocks)
    blocks.append(rich_text(section(text(f"{words.say('question_taken_by')} "), _person(taken_by))))
    blocks.append(
        actions(
            [
                button(words.say("button_answer"), ids.ANSWER, escalation_id, primary=True),
                button(words.say("button_release"), ids.RELEASE, escalation_id),
            ]
        )
    )
    return Post(escaped(title), blocks)


def withdrawn_post(words: Words) -> Post:
    """What stands in the managers' channel once the author took the question back; nothing of it is left."""
    sentence = words.say("question_withdrawn")
    return Post(escaped(sentence), [context(sentence)])


def reminder_post(words: Words, *, hours: float, taken_by: str | None) -> Post:
    """Half of the time is over: below the question, to whoever has it, else to all."""
    said = words.say("question_reminder", time=words.span(hours))
    return Post(escaped(said), [_to(said, taken_by)])


def overdue_post(words: Words, *, taken_by: str | None) -> Post:
    """The deadline passed: below the question."""
    said = words.say("question_overdue_managers")
    return Post(escaped(said), [_to(said, taken_by)])


def asked_post(escalation_id: str, words: Words, *, hours: float) -> Post:
    """The confirmation in the author's thread."""
    said = words.say("question_asked", time=words.span(hours))
    withdraw = actions([button(words.say("button_withdraw"), ids.WITHDRAW, escalation_id)])
    return Post(escaped(said), [rich_text(section(text(said))), withdraw])


def closed_post(words: Words, *, withdrawn: bool) -> Post:
    """What the confirmation becomes once there is nothing left to withdraw."""
    said = words.say("question_you_withdrew" if withdrawn else "question_was_answered")
    return Post(escaped(said), [context(said)])


def answer_post(answer: str, answered_by: str | None, words: Words) -> Post:
    """A community manager's answer in the author's thread, literally, with who says it."""
    return Post(
        escaped(words.say("question_has_answer")), [_said(words.say("question_answer_from"), answered_by, answer)]
    )


def with_question(post: Post, share: Shared, words: Words) -> Post:
    """A post that stands on its own, outside the thread of what was asked: below the question that it is about."""
    if isinstance(share, SharedDraft):
        return post
    asked = rich_text(section(text(words.say("question_yours"), bold=True)), quote(share.question or "…"))
    return Post(post.text, [asked, *post.blocks])


def _shared(share: Shared, words: Words, *, in_full: bool = True) -> list[Block]:
    """What was shared, as its author saw it; once it is answered, without what Bonvent said to it."""
    parts = _draft(share, words, in_full) if isinstance(share, SharedDraft) else _question(share, words, in_full)
    if share.note:
        label: Key = "question_note_of_author" if isinstance(share, SharedDraft) else "question_more_of_author"
        parts += [section(text(words.say(label), bold=True)), quote(share.note)]
    return [rich_text(*parts)]


def _draft(share: SharedDraft, words: Words, in_full: bool) -> list[Element]:
    parts: list[Element] = [
        section(text(shortened(words.network(share.network), 100), bold=True)),
        quote(share.draft or "…"),
    ]
    if share.findings and in_full:
        parts.append(section(text(words.say("question_findings"), bold=True)))
        parts.append(bullets(section(text(message)) for message in share.findings))
    return parts


def _question(share: SharedQuestion, words: Words, in_full: bool) -> list[Element]:
    asked = section(text(words.say("question_note_of_author"), bold=True))
    parts: list[Element] = [asked, quote(share.question or "…")]
    if in_full and (share.answer or share.passages):
        parts.append(section(text(words.say("question_findings"), bold=True)))
        if share.answer:
            parts.append(section(text(share.answer)))
        if share.passages:
            parts.append(bullets(section(_passage(each)) for each in share.passages))
    return parts


def _passage(passage: SharedPassage) -> list[Element]:
    return [*text(f"“{passage.quote}”", italic=True), *text(f" ({passage.heading})")]


def _said(label: str, user_id: str | None, answer: str | None) -> Block:
    return rich_text(section(text(f"{label} ", bold=True), _person(user_id)), quote(answer or "…"))


def _overdue(words: Words) -> Block:
    late = [{"type": "emoji", "name": "alarm_clock"}]
    return rich_text(section(late, text(f" {words.say('question_overdue')}", bold=True)))


def _to(said: str, user_id: str | None) -> Block:
    return rich_text(section(_person(user_id), text(f" {said}" if user_id else said)))


def _person(user_id: str | None) -> Sequence[Element]:
    return [{"type": "user", "user_id": user_id}] if user_id else []


def _view(words: Words, title: Key, blocks: list[Block]) -> dict[str, Any]:
    return {
        "type": "modal",
        "title": plain(words.say(title)),
        "close": plain(words.say("close_cancel")),
        "blocks": blocks,
    }
