"""What to know of a campaign before it is kept: slips, embargoes, what it gets in the way of, and what the policy says of it."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.datafile import KnowledgeError
from bot.networks.loader import resolve
from bot.networks.models import Networks
from bot.policy.engine import Policy
from bot.program import countries
from bot.program.campaign_policy import company_embargoes, policy_findings
from bot.program.campaign_window import has_working_day
from bot.program.knowledge import Program
from bot.program.models import Audience, Campaign

Kind = Literal[
    "past",
    "no_audience",
    "not_ambassadors",
    "unknown_topic",
    "unknown_network",
    "unknown_language",
    "unknown_country",
    "no_working_day",
    "embargo_after_end",
    "embargo_inside",
    "company_embargo",
    "same_channel",
    "same_topic",
    "policy",
]
Value = str | int | datetime
VALUES: Mapping[Kind, tuple[str, ...]] = {
    "past": ("ends",),
    "no_audience": (),
    "not_ambassadors": ("people", "count"),
    "unknown_topic": ("given", "near"),
    "unknown_network": ("given", "near"),
    "unknown_language": ("given", "known"),
    "unknown_country": ("given",),
    "no_working_day": ("starts", "ends"),
    "embargo_after_end": ("embargo", "ends"),
    "embargo_inside": ("embargo",),
    "company_embargo": ("topic", "until", "quote", "field", "number"),
    "same_channel": ("id", "name", "starts", "ends"),
    "same_topic": ("id", "name", "starts", "ends"),
    "policy": ("rule", "category", "message", "fix", "quote", "field", "number"),
}
"""What each kind tells. Times are `datetime`; `near` may be empty; `field` is name, fact, material or link, and `number`
counts facts and materials from 1."""


@dataclass(frozen=True)
class Concern:
    """Something to show to whoever plans; a blocking one must be mended before the campaign is kept."""

    kind: Kind
    blocking: bool = False
    values: Mapping[str, Value] = field(default_factory=dict)


def check(
    campaign: Campaign,
    *,
    others: Sequence[Campaign],
    policy: Policy,
    program: Program,
    now: datetime,
    ambassadors: Collection[str] | None = None,
) -> list[Concern]:
    """All concerns, blocking ones first.

    `others` may hold the campaign itself; `ambassadors` None: it isn't known who said yes.
    """
    found = [
        *_strangers(campaign, ambassadors),
        *_slips(campaign, policy, program),
        *check_dates(campaign, others=others, policy=policy, program=program, now=now),
        *(Concern("policy", f.blocking, f.values) for f in policy_findings(campaign, policy, now)),
    ]
    return sorted(found, key=lambda concern: not concern.blocking)


def check_dates(
    campaign: Campaign, *, others: Sequence[Campaign], policy: Policy, program: Program, now: datetime
) -> list[Concern]:
    """Those of the calendar alone: its window, embargoes, other campaigns. Quick, also for many campaigns."""
    return [
        *_times(campaign, program, now),
        *(Concern("company_embargo", e.blocking, e.values) for e in company_embargoes(campaign, policy, now)),
        *_conflicts(campaign, others, now),
    ]


def with_network_ids(campaign: Campaign, networks: Networks) -> Campaign:
    """The campaign with the ids of the networks that it names otherwise (`twitter` is x); unknown names stay."""
    ids = (near if (near := _network(name, networks)) else name for name in campaign.networks)
    return campaign.model_copy(update={"networks": tuple(dict.fromkeys(ids))})


def _network(name: str, networks: Networks) -> str | None:
    try:
        return resolve(networks, name)[0]
    except KnowledgeError:
        return None


def _slips(campaign: Campaign, policy: Policy, program: Program) -> Iterator[Concern]:
    if campaign.audience is None:
        yield Concern("no_audience", True)
    topics = [topic.id for topic in program.topics]
    if campaign.topic not in topics:
        yield Concern("unknown_topic", True, {"given": campaign.topic, "near": _near(campaign.topic, topics)})
    for name in campaign.networks:
        if name not in policy.networks.networks:
            near = _network(name, policy.networks) or _near(name, policy.networks.networks)
            yield Concern("unknown_network", True, {"given": name, "near": near})
    audience = campaign.audience or Audience()
    spoken = policy.company.languages
    for language in dict.fromkeys((campaign.language, *audience.languages)):
        if language not in spoken:
            yield Concern("unknown_language", True, {"given": language, "known": ", ".join(spoken)})
    for country in audience.countries:
        if not countries.is_known(country):
            yield Concern("unknown_country", True, {"given": country})


def _strangers(campaign: Campaign, ambassadors: Collection[str] | None) -> Iterator[Concern]:
    """People whom it names and who hear nothing of it: they never said yes, left, or are gone from Slack."""
    named = campaign.audience.people if campaign.audience is not None else ()
    beside = [user for user in named if ambassadors is not None and user not in ambassadors]
    if beside:
        yield Concern("not_ambassadors", False, {"people": ", ".join(beside), "count": len(beside)})


def _near(name: str, known: Collection[str]) -> str:
    return next(iter(difflib.get_close_matches(name, list(known), n=1)), "")


def _times(campaign: Campaign, program: Program, now: datetime) -> Iterator[Concern]:
    embargo = campaign.embargo
    if campaign.ends <= now:
        yield Concern("past", True, {"ends": campaign.ends})
    elif embargo is not None and embargo >= campaign.ends:
        yield Concern("embargo_after_end", True, {"embargo": embargo, "ends": campaign.ends})
    else:
        if embargo is not None and embargo > max(campaign.starts, now):
            yield Concern("embargo_inside", False, {"embargo": embargo})
        if not has_working_day(campaign, program, now):
            yield Concern("no_working_day", False, {"starts": campaign.opens, "ends": campaign.ends})


def _conflicts(campaign: Campaign, others: Sequence[Campaign], now: datetime) -> Iterator[Concern]:
    for other in others:
        together = max(campaign.opens, other.opens, now) < min(campaign.ends, other.ends)
        if other.id == campaign.id or not together:
            continue
        values: Mapping[str, Value] = {"id": other.id, "name": other.name, "starts": other.starts, "ends": other.ends}
        if campaign.channel is not None and campaign.channel == other.channel:
            yield Concern("same_channel", False, values)
        elif campaign.topic == other.topic and _shared(campaign, other):
            yield Concern("same_topic", False, values)


def _shared(one: Campaign, other: Campaign) -> bool:
    """Whether somebody may be in the audience of both."""
    if one.audience is None or other.audience is None:
        return False
    return (
        _meet(one.audience.people, other.audience.people)
        and _meet(one.audience.languages, other.audience.languages)
        and _meet(one.networks, other.networks)
        and (
            not one.audience.countries
            or not other.audience.countries
            or any(
                f"{mine}-".startswith(f"{theirs}-") or f"{theirs}-".startswith(f"{mine}-")
                for mine in one.audience.countries
                for theirs in other.audience.countries
            )
        )
    )


def _meet(some: Sequence[str], others: Sequence[str]) -> bool:
    """Whether two lists, of which an empty one is everything, have something in common."""
    return not some or not others or not set(some).isdisjoint(others)
