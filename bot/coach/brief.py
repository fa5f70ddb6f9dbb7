"""What a model is told of a draft: strings only, nothing that the mask hides, nothing of unreleased products."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.coach.case import Case
from bot.manual.models import Passage
from bot.networks.counting import length
from bot.policy.models import Finding


def the_draft(case: Case) -> dict[str, object]:
    """The draft, masked, with what its network takes and the sentences that stay as they are."""
    network = case.reading.network
    return {
        "draft": case.masked.text,
        "alt_texts": list(case.masked.alt),
        "network": network.name,
        "length": {"limit": str(network.length), "draft": str(length(case.draft.text, network))},
        "untouchable": [case.masked.hide(case.draft.text[start:end]) for start, end in case.checked.protected],
    }


def the_findings(findings: Sequence[Finding], case: Case) -> list[dict[str, str]]:
    """What was found, in the words that its author reads."""
    hide = case.masked.hide
    return [
        {
            "rule": finding.rule,
            "severity": finding.severity,
            "quote": hide(finding.quote),
            "message": hide(finding.message),
            "fix": hide(finding.fix),
        }
        for finding in findings
    ]


def the_passages(passages: Iterable[Passage]) -> list[dict[str, str]]:
    """Passages of the manual; their ids are what a citation names."""
    return [{"id": passage.id, "heading": passage.heading_path, "text": passage.text} for passage in passages]


def the_facts(case: Case) -> dict[str, object]:
    """The facts that the draft may use besides its own words, where there are any; masked, without the campaign's name."""
    told = zip(case.given, case.given_masked, strict=True)
    facts = [{"id": passage.id, "text": masked} for passage, masked in told]
    return {"campaign_facts": facts} if facts else {}


def the_company(case: Case) -> dict[str, object]:
    """What may be told of the company."""
    company = case.policy.company
    return {
        "name": company.company.name,
        "aliases": list(company.company.aliases),
        "public_products": list(company.products.public),
        "disclosure_tags": list(company.lists["disclosure_tags"]),
        "disclosure_phrases": [
            phrase.replace("{company}", company.company.name)
            for phrase in company.disclosure.phrases.get(case.language, ())
        ],
    }
