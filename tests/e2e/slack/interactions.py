"""Payloads of what a person presses, picks and fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.e2e.slack import reading, shown
from tests.e2e.slack.state import Channel, File, Message, Ticket, User, View

if TYPE_CHECKING:
    from tests.e2e.slack.server import Slack

Json = dict[str, Any]
TYPED = ("plain_text_input", "url_text_input", "email_text_input", "number_input")
CHOSEN = ("static_select", "radio_buttons")
SEVERAL = ("checkboxes", "multi_static_select")
MOMENT = range(10**9, 10**10)
"""Seconds of ten digits, as a datetimepicker takes and gives them."""
UPLOAD = 10 * 1024**2
"""Bytes that a file input takes of a file."""


def common(slack: Slack, kind: str, user: User) -> Json:
    """What every interaction holds."""
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team},
        "api_app_id": slack.state.app_id,
        "token": "deprecated-verification-token",
        "team": {"id": slack.state.team, "domain": "tebiora"},
        "enterprise": None,
        "is_enterprise_install": False,
        "trigger_id": slack.state.trigger(user.id),
    }


def response_url(slack: Slack, ticket: Ticket) -> str:
    name = slack.state.new_id("") + slack.state.new_id("")
    slack.state.response_urls[name] = ticket
    return f"{slack.url}/actions/{slack.state.team}/{name}"


def control(blocks: list[Json], action_id: str, nth: int) -> tuple[Json, Json]:
    """The block and the element with this action_id; `nth` where several have it."""
    found = reading.controls(blocks)
    named = [pair for pair in found if pair[1]["action_id"] == action_id]
    if nth >= len(named):
        there = ", ".join(element["action_id"] for _, element in found) or "nothing to press"
        raise AssertionError(f"no {action_id} number {nth}; there is: {there}")
    return named[nth]


def pressed(slack: Slack, element: Json, block: Json, value: str | None, option: str | None) -> Json:
    """The action that a press sends; `value` stands in for the true one, as a tampered client's would."""
    kind = element["type"]
    action: Json = {
        "type": kind,
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": slack.state.new_ts(),
    }
    if kind == "button":
        action["text"] = element["text"]
        if value is not None or "value" in element:
            action["value"] = element.get("value") if value is None else value
    elif kind in (*CHOSEN, "overflow"):
        picked = chosen(element, option if option is not None else value)
        action["selected_option"] = picked if value is None or option is None else {**picked, "value": value}
    elif kind in SEVERAL:
        picked_options = [chosen(element, part) for part in (option or "").split(",") if part]
        action["selected_options"] = picked_options
    elif kind == "feedback_buttons":
        side = element["positive_button" if option == "positive" else "negative_button"]
        action |= {"text": side["text"], "value": side["value"] if value is None else value}
    elif kind in ("users_select", "conversations_select", "channels_select"):
        action[f"selected_{kind.removesuffix('s_select')}"] = option
    elif kind == "icon_button":
        action["value"] = element.get("value") if value is None else value
    else:
        raise AssertionError(f"the stand-in can't press a {kind}")
    return action


def chosen(element: Json, wanted: str | None) -> Json:
    """The option with this value or this text."""
    groups = [option for group in element.get("option_groups", []) for option in group["options"]]
    options = [*element.get("options", []), *groups]
    for option in options:
        if wanted in (option["value"], option["text"]["text"]):
            return dict(option)
    raise AssertionError(f"no option {wanted!r} in {element['action_id']}; there is: {[o['value'] for o in options]}")


def filled(blocks: list[Json], values: Json, *, sending: bool) -> Json:
    """`state.values`: what stands in every input, by block_id and action_id. `sending` checks as Slack's client does.

    `values` goes by action_id or block_id: a text, an option's value or text, a list of these or of people's ids, seconds
    for a datetimepicker, or a list of files (`given`).
    """
    state: Json = {}
    unknown = set(values)
    for block, element in reading.controls(blocks):
        keys = {element["action_id"], block["block_id"]} & set(values)
        unknown -= keys
        entry = _entry(element, values[min(keys)] if keys else None, given=bool(keys))
        if entry is None:
            continue
        if sending and block["type"] == "input":
            _client_checks(block, element, entry)
        state.setdefault(block["block_id"], {})[element["action_id"]] = entry
    if unknown:
        raise AssertionError(
            f"no input {sorted(unknown)}; there is: {[e['action_id'] for _, e in reading.controls(blocks)]}"
        )
    return state


