"""A passage cut to what answers a question: whole sentences, items of a list or rows of a table, word for word."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import regex

from bot.coach import facts
from bot.coach.cite import may_cite, rule_words
from bot.coach.prompt import Prompts
from bot.manual.models import Passage
from bot.policy.detectors import DETECTORS
from bot.policy.engine import Policy
from bot.policy.models import Draft
from bot.text import find_quote, sentences

_LONGEST = 400
"""Characters of a quote …"""
_LONGEST_SENTENCE = 700
"""… or of the one sentence that it is, where the manual writes such ones."""
_SHORTEST = 20
_IN_PART, _BY_RULE = 0.5, 0.15
"""Worth of standing in the passage's nearest window, and of being what a rule rests on."""
_GOES_ON = 0.5
"""The next sentence is quoted, too, when it is worth this part of the best one."""
_SIGN = regex.compile(r"(?:[-*+•>|]|\d+[.)])\s+")
_QUOTED = regex.compile(r"“[^”]*”?|«[^»]*»?")
_MOSTLY = 0.5
"""A line of which more than this is in quotation marks is an example, and may show what not to write."""
_EXAMPLES = regex.compile(
    r"(?:rather not|better|instead|bad|good|wrong|right|not like this|like this|(?:for |an? )?examples?|mejor(?: así)?|mejor no"
    r"|mal|bien|así no|así|(?:por )?ejemplos?|millor(?: així)?|millor no|malament|bé|així no|així|(?:per )?exemples?)\s*:",
    regex.IGNORECASE,
)
_OF_THIS = regex.compile(
    r"\b(?:this|that|your|the asker's|est[ea]|es[ea]|tu|su|aquest|aquesta|el teu|la teva)\s+(?:\p{L}+\s+){0,3}"
    r"(?:is|are|was|has been|have been|est[áà]|es|és|queda|ha sido|ha estat)\b",
    regex.IGNORECASE,
)
"""What speaks of one post, not of posts: the manual doesn't know it."""
_ADDRESS = regex.compile(
    r"(?:https?://|\b[\p{L}\p{N}._+-]+@)(?P<host>[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)(?:/[\p{L}\p{N}/_-]*)?(?![\p{L}\p{N}@:.?#&%=/-]*[@?#&%=])"
)
"""A page or a mailbox, without anything that a link could hide."""
_HARMLESS = ("So", "Sm", "Sc", "Po", "Pd", "No", "Zs")
"""Kinds of characters that hide nothing: arrows, ticks, emoji, spaces of print."""
_ENDS = " .!;:…"


@dataclass(frozen=True)
class _Span:
    """A sentence, an item or a row, without the sign of a list."""

    start: int
    end: int
    line: int
    """Where its line begins."""
    listed: bool
    worth: float
    by_rule: bool


def cut(
    passage: Passage, worth: Callable[[str, str], float], part: str, policy: Policy, prompts: Prompts
) -> str | None:
    """The words that share most with the question, with what belongs to them; None when nothing may be shown.

    `worth` says how much a sentence of a language has of the question, from 0 to 1; `part` is the passage's window that is nearest to it.
    """
    text = passage.text
    showing = Showing(passage, policy, prompts)
    spans = _spans(passage, worth, part, showing.vouched)
    by_worth = sorted(spans, key=lambda span: (span.end - span.start > _LONGEST, -span.worth))
    best = next((span for span in by_worth if showing.may(span.start, span.end)), None)
    if best is None:
        return None
    start, end = best.start, best.end
    following = next((span for span in spans if span.start >= end), None)
    if following is not None and following.worth >= _GOES_ON * best.worth and following.end - start <= _LONGEST:
        between = text[end : following.start]
        if not between.strip() and "\n" not in between and showing.may(following.start, following.end):
            end = following.end
    lead = _lead_in(text, best)
    if lead is not None and end - lead <= _LONGEST and showing.may(lead, end):
        start = lead
    return text[start:end]


