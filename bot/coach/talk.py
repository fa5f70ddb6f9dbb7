"""The conversation about a reviewed draft: why, shorter, warmer, and whatever else its author asks. Checked as a review is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.coach.answer import FollowUpAnswer, ReworkAnswer, follow_up_schema, parse, rework_schema
from bot.coach.brief import the_company, the_draft, the_facts, the_findings, the_passages
from bot.coach.case import Case, Library, open_case
from bot.coach.cite import around
from bot.coach.exchange import converse, opening
from bot.coach.model import CoachModel, NoAnswer
from bot.coach.models import Review, TokenUse
from bot.coach.passages import passages_for
from bot.coach.prompt import Prompts
from bot.coach.replies import Answered, check_reply, check_rewrite, merge
from bot.coach.said import Thread, Turn, clean, open_thread
from bot.coach.wish import Wish, understand_reply
from bot.manual.models import Citation, Passage
from bot.networks.loader import resolve
from bot.policy.engine import Policy
from bot.policy.models import Draft, Finding

__all__ = ["Reply", "Turn", "follow_up", "rework"]

logger = logging.getLogger(__name__)
_FOUND = 6  # passages looked up for what was said


@dataclass(frozen=True)
class Reply:
    """The answer; every word of it was checked, or is the manual's, a rule's or Bonvent's own."""

    text: str | None = field(default=None, repr=False)
    rewrite: str | None = field(default=None, repr=False)
    citations: tuple[Citation, ...] = ()
    note: str | None = None
    """What could not be done, in one sentence."""
    model: str | None = None
    """The model that wrote `text` or `rewrite`; None: none did."""
    tokens: TokenUse = field(default_factory=TokenUse)


async def follow_up(
    said: str,
    draft: Draft,
    review: Review,
    earlier: Sequence[Turn],
    policy: Policy,
    manual: Library,
    model: CoachModel | None,
    prompts: Prompts,
    facts: Sequence[Passage] = (),
) -> Reply:
    """The answer to what the author said in the thread, in the draft's language. Raises `KnowledgeError` for an unknown network.

    `review` is the draft's last one; `earlier` is the thread before `said`, oldest first. A new version of the draft is the
    caller's to review. A model that fails costs its part of the answer, never the answer. `facts`, a campaign's, may be used.
    """
    said = clean(said)
    wish = understand_reply(said, draft.text, policy.networks, prompts.intents, review.findings)
    if wish.kind in ("shorter", "warmer", "network"):
        return await rework(wish.kind, draft, review, policy, manual, model, prompts, wish.network, facts)
    # Without a model nothing needs to be known of earlier turns. Masking takes milliseconds a turn: not in the event loop.
    heard, told = (earlier, facts) if model else ((), ())
    thread = await asyncio.to_thread(open_thread, said, draft, review, heard, policy, manual, prompts, told)
    if wish.kind == "thanks":
        return Reply(text=prompts.phrases.note("welcome", thread.case.language))
    if wish.kind == "why" and (wish.finding is None or not review.findings):
        return Reply(
            note=prompts.phrases.note(
                "nothing_found" if not review.findings else "no_such_finding", thread.case.language
            )
        )
    if model is None or not thread.may_be_sent:
        return await _without_model(wish, thread, manual, _why_not(model, thread))
    found = await asyncio.to_thread(_search, thread, manual)
    about = _about(wish, review)
    reading = thread.reading(found) | {passage.id: passage for passage in thread.case.given}
    outcome, used = await _ask(wish, thread, reading, about, model)
    if isinstance(outcome, NoAnswer) or not (outcome.text or outcome.rewrite):
        reason = "answer_late" if isinstance(outcome, NoAnswer) and outcome.reason == "time" else "no_answer"
        return replace(await _without_model(wish, thread, manual, reason), tokens=used)
    grounds = tuple(_ground(finding, thread.case) for finding in about if wish.kind == "why")
    beside = {citation.passage: citation for citation in (*outcome.sources, *outcome.citations)}
    others = (c for c in beside.values() if c.passage not in {ground.passage for ground in grounds})
    return Reply(outcome.text or None, outcome.rewrite, (*grounds, *others), None, model.name, used)


async def rework(
    wish: Literal["shorter", "warmer", "network"],
    draft: Draft,
    review: Review,
    policy: Policy,
    manual: Library,
    model: CoachModel | None,
    prompts: Prompts,
    network: str | None = None,
    facts: Sequence[Passage] = (),
) -> Reply:
    """Another version of the draft, for a button: `rewrite`, or a `note` that says why there is none.

    `network` is the other network, by id or any name, for the wish of that name; the version is judged by its rules and
    limits. `facts`, a campaign's, may be used. Raises `KnowledgeError` for an unknown network.
    """
    if wish == "network" and network is not None:
        draft = draft.model_copy(update={"network": resolve(policy.networks, network)[0]})
    told = facts if model else ()
    case = await asyncio.to_thread(open_case, draft, policy, manual, prompts, [review.rewrite or ""], told)
    language = case.language
    if wish == "network" and network is None:
        return Reply(note=prompts.phrases.note("which_network", language))
    if model is None or not case.may_be_sent:
        return Reply(note=prompts.phrases.note(_why_not_sent(case) if model else "no_model", language))
    outcome, used = await _ask_rework(wish, case, review, model)
    if isinstance(outcome, NoAnswer):
        reason = "answer_late" if outcome.reason == "time" else "no_answer"
        return Reply(note=prompts.phrases.note(reason, language), tokens=used)
    if outcome.rewrite is None:
        return Reply(note=prompts.phrases.note("no_version", language), tokens=used)
    return Reply(rewrite=outcome.rewrite, citations=outcome.sources, model=model.name, tokens=used)


