"""`prompts/human_channels.yaml`: questions that no style manual should answer, and the person or channel that can."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.coach.intents import ByLanguage
from bot.coach.phrasebook import Phrasebook, tokens
from bot.datafile import load
from bot.policy.company import Contacts

_CONTACT = "{contact}"


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


class Topic(_Strict):
    """A kind of question that a person answers."""

    id: str = Field(pattern="^[a-z][a-z-]*$")
    contacts: Annotated[tuple[str, ...], AfterValidator(_known)] = Field(min_length=1)
    """Keys of company.yaml's contacts, the best first."""
    private: bool = False
    """Never kept with its asker."""
    unless: ByLanguage = Field(default_factory=dict)
    says: ByLanguage
    about: ByLanguage = Field(default_factory=dict)
    own: ByLanguage = Field(default_factory=dict)
    look_up: dict[str, str] = Field(default_factory=dict)
    """What the manual is searched for instead of the question."""
    sentence: dict[str, Annotated[str, AfterValidator(_names_channel)]]

    @model_validator(mode="after")
    def _whole(self) -> Topic:
        if "en" not in self.sentence:
            raise ValueError("sentence: none in English: add it, others fall back on it")
        if bool(self.about) != bool(self.own):
            raise ValueError("about and own belong together: write both or none")
        return self

    def fits(self, question: str) -> bool:
        """Whether a question is of this kind."""
        said = self.without_exceptions(question)
        if self._books["says"].find(said):
            return True
        return bool(self._books["about"].find(said) and self._books["own"].find(said))

    def without_exceptions(self, question: str) -> list[str]:
        """The question's words, folded, without what only looks like this kind."""
        said, kept, at = tokens(question), [], 0
        while at < len(said):
            match = self._books["unless"].at(said, at)
            if match is None:
                kept.append(said[at])
            at = match.end if match else at + 1
        return kept

    def channels(self, contacts: Contacts) -> tuple[str, ...]:
        """Those of its contacts that the company has set."""
        found = (getattr(contacts, key) for key in self.contacts)
        return tuple(dict.fromkeys(contact for contact in found if contact))

    @cached_property
    def _books(self) -> dict[str, Phrasebook]:
        return {kind: Phrasebook(getattr(self, kind)) for kind in ("unless", "says", "about", "own")}


class HumanChannels(_Strict):
    """The topics, the first that fits counts."""

    nobody: dict[str, str]
    """Language → whom to name when the company has set none of a topic's contacts."""
    topics: tuple[Topic, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _apart(self) -> HumanChannels:
        ids = [topic.id for topic in self.topics]
        if twice := {id_ for id_ in ids if ids.count(id_) > 1}:
            raise ValueError(f"topics: {', '.join(sorted(twice))} stands there twice: keep one")
        if "en" not in self.nobody:
            raise ValueError("nobody: no words in English: add them, others fall back on them")
        return self

    def topic_of(self, question: str) -> Topic | None:
        """The topic of a question that a person should answer; None for all others."""
        return next((topic for topic in self.topics if topic.fits(question)), None)

    def answer(self, topic: Topic, language: str, channels: Sequence[str]) -> str:
        """What is said to whoever asked."""
        contact = channels[0] if channels else _in(self.nobody, language)
        return _in(topic.sentence, language).replace(_CONTACT, contact)


def _in(texts: dict[str, str], language: str) -> str:
    return texts.get(language) or texts["en"]


def load_human_channels(path: Path) -> HumanChannels:
    """Raises `KnowledgeError` that names file and line."""
    return load(path, HumanChannels)
