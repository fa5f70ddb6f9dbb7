"""The answer to a question about policy: what the manual says, quoted, or that it doesn't say."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.coach.models import TokenUse
from bot.manual.models import Citation, Passage

Stance = Literal["yes", "no", "depends", "passages", "silent", "human", "rejected"]
"""yes, no, depends: a model's first sentence, grounded; passages: the manual's words alone, without a model's;
silent: the manual doesn't cover it; human: not ours to answer, with whom to ask; rejected: nothing that can be answered."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Quoted(Citation):
    """A citation that tells where it stands on its own, for whoever reads it after the manual has changed."""

    manual: str
    """The source's name."""
    version: str
    """Of the file: `Passage.version`."""
    language: str
    """Of the passage; the asker's may be another."""


class SeeAlso(_Frozen):
    """A section that is near, and isn't said to answer."""

    passage: str
    heading: str


class PolicyAnswer(_Frozen):
    """What is shown to whoever asked, and nobody else until they share it."""

    language: str
    """Of `answer`: the asker's where the company speaks it, else the company's first."""
    stance: Stance
    answer: str = Field(repr=False)
    """What is said: the model's checked sentences; without one the quotes, a blank line between them; or a fixed sentence."""
    answered: bool
    """True when passages of the manual answer the question, with a model or without."""
    citations: tuple[Quoted, ...] = ()
    """At most three that answer, best first; each quote stands verbatim in its passage."""
    see_also: tuple[SeeAlso, ...] = ()
    contacts: tuple[str, ...] = ()
    """Whom to ask, from company.yaml: for `human` the topic's channel, for `silent` the community manager."""
    topic: str | None = None
    """Of a `human` answer: the id in prompts/human_channels.yaml."""
    private: bool = False
    """True: the question is, or may be, on pay, hours or organising, and is never stored with its asker, nor as a gap."""
    strength: float = 0.0
    """How near the best passage is, 0 to 1: what the threshold is compared with."""
    model: str | None = None
    tokens: TokenUse = TokenUse()
    took_ms: float = 0.0


def quoted(citation: Citation, passage: Passage) -> Quoted:
    """The citation with what its passage knows of itself."""
    return Quoted(**citation.model_dump(), manual=passage.manual, version=passage.version, language=passage.language)
