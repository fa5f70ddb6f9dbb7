"""`prompts/intents.yaml`: the words by which Bonvent tells a draft from a question, a greeting or a wish, by language."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from bot.coach.phrasebook import Phrasebook, tokens
from bot.datafile import load


def _phrases(phrases: tuple[str, ...]) -> tuple[str, ...]:
    for phrase in phrases:
        if not tokens(phrase) or "*" in phrase[:-1]:
            raise ValueError(
                f"“{phrase}” is no phrase: write words or an emoji, with * at the end of the last word only"
            )
    return phrases


Phrases = Annotated[tuple[str, ...], AfterValidator(_phrases)]
ByLanguage = dict[str, Phrases]


class Intents(BaseModel):
    """Kind → language → phrases; the file says what each kind is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    towards: ByLanguage
    beside: ByLanguage
    draft: ByLanguage
    requests: ByLanguage
    ambiguous: Phrases
    greeting: ByLanguage
    thanks: ByLanguage
    agreed: ByLanguage
    small_talk: ByLanguage
    about_bonvent: ByLanguage
    filler: ByLanguage
    lead_in: ByLanguage
    leave: ByLanguage
    leave_told: ByLanguage
    acts: ByLanguage
    subjects: ByLanguage
    advice: ByLanguage
    is_it: ByLanguage
    judged: ByLanguage
    manual: ByLanguage
    asking: ByLanguage
    rhetorical: ByLanguage
    why: ByLanguage
    shorter: ByLanguage
    warmer: ByLanguage
    other_network: ByLanguage
    wishing: ByLanguage
    new_version: ByLanguage
    ordinals: tuple[Phrases, ...]
    """Words for the first, the second …"""
    last: Phrases

    @model_validator(mode="after")
    def _all_languages(self) -> Intents:
        wanted = set(self.greeting)
        for kind in type(self).model_fields:
            phrases = getattr(self, kind)
            if isinstance(phrases, Mapping) and set(phrases) != wanted:
                odd = ", ".join(sorted(wanted ^ set(phrases)))
                raise ValueError(
                    f"{kind}: must have the languages that greeting has: {', '.join(self.greeting)} (see {odd})"
                )
        return self

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that a message is understood in."""
        return tuple(self.greeting)

    @cached_property
    def manual_words(self) -> frozenset[str]:
        """The words that name the manual, each by itself."""
        return frozenset(word for phrases in self.manual.values() for phrase in phrases for word in tokens(phrase))

    @cached_property
    def books(self) -> dict[str, Phrasebook]:
        """Kind → its phrases under their languages, ready to be found; ordinals under their rank, from "0"."""
        kinds = {kind: getattr(self, kind) for kind in type(self).model_fields}
        books = {kind: Phrasebook(phrases) for kind, phrases in kinds.items() if isinstance(phrases, Mapping)}
        ranks = {str(rank): words for rank, words in enumerate(self.ordinals)}
        return {**books, "ordinals": Phrasebook(ranks), "last": Phrasebook({"last": self.last})}


def load_intents(path: Path) -> Intents:
    """Raises `KnowledgeError` that names file and line."""
    return load(path, Intents)
