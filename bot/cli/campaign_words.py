"""Concerns and audiences of campaigns, in English."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from bot.program.campaign_checks import Concern, Value
    from bot.program.models import Campaign

_SAYS = {
    "past": "it was over on {ends}: give it later dates",
    "no_audience": "it has no audience: write everybody, or name languages, countries or people",
    "not_ambassadors": "not ambassadors now, so they hear nothing of it: {people}",
    "unknown_topic": "“{given}” is no topic of program.yaml{near}",
    "unknown_network": "“{given}” is no network of networks.yaml{near}",
    "unknown_language": "“{given}” is no language of company.yaml: there are {known}",
    "unknown_country": "no holidays are known of “{given}”: write two letters of ISO 3166, such as GB, or ES-CT",
    "no_working_day": "no working hour lies between {starts} and {ends}: hardly anybody can be nudged",
    "embargo_after_end": "its embargo lasts until {embargo}, and it is over on {ends}: nobody could be nudged",
    "embargo_inside": "nobody is nudged before its embargo ends on {embargo}",
    "company_embargo": "“{quote}” ({field}) belongs to {topic}, under embargo until {until}{mend}",
    "same_channel": "{id} ({name}) is in the same channel at the same time",
    "same_topic": "{id} ({name}) is about the same topic, for some of the same people, at the same time",
    "policy": "{field}: {message} {fix} [{rule}]",
}


def told(concern: Concern, time_zone: str = "") -> str:
    """A concern as a sentence; times in this zone, or as the campaign has them."""
    words = {name: _shown(value, time_zone) for name, value in concern.values.items()}
    if "near" in words:
        words["near"] = f": did you mean {words['near']}?" if words["near"] else ""
    if "field" in words:
        alone = words["field"] == "name"
        words["field"] = words["field"] if alone else f"{words['field']} {words['number']}"
    mend = ": start it then, or give it an embargo until then" if concern.blocking else ", as is the campaign"
    return _SAYS[concern.kind].format(**words, mend=mend)


def audience_in_words(campaign: Campaign) -> str:
    """Whom a campaign is for, and on which networks."""
    audience = campaign.audience
    where = f", on {' or '.join(campaign.networks)}" if campaign.networks else ""
    if audience is None:
        return f"nobody yet: it has no audience{where}"
    parts = []
    if audience.people:
        parts.append(f"{len(audience.people)} named people")
    if audience.languages:
        parts.append(f"who write in {' or '.join(audience.languages)}")
    if audience.countries:
        parts.append(f"in {' or '.join(audience.countries)}")
    if not parts:
        return f"everybody{where}"
    return f"{'' if audience.people else 'people '}{', '.join(parts)}{where}"


def _shown(value: Value, time_zone: str) -> str:
    if not isinstance(value, datetime):
        return str(value)
    return (value.astimezone(ZoneInfo(time_zone)) if time_zone else value).isoformat(" ", "minutes")
