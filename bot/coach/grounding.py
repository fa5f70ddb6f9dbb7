"""Whether a sentence stays within the words that it cites: no word of its own that matters, no “never” or “only” lost on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import regex

from bot.coach import facts
from bot.coach.phrasebook import tokens
from bot.coach.prompt import Prompts
from bot.coach.question_words import QuestionWords
from bot.manual.embed import EmbedderError, embedder
from bot.manual.glossary import as_spanish, concepts_in
from bot.manual.models import Passage
from bot.manual.words import content_words, stem_all
from bot.text import find_quote, sentences

Text = tuple[str, str]
"""Words and their language."""

_CLAUSE = regex.compile(r"[.;:!?…\n]+")
_JOINED = regex.compile(r"[,;]\s+(?:and|but|then|y|pero|luego|i|però|llavors)\s")
_ADDRESS = regex.compile(r"\S+@\S+|https?://\S+")
_PIECE = regex.compile(r"[,()]|\b(?:and|y|e|i)\b")
_QUOTED = regex.compile(r"“([^”]*)”?|«([^»]*)»?|\"([^\"]*)\"?")
_SAME = 0.6
"""Cosine from which two words mean much the same."""
_PART = 0.67
"""Of those for whom a clause gives leave, this part may stay unnamed: “pictures, texts and music”."""
_SHORT = 2  # letters; a shorter word says nothing
_KEPT = {
    "never": {"never"},
    "only": {"only", "never", "if"},
    "before": {"before", "never", "only"},
    "after": {"after", "before", "if", "only", "never"},
    "if": {"if", "after", "before", "only", "never"},
}
"""Which kinds of limits say at least as much as one of the manual's. Where it forbids, nothing else does."""


@dataclass(frozen=True)
class Ground:
    """The words that a sentence, or an answer, rests on."""

    quotes: tuple[Text, ...] = field(repr=False)
    headings: tuple[Text, ...] = field(repr=False)
    question: Text = field(repr=False)

    def strays(self, sentence: str, language: str, prompts: Prompts) -> str | None:
        """Why the sentence says something else than the quotes, or None."""
        words = prompts.questions
        said = {kind for quote in self.quotes for kind in words.measures_in(*quote)}
        counts = facts.numbers(sentence, prompts.watchwords, language)
        if not all(self._stands(quoted) for quoted in quotations(sentence)):
            return "quotes words that its cited words don't have"
        if words.speaks_of_itself(sentence, language) and not any(words.speaks_of_itself(*q) for q in self.quotes):
            return "speaks of the one who answers"
        if not any(related((sentence, language), other) for other in (*self.quotes, *self.headings, self.question)):
            return "speaks of something else"
        if word := self._own_word(sentence, language, words):
            return f"brings in something that its cited words don't say: {word}"
        for part in _JOINED.split(sentence):
            if lost := self._lost(part, language, words):
                return f"leaves out what limits its cited words: {lost}"
        if word := self._told_to_do(sentence, language, words):
            return f"says without a “not” what its cited words say “not” to: {word}"
        if counts and not words.measures_in(sentence, language) <= said:
            return "says “at most” or “at least” where its cited words don't"
        if counts and (number := self._misplaced(sentence, language, prompts)):
            return f"says a number of something else: {number}"
        return None

    def gives_leave(self, words: QuestionWords, said: Text, *, plainly: bool) -> bool:
        """Whether the quotes give leave for what was asked, as far as it is `said`; `plainly`: without a condition."""
        free = words.free_in(*self.question)
        telling = (" ".join(word for word in tokens(self.question[0]) if word not in free), self.question[1])
        told = (f"{said[0]} {self.question[0]}", said[1])
        for clause in self._clauses():
            if not words.gives_leave(clause[0]) or not related(self.question, clause):
                continue
            if plainly and (words.conditions_in(*clause) or not _mostly(telling, clause, *self.headings)):
                continue
            # “Published results are fine to share” gives no leave for others.
            whose = _said(" ".join(words.before_leave(clause[0]) or ()), clause[1])
            lacking = _missing((" ".join(whose), clause[1]), told)
            if not whose or (whose[0] not in lacking and len(lacking) <= len(whose) * _PART):
                return True
        return False

    def forbids(self, words: QuestionWords) -> bool:
        """Whether the quotes forbid or limit something."""
        return any(words.guards_in(*clause) or words.restrains(*clause) for clause in self._clauses())

    def says(self, word: str, language: str) -> bool:
        """Whether the quotes have a word in some form."""
        return not _missing((word, language), *self.quotes)

    def _stands(self, quoted: str) -> bool:
        return any(find_quote(quoted.strip(" .,;:!?…"), quote) for quote, _ in self.quotes)

    def _clauses(self) -> list[Text]:
        plain = ((_QUOTED.sub(" ", quote), spoken) for quote, spoken in self.quotes)
        return [(clause, spoken) for quote, spoken in plain for clause in _CLAUSE.split(quote) if clause.strip()]

    def _own_word(self, sentence: str, language: str, words: QuestionWords) -> str | None:
        """The first word that neither one of the quotes, nor its heading, nor the question has in any way or language."""
        found = None
        free = words.free_in(sentence, language)
        plain = content_words(_ADDRESS.sub(" ", sentence), language)
        said = " ".join(word for word in plain if not set(tokens(word)) <= free)
        for quote, heading in zip(self.quotes, self.headings, strict=True):
            missing = _missing((said, language), quote, heading, self.question)
            if not missing:
                return None
            found = found or missing[0]
        return found

    def _lost(self, sentence: str, language: str, words: QuestionWords) -> str | None:
        """The limit of the clause that the sentence says again, when it has none that says as much."""
        said = ideas(sentence, language)
        if not said:
            return None
        clauses = ((part, spoken) for clause, spoken in self._clauses() for part in _JOINED.split(clause))
        shared = [(len(said & ideas(*clause)), clause) for clause in clauses]
        most = max((count for count, _ in shared), default=0)
        nearest = [clause for count, clause in shared if count == most]
        own = words.guards_in(sentence, language) | ({"never"} if words.restrains(sentence, language) else set())
        turned = words.turned(sentence, language)
        missing = ""
        for clause, spoken in nearest:
            guards = words.guards_in(clause, spoken)
            wanted = {"never"} & guards or guards
            kept = not wanted or any(own & _KEPT.get(kind, {kind}) for kind in wanted)
            # No “don't ask people” where it says “ask people”.
            against = not guards & {"never", "only"} and not turned.isdisjoint(tokens(clause)[:1])
            if kept and not against:
                return None
            missing = min(wanted, default="not")
        return missing or None

    def _told_to_do(self, sentence: str, language: str, words: QuestionWords) -> str | None:
        """The first word that the quotes say with a “never” or “don't” right before it, and the sentence without any limit."""
        clauses = self._clauses()
        forbidden = {
            idea for clause, spoken in clauses for w in words.turned(clause, spoken) for idea in ideas(w, spoken)
        }
        turned = {idea for word in words.turned(sentence, language) for idea in ideas(word, language)}
        for piece in _PIECE.split(sentence):
            if words.guards_in(piece, language) or words.restrains(piece, language):
                continue
            if flipped := sorted(word for word in _said(piece, language) if ideas(word, language) & forbidden - turned):
                return flipped[0]
        return None

    def _misplaced(self, sentence: str, language: str, prompts: Prompts) -> str | None:
        """The first number that stands beside other things than in the quotes; told within one language only."""
        if any(spoken != language for _, spoken in self.quotes):
            return None
        pieces = [piece for quote, _ in self.quotes for piece in _PIECE.split(quote)]
        for piece in _PIECE.split(sentence):
            about = ideas(piece, language)
            for number in facts.numbers(piece, prompts.watchwords, language):
                same = [p for p in pieces if number in facts.numbers(p, prompts.watchwords, language)]
                if about and same and not any(about & ideas(p, language) for p in same):
                    return number
        return None


