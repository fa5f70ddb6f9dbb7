"""What is left of a model's answer once it was checked. A model adds; it never removes or softens what a rule found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from bot.coach.answer import CITATIONS, PRAISE, TEXT, Answer, CriterionAnswer, place_of
from bot.coach.case import Case
from bot.coach.rewrite import problems
from bot.coach.wording import problem, shares
from bot.manual.models import Citation
from bot.policy.models import Finding
from bot.policy.protected import is_protected
from bot.policy.schema import Rule
from bot.text import sentences


@dataclass(frozen=True)
class Advice:
    """The part of an answer that stood up to the checks."""

    findings: tuple[Finding, ...] = ()
    judged: frozenset[str] = frozenset()
    """Criteria that count as judged."""
    claimed: frozenset[str] = frozenset()
    """Criteria that were answered "yes", with or without a quote that stands."""
    wording: dict[str, str] = field(default_factory=dict)
    """Rule id → the message in plainer words."""
    praise: str | None = None
    rewrite: str | None = None
    sources: tuple[Citation, ...] = ()
    """Facts of a campaign that the rewrite took something from."""
    citations: tuple[Citation, ...] = ()
    reasons: tuple[str, ...] = ()
    """Why other parts were dropped, for the repair turn; nothing here is for the author."""


def verify(answer: Answer, case: Case) -> Advice:
    """Drops whatever can't be shown to be right."""
    reasons: list[str] = []
    findings, judged, claimed = _criteria(answer, case, reasons)
    rewrite, quotes = _rewrite(answer, case, findings, reasons)
    return Advice(
        findings=tuple(findings),
        judged=frozenset(judged),
        claimed=frozenset(claimed),
        wording=_wording(answer, case),
        praise=_praise(answer, case),
        rewrite=rewrite,
        sources=case.sources(rewrite, quotes) if rewrite else (),
        citations=tuple(_citations(answer, case, findings)),
        reasons=tuple(case.masked.hide(reason) for reason in reasons),
    )


def merge(first: Advice, second: Advice) -> Advice:
    """Both turns of one conversation: what was found stays found, the rest is taken from where it stood up.

    A "yes" without a quote that stands, taken back in the second turn, leaves the criterion open.
    """
    known = {finding.rule for finding in first.findings}
    taken_back = first.claimed - first.judged - second.claimed
    return replace(
        second,
        findings=(*first.findings, *(f for f in second.findings if f.rule not in known)),
        judged=first.judged | (second.judged - taken_back),
        claimed=first.claimed | second.claimed,
        wording={**second.wording, **first.wording},
        praise=first.praise or second.praise,
        citations=first.citations or second.citations,
    )


def _criteria(answer: Answer, case: Case, reasons: list[str]) -> tuple[list[Finding], set[str], set[str]]:
    findings: list[Finding] = []
    verdicts: dict[str, set[str]] = {}
    settled: set[str] = set()
    for item in answer.criteria:
        rule = case.criteria.get(item.rule)
        if rule is None:
            reasons.append("criteria: a rule that was not asked for.")
            continue
        verdicts.setdefault(rule.id, set()).add(item.verdict)
        if item.verdict == "yes":
            place = _place(item.quote, case)
            if place is None:
                reasons.append(f"criteria {rule.id}: the quote does not stand in the draft word for word.")
            elif _is_protected(rule, place, case):
                settled.add(rule.id)
            elif (citation := case.citation(rule)) is not None:
                settled.add(rule.id)
                if not _told_already(rule, place, (*case.checked.findings, *findings)):
                    findings.append(_finding(rule, item, place, citation, case))
    # A draft that speaks to its reviewer may have talked the model out of an objection: its "no" doesn't count.
    if not case.steering:
        settled |= {rule_id for rule_id, said in verdicts.items() if said == {"no"}}
    claimed = {rule_id for rule_id, said in verdicts.items() if "yes" in said}
    return findings, settled, claimed


def _place(quote: str, case: Case) -> tuple[int, int] | None:
    found = place_of(quote, case.masked.text)
    return case.masked.original(*found) if found else None


