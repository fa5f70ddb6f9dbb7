"""The words of a finding: the rule's message in the author's language, with its placeholders filled."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.policy.company import Company, Contacts

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
VALUES = ("match", "company", "network", "limit", "count", "topic", "until", "suggestion", "kind", "post")
KNOWN = frozenset({*VALUES, *(f"contacts.{name}" for name in Contacts.model_fields)})


def unknown_placeholders(text: str) -> list[str]:
    """Placeholders that nothing fills."""
    return [name for name in _PLACEHOLDER.findall(text) if name not in KNOWN]


def localised(texts: Mapping[str, str], language: str, languages: tuple[str, ...]) -> str:
    """The text in `language`, else in the first of the company's languages that has one, else any."""
    for wanted in (language, *languages):
        if wanted in texts:
            return texts[wanted]
    return next(iter(texts.values()), "")


def fill(text: str, company: Company, values: Mapping[str, str]) -> str:
    """Fills the placeholders; a contact that the company hasn't named is its community manager, or itself."""
    if "{" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        name = match.group(1)
        if name == "company":
            return company.company.name
        if name.startswith("contacts."):
            contact: str | None = getattr(company.contacts, name.removeprefix("contacts."), None)
            return contact or company.contacts.community_manager or company.company.name
        return values.get(name, "")

    return _PLACEHOLDER.sub(value, text)
