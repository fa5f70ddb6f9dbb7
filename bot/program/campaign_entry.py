"""One campaign as somebody wrote it in a plan, value by value: a `Campaign`, or what to write instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from bot.language import UNKNOWN, detect
from bot.program.campaign_dates import moment_of
from bot.program.models import Audience, Campaign, Material
from bot.text import fold

FIELDS = tuple(Campaign.model_fields)
AUDIENCE_FIELDS = tuple(Audience.model_fields)
EVERYBODY = ("everybody", "everyone", "all")
_NEEDED = {
    "name": "what people will call it",
    "topic": "one of those in program.yaml",
    "starts": "the first day, such as 2027-02-01",
    "ends": "the last day, such as 2027-02-12",
    "facts": "the key facts that a draft may use, one sentence each",
    "owner": "the team whose plan it is, such as communication, sales or people",
}
_LONGEST = 500
_LONGEST_ID = 40
_MOST_FACTS = 10
_SHOWN = 30
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_COUNTRY = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
_CHANNEL = re.compile(r"(?:<#|https://\S+/archives/)?([CG][A-Z0-9]{1,31})(?:\|[^>]*)?>?/?")
_PERSON = re.compile(r"(?:<@|https://\S+/team/)?([UW][A-Z0-9]{1,31})(?:\|[^>]*)?>?/?")


class Slip(NamedTuple):
    """What can't be read: of which field, and what to write."""

    field: str
    what: str


def campaign_of(values: Mapping[str, Any], zone: ZoneInfo, languages: Sequence[str] = ()) -> Campaign | list[Slip]:
    """Reads the values of one campaign: text, lists of text, mappings; None and empty text are not said.

    Times that name no zone are `zone`'s. Without a language it is the one of `languages` that its words are in.
    """
    slips: list[Slip] = []
    read: dict[str, Any] = {}
    readers = _readers(zone)
    for field, value in values.items():
        if value is None or (isinstance(value, str) and not value.strip()):
            continue
        try:
            read[field] = readers[field](value)
        except ValueError as error:
            slips.append(Slip(field, str(error)))
    named = {slip.field for slip in slips}
    slips += [
        Slip(field, f"is missing: add {what}")
        for field, what in _NEEDED.items()
        if field not in named and not read.get(field)
    ]
    if "starts" in read and "ends" in read and read["ends"] <= read["starts"]:
        slips.append(Slip("ends", f"{values['ends']} is not after starts ({values['starts']}): write a later one"))
    if "id" not in read and "id" not in named and "name" in read:
        read["id"] = slug(read["name"])
        if not read["id"]:
            slips.append(Slip("id", "is missing, and the name has no letters for one: add one, such as spring-2027"))
    if slips:
        return slips
    if "language" not in read and languages:
        found = detect("\n".join([read["name"], *read["facts"]]), tuple(languages))
        read["language"] = languages[0] if found == UNKNOWN else found
    try:
        return Campaign.model_validate(read)
    except ValidationError as error:  # a limit of the model that no reader here knows
        return [Slip(".".join(map(str, each["loc"])) or "campaign", each["msg"]) for each in error.errors()]


def slug(name: str) -> str:
    """An id from a name: its letters without accents, digits and hyphens; empty when it has none of them."""
    words = re.findall(r"[a-z0-9]+", fold(name.replace("·", "")).text)
    kept = ""
    for word in words:
        longer = f"{kept}-{word}" if kept else word[:_LONGEST_ID]
        if len(longer) > _LONGEST_ID:
            break
        kept = longer
    return kept


def _readers(zone: ZoneInfo) -> dict[str, Callable[[Any], Any]]:
    return {
        "id": _id,
        "name": _text,
        "topic": _id,
        "starts": lambda value: moment_of(_text(value), zone),
        "ends": lambda value: moment_of(_text(value), zone, ends=True),
        "audience": _audience,
        "channel": _channel,
        "material": _material,
        "facts": _facts,
        "language": _language,
        "networks": lambda value: tuple(name.lower() for name in _items(value)),
        "embargo": lambda value: moment_of(_text(value), zone),
        "owner": _text,
    }


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("write text here (in quotes, if it has a colon)")
    text = " ".join(value.split())
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise ValueError("has characters that are no text: copy it again from where it was written")
    if len(text) > _LONGEST:
        raise ValueError(f"has {len(text):,} characters: write {_LONGEST} at most")
    return text


