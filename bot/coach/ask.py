"""The conversation with the model about one draft: one call, at most one repair turn, one deadline for both."""

from __future__ import annotations

import asyncio
import json

from bot.coach.answer import parse, schema
from bot.coach.case import Case
from bot.coach.model import CoachModel, Message, NoAnswer
from bot.coach.models import TokenUse
from bot.coach.verify import Advice, merge, verify
from bot.networks.counting import length

_REASONS = 12


async def ask(case: Case, model: CoachModel) -> tuple[Advice | NoAnswer, TokenUse]:
    """What the model contributes, checked, and the tokens that all calls took. Never raises for what an endpoint does."""
    advice: Advice | None = None
    used = TokenUse()
    passages = [passage.id for passage in case.sent]
    shape = schema(list(case.criteria), [finding.rule for finding in case.checked.findings], passages)
    conversation = _opening(case)
    try:
        async with asyncio.timeout(model.settings.deadline_s):
            for _ in range(2):
                outcome = await model.complete(conversation, shape)
                used = TokenUse(input=used.input + outcome.use.input, output=used.output + outcome.use.output)
                answer = None if isinstance(outcome, NoAnswer) else parse(outcome.content)
                if isinstance(outcome, NoAnswer) or answer is None:
                    return advice or (outcome if isinstance(outcome, NoAnswer) else NoAnswer("unusable")), used
                checked = verify(answer, case)
                advice = merge(advice, checked) if advice else checked
                if not checked.reasons:
                    break
                conversation = [*conversation, *_repair(case, outcome.content, checked)]
    except TimeoutError:
        return advice or NoAnswer("time"), used
    return advice, used  # type: ignore[return-value]  # the loop ran at least once


def _opening(case: Case) -> list[Message]:
    languages = case.prompts.phrases.languages
    system = case.prompts.review.fill(
        company=case.policy.company.company.name,
        language=languages.get(case.language, case.language),
        network=case.reading.network.name,
    )
    return [
        {"role": "system", "content": system},
        {"role": "user", "content": json.dumps(data(case), ensure_ascii=False)},
    ]


def _repair(case: Case, said: str, advice: Advice) -> list[Message]:
    reasons = "\n".join(f"- {reason}" for reason in advice.reasons[:_REASONS])
    return [
        {"role": "assistant", "content": case.masked.hide(said)},
        {"role": "user", "content": case.prompts.repair.fill(reasons=reasons)},
    ]


def data(case: Case) -> dict[str, object]:
    """What the model is told of the draft: strings only, nothing that the mask hides, nothing of unreleased products."""
    company = case.policy.company
    network = case.reading.network
    hide = case.masked.hide
    lists = company.lists
    return {
        "draft": case.masked.text,
        "alt_texts": list(case.masked.alt),
        "network": network.name,
        "length": {"limit": str(network.length), "draft": str(length(case.draft.text, network))},
        "untouchable": [hide(case.draft.text[start:end]) for start, end in case.checked.protected],
        "criteria": [
            {"id": rule.id, "question": rule.match.criterion, "manual": citation.quote if citation else ""}
            for rule in case.criteria.values()
            for citation in [case.citation(rule)]
        ],
        "findings": [
            {
                "rule": finding.rule,
                "severity": finding.severity,
                "quote": hide(finding.quote),
                "message": hide(finding.message),
                "fix": hide(finding.fix),
            }
            for finding in case.checked.findings
        ],
        "passages": [
            {"id": passage.id, "heading": passage.heading_path, "text": passage.text} for passage in case.sent
        ],
        "company": {
            "name": company.company.name,
            "aliases": list(company.company.aliases),
            "public_products": list(company.products.public),
            "disclosure_tags": list(lists["disclosure_tags"]),
            "disclosure_phrases": [
                phrase.replace("{company}", company.company.name)
                for phrase in company.disclosure.phrases.get(case.language, ())
            ],
        },
    }
