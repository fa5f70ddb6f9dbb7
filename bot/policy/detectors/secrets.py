"""Keys and tokens: two libraries' rules beside a few of our own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from bot.policy.detectors.base import Options
from bot.policy.reading import Reading, Span

_LONG_TOKEN = re.compile(
    r"(?<![A-Za-z0-9_+=])(?=[A-Za-z_+=]{0,60}\d)(?=[\d_+=]{0,60}[A-Za-z])[A-Za-z0-9_+=]{16,}|://[^\s/]+@|-----BEGIN|xox[a-z]-|sk-|glpat-|pypi-|eyJ|AIza|SG\.|hooks\.slack"
    r"|(?:[Kk][Ee][Yy]|[Tt][Oo][Kk][Ee][Nn]|[Ss][Ee][Cc][Rr][Ee][Tt]|[Pp][Aa][Ss][Ss]\w{0,4}|[Pp][Ww][Dd]|[Cc]la(?:ve|u)(?: de)?(?: la)? [Aa][Pp][Ii])[\"']?(?:\s?[:=]|\s(?:is|es|és)\s)"
)
"""What every secret has: a long token of letters and digits, a known opening, or a word that announces it."""
_CONNECTION = re.compile(r"\b[a-z][a-z0-9+.\-]{1,20}://[^\s:/@]{0,60}:([^\s/@]{3,})@[\w.\-]+", re.I)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[\s\S]{0,8000}?-----END (?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----)?"
)
_KNOWN = re.compile(
    r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}(?![A-Za-z0-9])"  # AWS access key id
    r"|(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,}"
    r"|(?<![A-Za-z0-9])xox[abeoprs]-[A-Za-z0-9\-]{10,}|https://hooks\.slack\.com/services/T[A-Za-z0-9_/]{20,}"
    r"|(?<![A-Za-z0-9])sk-(?:proj-|ant-|svcacct-|or-v1-)?[A-Za-z0-9_\-]{20,}"
    r"|(?<![A-Za-z0-9])(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}|(?<![A-Za-z0-9])whsec_[A-Za-z0-9+/=]{24,}"
    r"|(?<![A-Za-z0-9])AIza[0-9A-Za-z_\-]{35}|(?<![A-Za-z0-9])ya29\.[0-9A-Za-z_\-]{20,}"
    r"|(?<![A-Za-z0-9])glpat-[0-9A-Za-z_\-]{20,}|(?<![A-Za-z0-9])(?:npm_|hf_|dop_v1_|pypi-)[A-Za-z0-9_\-]{30,}"
    r"|(?<![A-Za-z0-9])SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}"
    r"|(?<![A-Za-z0-9])eyJ[A-Za-z0-9_\-]{8,}\.eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*"  # JSON web token
)
_ASSIGNED = re.compile(
    r"\b(?:[a-z]+[_\-]){0,3}(?:api[_\- ]?key|secret(?:[_\- ](?:access[_\- ])?key)?|access[_\- ]?key|auth[_\- ]?token|access[_\- ]?token|client[_\- ]?secret"
    r"|clave (?:de )?(?:la )?api|clau (?:de )?(?:l')?api|token)"
    r"\s?(?:is|es|=|:|=>)\s?[\"'“`]?([A-Za-z0-9_\-+/=.]{16,})",
    re.I,
)
_PLACEHOLDER = re.compile(r"example|your|xxxx|placeholder|changeme|dummy|redacted|<|\.\.\.|\*\*\*|1234567890123", re.I)
_SKIPPED_PLUGINS = frozenset({"Base64HighEntropyString", "HexHighEntropyString", "KeywordDetector", "IPPublicDetector"})
"""The entropy plugins take ordinary posts for secrets; the keyword plugin is for source files; public addresses are no secret."""


def secrets(reading: Reading, options: Options) -> Iterable[Span]:
    """Keys, tokens, private key blocks and connection strings with a password."""
    text = reading.text
    if not _LONG_TOKEN.search(text):
        return []
    found: list[tuple[int, int, str]] = [(m.start(), m.end(), "private key") for m in _PRIVATE_KEY.finditer(text)]
    found += [(m.start(), m.end(), "key") for m in _KNOWN.finditer(text)]
    found += [
        (m.start(), m.end(), "connection string")
        for m in _CONNECTION.finditer(text)
        if not _PLACEHOLDER.search(m.group(1))
    ]
    for match in _ASSIGNED.finditer(text):
        value = match.group(1)
        if _mixed(value) and not _PLACEHOLDER.search(value):
            found.append((match.start(1), match.end(1), "key"))
    for value, kind in _by_libraries(text):
        found += [(m.start(), m.end(), kind) for m in re.finditer(re.escape(value), text)]
    return _merged(found)


def _mixed(value: str) -> bool:
    return any(c.isdigit() for c in value) and any(c.isalpha() for c in value)


def _by_libraries(text: str) -> Iterable[tuple[str, str]]:
    clean = text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")
    for finding in _scanner()(clean):
        value = finding.match.value or finding.match.full
        # Generic rules take a link's path or a hashtag for a key: those we judge by `_ASSIGNED` alone.
        if len(value) >= 8 and not finding.rule_id.startswith("generic"):
            yield value, "key"
    for line in clean.splitlines():
        if len(line) < 5000 and _LONG_TOKEN.search(line):
            for plugin in _plugins():
                for value in plugin.analyze_string(line):
                    if value and len(value) >= 8 and not _PLACEHOLDER.search(value):
                        yield value, "key"


@cache
def _scanner() -> Callable[[str], Any]:
    import betterleaks

    return betterleaks.scan_string


@cache
def _plugins() -> tuple[Any, ...]:
    from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class

    classes: Any = get_mapping_from_secret_type_to_class().values()
    return tuple(plugin() for plugin in classes if plugin.__name__ not in _SKIPPED_PLUGINS)


def _merged(found: list[tuple[int, int, str]]) -> list[Span]:
    """One span where several overlap: the widest."""
    merged: list[tuple[int, int, str]] = []
    for start, end, kind in sorted(found, key=lambda f: (f[0], -f[1])):
        if merged and start < merged[-1][1]:
            last = merged[-1]
            merged[-1] = (last[0], max(last[1], end), last[2])
        elif end > start:
            merged.append((start, end, kind))
    return [Span(start, end, {"kind": kind}) for start, end, kind in merged]


def warm() -> None:
    """Loads both libraries."""
    _scanner()("nothing")
    _plugins()
