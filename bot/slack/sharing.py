"""What an author shares when they ask a human: their words without secrets and others' data, within a post's room."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict

from bot.coach.mask import CLOSING, OPENING, mask
from bot.coach.models import Review
from bot.policy.engine import Policy
from bot.policy.models import Category, Draft
from bot.slack.rich_text import characters, shortened

NOTE = 1_000
"""Characters that a note may have."""
_DRAFT, _FINDINGS = 5_500, 2_500  # of a post's 12,000; 3,000 are left for the answer
_SECRET = f"{OPENING}SECRET{CLOSING}"
_SHORTEST = 3  # of a secret that is looked for as mere words


class Shared(BaseModel):
    """Exactly what the author saw and agreed to share; kept as `Escalation.shared`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    draft: str
    network: str
    findings: tuple[str, ...] = ()
    note: str = ""


def shared(draft: Draft, review: Review, policy: Policy, note: str = "") -> Shared:
    """The reviewed draft as it leaves its author's thread: masked, and cut with an ellipsis where it is too long."""
    masked = mask(draft.model_copy(update={"alt": (note,)}), policy)
    secrets = [
        words
        for finding in review.findings
        if finding.category == Category.CREDENTIALS
        and len(words := masked.hide(finding.quote)) >= _SHORTEST
        and words not in masked.hidden.values()
    ]

    def without(words: str) -> str:
        for secret in sorted(secrets, key=len, reverse=True):
            words = words.replace(secret, _SECRET)
        return words

    messages = dict.fromkeys(without(masked.hide(finding.message)) for finding in review.findings)
    return Shared(
        draft=_within(without(masked.text), _DRAFT),
        network=review.network,
        findings=tuple(_few(messages, _FINDINGS)),
        note=_within(without(masked.hide(masked.alt[0].strip())), NOTE),
    )


def _few(messages: Iterable[str], room: int) -> Iterable[str]:
    for message in messages:
        said = _within(message, 400)
        room -= characters(said)
        if room < 0:
            return
        yield said


def _within(words: str, room: int) -> str:
    """The words, cut to what Slack counts as `room` characters."""
    while (taken := characters(words)) > room:
        words = shortened(words, len(words) * room // taken)
    return words
