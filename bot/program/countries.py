"""Countries and their parts, for holidays: what can be chosen, under the names that people there use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

NAMES: Mapping[str, str] = {
    "AD": "Andorra", "AR": "Argentina", "AT": "Österreich", "AU": "Australia", "BE": "België / Belgique", "BG": "България",
    "BO": "Bolivia", "BR": "Brasil", "CA": "Canada", "CH": "Schweiz / Suisse", "CL": "Chile", "CN": "中国", "CO": "Colombia",
    "CR": "Costa Rica", "CY": "Κύπρος", "CZ": "Česko", "DE": "Deutschland", "DK": "Danmark", "DO": "República Dominicana",
    "EC": "Ecuador", "EE": "Eesti", "ES": "España", "FI": "Suomi", "FR": "France", "GB": "United Kingdom", "GR": "Ελλάδα",
    "GT": "Guatemala", "HN": "Honduras", "HR": "Hrvatska", "HU": "Magyarország", "IE": "Ireland", "IN": "India",
    "IS": "Ísland", "IT": "Italia", "JP": "日本", "KR": "대한민국", "LT": "Lietuva", "LU": "Luxembourg", "LV": "Latvija",
    "MA": "المغرب", "MT": "Malta", "MX": "México", "NI": "Nicaragua", "NL": "Nederland", "NO": "Norge", "NZ": "New Zealand",
    "PA": "Panamá", "PE": "Perú", "PH": "Philippines", "PL": "Polska", "PT": "Portugal", "PY": "Paraguay", "RO": "România",
    "RS": "Srbija", "SE": "Sverige", "SG": "Singapore", "SI": "Slovenija", "SK": "Slovensko", "SV": "El Salvador",
    "TR": "Türkiye", "UA": "Україна", "US": "United States", "UY": "Uruguay", "VE": "Venezuela", "ZA": "South Africa",
}  # fmt: skip
"""Of the menu; a roster file may name any country whose holidays are known."""
_OWN_NAMES = {"ES-CT": "Catalunya", "ES-IB": "Illes Balears", "ES-PV": "Euskadi", "ES-VC": "Comunitat Valenciana"}
_MOST = 100  # lines of a group of a menu


@dataclass(frozen=True)
class Group:
    """Lines of the menu that belong together: code → name."""

    name: str
    """Of the country; empty: countries alone."""
    lines: Mapping[str, str]


def is_known(code: str) -> bool:
    """Whether holidays are known of this country (`ES`) or part of one (`ES-CT`)."""
    country, _, part = code.partition("-")
    parts = _supported().get(country)
    return parts is not None and (part in parts if part else "-" not in code)


def name_of(code: str) -> str:
    """A country's or part's name; of one that isn't in the menu, its code."""
    country, _, part = code.partition("-")
    whole = NAMES.get(country, country)
    if not part:
        return whole
    return f"{_parts(country).get(code, code)} ({whole})"


def groups(at_home: Iterable[str]) -> Sequence[Group]:
    """The menu: the countries of `at_home` (where the company's people are) with their parts, then all countries."""
    found = []
    for country in dict.fromkeys(at_home):
        parts = _parts(country) if country in NAMES else {}
        if parts:
            lines = {country: NAMES[country], **dict(sorted(parts.items(), key=lambda part: part[1]))}
            found.append(Group(NAMES[country], dict(list(lines.items())[:_MOST])))
    inside = {group_line for group in found for group_line in group.lines}
    rest = {code: name for code, name in sorted(NAMES.items(), key=lambda line: line[1]) if code not in inside}
    return [*found, Group("", rest)]


@cache
def _supported() -> Mapping[str, Sequence[str]]:
    import holidays

    return holidays.list_supported_countries(include_aliases=False)


@cache
def _parts(country: str) -> Mapping[str, str]:
    """Parts of a country that have a code of ISO 3166, with their names."""
    import holidays

    if country not in _supported():
        return {}
    names: Mapping[str, list[str]] = getattr(holidays, country).get_subdivision_aliases()
    codes = {f"{country}-{part}": said for part, said in names.items() if 0 < len(part) <= 3 and part.isalnum()}
    return {code: _OWN_NAMES.get(code, said[0]) for code, said in codes.items() if said}
