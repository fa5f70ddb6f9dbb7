"""A draft goes in, findings come out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.manual.models import Citation


class Category(StrEnum):
    """What a finding is about."""

    DISCLOSURE = "disclosure"
    CONFIDENTIAL = "confidential"
    FINANCIAL = "financial"
    PERSONAL_DATA = "personal-data"
    CREDENTIALS = "credentials"
    CUSTOMERS = "customers"
    COMPETITORS = "competitors"
    CLAIMS = "claims"
    REGULATED_ADVICE = "regulated-advice"
    RESPECT = "respect"
    CRISIS = "crisis"
    SPOKESPERSON = "spokesperson"
    COPYRIGHT = "copyright"
    EMBARGO = "embargo"
    TONE = "tone"
    INCLUSIVE_LANGUAGE = "inclusive-language"
    ACCESSIBILITY = "accessibility"
    NETWORK_LIMITS = "network-limits"
    INJECTION = "injection"


HOLD_CATEGORIES = frozenset(
    {
        Category.CONFIDENTIAL,
        Category.FINANCIAL,
        Category.PERSONAL_DATA,
        Category.CREDENTIALS,
        Category.CUSTOMERS,
        Category.REGULATED_ADVICE,
        Category.RESPECT,
        Category.CRISIS,
        Category.SPOKESPERSON,
        Category.EMBARGO,
    }
)
"""A must-fix finding in one of these asks for a human first; in any other, for a revision."""

Severity = Literal["must-fix", "consider"]
Surface = Literal["draft", "rewrite", "feedback"]
"""What a rule reads: the author's draft, a rewrite of it, or the feedback that a model words."""


class Draft(BaseModel):
    """What an employee is about to post."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str
    network: str = "linkedin"
    language: str | None = None
    """Two letters; None: detected from the text."""
    author: str | None = None
    """Name and own contacts as the author gives them: `"Marta Puig, marta@example.com"`."""
    alt: tuple[str, ...] = ()
    """The alternative texts of the attached pictures."""
    now: datetime = Field(default_factory=lambda: datetime.now().astimezone())
    """When it would be posted; aware (a naive one is read as UTC). Embargoes are judged by it."""


class Finding(BaseModel):
    """One thing to look at before posting. `start` and `end` are code points of the draft, end exclusive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rule: str
    category: Category
    severity: Severity
    quote: str
    start: int
    end: int
    message: str
    fix: str
    citation: Citation
    judged_by: Literal["rule", "model"] = "rule"
