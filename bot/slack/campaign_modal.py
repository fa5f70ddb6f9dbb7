"""The modal for a campaign, new or known, and the one on top of it that shows what speaks against saving."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.program.countries import groups
from bot.program.knowledge import Program
from bot.slack import actions as ids
from bot.slack import campaign_form as form
from bot.slack.campaign_form import Filled
from bot.slack.inputs import View, labelled, menu, modal, radio, several, typed
from bot.slack.keys import Key
from bot.slack.policy_blocks import language_name
from bot.slack.post import Block
from bot.slack.rich_text import Element, bullets, context, option, plain, rich_text, section, shortened, text
from bot.slack.words import Words

_OPTIONS = 100
_CONCERN = 600  # characters
_CONCERNS = 20  # more are counted
_OWNER_SAYS: dict[str, Key] = {
    "communication": "owner_communication",
    "sales": "owner_sales",
    "people": "owner_people",
}


def owner_says(owner: str, words: Words) -> str:
    """The team whose plan it is, as the reader calls it."""
    return words.say(_OWNER_SAYS[owner]) if owner in _OWNER_SAYS else owner


def blank(words: Words, now: datetime) -> Filled:
    """What stands in the modal of a new campaign: from next Monday at nine until the Friday after the next, at six.

    `now` in the manager's own time zone.
    """
    monday = (now + timedelta(days=7 - now.weekday())).replace(hour=9, minute=0, second=0, microsecond=0)
    friday = (monday + timedelta(days=11)).replace(hour=18)
    return Filled(language=words.language, starts=int(monday.timestamp()), ends=int(friday.timestamp()))


def campaign_view(
    words: Words, program: Program, filled: Filled, *, zone: str, at_home: Iterable[str] = (), carried: str = ""
) -> View:
    """For a campaign. `zone` is the time zone of whoever plans (empty: unknown), `at_home` the countries where the company's people are;
    `carried` says which known campaign it is."""
    topics = [option(program.topic(topic.id, words.language), topic.id) for topic in program.topics]
    networks = [option(name, id_) for id_, name in words.networks.items()]
    languages = [option(language_name(code, words), code) for code in words.languages]
    owners = [option(words.say(key), owner) for owner, key in _OWNER_SAYS.items()]
    who = [option(words.say("who_everybody"), form.EVERYBODY), option(words.say("who_some"), form.SOME)]
    zone_hint = words.say("field_campaign_zone", zone=zone) if zone else words.say("field_campaign_zone_own")
    blocks = [
        labelled(form.NAME, words.say("field_campaign_name"), typed(form.LONGEST_NAME, filled.name)),
        labelled(
            form.TOPIC, words.say("field_campaign_topic"), menu(_offered(topics, filled.topic), words, filled.topic)
        ),
        labelled(form.STARTS, words.say("field_campaign_starts"), _moment(filled.starts), zone_hint),
        labelled(
            form.ENDS, words.say("field_campaign_ends"), _moment(filled.ends), words.say("field_campaign_ends_hint")
        ),
        labelled(
            form.EMBARGO,
            words.say("field_campaign_embargo"),
            _moment(filled.embargo),
            words.say("field_campaign_embargo_hint"),
            optional=True,
        ),
        labelled(
            form.FACTS,
            words.say("field_campaign_facts"),
            typed(form.LONGEST_LINES, filled.facts, multiline=True),
            words.say("field_campaign_facts_hint", most=form.MOST_FACTS),
        ),
        labelled(
            form.MATERIAL,
            words.say("field_campaign_material"),
            typed(form.LONGEST_LINES, filled.material, multiline=True),
            words.say("field_campaign_material_hint"),
            optional=True,
        ),
        labelled(
            form.LANGUAGE,
            words.say("field_campaign_language"),
            menu(_offered(languages, filled.language), words, filled.language),
        ),
        labelled(
            form.NETWORKS,
            words.say("field_campaign_networks"),
            several(_offered(networks, *filled.networks), words, filled.networks),
            words.say("field_campaign_networks_hint"),
            optional=True,
        ),
        labelled(form.WHO, words.say("field_campaign_who"), radio(who, filled.who)),
        labelled(
            form.LANGUAGES,
            words.say("field_campaign_languages"),
            several(_offered(languages, *filled.languages), words, filled.languages),
            optional=True,
        ),
        labelled(
            form.COUNTRIES,
            words.say("field_campaign_countries"),
            _countries(words, at_home, filled.countries),
            optional=True,
        ),
        labelled(form.PEOPLE, words.say("field_campaign_people"), _people(words, filled.people), optional=True),
        labelled(
            form.CHANNEL,
            words.say("field_campaign_channel"),
            _channel(words, filled.channel),
            words.say("field_campaign_channel_hint"),
            optional=True,
        ),
        labelled(
            form.OWNER,
            words.say("field_campaign_owner"),
            menu([*owners, option(words.say("owner_other"), form.OTHER)], words, filled.owner),
        ),
        labelled(
            form.OTHER_OWNER,
            words.say("field_campaign_other_owner"),
            typed(form.LONGEST_OWNER, filled.other_owner),
            optional=True,
        ),
    ]
    title: Key = "title_campaign_edit" if carried else "title_campaign"
    return modal(words, title, blocks, callback=ids.VIEW_CAMPAIGN, carried=carried, submit="submit_campaign")


def concerns_view(words: Words, said: Sequence[str], carried: str) -> View:
    """What speaks against saving, on top of the modal that was handed in; closing it leads back there."""
    blocks: list[Block] = [
        rich_text(section(text(words.say("campaign_concerns"), bold=True)), _listed(words, said)),
        context(words.say("campaign_concerns_how")),
    ]
    return modal(
        words,
        "title_campaign_concerns",
        blocks,
        callback=ids.VIEW_CAMPAIGN_ANYWAY,
        submit="submit_campaign_anyway",
        close="close_campaign_back",
        carried=carried,
    )


def refused_view(words: Words, said: Iterable[str]) -> View:
    """In place of the concerns: what changed meanwhile, so that it can't be saved; closing it leads back to the form."""
    return {
        "type": "modal",
        "title": plain(words.say("title_campaign_concerns")),
        "close": plain(words.say("close_campaign_back")),
        "blocks": [rich_text(_listed(words, list(said)))],
    }


