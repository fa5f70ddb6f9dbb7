"""Whether a rewrite is a small edit of the author's own text: no new sentence, nothing lost that nobody objected to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import regex

from bot.coach import facts
from bot.policy.models import Category, Finding
from bot.text import sentences

_CLAUSE = regex.compile(r"[.!?…:;]+[\"”’»)\]]*\s+|\n+|\p{So}+\s*")  # whatever follows: a rewrite may well start small
_NEW_AT_MOST = 0.5  # of the words of a clause
_FEWEST_NEW = 3  # words; a clause may be put in two other words
_LONGEST_RUN = 6  # words in a row that are all new
_KEPT_AT_LEAST = 0.5  # of the words that nobody objected to
_IN_ORDER_AT_LEAST = 0.3  # of the pairs of neighbours
_ENOUGH = 12  # words; in a shorter text shares say little
_GROWTH, _ROOM = 1.25, 12  # times the draft's words, and words on top
_EMPTY_LINES = regex.compile(r"\n\s*\n\s*\n\s*\n")
_RUN_OF_SIGNS = regex.compile(r"([^\p{L}\p{N}\s])\1{3,}")
_SHAPES = frozenset("*`~|{}[]<>^\\=")  # what chats and pages read as more than a sign
_QUOTE_MARKS = "\"“«„'‘`"


def strays(
    own: str, draft: str, findings: Sequence[Finding], *, asked: str = "", may_lose: bool = False
) -> Iterator[str]:
    """Why `own`, a rewrite with the company's disclosures blanked, is more than a small edit; sentences for the model.

    `asked` are words of the author's besides the draft that it may bring; `may_lose`: it may leave sentences out.
    """
    # What a draft tells its reviewer is no word for its readers.
    orders = [f for f in findings if f.category == Category.INJECTION]
    known = set(facts.words("\n".join((*_untouched(draft, orders), asked))))
    said = facts.words(own)
    for clause in _CLAUSE.split(own):
        words = facts.words(clause)
        new = [word not in known for word in words]
        if (sum(new) >= _FEWEST_NEW and sum(new) > _NEW_AT_MOST * len(words)) or _longest(new) > _LONGEST_RUN:
            yield "A sentence of the rewrite is new: make the smallest edit."
            break
    if len(said) > _GROWTH * len(facts.words(draft)) + _ROOM or _repeats(own, draft):
        yield "The rewrite repeats itself or is far longer than the draft."
    if len(said) >= _ENOUGH and not _in_order(said, facts.words(draft)):
        yield "The rewrite puts the author's words in another order."
    if not may_lose and not _keeps(draft, set(said), findings):
        yield "The rewrite leaves out sentences that nobody objected to."
    signs = (_SHAPES - set(draft)).intersection(own) or (
        own.lstrip()[:1] in _QUOTE_MARKS and draft.lstrip()[:1] not in _QUOTE_MARKS
    )
    new_shapes = any(_new_match(pattern, own, draft) for pattern in (_RUN_OF_SIGNS, _EMPTY_LINES))
    if signs or new_shapes or _more_symbols(own, draft):
        yield "The rewrite adds signs, symbols or empty lines."


def _longest(flags: Sequence[bool]) -> int:
    longest = run = 0
    for flag in flags:
        run = run + 1 if flag else 0
        longest = max(longest, run)
    return longest


def _repeats(own: str, draft: str) -> bool:
    said, told = (
        Counter(words for clause in _CLAUSE.split(text) if len(words := tuple(facts.words(clause))) >= _FEWEST_NEW)
        for text in (own, draft)
    )
    return any(times > max(1, told[words]) for words, times in said.items())


def _in_order(said: Sequence[str], told: Sequence[str]) -> bool:
    pairs = set(pairwise(told))
    mine = list(pairwise(said))
    return sum(pair in pairs for pair in mine) >= _IN_ORDER_AT_LEAST * len(mine)


def _keeps(draft: str, said: set[str], findings: Sequence[Finding]) -> bool:
    if any(finding.category == Category.NETWORK_LIMITS for finding in findings):
        return True  # a post that is too long must lose something
    whole = [word for sentence in _untouched(draft, findings) for word in facts.words(sentence) if word.isalpha()]
    return sum(word in said for word in whole) >= _KEPT_AT_LEAST * len(whole)


def _untouched(draft: str, findings: Sequence[Finding]) -> list[str]:
    """The sentences in which no finding stands."""
    spans = sentences(draft)
    return [draft[start:end] for start, end in spans if not any(f.start < end and start < f.end for f in findings)]


def _new_match(pattern: regex.Pattern[str], own: str, draft: str) -> bool:
    return bool(pattern.search(own)) and not pattern.search(draft)


def _more_symbols(own: str, draft: str) -> bool:
    told = Counter(draft)
    return any(times > told[sign] for sign, times in Counter(own).items() if facts.symbol(sign))
