"""What somebody wants in the thread of a reviewed draft: by words, without a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import regex

from bot.coach import facts
from bot.coach.heading import heading, names
from bot.coach.intent import short_message
from bot.coach.intents import Intents
from bot.coach.phrasebook import Phrasebook, covered, is_word, tokens
from bot.coach.question import question_in
from bot.language import detect
from bot.networks.models import Networks
from bot.policy.models import Finding
from bot.text import find_quote, fold

WishKind = Literal["why", "shorter", "warmer", "network", "new_version", "thanks", "question", "other"]

_SHORT = 14  # words at most of a wish for a button: what says more is more than that
_LONGEST_WHY, _SHORT_WHY = 40, 9  # words; in a short one an ordinal names a finding
_TELLING = 4  # letters of a word that says what a finding is about
_FEWEST_VERSION = 3  # words behind "new version:"
_FEWEST_SAME, _FEWEST_LIKE = 5, 12  # words of a text that is a version of the draft by what it shares with it
_SAME, _LIKE = 0.5, 0.45  # share of its pairs of neighbours, or of its longer words, that stand in the draft
_PLAINLY_SAME = 0.75
_NUMBER = regex.compile(r"(?<![\p{L}\p{N}.,%€$])(?:#|n[º°.]\s?)?(\d{1,2})(?![\p{L}\p{N}%€$]|[.,]\d)")
_MARKER_END = regex.compile(r"[:：?]\s*(?=\S)|\n+")
_QUOTED = regex.compile(r"[\"“”«»]")
_LONGEST_MARKER = 60  # characters


@dataclass(frozen=True)
class Wish:
    """What somebody wants of a review that they have."""

    kind: WishKind
    text: str = field(repr=False)
    """What was said; for a new version, the draft alone."""
    finding: int | None = None
    """Index into the review's findings, for `why`; None when it names one that isn't there, or there is none."""
    network: str | None = None
    """For `network` and `new_version`: the id of the network that it names, if one."""
    language: str = "en"
    """Of what was said: two letters, or `und`."""


def understand_reply(
    text: str, draft_text: str, networks: Networks, intents: Intents, findings: Sequence[Finding]
) -> Wish:
    """What a message in the thread of a reviewed draft asks for; `other` when its words don't tell."""
    whole = text.strip()
    if not tokens(whole):
        return Wish("other", whole)
    language = detect(whole, intents.languages)
    kinds = short_message(whole, intents)
    if "thanks" in kinds or (kinds and set(kinds) <= {"agreed", "greeting"}):
        return Wish("thanks", whole, language=language)
    if version := _new_version(whole, draft_text, networks, intents):
        return Wish("new_version", version[0], network=version[1], language=language)
    said = tokens(whole)
    if (button := _button(said, networks, intents)) is not None:
        return Wish(button[0], whole, network=button[1], language=language)
    why = intents.books["why"].find(said)
    if why and len(said) <= _LONGEST_WHY and not (why.start and question_in(whole, intents)):
        return Wish("why", whole, finding=_meant(whole, said, findings, intents), language=language)
    if _names_finding(said, intents):
        return Wish("why", whole, finding=_meant(whole, said, findings, intents), language=language)
    if asked := question_in(whole, intents):
        return Wish("question", whole, language=language if language in asked else min(asked))
    return Wish("other", whole, language=language)


def _new_version(text: str, draft: str, networks: Networks, intents: Intents) -> tuple[str, str | None] | None:
    """The new draft and the network that it names, or None."""
    headed = heading(text, networks, intents)
    network = headed.networks[0] if len(headed.networks) == 1 else None
    said = tokens(headed.text)
    if headed.head and len(said) >= _FEWEST_VERSION and _button(said, networks, intents) is None:
        return headed.text, network
    marker = _MARKER_END.search(text, 0, _LONGEST_MARKER)
    if marker:
        before = [token for token in tokens(text[: marker.start()]) if is_word(token)]
        books = {kind: intents.books[kind] for kind in ("new_version", "filler", "thanks", "agreed", "beside")}
        kinds = covered(before, books) if before else None
        if kinds and "new_version" in kinds and len(tokens(text[marker.end() :])) >= _FEWEST_VERSION:
            return text[marker.end() :].strip(), network
    asks = bool(intents.books["why"].at(tokens(text), 0)) or bool(question_in(text, intents))
    return (text, None) if _same(text, draft, asks=asks) else None


