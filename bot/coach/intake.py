"""From what a person typed to a `Draft`, or one clear line on why it can't be one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.errors import InputError
from bot.networks.loader import resolve
from bot.networks.models import Networks
from bot.policy.models import Draft

LONGEST = 70_000
"""Code points: more than any network takes (Facebook: 63,206)."""
DEFAULT_NETWORK = "linkedin"


class DraftLine(BaseModel):
    """A line of a JSONL file of drafts; keys of an evaluation file are let through."""

    model_config = ConfigDict(extra="ignore", strict=True)

    id: str | int
    text: str
    network: str = DEFAULT_NETWORK
    lang: str | None = None
    author: str | None = None
    alt: str | list[str] = Field(default_factory=list)
    now: str | None = None

    def as_draft(self, networks: Networks) -> Draft:
        """Raises `BonventError`."""
        alt = [self.alt] if isinstance(self.alt, str) else self.alt
        return make_draft(self.text, networks, self.network, self.lang, self.author, alt, self.now)


def make_draft(
    text: str,
    networks: Networks,
    network: str | None = None,
    language: str | None = None,
    author: str | None = None,
    alt: Sequence[str] = (),
    now: str | None = None,
) -> Draft:
    """Checks everything that came from outside. Raises `BonventError` with one clear line."""
    plain = clean_text(text, "the draft", LONGEST)
    network_id, _ = resolve(networks, network or DEFAULT_NETWORK)
    values: dict[str, Any] = {} if now is None else {"now": _moment(now)}
    return Draft(
        text=plain,
        network=network_id,
        language=None if language is None else language_code(language),
        author=clean_text(author, "the author", 1000) if author and author.strip() else None,
        alt=tuple(clean_text(a, "a picture's description", 20_000) for a in alt if a.strip()),
        **values,
    )


def language_code(given: str) -> str:
    """Two or three small letters; a region behind them (`es-ES`) goes. Raises `InputError` for what is no such code."""
    code = given.strip().lower().split("-")[0].split("_")[0]
    if not (code.isascii() and code.isalpha() and len(code) in (2, 3)):
        raise InputError(f"“{code[:20]}” is not a language code: write two letters such as en, es or ca")
    return code


def clean_text(text: str, what: str, longest: int) -> str:
    """The text with plain line ends. Raises `InputError` for what isn't text, is empty or too long."""
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise InputError(f"{what} has broken characters (lone surrogates): copy it again from where it was written")
    if "\x00" in text:
        raise InputError(f"{what} is not text: it has NUL bytes")
    if len(text) > longest:
        raise InputError(f"{what} has {len(text):,} characters; at most {longest:,} can be read: send the post alone")
    if not any(not c.isspace() for c in text.replace("\u200b", "").replace("\ufeff", "")):
        raise InputError(f"{what} is empty: write the post and try again")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _moment(now: str) -> datetime:
    try:
        moment = datetime.fromisoformat(now)
    except ValueError:
        raise InputError(f"“{now[:40]}” is not a date and time: write it like 2027-02-01T09:00:00+01:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
