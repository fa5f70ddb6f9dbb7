"""Whether a message asks Bonvent what one may do. A draft that asks its readers something doesn't."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex

from bot.coach.intents import Intents
from bot.coach.phrasebook import Match, covered, is_word, tokens
from bot.text import sentences

_WORDS, _CHARACTERS, _SENTENCES = 60, 450, 5  # at most; what is longer is a draft
_BEFORE = 2  # sentences that tell the story, before the question
_SOON = 8  # words between asking for leave and what for
_PLAIN = 3  # words of an opening that asks even without a question mark: “what if” may open a story
_TELLING = 2  # words of a lead-in that can't be anything else: “not sure”, and not “and”
_ASKS = regex.compile(r"\?[\s\p{P}\p{So}\p{Sk}\ufe0f]*$")
_CHATTER = ("greeting", "thanks", "agreed", "small_talk", "about_bonvent", "filler")
_OPENING = ("greeting", "filler", "lead_in")
_TAGGED = regex.compile(r"#\p{L}[\p{L}\p{N}_]*\s*$")


def question_in(text: str, intents: Intents) -> frozenset[str]:
    """The languages in which a message's last words ask about policy, and ask nobody but Bonvent; empty for any other."""
    none: frozenset[str] = frozenset()
    spans = sentences(text)
    if len(text) > _CHARACTERS or len(spans) > _SENTENCES or len(tokens(text)) > _WORDS or _TAGGED.search(text):
        return none
    stories, asked = 0, none
    for start, end in spans:
        sentence = text[start:end]
        if languages := _asked_in(sentence, intents):
            asked |= languages
        elif covered(tokens(sentence), {kind: intents.books[kind] for kind in _CHATTER}) is None:
            if asked:
                return none  # a post goes on after its question
            stories += 1
    return asked if stories <= _BEFORE else none


def _asked_in(sentence: str, intents: Intents) -> frozenset[str]:
    said = [token for token in tokens(sentence) if is_word(token)]
    marked = bool(_ASKS.search(sentence))
    open_end = not sentence.rstrip().endswith((".", "!", "…", ":"))
    languages = intents.languages
    return frozenset(name for name in languages if _Sentence(said, marked, open_end, name, intents).asks())


@dataclass
class _Sentence:
    """A sentence, read as one of `language`."""

    said: Sequence[str]
    marked: bool
    """It ends with a question mark …"""
    open_end: bool
    """… or at least not like a statement."""
    language: str
    intents: Intents

    def asks(self) -> bool:
        led_in = self._skip_opening()
        if not self.said or not (self.marked or self.open_end or led_in):
            return False
        starts = self._at("asking") is not None
        if self._has("manual") and (self.marked or starts):
            return True
        if self._has("rhetorical"):
            return False
        advice = self._has("advice") if self.marked else self._at("advice", _PLAIN)
        if advice and (self._has("subjects") or self._has("acts")):
            return True
        if self.marked and self._judges():
            return True
        leave = self._at("leave") or (self._has("leave") if self.marked or starts else None)
        if leave is None and (led_in or self.marked):
            leave = self._at("leave_told") or self._has("leave_told")
        return leave is not None and self._has("acts", leave.end, leave.end + _SOON) is not None

    def _judges(self) -> bool:
        """“Are emojis allowed?”, “If I like their post, is that a problem?”"""
        opening = self._has("is_it")
        if opening is None or self._has("judged", opening.end) is None:
            return False
        return bool(self._has("subjects") or self._has("acts"))

    def _skip_opening(self) -> bool:
        """Greetings, “can you tell me whether” and the like; True when one of the latter stood there."""
        led_in = False
        while self.said:
            found = {kind: match for kind in _OPENING if (match := self._at(kind))}
            longest = max((match.end for match in found.values()), default=0)
            own = any(self._at(kind) for kind in ("leave", "leave_told", "advice", "asking"))
            if not found or (own and longest == 1):
                break
            led_in = led_in or ("lead_in" in found and found["lead_in"].end >= _TELLING)
            self.said = self.said[longest:]
        return led_in

    def _at(self, kind: str, fewest: int = 1) -> Match | None:
        """The phrase that it starts with, if that has so many words."""
        match = self.intents.books[kind].at(self.said, 0, self.language)
        return match if match and match.end >= fewest else None

    def _has(self, kind: str, start: int = 0, end: int | None = None) -> Match | None:
        return self.intents.books[kind].find(self.said, start, end, self.language)
