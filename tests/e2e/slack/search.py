"""Looks through the whole workspace: where some words are, and what a failed wait should tell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.e2e.slack import reading

if TYPE_CHECKING:
    from tests.e2e.slack.server import Slack

CARRIED = ("value", "block_id", "action_id", "private_metadata", "callback_id", "external_id")


def places(slack: Slack, needle: str) -> list[str]:
    """`message C… ts by U… in thread …`, `text of …` (notifications), `value in …`, `metadata of …`, `view …`, `status …`, `file …`."""
    return list(dict.fromkeys(_places(slack, needle)))


def _places(slack: Slack, needle: str) -> Iterator[str]:
    state = slack.state
    for channel, messages in state.messages.items():
        for message in messages:
            if message.deleted:
                continue
            name = f"message {channel} {message.ts} by {message.user} in thread {message.root}"
            if needle in message.words or any(needle in said for said in message.history):
                yield name
            if message.by_bot and needle in reading.unescaped(message.text):
                yield f"text of {name}"
            if needle in " ".join(reading.every_text(message.metadata)):
                yield f"metadata of {name}"
            yield from _carried(message.blocks, needle, name)
    for view in [*state.views.values(), *state.homes.values()]:
        name = f"view {view.body.get('callback_id') or view.body['type']} of {view.user}"
        if needle in " ".join(reading.every_text(view.body)):
            yield name
        yield from _carried(view.body, needle, name)
    for status in state.statuses:
        if needle in status.status or any(needle in line for line in status.loading_messages):
            yield f"status in {status.channel} {status.thread_ts}"
    for prompt in state.prompts:
        if needle in " ".join(reading.every_text(prompt)):
            yield f"prompts in {prompt['channel']}"
    for (channel, ts), title in state.titles.items():
        if needle in title:
            yield f"title of {channel} {ts}"
    for file in state.files.values():
        if file.user == state.bot_user and (needle.encode() in file.content or needle in file.name):
            yield f"file {file.id} in {', '.join(file.channels)}"


def _carried(node: Any, needle: str, where: str) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in CARRIED and isinstance(value, str) and needle in value:
                yield f"{key} in {where}"
            yield from _carried(value, needle, where)
    elif isinstance(node, list):
        for value in node:
            yield from _carried(value, needle, where)


def summary(slack: Slack) -> str:
    """What stands in the workspace, the last calls, deliveries that failed, and complaints."""
    lines = []
    for channel, messages in slack.state.messages.items():
        for message in [m for m in messages if not m.deleted][-8:]:
            who = "the app" if message.by_bot else slack.state.users[message.user].name
            lines.append(f"  {channel} {message.ts} (thread {message.root}) {who}: {message.words[:200]!r}")
    calls = [f"  {call.method} → {call.answer.get('error', 'ok')}" for call in slack.calls[-10:]]
    failed = [f"  {ack.kind} → {ack.status} {ack.reason} after {ack.seconds:.2f} s" for ack in slack.late[-5:]]
    parts = {"messages": lines, "last calls": calls, "not acknowledged": failed, "complaints": slack.complaints[-10:]}
    return "\n".join(f"{name}:\n" + "\n".join(what or ["  none"]) for name, what in parts.items())
