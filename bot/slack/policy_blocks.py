"""An answer to a question about policy as its asker reads it, as a channel reads it once shared, and a whole section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bot.coach.policy_answer import PolicyAnswer, Quoted, Stance
from bot.manual.models import Passage
from bot.slack import actions as ids
from bot.slack.inputs import View
from bot.slack.keys import Key
from bot.slack.layout import LONGEST_WORDS
from bot.slack.post import Block, Post
from bot.slack.rich_text import (
    Element,
    actions,
    bullets,
    button,
    characters,
    context,
    escaped,
    line,
    pieces,
    plain,
    quote,
    rich_text,
    section,
    shortened,
    text,
)
from bot.slack.words import Words
from bot.text import sentences

_VERSION = 7
"""Characters of a file's version: shown where the history doesn't know its number."""
_SIGNS: dict[Stance, str] = {
    "yes": "white_check_mark",
    "no": "raised_hand",
    "depends": "scales",
    "passages": "book",
    "silent": "mag",
    "human": "busts_in_silhouette",
    "rejected": "speech_balloon",
}
ANSWERS = ("yes", "no", "depends", "passages")
"""Stances with which the manual answers: what can be helpful, and shared."""
_LONGEST_ANSWER, _LONGEST_QUESTION, _LONGEST_LINE = 2_000, 1_500, 300  # characters
_CITATIONS, _SEE_ALSO, _CONTACTS = 3, 5, 5
_VIEW_BLOCKS, _VIEW_CHARACTERS = 95, 60_000  # of a modal; Slack takes 100 blocks, and says nothing of characters


def answer_post(
    answer: PolicyAnswer,
    words: Words,
    *,
    question_id: str | None,
    can_share: bool,
    turn_id: str | None = None,
    note: str | None = None,
    numbers: Mapping[str, int] | None = None,
) -> Post:
    """The answer for the asker's eyes, in the answer's language.

    `question_id` is what the buttons work on; None: the question isn't kept, so there are none. `can_share`: it stands in a
    channel where the asker may share it. `turn_id` is the asker's message, where it may have been a draft after all. `note`
    is a sentence on what is kept. `numbers`: `Passage.version` → the number of the manual's version that people know.
    """
    words = words.within(answer.language)
    blocks = [
        *_said(answer, words),
        *_quotes(answer, words, question_id, numbers),
        *_see_also(answer, words, question_id),
    ]
    if contacts := _contacts(answer, words):
        blocks.append(contacts)
    if answer.private:
        blocks.append(context(words.say("policy_private")))
    if note:
        blocks.append(context(note))
    if pressed := _buttons(answer, words, question_id, can_share, turn_id):
        blocks.append(actions(pressed))
    return Post(escaped(_notification(answer, words)), blocks)


def shared_post(
    question: str, answer: PolicyAnswer, words: Words, *, asker: str, numbers: Mapping[str, int] | None = None
) -> Post:
    """What stands in the channel once the asker shared it: question and answer, without a button. `asker` is a name."""
    words = words.within(answer.language)
    title = words.say("policy_shared", who=shortened(asker, _LONGEST_LINE))
    blocks = [
        rich_text(section(text(title, bold=True)), quote(shortened(question, _LONGEST_QUESTION))),
        *_said(answer, words),
        *_quotes(answer, words, None, numbers),
        *_see_also(answer, words, None),
    ]
    if contacts := _contacts(answer, words):
        blocks.append(contacts)
    return Post(escaped(words.say("policy_shared_title")), blocks)


def section_view(passages: Sequence[Passage], words: Words, numbers: Mapping[str, int] | None = None) -> View:
    """A whole section in a modal; cut, and it says so, where Slack's limits don't let all of it in. Needs a passage."""
    first = passages[0]
    source = source_of(first.manual, first.version, first.language, words, numbers)
    heading = shortened(first.heading_path, _LONGEST_LINE)
    blocks = [rich_text(section(text(heading, bold=True))), context(source)]
    taken = 0
    for piece in (piece for passage in passages for piece in pieces(passage.text, 2_900)):
        taken += characters(piece)
        if len(blocks) >= _VIEW_BLOCKS or taken > _VIEW_CHARACTERS:
            blocks.append(context(words.say("policy_section_cut")))
            break
        if piece.strip():
            blocks.append(rich_text(section(text(piece.rstrip("\n")))))
    title, close = plain(words.say("title_section")), plain(words.say("close_done"))
    return {"type": "modal", "title": title, "close": close, "blocks": blocks}


def source_of(manual: str, version: str, language: str, words: Words, numbers: Mapping[str, int] | None = None) -> str:
    """Where words of the manual come from; the language is named where it isn't the reader's."""
    number = (numbers or {}).get(version, version[:_VERSION])
    said = {"manual": shortened(manual, _LONGEST_LINE), "version": number}
    if language in (words.language, "und", ""):
        return words.say("policy_source", **said)
    return words.say("policy_source_language", **said, spoken=language_name(language, words))


def language_name(language: str, words: Words) -> str:
    """A language as the reader calls it; its code where we have no word for it."""
    names: dict[str, Key] = {"en": "language_en", "es": "language_es", "ca": "language_ca"}
    return words.say(names[language]) if language in names else language


def _notification(answer: PolicyAnswer, words: Words) -> str:
    return words.say("passages") if answer.stance == "passages" else words.say("policy_answered")


def _said(answer: PolicyAnswer, words: Words) -> list[Block]:
    """The first sentence in bold, then why. Of the manual's words alone: that they are."""
    sign: list[Element] = [{"type": "emoji", "name": _SIGNS[answer.stance]}]
    if answer.stance == "passages":
        first = section(sign, text(f" {words.say('passages')}", bold=True))
        # What stands before the quotes is a word of ours: that the question's language is none of the company's.
        note = answer.answer.removesuffix("\n\n".join(citation.quote for citation in answer.citations)).strip()
        return [rich_text(first, *([section(text(shortened(note, _LONGEST_ANSWER)))] if note else []))]
    said = shortened(answer.answer.strip(), _LONGEST_ANSWER)
    _, end = next(iter(sentences(said)), (0, len(said)))
    why = said[end:].strip()
    first = section(sign, text(f" {said[:end]}", bold=True))
    return [rich_text(first, section(text(why)))] if why else [rich_text(first)]


