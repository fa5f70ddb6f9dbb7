"""Closing a gap with a passage of its own: what may be published, and its way into the manual. For Slack and the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.manual.models import Passage
from bot.manual.store import ManualError
from bot.text import fold

if TYPE_CHECKING:
    from bot.settings import Settings


def heading_taken(heading: str, language: str, published: Iterable[Passage]) -> bool:
    """Whether a section in `language` is called so already; case, accents and spaces don't tell two apart."""
    wanted = _plain(heading)
    return any(_plain(p.heading[-1]) == wanted for p in published if p.heading and p.language in (language, "und"))


def write(settings: Settings, heading: str, text: str, language: str, by: str) -> str:
    """Publishes the passage and gives its id. Takes seconds: call it in a thread. Raises `ManualError`."""
    from bot.manual.store import load
    from bot.publishing import write_passage

    if heading_taken(heading, language, load(settings.data)[1]):
        raise ManualError(f"the manual has a section “{heading[:80]}” in this language already: choose another heading")
    report = write_passage(settings, heading, text, language, by)
    added = [touched for touched in report.version.touched if touched.kind == "added"] if report.version else []
    if not added:
        raise ManualError("the passage was not taken into the manual: look at `bonvent manual list`, and try again")
    return added[0].section


def _plain(heading: str) -> str:
    return " ".join(fold(heading).text.split())
