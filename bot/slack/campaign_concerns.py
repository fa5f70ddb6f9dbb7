"""What `bot.program.campaign_checks` finds, in a community manager's words, and beside which input it is said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from bot.program.campaign_checks import Concern, Kind
from bot.program.models import Campaign
from bot.slack import campaign_form as form
from bot.slack.rich_text import shortened
from bot.slack.words import Words

_QUOTE, _SAID = 80, 300  # characters
_AT_ONCE = 2  # of one input
_FIELDS: dict[Kind, str] = {
    "past": form.ENDS,
    "no_audience": form.WHO,
    "not_ambassadors": form.PEOPLE,
    "unknown_topic": form.TOPIC,
    "unknown_network": form.NETWORKS,
    "unknown_country": form.COUNTRIES,
    "no_working_day": form.ENDS,
    "embargo_after_end": form.EMBARGO,
    "embargo_inside": form.EMBARGO,
    "same_channel": form.CHANNEL,
    "same_topic": form.TOPIC,
}
_IN = {"name": form.NAME, "fact": form.FACTS, "material": form.MATERIAL, "link": form.MATERIAL}


def says(concern: Concern, words: Words, now: datetime) -> str:
    """A concern as a sentence; `now` in the reader's own time zone."""
    values: dict[str, Any] = dict(concern.values)
    zone = now.tzinfo

    def time(name: str) -> str:
        return words.moment(values[name].astimezone(zone), now.date())

    def day(name: str) -> str:
        return words.day(values[name].astimezone(zone).date(), now.date())

    match concern.kind:
        case "past":
            return words.say("campaign_past", time=time("ends"))
        case "no_working_day":
            return words.say("campaign_no_working_day", first=time("starts"), last=time("ends"))
        case "embargo_after_end":
            return words.say("campaign_embargo_late", time=time("embargo"))
        case "embargo_inside":
            return words.say("campaign_embargo_inside", time=time("embargo"))
        case "company_embargo":
            quote, topic = shortened(str(values["quote"]), _QUOTE), str(values["topic"])
            if concern.blocking:
                return words.say("campaign_company_embargo", quote=quote, topic=topic, time=time("until"))
            return words.say("campaign_company_embargo_kept", quote=quote, topic=topic, time=time("until"))
        case "same_channel":
            name = shortened(str(values["name"]), _QUOTE)
            return words.say("campaign_same_channel", name=name, first=day("starts"), last=day("ends"))
        case "same_topic":
            name = shortened(str(values["name"]), _QUOTE)
            return words.say("campaign_same_topic", name=name, first=day("starts"), last=day("ends"))
        case "policy":
            return _policy(values, words)
        case "no_audience":
            return words.say("campaign_who_none")
        case "not_ambassadors":
            return words.say("campaign_not_ambassadors", count=values["count"])
    return words.say("campaign_unknown", given=shortened(str(values["given"]), _QUOTE))


def field_of(concern: Concern, campaign: Campaign) -> str:
    """The input that it is about."""
    if concern.kind == "unknown_language":
        return form.LANGUAGE if concern.values["given"] == campaign.language else form.LANGUAGES
    if concern.kind in _FIELDS:
        return _FIELDS[concern.kind]
    return _IN.get(str(concern.values.get("field")), form.NAME)


def errors_of(concerns: Iterable[Concern], campaign: Campaign, words: Words, now: datetime) -> form.Errors:
    """Blocking ones, each beside its input."""
    said: dict[str, list[str]] = {}
    for concern in concerns:
        if concern.blocking:
            said.setdefault(field_of(concern, campaign), []).append(says(concern, words, now))
    return {field: " ".join(lines[:_AT_ONCE]) for field, lines in said.items()}


def key_of(concern: Concern) -> list[str]:
    """What tells a concern from another, as it is kept."""
    return [concern.kind, *(str(value) for _, value in sorted(concern.values.items()))]


def _policy(values: dict[str, Any], words: Words) -> str:
    said = shortened(f"{values['message']} {values['fix']}".strip(), _SAID)
    number = values["number"]
    match values["field"]:
        case "fact":
            return words.say("campaign_in_fact", number=number, said=said)
        case "material":
            return words.say("campaign_in_material", number=number, said=said)
        case "link":
            return words.say("campaign_in_link", number=number, said=said)
    return words.say("campaign_in_name", said=said)