def _quotes(
    answer: PolicyAnswer, words: Words, question_id: str | None, numbers: Mapping[str, int] | None
) -> Iterator[Block]:
    for number, citation in enumerate(answer.citations[:_CITATIONS]):
        yield from _quoted(citation, words, f"{question_id}.{number}" if question_id else None, numbers)


def _quoted(
    citation: Quoted, words: Words, section_id: str | None, numbers: Mapping[str, int] | None
) -> Iterator[Block]:
    heading = section(text(shortened(citation.heading, _LONGEST_LINE), bold=True))
    yield rich_text(heading, quote(shortened(citation.quote, LONGEST_WORDS)))
    source = source_of(citation.manual, citation.version, citation.language, words, numbers)
    yield line(source, _section_button(words, section_id)) if section_id else context(source)


def _see_also(answer: PolicyAnswer, words: Words, question_id: str | None) -> Iterator[Block]:
    near = answer.see_also[:_SEE_ALSO]
    if not near:
        return
    title = section(text(words.say("policy_see_also"), bold=True))
    headings = [shortened(each.heading, _LONGEST_LINE) for each in near]
    if question_id is None:
        yield rich_text(title, bullets(section(text(heading)) for heading in headings))
        return
    yield rich_text(title)
    for number, heading in enumerate(headings):
        yield line(heading, _section_button(words, f"{question_id}.s{number}"))


def _section_button(words: Words, section_id: str) -> Element:
    return button(words.say("button_section"), ids.POLICY_SECTION, section_id)


def _contacts(answer: PolicyAnswer, words: Words) -> Block | None:
    lacking = [contact for contact in answer.contacts[:_CONTACTS] if contact and contact not in answer.answer]
    if not lacking:
        return None
    named = [section(text(shortened(contact, _LONGEST_LINE))) for contact in lacking]
    return rich_text(section(text(words.say("policy_contacts"), bold=True)), bullets(named))


def _buttons(
    answer: PolicyAnswer, words: Words, question_id: str | None, can_share: bool, turn_id: str | None
) -> list[Element]:
    """What `human` answers are about isn't the community managers' business: those have none of the managers' buttons."""
    pressed: list[Element] = []
    if question_id is not None and answer.stance in ANSWERS:
        pressed += [
            button(words.say("button_helpful"), ids.POLICY_HELPFUL, question_id),
            button(words.say("button_not_helpful"), ids.POLICY_NOT_HELPFUL, question_id),
        ]
    if question_id is not None and answer.stance in (*ANSWERS, "silent"):
        silent = answer.stance == "silent"
        pressed.append(button(words.say("button_ask_human"), ids.POLICY_ASK_HUMAN, question_id, primary=silent))
    if question_id is not None and can_share and answer.stance in ANSWERS:
        confirm = {
            "title": plain(words.say("share_title")),
            "text": plain(words.say("share_what")),
            "confirm": plain(words.say("button_share_yes")),
            "deny": plain(words.say("button_share_no")),
        }
        pressed.append(button(words.say("button_share"), ids.POLICY_SHARE, question_id) | {"confirm": confirm})
    if turn_id is not None:
        pressed.append(button(words.say("button_is_draft"), ids.IS_DRAFT, turn_id))
    return pressed
