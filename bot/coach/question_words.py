"""`prompts/questions.yaml`: the words by which a policy question, and an answer to one, are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import regex
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from bot.coach.intents import ByLanguage
from bot.coach.phrasebook import Match, Phrasebook, is_word, tokens, without
from bot.datafile import load
from bot.policy.finders import compile_pattern
from bot.text import fold, sentences

_CLAUSE = regex.compile(r"[.,;:!?…–—()\n]+")  # what a negation doesn't reach across
_SIGN = regex.compile(r"\s*(?:[,.:;!…–—]|$)")  # behind a “yes” that answers
_FOLLOW_UP, _SHORT = 9, 3  # words at most: of a question that leans on another, and of those that needn't open like one


def _patterns(texts: tuple[str, ...]) -> tuple[str, ...]:
    for text in texts:
        compile_pattern(text, 0)
    return texts


Patterns = Annotated[tuple[str, ...], AfterValidator(_patterns)]


class QuestionWords(BaseModel):
    """Kind → language → phrases or patterns; the file says what each kind is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    follow_up: ByLanguage
    duty: ByLanguage
    may: ByLanguage
    plain: ByLanguage
    leave: ByLanguage
    only: ByLanguage
    limit: ByLanguage
    guards: dict[Literal["never", "only", "before", "after", "if", "own"], ByLanguage]
    measures: dict[Literal["most", "least"], ByLanguage]
    restraint: ByLanguage
    idle: ByLanguage
    first_person: ByLanguage
    free: ByLanguage
    harmless: ByLanguage
    negation: ByLanguage
    between: ByLanguage
    yes: ByLanguage
    no: ByLanguage
    steering: ByLanguage
    prompt: dict[str, Patterns] = Field(min_length=1)
    others: dict[str, Patterns] = Field(min_length=1)
    nobody: ByLanguage

    def wants_prompt(self, question: str) -> bool:
        """Whether it wants to know what Bonvent was told."""
        said = fold(question).text
        return any(pattern.search(said) for pattern in self._compiled["prompt"])

    def wants_others(self, question: str) -> bool:
        """Whether it wants what somebody else asked or wrote."""
        said = fold(question).text
        return any(self._is_somebody(match) for pattern in self._compiled["others"] for match in pattern.finditer(said))

    def follows_up(self, question: str) -> bool:
        """“And on Instagram?”, “why?”: too few words of its own to be answered by itself."""
        said = [token for token in tokens(question) if is_word(token)]
        if not said or len(said) > _FOLLOW_UP or len(sentences(question)) > 1:
            return False
        return self._books["follow_up"].at(said, 0) is not None or len(said) < _SHORT

    def leave_is(self, question: str) -> str | None:
        """Which answer would give leave: “yes” to “may I …?”, “no” to “do I have to …?”; None: neither, “is there a limit?”."""
        said = tokens(question)
        if not self._books["may"].find(said):
            if self._books["duty"].find(said):
                return "no"
            if self._books["plain"].at(said, 0):
                return None
        return "yes"

    def steers(self, text: str) -> bool:
        """Whether a text speaks to the one who answers."""
        return self._books["steering"].find(tokens(text)) is not None

    def gives_leave(self, text: str) -> bool:
        """Whether a text gives leave or takes a duty away, in any language, and doesn't say “not” to that in the same breath."""
        return bool(self._unturned(text, self._books["leave"]))

    def condition(self, text: str) -> list[str]:
        """The words of the condition in “you can, only if …”; empty where there is none."""
        said = tokens(text)
        only = self._books["only"].find(said)
        return list(said[only.end :]) if only else []

    def limits(self, text: str) -> bool:
        """Whether a text limits what it says to some (“only”)."""
        return self._books["limit"].find(tokens(text)) is not None

    def guards_in(self, text: str, language: str) -> set[str]:
        """Which kinds of words that limit a rule stand in a text: “never”, “only”, “before”, …"""
        said = without(tokens(text), self._books["idle"])
        return {kind for kind, book in self._guards.items() if book.find(said, under=language)}

    def conditions_in(self, text: str, language: str) -> set[str]:
        """The same of a text that gives leave, besides the words that give it: “nobody has to post” has none."""
        rest = " ".join(without(tokens(text), self._books["leave"]))
        return self.guards_in(rest, language) - {"own"}

    def measures_in(self, text: str, language: str) -> set[str]:
        """Whether a text says “at most” or “at least”."""
        return {kind for kind, book in self._measures.items() if book.find(tokens(text), under=language)}

    def restrains(self, text: str, language: str) -> bool:
        """Whether a text holds back: “leave it to …”, “wait”."""
        return self._books["restraint"].find(tokens(text), under=language) is not None

    def turned(self, text: str, language: str) -> set[str]:
        """The words right behind a negation."""
        said, negates = tokens(text), _folded(self.negation.get(language, ()))
        return {word for before, word in pairwise(said) if before in negates}

    def before_leave(self, text: str) -> list[str] | None:
        """The words in front of those with which a text gives leave; None where it gives none."""
        said = tokens(text)
        places = [match for at in range(len(said)) for match in self._books["leave"].all_at(said, at)]
        found = next((match for match in places if not self._turned(said, match)), None)
        return list(said[: found.start]) if found else None

    def speaks_of_itself(self, text: str, language: str) -> bool:
        """Whether a text says “I”."""
        return self._books["first_person"].find(tokens(text), under=language) is not None

    def free_in(self, text: str, language: str) -> set[str]:
        """The words of a text that set no rule of their own: those listed, and those that limit one."""
        said, books = tokens(text), (self._books["free"], self._books["restraint"], *self._guards.values())
        return {said[at] for at in range(len(said)) if any(book.at(said, at, language) for book in books)}

    def leave_words(self, text: str, lists: Mapping[str, Sequence[str]]) -> set[str]:
        """Which phrases of other lists (language → phrases) stand in a text with no “not” beside them."""
        book = Phrasebook(
            {f"{language}:{phrase}": [phrase] for language, phrases in lists.items() for phrase in phrases}
        )
        return {label.partition(":")[2] for label in self._unturned(text, book)}

    def opening(self, text: str, language: str) -> tuple[str | None, str]:
        """“yes” or “no” where the text opens with such a word and a sign behind it, and what follows."""
        text = text.lstrip("¡¿ ")
        folded = fold(text)
        for stance, phrases in (("yes", self.yes), ("no", self.no)):
            for phrase in phrases.get(language, ()):
                wanted = fold(phrase).text
                if folded.text.startswith(wanted) and (sign := _SIGN.match(folded.text, len(wanted))):
                    return stance, text[folded.span(sign.end(), len(folded.text))[0] :]
        return None, text

    def _unturned(self, text: str, book: Phrasebook) -> set[str]:
        found = set()
        for clause in _CLAUSE.split(text):
            said = tokens(clause)
            matches = (match for at in range(len(said)) for match in book.all_at(said, at))
            found |= {match.label for match in matches if not self._turned(said, match)}
        return found

    def _turned(self, said: Sequence[str], match: Match) -> bool:
        """Whether a negation stands right before or behind, at most a filler between; in the phrase's own language."""
        language = match.label.partition(":")[0]
        negates, fillers = _folded(self.negation.get(language, ())), _folded(self.between.get(language, ()))
        before = list(said[max(0, match.start - 2) : match.start])[::-1]
        near = before[:2] if before and before[0] in fillers else before[:1]
        return not negates.isdisjoint((*near, *said[match.end : match.end + 1]))

    def _is_somebody(self, match: Any) -> bool:
        who = tokens(match.groupdict().get("who") or "")
        return not who or self._books["nobody"].at(who, 0) is None

    @cached_property
    def _books(self) -> dict[str, Phrasebook]:
        answer = ("leave", "only", "limit", "idle", "restraint", "free", "first_person", "steering")
        kinds = ("follow_up", "duty", "may", "plain", "nobody", *answer)
        return {kind: Phrasebook(getattr(self, kind)) for kind in kinds}

    @cached_property
    def _guards(self) -> dict[str, Phrasebook]:
        return {kind: Phrasebook(phrases) for kind, phrases in self.guards.items()}

    @cached_property
    def _measures(self) -> dict[str, Phrasebook]:
        return {kind: Phrasebook(phrases) for kind, phrases in self.measures.items()}

    @cached_property
    def _compiled(self) -> dict[str, list[Any]]:
        kinds = {"prompt": self.prompt, "others": self.others}
        return {
            kind: [compile_pattern(p, 0).compiled for many in by.values() for p in many] for kind, by in kinds.items()
        }


def _folded(words: Sequence[str]) -> set[str]:
    return {fold(word).text for word in words}


def load_question_words(path: Path) -> QuestionWords:
    """Raises `KnowledgeError` that names file and line."""
    return load(path, QuestionWords)