def _items(value: Any, separators: str = "[;|,]") -> list[str]:
    """Texts of a list, or of one text that separates them."""
    parts = re.split(separators, value) if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise ValueError("write a list here ([one, two], or a line with - for each)")
    return [text for part in parts if part is not None and (text := _text(part))]


def _id(value: Any) -> str:
    text = _text(value)
    if _ID.fullmatch(text) and len(text) <= _LONGEST_ID:
        return text
    better = slug(text)
    hint = f": write {better}" if better else ""
    raise ValueError(
        f"“{text[:_SHOWN]}” is not of small letters, digits and hyphens, {_LONGEST_ID} characters at most{hint}"
    )


def _language(value: Any) -> str:
    text = _text(value)
    if not _LANGUAGE.fullmatch(text.lower()):
        raise ValueError(f"“{text[:_SHOWN]}” is no language: write its two letters, such as es")
    return text.lower()


def _country(text: str) -> str:
    if not _COUNTRY.fullmatch(text.upper()):
        raise ValueError(
            f"“{text[:_SHOWN]}” is no country: write its two letters, such as ES, or a part, such as ES-CT"
        )
    return text.upper()


def _person(text: str) -> str:
    found = _PERSON.fullmatch(text)
    if found is None:
        raise ValueError(
            f"“{text[:_SHOWN]}” is nobody's id: write it like U0123ABCD (in Slack: profile, ⋮, Copy member ID)"
        )
    return found[1]


def _channel(value: Any) -> str:
    text = _text(value)
    found = _CHANNEL.fullmatch(text)
    if found is None:
        raise ValueError(
            f"“{text[:_SHOWN]}” is no channel's id: write it like C0123ABCD, or paste the channel's link "
            "(in Slack: right-click the channel, Copy link)"
        )
    return found[1]


def _facts(value: Any) -> tuple[str, ...]:
    facts = tuple(_items(value, r"[|\n]"))
    if len(facts) > _MOST_FACTS:
        raise ValueError(f"there are {len(facts)}: keep the {_MOST_FACTS} that matter most")
    return facts


def _audience(value: Any) -> Audience:
    if isinstance(value, str):
        if _text(value).casefold() in EVERYBODY:
            return Audience()
        raise ValueError("write everybody, or name languages, countries or people")
    if not isinstance(value, Mapping):
        raise ValueError("write everybody, or keys with values here: languages, countries, people")
    of: dict[str, Callable[[str], str]] = {"languages": _language, "countries": _country, "people": _person}
    unknown = [str(key) for key in value if key not in of]
    if unknown:
        raise ValueError(f"unknown key “{unknown[0][:_SHOWN]}”. Known here: {', '.join(of)}")
    read: dict[str, tuple[str, ...]] = {}
    for field, items in value.items():
        try:
            read[field] = tuple(dict.fromkeys(of[field](item) for item in _items(items))) if items is not None else ()
        except ValueError as error:
            raise ValueError(f"{field}: {error}") from None
    return Audience.model_validate(read)


def _material(value: Any) -> tuple[Material, ...]:
    parts = re.split(r"[|\n]", value) if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise ValueError("write a list here, of links or of {title: …, url: …}")
    return tuple(_one_material(part) for part in parts if part is not None and part != "")


def _one_material(part: Any) -> Material:
    if isinstance(part, Mapping):
        unknown = [str(key) for key in part if key not in Material.model_fields]
        if unknown:
            raise ValueError(f"unknown key “{unknown[0][:_SHOWN]}”. Known here: title, url")
        title, url = part.get("title"), part.get("url")
        if url is None:
            raise ValueError("url is missing: add the link")
        title, url = _text(title) if title is not None else "", _text(url)
    else:  # a title may stand before its link
        title, _, url = _text(part).rpartition(" ")
    try:
        address = urlsplit(url)
        linked = address.scheme in ("http", "https") and bool(address.netloc) and " " not in url
    except ValueError:
        linked = False
    if not linked:
        raise ValueError(f"“{url[:_SHOWN]}” is no link: write it with https://")
    shown = f"{address.netloc.rpartition('@')[2]}{address.path}".rstrip("/")
    return Material(title=title.rstrip(" :") or shown, url=url)
