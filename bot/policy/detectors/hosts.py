"""Addresses that only exist inside a company's network."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.policy.detectors.base import Options
from bot.policy.detectors.contact import site_domain
from bot.policy.reading import Reading, Span

_REST = r"(?::\d{2,5})?(?:/[^\s\"'“”<>]*)?"
_IPV4 = re.compile(
    rf"(?<![\w.\-])(?<!==)(?:https?://)?(?:10\.\d{{1,3}}|172\.(?:1[6-9]|2\d|3[01])|192\.168|169\.254)\.\d{{1,3}}\.\d{{1,3}}(?!\.?\d|\w){_REST}",
    re.I,
)
_IPV6 = re.compile(r"(?<![\w:])(?:f[cd][0-9a-f]{2}|fe[89ab][0-9a-f])(?::[0-9a-f]{0,4}){2,7}(?![\w:])", re.I)
_INSIDE = re.compile(
    rf"(?<![\w.\-@/])(?:https?://)?(?:[a-z0-9](?:[a-z0-9\-]{{0,60}}[a-z0-9])?\.){{1,6}}(?:internal|local|corp|lan|intra|intranet|localdomain)(?![\w\-]|\.\w){_REST}",
    re.I,
)
_TOOLS = (
    r"intranet|jira|confluence|gitlab|jenkins|grafana|kibana|vault|vpn|wiki|sharepoint|bitbucket|nexus|artifactory|sonar|sonarqube|argocd|"
    r"prometheus|bastion|jumphost|ldap|sso-internal|internal"
)
_TOOL_HOST = re.compile(
    rf"(?<![\w.\-@/])(?:https?://)?(?:{_TOOLS})(?:[\-.][a-z0-9\-]+)*\.[a-z0-9\-]+\.[a-z]{{2,12}}(?![\w\-]){_REST}", re.I
)
_PUBLIC_HOSTS = re.compile(
    r"\.(?:atlassian\.(?:com|net)|gitlab\.(?:com|io)|github\.(?:com|io)|gnome\.org|kde\.org|freedesktop\.org|apache\.org|debian\.org|"
    r"jenkins\.io|grafana\.(?:com|net)|mozilla\.org|wikimedia\.org|wikipedia\.org|archlinux\.org|mediawiki\.org|microsoft\.com|fandom\.com)\b",
    re.I,
)
_SINGLE_LABEL = re.compile(
    rf"(?<![\w])https?://(?!localhost\b)(?:[a-z][a-z0-9]*-[a-z0-9\-]*[a-z0-9]|[a-z]{{2,}}\d{{1,3}}|{_TOOLS}|srv\w*)(?![\w.\-]){_REST}",
    re.I,
)
_UNC = re.compile(r"(?<![\\\w])\\\\[A-Za-z0-9][\w.\-]{1,62}\\[\w$.\- ]{0,60}[\w$](?:\\[\w$.\-]+)*")
_STAGES = r"staging|stage|stg|dev|develop|test|testing|qa|uat|preprod|pre|int|integration|sandbox|admin|backoffice|panel|vpn|internal|intranet"

_VERSION = re.compile(
    r"(?:\b(?:versi[oó]n?|vers?|release|firmware|build|update|actualitzaci[oó]|actualizaci[oó]n)\W{0,3}|\bv\.?\s?)$",
    re.I,
)
"""What stands before a version number that looks like an address."""

_PATTERNS = (
    (_IPV4, ("10.", "172.", "192.168.", "169.254.")),
    (_IPV6, ("fc", "fd", "fe8", "fe9", "fea", "feb")),
    (_INSIDE, (".internal", ".local", ".corp", ".lan", ".intra")),
    (_SINGLE_LABEL, ("://",)),
    (_UNC, ("\\\\",)),
    (_TOOL_HOST, tuple(_TOOLS.split("|"))),
)
"""Each pattern with what must stand in the text, in lower case, for it to be worth a search."""


def private_hosts(reading: Reading, options: Options) -> Iterable[Span]:
    """Private addresses, internal hosts and their URLs, UNC paths, staging and admin hosts of the company's site."""
    text = reading.text
    if "." not in text and ":" not in text and "\\" not in text:
        return []
    lower = text.lower()
    found: list[tuple[int, int]] = []
    for pattern, hints in _PATTERNS:
        if any(hint in lower for hint in hints):
            found += [(m.start(), m.end()) for m in pattern.finditer(text) if not _PUBLIC_HOSTS.search(m.group())]
    domain = site_domain(reading)
    if domain and f".{domain}" in lower:
        own = re.compile(
            rf"(?<![\w.\-@/])(?:https?://)?(?:[\w\-]+[.\-])*(?:{_STAGES})\d*(?:[.\-][\w\-]+)*\.{re.escape(domain)}(?![\w\-]){_REST}",
            re.I,
        )
        found += [(m.start(), m.end()) for m in own.finditer(text)]
    spans: list[Span] = []
    for start, end in sorted(found, key=lambda f: (f[0], -f[1])):
        if _VERSION.search(text[max(0, start - 20) : start]):
            continue
        if not spans or start >= spans[-1].end:
            end = start + len(text[start:end].rstrip(".,;:!?)]}”’»…"))
            spans.append(Span(start, end, {"kind": "host"}))
    return spans
