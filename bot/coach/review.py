"""From a draft to its review: rules, passages, a model if there is one, and an honest word on what nobody judged."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Sequence

from bot.coach.ask import ask
from bot.coach.case import Case, Library, in_order, open_case
from bot.coach.model import CoachModel, NoAnswer
from bot.coach.models import Review, TokenUse
from bot.coach.prompt import Prompts, shipped
from bot.coach.questions import open_questions
from bot.coach.reading_list import reading_list
from bot.coach.verdict import verdict
from bot.coach.verify import Advice
from bot.manual.models import Citation, Hit, Passage
from bot.policy.engine import Policy
from bot.policy.models import Draft, Finding
from bot.policy.schema import Rule

logger = logging.getLogger(__name__)
_HITS = 12
_thread = threading.local()


def review(
    draft: Draft, policy: Policy, manual: Library, model: CoachModel | None = None, prompts: Prompts | None = None
) -> Review:
    """The review of a draft, for callers without an event loop. See `areview`."""
    if model is None:
        begun = time.perf_counter()
        case = open_case(draft, policy, manual, prompts or shipped())
        return _compose(case.with_hits(_search(case, manual)), None, TokenUse(), False, begun)
    if not hasattr(_thread, "runner"):
        _thread.runner = asyncio.Runner()  # one loop a thread, so that connections to the endpoint stay open
    result: Review = _thread.runner.run(areview(draft, policy, manual, model, prompts))
    return result


async def areview(
    draft: Draft,
    policy: Policy,
    manual: Library,
    model: CoachModel | None = None,
    prompts: Prompts | None = None,
    facts: Sequence[Passage] = (),
) -> Review:
    """The review of a draft. `policy` is grounded in `manual`. Raises `UnknownNetwork` (a ValueError), nothing else.

    `facts`, a campaign's, may be used in the rewrite and cited; they soften no rule, and without a model they change nothing.
    Search runs in a thread, so that an event loop stays free. A model that fails costs its part of the review, never
    the review.
    """
    begun = time.perf_counter()
    case = await asyncio.to_thread(open_case, draft, policy, manual, prompts or shipped(), (), facts if model else ())
    case = case.with_hits(await asyncio.to_thread(_search, case, manual))
    if model is None or not case.may_be_sent:
        return _compose(case, None, TokenUse(), model is not None, begun)
    outcome, used = await ask(case, model)
    found = _compose(case, outcome, used, True, begun)
    return found if isinstance(outcome, NoAnswer) else found.model_copy(update={"model": model.name})


def _search(case: Case, manual: Library) -> list[Hit]:
    # An embedder may be an endpoint too: it gets the masked text, and nothing that no model may get either.
    if case.leaks or case.all_protected:
        return []
    try:
        return manual.search_draft(case.masked.text, case.language, _HITS)
    except Exception as error:  # an index or an embedder that fails costs the passages, never the review
        logger.warning("the manual could not be searched: %s", type(error).__name__)
        return []


def _compose(case: Case, outcome: Advice | NoAnswer | None, used: TokenUse, with_model: bool, begun: float) -> Review:
    advice = outcome if isinstance(outcome, Advice) else Advice()
    findings = in_order([*(_worded(f, advice) for f in case.checked.findings), *advice.findings])
    unjudged = [rule for rule_id, rule in case.criteria.items() if rule_id not in advice.judged]
    suspended = [] if case.all_protected else list(case.checked.suspended)

    def word(rule: Rule) -> str:
        return case.policy.words(rule.question, case.language, {"network": case.reading.network.name})

    return Review(
        # Without a model nothing is ever ready, not even where there is nothing to ask.
        verdict=verdict(
            findings,
            judged_all=case.checked.judged_all,
            left_open=bool(unjudged or suspended or (case.all_protected and not with_model)),
        ),
        findings=findings,
        praise=advice.praise,
        rewrite=advice.rewrite,
        citations=_cited(advice.sources, advice.citations or reading_list(case, findings)),
        open_questions=open_questions(unjudged, suspended, case.hits, findings, word),
        language=case.checked.language,
        network=case.checked.network,
        took_ms=round((time.perf_counter() - begun) * 1000, 2),
        note=_note(case, outcome, with_model),
        protected=bool(case.checked.protected),
        tokens=used,
    )


def _cited(sources: Sequence[Citation], others: Sequence[Citation]) -> tuple[Citation, ...]:
    """Where the rewrite's facts come from, then the others."""
    return tuple({citation.passage: citation for citation in (*sources, *others)}.values())


def _worded(finding: Finding, advice: Advice) -> Finding:
    message = advice.wording.get(finding.rule)
    return finding.model_copy(update={"message": message}) if message else finding


def _note(case: Case, outcome: Advice | NoAnswer | None, with_model: bool) -> str | None:
    phrases = case.prompts.phrases
    if case.leaks and with_model:
        return phrases.note("credentials", case.language)
    if not case.checked.judged_all:
        return phrases.note("foreign", case.language)
    return phrases.note(outcome.reason, case.language) if isinstance(outcome, NoAnswer) else None
