"""Words across languages: what a question says, in the words that an English, Spanish or Catalan manual would use.

`concepts.txt` groups words that mean much the same; `catalan.txt` gives Spanish words for Catalan ones, for embedders
that know no Catalan. Both are ours and general: a company's own manual needs no entry in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any

import regex

from bot.manual.words import LANGUAGES, content_words, stem_all

_RULES = (
    (regex.compile(r"l·l"), "l"),
    (regex.compile(r"cions$"), "ciones"),
    (regex.compile(r"sions$"), "siones"),
    (regex.compile(r"ció$"), "ción"),
    (regex.compile(r"sió$"), "sión"),
    (regex.compile(r"itats$"), "idades"),
    (regex.compile(r"etats$"), "edades"),
    (regex.compile(r"itat$"), "idad"),
    (regex.compile(r"etat$"), "edad"),
    (regex.compile(r"ment$"), "mente"),
    (regex.compile(r"atges$"), "ajes"),
    (regex.compile(r"atge$"), "aje"),
    (regex.compile(r"ades$"), "adas"),
    (regex.compile(r"ats$"), "ados"),
    (regex.compile(r"at$"), "ado"),
    (regex.compile(r"its$"), "idos"),
    (regex.compile(r"ny"), "ñ"),
    (regex.compile(r"isme$"), "ismo"),
    (regex.compile(r"ància$"), "ancia"),
    (regex.compile(r"ència$"), "encia"),
    (regex.compile(r"ncies$"), "ncias"),
    (regex.compile(r"(?<=\p{L}{3})es$"), "as"),
    (regex.compile(r"ss"), "s"),
    (regex.compile(r"x(?=[aeiou])"), "j"),
)
_JOINTS = regex.compile(r"(?<=\p{L})['’]|['’](?=\p{L})|(?<=\p{L})-(?=(?:ho|hi|se|me|te|los|les|ne|en|la|lo|li)\b)")
_GRAVE = str.maketrans("àèòÀÈÒ", "áéóÁÉÓ")


@cache
def _concepts() -> tuple[dict[str, dict[str, list[tuple[tuple[str, ...], int]]]], list[dict[str, list[str]]]]:
    """For each language, entries by their first stem; and each concept's terms by language."""
    by_stem: dict[str, dict[str, list[tuple[tuple[str, ...], int]]]] = {language: {} for language in LANGUAGES}
    groups: list[dict[str, list[str]]] = []
    for line in files("bot.manual").joinpath("concepts.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        terms = dict(zip(LANGUAGES, ([t.strip() for t in part.split(",")] for part in line.split("|")), strict=True))
        for language, words in terms.items():
            for word in words:
                key = tuple(_keys(word, language))
                if key:
                    by_stem[language].setdefault(key[0], []).append((key, len(groups)))
        groups.append(terms)
    return by_stem, groups


def _keys(text: str, language: str) -> list[str]:
    """Stems with the first two letters of their word: else `nom` and `nòmina`, `públic` and `publicar` would be one."""
    kept = content_words(text, language)
    return [f"{word[:2]}{stem}" for word, stem in zip(kept, stem_all(kept, language), strict=True)]


def concepts_in(text: str, language: str) -> list[int]:
    """Which concepts `text` speaks of, without repeats, in the order in which they come."""
    by_stem, _ = _concepts()
    entries = by_stem.get(language, {})
    words = _keys(text, language)
    found: dict[int, None] = {}
    for at, word in enumerate(words):
        for key, number in entries.get(word, ()):
            if tuple(words[at : at + len(key)]) == key:
                found[number] = None
    return list(found)


def concept_count() -> int:
    """How many concepts there are; they are numbered from 0."""
    return len(_concepts()[1])


def concept_texts(language: str, most: int = 5) -> list[str]:
    """For every concept its first terms in `language` as one text, to be embedded."""
    return [" ".join(group[language][:most]) for group in _concepts()[1]]


@cache
def questions() -> list[tuple[str, str]]:
    """Questions of every kind, each with its language."""
    return [(text, language) for row in _rows("questions.txt") for text, language in zip(row, LANGUAGES, strict=True)]


@cache
def covered() -> list[list[tuple[str, str]]]:
    """Questions that manuals answer; of each the languages in which it is listed, as text and language."""
    return _asked("covered.txt")


@cache
def uncovered() -> list[list[tuple[str, str]]]:
    """Questions that manuals leave open, in the same way."""
    return _asked("uncovered.txt")


def _asked(name: str) -> list[list[tuple[str, str]]]:
    return [[(text, language) for text, language in zip(row, LANGUAGES, strict=False) if text] for row in _rows(name)]


def _rows(name: str) -> list[list[str]]:
    lines = files("bot.manual").joinpath(name).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]


def terms(numbers: Iterable[int], language: str) -> list[str]:
    """The terms of these concepts in `language`; none for a language that the list doesn't have."""
    _, groups = _concepts()
    return [term for number in numbers for term in groups[number].get(language, ())]


_FORMS = (
    ("o es a em eu en", "o as a amos áis an"),
    ("at ada ats ades ant", "ado ada ados adas ando"),
    ("i is in", "e es en"),
    ("ava aves àvem aven", "aba abas ábamos aban"),
    ("aré arà arem aran", "aré ará aremos arán"),
    ("aria aríem arien", "aría aríamos arían"),
)
"""Endings of a regular verb in -ar, in Catalan and in Spanish."""
_SOFT = {"c": "qu", "g": "gu", "ç": "c", "j": "g", "z": "c"}
"""How a stem's last letter is written before e and i."""


def _forms(catalan: str, spanish: str) -> Iterator[tuple[str, str]]:
    """The forms of two verbs in -ar: `trencar`, `romper` has none, `xerrar`, `charlar` has `xerro`, `charlo` …"""
    if not (catalan.endswith("ar") and spanish.endswith("ar")) or " " in f"{catalan}{spanish}".strip():
        return
    for ours, theirs in _FORMS:
        for end, fin in zip(ours.split(), theirs.split(), strict=True):
            yield _joined(catalan[:-2], end), _joined(spanish[:-2], fin)


def _joined(stem: str, end: str) -> str:
    soft = end[0] in "eéií"
    return (stem[:-1] + _SOFT[stem[-1]] if soft and stem[-1:] in _SOFT else stem) + end


@cache
def _lexicon() -> dict[str, str]:
    words: dict[str, str] = {}
    for line in files("bot.manual").joinpath("catalan.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        for entry in line.split(","):
            catalan, _, spanish = entry.strip().partition(" ")
            if catalan:
                words[catalan.replace("_", " ")] = spanish.strip()
    for catalan, spanish in list(words.items()):
        for form, same in _forms(catalan, spanish):
            words.setdefault(form, same)
    return words


def as_spanish(text: str) -> str:
    """Catalan word by word in Spanish: rough, but near enough for an embedder that knows Spanish."""
    known = _lexicon()

    def word(match: regex.Match[str]) -> str:
        lower = match.group().lower()
        if lower in known:
            return known[lower]
        for pattern, spanish in _RULES:
            lower = pattern.sub(spanish, lower)
        return str(lower.translate(_GRAVE))

    return str(regex.sub(r"\s+", " ", _units().sub(word, _JOINTS.sub(" ", text))).strip())


@cache
def _units() -> Any:
    """What is looked up in the lexicon: its phrases, else single words."""
    phrases = sorted((word for word in _lexicon() if " " in word), key=len, reverse=True)
    return regex.compile(rf"\b(?:{'|'.join(phrases)})\b|\p{{L}}+(?:·\p{{L}}+)?", regex.IGNORECASE)
