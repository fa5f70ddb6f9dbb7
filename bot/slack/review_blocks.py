"""A review as its author reads it in the thread, late in the evening, on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from bot.coach.models import Review, Verdict
from bot.policy.models import Category, Finding
from bot.slack import actions as ids
from bot.slack.keys import Key
from bot.slack.layout import LONGEST_WORDS, Part, cited, list_parts, packed, rewrite_parts
from bot.slack.post import Block, Post
from bot.slack.rich_text import (
    Element,
    actions,
    button,
    context,
    escaped,
    line,
    option,
    plain,
    quote,
    rich_text,
    section,
    shortened,
    text,
)
from bot.slack.words import Words

_SIGNS = {
    Verdict.READY: "white_check_mark",
    Verdict.REVISE: "pencil2",
    Verdict.HOLD: "raised_hand",
    Verdict.UNJUDGED: "eyes",
}
_QUOTE = 280  # characters: it only reminds
_SHOWN, _FEWEST_SHOWN = 2, 5  # of a secret, and only of one that is long enough
_MASK = "•••"

Hide = Callable[[str, Finding | None], str]
"""Words of ours, or the quote of a finding → the same without a secret in them."""


def review_posts(
    review: Review,
    *,
    review_id: str,
    with_model: bool,
    can_ask_human: bool,
    pictures_without_text: int,
    words: Words,
    notice: Part | None = None,
) -> list[Post]:
    """The review as one post; as more only where Slack's limits force it, so that nothing is left out.

    `with_model`: a model is connected, so another version can be asked for. Protected speech gets no buttons, since
    nothing of it is kept for them to work on. `notice`: what its author must know besides, a crisis freeze.
    """
    words = words.within(review.language)
    parts = [_verdict(review, words), *([notice] if notice else []), *_findings(review, review_id, words)]
    if pictures_without_text and not review.protected:
        parts.append([_pictures(pictures_without_text, review_id, words)])
    if review.praise:
        praise = shortened(review.praise, LONGEST_WORDS)
        parts.append([rich_text(section(text(f"{words.label('praise')}\n", bold=True), text(praise)))])
    parts += rewrite_parts(review.rewrite, words)
    questions = [section(text(shortened(question, LONGEST_WORDS))) for question in review.open_questions if question]
    parts += list_parts(words.label("questions"), questions)
    parts += list_parts(words.label("reading"), [section(cited(citation, words)) for citation in review.citations])
    if review.protected:
        parts.append([context(words.say("protected"))])
    else:
        parts.append(_buttons(review, review_id, words, with_model=with_model, can_ask_human=can_ask_human))
    first, *rest = packed(parts, [context(words.say("review_continued"))])
    return [
        Post(escaped(f"{words.network(review.network)} · {words.label(review.verdict.value)}"), first),
        *(Post(escaped(words.say("review_continued")), blocks) for blocks in rest),
    ]


def _verdict(review: Review, words: Words) -> Part:
    sign = {"type": "emoji", "name": _SIGNS[review.verdict]}
    said = text(f" {words.label(review.verdict.value)}", bold=True)
    part = [rich_text(section([sign], said, text(f" · {shortened(words.network(review.network), 100)}")))]
    return [*part, context(review.note)] if review.note else part


def _findings(review: Review, review_id: str, words: Words) -> Iterator[Part]:
    hide = _hider(review.findings)
    for severity, title in (("must-fix", "must_fix"), ("consider", "consider")):
        head = [section(text(words.label(title), bold=True))]
        for number, finding in enumerate(review.findings):
            if finding.severity != severity:
                continue
            yield [
                rich_text(*head, *_finding(finding, hide, words)),
                _fix(finding, number, review, review_id, hide, words),
            ]
            head = []


def _finding(finding: Finding, hide: Hide, words: Words) -> Iterator[Element]:
    marked = shortened(" ".join(hide(finding.quote, finding).split()), _QUOTE)
    yield quote(marked) if marked else section(text(f"({words.label('whole')})", italic=True))
    why = shortened(hide(finding.message, None), LONGEST_WORDS)
    yield section(text(f"{why}\n"), text(f"{words.label('manual')}: "), cited(finding.citation))


def _fix(
    finding: Finding,
    number: int,
    review: Review,
    review_id: str,
    hide: Hide,
    words: Words,
) -> Block:
    advice = f"→ {words.label('fix')}: {shortened(hide(finding.fix, None), LONGEST_WORDS)}"
    if review.protected:
        return line(advice)
    complaint = option(words.say("button_not_right"), f"{review_id}.{number}")
    menu = {"type": "overflow", "action_id": ids.NOT_RIGHT, "options": [complaint]}
    return line(advice, menu) | {"block_id": f"finding:{complaint['value']}"}


def _hider(findings: Sequence[Finding]) -> Hide:
    """Hides the draft's secrets in what is shown: a quote may hold one or a part of one, a message may repeat it."""
    secrets = [f for f in findings if f.category == Category.CREDENTIALS and f.quote]

    def hide(said: str, quoted: Finding | None) -> str:
        if quoted is not None and len(said) == quoted.end - quoted.start:
            said = _without(said, [(s.start - quoted.start, s.end - quoted.start) for s in secrets])
        elif quoted is not None and quoted.category == Category.CREDENTIALS:
            said = _masked(said)
        for secret in sorted((s.quote for s in secrets), key=len, reverse=True):
            # A short one may well be a part of another word.
            wanted = re.escape(secret) if len(secret) >= _FEWEST_SHOWN else rf"(?<!\w){re.escape(secret)}(?!\w)"
            said = re.sub(wanted, lambda match: _masked(match.group()), said)
        return said

    return hide


