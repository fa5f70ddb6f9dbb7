"""The modal in which an ambassador chooses, and how it is read. It is about whoever sends it, and says whether they were one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.program.choices import Choices, Offered, clock
from bot.program.countries import groups, is_known, name_of
from bot.program.models import Quiet
from bot.slack import actions as ids
from bot.slack.inputs import View, boxes, filled, labelled, menu, modal, radio, several
from bot.slack.keys import Key
from bot.slack.policy_blocks import language_name
from bot.slack.rich_text import Element, option, plain, shortened
from bot.slack.roster_blocks import DAYS
from bot.slack.words import Words

# Ids of the inputs: an error is shown beside the one that it names.
TOPICS, NETWORKS, LANGUAGES, DAYS_INPUT = "topics", "networks", "languages", "days"
QUIET_FROM, QUIET_TO, BUDGET, WHERE, COUNTRY = "quiet_from", "quiet_to", "budget", "where", "country"
DIRECT, CHANNELS, NO_COUNTRY = "direct", "channels", "none"
CHANGES = "changes"
"""What the modal carries of somebody who was an ambassador when it was opened."""
_MOST = 100  # lines of a menu
_HALF_HOURS = range(0, 24 * 60, 30)


def roster_view(chosen: Choices, words: Words, offered: Offered, *, joined: bool = False) -> View:
    """Everything that can be chosen, standing at what was. What isn't offered any more stands there no more.

    `joined`: it changes what an ambassador chose, and makes nobody one who left meanwhile.
    """
    topics = {topic.id: offered.program.topic(topic.id, words.language) for topic in offered.program.topics}
    languages = {code: language_name(code, words) for code in offered.languages}
    days = {str(day): words.say(key) for day, key in enumerate(DAYS)}
    most = offered.program.nudges.most_weekly_budget
    budgets = {str(count): str(count) for count in range(most + 1)}
    where = {DIRECT: words.say("roster_direct"), CHANNELS: words.say("roster_in_channels")}
    hint = words.say("field_roster_quiet_hint")
    blocks = [
        _several(TOPICS, "field_roster_topics", topics, chosen.topics, words, "field_roster_topics_hint"),
        _several(NETWORKS, "field_roster_networks", words.networks, chosen.networks, words, "field_roster_networks_hint"),
        _several(LANGUAGES, "field_roster_languages", languages, chosen.languages, words, "field_roster_languages_hint"),
        labelled(DAYS_INPUT, words.say("field_roster_days"), boxes(_options(days), [str(day) for day in chosen.days])),
        labelled(QUIET_FROM, words.say("field_roster_quiet_from"), _time(chosen.quiet.start, words), hint),
        labelled(QUIET_TO, words.say("field_roster_quiet_to"), _time(chosen.quiet.end, words)),
        labelled(BUDGET, words.say("field_roster_budget"), menu(_options(budgets), words, str(min(chosen.weekly_budget, most)))),
        labelled(WHERE, words.say("field_roster_where"), radio(_options(where), CHANNELS if chosen.in_channels else DIRECT)),
        labelled(COUNTRY, words.say("field_roster_country"), _countries(chosen.country, words, offered)),
    ]  # fmt: skip
    carried = CHANGES if joined else ""
    return modal(words, "title_roster", blocks, callback=ids.VIEW_ROSTER, submit="submit_roster", carried=carried)


def read_choices(view: Mapping[str, Any], offered: Offered) -> tuple[Choices | None, dict[str, Key]]:
    """What was filled in; or, by the input's id, what is wrong with it."""
    said = _filled(view)
    topics, networks, languages = (tuple(said.get(name, ())) for name in (TOPICS, NETWORKS, LANGUAGES))
    country = _first(said, COUNTRY)
    days = tuple(sorted({day for day in range(len(DAYS)) if str(day) in said.get(DAYS_INPUT, ())}))
    start, end, budget = (_number(_first(said, name)) for name in (QUIET_FROM, QUIET_TO, BUDGET))
    wrong: dict[str, bool] = {
        TOPICS: not {topic.id for topic in offered.program.topics}.issuperset(topics),
        NETWORKS: not offered.networks.networks.keys() >= set(networks),
        LANGUAGES: not set(offered.languages).issuperset(languages),
        QUIET_FROM: not 0 <= start < 24 * 60,
        QUIET_TO: not 0 <= end < 24 * 60,
        BUDGET: not 0 <= budget <= offered.program.nudges.most_weekly_budget,
        WHERE: _first(said, WHERE) not in (DIRECT, CHANNELS),
        COUNTRY: country != NO_COUNTRY and not is_known(country),
    }
    errors: dict[str, Key] = {name: "field_roster_gone" for name, is_wrong in wrong.items() if is_wrong}
    if not days:
        errors[DAYS_INPUT] = "field_roster_no_day"
    if errors:
        return None, errors
    choices = Choices(
        topics=topics,
        networks=networks,
        languages=languages,
        days=days,
        quiet=Quiet(start, end),
        weekly_budget=budget,
        in_channels=_first(said, WHERE) == CHANNELS,
        country=None if country == NO_COUNTRY else country,
    )
    return choices, {}


def _filled(view: Mapping[str, Any]) -> dict[str, list[str]]:
    """The values of what was chosen, by the input's id."""
    found: dict[str, list[str]] = {}
    for block_id, element in filled(view).items():
        picked = [element.get("selected_option"), *(element.get("selected_options") or ())]
        found[block_id] = [str(each.get("value", "")) for each in picked if each]
    return found


def _first(said: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(said.get(name, ())), "")


def _number(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 5 else -1


def _several(
    name: str, label: Key, offered: Mapping[str, str], chosen: Sequence[str], words: Words, hint: Key
) -> Element:
    offers = several(_options(offered), words, chosen)
    return labelled(name, words.say(label), offers, words.say(hint), optional=True)


def _time(chosen: int, words: Words) -> Element:
    """Half hours, and what was chosen elsewhere and isn't one."""
    times = {str(minute): clock(minute) for minute in sorted({*_HALF_HOURS, chosen})}
    return menu(_options(times), words, str(chosen))


def _countries(chosen: str | None, words: Words, offered: Offered) -> Element:
    """A menu with a heading for each of the company's own countries."""
    none = option(words.say("field_roster_country_none"), NO_COUNTRY)
    offers: list[tuple[str, list[Element]]] = [
        (group.name or words.say("field_roster_countries"), _options(group.lines)) for group in groups(offered.jurisdictions)
    ]  # fmt: skip
    every = [line for _, lines in offers for line in lines]
    initial = next((line for line in every if line["value"] == chosen), None)
    first = [none]
    if chosen is not None and initial is None:  # from a file: it may name any country
        initial = option(name_of(chosen), chosen)
        first.append(initial)
    offers.insert(0, (words.say("field_roster_country_none"), first))
    shown = [{"label": plain(shortened(name, 75)), "options": lines} for name, lines in offers]
    return {"type": "static_select", "option_groups": shown, "initial_option": initial or none}


def _options(offered: Mapping[str, str]) -> list[Element]:
    return [option(name, value) for value, name in list(offered.items())[:_MOST]]
