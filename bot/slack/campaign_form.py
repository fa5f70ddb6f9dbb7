"""What a community manager fills in for a campaign: read from Slack's state of the modal, and made a campaign of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlsplit

from pydantic import ValidationError

from bot.program.models import Audience, Campaign, Material
from bot.slack.inputs import filled
from bot.slack.modals import answers, is_link
from bot.slack.rich_text import characters
from bot.slack.words import Words

NAME, TOPIC, LANGUAGE, STARTS, ENDS, EMBARGO = "name", "topic", "language", "starts", "ends", "embargo"
FACTS, MATERIAL, NETWORKS, WHO, LANGUAGES = "facts", "material", "networks", "who", "languages"
COUNTRIES, PEOPLE, CHANNEL, OWNER, OTHER_OWNER = "countries", "people", "channel", "owner", "other_owner"
"""Ids of the modal's inputs."""
EVERYBODY, SOME = "everybody", "some"
OWNERS = ("communication", "sales", "people")
OTHER = "other"
LONGEST_NAME, LONGEST_OWNER, LONGEST_LINES = 150, 75, 3_000
"""Characters of an input; Slack takes 3,000 of any."""
MOST_FACTS, MOST_MATERIAL, MOST_PEOPLE = 10, 10, 100
_LONGEST = 500  # characters of a fact, a title, an address: what a campaign takes
_MOMENT = range(10**9, 10**10)
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[-–—•*·]\s+)")
_BESIDE = " \t|:–—-·,"
_COUNTRY = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_USER = re.compile(r"[UW][A-Z0-9]{1,30}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{1,30}")

Errors = dict[str, str]
"""Input → what is wrong with it, in words."""


@dataclass(frozen=True)
class Filled:
    """What stands in the inputs, as it was typed. Times are seconds, as Slack's picker takes them."""

    name: str = ""
    topic: str = ""
    language: str = ""
    starts: int | None = None
    ends: int | None = None
    embargo: int | None = None
    facts: str = ""
    material: str = ""
    networks: tuple[str, ...] = ()
    who: str = ""
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    channel: str | None = None
    owner: str = ""
    other_owner: str = ""


def filled_in(view: Mapping[str, Any]) -> Filled:
    """What was filled in, from a submission's view. What isn't of the right shape counts as empty."""
    typed, raw = answers(view), filled(view)

    def moment(id_: str) -> int | None:
        seconds = raw.get(id_, {}).get("selected_date_time")
        return seconds if isinstance(seconds, int) and seconds in _MOMENT else None

    def several(id_: str) -> tuple[str, ...]:
        return tuple(str(option.get("value", "")) for option in raw.get(id_, {}).get("selected_options") or ())

    people = [str(id_) for id_ in raw.get(PEOPLE, {}).get("selected_users") or ()]
    channel = str(raw.get(CHANNEL, {}).get("selected_conversation") or "")
    return Filled(
        name=" ".join(typed.get(NAME, "").split()),
        topic=typed.get(TOPIC, ""),
        language=typed.get(LANGUAGE, ""),
        starts=moment(STARTS),
        ends=moment(ENDS),
        embargo=moment(EMBARGO),
        facts=typed.get(FACTS, ""),
        material=typed.get(MATERIAL, ""),
        networks=several(NETWORKS),
        who=typed.get(WHO, ""),
        languages=tuple(code for code in several(LANGUAGES) if _LANGUAGE.fullmatch(code)),
        countries=tuple(code for code in several(COUNTRIES) if _COUNTRY.fullmatch(code)),
        people=tuple(id_ for id_ in dict.fromkeys(people) if _USER.fullmatch(id_)),
        channel=channel if _CHANNEL.fullmatch(channel) else None,
        owner=typed.get(OWNER, ""),
        other_owner=" ".join(typed.get(OTHER_OWNER, "").split()),
    )


def filled_of(campaign: Campaign) -> Filled:
    """A campaign as the modal shows it."""
    audience = campaign.audience
    narrow = audience is not None and audience != Audience()
    known = campaign.owner in OWNERS
    return Filled(
        name=campaign.name,
        topic=campaign.topic,
        language=campaign.language,
        starts=int(campaign.starts.timestamp()),
        ends=int(campaign.ends.timestamp()),
        embargo=int(campaign.embargo.timestamp()) if campaign.embargo else None,
        facts="\n".join(" ".join(fact.split()) for fact in campaign.facts),
        material="\n".join(f"{' '.join(each.title.split())} {each.url}" for each in campaign.material),
        networks=campaign.networks,
        who="" if audience is None else SOME if narrow else EVERYBODY,
        languages=audience.languages if audience else (),
        countries=audience.countries if audience else (),
        people=audience.people if audience else (),
        channel=campaign.channel,
        owner=campaign.owner if known else OTHER,
        other_owner="" if known else campaign.owner,
    )