def _without(said: str, spans: Sequence[tuple[int, int]]) -> str:
    """The words with each of the spans masked; spans may overlap and reach beyond the words."""
    hidden: list[list[int]] = []
    for start, end in sorted(spans):
        if hidden and start < hidden[-1][1]:
            hidden[-1][1] = max(end, hidden[-1][1])
        else:
            hidden.append([start, end])
    pieces: list[str] = []
    at = 0
    for start, end in hidden:
        if start >= len(said) or end <= 0 or start >= end:
            continue
        inside = said[max(start, 0) : end]
        pieces += [said[at : max(start, 0)], _masked(inside) if start >= 0 else _MASK]
        at = min(end, len(said))
    return "".join([*pieces, said[at:]])


def _masked(secret: str) -> str:
    return f"{secret[:_SHOWN] if len(secret) >= _FEWEST_SHOWN else ''}{_MASK}"


def _pictures(count: int, review_id: str, words: Words) -> Block:
    said = words.say("picture_one") if count == 1 else words.say("picture_many", count=count)
    return line(said, button(words.say("button_describe_picture"), ids.DESCRIBE_PICTURE, review_id))


def _buttons(review: Review, review_id: str, words: Words, *, with_model: bool, can_ask_human: bool) -> Part:
    hold = review.verdict == Verdict.HOLD

    def press(key: Key, action: str, *, primary: bool = False) -> Element:
        return button(words.say(key), action, review_id, primary=primary)

    human = [press("button_ask_human", ids.ASK_HUMAN, primary=hold)] if can_ask_human else []
    row = human if hold else []
    if with_model and _may_be_sent(review, words):
        if review.rewrite:
            row.append(press("button_use_rewrite", ids.USE_REWRITE, primary=not hold))
        row += [press("button_shorter", ids.SHORTER), press("button_warmer", ids.WARMER)]
        others = [option(name, id_) for id_, name in words.networks.items() if id_ != review.network]
        if others:
            menu = {"type": "static_select", "action_id": ids.OTHER_NETWORK, "options": others[:100]}
            row.append(menu | {"placeholder": plain(words.say("button_other_network"))})
    rows = [actions(row, f"versions:{review_id}")] if row else []
    after = [
        press("button_check_again", ids.CHECK_AGAIN),
        press("button_posted", ids.POSTED),
        *([] if hold else human),
        press("button_helpful", ids.HELPFUL),
        press("button_not_helpful", ids.NOT_HELPFUL),
    ]
    return [*rows, actions(after, f"after:{review_id}")]


def _may_be_sent(review: Review, words: Words) -> bool:
    """Not with a credential in it, and not in a language that no answer can be checked in: then no model is asked."""
    leaks = any(finding.category == Category.CREDENTIALS for finding in review.findings)
    return not leaks and review.language in words.languages
