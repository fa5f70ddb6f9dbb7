"""What somebody reads who would make a good ambassador, and how that is decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from bot.program.choices import Choices, clock
from bot.program.signs import MOST, Counted, Evidence, Formula, Sign
from bot.slack import actions as ids
from bot.slack.keys import Key
from bot.slack.post import Block, Post
from bot.slack.rich_text import Element, actions, bullets, button, context, escaped, plain, rich_text, section, text
from bot.slack.words import Words

Answer = Literal["yes", "not_now", "never"]
ANSWERS: Mapping[str, Answer] = {ids.INVITE_YES: "yes", ids.INVITE_NOT_NOW: "not_now", ids.INVITE_NEVER: "never"}
"""What each button of an invitation says."""
_NAMES: Mapping[Sign, Key] = {
    Sign.CLEAN: "sign_clean",
    Sign.TREND: "sign_trend",
    Sign.DISCLOSURE: "sign_disclosure",
    Sign.STORIES: "sign_stories",
    Sign.POSTED: "sign_posted",
}


def invite_post(invitation: str, found: Evidence, begins: Choices, words: Words) -> Post:
    """Tells somebody why they'd make a good ambassador and what it would mean, and asks.

    `invitation` is its opaque id; `begins` is what stands there until they choose otherwise.
    """
    hello = words.say("invite_hello")
    why = [text(words.say("invite_why"), bold=True)]
    means = [text(words.say("invite_means"), bold=True)]
    buttons = [
        button(words.say("button_invite_yes"), ids.INVITE_YES, invitation, primary=True),
        button(words.say("button_invite_not_now"), ids.INVITE_NOT_NOW, invitation),
        button(words.say("button_invite_never"), ids.INVITE_NEVER, invitation),
        button(words.say("button_ambassador_how"), ids.AMBASSADOR_HOW, invitation),
    ]
    blocks = [
        rich_text(section(text(hello)), section(*why), _list(_shown(found, words))),
        rich_text(section(text(words.say("ambassador_what"))), section(*means), _list(_means(begins, words))),
        actions(buttons),
    ]
    return Post(escaped(hello), blocks)


def answered_post(answer: Answer, formula: Formula, words: Words) -> Post:
    """What stands there once they answered: no figure is left of it."""
    said = answered(answer, formula, words)
    blocks: list[Block] = [rich_text(section(text(said)))]
    if answer == "yes":
        settings = button(words.say("button_ambassador_settings"), ids.AMBASSADOR_SETTINGS, "ambassador", primary=True)
        blocks.append(actions([settings]))
    return Post(escaped(said), blocks)


def answered(answer: Answer, formula: Formula, words: Words) -> str:
    """What is said back."""
    if answer == "not_now":
        return words.say("invite_said_not_now", time=words.span(formula.wait_days * 24))
    return words.say("invite_said_yes" if answer == "yes" else "invite_said_never")


def explain(words: Words, formula: Formula) -> list[Block]:
    """The formula in plain words, for anybody who asks how it is decided."""
    least = {"points": formula.threshold, "most": MOST, "drafts": formula.fewest_drafts}
    signs = [sign for sign in Sign if formula.signs.of(sign).points]
    rules = [
        words.say("how_answers", time=words.span(formula.wait_days * 24)),
        words.say("how_protected"),
        words.say("how_kept"),
    ]
    return [
        rich_text(section(text(words.say("how_whom")))),
        rich_text(
            section(text(words.say("how_least", **least), bold=True)),
            bullets(section(*_sign(sign, formula, words)) for sign in signs),
        ),
        rich_text(_list(rules)),
    ]


def how_view(words: Words, formula: Formula) -> dict[str, Any]:
    """The same as a modal."""
    return {
        "type": "modal",
        "title": plain(words.say("title_ambassador_how")),
        "close": plain(words.say("close_done")),
        "blocks": [*explain(words, formula), context(words.say("how_where"))],
    }


def _shown(found: Evidence, words: Words) -> Iterator[str]:
    """The signs that speak for somebody, with the counts that they rest on."""
    for sign in found.signs:
        if sign.points > 0:
            yield _counted(sign, words)


def _counted(sign: Counted, words: Words) -> str:
    if sign.before is None:
        return words.say(_NAMES[sign.sign], count=sign.count, of=sign.of)
    was, of_older = sign.before
    return words.say("sign_trend", count=sign.count, of=sign.of, was=was, older=of_older)


def _means(begins: Choices, words: Words) -> Iterator[str]:
    yield words.say("invite_means_budget", count=begins.weekly_budget)
    yield words.say("invite_means_quiet", start=clock(begins.quiet.start), end=clock(begins.quiet.end))
    yield words.say("invite_means_leave")
    yield words.say("invite_means_name")


def _sign(sign: Sign, formula: Formula, words: Words) -> Iterator[list[Element]]:
    yield text(words.say("how_points", count=formula.signs.of(sign).points), bold=True)
    yield text(f" {formula.counted(sign, words.language)}")


def _list(lines: Iterator[str] | list[str]) -> Element:
    return bullets(section(text(line)) for line in lines)
