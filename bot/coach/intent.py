"""What a message is: a draft, a policy question, a greeting, thanks or small talk. By words, without a model.

When it's unsure, a message is a draft: a draft taken for small talk would be lost, a greeting that is reviewed costs a smile.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

import regex

from bot.coach.heading import heading
from bot.coach.intents import Intents
from bot.coach.phrasebook import covered, is_word, tokens
from bot.coach.question import question_in
from bot.language import detect
from bot.networks.models import Networks

Intent = Literal["draft", "question", "greeting", "thanks", "small_talk"]
_WORDS, _EMOJI = 14, 3  # at most, in a message that is no draft
_SHORT = ("about_bonvent", "small_talk", "thanks", "agreed", "greeting")
_TELLING = 6  # letters; of fewer no language can be told
_NAME = regex.compile(r"(?i)bonvent")  # says nothing of the language of who calls it


@dataclass(frozen=True)
class Meaning:
    """What a message is. `text` is it without its “for LinkedIn:”, and empty when it said nothing else."""

    intent: Intent
    text: str = field(repr=False)
    network: str | None = None
    """The id of the network that it names; None: none, or several."""
    language: str = "en"
    """Two letters, or `und`."""
    about_bonvent: bool = False
    """Small talk that asks what Bonvent is, does, or how to begin."""


def understand(text: str, networks: Networks, intents: Intents) -> Meaning:
    """What a message is. A draft, unless its words plainly say that it is something else."""
    headed = heading(text, networks, intents)
    network = headed.networks[0] if len(headed.networks) == 1 else None
    if not headed.head and (kinds := short_message(headed.text, intents)):
        intent: Intent = next((kind for kind in ("thanks", "greeting") if kinds[0] == kind), "small_talk")
        language = _language(headed.text, intents)
        return Meaning(intent, headed.text, None, language, about_bonvent="about_bonvent" in kinds)
    language = detect(headed.text or headed.head, intents.languages)
    if asked := question_in(headed.text, intents):
        return Meaning("question", headed.text, network, language if language in asked else min(asked))
    return Meaning("draft", headed.text, network, language)


def short_message(text: str, intents: Intents) -> tuple[str, ...]:
    """The kinds of a message that is made of nothing but greetings, thanks and small talk, the weightiest first."""
    said = tokens(text)
    if not said or len(said) > _WORDS:
        return ()
    kinds = covered(said, {kind: intents.books[kind] for kind in (*_SHORT, "filler")})
    if kinds is None:
        return ()
    if not kinds and len(said) <= _EMOJI and not any(map(is_word, said)):
        return ("small_talk",)
    return tuple(kind for kind in _SHORT if kind in kinds)


def _language(text: str, intents: Intents) -> str:
    """The language of most phrases; of several with as many, the likeliest."""
    words = [token for token in tokens(text) if is_word(token)]
    times = Counter(label for kind in (*_SHORT, "filler") for label in intents.books[kind].labels(words))
    most = max(times.values(), default=0)
    best = [language for language in intents.languages if times[language] == most]
    prose = _NAME.sub("", text)
    likely = detect(prose, intents.languages) if sum(map(str.isalpha, prose)) >= _TELLING else best[0]
    return likely if likely in best else best[0]
