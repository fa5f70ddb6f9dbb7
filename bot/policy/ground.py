"""What a rule rests on: the passage of the published manual in which its quote stands word for word."""

from __future__ import annotations

from collections.abc import Iterable

from bot.manual.models import Citation, Passage
from bot.policy.schema import Rule
from bot.text import normalise_quote

Grounds = dict[str, dict[str, Citation]]
"""Rule id → language → citation."""


def ground(rules: Iterable[Rule], passages: Iterable[Passage]) -> Grounds:
    """Finds each quote of each rule; a passage of the section that the rule names wins over another one."""
    folded = [(passage, normalise_quote(passage.text)) for passage in passages]
    grounds: Grounds = {}
    for rule in rules:
        found: dict[str, Citation] = {}
        for language, quote in rule.manual.quote.items():
            wanted = normalise_quote(quote)
            holding = [p for p, text in folded if p.language in (language, "und") and wanted and wanted in text]
            if holding:
                best = min(holding, key=lambda p: (p.anchor != rule.manual.ref, p.manual != "manual"))
                found[language] = Citation(passage=best.id, heading=best.heading_path, quote=quote)
        grounds[rule.id] = found
    return grounds


def editions(grounds: Grounds) -> frozenset[str]:
    """Languages in which the published manual carries the rules' words at all."""
    return frozenset(language for found in grounds.values() for language in found)


def citation_for(rule: Rule, language: str, languages: tuple[str, ...], grounds: Grounds) -> Citation | None:
    """The rule's citation for a reader of `language`; None: its quote is gone and the rule is suspended.

    A language without an edition falls back to the others; an edition that lost the quote doesn't.
    """
    found = grounds.get(rule.id, {})
    if language in found:
        return found[language]
    if language in rule.manual.quote and language in editions(grounds):
        return None
    return next((found[other] for other in (*languages, *found) if other in found), None)


def lost_quotes(rule: Rule, grounds: Grounds) -> list[str]:
    """Languages in which the rule is suspended; all of its languages when no quote of it stands anywhere."""
    found = grounds.get(rule.id, {})
    if not found:
        return list(rule.manual.quote)
    return [language for language in rule.manual.quote if language not in found and language in editions(grounds)]
