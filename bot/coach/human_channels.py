"""`prompts/human_channels.yaml`: questions that no style manual should answer, and the person or channel that can."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.coach.alike import Alike
from bot.coach.intents import ByLanguage
from bot.coach.phrasebook import Phrasebook, mistyped, tokens, without
from bot.datafile import load
from bot.policy.company import Contacts
from bot.policy.detectors.words import is_word as is_known

_CONTACT = "{contact}"
_LIKE, _PERHAPS = 0.03, -0.02
"""By how much a question is nearer to a topic's `like` than to ordinary ones: it is of that topic; it may be."""
_LONG = 6  # letters of a word in which a typing error is looked for


def _known(keys: tuple[str, ...]) -> tuple[str, ...]:
    for key in keys:
        if key not in Contacts.model_fields:
            raise ValueError(f"“{key}” is no contact of company.yaml: write one of {', '.join(Contacts.model_fields)}")
    return keys


def _names_channel(text: str) -> str:
    if text.count(_CONTACT) != 1 or text.replace(_CONTACT, "").count("{"):
        raise ValueError("write {contact} once where the channel is named, and nothing else in braces")
    return text


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Pair(_Strict):
    """Words that say little by themselves: one of each in a question tells its kind."""

    about: ByLanguage
    own: ByLanguage


class Topic(_Strict):
    """A kind of question that a person answers."""

    id: str = Field(pattern="^[a-z][a-z-]*$")
    contacts: Annotated[tuple[str, ...], AfterValidator(_known)] = Field(min_length=1)
    """Keys of company.yaml's contacts, the best first."""
    private: bool = False
    """Never kept with its asker."""
    unless: ByLanguage = Field(default_factory=dict)
    says: ByLanguage
    pairs: tuple[Pair, ...] = ()
    hints: ByLanguage = Field(default_factory=dict)
    """With one of these a question isn't kept with its asker, either, though it is answered like any other."""
    like: tuple[str, ...] = ()
    """Questions of this kind: what means the same in other words is one, too."""
    look_up: dict[str, str] = Field(default_factory=dict)
    """What the manual is searched for instead of the question."""
    sentence: dict[str, Annotated[str, AfterValidator(_names_channel)]]

    @model_validator(mode="after")
    def _whole(self) -> Topic:
        if "en" not in self.sentence:
            raise ValueError("sentence: none in English: add it, others fall back on it")
        if self.hints and not self.private:
            raise ValueError("hints: only a topic that is private has some")
        return self

    def fits(self, question: str) -> bool:
        """Whether a question is of this kind."""
        said = self.without_exceptions(question)
        if self._books["says"].find(said):
            return True
        return any(about.find(said) and own.find(said) for about, own in self._paired)

    def hinted_at(self, question: str) -> bool:
        """Whether a question may touch on it; a typing error in a long word hides nothing."""
        said = self.without_exceptions(question)
        if self._books["hints"].find(said):
            return True
        odd = [word for word in said if len(word) >= _LONG and not is_known(word)]
        return any(mistyped(word, hint) for word in odd for hint in self._long_hints)

    def without_exceptions(self, question: str) -> list[str]:
        """The question's words, folded, without what only looks like this kind."""
        return without(tokens(question), self._books["unless"])

    def channels(self, contacts: Contacts) -> tuple[str, ...]:
        """Those of its contacts that the company has set; the community manager, who isn't asked this, where there is no other."""
        found = {key: contact for key in self.contacts if (contact := getattr(contacts, key))}
        if len(found) > 1:
            found.pop("community_manager", None)
        return tuple(dict.fromkeys(found.values()))

    @cached_property
    def _books(self) -> dict[str, Phrasebook]:
        return {kind: Phrasebook(getattr(self, kind)) for kind in ("unless", "says", "hints")}

    @cached_property
    def _long_hints(self) -> frozenset[str]:
        words = (tokens(hint) for hints in self.hints.values() for hint in hints)
        return frozenset(word[0] for word in words if len(word) == 1 and len(word[0]) >= _LONG)

    @cached_property
    def _paired(self) -> tuple[tuple[Phrasebook, Phrasebook], ...]:
        return tuple((Phrasebook(pair.about), Phrasebook(pair.own)) for pair in self.pairs)


class HumanChannels(_Strict):
    """The topics, the first that fits counts."""

    nobody: dict[str, str]
    """Language → whom to name when the company has set none of a topic's contacts."""
    topics: tuple[Topic, ...] = Field(min_length=1)
    ordinary: tuple[str, ...] = ()
    """Questions that are none of these, though they may sound so."""

    @model_validator(mode="after")
    def _apart(self) -> HumanChannels:
        ids = [topic.id for topic in self.topics]
        if twice := {id_ for id_ in ids if ids.count(id_) > 1}:
            raise ValueError(f"topics: {', '.join(sorted(twice))} stands there twice: keep one")
        if "en" not in self.nobody:
            raise ValueError("nobody: no words in English: add them, others fall back on them")
        return self

    def topic_of(self, question: str) -> Topic | None:
        """The topic of a question that a person should answer; None for all others. Takes some 3 ms."""
        found = next((topic for topic in self.topics if topic.fits(question)), None)
        return found or self._like(question, self.topics, _LIKE)

    def hints_at_private(self, question: str) -> bool:
        """Whether a question has a word of a private topic, whatever it asks."""
        return any(topic.hinted_at(question) for topic in self._private)

    def may_be_private(self, question: str) -> bool:
        """Whether a question may mean much the same as those of a private topic."""
        return self._like(question, self._private, _PERHAPS) is not None

    def keep_in(self, data: Path) -> None:
        """Keeps in `data` what takes half a second to work out."""
        self._alike.keep_in(data)

    def _like(self, question: str, topics: Sequence[Topic], least: float) -> Topic | None:
        """The topic whose questions it is most like by meaning; what a topic passes over isn't of it."""
        said = len(tokens(question))
        nearer = self._alike.nearer(question)
        found = [topic for topic in topics if nearer.get(topic.id, least) > least]
        found = [topic for topic in found if len(topic.without_exceptions(question)) == said]
        return max(found, key=lambda topic: nearer[topic.id], default=None)

    @cached_property
    def _private(self) -> tuple[Topic, ...]:
        return tuple(topic for topic in self.topics if topic.private)

    @cached_property
    def _alike(self) -> Alike:
        return Alike({topic.id: topic.like for topic in self.topics}, self.ordinary)

    def answer(self, topic: Topic, language: str, channels: Sequence[str]) -> str:
        """What is said to whoever asked."""
        contact = channels[0] if channels else _in(self.nobody, language)
        return _in(topic.sentence, language).replace(_CONTACT, contact)


def _in(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts["en"]


def load_human_channels(path: Path) -> HumanChannels:
    """Raises `KnowledgeError` that names file and line."""
    return load(path, HumanChannels)