async def _ask(
    wish: Wish, thread: Thread, passages: dict[str, Passage], about: Sequence[Finding], model: CoachModel
) -> tuple[Answered | NoAnswer, TokenUse]:
    case = thread.case

    def check(content: str) -> Answered | None:
        answer = parse(content, FollowUpAnswer)
        return check_reply(answer, thread, passages, about, grounded=wish.kind == "question") if answer else None

    data = {
        **the_draft(case),
        "findings": the_findings(thread.review.findings, case),
        "asks_about": [finding.rule for finding in about] if wish.kind == "why" else [],
        "passages": the_passages(passage for passage in passages.values() if passage not in case.given),
        **the_facts(case),
        "company": the_company(case),
        "earlier": [{"by": turn.role, "text": turn.text} for turn in thread.earlier],
        "said": thread.said,
    }
    return await converse(
        model,
        opening(case.instructions(case.prompts.follow_up), data),
        follow_up_schema(list(passages)),
        check=check,
        merge=merge,
        repair=case.prompts.repair,
        hide=case.masked.hide,
    )


async def _ask_rework(
    wish: Literal["shorter", "warmer", "network"], case: Case, review: Review, model: CoachModel
) -> tuple[Answered | NoAnswer, TokenUse]:
    findings = (
        *review.findings,
        *(f for f in case.checked.findings if f.rule not in {g.rule for g in review.findings}),
    )

    def check(content: str) -> Answered | None:
        answer = parse(content, ReworkAnswer)
        if answer is None:
            return None
        reasons: list[str] = []
        rewrite, sources = check_rewrite(
            answer.rewrite or "", case, findings, reasons, may_lose=wish != "warmer", shorter=wish == "shorter"
        )
        return Answered(rewrite=rewrite, sources=sources, reasons=tuple(map(case.masked.hide, reasons)))

    data = {
        **the_draft(case),
        "wish": wish,
        "findings": the_findings(findings, case),
        "last_version": case.masked.beside[0],
        **the_facts(case),
        "company": the_company(case),
    }
    return await converse(
        model,
        opening(case.instructions(case.prompts.rework), data),
        rework_schema(),
        check=check,
        merge=merge,
        repair=case.prompts.repair,
        hide=case.masked.hide,
    )


async def _without_model(wish: Wish, thread: Thread, manual: Library, reason: str) -> Reply:
    """What rules and manual answer by themselves; a note on the rest."""
    case = thread.case
    phrases = case.prompts.phrases
    if wish.kind == "why":
        about = _about(wish, thread.review)
        text = "\n".join(f"{finding.message} {finding.fix}" for finding in about)
        return Reply(text=text, citations=tuple(_ground(finding, case) for finding in about))
    if wish.kind == "question":
        if not thread.said_may_be_sent:  # an embedder may be an endpoint, too
            return Reply(note=phrases.note(reason, case.language))
        spoken = wish.language if wish.language in case.policy.company.languages else case.language
        cited = await asyncio.to_thread(passages_for, thread.said, manual, case.policy, case.prompts, spoken)
        return Reply(citations=cited, note=None if cited else phrases.note("manual_silent", spoken))
    return Reply(note=phrases.note(reason, case.language))


def _about(wish: Wish, review: Review) -> tuple[Finding, ...]:
    """The findings that an answer speaks of: the one that was asked about, or all."""
    if wish.kind == "why" and wish.finding is not None:
        return (review.findings[wish.finding],)
    return review.findings


def _ground(finding: Finding, case: Case) -> Citation:
    """The finding's citation, with what the manual says around it."""
    passage = case.passages.get(finding.citation.passage)
    if passage is None:
        return finding.citation
    quote = around(finding.citation.quote, passage, case.policy, case.prompts.watchwords)
    return finding.citation.model_copy(update={"quote": quote})


def _why_not(model: CoachModel | None, thread: Thread) -> str:
    if model is None:
        return "no_model"
    return _why_not_sent(thread.case) if not thread.case.may_be_sent else "not_sent"


def _why_not_sent(case: Case) -> str:
    if case.leaks:
        return "credentials"
    return "protected" if case.all_protected else "foreign"


def _search(thread: Thread, manual: Library) -> list[Passage]:
    try:
        hits = manual.search(thread.said, thread.case.language, _FOUND) if thread.said else []
    except Exception as error:  # an index or an embedder that fails costs the passages, never the answer
        logger.warning("the manual could not be searched: %s", type(error).__name__)
        return []
    return [hit.passage for hit in hits]
