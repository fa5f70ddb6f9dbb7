"""Words and their stems, as English, Spanish and Catalan form them."""

from __future__ import annotations

from functools import cache
from typing import Any

import regex

LANGUAGES = ("en", "es", "ca")
"""The languages between which search finds its way."""

_WORD = regex.compile(r"[\p{L}\p{M}\p{N}]+(?:[·'’][\p{L}\p{M}]+)?")
_ELISION = regex.compile(r"^(?:[ldmtsn]|qu)['’]|['’](?:s|m|n|t|l|ls|ns|hi|ho)$")
_STEMMERS = {"en": "english", "es": "spanish", "ca": "catalan", "fr": "french", "de": "german", "pt": "portuguese"}
_STOP = {
    "en": """a about after all also am an and any are as at be because been before being but by can could did do does
    doing don for from had has have having he her here him his how i if in into is it its just like may me might
    more most must my no not of off on once one only or other our out over own same she should so some such t
    than that the their them then there these they this those through to too under until up us very was we were
    what when where which while who whom why will with would you your yours""",
    "es": """a al algo ante antes aquí así aún bajo cada como cómo con cual cuál cuando cuándo de del desde donde dónde
    dos e el él ella ellas ellos en entre era es esa ese eso esta está están este esto estos fue ha hace hacer
    hacia han hasta hay he la las le les lo los más me mi mientras mis mucho muy nada ni no nos nosotros o os
    para pero poco por porque pues que qué quien quién se sea ser si sí sin sino sobre solo son soy su sus
    también tan te tengo ti tiene todo todos tras tu tus un una uno unos y ya yo puedo puede debo debe""",
    "ca": """a al als amb això aquest aquesta aquell així bé cada com cap d de del dels des don doncs e el ell ella
    elles ells els em en entre era és es ens està estan et fa fer fins ha han he hem hi ho i ja jo l la les li llur m
    meu meva més mentre molt n na ni no nosaltres o on per perquè però poc puc pot què que qual quan qui s sa
    sense ser seu seva si sí sobre sóc son són t també tan te tot tots tu un una uns us vaig va he d'un""",
}


@cache
def _stemmer(language: str) -> Any:
    import Stemmer

    return Stemmer.Stemmer(_STEMMERS.get(language, "english"))


@cache
def stop_words(language: str) -> frozenset[str]:
    return frozenset(_STOP.get(language, "").split())


def tokens(text: str) -> list[str]:
    """The words of `text` in lower case, without an elided article (`l'empresa` → `empresa`)."""
    return [_ELISION.sub("", word.lower()) for word in _WORD.findall(text)]


def content_words(text: str, language: str) -> list[str]:
    """The words of `text` without the stop words of `language`."""
    stop = stop_words(language)
    return [word for word in tokens(text) if word and word not in stop]


def stem_all(words: list[str], language: str) -> list[str]:
    """The stem of each word as `language` forms it."""
    return [str(stem) for stem in _stemmer(language).stemWords(words)]


def stems(text: str, language: str) -> list[str]:
    """The stems of `text` as `language` forms them, without stop words."""
    return stem_all(content_words(text, language), language)