def _listed(words: Words, said: Sequence[str]) -> Element:
    lines = [shortened(each, _CONCERN) for each in said[:_CONCERNS]]
    lines += [words.say("home_more", count=len(said) - _CONCERNS)] if len(said) > _CONCERNS else []
    return bullets(section(text(each)) for each in lines)


def _moment(seconds: int | None) -> Element:
    # Slack shows and takes it in the time zone of whoever fills it in, and gives seconds.
    return {"type": "datetimepicker"} | ({"initial_date_time": seconds} if seconds else {})


def _countries(words: Words, at_home: Iterable[str], chosen: Sequence[str]) -> Element:
    found = [(group.name or words.say("campaign_countries"), group.lines) for group in groups(at_home)]
    offered = [(name, [option(said, code) for code, said in lines.items()]) for name, lines in found]
    known = {each["value"] for _, options in offered for each in options}
    offered[-1][1].extend(option(code, code) for code in chosen if code not in known)
    menu: Element = {"type": "multi_static_select", "placeholder": plain(words.say("choose"))}
    menu["option_groups"] = [
        {"label": plain(shortened(name, 75)), "options": options[:_OPTIONS]} for name, options in offered
    ]
    picked = [each for group in menu["option_groups"] for each in group["options"] if each["value"] in chosen]
    return menu | ({"initial_options": picked} if picked else {})


def _offered(options: list[Element], *chosen: str) -> list[Element]:
    """The options, and what a campaign of a file has beside them: editing it must not lose that."""
    known = {each["value"] for each in options}
    beside = [option(value, value) for value in chosen if value and value not in known]
    return [*options[: _OPTIONS - len(beside)], *beside]


def _people(words: Words, chosen: Sequence[str]) -> Element:
    menu = {"type": "multi_users_select", "placeholder": plain(words.say("choose"))}
    most = {"max_selected_items": form.MOST_PEOPLE}
    return menu | most | ({"initial_users": list(chosen)} if chosen else {})


def _channel(words: Words, chosen: str | None) -> Element:
    only = {"include": ["public", "private"], "exclude_external_shared_channels": True, "exclude_bot_users": True}
    menu = {"type": "conversations_select", "placeholder": plain(words.say("choose")), "filter": only}
    return menu | ({"initial_conversation": chosen} if chosen else {})