class Showing:
    """Which words of one passage may be shown to whoever asked."""

    def __init__(self, passage: Passage, policy: Policy, prompts: Prompts) -> None:
        self._text, self._policy, self._prompts = passage.text, policy, prompts
        self.vouched = rule_words(passage, policy)
        # One sentence that orders a reviewer or hides something: then the others are read as strictly as a draft's.
        self._trusted = not (_hides(passage.text) or self._steers(passage.text))

    def may(self, start: int, end: int) -> bool:
        """Whether these words may be shown: a rule rests on them, or nothing in them orders, hides or leads away."""
        words = self._text[start:end]
        if any(words.strip(_ENDS) == quote.strip(_ENDS) for quote in self.vouched):
            return True
        if not self._trusted:
            return may_cite(words, self._policy, self._prompts.watchwords)
        if _hides(words) or self._leads_away(words):
            return False
        # “Approved accounts” is how a manual speaks; “this post is approved” is not its business.
        return not (_OF_THIS.search(words) and facts.never_said(words, self._prompts.watchwords))

    def _leads_away(self, words: str) -> bool:
        """Whether a link or a name leads elsewhere than to the company's own pages and mailboxes."""
        own = _own_hosts(self._policy)
        rest = _ADDRESS.sub(lambda match: "·" if match["host"].lower().rstrip(".") in own else match.group(), words)
        return bool(facts.links(rest) or facts.mentions(rest))

    def _steers(self, words: str) -> bool:
        steering = DETECTORS["steering"]
        # With a language it isn't looked for.
        draft = Draft(text=words, language=self._policy.company.languages[0])
        return bool(list(steering.find(self._policy.read(draft), steering.options())))


def _own_hosts(policy: Policy) -> frozenset[str]:
    """The hosts of the company's site and of its contacts' addresses."""
    company = policy.company
    said = " ".join(str(value) for value in (company.company.site, *company.contacts.model_dump().values()) if value)
    return frozenset(match["host"].lower() for match in _ADDRESS.finditer(said))


def _hides(words: str) -> bool:
    """Markup, control characters, letters that only look like others."""
    plain = "".join(c for c in dict.fromkeys(words) if unicodedata.category(c) in _HARMLESS)
    return bool(facts.markup(words) or facts.controls(words) or facts.odd_characters(words, [plain]))


def _spans(passage: Passage, worth: Callable[[str, str], float], part: str, vouched: Sequence[str]) -> list[_Span]:
    """What may be quoted by itself. Examples are left out, but for words that a rule rests on."""
    text = passage.text
    places = [place for quote in vouched if (place := find_quote(quote, text))]
    found: list[_Span] = []
    for start, end, line, listed, example in _told(text):
        by_rule = any(first < end and start < last for first, last in places)
        words = text[start:end]
        if by_rule or (not example and _SHORTEST <= end - start <= _LONGEST_SENTENCE):
            value = (
                worth(words, passage.language) + (_IN_PART if words in part else 0.0) + (_BY_RULE if by_rule else 0.0)
            )
            found.append(_Span(start, end, line, listed, value, by_rule))
    return found


def shows_example(text: str, start: int, end: int) -> bool:
    """Whether one of the sentences between these places is an example, which may show what not to write."""
    return any(example and low < end and start < high for low, high, _, _, example in _told(text))


def _told(text: str) -> Iterator[tuple[int, int, int, bool, bool]]:
    """Each sentence without the sign of a list: start, end, where its line begins, whether it is in a list, and an example."""
    listed, examples, last = False, False, -1
    for start, end in sentences(text):
        line = text.rfind("\n", 0, start) + 1
        sign = _SIGN.match(text, start, end)
        listed, last = sign is not None or (last == line and listed), line
        own = sign.end() if sign else start
        words = text[own:end]
        if not listed:
            examples = _EXAMPLES.fullmatch(words.strip()) is not None
        yield own, end, line, listed, (listed and examples) or _is_example(words) or _in_quotes(text[line:own])


def _in_quotes(before: str) -> bool:
    """Whether what stands before on the line opens a quotation and doesn't close it."""
    return any(before.count(opens) > before.count(closes) for opens, closes in ("“”", "«»"))


def _is_example(words: str) -> bool:
    quoted = sum(len(match.group()) for match in _QUOTED.finditer(words))
    return quoted > _MOSTLY * len(words) or (quoted > 0 and _EXAMPLES.match(words) is not None)


def _lead_in(text: str, span: _Span) -> int | None:
    """Where the sentence begins that announces the list in which `span` is an item; None without one."""
    if not span.listed:
        return None
    at = span.line
    while at > 0:
        before = text.rfind("\n", 0, at - 1) + 1
        line = text[before : at - 1]
        if line.strip() and not _SIGN.match(line.lstrip()):
            ends = line.rstrip()
            if not ends.endswith(":"):
                return None
            last = [start for start, _ in sentences(line)][-1:]
            return before + last[0] if last else None
        at = before
    return None
