"""What the detector tests share: a reading of a plain text, and the words that a detector found in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.networks.models import Network
from bot.policy.company import Company, Identity
from bot.policy.detectors import DETECTORS
from bot.policy.reading import Reading

COMPANY = Company(company=Identity(name="Tebiora", site="https://www.tebiora.example"))
NETWORK = Network(name="LinkedIn", length=3000, sources=("https://example.org",))


def reading(text: str, author: str | None = None, alt: tuple[str, ...] = ()) -> Reading:
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    return Reading(text, "en", "linkedin", NETWORK, COMPANY, now, author=author, alt=alt)


def found(name: str, text: str, author: str | None = None, alt: tuple[str, ...] = (), **options: Any) -> list[str]:
    """The words of `text` that the detector marks."""
    detector = DETECTORS[name]
    spans = detector.find(reading(text, author, alt), detector.options.model_validate(options))
    return [text[span.start : span.end] for span in spans]
