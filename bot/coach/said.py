"""What an author said in the thread of a review, and before: read beside the draft, masked with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import regex

from bot.coach.case import Case, Library, open_case
from bot.coach.models import Review
from bot.coach.prompt import Prompts
from bot.manual.models import Passage
from bot.policy.detectors import DETECTORS
from bot.policy.engine import Policy
from bot.policy.models import Category, Draft

_TURNS, _TURN, _SAID = 6, 1500, 4000  # the latest; characters of each, and of what is answered now
_READ_BY_MODEL = 6  # passages
_LOADED = regex.compile(r"[<>@*`~|{}\[\]^\\=]")  # what Slack would read as more than a sign


@dataclass(frozen=True)
class Turn:
    """Something that was said in the thread."""

    role: Literal["author", "bonvent"]
    text: str = field(repr=False)


@dataclass(frozen=True)
class Thread:
    """A reviewed draft and what is said about it now. `case` is masked together with all that was said."""

    case: Case
    review: Review = field(repr=False)
    said: str = field(repr=False)
    """Masked, cut to what a question takes."""
    earlier: tuple[Turn, ...] = field(repr=False)
    """Masked; turns that may not leave the process are left out."""
    said_may_be_sent: bool
    steering: tuple[str, ...] = field(repr=False)
    """Sentences of the draft, and turns, that try to steer a reviewer."""

    @property
    def own_words(self) -> str:
        """What the author said, now and before, without signs that a chat reads as more: facts may come from there."""
        turns = [turn.text for turn in self.earlier if turn.role == "author"]
        return _LOADED.sub(" ", "\n".join(text for text in (*turns, self.said) if text not in self.steering))

    @property
    def may_be_sent(self) -> bool:
        return self.case.may_be_sent and self.said_may_be_sent

    def reading(self, found: Sequence[Passage]) -> dict[str, Passage]:
        """Passages that a model gets to read, by id: those that findings cite, then what was `found`."""
        known: Mapping[str, Passage] = self.case.passages
        cited = (finding.citation.passage for finding in self.review.findings)
        wanted = [*(known[id_] for id_ in cited if id_ in known), *found]
        return dict(list({passage.id: passage for passage in wanted}.items())[:_READ_BY_MODEL])


def open_thread(
    said: str,
    draft: Draft,
    review: Review,
    earlier: Sequence[Turn],
    policy: Policy,
    manual: Library,
    prompts: Prompts,
    facts: Sequence[Passage] = (),
) -> Thread:
    """Checks and masks everything. Raises `KnowledgeError` for an unknown network."""
    turns = [
        turn
        for turn in earlier[-_TURNS:]
        if turn.text.strip() and (turn.role == "bonvent" or _may_be_sent(clean(turn.text), draft, policy))
    ]
    texts = [clean(text) for text in (said, *(turn.text for turn in turns))]
    case = open_case(draft, policy, manual, prompts, texts, facts)
    masked, *others = case.masked.beside
    return Thread(
        case=case,
        review=review,
        said=masked[:_SAID],
        earlier=tuple(Turn(turn.role, text[:_TURN]) for turn, text in zip(turns, others, strict=True)),
        said_may_be_sent=_may_be_sent(texts[0], draft, policy),
        steering=(
            *case.steering,
            *(text for text in (masked[:_SAID], *(t[:_TURN] for t in others)) if _steers(text, policy)),
        ),
    )


def clean(text: str) -> str:
    """Text without broken characters and NULs."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip()


def _may_be_sent(text: str, draft: Draft, policy: Policy) -> bool:
    """Not with a credential in it, and not when all of it is protected speech."""
    alone = draft.model_copy(update={"text": text, "alt": (), "language": None})
    checked = policy.check(alone)
    leaks = any(f.category == Category.CREDENTIALS and f.severity == "must-fix" for f in checked.findings)
    sentences = policy.read(alone).sentences
    return not leaks and not (checked.protected and len(checked.protected) == len(sentences))


def _steers(text: str, policy: Policy) -> bool:
    steering = DETECTORS["steering"]
    return bool(list(steering.find(policy.read(Draft(text=text)), steering.options())))
