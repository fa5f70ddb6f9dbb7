"""Passwords, PINs and codes told in prose, in English, Spanish and Catalan."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.policy.detectors.base import Options
from bot.policy.reading import Reading, Span

_HINTS = (
    "pass",
    "pw",
    "combin",
    "wifi",
    "wi-fi",
    "contras",
    "contrase",
    "clave",
    "clau",
    "pin",
    "código",
    "codigo",
    "codi",
    "code",
    "admin",
    "root",
    "guest",
    "user/",
    "test/",
)
_WORD = (
    r"(?:pass(?:word|wd|code|phrase)?|pwd|pw|pin(?:\s(?:code|number))?|contrase(?:ñ|n|ny)a|contrasenya|clave|clau"
    r"|(?:safe|lock)\scombination|combinaci[oó]n? de la ca(?:ja|ixa)(?: fuerte| forta)?|(?:door|access|entry|gate|alarm|security|login|wi-?fi|safe|badge|unlock)\s(?:pass)?code"
    r"|c[oó]digo (?:de (?:la )?)?(?:acceso|entrada|puerta|alarma|seguridad)|codi (?:de (?:la |l['’])?|d['’])?(?:acc[eé]s|entrada|porta|alarma|seguretat))"
)
_MIDDLE = (  # "for the wifi", "del wifi de la oficina", "de administrador": at most five words
    r"(?:\s(?:wi-?fi|nueva|nova|new|actual|temporal|provisional|maestra|mestra|admin))?"
    r"(?:\s(?:for|to|of|on|in|at|de|del|dels|de la|de l['’]|per|per a|para|al|a|el|la|our|the|this|nuestro|nuestra|nostre|nostra)"
    r"(?:\s?[\w'’\-]+){1,4}?)?"
)
_LINK = (
    r"(?:\s?[:=]\s?|\s(?:is|was|remains|still is|is still|are|will be|es|era|sigue siendo|[eé]s|continua sent|ser[aá]|ahora es|ara [eé]s|is now|now is)\s?:?\s"
    r"|\s?(?:→|->|=>)\s?)(?:now\s|ahora\s|ara\s|still\s)?"
)
_VALUE = r"[\"'“”‘’`«]?([^\s\"“”`«»]{3,64})"
_TOLD = re.compile(rf"(?<![\w\-]){_WORD}{_MIDDLE}{_LINK}{_VALUE}", re.I)
_PAIR = re.compile(
    rf"(?<![\w\-])(?:user(?:name|id)?|login|usuario|usuari|admin|root)\b\s?[:=]?\s?\S{{2,40}}(?:[\s,;/|·&y]|\band\b|\bi\b){{1,5}}"
    rf"(?:the |la )?{_WORD}\s?[:=]?\s?(?:is |es |[eé]s )?{_VALUE}",
    re.I,
)
_BARE = re.compile(rf"(?<![\w\-]){_WORD}\s{_VALUE}", re.I)
_OPENS = re.compile(  # a bare code is one only beside the thing that it opens
    r"\b(?:door|gate|alarm|safe|lock|office|storeroom|puerta|verja|alarma|caja fuerte|persiana|local|almac[eé]n|oficina|porta|reixa|"
    r"caixa forta|magatzem)\b[^.!?\n]{0,45}(?<!postal\s)\b(?:code|c[oó]digo|codi)(?!\spostal)\s(?:is\s|es\s|[eé]s\s)?(\d{4,8})\b",
    re.I,
)
_ASIDE = re.compile(rf"(?<![\w\-])(?:password|contrase(?:ñ|n|ny)a|contrasenya){_MIDDLE},\s{_VALUE}", re.I)
_NETWORK = re.compile(rf"(?<![\w\-])wi-?fi[^\n:.]{{0,15}}:\s*\S{{2,32}}\s?/\s?{_VALUE}", re.I)
_SLASHED = re.compile(r"(?<![\w/.])((?:admin|root|user|guest|test)\s?/\s?[^\s/]{4,40})(?![\w/])", re.I)
_NUMBERS_OF_CODES = re.compile(r"(?<!\w)(?:pin|passcode|code|c[oó]digo|codi)", re.I)
_TRAILING = ".,;:!?)]}'’\"”»…"
_SYMBOL = re.compile(r"[^\w\s]")
_COUNTED = re.compile(
    r"\s*(?:%|times|characters?|digits?|letters?|words?|years?|days?|months?|bits?|people|million|caracteres|d[ií]gitos?|letras|palabras|a[ñn]os|d[ií]as"
    r"|veces|car[aà]cters|d[ií]gits|lletres|paraules|anys|dies|vegades|users|usuarios|usuaris)\b",
    re.I,
)
_NOUN = re.compile(
    r"\s+(?!(?:por|para|per|si|and|for|or|if|so|but|pero|però|que|en|in|at|on|by|lol|thanks|gracias|gràcies)\b)[^\W\d_]{3,}",
    re.I,
)
_NEVER = re.compile(r"^(?:https?:|www\.|@|#|\[|<|\{|\*+$|\.\.\.|…|x{3,}|•+)", re.I)


def passwords(reading: Reading, options: Options) -> Iterable[Span]:
    """A password, PIN or door code told in prose (“the wifi password is …”, “la contraseña es …”)."""
    text = reading.text
    lower = text.lower()
    if not any(hint in lower for hint in _HINTS):
        return []
    found: dict[int, int] = {}
    for pattern, strict in ((_TOLD, False), (_PAIR, False), (_BARE, True), (_ASIDE, True), (_NETWORK, True)):
        for match in pattern.finditer(text):
            value = _value(match.group(1))
            code = _NUMBERS_OF_CODES.match(match.group()) is not None
            if (
                value
                and not _counts_something(text, match.start(1), value, code or pattern is _PAIR)
                and _looks_like_one(value, strict, code)
            ):
                found[match.start(1)] = match.start(1) + len(value)
    for match in _OPENS.finditer(text):
        found.setdefault(match.start(1), match.end(1))
    for match in _SLASHED.finditer(text):
        if any(c.isdigit() for c in match.group(1)):
            found[match.start(1)] = match.end(1)
    return [Span(start, end, {"kind": "password"}) for start, end in sorted(found.items())]


def _counts_something(text: str, start: int, value: str, code: bool) -> bool:
    """`La clave: 2500 voluntarios`: a number in front of what it counts."""
    behind = start + len(value)
    if _COUNTED.match(text, behind):
        return True
    return not code and not any(c.isalpha() for c in value) and _NOUN.match(text, behind) is not None


def _value(raw: str) -> str:
    """The value without the punctuation that ends the sentence; an exclamation mark behind letters and digits belongs to it."""
    value = raw.rstrip(_TRAILING)
    rest = raw[len(value) :]
    mixed = any(c.isdigit() for c in value) and any(c.isalpha() for c in value)
    return value + rest[:1] if mixed and rest[:1] == "!" else value


def _looks_like_one(value: str, strict: bool, code: bool) -> bool:
    """Digits, or letters with digits or symbols inside, or capitals in the middle: no ordinary word."""
    if len(value) < 4 or _NEVER.match(value):
        return False
    digits = sum(c.isdigit() for c in value)
    letters = sum(c.isalpha() for c in value)
    if not letters:
        # A bare number after the bare word: "PIN 4821", but not "password 2024".
        return digits >= 4 and (code or not re.fullmatch(r"(?:19|20)\d\d", value)) and not _is_amount(value)
    if digits:
        return digits >= 1 and letters >= 2 and len(value) >= 5 and not _is_ordinal(value)
    if strict:
        return False
    inner = _SYMBOL.findall(value.replace("'", "").replace("’", "").replace("-", "").replace("/", "").replace(".", ""))
    camel = re.search(r"[a-z][A-Z]", value) is not None
    return (bool(inner) and len(value) >= 6) or (camel and len(value) >= 8)


def _is_amount(value: str) -> bool:
    return (
        re.fullmatch(
            r"\d{1,3}(?:[.,]\d{3})+|\d+[.,]\d+|\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d+[€$£%]", value
        )
        is not None
    )


def _is_ordinal(value: str) -> bool:
    return re.fullmatch(
        r"\d+(?:st|nd|rd|th|er|ª|º|k|m|bn|mil|am|pm|gb|mb|tb|min|h|hrs?|days?|years?|x)", value, re.I
    ) is not None or ("@" in value[1:-1] and "." in value)
