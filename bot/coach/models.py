"""The review that an author gets."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from bot.manual.models import Citation
from bot.policy.models import Finding


class Verdict(StrEnum):
    """What to do now."""

    READY = "ready"
    """Post it: every rule was judged and none asks for a change."""
    REVISE = "revise"
    """Fix these first."""
    HOLD = "hold"
    """Ask a human first."""
    UNJUDGED = "unjudged"
    """No rule objects, and the open questions are the author's to answer."""


class TokenUse(BaseModel):
    """Tokens of all calls of one review, as the endpoint reported them."""

    model_config = ConfigDict(frozen=True)

    input: int = 0
    output: int = 0


class Review(BaseModel):
    """The answer to a draft."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    praise: str | None = None
    rewrite: str | None = None
    citations: tuple[Citation, ...] = ()
    """Passages worth reading for this draft, beside those that findings cite."""
    open_questions: tuple[str, ...] = ()
    """What nobody judged, put to the author."""
    language: str
    """Of the draft: two letters, or `und`."""
    network: str
    model: str | None = None
    """The model that answered; None: none was asked, or it gave nothing usable."""
    took_ms: float = 0.0
    note: str | None = None
    """One sentence on what could not be done (no answer from the model, an unknown language)."""
    protected: bool = Field(default=False, exclude=True)
    """Protected speech: delete the draft once its review is posted; never count or escalate it. Not in JSON."""
    tokens: TokenUse = Field(default_factory=TokenUse, exclude=True)
