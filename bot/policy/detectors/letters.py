"""Letters that a screen reader can't read, and letters and marks that shout."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pydantic import Field

from bot.policy.detectors.base import Options
from bot.policy.reading import Reading, Span

_LETTER = (
    "\U0001d400-\U0001d7cb"  # mathematical alphanumerics, without the digits
    "\uff21-\uff3a\uff41-\uff5a"  # fullwidth
    "\u24b6-\u24e9\u249c-\u24b5\U0001f110-\U0001f129\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189"  # circled, squared
    "\u1d00-\u1d22\u0280\u028f\u029c\u029f\u0274\u0299\u0262\u026a"  # small capitals of phonetics
    "\u210a-\u2113\u2115\u2118-\u211d\u2124\u2128\u212c-\u2134"  # letterlike: the gaps of the mathematical block
)
_FANCY = re.compile(
    rf"[{_LETTER}](?:[\ufe0f\u20dd-\u20e4\u0300-\u036f]*[ '’\-\u2009]?[{_LETTER}\U0001d7ce-\U0001d7ff])+[\ufe0f\u20dd-\u20e4]*"
)
_ANY_FANCY = re.compile(f"[{_LETTER}]")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uff66-\uff9f]")
_PHONETIC = re.compile(r"[/\[][^/\]\n]{0,40}$")
_WORD = re.compile(r"[^\W\d_]+(?:['’·\-][^\W\d_]+)*|\d[\w.,%€$]*|[#@]\w+|https?://\S+|[.!?\n]+")
_CAPITALS = re.compile(r"[A-ZÀ-ÖØ-Þ]{4}")
_EXCLAIMED = re.compile(r"[!?！？¡‼⁉❗❕\ufe0f]+(?:1+(?=[!\s]|$)!*)?")
_MARK = re.compile(r"[!！¡‼⁉❗❕]")


def fancy_letters(reading: Reading, options: Options) -> Iterable[Span]:
    """Words in mathematical, fullwidth, circled or squared letters, which screen readers skip or spell."""
    text = reading.text
    if text.isascii():
        return
    for match in _FANCY.finditer(text):
        around = text[max(0, match.start() - 2) : match.start()] + text[match.end() : match.end() + 2]
        letters = len(_ANY_FANCY.findall(match.group()))
        if (
            letters >= 3
            and not _CJK.search(around)
            and not _PHONETIC.search(text[max(0, match.start() - 40) : match.start()])
        ):
            yield Span(
                match.start(),
                match.end(),
                {"kind": "letters", "count": str(letters), "suggestion": reading_of(match.group())},
            )


def reading_of(fancy: str) -> str:
    """The plain letters that fancy ones stand for."""
    import unicodedata

    plain = []
    for character in fancy:
        name = unicodedata.name(character, "")
        compatible = unicodedata.normalize("NFKC", character)
        if compatible.isascii() and compatible.isalnum():
            plain.append(compatible)
        elif " LETTER " in name:
            letter = name.rsplit(" ", 1)[-1]
            plain.append(letter.lower() if "SMALL" in name else letter)
        elif character in " -'’":
            plain.append(character)
    return "".join(plain)


class Shouting(Options):
    words: int = Field(default=4, ge=2)
    """So many words in capitals, one after the other, shout."""


def shouting(reading: Reading, options: Shouting) -> Iterable[Span]:
    """A run of words in capitals that are no acronyms."""
    text = reading.text
    run: list[re.Match[str]] = []
    if not _CAPITALS.search(text):
        return
    for match in [*_WORD.finditer(text), None]:
        word = match.group() if match else ""
        if match and "_" in (text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]):
            continue  # part of an identifier (`MAX_RETRY_COUNT`)
        if match and (word.isupper() or (run and word[0].isdigit())) and word[0] not in "#@":
            run.append(match)
            continue
        if match and run and word[0] in ".!?" and "\n" not in word:
            continue  # "STOP. RIGHT. NOW." is one shout
        while run and run[-1].group()[0].isdigit():
            run.pop()
        if _shouts([m.group() for m in run if not m.group()[0].isdigit()], options.words):
            yield Span(run[0].start(), run[-1].end(), {"kind": "capitals", "count": str(len(run))})
        run = []


_VOWELS = frozenset("AEIOUYÀÈÉÍÏÒÓÚÜÁ")
_SHORT_WORDS = frozenset(
    [
        "A",
        "I",
        "AM",
        "AN",
        "AS",
        "AT",
        "BE",
        "BY",
        "DO",
        "GO",
        "HE",
        "IF",
        "IN",
        "IS",
        "IT",
        "ME",
        "MY",
        "NO",
        "OF",
        "ON",
        "OR",
        "SO",
        "TO",
        "UP",
        "US",
        "WE",
        "ALL",
        "AND",
        "ANY",
        "ARE",
        "BUT",
        "CAN",
        "DAY",
        "FOR",
        "GET",
        "HAS",
        "HER",
        "HIM",
        "HIS",
        "HOW",
        "NEW",
        "NOT",
        "NOW",
        "OFF",
        "ONE",
        "OUR",
        "OUT",
        "PUT",
        "SAY",
        "SEE",
        "SHE",
        "THE",
        "TOO",
        "TWO",
        "USE",
        "WAS",
        "WAY",
        "WHO",
        "WHY",
        "YES",
        "YOU",
        "AL",
        "DE",
        "DEL",
        "EL",
        "EN",
        "ES",
        "HA",
        "HAY",
        "LA",
        "LAS",
        "LE",
        "LO",
        "LOS",
        "MI",
        "MÁS",
        "NI",
        "NOS",
        "O",
        "OS",
        "POR",
        "QUE",
        "QUÉ",
        "SE",
        "SER",
        "SI",
        "SÍ",
        "SIN",
        "SU",
        "SUS",
        "TE",
        "TU",
        "TÚ",
        "UN",
        "UNA",
        "VA",
        "Y",
        "YA",
        "ELS",
        "I",
        "LES",
        "MÉS",
        "NO",
        "PEL",
        "PER",
        "QUÈ",
        "SÓN",
        "AMB",
        "AQUÍ",
        "BÉ",
    ]
)


def _shouts(words: list[str], least: int) -> bool:
    """Enough words, most of them ordinary ones: a list of acronyms (NATO, EU, GDPR, ISO) doesn't shout."""
    if len(words) < least:
        return False
    ordinary = sum(1 for w in words if w in _SHORT_WORDS or (len(w) >= 4 and _pronounceable(w)))
    long = sum(1 for w in words if len(w) >= 4 and _pronounceable(w))
    short = any(w in _SHORT_WORDS for w in words)
    return ordinary >= max(least, round(len(words) * 0.6)) and long >= 1 and (short or any(len(w) >= 6 for w in words))


def _pronounceable(word: str) -> bool:
    vowels = sum(1 for c in word if c in _VOWELS)
    return 0.2 <= vowels / len(word) <= 0.75


class Exclamations(Options):
    run: int = Field(default=3, ge=2)
    """So many exclamation marks in a row, question marks among them allowed."""


def exclamations(reading: Reading, options: Exclamations) -> Iterable[Span]:
    """Runs of exclamation marks, alone or mixed with question marks."""
    text = reading.text
    for match in _EXCLAIMED.finditer(text):
        marks = _MARK.findall(match.group())
        count = sum(1 for c in match.group() if c not in "\ufe0f1") + sum(1 for c in marks if c in "‼⁉")
        if count >= options.run and marks and not set(marks) <= {"¡"}:
            yield Span(match.start(), match.end(), {"kind": "exclamation", "count": str(count)})
