"""The modal for a campaign, new or known, and the one on top of it that shows what speaks against saving."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot.program.countries import groups
from bot.program.knowledge import Program
from bot.slack import actions as ids
from bot.slack import campaign_form as form
from bot.slack.campaign_form import Filled
from bot.slack.keys import Key
from bot.slack.modals import View
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
        _input(form.NAME, words.say("field_campaign_name"), _typed(filled.name, form.LONGEST_NAME)),
        _input(form.TOPIC, words.say("field_campaign_topic"), _menu(words, topics, filled.topic)),
        _input(form.STARTS, words.say("field_campaign_starts"), _moment(filled.starts), zone_hint),
        _input(
            form.ENDS, words.say("field_campaign_ends"), _moment(filled.ends), words.say("field_campaign_ends_hint")
        ),
        _input(
            form.EMBARGO,
            words.say("field_campaign_embargo"),
            _moment(filled.embargo),
            words.say("field_campaign_embargo_hint"),
            optional=True,
        ),
        _input(
            form.FACTS,
            words.say("field_campaign_facts"),
            _typed(filled.facts, form.LONGEST_LINES, multiline=True),
            words.say("field_campaign_facts_hint", most=form.MOST_FACTS),
        ),
        _input(
            form.MATERIAL,
            words.say("field_campaign_material"),
            _typed(filled.material, form.LONGEST_LINES, multiline=True),
            words.say("field_campaign_material_hint"),
            optional=True,
        ),
        _input(form.LANGUAGE, words.say("field_campaign_language"), _menu(words, languages, filled.language)),
        _input(
            form.NETWORKS,
            words.say("field_campaign_networks"),
            _several(words, networks, filled.networks),
            words.say("field_campaign_networks_hint"),
            optional=True,
        ),
        _input(form.WHO, words.say("field_campaign_who"), _radio(who, filled.who)),
        _input(
            form.LANGUAGES,
            words.say("field_campaign_languages"),
            _several(words, languages, filled.languages),
            optional=True,
        ),
        _input(
            form.COUNTRIES,
            words.say("field_campaign_countries"),
            _countries(words, at_home, filled.countries),
            optional=True,
        ),
        _input(form.PEOPLE, words.say("field_campaign_people"), _people(words, filled.people), optional=True),
        _input(
            form.CHANNEL,
            words.say("field_campaign_channel"),
            _channel(words, filled.channel),
            words.say("field_campaign_channel_hint"),
            optional=True,
        ),
        _input(
            form.OWNER,
            words.say("field_campaign_owner"),
            _menu(words, [*owners, option(words.say("owner_other"), form.OTHER)], filled.owner),
        ),
        _input(
            form.OTHER_OWNER,
            words.say("field_campaign_other_owner"),
            _typed(filled.other_owner, form.LONGEST_OWNER),
            optional=True,
        ),
    ]
    title: Key = "title_campaign_edit" if carried else "title_campaign"
    return _modal(words, title, blocks, ids.VIEW_CAMPAIGN, carried, "submit_campaign", "close_cancel")


def concerns_view(words: Words, said: Sequence[str], carried: str) -> View:
    """What speaks against saving, on top of the modal that was handed in; closing it leads back there."""
    blocks: list[Block] = [
        rich_text(section(text(words.say("campaign_concerns"), bold=True)), _listed(words, said)),
        context(words.say("campaign_concerns_how")),
    ]
    callback = ids.VIEW_CAMPAIGN_ANYWAY
    title: Key = "title_campaign_concerns"
    return _modal(words, title, blocks, callback, carried, "submit_campaign_anyway", "close_campaign_back")


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


def _modal(words: Words, title: Key, blocks: list[Block], callback: str, carried: str, submit: Key, close: Key) -> View:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": carried,
        "title": plain(words.say(title)),
        "submit": plain(words.say(submit)),
        "close": plain(words.say(close)),
        "blocks": blocks,
    }


def _input(block_id: str, label: str, element: Element, hint: str | None = None, *, optional: bool = False) -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element | {"action_id": block_id},
        "optional": optional,
    }
    return block | {"hint": plain(hint)} if hint else block


def _typed(said: str, most: int, *, multiline: bool = False) -> Element:
    element = {"type": "plain_text_input", "multiline": multiline, "max_length": most}
    return element | {"initial_value": said} if said else element


def _moment(seconds: int | None) -> Element:
    # Slack shows and takes it in the time zone of whoever fills it in, and gives seconds.
    return {"type": "datetimepicker"} | ({"initial_date_time": seconds} if seconds else {})


def _menu(words: Words, options: list[Element], chosen: str) -> Element:
    offered = _offered(options, [chosen] if chosen else [])
    menu = {"type": "static_select", "placeholder": plain(words.say("choose")), "options": offered}
    first = next((each for each in offered if each["value"] == chosen), None)
    return menu | {"initial_option": first} if first else menu


def _several(words: Words, options: list[Element], chosen: Sequence[str]) -> Element:
    offered = _offered(options, chosen)
    menu = {"type": "multi_static_select", "placeholder": plain(words.say("choose")), "options": offered}
    picked = [each for each in offered if each["value"] in chosen]
    return menu | {"initial_options": picked} if picked else menu


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


def _radio(options: list[Element], chosen: str) -> Element:
    first = next((each for each in options if each["value"] == chosen), None)
    return {"type": "radio_buttons", "options": options} | ({"initial_option": first} if first else {})


def _offered(options: list[Element], chosen: Sequence[str]) -> list[Element]:
    """The options, and what a campaign of a file has beside them: editing it must not lose that."""
    known = {each["value"] for each in options}
    beside = [option(value, value) for value in chosen if value not in known]
    return [*options[: _OPTIONS - len(beside)], *beside]


def _people(words: Words, chosen: Sequence[str]) -> Element:
    menu = {"type": "multi_users_select", "placeholder": plain(words.say("choose"))}
    most = {"max_selected_items": form.MOST_PEOPLE}
    return menu | most | ({"initial_users": list(chosen)} if chosen else {})


def _channel(words: Words, chosen: str | None) -> Element:
    only = {"include": ["public", "private"], "exclude_external_shared_channels": True, "exclude_bot_users": True}
    menu = {"type": "conversations_select", "placeholder": plain(words.say("choose")), "filter": only}
    return menu | ({"initial_conversation": chosen} if chosen else {})
