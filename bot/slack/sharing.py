"""What an author shares when they ask a human: their words without secrets and others' data, within a post's room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.coach.mask import CLOSING, OPENING, Masked, mask
from bot.coach.models import Review
from bot.coach.policy_answer import PolicyAnswer
from bot.policy.engine import Policy
from bot.policy.models import Category, Draft, Finding
from bot.slack.rich_text import characters, shortened
from bot.text import sentences

NOTE = 1_000
"""Characters that a note may have."""
_DRAFT, _FINDINGS = 5_500, 2_500  # of a post's 12,000; 3,000 are left for the answer
_QUESTION, _ANSWER, _QUOTES, _QUOTE, _HEADING = 2_000, 2_000, 3, 1_000, 200
_SECRET = f"{OPENING}SECRET{CLOSING}"
_SHORTEST = 3  # of a secret that is looked for as mere words


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SharedDraft(_Frozen):
    """Exactly what the author of a draft saw and agreed to share; kept as `Escalation.shared`."""

    draft: str
    network: str
    findings: tuple[str, ...] = ()
    note: str = ""


class SharedPassage(_Frozen):
    """What an answer quoted, and the section that it stands in."""

    heading: str
    quote: str


class SharedQuestion(_Frozen):
    """The same of a question about policy: with what Bonvent answered."""

    question: str
    answer: str
    """Empty where the answer is nothing but its passages."""
    passages: tuple[SharedPassage, ...] = ()
    note: str = ""


Shared = SharedDraft | SharedQuestion
_KEPT: TypeAdapter[Shared] = TypeAdapter(Shared)


def shared(draft: Draft, review: Review, policy: Policy, note: str = "") -> SharedDraft:
    """The reviewed draft as it leaves its author's thread: masked, and cut with an ellipsis where it is too long."""
    masked = mask(draft.model_copy(update={"alt": (note,)}), policy)
    without = _without(masked, review.findings)
    messages = dict.fromkeys(without(masked.hide(finding.message)) for finding in review.findings)
    return SharedDraft(
        draft=_within(without(masked.text), _DRAFT),
        network=review.network,
        findings=tuple(_few(messages, _FINDINGS)),
        note=_within(without(masked.hide(masked.alt[0].strip())), NOTE),
    )


def shared_question(question: Draft, answer: PolicyAnswer, policy: Policy, note: str = "") -> SharedQuestion:
    """A question about policy and its answer as they leave the asker's sight. The manual's own words stay as they are."""
    masked = mask(question.model_copy(update={"alt": (note,)}), policy)
    without = _without(masked, policy.check(question).findings)
    said = "" if answer.stance == "passages" else answer.answer
    if answer.stance == "silent":  # whom to ask is who reads this
        said = said[: next((end for _, end in sentences(said)), None)]
    return SharedQuestion(
        question=_within(without(masked.text), _QUESTION),
        answer=_within(without(masked.hide(said)), _ANSWER),
        passages=tuple(
            SharedPassage(heading=_within(each.heading, _HEADING), quote=_within(each.quote, _QUOTE))
            for each in answer.citations[:_QUOTES]
        ),
        note=_within(without(masked.hide(masked.alt[0].strip())), NOTE),
    )


def for_channel(question: Draft, answer: PolicyAnswer, policy: Policy) -> tuple[str, PolicyAnswer]:
    """Question and answer as a channel may read them: without secrets and others' data."""
    masked = mask(question, policy)
    without = _without(masked, policy.check(question).findings)
    return without(masked.text), answer.model_copy(update={"answer": without(masked.hide(answer.answer))})


def read_shared(kept: dict[str, Any]) -> Shared:
    """What `Escalation.shared` holds: of a draft or of a question."""
    return _KEPT.validate_python(kept)


def _without(masked: Masked, findings: Sequence[Finding]) -> Callable[[str], str]:
    """Takes out of masked words the credentials that only a rule found."""
    secrets = [
        words
        for finding in findings
        if finding.category == Category.CREDENTIALS
        and len(words := masked.hide(finding.quote)) >= _SHORTEST
        and words not in masked.hidden.values()
    ]

    def without(words: str) -> str:
        for secret in sorted(secrets, key=len, reverse=True):
            words = words.replace(secret, _SECRET)
        return words

    return without


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
