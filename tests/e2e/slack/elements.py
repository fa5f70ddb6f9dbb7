"""The shapes of block elements: buttons, menus, inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.e2e.slack.shapes import (
    Check,
    any_text,
    boolean,
    by_type,
    fault,
    integer,
    listing,
    mrkdwn,
    one_of,
    plain,
    shape,
    string,
    url,
)  # fmt: skip

ACTION_ID = string(255)
CONFIRM = shape(
    title_=plain(100), text_=any_text(300), confirm_=plain(30), deny_=plain(30), style=one_of("primary", "danger")
)
OPTION = shape(text_=plain(75), value_=string(150), description=plain(75))
RICH_OPTION = shape(text_=any_text(75), value_=string(150), description=any_text(75))
MENU_OPTION = shape(text_=plain(75), value_=string(150), description=plain(75), url=url())
GROUP = shape(label_=plain(75), options_=listing(OPTION, 1, 100))
COMMON = {"action_id": ACTION_ID, "confirm": CONFIRM, "focus_on_load": boolean}
PLACEHOLDER = {"placeholder": plain(150)}
DISPATCH = shape(trigger_actions_on=listing(one_of("on_enter_pressed", "on_character_entered"), 1, 2))


def _options(element: dict[str, Any]) -> list[Any]:
    groups = element.get("option_groups") or []
    nested = [option for group in groups if isinstance(group, dict) for option in group.get("options") or []]
    return [*(element.get("options") or []), *nested]


def _initial_is_offered(element: dict[str, Any], at: str) -> Iterator[str]:
    wanted = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    for option in wanted if isinstance(wanted, list) else []:
        if option not in _options(element):
            yield fault("initial option must exactly match one of the provided options", at)


def _menu(element: dict[str, Any], at: str) -> Iterator[str]:
    if ("options" in element) == ("option_groups" in element):
        yield fault("either options or option_groups must be given, and not both", at)
    yield from _initial_is_offered(element, at)


def _input_lengths(element: dict[str, Any], at: str) -> Iterator[str]:
    longest, initial = element.get("max_length"), element.get("initial_value")
    if isinstance(longest, int) and isinstance(initial, str) and len(initial) > longest:
        yield fault("initial_value is longer than max_length", at)
    if isinstance(longest, int) and isinstance(element.get("min_length"), int) and element["min_length"] > longest:
        yield fault("min_length must be less than max_length", at)


def _says_something(filter_: dict[str, Any], at: str) -> Iterator[str]:
    if not filter_:
        yield fault("a filter must have at least one field", at)


def image_source(image: dict[str, Any], at: str) -> Iterator[str]:
    if ("image_url" in image) == ("slack_file" in image):
        yield fault("either image_url or slack_file must be given", at)


SLACK_FILE = shape(id=string(255), url=url())
IMAGE = shape("image", alt_text_=string(2000), image_url=url(), slack_file=SLACK_FILE, also=image_source)
FEEDBACK = shape(text_=plain(75), value_=string(2000), accessibility_label=string(75))
FILTER = shape(
    include=listing(one_of("im", "mpim", "private", "public"), 1, 4), exclude_external_shared_channels=boolean,
    exclude_bot_users=boolean, also=_says_something,
)  # fmt: skip
VISIBLE = {"visible_to_user_ids": listing(string(255), 1, 100)}


def _select(kind: str, **initial: Check) -> Check:
    return shape(kind, **COMMON, **PLACEHOLDER, **initial)


ELEMENTS: dict[str, Check] = {
    "button": shape(
        "button", text_=plain(75), action_id=ACTION_ID, value=string(2000), url=url(), confirm=CONFIRM,
        style=one_of("primary", "danger"), accessibility_label=string(75),
    ),
    "overflow": shape("overflow", action_id=ACTION_ID, confirm=CONFIRM, options_=listing(MENU_OPTION, 1, 5)),
    "static_select": shape(
        "static_select", **COMMON, **PLACEHOLDER, options=listing(OPTION, 1, 100), initial_option=OPTION,
        option_groups=listing(GROUP, 1, 100), also=_menu,
    ),
    "multi_static_select": shape(
        "multi_static_select", **COMMON, **PLACEHOLDER, options=listing(OPTION, 1, 100), max_selected_items=integer(1, 100),
        initial_options=listing(OPTION, 1, 100), option_groups=listing(GROUP, 1, 100), also=_menu,
    ),
    "radio_buttons": shape(
        "radio_buttons", **COMMON, options_=listing(RICH_OPTION, 1, 10), initial_option=RICH_OPTION, also=_initial_is_offered
    ),
    "checkboxes": shape(
        "checkboxes", **COMMON, options_=listing(RICH_OPTION, 1, 10), initial_options=listing(RICH_OPTION, 1, 10),
        also=_initial_is_offered,
    ),
    "users_select": _select("users_select", initial_user=string(255)),
    "multi_users_select": _select(
        "multi_users_select", initial_users=listing(string(255), 1, 1000), max_selected_items=integer(1, 1000)
    ),
    "conversations_select": _select(
        "conversations_select", initial_conversation=string(255), default_to_current_conversation=boolean,
        response_url_enabled=boolean, filter=FILTER,
    ),
    "channels_select": _select("channels_select", initial_channel=string(255), response_url_enabled=boolean),
    "datepicker": _select("datepicker", initial_date=string(10, 10)),
    "timepicker": _select("timepicker", initial_time=string(5, 5), timezone=string(100)),
    "datetimepicker": shape("datetimepicker", **COMMON, initial_date_time=integer(10**9, 10**10 - 1)),
    "plain_text_input": shape(
        "plain_text_input", action_id=ACTION_ID, **PLACEHOLDER, initial_value=string(3000, 0), multiline=boolean,
        min_length=integer(0, 3000), max_length=integer(1, 3000), focus_on_load=boolean, dispatch_action_config=DISPATCH,
        also=_input_lengths,
    ),
    "url_text_input": shape(
        "url_text_input", action_id=ACTION_ID, **PLACEHOLDER, initial_value=url(), focus_on_load=boolean,
        dispatch_action_config=DISPATCH,
    ),
    "email_text_input": shape(
        "email_text_input", action_id=ACTION_ID, **PLACEHOLDER, initial_value=string(3000), focus_on_load=boolean,
        dispatch_action_config=DISPATCH,
    ),
    "number_input": shape(
        "number_input", action_id=ACTION_ID, **PLACEHOLDER, is_decimal_allowed_=boolean, initial_value=string(100),
        min_value=string(100), max_value=string(100), focus_on_load=boolean, dispatch_action_config=DISPATCH,
    ),
    "file_input": shape(
        "file_input", action_id=ACTION_ID, filetypes=listing(string(20), 1, 100), max_files=integer(1, 10)
    ),
    "image": IMAGE,
}  # fmt: skip
FEEDBACK_BUTTONS = shape("feedback_buttons", action_id=ACTION_ID, positive_button_=FEEDBACK, negative_button_=FEEDBACK)
ICON_BUTTON = shape(
    "icon_button", action_id=ACTION_ID, icon_=one_of("trash"), text_=plain(75), value=string(2000), confirm=CONFIRM,
    accessibility_label=string(75), **VISIBLE,
)  # fmt: skip
INPUTS = {name: check for name, check in ELEMENTS.items() if name not in ("button", "overflow", "image")}
ACTIONS = {name: check for name, check in ELEMENTS.items() if name not in ("image",) and not name.endswith("_input")}
ACTION = by_type(ACTIONS, "an element of an actions block")
ACCESSORY = by_type({**ACTIONS, "image": IMAGE}, "an accessory")
INPUT = by_type(INPUTS, "an element of an input block")
CONTEXT = by_type({"image": IMAGE, "mrkdwn": mrkdwn(3000), "plain_text": plain(3000)}, "an element of a context block")
CONTEXT_ACTION = by_type(
    {"feedback_buttons": FEEDBACK_BUTTONS, "icon_button": ICON_BUTTON}, "an element of a context_actions block"
)
