"""Who is nudged for what, and when: a plan that keeps every limit, and comes out the same however often it is made.

Each fitting ambassador is nudged once for each campaign. A nudge's best place in the window rests on campaign and person
(`bot.program.spread`), and so do the places it moves on to where a limit is in the way. Nudges are placed in an order that
rests on the same, so that what was sent meanwhile, taken as given, changes nothing for the others.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from datetime import datetime, timedelta

from bot.program.angles import Angles, Turns
from bot.program.days import Choices, Days
from bot.program.fit import Wanted
from bot.program.hours import minute_of, moment_of, next_minute, week_of, zone
from bot.program.knowledge import Program
from bot.program.models import Ambassador, Campaign, Past, Plan, Planned, Reason, Skipped
from bot.program.places import Channel, Person, Place, Window, take
from bot.program.spread import ranks

GOOD_FOR = timedelta(minutes=30)
"""A nudge that hasn't gone out by then is missed."""
_DAY = 24 * 60
_FAR = minute_of(datetime.fromisoformat("9000-01-01T00:00Z"))
"""What begins later has no days: calendars end."""


def plan(
    people: Iterable[Ambassador],
    campaigns: Iterable[Campaign],
    past: Iterable[Past],
    program: Program,
    angles: Angles,
    *,
    now: datetime,
    until: datetime,
    frozen: bool = False,
    paused: Set[str] = frozenset(),
) -> Plan:
    """The nudges from `now` to before `until`, and for whom there is none and why.

    `people` are those who may be nudged. `past` has what was queued, posted or missed: who stands there for a campaign
    isn't planned for it again. `paused` are ids of campaigns. What would be later than `until` is neither planned nor
    skipped, though it keeps its place; of a campaign that opens later, nothing is said. Planning again later, with what
    was due meanwhile as `past`, gives the rest of the same plan.
    """
    in_order = sorted(campaigns, key=_narrowest_first)
    known = _known(people, in_order, now)
    channels = {
        each.channel: Channel(each.channel, program.nudges.channel_per_day) for each in in_order if each.channel
    }
    history: dict[str, list[Past]] = defaultdict(list)
    for nudge in sorted(past, key=lambda nudge: (nudge.at, nudge.user)):
        history[nudge.campaign].append(nudge)
        _take_past(nudge, known, channels)
    planned: list[Planned] = []
    skipped: list[Skipped] = []
    for campaign in in_order:
        stopped = Reason.FROZEN if frozen else Reason.CAMPAIGN_PAUSED if campaign.id in paused else None
        had = {nudge.user for nudge in history[campaign.id]}
        places, refused = _placed(campaign, known, channels.get(campaign.channel or ""), had, stopped, next_minute(now))
        planned += _until(until, campaign, places, known, Turns(angles, campaign, history[campaign.id]))
        if campaign.opens < until:
            skipped += refused
    planned.sort(key=lambda nudge: (nudge.at, nudge.campaign, nudge.user))
    skipped.sort(key=lambda one: (one.campaign, one.user))
    return Plan(planned=tuple(planned), skipped=tuple(skipped))


def _narrowest_first(campaign: Campaign) -> tuple[timedelta, datetime, str]:
    """A short window has few places; a long one finds others."""
    return campaign.ends - campaign.opens, campaign.ends, campaign.id


def _known(people: Iterable[Ambassador], campaigns: Iterable[Campaign], now: datetime) -> dict[str, Person]:
    """People with their days, among the dates of all windows that are still open."""
    windows = [Window.of(campaign) for campaign in campaigns if campaign.ends > now]
    dates = {date for window in windows if window.start < _FAR for date in window.dates}
    among = [moment_of(date * _DAY).date() for date in sorted(dates)]
    by_choices: dict[Choices, Days] = {}
    known = {}
    for person in people:
        choices = Choices.of(person)
        if choices not in by_choices:
            by_choices[choices] = Days(choices, among)
        known[person.user] = Person(person, by_choices[choices], next_minute(person.since))
    return known


def _take_past(nudge: Past, known: dict[str, Person], channels: dict[str, Channel]) -> None:
    """What was seen uses up days, weeks and channels; of what wasn't, nobody else gets the minute."""
    channel, minute = channels.get(nudge.channel or ""), minute_of(nudge.at)
    if channel is not None and nudge.counts:
        channel.take(minute)
    elif channel is not None:
        channel.minutes.add(minute)
    if nudge.user in known and nudge.counts:
        known[nudge.user].take(nudge.date, week_of(nudge.date))


def _placed(
    campaign: Campaign,
    known: dict[str, Person],
    channel: Channel | None,
    had: Set[str],
    stopped: Reason | None,
    now: int,
) -> tuple[list[Place], list[Skipped]]:
    """A place for everybody whom the campaign fits, also beyond any horizon; and who gets none."""
    wanted, window = Wanted.by(campaign), Window.of(campaign)
    places, refused = [], []
    for rank, user in sorted((ranks(campaign.id, user), user) for user in known):
        person = known[user]
        reason = Reason.HAD_IT if user in had else wanted.refuses(person.ambassador) or stopped
        if reason is None:
            theirs = channel if person.ambassador.in_channels else None
            found = take(person, theirs, window.since(person.since), rank, now)
            if isinstance(found, Place):
                places.append(found)
                continue
            reason = found
        refused.append(Skipped(campaign.id, user, reason))
    return places, refused


def _until(
    until: datetime, campaign: Campaign, places: Iterable[Place], known: dict[str, Person], turns: Turns
) -> Sequence[Planned]:
    """Places before `until` as nudges, each with its angles, in their order."""
    end = next_minute(until)
    nudges = []
    for place in sorted(place for place in places if place.at < end):
        person = known[place.user].ambassador
        at = moment_of(place.at)
        nudge = Planned(
            campaign=campaign.id,
            user=place.user,
            date=place.day.date,
            at=at,
            until=min(at + GOOD_FOR, moment_of(place.day.end_after(place.at)), campaign.ends),
            time_zone=zone(person.time_zone).key,
            channel=place.channel,
            angles=turns.next(person, place.rank.angles),
        )
        nudges.append(nudge)
    return nudges