def _is_protected(rule: Rule, place: tuple[int, int], case: Case) -> bool:
    indices = [case.reading.sentence_at(start) for start, _ in case.checked.protected]
    return is_protected(rule.category, place, indices, case.reading)


def _told_already(rule: Rule, place: tuple[int, int], findings: Sequence[Finding]) -> bool:
    return any(f.category == rule.category and f.start < place[1] and place[0] < f.end for f in findings)


def _finding(rule: Rule, item: CriterionAnswer, place: tuple[int, int], citation: Citation, case: Case) -> Finding:
    quote = case.draft.text[place[0] : place[1]]
    values = {"match": quote, "network": case.reading.network.name}
    message = case.policy.words(rule.message, case.language, values)
    fix = case.policy.words(rule.fix, case.language, values)
    about = f"{message}\n{fix}\n{citation.quote}"
    return Finding(
        rule=rule.id,
        category=rule.category,
        severity=rule.severity,
        quote=quote,
        start=place[0],
        end=place[1],
        message=item.why.strip() if _may_say(item.why, case, TEXT, citation, about) else message,
        fix=item.fix.strip() if _may_say(item.fix, case, TEXT, citation, about) else fix,
        citation=citation,
        judged_by="model",
    )


def _may_say(text: str, case: Case, longest: int, citation: Citation | None = None, about: str | None = None) -> bool:
    own = (case.masked.text, *case.masked.alt, *case.policy.company.names, case.reading.network.name)
    ground = (citation.quote,) if citation else ()
    return (
        problem(
            text,
            policy=case.policy,
            watchwords=case.prompts.watchwords,
            language=case.language,
            sources=(*own, *ground, about or ""),
            longest=longest,
            about=about,
            steering=(*case.steering, case.prompts.review.text),
        )
        is None
    )


def _wording(answer: Answer, case: Case) -> dict[str, str]:
    wording: dict[str, str] = {}
    for item in answer.wording:
        of_rule = [finding for finding in case.checked.findings if finding.rule == item.rule]
        if len(of_rule) != 1 or item.rule in wording:
            continue  # one wording can't stand for two places
        finding = of_rule[0]
        about = case.masked.hide(f"{finding.message}\n{finding.fix}\n{finding.citation.quote}")
        if _may_say(item.message, case, TEXT, finding.citation, about):
            wording[item.rule] = item.message.strip()
    return wording


def _praise(answer: Answer, case: Case) -> str | None:
    praise = answer.praise.strip()
    if len(sentences(praise)) == 1 and shares(praise, case.masked.text) and _may_say(praise, case, PRAISE):
        return praise
    return None


def _rewrite(answer: Answer, case: Case, findings: list[Finding], reasons: list[str]) -> tuple[str | None, list[str]]:
    """The rewrite that may be offered, and the quotes of the manual that it might draw on."""
    rewrite = (answer.rewrite or "").strip()
    quotes = [finding.citation.quote for finding in (*case.checked.findings, *findings)]
    if not rewrite or rewrite == case.draft.text.strip():
        return None, quotes
    found = problems(
        rewrite,
        case.draft,
        policy=case.policy,
        checked=case.checked,
        watchwords=case.prompts.watchwords,
        quotes=quotes,
        findings=(*case.checked.findings, *findings),
        given=case.given,
    )
    reasons += found
    return (None if found else rewrite), quotes


def _citations(answer: Answer, case: Case, findings: list[Finding]) -> Iterator[Citation]:
    sent = {passage.id: passage for passage in (*case.sent, *case.given)}
    cited = {finding.citation.passage for finding in (*case.checked.findings, *findings)}
    for item in answer.citations[:CITATIONS]:
        passage = sent.get(item.passage)
        if passage is None or passage.id in cited:
            continue
        place = place_of(item.quote, passage.text)
        if place is None or not case.may_cite(quote := passage.text[place[0] : place[1]]):
            continue
        cited.add(passage.id)
        yield Citation(passage=passage.id, heading=passage.heading_path, quote=quote)
