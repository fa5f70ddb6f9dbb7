"""From a question about policy to its answer: a person's to give, the manual's words, a model's checked sentences, or silence."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.coach.answer import PolicyModelAnswer, parse, policy_schema
from bot.coach.answer_checks import Checks, Grounded, merge
from bot.coach.asked import LONGEST, Asked, Rejected, is_disguised, is_foreign, is_protected, read_question, tidy
from bot.coach.brief import the_passages
from bot.coach.case import Library
from bot.coach.exchange import converse, opening
from bot.coach.human_answer import by_human
from bot.coach.model import CoachModel, NoAnswer
from bot.coach.models import TokenUse
from bot.coach.near import evidence_without_orders, see_also
from bot.coach.passages import Evidence
from bot.coach.policy_answer import PolicyAnswer, Stance, quoted
from bot.coach.prompt import Prompts, shipped
from bot.manual.models import Citation, Passage
from bot.policy.engine import Policy

_READ_BY_MODEL = 6  # passages


async def answer_question(
    question: str,
    policy: Policy,
    manual: Library,
    model: CoachModel | None = None,
    prompts: Prompts | None = None,
    *,
    language: str | None = None,
    earlier: Sequence[str] = (),
) -> PolicyAnswer:
    """The answer to a question about policy. Never raises for what an endpoint, an index or a person does.

    `policy` is grounded in `manual`. `language` is the asker's (two letters), None: the question's own. `earlier` are the
    asker's earlier questions in this thread, oldest first. What takes CPU runs in a thread; a model that fails costs its
    sentences, never the manual's.
    """
    begun = time.perf_counter()
    prompts = prompts or shipped()
    found = await asyncio.to_thread(_prepare, question, language, earlier, policy, manual, prompts)
    if isinstance(found, PolicyAnswer):
        return _timed(found, begun)
    sent = found.sent
    if model is None or found.asked.leaks or found.stays or not sent:
        return _timed(found.without_model(), begun)
    outcome, used = await _ask(found, sent, model)
    if isinstance(outcome, NoAnswer) or not outcome.stands:
        return _timed(found.without_model().model_copy(update={"tokens": used}), begun)
    answer = found.silent() if outcome.stance == "silent" else found.grounded(outcome)
    return _timed(answer.model_copy(update={"model": model.name, "tokens": used}), begun)


def answer_from_manual(
    question: str,
    policy: Policy,
    manual: Library,
    prompts: Prompts,
    *,
    language: str | None = None,
    earlier: Sequence[str] = (),
) -> PolicyAnswer:
    """The same without a model, for callers without an event loop; some 20 ms of CPU."""
    begun = time.perf_counter()
    found = _prepare(question, language, earlier, policy, manual, prompts)
    return _timed(found if isinstance(found, PolicyAnswer) else found.without_model(), begun)


def is_private(question: str, policy: Policy, prompts: Prompts) -> bool:
    """Whether a question is kept of nobody: on pay, hours or organising, on what work does to people, or maybe so.

    What is too long for a question, or in a language that the company doesn't speak, may be on any of that.
    """
    text = tidy(question)
    if len(text) > LONGEST or is_disguised(text) or is_foreign(text, policy):
        return True
    return _stays(text, policy, prompts) or prompts.channels.may_be_private(text)


def _stays(text: str, policy: Policy, prompts: Prompts) -> bool:
    """Whether a question is plainly on that, or has a word of it: no model gets it, either."""
    channels = prompts.channels
    topic = channels.topic_of(text)
    if topic is not None and topic.private:
        return True
    return channels.hints_at_private(text) or is_protected(text, policy, prompts)


def follows_up(question: str, prompts: Prompts) -> bool:
    """Whether a message leans on a question before it: “and on Instagram?”, “why?”."""
    return prompts.questions.follows_up(tidy(question)[:LONGEST])


@dataclass(frozen=True)
class _Found:
    """A question with what the manual has on it."""

    asked: Asked
    evidence: Evidence
    private: bool
    """It is kept of nobody."""
    stays: bool
    """No model gets it."""
    passages: Mapping[str, Passage] = field(repr=False)
    """The whole manual."""
    policy: Policy = field(repr=False)
    prompts: Prompts = field(repr=False)

    @property
    def sent(self) -> dict[str, Passage]:
        """The passages that a model gets to read: those that answer, then those that are near."""
        cited = (self.passages[citation.passage] for citation in self.evidence.citations)
        wanted = {passage.id: passage for passage in (*cited, *self.evidence.near)}
        return dict(list(wanted.items())[:_READ_BY_MODEL])

    def grounded(self, outcome: Grounded) -> PolicyAnswer:
        """What is left of a model's answer, behind a word of ours where it doesn't say its stance itself."""
        phrases, language = self.prompts.phrases, self.asked.language
        said = list(outcome.sentences)
        opens = bool(said) and self.prompts.questions.opening(said[0], language)[0] == outcome.stance
        lead = phrases.note("policy_conflict" if outcome.conflict else f"policy_{outcome.stance}", language)
        if not opens and not (said and said[0].startswith(lead.rstrip("."))):
            said.insert(0, lead)
        contacts = self._community_manager if outcome.conflict else ()
        return self._answer(outcome.stance, " ".join(said), outcome.citations, contacts)

    def without_model(self) -> PolicyAnswer:
        """The manual's words and nothing else, or that it has none."""
        citations = self.evidence.citations
        if not citations:
            return self.silent()
        return self._answer("passages", "\n\n".join(citation.quote for citation in citations), citations)

    def silent(self) -> PolicyAnswer:
        """That the manual doesn't cover it, and whom to ask."""
        phrases, contacts = self.prompts.phrases, self._community_manager
        note = phrases.note("policy_silent" if contacts else "manual_silent", self.asked.language)
        return self._answer("silent", note.replace("{contact}", "".join(contacts)), (), contacts)

    @property
    def _community_manager(self) -> tuple[str, ...]:
        contact = self.policy.company.contacts.community_manager
        return (contact,) if contact else ()

    def _answer(
        self, stance: Stance, text: str, citations: tuple[Citation, ...], contacts: tuple[str, ...] = ()
    ) -> PolicyAnswer:
        asked = self.asked
        if asked.foreign and citations:
            text = f"{self.prompts.phrases.note('policy_foreign', asked.language)}\n\n{text}"
        return PolicyAnswer(
            language=asked.language,
            stance=stance,
            answer=text,
            answered=bool(citations),
            citations=tuple(quoted(citation, self.passages[citation.passage]) for citation in citations),
            see_also=see_also(asked, self.evidence.near, citations),
            contacts=contacts,
            private=self.private,
            strength=self.evidence.strength,
        )