def fits(campaign: Campaign) -> bool:
    """Whether a campaign, perhaps of a file, can be shown in the modal whole."""
    filled = filled_of(campaign)
    room = ((filled.name, LONGEST_NAME), (filled.other_owner, LONGEST_OWNER))
    lines = ((filled.facts, LONGEST_LINES), (filled.material, LONGEST_LINES))
    few = len(filled.people) <= MOST_PEOPLE and len(campaign.material) <= MOST_MATERIAL
    return few and all(characters(said) <= most for said, most in (*room, *lines))


def campaign_of(filled: Filled, words: Words, id_: str, zone: tzinfo) -> Campaign | Errors:
    """The campaign that was filled in, or what is wrong, beside the input that it is wrong in.

    `zone` is the manager's: the campaign's own clock.
    """
    errors: Errors = {}
    needed = ((NAME, filled.name), (TOPIC, filled.topic), (STARTS, filled.starts), (ENDS, filled.ends))
    for field, said in (*needed, (LANGUAGE, filled.language), (OWNER, filled.owner)):
        if not said:
            errors[field] = words.say("field_empty")
    if filled.starts and filled.ends and filled.ends <= filled.starts:
        errors[ENDS] = words.say("campaign_ends_first")
    facts, material = _facts(filled, words, errors), _material(filled, words, errors)
    audience, owner = _audience(filled, words, errors), _owner(filled, words, errors)
    if errors:
        return errors
    try:
        return Campaign(
            id=id_,
            name=filled.name,
            topic=filled.topic,
            starts=_moment(filled.starts or 0, zone),
            ends=_moment(filled.ends or 0, zone),
            audience=audience,
            channel=filled.channel,
            material=material,
            facts=facts,
            language=filled.language,
            networks=filled.networks,
            embargo=_moment(filled.embargo, zone) if filled.embargo else None,
            owner=owner,
        )
    except ValidationError as error:  # a value that our menus don't offer
        field = str(error.errors()[0]["loc"][0])
        return {field if field in (TOPIC, LANGUAGE, NETWORKS) else NAME: words.say("choose")}


def _facts(filled: Filled, words: Words, errors: Errors) -> tuple[str, ...]:
    lines = (_BULLET.sub("", line) for line in _lines(filled.facts))
    facts = tuple(line for line in lines if any(letter.isalnum() for letter in line))
    if not facts:
        errors[FACTS] = words.say("field_empty")
    elif len(facts) > MOST_FACTS:
        errors[FACTS] = words.say("campaign_facts_many", most=MOST_FACTS, count=len(facts))
    for number, fact in enumerate(facts, 1):
        if len(fact) > _LONGEST:
            errors.setdefault(FACTS, words.say("campaign_fact_long", number=number, most=_LONGEST))
    return facts


def _material(filled: Filled, words: Words, errors: Errors) -> tuple[Material, ...]:
    found = []
    for number, line in enumerate(_lines(filled.material), 1):
        links = _LINK.findall(line)
        url = _lowered(links[-1]) if links else ""
        title = line.replace(links[-1], " ").strip(_BESIDE) if links else ""
        if not is_link(url) or len(url) > _LONGEST or len(title) > _LONGEST:
            errors.setdefault(MATERIAL, words.say("campaign_material_line", number=number))
            continue
        found.append(Material(title=" ".join(title.split()) or str(urlsplit(url).hostname), url=url))
    if len(found) > MOST_MATERIAL:
        errors.setdefault(MATERIAL, words.say("campaign_material_many", most=MOST_MATERIAL))
    return tuple(found)


def _audience(filled: Filled, words: Words, errors: Errors) -> Audience:
    narrow = bool(filled.languages or filled.countries or filled.people)
    if filled.who not in (EVERYBODY, SOME):
        errors[WHO] = words.say("choose")
    elif filled.who == SOME and not narrow:
        errors[WHO] = words.say("campaign_who_none")
    elif filled.who == EVERYBODY and narrow:
        errors[WHO] = words.say("campaign_who_both")
    return Audience(languages=filled.languages, countries=filled.countries, people=filled.people)


def _owner(filled: Filled, words: Words, errors: Errors) -> str:
    if filled.owner != OTHER and filled.other_owner:
        errors.setdefault(OTHER_OWNER, words.say("campaign_owner_both"))
    elif filled.owner == OTHER and not filled.other_owner:
        errors[OTHER_OWNER] = words.say("field_empty")
    return filled.other_owner if filled.owner == OTHER else filled.owner


def _lines(text: str) -> Iterator[str]:
    return (" ".join(line.split()) for line in text.splitlines() if line.strip())


def _lowered(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme.lower()}://{rest}"


def _moment(seconds: int, zone: tzinfo) -> datetime:
    """By that zone's clock, with the offset of then: equal wherever it is compared or kept."""
    return datetime.fromisoformat(datetime.fromtimestamp(seconds, zone).isoformat())
