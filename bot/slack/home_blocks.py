"""The Home tab: how it works, my settings, my last reviews, my data; for community managers also the state of things."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.coach.models import Verdict
from bot.slack import actions as ids
from bot.slack.home_state_blocks import State, state_blocks
from bot.slack.post import Block
from bot.slack.rich_text import (
    Element,
    actions,
    bullets,
    button,
    context,
    header,
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

ASK = "ask"
"""The menu's value for "ask me each time"; no network is called so."""
AS_IN_SLACK = "slack"
"""The menu's value for the language of Slack itself."""
KEEP = "keep"
REVIEWS = 5
_DRAFT = 80  # characters of a draft that recall it
_OPTIONS = 100
_LANGUAGES = {"en": "English", "es": "Español", "ca": "Català"}


@dataclass(frozen=True)
class Chosen:
    """Somebody's settings; None: never chosen."""

    network: str | None = None
    language: str | None = None
    keep_drafts: bool = True


@dataclass(frozen=True)
class LastReview:
    """One line of the last reviews. `link` leads to its thread."""

    verdict: Verdict
    network: str
    draft: str = field(repr=False)
    at: datetime
    link: str | None = None


def home_view(
    words: Words,
    *,
    company: str,
    retention_hours: float,
    chosen: Chosen,
    reviews: Sequence[LastReview],
    state: State | None = None,
    note: str | None = None,
) -> dict[str, Any]:
    """The tab as one person sees it. `note`: a sentence on what they have just done; `state`: for managers alone."""
    blocks = [context(note)] if note else []
    blocks += _how(words, company)
    blocks += _settings(words, chosen, retention_hours)
    blocks += _reviews(words, reviews)
    blocks += _data(words, manages=state is not None)
    if state is not None:
        blocks += state_blocks(words, state)
    return {"type": "home", "blocks": blocks}


def sentence_view(sentence: str) -> dict[str, Any]:
    """The tab of somebody who isn't served."""
    return {"type": "home", "blocks": [rich_text(section(text(sentence)))]}


def _how(words: Words, company: str) -> Iterator[Block]:
    yield header(words.say("home_how"))
    lines = (words.say("welcome_how", company=company), words.say("welcome_free"), words.say("welcome_private"))
    yield rich_text(bullets(section(text(said)) for said in lines))
    yield actions([button(words.say("button_review_draft"), ids.HOME_REVIEW, "home", primary=True)])


def _settings(words: Words, chosen: Chosen, retention_hours: float) -> Iterator[Block]:
    yield header(words.say("home_settings"))
    networks = [option(name, id_) for id_, name in words.networks.items()][: _OPTIONS - 1]
    ask = option(words.say("home_network_ask"), ASK)
    yield line(words.say("home_network"), _menu(ids.HOME_NETWORK, [ask, *networks], chosen.network))
    languages = [option(_LANGUAGES.get(language, language), language) for language in words.languages][: _OPTIONS - 1]
    slack = option(words.say("home_language_slack"), AS_IN_SLACK)
    yield line(words.say("home_language"), _menu(ids.HOME_LANGUAGE, [slack, *languages], chosen.language))
    keep = option(words.say("home_keep", time=words.span(retention_hours)), KEEP)
    keep["description"] = plain(shortened(words.say("home_keep_not"), 75))
    box: Element = {"type": "checkboxes", "action_id": ids.HOME_KEEP, "options": [keep]}
    yield actions([box | ({"initial_options": [keep]} if chosen.keep_drafts else {})])


def _menu(action: str, options: Sequence[Element], chosen: str | None) -> Element:
    """A menu that stands at what was chosen, else at its first line."""
    at = next((each for each in options if each["value"] == chosen), options[0])
    return {"type": "static_select", "action_id": action, "options": list(options), "initial_option": at}


def _reviews(words: Words, reviews: Sequence[LastReview]) -> Iterator[Block]:
    yield header(words.say("home_reviews"))
    for review in reviews[:REVIEWS]:
        yield rich_text(section(*_review(words, review)), quote(shortened(" ".join(review.draft.split()), _DRAFT)))
    yield context(words.say("home_reviews_yours") if reviews else words.say("home_reviews_none"))


def _review(words: Words, review: LastReview) -> Iterator[list[Element]]:
    yield text(words.label(review.verdict.value), bold=True)
    yield text(f"  {shortened(words.network(review.network), 100)} · ")
    when = {"timestamp": int(review.at.timestamp()), "fallback": review.at.date().isoformat()}
    yield [{"type": "date", "format": "{date_short_pretty}", **when}]
    if review.link:
        yield text(" · ")
        yield [{"type": "link", "url": review.link, "text": words.say("home_open")}]


def _data(words: Words, *, manages: bool) -> Iterator[Block]:
    yield header(words.say("home_data"))
    yield line(words.say("home_data_how"))
    confirm = {
        "title": plain(words.say("home_forget_title")),
        "text": plain(words.say("home_forget_reach")),
        "confirm": plain(words.say("button_forget_yes")),
        "deny": plain(words.say("button_forget_no")),
        "style": "danger",
    }
    forget = button(words.say("button_forget"), ids.HOME_FORGET, "home") | {"style": "danger", "confirm": confirm}
    yield actions([button(words.say("button_export"), ids.HOME_EXPORT, "home"), forget])
    if manages:
        yield context(words.say("home_forget_manager"))