def whole_sentences(passage: Passage, start: int, end: int) -> tuple[int, int]:
    """The sentences that `start` to `end` stand in: half a sentence may say the opposite."""
    spans = [span for span in sentences(passage.text) if span[0] < end and start < span[1]]
    return (min(start, spans[0][0]), max(end, spans[-1][1])) if spans else (start, end)


def quotations(text: str) -> list[str]:
    """What stands in quotation marks."""
    return [next(filter(None, match.groups()), "") for match in _QUOTED.finditer(text)]


def ideas(text: str, language: str) -> set[str]:
    """The stems and the concepts of a text; the latter are the same in all languages."""
    return {*stem_all(_said(text, language), language), *(f"#{number}" for number in concepts_in(text, language))}


def related(one: Text, other: Text) -> bool:
    """Whether two texts have a word in common, or one that means the same."""
    if ideas(*one) & ideas(*other):
        return True
    return any(cosine >= _SAME for cosine in _nearness(one, [other]))


def _mostly(one: Text, *others: Text) -> bool:
    """Whether most words of a text, if it has any, are in the others in some way or language."""
    said = set(_said(*one))
    return not said or 2 * len(_missing(one, *others)) < len(said)


def _missing(text: Text, *others: Text) -> list[str]:
    """The words of a text that the others have in no way and no language."""
    known = {idea for other in others for idea in ideas(*other)}
    plain = {token for other, _ in others for token in tokens(other)}
    words = list(dict.fromkeys(_said(*text)))
    left = [word for word in words if not set(tokens(word)) <= plain and not ideas(word, text[1]) & known]
    near = _nearness((" ".join(left), text[1]), others)
    return [word for word, cosine in zip(left, near, strict=True) if cosine < _SAME]


def _said(text: str, language: str) -> list[str]:
    return [word for word in content_words(text, language) if len(word) > _SHORT]


def _nearness(text: Text, others: Iterable[Text]) -> list[float]:
    """For each word of a text, once, the cosine with the nearest word of the others; 0 where that can't be told."""
    ours = embedder("use")

    def spelt(said: Text) -> list[str]:
        words = dict.fromkeys(_said(*said))
        return [as_spanish(word) if said[1] == "ca" and not ours.knows_catalan else word for word in words]

    words: Sequence[str] = spelt(text)
    known = list(dict.fromkeys(word for other in others for word in spelt(other)))
    if not words or not known:
        return [0.0] * len(words)
    try:
        return [float(best) for best in (ours.embed(words) @ ours.embed(known).T).max(axis=1)]
    except EmbedderError:
        return [0.0] * len(words)
