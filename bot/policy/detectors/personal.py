"""Other people's data with a form of its own: phone, e-mail, national ids, IBAN, cards. Never the author's own contact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from bot.policy.detectors.base import Options
from bot.policy.detectors.contact import announced_as_own, is_role, of_author, of_company
from bot.policy.reading import Reading, Span

_DIGITS = re.compile(r"\d(?:[\s().\-/·]{0,3}\d){6}")
_TWO_DIGITS = re.compile(r"\d\d")
_PHONE_ISH = re.compile(r"(?<![\w/=@.#,€$£%\-])\(?\+?\d[\d\s().\-/·]{6,24}\d(?![\w%€$£@])")
_DECIMAL_OR_DATE = re.compile(
    r"^\d{4}[-./]\d{1,2}[-./]\d{1,2}|^\d{1,2}[-./]\d{1,2}[-./]\d{4}|^\d{4}\s?[-–/]\s?\d{4}$|^\d{1,3}(?:[.,]\d{3})+$|^\d+[.,]\d+$"
)
_OTHER_NUMBER = re.compile(
    r"(?:\b(?:part|order|item|model|serial|article|invoice|ticket|case|ref(?:erence|erencia|er[eè]ncia)?|sku|isbn|pedido|comanda|"
    r"factura|pieza|pe[cç]a|art[ií]culo|article|expedient[e]?|tracking|seguimiento)\W{1,3}(?:(?:number|num|no|n[uú]mero|n[uú]m|code|c[oó]digo|codi)\W{0,3})?"
    r"|\b(?:n[uú]mero de (?:pieza|serie|pedido|referencia)|n[uú]mero de (?:pe[cç]a|s[eè]rie|comanda|refer[eè]ncia))\W{1,3})$",
    re.I,
)
"""What stands before a number that is nobody's phone."""
_REGIONS = ("ES", "US", "GB")
_EMAIL = re.compile(r"(?<![\w.+\-/@])[\w.+\-'%]{1,64}@(?:[\w\-]+\.)+[^\W\d_]{2,24}(?![\w@])")
_SPELLED = re.compile(
    r"(?<![\w.])([\w.+\-]{2,64})\s?(?:\[at\]|\(at\)|\[arroba\]|\(arroba\))\s?([\w\-]+(?:\s?(?:\.|\[dot\]|\(dot\)|\[punto\]|\(punto\))\s?[a-z]{2,12})+)",
    re.I,
)
_DOT = re.compile(r"\s?(?:\.|\[dot\]|\(dot\)|\[punto\]|\(punto\))\s?", re.I)
_DNI = re.compile(r"(?<![\w])(?:[XYZxyz][\s.\-]?\d{7}|\d{8}|\d{1,2}\.\d{3}\.\d{3})[\s.\-]?[A-Za-z](?!\w)")
_CIP = re.compile(r"(?<!\w)[A-Z]{4}\s?[01]\s?\d{2}[01]\d[0-7]\d\s?\d{2}\s?\d(?!\w)")
_NINO = re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D](?!\w)")
_NINO_NEVER = frozenset({"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})
_SSN = re.compile(r"(?<![\w\-])\d{3}[\s\-]\d{2}[\s\-]\d{4}(?![\w\-])|(?<![\w\-])\d{9}(?![\w\-])")
_SSN_WORD = re.compile(r"\bssn\b|social security|seguridad social|seguretat social", re.I)
_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?:[\s\-]?[A-Za-z0-9]){11,30}(?!\w)")
_CARD = re.compile(r"(?<![\w.,+\-/=])\d(?:[ \-]?\d){12,18}(?![\w\-/])")
_CARD_GROUPS = re.compile(r"^(?:\d{13,19}|\d{4}([ \-])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ \-])\d{6}\2\d{5})$")
_CARD_START = re.compile(r"4|5[1-5]|2[2-7]|3[47]|3[068]|6[05]|35|62")


def phone(reading: Reading, options: Options) -> Iterable[Span]:
    """A person's phone number: valid in Spain, the US or the UK, or international; services' numbers are none."""
    text = reading.text
    if not _DIGITS.search(text):
        return
    known: dict[str, list[tuple[int, int]]] = {}
    for match in _PHONE_ISH.finditer(text):
        found = match.group()
        if _DECIMAL_OR_DATE.match(found.strip()) or sum(c.isdigit() for c in found) > 15:
            continue
        if found not in known:
            known[found] = _valid_numbers(found)
        for number in known[found]:
            start, end = match.start() + number[0], match.start() + number[1]
            start += text[start] == "(" and ")" not in text[start:end]
            if _OTHER_NUMBER.search(text[max(0, start - 40) : start]):
                continue
            if not announced_as_own(text, start) and not _is_known(reading, text[start:end]):
                yield Span(start, end, {"kind": "phone"})


@cache
def _service_types() -> frozenset[int]:
    from phonenumbers import PhoneNumberType as Kind

    return frozenset({Kind.TOLL_FREE, Kind.PREMIUM_RATE, Kind.SHARED_COST, Kind.UAN, Kind.VOICEMAIL})


def _valid_numbers(found: str) -> list[tuple[int, int]]:
    """Offsets in `found` of the numbers in it that exist and belong to people or offices."""
    import phonenumbers

    for region in _REGIONS:
        spans = []
        for match in phonenumbers.PhoneNumberMatcher(found, region, phonenumbers.Leniency.VALID, max_tries=20):
            grouped = "+" in match.raw_string or re.search(r"[\s.\-()]", match.raw_string)
            # Nine bare digits are a Spanish number; ten bare ones may be any id.
            if (grouped or region == "ES") and phonenumbers.number_type(match.number) not in _service_types():
                spans.append((match.start, match.end))
        if spans:
            return spans
    return []


def email(reading: Reading, options: Options) -> Iterable[Span]:
    """A person's e-mail address, also one written with (at) and (dot); mailboxes of roles are none."""
    text = reading.text
    candidates: list[tuple[int, int, str]] = []
    if "@" in text:
        for match in _EMAIL.finditer(text):
            found = match.group()
            if "://" in text[max(0, match.start() - 80) : match.start()].rpartition(" ")[2]:
                continue  # user and password of a URL: a secret, and no mailbox
            lead = len(found) - len(found.lstrip(".'-%"))
            candidates.append((match.start() + lead, match.end(), found[lead:]))
    if ("[" in text or "(" in text) and len(text) < 20_000:
        candidates += [
            (m.start(), m.end(), f"{m.group(1)}@{_DOT.sub('.', m.group(2))}") for m in _SPELLED.finditer(text)
        ]
    valid: dict[str, bool] = {}
    for start, end, address in candidates:
        local = address.rpartition("@")[0]
        if address not in valid:
            valid[address] = not is_role(local) and _is_address(address)
        if not valid[address] or announced_as_own(text, start) or _is_known(reading, address):
            continue
        yield Span(start, end, {"kind": "email"})


def _is_known(reading: Reading, found: str) -> bool:
    return of_author(reading, found) or of_company(reading, found)


def _is_address(address: str) -> bool:
    from email_validator import EmailNotValidError, validate_email

    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return True


def national_id(reading: Reading, options: Options) -> Iterable[Span]:
    """A Spanish DNI or NIE, a Catalan health card, a UK National Insurance number, a US SSN that is called one."""
    text = reading.text
    if not _TWO_DIGITS.search(text):
        return
    for match in _without_own(reading, _DNI.finditer(text)):
        from stdnum.es import dni, nie

        compact = re.sub(r"[\s.\-]", "", match.group()).upper()
        if (nie if compact[0] in "XYZ" else dni).is_valid(compact):
            yield Span(match.start(), match.end(), {"kind": "DNI/NIE"})
    for match in _without_own(reading, _CIP.finditer(text)):
        yield Span(match.start(), match.end(), {"kind": "CIP"})
    for match in _without_own(reading, _NINO.finditer(text)):
        if match.group()[:2] not in _NINO_NEVER:
            yield Span(match.start(), match.end(), {"kind": "NINO"})
    if _SSN_WORD.search(text):
        for match in _without_own(reading, _SSN.finditer(text)):
            from stdnum.us import ssn

            if ssn.is_valid(re.sub(r"\s", "-", match.group())):
                yield Span(match.start(), match.end(), {"kind": "SSN"})


def iban(reading: Reading, options: Options) -> Iterable[Span]:
    """A bank account number (IBAN) whose check digits are right, with or without spaces."""
    if not _TWO_DIGITS.search(reading.text):
        return
    for match in _without_own(reading, _IBAN.finditer(reading.text)):
        from stdnum import iban as checker

        # The greedy tail may have taken words that follow: give them back one by one.
        found = match.group()
        while len(found) >= 15:
            compact = re.sub(r"[\s\-]", "", found).upper()
            if checker.is_valid(compact):
                yield Span(match.start(), match.start() + len(found), {"kind": "IBAN"})
                break
            cut = max(found.rfind(" "), found.rfind("-"), found.rfind("\n"))
            found = found[:cut].rstrip() if cut > 0 else ""


def card(reading: Reading, options: Options) -> Iterable[Span]:
    """A payment card number that passes Luhn, grouped as cards are."""
    if not _DIGITS.search(reading.text):
        return
    for match in _without_own(reading, _CARD.finditer(reading.text)):
        from stdnum import luhn

        compact = re.sub(r"[ \-]", "", match.group())
        if (
            _CARD_GROUPS.match(match.group())
            and _CARD_START.match(compact)
            and len(set(compact)) > 1
            and luhn.is_valid(compact)
        ):
            yield Span(match.start(), match.end(), {"kind": "card"})


def _without_own(reading: Reading, matches: Iterator[re.Match[str]]) -> Iterator[re.Match[str]]:
    return (m for m in matches if not of_author(reading, m.group()))


def warm() -> None:
    """Loads the libraries and the tables of the default regions."""
    import stdnum.es.dni
    import stdnum.es.nie
    import stdnum.iban
    import stdnum.luhn
    import stdnum.us.ssn  # noqa: F401

    _service_types()
    _valid_numbers("+34 612 345 678")
    _is_address("someone@example.com")
