"""Whose contact it is: the author's own, a role's, a public service's. Those are no other person's data."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from bot.policy.reading import Reading

_OWN = re.compile(
    r"\b(?:my|our)\s+(?:\w+\s+)?(?:e-?mail|mail|inbox|phone|mobile|cell|number|whats\s?app|telegram|address|dms?|iban|account)\b"
    r"|\b(?:write|e-?mail|mail|call|text|ping|contact|reach|message|dm|whats\s?app|drop)\s+(?:to\s+)?(?:me|us)\b"
    r"|\b(?:dm|call|message|text)\s+or\s+(?:e-?mail|mail|call|text|dm)\s+(?:me|us)\b|\bi(?:'m| am) (?:at|on|reachable)\b"
    r"|\bget in touch(?: with (?:me|us))?\b|\b(?:me|us) (?:at|on)\b"
    r"|\b(?:escr[ií]b|cont[aá]ct|ll[aá]m|m[aá]nd|env[ií]|h[aá]bl)[a-zé]{0,5}(?:me|nos)\b"
    r"|\b(?:mi|nuestro|nuestra)\s+(?:\w+\s+)?(?:e-?mail|mail|correo|tel[eé]fono|m[oó]vil|n[uú]mero|whats\s?app|cuenta|iban)\b"
    r"|\b(?:estoy|estamos) en\b"
    r"|\b(?:escriu|escriviu|contacta|contacteu|truca|truqueu|envia|envieu|parla)(?:'m|-me|'ns|-nos)\b|\bcontacta(?:r|eu)? amb (?:mi|nosaltres)\b"
    r"|\b(?:el meu|la meva|el nostre|la nostra)\s+(?:\w+\s+)?(?:e-?mail|mail|correu|tel[eè]fon|m[oò]bil|n[uú]mero|whats\s?app|compte|iban)\b"
    r"|\b(?:s[oó]c|estic) a\b",
    re.I,
)
_NOT_A_CUE = re.compile(r"[.!?]\s|\n")
_REACH = 80
"""Code points between “write to me at” and the address that it announces."""
_ROLES = frozenset(
    [
        "abuse",
        "accessibility",
        "accounts",
        "admin",
        "administracio",
        "administracion",
        "ajuda",
        "atencio",
        "atencion",
        "ayuda",
        "billing",
        "booking",
        "bookings",
        "careers",
        "clientes",
        "clients",
        "comercial",
        "comms",
        "communication",
        "communications",
        "compliance",
        "comunicacio",
        "comunicacion",
        "contact",
        "contacte",
        "contacto",
        "contactus",
        "customer",
        "customercare",
        "customerservice",
        "customersupport",
        "data",
        "dataprotection",
        "dpo",
        "editor",
        "empleo",
        "empleo",
        "enquiries",
        "ethics",
        "etica",
        "events",
        "eventos",
        "feedback",
        "feina",
        "gdpr",
        "hello",
        "hi",
        "hola",
        "help",
        "helpdesk",
        "hr",
        "ideas",
        "info",
        "informacio",
        "informacion",
        "inquiries",
        "investor",
        "investors",
        "ir",
        "it",
        "jobs",
        "legal",
        "marketing",
        "media",
        "mail",
        "newsletter",
        "noreply",
        "no-reply",
        "office",
        "oficina",
        "partners",
        "partnership",
        "partnerships",
        "people",
        "prensa",
        "premsa",
        "press",
        "privacy",
        "privacidad",
        "privacitat",
        "pr",
        "recepcion",
        "reception",
        "recruiting",
        "recruitment",
        "registrations",
        "reservas",
        "reserves",
        "rrhh",
        "sales",
        "seguretat",
        "seguridad",
        "security",
        "service",
        "soporte",
        "sponsorship",
        "sponsors",
        "submissions",
        "suport",
        "support",
        "talent",
        "talento",
        "team",
        "tickets",
        "treball",
        "trabajo",
        "ventas",
        "vendes",
        "volunteer",
        "volunteers",
        "voluntarios",
        "voluntaris",
        "webmaster",
        "welcome",
        "whistleblowing",
        "work",
        "events-team",
        "conference",
        "community",
        "communitymanager",
        "esdeveniments",
        "sostenibilidad",
        "sostenibilitat",
        "sustainability",
        "training",
        "formacion",
        "formacio",
    ]
)


def announced_as_own(text: str, start: int) -> bool:
    """Whether the words before `start`, in the same sentence, say that what follows is the author's own contact."""
    before = text[max(0, start - _REACH) : start]
    cut = max((gap.end() for gap in _NOT_A_CUE.finditer(before)), default=0)
    return _OWN.search(before, cut) is not None


def of_author(reading: Reading, found: str) -> bool:
    """Whether `found` (an address or number in any spelling) stands in the author line."""
    if not reading.author:
        return False
    author = reading.author.lower()
    if found.lower() in author:
        return True
    digits = re.sub(r"\D", "", found)
    return len(digits) >= 7 and "@" not in found and digits[-9:] in re.sub(r"\D", "", author)


def of_company(reading: Reading, found: str) -> bool:
    """Whether company.yaml names `found` (an address or a number) as one of its contacts: those are there to be told."""
    contacts = " ".join(str(value).lower() for _, value in reading.company.contacts if value)
    digits = re.sub(r"\D", "", found)
    return found.lower() in contacts or (
        len(digits) >= 7 and "@" not in found and digits[-9:] in re.sub(r"\D", "", contacts)
    )


def is_role(local: str) -> bool:
    """Whether the part of an address before the @ is a mailbox of a role (`press`, `jobs-es`, `support+web`)."""
    words = [word for word in re.split(r"[._+\-\d]+", local.lower()) if word]
    return local.lower() in _ROLES or (bool(words) and any(word in _ROLES for word in words[:1] + words[-1:]))


def site_domain(reading: Reading) -> str | None:
    """The company's own domain without `www.`; None when company.yaml names no site."""
    site = reading.company.company.site
    if not site:
        return None
    host = urlsplit(site if "://" in site else f"https://{site}").hostname or ""
    return host.removeprefix("www.") or None