def _entry(element: Json, value: Any, *, given: bool) -> Json | None:
    kind = element["type"]
    if kind in TYPED:
        return {"type": kind, "value": (value or None) if given else element.get("initial_value")}
    if kind in CHOSEN:
        picked = chosen(element, value) if given and value is not None else None
        return {"type": kind, "selected_option": picked if given else element.get("initial_option")}
    if kind in SEVERAL:
        picked_options = [chosen(element, part) for part in value or []]
        return {"type": kind, "selected_options": picked_options if given else element.get("initial_options", [])}
    if kind == "file_input":
        return {"type": kind, "files": list(value or [])}
    if kind == "datetimepicker":
        return {"type": kind, "selected_date_time": value if given else element.get("initial_date_time")}
    if kind == "multi_users_select":
        return {"type": kind, "selected_users": list((value if given else element.get("initial_users")) or [])}
    if kind.endswith("_select"):
        what = kind.removesuffix("s_select")
        return {"type": kind, f"selected_{what}": value if given else element.get(f"initial_{what}")}
    return None


def _client_checks(block: Json, element: Json, entry: Json) -> None:
    """What Slack's client never lets a person send."""
    name = element["action_id"]
    content = next((value for key, value in entry.items() if key != "type"), None)
    if not content:
        if not block.get("optional"):
            raise AssertionError(f"Slack's client wouldn't submit: {name} is empty and not optional")
        return
    if element["type"] == "file_input":
        _uploads(element, content)
    if element["type"] == "datetimepicker":
        _moment(name, content)
    if element["type"] == "multi_users_select" and len(content) > element.get("max_selected_items", 1000):
        raise AssertionError(f"Slack's client wouldn't submit: {name} has {len(content)} people")
    if element["type"] in TYPED and element["type"] == "plain_text_input":
        low, high = element.get("min_length", 0), element.get("max_length", 3000)
        if not low <= len(content) <= high:
            raise AssertionError(
                f"Slack's client wouldn't submit: {name} has {len(content)} characters, not {low} to {high}"
            )


def _moment(name: str, picked: object) -> None:
    if not isinstance(picked, int) or picked not in MOMENT:
        raise AssertionError(f"Slack's client gives seconds of ten digits: {name} is {picked!r}")


def _uploads(element: Json, files: list[Json]) -> None:
    """What Slack's client doesn't take as an upload."""
    name, kinds = element["action_id"], element.get("filetypes")
    if len(files) > element.get("max_files", 10):
        raise AssertionError(f"Slack's client wouldn't submit: {name} has {len(files)} files")
    for file in files:
        if kinds and file["name"].rpartition(".")[2].lower() not in kinds:
            raise AssertionError(f"Slack's client wouldn't submit: {file['name']} is none of {', '.join(kinds)}")
        if file["size"] > UPLOAD:
            raise AssertionError(f"Slack's client wouldn't submit: {file['name']} has more than 10 MB")


def given(slack: Slack, values: Json) -> Json:
    """Values for a modal in which files are handed to the app: it sees them from then on, as Slack shows them."""
    shown_values: Json = {}
    for name, value in values.items():
        files = [file for file in value if isinstance(file, File)] if isinstance(value, list) else []
        for file in files:
            file.given = True
        shown_values[name] = [shown.whole_file(slack, file) for file in files] if files else value
    return shown_values


def in_message(slack: Slack, user: User, message: Message, action: Json) -> Json:
    """`block_actions` on a message."""
    channel = slack.state.channels[message.channel]
    ticket = Ticket(user.id, slack.state.now(), channel.id, message, message.thread_ts)
    container = {
        "type": "message", "message_ts": message.ts, "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }  # fmt: skip
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    payload = common(slack, "block_actions", user) | {
        "container": container,
        "channel": place(channel),
        "state": {"values": filled(message.blocks, {}, sending=False)},
        "response_url": response_url(slack, ticket),
        "actions": [action],
    }
    if message.ephemeral_to is None:  # Slack doesn't keep ephemeral messages
        payload["message"] = shown.message(slack, message)
    return payload


def in_view(slack: Slack, user: User, view: View, action: Json) -> Json:
    """`block_actions` in a modal or a home."""
    values = filled(view.blocks, {}, sending=False)
    if "selected_option" in action:
        entry = {"type": action["type"], "selected_option": action["selected_option"]}
        if action["type"] in CHOSEN:
            values.setdefault(action["block_id"], {})[action["action_id"]] = entry
    if "selected_options" in action:
        entry = {"type": action["type"], "selected_options": action["selected_options"]}
        values.setdefault(action["block_id"], {})[action["action_id"]] = entry
    return common(slack, "block_actions", user) | {
        "container": {"type": "view", "view_id": view.id},
        "view": shown.view(slack.state, view, values),
        "actions": [action],
    }


def place(channel: Channel) -> Json:
    names = {"im": "directmessage", "private": "privategroup"}
    return {"id": channel.id, "name": names.get(channel.kind, channel.name)}
