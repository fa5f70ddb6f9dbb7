"""What the manual has on a question, without passages that give orders; and the sections that are near without answering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import regex

from bot.coach.asked import Asked, steers
from bot.coach.case import Library
from bot.coach.cite import may_cite, rule_words
from bot.coach.passages import Evidence, evidence_for
from bot.coach.phrasebook import Phrasebook, tokens, without
from bot.coach.policy_answer import SeeAlso
from bot.coach.prompt import Prompts
from bot.manual.glossary import concepts_in
from bot.manual.models import Citation, Hit, Passage
from bot.manual.words import stems
from bot.policy.engine import Policy

_SEE_ALSO = 3
_QUOTED = regex.compile(r"“[^”]{1,300}”|«[^»]{1,300}»")
_ENDS = " .!;:…"


def evidence_without_orders(
    question: str, manual: Library, policy: Policy, prompts: Prompts, language: str
) -> Evidence:
    """The evidence, as if passages that give orders to the one who answers weren't in the manual. Never raises."""
    return evidence_for(question, _Readable(manual, policy, prompts), policy, prompts, language)


@dataclass(frozen=True)
class _Readable:
    """A manual without the passages that speak to the one who answers: nobody reads or quotes them."""

    manual: Library
    policy: Policy
    prompts: Prompts

    @property
    def passages(self) -> Mapping[str, Passage]:
        return self.manual.passages

    def search(self, query: str, language: str, k: int) -> list[Hit]:
        return self._without_orders(self.manual.search(query, language, 2 * k), k)

    def search_draft(self, text: str, language: str, k: int) -> list[Hit]:
        return self._without_orders(self.manual.search_draft(text, language, 2 * k), k)

    def _without_orders(self, hits: Iterable[Hit], k: int) -> list[Hit]:
        good = (hit for hit in hits if not steers(self._said(hit.passage), self.policy, self.prompts))
        return list(islice(good, k))  # no more are read than are needed

    def _said(self, passage: Passage) -> str:
        """What a passage says; where a rule rests on it, without its examples: the manual's own page on orders shows some."""
        said = _read(passage)
        return _QUOTED.sub(" · ", said) if rule_words(passage, self.policy) else said


def _read(passage: Passage) -> str:
    return f"{passage.heading_path}\n{passage.text}"


def may_quote(quote: str, passage: Passage, policy: Policy, prompts: Prompts) -> bool:
    """Whether words of a passage may be shown: a rule rests on them, or nothing in them orders or leads away."""
    vouched = any(quote.strip(_ENDS) == words.strip(_ENDS) for words in rule_words(passage, policy))
    return vouched or may_cite(quote, policy, prompts.watchwords)


def speaks_of(asked: Asked, citation: Citation, manual: Library, policy: Policy, prompts: Prompts) -> bool:
    """Whether the quoted words have a word or an idea of the question, besides posting and the networks' names."""
    networks = (name for network in policy.networks.networks.values() for name in (network.name, *network.aliases))
    rest = " ".join(without(tokens(asked.searched), prompts.intents.books["acts"], Phrasebook({"": networks})))
    spoken = manual.passages[citation.passage].language
    return bool(_ideas(rest, asked.language) & _ideas(citation.quote, spoken))


def see_also(asked: Asked, near: Iterable[Passage], citations: Sequence[Citation]) -> tuple[SeeAlso, ...]:
    """At most three sections that share a word or an idea with the question and aren't cited."""
    ideas = _ideas(asked.searched, asked.language)
    seen = {citation.heading for citation in citations}
    found: list[SeeAlso] = []
    for passage in near:
        heading = passage.heading_path
        if heading not in seen and ideas & _ideas(_read(passage), passage.language):
            seen.add(heading)
            found.append(SeeAlso(passage=passage.id, heading=heading))
    return tuple(found[:_SEE_ALSO])


def _ideas(text: str, language: str) -> set[str]:
    return {*stems(text, language), *(f"#{number}" for number in concepts_in(text, language))}
