"""The gap report as community managers see it, and the modal in which they write a passage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.manual.written import MOST_HEADING
from bot.slack import actions as ids
from bot.slack.inputs import View, labelled, menu, modal, typed
from bot.slack.policy_blocks import language_name
from bot.slack.post import Block, Post
from bot.slack.rich_text import (
    actions,
    button,
    context,
    escaped,
    option,
    quote,
    rich_text,
    section,
    shortened,
    text,
)
from bot.slack.words import Words
from bot.store.gaps import Found

MOST = 10
"""Gaps of one report."""
HEADING, TEXT, LANGUAGE = "heading", "text", "language"
"""Ids of the modal's inputs."""
MOST_TEXT = 3_000
"""Characters of a passage: what Slack takes in one input."""
_EXAMPLES, _EXAMPLE, _SECTION = 3, 240, 200


@dataclass(frozen=True)
class Written:
    """What a community manager wrote."""

    heading: str = field(repr=False)
    text: str = field(repr=False)
    language: str


def report_post(
    gaps: Sequence[Found],
    words: Words,
    *,
    more: int = 0,
    nearest: Mapping[str, str] | None = None,
    sections: Mapping[str, str] | None = None,
) -> Post:
    """The report of a week, largest gap first.

    `more` others are open; `nearest`: gap id → the section that is nearest to it; `sections`: passage id → its heading.
    Nothing in it tells who asked, or when in a day.
    """
    title = words.say("gaps_title")
    blocks = [rich_text(section(text(title, bold=True))), context(words.say("gaps_how"))]
    for gap in gaps[:MOST]:
        if gap.closed_at is None:
            blocks += _open(gap, words, (nearest or {}).get(gap.id))
        else:
            blocks += _closed(gap, words, (sections or {}).get(gap.passage or ""))
    if more:
        blocks.append(context(words.say("gaps_more", count=more)))
    return Post(escaped(title), blocks)


def write_view(
    gap: Found, words: Words, written: Written | None = None, note: str | None = None, *, seen_ts: str = ""
) -> View:
    """For the passage that closes a gap, with its questions above; `note` says why what was `written` isn't published.

    `{gap id}:{seen_ts}` comes back with the submission: the gap, and where the report stands whose button was pressed.
    """
    asked = rich_text(section(text(words.say("gap_asked"), bold=True)), *(quote(said) for said in _examples(gap)))
    languages = [option(language_name(code, words), code) for code in words.languages][:100]
    asked_in = Counter(each.language for each in gap.questions)
    chosen = written.language if written else max(words.languages, key=lambda code: asked_in[code])
    first = next((each for each in languages if each["value"] == chosen), languages[0])
    blocks: list[Block] = [context(note)] if note else []
    blocks += [
        asked,
        _input(HEADING, words.say("field_gap_heading"), words.say("field_gap_heading_hint"), written, MOST_HEADING),
        _input(TEXT, words.say("field_gap_text"), words.say("field_gap_text_hint"), written, MOST_TEXT),
        labelled(LANGUAGE, words.say("field_gap_language"), menu(languages, words, str(first["value"]))),
    ]
    carried = f"{gap.id}:{seen_ts}"
    return modal(words, "title_gap", blocks, callback=ids.VIEW_GAP, submit="submit_gap", carried=carried)


def _open(gap: Found, words: Words, nearest: str | None) -> Iterator[Block]:
    yield rich_text(section(text(_counted(gap, words), bold=True)), *(quote(said) for said in _examples(gap)))
    unhelpful = sum(question.reason == "not_helpful" for question in gap.questions)
    lines = [words.say("gap_not_helpful", count=unhelpful)] if unhelpful else []
    lines += [words.say("gap_nearest", section=shortened(nearest, _SECTION))] if nearest else []
    if lines:
        yield context(" · ".join(lines))
    write = button(words.say("button_gap_write"), ids.GAP_WRITE, gap.id)
    yield actions([write, button(words.say("button_gap_none"), ids.GAP_NONE, gap.id)])


def _closed(gap: Found, words: Words, heading: str | None) -> Iterator[Block]:
    assert gap.closed_at is not None
    day = gap.closed_at.date().isoformat()
    if gap.passage is None:
        said = words.say("gap_none", date=day)
    else:
        said = words.say("gap_written", date=day, section=shortened(heading or gap.passage, _SECTION))
    parts = [[{"type": "emoji", "name": "white_check_mark"}], text(f" {said}")]
    if gap.closed_by:
        parts += [text(f". {words.say('gap_closed_by')} "), [{"type": "user", "user_id": gap.closed_by}]]
    yield rich_text(section(*parts), *(quote(said) for said in _examples(gap)[:1]))


def _counted(gap: Found, words: Words) -> str:
    day = gap.since.date().isoformat()
    if len(gap.questions) == 1:
        return words.say("gap_one", date=day)
    return words.say("gap_many", count=len(gap.questions), date=day)


def _examples(gap: Found) -> list[str]:
    """The newest ways to ask, one in each language first."""
    newest = list({each.text: each for each in reversed(gap.questions)}.values())
    first = {each.language: each for each in reversed(newest)}
    chosen = [*first.values(), *(each for each in newest if first[each.language] is not each)]
    return [shortened(each.text, _EXAMPLE) for each in chosen[:_EXAMPLES]]


def _input(block_id: str, label: str, hint: str, written: Written | None, most: int) -> Block:
    said = str(getattr(written, block_id)) if written else ""
    return labelled(block_id, label, typed(most, said, multiline=block_id == TEXT), hint)