def _prepare(
    question: str, language: str | None, earlier: Sequence[str], policy: Policy, manual: Library, prompts: Prompts
) -> _Found | PolicyAnswer:
    """All that needs no model; the answer itself where none is to be asked."""
    asked = read_question(question, language, earlier, policy, prompts)
    if isinstance(asked, Rejected):
        limit = f"{LONGEST:,}" if asked.language == "en" else f"{LONGEST:,}".replace(",", ".")
        text = prompts.phrases.note(asked.reason, asked.language).replace("{limit}", limit)
        private = asked.reason != "policy_empty" and is_private(question, policy, prompts)
        return PolicyAnswer(language=asked.language, stance="rejected", answer=text, answered=False, private=private)
    topic = prompts.channels.topic_of(asked.whole)
    stays = _stays(asked.whole, policy, prompts)
    private = stays or is_private(asked.whole, policy, prompts) or is_private(question, policy, prompts)
    if topic is not None:
        return by_human(topic, asked, private, policy, manual, prompts)
    evidence = evidence_without_orders(asked.searched, manual, policy, prompts, asked.language)
    return _Found(asked, evidence, private, stays, manual.passages, policy, prompts)


async def _ask(found: _Found, passages: dict[str, Passage], model: CoachModel) -> tuple[Grounded | NoAnswer, TokenUse]:
    asked, prompts, company = found.asked, found.prompts, found.policy.company.company.name
    checks = Checks(asked, passages, found.policy, prompts)

    def check(content: str) -> Grounded | None:
        answer = parse(content, PolicyModelAnswer)
        return checks.check(answer) if answer else None

    language = prompts.phrases.languages.get(asked.language, asked.language)
    data = {
        "question": asked.masked,
        "earlier": list(asked.earlier),
        "passages": the_passages(passages.values()),
        "company": company,
    }
    return await converse(
        model,
        opening(prompts.answer.fill(company=company, language=language), data),
        policy_schema(list(passages)),
        check=check,
        merge=merge,
        repair=prompts.answer_repair,
        hide=str,
    )


def _timed(answer: PolicyAnswer, begun: float) -> PolicyAnswer:
    return answer.model_copy(update={"took_ms": round((time.perf_counter() - begun) * 1000, 2)})
