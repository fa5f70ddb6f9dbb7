"""A draft on its way to a review: what the rules said, what may leave the process, what the manual has on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Protocol

from bot.coach import cite, given
from bot.coach.mask import Masked, mask
from bot.coach.prompt import Prompt, Prompts
from bot.manual.models import Citation, Hit, Passage
from bot.policy.engine import Checked, Policy
from bot.policy.models import Category, Draft, Finding
from bot.policy.reading import Reading
from bot.policy.schema import Rule

_READ_BY_MODEL = 6  # passages, beside the grounds of the criteria


class Library(Protocol):
    """What the coach asks of the manual."""

    @property
    def passages(self) -> Mapping[str, Passage]: ...

    def search_draft(self, text: str, language: str, k: int) -> list[Hit]:
        """The passages nearest to a draft, best first."""
        ...

    def search(self, query: str, language: str, k: int) -> list[Hit]:
        """The passages nearest to a question, best first."""
        ...


@dataclass(frozen=True)
class Case:
    """Everything that one review is made of, before a model is asked."""

    draft: Draft
    policy: Policy = field(repr=False)
    prompts: Prompts = field(repr=False)
    checked: Checked
    masked: Masked
    passages: Mapping[str, Passage] = field(repr=False)
    """The whole manual, by id."""
    hits: tuple[Hit, ...] = ()
    given: tuple[Passage, ...] = field(default=(), repr=False)
    """Facts that the draft may use besides its own words; see `bot.coach.given`."""
    given_masked: tuple[str, ...] = field(default=(), repr=False)
    """Their words as they may leave the process, in the same order."""

    @property
    def language(self) -> str:
        """The language that the author is spoken to in: the draft's, or the company's first."""
        languages = self.policy.company.languages
        return self.checked.language if self.checked.language in languages else languages[0]

    @cached_property
    def reading(self) -> Reading:
        return self.policy.read(self.draft.model_copy(update={"language": self.checked.language}))

    @cached_property
    def leaks(self) -> bool:
        """A credential must be fixed first: nothing of the draft leaves the process."""
        alone = (self.draft.model_copy(update={"text": alt, "alt": ()}) for alt in self.draft.alt)
        findings = (*self.checked.findings, *(f for draft in alone for f in self.policy.check(draft).findings))
        return any(f.category == Category.CREDENTIALS and f.severity == "must-fix" for f in findings)

    @cached_property
    def all_protected(self) -> bool:
        """Every sentence is protected speech: there is nothing to judge."""
        return bool(self.checked.protected) and len(self.checked.protected) == len(self.reading.sentences)

    @property
    def may_be_sent(self) -> bool:
        """Not with a credential in it, not in a language that we can't check an answer in, not if all of it is protected."""
        return not self.leaks and self.checked.judged_all and not self.all_protected

    @cached_property
    def criteria(self) -> dict[str, Rule]:
        """The criteria that somebody must judge, by id."""
        return {} if self.all_protected else {rule.id: rule for rule in self.checked.criteria}

    @cached_property
    def steering(self) -> tuple[str, ...]:
        """Sentences of the draft, and alternative texts, that try to steer a reviewer."""
        places = [f.start for f in self.checked.findings if f.category == Category.INJECTION]
        spans = {self.reading.sentences[self.reading.sentence_at(p)] for p in places if self.reading.sentences}
        alone = (
            self.draft.model_copy(update={"text": alt, "alt": (), "language": self.language}) for alt in self.draft.alt
        )
        alt = (d.text for d in alone if any(f.category == Category.INJECTION for f in self.policy.check(d).findings))
        return (*(self.draft.text[start:end] for start, end in sorted(spans)), *alt)

    @property
    def sent(self) -> list[Passage]:
        """The passages that a model gets to read, best first."""
        return [hit.passage for hit in self.hits[:_READ_BY_MODEL]]

    def citation(self, rule: Rule) -> Citation | None:
        return self.policy.citation(rule.id, self.language)

    def rule_words(self, passage: Passage) -> list[str]:
        """The sentences of a passage that rules rest on."""
        return cite.rule_words(passage, self.policy)

    def sources(self, rewrite: str, near: Sequence[str]) -> tuple[Citation, ...]:
        """The facts of a campaign that an offered rewrite took something from, beside the draft and what is `near`."""
        if not self.given:
            return ()
        known = "\n".join((self.draft.text, *near))
        return given.sources(rewrite, known, self.given, self.prompts.watchwords, self.checked.language)

    def may_cite(self, quote: str) -> bool:
        """Whether words of the manual that no rule vouches for may be shown."""
        return cite.may_cite(quote, self.policy, self.prompts.watchwords)

    def instructions(self, prompt: Prompt) -> str:
        """What a model is told to do, for this company, language and network."""
        return prompt.fill(
            company=self.policy.company.company.name,
            language=self.prompts.phrases.languages.get(self.language, self.language),
            network=self.reading.network.name,
        )

    def with_hits(self, hits: list[Hit]) -> Case:
        return replace(self, hits=tuple(hits))


def open_case(
    draft: Draft,
    policy: Policy,
    manual: Library,
    prompts: Prompts,
    beside: Sequence[str] = (),
    facts: Sequence[Passage] = (),
) -> Case:
    """Checks the draft; masks it, and the texts that go out beside it. Raises `UnknownNetwork` (a ValueError).

    `facts` are those that the draft may use, a campaign's; the ones that may not be told are left out.
    """
    usable = given.usable(facts, draft, policy)
    masked = mask(draft, policy, (*beside, *(passage.text for passage in usable)))
    own, told = masked.beside[: len(beside)], masked.beside[len(beside) :]
    masked = replace(masked, beside=own)
    return Case(draft, policy, prompts, policy.check(draft), masked, manual.passages, (), usable, told)


def in_order(findings: list[Finding]) -> tuple[Finding, ...]:
    """Must-fix first, then by place."""
    return tuple(sorted(findings, key=lambda f: (f.severity != "must-fix", f.start, -f.end)))
