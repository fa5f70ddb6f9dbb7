"""What is left of a model's reply in a thread once it was checked. It explains; it never takes back what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.coach import facts
from bot.coach.answer import CITATIONS, TEXT, FollowUpAnswer, place_of
from bot.coach.case import Case
from bot.coach.rewrite import problems
from bot.coach.said import Thread
from bot.coach.wording import problem
from bot.manual.models import Citation, Passage
from bot.networks.counting import length
from bot.networks.threads import posts
from bot.policy.models import Finding
from bot.text import sentences

_FEWEST_WORDS = 3  # of a sentence that says something: "Good question." is passed over
SHORTER = 0.9
"""A shorter version has at most this share of the draft's length."""


@dataclass(frozen=True)
class Answered:
    """The part of a reply that stood up to the checks."""

    text: str = field(default="", repr=False)
    citations: tuple[Citation, ...] = ()
    rewrite: str | None = field(default=None, repr=False)
    sources: tuple[Citation, ...] = ()
    """Facts of a campaign that the rewrite took something from."""
    reasons: tuple[str, ...] = ()
    """Why other parts were dropped, for the repair turn; nothing here is for the author."""


def merge(first: Answered, second: Answered) -> Answered:
    """Both turns of one conversation: the second where it stood up. Text and citations come from the same turn."""
    spoken = second if second.text or not first.text else first
    kept = second if second.rewrite else first
    return Answered(spoken.text, spoken.citations, kept.rewrite, kept.sources, second.reasons)


def check_reply(
    answer: FollowUpAnswer, thread: Thread, passages: Mapping[str, Passage], about: Sequence[Finding], *, grounded: bool
) -> Answered:
    """Drops whatever can't be shown to be right.

    `about` are the findings that it may speak of; `grounded`: without a citation that stands nothing is said.
    """
    reasons: list[str] = []
    citations = _citations(answer, passages, thread.case, reasons)
    text = _prose(answer, thread, about, citations, reasons) if citations or not grounded else ""
    if grounded and not citations:
        reasons.append("citations: cite the passage that the answer rests on.")
    rewrite: str | None = None
    sources: tuple[Citation, ...] = ()
    if answer.rewrite and answer.rewrite.strip():
        asked = "" if thread.steering else thread.own_words
        rewrite, sources = check_rewrite(
            answer.rewrite, thread.case, thread.review.findings, reasons, asked=asked, may_lose=True
        )
    hide = thread.case.masked.hide
    return Answered(text, citations, rewrite, sources, tuple(map(hide, reasons)))


def check_rewrite(
    rewrite: str,
    case: Case,
    findings: Sequence[Finding],
    reasons: list[str],
    *,
    asked: str = "",
    may_lose: bool = False,
    shorter: bool = False,
) -> tuple[str | None, tuple[Citation, ...]]:
    """The version of the case's draft and the campaign's facts that it uses, or None with the `reasons` why it isn't offered."""
    rewrite = rewrite.strip()
    if not rewrite or rewrite == case.draft.text.strip():
        return None, ()
    settled = (*findings, *(f for f in case.checked.findings if f not in findings))
    quotes = [finding.citation.quote for finding in settled]
    found = problems(
        rewrite,
        case.draft,
        policy=case.policy,
        checked=case.checked,
        watchwords=case.prompts.watchwords,
        quotes=quotes,
        findings=settled,
        asked=asked,
        may_lose=may_lose,
        given=case.given,
    )
    network = case.reading.network
    if shorter and length(rewrite, network) > SHORTER * length(case.draft.text, network):
        found.append("The rewrite isn't shorter than the draft by a tenth.")
    longest = max(length(rewrite[start:end], network) for start, end in posts(rewrite)) if rewrite else 0
    if longest > network.length and "length" not in network.uncertain:
        found.append(f"The rewrite has {longest} of {network.length} characters that {network.name} takes.")
    reasons += found
    return (None, ()) if found else (rewrite, case.sources(rewrite, (*quotes, asked)))


def _citations(
    answer: FollowUpAnswer, passages: Mapping[str, Passage], case: Case, reasons: list[str]
) -> tuple[Citation, ...]:
    cited: dict[str, Citation] = {}
    for item in answer.citations[:CITATIONS]:
        passage = passages.get(item.passage)
        place = place_of(item.quote, passage.text) if passage else None
        if passage is None or place is None:
            reasons.append("citations: a quote does not stand in its passage word for word.")
            continue
        quote = passage.text[place[0] : place[1]]
        if quote in case.rule_words(passage) or case.may_cite(quote):
            cited.setdefault(passage.id, Citation(passage=passage.id, heading=passage.heading_path, quote=quote))
    return tuple(cited.values())


def _prose(
    answer: FollowUpAnswer,
    thread: Thread,
    about: Sequence[Finding],
    citations: Sequence[Citation],
    reasons: list[str],
) -> str:
    """The sentences up to the first that may not be shown: what follows may lean on it."""
    case = thread.case
    ground = "\n".join((*(words_of(finding) for finding in about), *(citation.quote for citation in citations)))
    named = (*case.policy.company.names, case.reading.network.name)
    own = thread.own_words
    sources = (case.masked.text, *case.masked.alt, *named, ground, own)
    prompts = case.prompts
    instructions = (prompts.follow_up.text, prompts.rework.text, prompts.review.text, prompts.repair.text)
    kept: list[str] = []
    for item in answer.answer:
        for start, end in sentences(item):
            sentence = item[start:end]
            if len(facts.words(sentence)) < _FEWEST_WORDS and not facts.markup(sentence):
                continue
            wrong = problem(
                sentence,
                policy=case.policy,
                watchwords=prompts.watchwords,
                language=case.language,
                sources=sources,
                longest=TEXT,
                about=ground,
                topic="\n".join((ground, case.masked.text, own)),
                steering=(*thread.steering, *instructions),
            ) or _gives_leave(sentence, ground, case)
            if wrong:
                reasons.append(f"answer: a sentence {wrong}.")
                return " ".join(kept)
            kept.append(sentence.strip())
    return " ".join(kept)


def _gives_leave(sentence: str, ground: str, case: Case) -> str | None:
    words = case.prompts.watchwords
    said = set(facts.leave_given(sentence, words)).difference(facts.leave_given(ground, words))
    return f"gives leave or takes a finding back: {min(said)}" if said else None


def words_of(finding: Finding) -> str:
    """A finding's own words."""
    return f"{finding.message}\n{finding.fix}\n{finding.citation.quote}"
