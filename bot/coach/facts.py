"""What a text claims beyond its sources: links, mentions, hashtags, numbers, dates, names, odd characters.

Everything here compares a text that a model wrote with the texts it may draw on, and says what is new in it. It leans
towards "new": a good sentence lost costs little, an invented fact in an author's name costs much.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

import regex

from bot.coach.prompt import Watchwords
from bot.policy.detectors.words import is_word
from bot.text import fold, sentences

_TLDS = "com|net|org|io|ly|co|cat|eu|app|dev|ai|uk|gl|gg|xyz|biz|tv|sh|online|example|info|page|link"  # spelled out; not those that are words
_HOST = r"(?<![\p{L}\p{N}-])[\p{L}\p{N}-]++"  # whole words only, and no way back: a long draft must not stall us
_LINK = regex.compile(
    r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*+:/+\S+|www\.\S+|(?:mailto|tel|javascript|data):\S+"
    rf"|(?P<dotted>{_HOST}(?:[.。｡․][\p{{L}}\p{{N}}-]++)++)(?:[/?#:]\S*)?"
    rf"|{_HOST}\s{{0,3}}[\[({{<]?\s{{0,3}}\b(?:dot|punto|punt)\b\s{{0,3}}[\])}}>]?\s{{0,3}}(?:{_TLDS})\b\S*"
    rf"|{_HOST}\s{{0,3}}[\[({{]\s{{0,3}}(?:dot|punto|punt)\s{{0,3}}[\])}}]\s{{0,3}}\p{{L}}{{2,}}\S*|{_HOST},(?:com|net|org|io)\b"
    rf"|{_HOST}\s{{0,3}}[\[({{]\s{{0,3}}\.\s{{0,3}}[\])}}]\s{{0,3}}\p{{L}}{{2,}}\S*|{_HOST}\s{{1,3}}\.\s{{0,3}}(?:{_TLDS})\b\S*"
)
_NAMED_LABEL = regex.compile(r"[.。｡․]\p{L}[\p{L}-]")  # `10.30` and `1.2.3` have none
_MENTION = regex.compile(r"@\s?[\p{L}\p{N}_][\p{L}\p{N}_.-]*")
_HASHTAG = regex.compile(r"#\s?[\p{L}\p{N}_]+")
_MARKUP = regex.compile(r"<\S[^>]*>?|\]\s*[(\[:]|&#?\w+;|```")
_UNITS = {
    **dict.fromkeys(("%", "percent", "per cent", "por ciento"), "%"),
    **dict.fromkeys(("€", "eur", "euro", "euros"), "€"),
    **dict.fromkeys(("$", "usd", "dollar", "dollars", "dólares", "dòlars"), "$"),
    **dict.fromkeys(("£", "gbp"), "£"),
    **dict.fromkeys(("x", "×", "times", "fold", "-fold", "veces", "vegades", "cops"), "x"),
    **dict.fromkeys(("k", "thousand", "mil"), "k"),
    **dict.fromkeys(("m", "mn", "million", "millions", "millones", "milions"), "m"),
    **dict.fromkeys(("bn", "b", "billion", "billions"), "bn"),
}
_UNIT = "|".join(regex.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_NUMBER = regex.compile(rf"([€$£]\s?)?(\d+(?:[.,'’]\d+)*)(?:\s?({_UNIT})(?![\p{{L}}\p{{N}}]))?")
_THOUSANDS = regex.compile(r"\d{1,3}(?:([.,'’])\d{3})(?:\1\d{3})*")
_WORD = regex.compile(r"\p{L}[\p{L}\p{M}\p{N}]*")
_TOKEN = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*")
_ENDINGS = ("ing", "ed", "s", "es", "ies", "mos", "n", "d", "a", "o", "e", "ly", "t", "m")
_CLUSTER = regex.compile(r"\X")
_PLAIN_PUNCTUATION = frozenset("“”‘’«»–—…¿¡·•")
_LONG_TERM = 7  # letters; a shorter one may stand in other words by chance
_FIRST_PERSON = frozenset({"i"})
_BLANKS = frozenset("\u2800\u3164\u115f\u1160\uffa0")  # drawn as nothing, yet no format characters


def plain(text: str) -> str:
    """Compatibility forms undone, invisible characters removed, lower case: as facts are compared."""
    return "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf").lower()


def odd_characters(text: str, sources: Iterable[str]) -> list[str]:
    """Characters that no source has and that could hide or fake something; as code points, for instance `U+200B`.

    Latin letters, ASCII, plain quote marks, dashes and spaces are never odd. Emoji and other symbols are, when new.
    """
    joined = unicodedata.normalize("NFC", "\n".join(sources))
    known = set(joined)
    composed = unicodedata.normalize("NFC", text)
    odd = [c for c in dict.fromkeys(composed) if c not in known and _is_odd(c)]
    if any(map(_rides, composed)):  # a joiner of the draft's emoji is no licence to hide one in a word
        clusters = set(_CLUSTER.findall(joined))
        odd += [c for cluster in _CLUSTER.findall(composed) if cluster not in clusters for c in cluster if _rides(c)]
    return [f"U+{ord(c):04X}" for c in dict.fromkeys(odd)]


def _rides(character: str) -> bool:
    """Invisible, or drawn over the character before it."""
    return not character.isascii() and unicodedata.category(character) in ("Cf", "Mn", "Me")


def symbol(character: str) -> bool:
    """Emoji and other pictures."""
    return not character.isascii() and unicodedata.category(character) == "So"


def _is_odd(character: str) -> bool:
    if character == "\n" or (character.isascii() and character.isprintable()) or character in _PLAIN_PUNCTUATION:
        return False
    if character in _BLANKS:
        return True
    letter = regex.fullmatch(r"\p{Script=Latin}", character) and unicodedata.category(character)[0] == "L"
    if letter:
        return unicodedata.normalize("NFKC", character) != character  # “fancy” and full-width letters
    return True


def controls(text: str) -> bool:
    """Whether the text has control characters, other than line breaks, or half of a surrogate pair."""
    return any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") and c != "\n" for c in text)


def links(text: str) -> set[str]:
    """Links of any make, also without a scheme or spelled out, without closing punctuation."""
    found = (
        m.group().rstrip(".,;:!?…)]}»”\"'")
        for m in _LINK.finditer(plain(text))
        if m["dotted"] is None or _NAMED_LABEL.search(m["dotted"])
    )
    return set(found)


def mentions(text: str) -> set[str]:
    return {m.group().replace(" ", "").rstrip(".-") for m in _MENTION.finditer(plain(text))}


def hashtags(text: str) -> set[str]:
    return {m.group().replace(" ", "") for m in _HASHTAG.finditer(plain(text))}


def markup(text: str) -> set[str]:
    """Slack's `<!channel>`, HTML, Markdown links, entities, code fences."""
    return {m.group() for m in _MARKUP.finditer(plain(text))}


