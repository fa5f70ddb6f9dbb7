"""The modals that a draft's author fills in, and how their answers are read. What travels with a modal is an opaque id."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.slack import actions as ids
from bot.slack.emoji_names import with_emoji
from bot.slack.inputs import View, filled, labelled, menu, modal, typed
from bot.slack.keys import Key
from bot.slack.rich_text import characters, line, option, plain
from bot.slack.words import Words

REASONS: Mapping[str, Key] = {
    "misfit": "reason_misfit",
    "public": "reason_public",
    "wording": "reason_wording",
    "other": "reason_other",
}
"""Why a finding isn't right, and what we call it."""

LONGEST_DRAFT = 3_000
"""Characters of one input: Slack's own limit."""
LONGEST_PICTURE, LONGEST_COMMENT, LONGEST_LINK = 1_000, 1_000, 2_000
MOST_PICTURES = 10
NAME = "Bonvent"

# Ids of the inputs: an error is shown beside the one that it names.
DRAFT, NETWORK, PICTURE, LINK, REASON, COMMENT = "draft", "network", "picture", "link", "reason", "comment"
_LINK = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def draft_view(words: Words, network: str | None) -> View:
    """For a draft to be reviewed; `network` is the person's default."""
    networks = [option(name, id_) for id_, name in words.networks.items()][:100]
    blocks = [
        labelled(NETWORK, words.say("field_network"), menu(networks, words, network)),
        labelled(
            DRAFT, words.say("field_draft"), typed(LONGEST_DRAFT, multiline=True), hint=words.say("field_draft_hint")
        ),
        labelled(
            PICTURE,
            words.say("field_picture"),
            typed(LONGEST_PICTURE, multiline=True),
            hint=words.say("field_picture_hint"),
            optional=True,
        ),
        labelled(
            LINK,
            words.say("field_link"),
            typed(LONGEST_LINK),
            hint=words.say("field_link_hint"),
            optional=True,
        ),
    ]
    return modal(words, "title_draft", blocks, callback=ids.VIEW_DRAFT, submit="submit_read")


def check_again_view(review_id: str, text: str, words: Words) -> View:
    """For what the author made of the reviewed draft, whose text `fits`."""
    lines = typed(LONGEST_DRAFT, text, multiline=True)
    blocks = [labelled(DRAFT, words.say("field_draft"), lines, hint=words.say("field_draft_hint"))]
    return modal(
        words, "title_check_again", blocks, callback=ids.VIEW_CHECK_AGAIN, submit="submit_read", carried=review_id
    )


def picture_view(review_id: str, pictures: Sequence[int], words: Words) -> View:
    """For the descriptions of pictures that lack one; `pictures` are their numbers among the draft's, from 0."""
    shown = list(pictures)[:MOST_PICTURES]
    alone = len(shown) == 1
    blocks = [
        labelled(
            picture_input(number),
            words.say("field_picture") if alone else words.say("field_picture_number", number=number + 1),
            typed(LONGEST_PICTURE, multiline=True),
            hint=words.say("field_picture_hint") if number == shown[0] else None,
            optional=not alone,
        )
        for number in shown
    ]
    title: Key = "title_picture" if alone else "title_pictures"
    return modal(words, title, blocks, callback=ids.VIEW_PICTURE, submit="submit_read", carried=review_id)


def not_right_view(finding_id: str, words: Words) -> View:
    """For why a finding isn't right; `finding_id` is `{review}.{number}`."""
    reasons = [option(words.say(said), reason) for reason, said in REASONS.items()]
    blocks = [
        labelled(REASON, words.say("field_reason"), menu(reasons, words)),
        labelled(
            COMMENT,
            words.say("field_comment"),
            typed(LONGEST_COMMENT, multiline=True),
            hint=words.say("field_comment_hint"),
            optional=True,
        ),
    ]
    return modal(
        words, "title_not_right", blocks, callback=ids.VIEW_NOT_RIGHT, submit="submit_send", carried=finding_id
    )


def notice_view(sentence: str, words: Words, title: Key | None = None) -> View:
    """A sentence of ours: in place of a modal that was sent, or where nothing else can show it."""
    return {
        "type": "modal",
        "title": plain(words.say(title) if title else NAME),
        "close": plain(words.say("close_done")),
        "blocks": [line(sentence)],
    }


def picture_input(number: int) -> str:
    """The id of the input for a picture's description."""
    return f"{PICTURE}.{number}"


def fits(text: str) -> bool:
    """Whether a draft can be shown in an input."""
    return characters(text) <= LONGEST_DRAFT


def answers(view: Mapping[str, Any]) -> dict[str, str]:
    """What was filled in, by the input's id: words, or the value of what was chosen. Empty where nothing was.

    Slack writes emoji as `:names:` here; they come back as characters.
    """
    found: dict[str, str] = {}
    for block_id, element in filled(view).items():
        chosen = (element.get("selected_option") or {}).get("value")
        found[block_id] = str(chosen) if chosen else with_emoji(readable(str(element.get("value") or "")))
    return found


def readable(text: str) -> str:
    """Words without what no text has (halves of characters, NUL), and without space around them."""
    plain_text = text.encode("utf-8", "ignore").decode("utf-8").replace("\x00", "")
    return plain_text.strip(" \t\r\n\u200b\ufeff\u00a0")


def is_link(text: str) -> bool:
    """Whether it looks like the address of a page."""
    try:
        return bool(_LINK.fullmatch(text)) and "." in (urlsplit(text).hostname or "").strip(".")
    except ValueError:
        return False


def with_link(text: str, link: str) -> str:
    """The draft with its link, at the end where it isn't in it yet."""
    return text if not link or link in text else f"{text}\n\n{link}"
