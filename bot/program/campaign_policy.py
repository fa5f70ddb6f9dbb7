"""The words of a campaign under the rules that drafts are under: whoever uses a fact has the same manual to keep to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from bot.language import UNKNOWN, detect
from bot.policy.engine import Policy
from bot.policy.models import HOLD_CATEGORIES, Category, Draft, Finding
from bot.policy.terms import Term, TermIndex, occurrences, term
from bot.program.models import Campaign

_OF_A_POST = frozenset({Category.DISCLOSURE, Category.NETWORK_LIMITS, Category.ACCESSIBILITY})
"""How a post says who writes it and what form it has. A fact isn't a post: its author adds both."""
_BLOCKING = HOLD_CATEGORIES | {Category.INJECTION}
"""What no draft may say either, and orders to the model that reads the facts."""
_OF_A_LINK = frozenset({Category.CREDENTIALS, Category.PERSONAL_DATA})
"""An address is no sentence: in it only a key or somebody's data is looked for."""

_ADDRESS = str.maketrans("-_/.+", "     ")
"""Words of an address are joined by these."""

Field = Literal["name", "fact", "material", "link"]
Values = Mapping[str, str | int | datetime]


@dataclass(frozen=True)
class Told:
    """What is wrong with words of a campaign; `values` as `campaign_checks.VALUES` names them."""

    blocking: bool
    values: Values


@dataclass(frozen=True)
class _Words:
    field: Field
    number: int
    text: str


def policy_findings(campaign: Campaign, policy: Policy, now: datetime) -> Iterator[Told]:
    """Must-fix findings of the rules, as of the day on which the campaign opens."""
    told = [str(each.values["quote"]).casefold() for each in company_embargoes(campaign, policy, now)]
    languages = _languages(campaign, policy)
    for words in _all_words(campaign):
        seen: set[tuple[str, str]] = set()
        for finding in _findings(words, languages, campaign, policy, now):
            key = (finding.category, finding.quote.casefold())
            said = finding.category == Category.EMBARGO and any(quote in key[1] for quote in told)
            if key not in seen and not said:
                seen.add(key)
                yield Told(finding.category in _BLOCKING, _values(finding, words))


def company_embargoes(campaign: Campaign, policy: Policy, now: datetime) -> list[Told]:
    """Embargoes of `company.yaml` whose terms stand in the campaign and that end after it starts, each once.

    It blocks unless the campaign has an embargo of its own that lasts at least as long.
    """
    told = []
    for embargo in policy.company.embargoes:
        if embargo.until <= max(now, campaign.starts):
            continue
        kept = campaign.embargo is not None and campaign.embargo >= embargo.until
        found = _first_use(embargo.terms, campaign, policy, now)
        if found is not None:
            words, quote = found
            values: Values = {
                "topic": embargo.topic,
                "until": embargo.until,
                "quote": quote,
                "field": words.field,
                "number": words.number,
            }
            told.append(Told(not kept, values))
    return told


def _first_use(names: Sequence[str], campaign: Campaign, policy: Policy, now: datetime) -> tuple[_Words, str] | None:
    terms, index = _terms(tuple(names))
    for words in _all_words(campaign):
        text = words.text.translate(_ADDRESS) if words.field == "link" else words.text
        reading = policy.read(_draft(text, campaign, campaign.language, _networks(campaign, policy)[0], now))
        hits = index.hits(reading)
        places = sorted(place for each in terms for place in occurrences(each, hits, reading))
        if not places:
            continue
        protected = policy.check(_draft(words.text, campaign, campaign.language, reading.network_id, now)).protected
        for start, end in places:
            if words.field == "link" or not any(first <= start < last for first, last in protected):
                return words, words.text[start:end]
    return None


@lru_cache(maxsize=256)
def _terms(names: tuple[str, ...]) -> tuple[tuple[Term, ...], TermIndex]:
    """Some milliseconds an embargo, and Home looks at many campaigns."""
    terms = tuple(each for name in names for each in term(name, company=True))
    return terms, TermIndex.of(terms)


def _all_words(campaign: Campaign) -> Iterator[_Words]:
    yield _Words("name", 1, " ".join(campaign.name.split()))
    for number, fact in enumerate(campaign.facts, start=1):
        yield _Words("fact", number, " ".join(fact.split()))
    for number, material in enumerate(campaign.material, start=1):
        yield _Words("material", number, " ".join(material.title.split()))
        yield _Words("link", number, material.url)


def _findings(
    words: _Words, languages: Sequence[str], campaign: Campaign, policy: Policy, now: datetime
) -> Iterator[Finding]:
    """Those that count, of each network that the campaign is for."""
    for network in _networks(campaign, policy):
        for language in languages:
            for finding in policy.check(_draft(words.text, campaign, language, network, now)).findings:
                if finding.severity == "must-fix" and _counts(finding, words):
                    yield finding


def _languages(campaign: Campaign, policy: Policy) -> list[str]:
    """The one it says, and the one it reads like."""
    found = detect("\n".join([campaign.name, *campaign.facts]), policy.company.languages)
    return list(dict.fromkeys([campaign.language, *([found] if found != UNKNOWN else [])]))


def _networks(campaign: Campaign, policy: Policy) -> list[str]:
    known = [name for name in campaign.networks if name in policy.networks.networks]
    return known or [next(iter(policy.networks.networks))]


def _draft(text: str, campaign: Campaign, language: str | None, network: str, now: datetime) -> Draft:
    return Draft(text=text, network=network, language=language, now=max(now, campaign.opens))


def _counts(finding: Finding, words: _Words) -> bool:
    if words.field == "link":
        return finding.category in _OF_A_LINK
    return finding.category not in _OF_A_POST


def _values(finding: Finding, words: _Words) -> Values:
    return {
        "rule": finding.rule,
        "category": str(finding.category),
        "message": finding.message,
        "fix": finding.fix,
        "quote": finding.quote,
        "field": words.field,
        "number": words.number,
    }