def _same(text: str, draft: str, *, asks: bool) -> bool:
    """Whether a text is the draft, changed."""
    said, told = facts.words(text), facts.words(draft)
    if len(said) < min(_FEWEST_SAME, len(told)):
        return False
    pairs = set(pairwise(told))
    mine = list(pairwise(said))
    shared = sum(pair in pairs for pair in mine) / max(1, len(mine))
    if shared >= _PLAINLY_SAME and len(said) >= len(told) / 2:
        return True
    if asks or (_QUOTED.search(text) and not _QUOTED.search(draft)):
        return False
    known, telling = _telling(told), _telling(said)
    like = len(telling & known) / max(1, len(telling))
    long_enough = len(said) >= max(_FEWEST_SAME, len(told) / 3)
    return long_enough and (shared >= _SAME or (len(said) >= _FEWEST_LIKE and like >= _LIKE))


def _button(said: Sequence[str], networks: Networks, intents: Intents) -> tuple[WishKind, str | None] | None:
    """The wish and the network of a message that says nothing else: “a bit shorter, please”, “and for X?”."""
    if not said or len(said) > _SHORT:
        return None
    books = {
        "network": names(networks),
        **{kind: intents.books[kind] for kind in ("shorter", "warmer", "other_network", "wishing")},
    }
    kinds = covered(said, books)
    if kinds is None:
        return None
    wanted = kinds & {"shorter", "warmer", "network", "other_network"}
    if wanted <= {"network", "other_network"} and wanted:
        named = _named(said, books["network"])
        return "network", named[0] if len(named) == 1 else None
    if wanted == {"shorter"}:
        return "shorter", None
    return ("warmer", None) if wanted == {"warmer"} else None


def _named(said: Sequence[str], book: Phrasebook) -> list[str]:
    found = (book.at(said, position) for position in range(len(said)))
    return list(dict.fromkeys(match.label for match in found if match))


def _names_finding(said: Sequence[str], intents: Intents) -> bool:
    """“The second?”, “2?”: nothing but which one."""
    words = [token for token in said if is_word(token)]
    if not 0 < len(words) <= 4:
        return False
    numbers = [n for n in range(len(words)) if words[n].isdigit() and len(words[n]) <= 2]
    books = [intents.books["ordinals"], intents.books["last"]]
    others = [n for n in range(len(words)) if n not in numbers and not any(book.at(words, n) for book in books)]
    if len(others) == len(words):
        return False
    return (
        covered([words[n] for n in others], {kind: intents.books[kind] for kind in ("filler", "beside", "wishing")})
        is not None
    )


def _meant(text: str, said: Sequence[str], findings: Sequence[Finding], intents: Intents) -> int | None:
    """Which finding: by its number, by its own words, by its subject; else the first."""
    if not findings:
        return None
    quoted = [
        n
        for n, finding in enumerate(findings)
        if finding.quote and find_quote(fold(finding.quote).text, fold(text).text)
    ]
    if quoted:
        return quoted[0]
    number = _number(text, said, len(findings), intents)
    if number is not None:
        return number if 0 <= number < len(findings) else None
    asked = _telling(facts.words(text))
    shares = [
        (2 * _shared(asked, finding.quote) + _shared(asked, f"{finding.message} {finding.fix} {finding.category}"), -n)
        for n, finding in enumerate(findings)
    ]
    most, at = max(shares)
    return -at if most else 0


def _number(text: str, said: Sequence[str], many: int, intents: Intents) -> int | None:
    """The index that a number or an ordinal names."""
    if match := _NUMBER.search(text):
        return int(match.group(1)) - 1
    if len(said) > _SHORT_WHY:
        return None  # "last winter" is no finding
    if rank := intents.books["ordinals"].find(said):
        return int(rank.label)
    return many - 1 if intents.books["last"].find(said) else None


def _shared(asked: set[str], text: str) -> int:
    return len(asked & _telling(facts.words(text)))


def _telling(words: Sequence[str]) -> set[str]:
    """Stems of the longer words."""
    return {word[: _TELLING + 1] for word in words if len(word) >= _TELLING}
