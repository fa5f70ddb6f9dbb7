"""What is left of a model's answer to a policy question once it was checked. It says what the manual says, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bot.coach import facts
from bot.coach.answer import ANSWER_SENTENCES, CITATIONS, QUOTE, TEXT, PolicyModelAnswer, place_of
from bot.coach.asked import Asked
from bot.coach.cite import telling
from bot.coach.cutting import Showing, shows_example
from bot.coach.grounding import Ground, related, whole_sentences
from bot.coach.phrasebook import tokens
from bot.coach.prompt import Prompts, Watchwords
from bot.coach.wording import problem
from bot.manual.models import Citation, Passage
from bot.policy.engine import Policy
from bot.text import fold, sentences

FIRST = 160
"""Characters of the first sentence at most."""
_CONDITION = 2  # words that a condition shares with the quote that sets it
_SHORTEST_QUOTE = 12  # characters; less than that says nothing


@dataclass(frozen=True)
class Grounded:
    """The part of an answer that stood up to the checks. Without sentences and conflict there is none."""

    stance: Literal["yes", "no", "depends", "silent"]
    sentences: tuple[str, ...] = field(default=(), repr=False)
    citations: tuple[Citation, ...] = ()
    conflict: bool = False
    """Two of the citations say different things."""
    reasons: tuple[str, ...] = ()
    """Why other parts were dropped, for the repair turn; nothing here is for the asker."""

    @property
    def stands(self) -> bool:
        return self.stance == "silent" or bool(self.citations and (self.sentences or self.conflict))


def merge(first: Grounded, second: Grounded) -> Grounded:
    """Both turns of one conversation: the second where it stands, else the first. Nothing of one is put into the other."""
    return second if second.stands or not first.stands else first


@dataclass(frozen=True)
class Checks:
    """What an answer is checked against: the question, the passages that were sent, the company's rules and words."""

    asked: Asked
    passages: Mapping[str, Passage] = field(repr=False)
    policy: Policy = field(repr=False)
    prompts: Prompts = field(repr=False)

    def check(self, answer: PolicyModelAnswer) -> Grounded:
        """Drops whatever can't be shown to be right."""
        if answer.stance == "silent":
            return Grounded("silent")
        reasons: list[str] = []
        cited = self._citations(answer, reasons)
        if pair := self._conflict(answer, cited, reasons):
            return Grounded("depends", (), pair, conflict=True)
        kept, used = self._sentences(answer, cited, reasons)
        citations = tuple(dict.fromkeys(cited[id_] for id_ in cited if id_ in used))
        if kept and (lacking := self._lacks(answer.stance, kept, citations)):
            reasons.append(f'stance: {lacking}, so it is no "{answer.stance}".')
            kept, citations = [], ()
        if not kept and not reasons:
            reasons.append("sentences: say what the cited passages answer.")
        return Grounded(answer.stance, tuple(kept), citations if kept else (), reasons=tuple(reasons))

    def _citations(self, answer: PolicyModelAnswer, reasons: list[str]) -> dict[str, Citation]:
        """Id → the citation, with the quote as it stands in the passage."""
        found: dict[str, Citation] = {}
        for item in answer.citations[:CITATIONS]:
            passage = self.passages.get(item.passage)
            place = place_of(item.quote, passage.text, _SHORTEST_QUOTE) if passage else None
            if passage is None or place is None or item.id in found:
                reasons.append("citations: a quote does not stand in its passage word for word.")
                continue
            start, end = whole_sentences(passage, *place)
            showing = Showing(passage, self.policy, self.prompts)
            if not showing.may(start, end) or end - start > 2 * QUOTE:
                continue
            if shows_example(passage.text, start, end) and passage.text[start:end] not in showing.vouched:
                reasons.append("citations: one quotes an example, and not what the manual says.")
                continue
            quote = passage.text[start:end]
            found[item.id] = Citation(passage=passage.id, heading=passage.heading_path, quote=quote)
        return found

    def _conflict(
        self, answer: PolicyModelAnswer, cited: Mapping[str, Citation], reasons: list[str]
    ) -> tuple[Citation, ...]:
        """The two citations that say different things; editions of one section in two languages don't."""
        for pair in answer.conflicts:
            first, second = cited.get(pair.first), cited.get(pair.second)
            if first is None or second is None or first.quote == second.quote:
                reasons.append("conflicts: name two citations whose quotes stand.")
                continue
            if self._differ(first, second):
                return first, second
        return ()

    def _differ(self, first: Citation, second: Citation) -> bool:
        """Whether two citations may say different things of one: they aren't two editions, nor of two networks."""
        one, other = self.passages[first.passage], self.passages[second.passage]
        names = [n for network in self.policy.networks.networks.values() for n in (network.name, *network.aliases)]
        here, there = (facts.terms(names, f"{c.heading} {c.quote}") for c in (first, second))
        editions = one.language != other.language and one.anchor == other.anchor
        apart = bool(here and there and not here & there)
        return not editions and not apart and related((first.quote, one.language), (second.quote, other.language))

    def _sentences(
        self, answer: PolicyModelAnswer, cited: Mapping[str, Citation], reasons: list[str]
    ) -> tuple[list[str], set[str]]:
        """The sentences up to the first that may not be shown, since what follows may lean on it; and what they cite."""
        kept: list[str] = []
        used: set[str] = set()
        for item in answer.sentences[:ANSWER_SENTENCES]:
            rests_on = [id_ for id_ in dict.fromkeys(item.citations) if id_ in cited]
            for start, end in sentences(item.text):
                sentence = item.text[start:end]
                opens, rest = self.prompts.questions.opening(sentence, self.asked.language)
                if not rest.strip() and opens == answer.stance and not kept:
                    continue  # “Yes.” alone: we say so ourselves
                wrong = self._wrong(sentence, [cited[id_] for id_ in rests_on], answer.stance, is_first=not kept)
                if wrong:
                    reasons.append(f"sentences: one {wrong}.")
                    return kept, used
                kept.append(sentence)
                used.update(rests_on)
        return kept, used

    def _wrong(self, sentence: str, grounds: Sequence[Citation], stance: str, *, is_first: bool) -> str | None:
        """Why a sentence is dropped, or None."""
        if not grounds:
            return "cites no quote that stands"
        words = self.prompts.questions
        opens, rest = words.opening(sentence, self.asked.language)
        if opens is not None and (opens != stance or not is_first):
            return "contradicts the stance"
        if is_first and len(sentence) > FIRST:
            return f"is too long to open with ({FIRST} characters at most)"
        quotes = "\n".join(citation.quote for citation in grounds)
        ground = "\n".join((quotes, *(citation.heading for citation in grounds)))
        own = self.asked.own_words
        cited, told = self._ground(grounds), (rest, self.asked.language)
        # A command that the quotes give in another form opens with no name.
        known = [*words.free_in(*told), *(w for w in tokens(sentence)[:1] if cited.says(w, self.asked.language))]
        wrong = problem(
            sentence,
            policy=self.policy,
            watchwords=_licensed(sentence, quotes, own, self.prompts),
            language=self.asked.language,
            sources=(ground, self._names(ground), " ".join(known)),
            longest=TEXT,
            about=quotes,
            topic=sentence,  # whether it speaks of the same is told across languages, below
            steering=(*self.asked.steering, self.prompts.answer.text, self.prompts.answer_repair.text),
        )
        if wrong:
            return wrong
        if "_" in sentence and "_" not in ground:
            return "has characters that don't belong there"
        return cited.strays(*told, self.prompts) or self._beyond_leave(rest, quotes, cited, stance)

    def _beyond_leave(self, rest: str, quotes: str, cited: Ground, stance: str) -> str | None:
        """Why a sentence gives more leave than its quotes, or None."""
        words, watchwords = self.prompts.questions, self.prompts.watchwords
        leave = not words.gives_leave(rest) or cited.gives_leave(words, (rest, self.asked.language), plainly=False)
        if not leave and not self._is_conditional(rest, quotes, stance):
            return "gives leave that its cited words don't give"
        known = {fold(phrase).text for phrases in words.leave.values() for phrase in phrases}
        said = words.leave_words(rest, watchwords.leave) - words.leave_words(quotes, watchwords.leave)
        if more := sorted(phrase for phrase in said if fold(phrase).text not in known):
            return f"says more than its cited words: {more[0]}"
        return None

    def _is_conditional(self, sentence: str, quotes: str, stance: str) -> bool:
        """Whether it gives leave on a condition that the quotes set, in their words."""
        words = self.prompts.questions
        condition = telling(" ".join(words.condition(sentence)))
        return stance == "depends" and words.limits(quotes) and len(condition & telling(quotes)) >= _CONDITION

    def _lacks(self, stance: str, said: Sequence[str], citations: Sequence[Citation]) -> str | None:
        """What a yes or a no needs and the cited words don't have."""
        words, leave = self.prompts.questions, self.prompts.questions.leave_is(self.asked.whole)
        ground, told = self._ground(citations), (" ".join(said), self.asked.language)
        if stance == leave and not ground.gives_leave(words, told, plainly=True):
            return "no cited words give leave without a condition"
        counts = facts.numbers(self.asked.own_words, self.prompts.watchwords, self.asked.language)
        if leave == "yes" and stance == "no" and not counts and not ground.forbids(words):
            return "no cited words forbid or limit it"
        return None

    def _ground(self, citations: Sequence[Citation]) -> Ground:
        spoken = [self.passages[citation.passage].language for citation in citations]
        return Ground(
            quotes=tuple((c.quote, language) for c, language in zip(citations, spoken, strict=True)),
            headings=tuple((c.heading, language) for c, language in zip(citations, spoken, strict=True)),
            question=(self.asked.own_words, self.asked.language),
        )

    def _names(self, ground: str) -> str:
        """The names that a sentence may say besides those of its ground: the company's, and networks that were asked about."""
        company = self.policy.company.company
        networks = [n for network in self.policy.networks.networks.values() for n in (network.name, *network.aliases)]
        asked = facts.terms(networks, self.asked.own_words)
        return " · ".join((company.name, *company.aliases, *(asked if not facts.terms(networks, ground) else ())))


def _licensed(sentence: str, quotes: str, own: str, prompts: Prompts) -> Watchwords:
    """The lists that a sentence is searched for, without what its quotes say, what the asker said, and what it says “not” to.

    Leave is never the asker's to give: that is checked on its own.
    """
    watchwords, words = prompts.watchwords, prompts.questions
    said = set(facts.never_said(quotes, watchwords))
    turned = set(facts.seldom_said(sentence, watchwords)) - words.leave_words(sentence, watchwords.seldom)
    free = {*facts.seldom_said(own, watchwords), *turned, *(w for kind in words.harmless.values() for w in kind)}
    never = {language: tuple(p for p in phrases if p not in said) for language, phrases in watchwords.never.items()}
    seldom = {language: tuple(p for p in phrases if p not in free) for language, phrases in watchwords.seldom.items()}
    return watchwords.model_copy(update={"never": never, "seldom": seldom})
