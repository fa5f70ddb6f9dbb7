"""Small checks to build Slack's shapes from: each takes a value and its JSON pointer, and yields what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Check = Callable[[Any, str], Iterator[str]]


def fault(what: str, at: str) -> str:
    """Worded as Slack does."""
    return f"[ERROR] {what} [json-pointer:{at}]"


def string(longest: int, shortest: int = 1) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield fault("must be a string", at)
        elif len(value) < shortest:
            yield fault(f"must be more than {shortest - 1} characters", at)
        elif len(value) > longest:
            yield fault(f"must be less than {longest + 1} characters", at)

    return check


def url(longest: int = 3000) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        yield from string(longest)(value, at)
        if isinstance(value, str) and "://" not in value and not value.startswith("mailto:"):
            yield fault("must be a valid URL", at)

    return check


def boolean(value: Any, at: str) -> Iterator[str]:
    if not isinstance(value, bool):
        yield fault("must be a boolean", at)


def anything(value: Any, at: str) -> Iterator[str]:
    yield from ()


def integer(low: int, high: int) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield fault("must be an integer", at)
        elif not low <= value <= high:
            yield fault(f"must be between {low} and {high}", at)

    return check


def one_of(*values: Any) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if value not in values:
            yield fault(f"must be one of {', '.join(map(str, values))}", at)

    return check


def listing(item: Check, low: int, high: int) -> Check:
    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield fault("must be an array", at)
            return
        if len(value) < low:
            yield fault(f"no less than {low} items required", at)
        if len(value) > high:
            yield fault(f"no more than {high} items allowed", at)
        for n, entry in enumerate(value):
            yield from item(entry, f"{at}/{n}")

    return check


def shape(kind: str | None = None, /, *, also: Check | None = None, **fields: Check) -> Check:
    """An object. A field whose name ends with an underscore is required; unknown ones are faults; `also` sees the whole."""
    known = {name.rstrip("_"): check for name, check in fields.items()}
    required = [name[:-1] for name in fields if name.endswith("_")]

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield fault("must be an object", at)
            return
        if kind is not None and value.get("type") != kind:
            yield fault(f"must be of type {kind}", at)
            return
        for name in required:
            if name not in value:
                yield fault(f"missing required field: {name}", at)
        for name, entry in value.items():
            if name == "type" and kind is not None:
                continue
            if name not in known:
                yield fault(f"unsupported field: {name}", at)
            else:
                yield from known[name](entry, f"{at}/{name}")
        if also is not None:
            yield from also(value, at)

    return check


def by_type(kinds: dict[str, Check], what: str) -> Check:
    """An object whose `type` picks its check."""

    def check(value: Any, at: str) -> Iterator[str]:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind not in kinds:
            yield fault(f"unsupported type for {what}: {kind}", at)
        else:
            yield from kinds[kind](value, at)

    return check


def plain(longest: int) -> Check:
    return shape("plain_text", text_=string(longest), emoji=boolean)


def mrkdwn(longest: int) -> Check:
    return shape("mrkdwn", text_=string(longest), verbatim=boolean)


def any_text(longest: int) -> Check:
    return by_type({"plain_text": plain(longest), "mrkdwn": mrkdwn(longest)}, "a text")
