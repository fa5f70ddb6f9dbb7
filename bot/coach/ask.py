"""What the model is asked about one draft, for its review."""

from __future__ import annotations

from bot.coach.answer import Answer, parse, schema
from bot.coach.brief import the_company, the_draft, the_facts, the_findings, the_passages
from bot.coach.case import Case
from bot.coach.exchange import converse, opening
from bot.coach.model import CoachModel, NoAnswer
from bot.coach.models import TokenUse
from bot.coach.verify import Advice, merge, verify


async def ask(case: Case, model: CoachModel) -> tuple[Advice | NoAnswer, TokenUse]:
    """What the model contributes, checked, and the tokens that all calls took. Never raises for what an endpoint does."""

    def check(content: str) -> Advice | None:
        answer = parse(content, Answer)
        return verify(answer, case) if answer else None

    passages = [passage.id for passage in (*case.sent, *case.given)]
    shape = schema(list(case.criteria), [finding.rule for finding in case.checked.findings], passages)
    first = opening(case.instructions(case.prompts.review), data(case))
    repair, hide = case.prompts.repair, case.masked.hide
    return await converse(model, first, shape, check=check, merge=merge, repair=repair, hide=hide)


def data(case: Case) -> dict[str, object]:
    """What the model is told."""
    return {
        **the_draft(case),
        "criteria": [
            {"id": rule.id, "question": rule.match.criterion, "manual": citation.quote if citation else ""}
            for rule in case.criteria.values()
            for citation in [case.citation(rule)]
        ],
        "findings": the_findings(case.checked.findings, case),
        "passages": the_passages(case.sent),
        **the_facts(case),
        "company": the_company(case),
    }