def numbers(text: str, watchwords: Watchwords, language: str) -> set[str]:
    """Numbers with their unit (`20%`, `3x`, `€5`, `1000`), those in words too; `1.000`, `1,000` and `1000` are one."""
    lowered = plain(text)
    found = set()
    for match in _NUMBER.finditer(lowered):
        currency, digits, unit = match.group(1), match.group(2), match.group(3)
        value = regex.sub(r"[.,'’]", "", digits) if _THOUSANDS.fullmatch(digits) else digits.replace(",", ".")
        value = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in value)
        meaning = _UNITS.get(unit or "", "")
        found.add(value + meaning + (currency or "").strip())
        if meaning == "%":
            found.add(meaning)  # so that "20 %" may become "20 percent"
    words = _joined(lowered)
    for value, names in watchwords.numbers.get(language, {}).items():
        if any(_stands(name, words) for name in names):
            found.add(value)
    return found


def dates(text: str, watchwords: Watchwords) -> set[str]:
    """Words that set a day or a month, in any language."""
    words = _joined(text)
    return {name for names in watchwords.dates.values() for name in names if _stands(name, words)}


def never_said(text: str, watchwords: Watchwords) -> list[str]:
    """Words of the list that no feedback may say."""
    return _listed(text, watchwords.never)


def seldom_said(text: str, watchwords: Watchwords) -> list[str]:
    """Words of the list that feedback may say only where a rule itself says them."""
    return _listed(text, watchwords.seldom)


def leave_given(text: str, watchwords: Watchwords) -> list[str]:
    """Words of the list with which an answer gives leave or takes a finding back."""
    return _listed(text, watchwords.leave)


def _listed(text: str, lists: Mapping[str, Sequence[str]]) -> list[str]:
    words = _joined(text)
    return [phrase for phrases in lists.values() for phrase in phrases if _stands(phrase, words)]


def words(text: str) -> list[str]:
    """The words, folded."""
    found: list[str] = _TOKEN.findall(fold(text).text)
    return found


def opening_names(text: str) -> Iterator[str]:
    """Words that open a sentence and are in no vocabulary: a name, most likely."""
    for start, end in sentences(text):
        first = _WORD.search(text, start, end)
        if first and first.group()[0].isupper() and not _is_common(first.group()):
            yield first.group()


def _is_common(word: str) -> bool:
    folded = fold(word).text
    bases = (folded, *(folded.removesuffix(end) for end in _ENDINGS if folded.endswith(end)))
    return any(is_word(base + more) for base in bases for more in ("", "e", "r", "ar", "er", "ir"))


def names(text: str) -> Iterator[str]:
    """Words with a capital that doesn't merely open a sentence, as they stand."""
    opening = set()
    for start, end in sentences(text):
        first = _WORD.search(text, start, end)
        if first and not any(c.isupper() for c in first.group()[1:]):
            opening.add(first.start())
    for match in _WORD.finditer(text):
        before = text[match.start() - 1] if match.start() else ""
        capital = any(c.isupper() for c in match.group())
        if (
            capital
            and match.start() not in opening
            and before not in ("#", "@")
            and match.group().lower() not in _FIRST_PERSON
        ):
            yield match.group()


def terms(wanted: Iterable[str], text: str) -> set[str]:
    """Those of the `wanted` terms that stand in the text on their own, whatever their case and accents."""
    joined = _joined(text)
    glued = joined.replace(" ", "")
    return {term for term in wanted if _stands(term, joined) or _hides(term, glued)}


def _hides(term: str, glued: str) -> bool:
    """A long term written in two words, or with an ending."""
    wanted = "".join(words(term))
    return len(wanted) >= _LONG_TERM and wanted in glued


def _joined(text: str) -> str:
    return f" {' '.join(words(text))} "


def _stands(phrase: str, joined: str) -> bool:
    wanted = " ".join(words(phrase))
    if not wanted:
        return False
    return f" {wanted}" in joined if phrase.endswith("*") else f" {wanted} " in joined
