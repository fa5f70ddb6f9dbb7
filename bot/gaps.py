"""Closing a gap with a passage of its own: what may be published, and its way into the manual. For Slack and the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.manual.models import Passage
from bot.manual.sources import ANSWERS
from bot.manual.store import ManualError, load
from bot.text import fold

if TYPE_CHECKING:
    from bot.settings import Settings


def heading_taken(heading: str, language: str, published: Iterable[Passage]) -> bool:
    """Whether a section in `language` is called so already; case, accents and spaces don't tell two apart."""
    wanted = _plain(heading)
    return any(_plain(p.heading[-1]) == wanted for p in published if p.heading and p.language in (language, "und"))


def write(settings: Settings, heading: str, text: str, language: str, by: str) -> str:
    """Publishes the passage and gives its id; what was published already with these words, after a crash, isn't again.

    Takes seconds: call it in a thread. Raises `ManualError`.
    """
    from bot.manual.written import written_anchor
    from bot.publishing import write_passage

    if written_anchor(settings.data, heading, text, language) is None and heading_taken(
        heading, language, load(settings.data)[1]
    ):
        raise ManualError(f"the manual has a section “{heading[:80]}” in this language already: choose another heading")
    write_passage(settings, heading, text, language, by)
    anchor = written_anchor(settings.data, heading, text, language)
    for passage in load(settings.data)[1]:
        if (passage.manual, passage.language, passage.anchor) == (ANSWERS, language, anchor):
            return passage.section
    raise ManualError("the passage was not taken into the manual: look at `bonvent manual list`, and try again")


def _plain(heading: str) -> str:
    return " ".join(fold(heading).text.split())
