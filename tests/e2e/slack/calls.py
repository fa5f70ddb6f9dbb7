"""How a Web API method is declared and called: its arguments, scopes and errors."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.e2e.slack.server import Slack

Json = dict[str, Any]


class ApiError(Exception):
    """What Slack answers instead of `ok`: a code, and whatever stands beside it."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code, self.more = code, more


class Args(dict[str, Any]):
    """A call's arguments. Forms and query strings carry everything as text, JSON carries it as it is."""

    def text(self, name: str, missing: str | None = None) -> str:
        """The argument as text; absent: the error `missing`, or else an empty string."""
        value = self.get(name)
        if value in (None, ""):
            if missing:
                raise ApiError(missing)
            return ""
        return str(value)

    def data(self, name: str) -> Any:
        """A list or object, parsed where it came as text."""
        value = self.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise ApiError("invalid_arguments", response_metadata={"messages": [f"[ERROR] {name}: not JSON"]}) from None

    def flag(self, name: str) -> bool:
        return str(self.get(name, "")).lower() in ("true", "1")

    def number(self, name: str, default: int) -> int:
        try:
            return int(self.get(name, default))
        except ValueError:
            raise ApiError("invalid_arguments") from None


@dataclass(frozen=True)
class Call:
    """One call that the app made, and what it was told."""

    method: str
    args: Json
    at: float
    answer: Json
    status: int = 200
    dropped: bool = False
    """Accepted, and the answer never sent."""


Handler = Callable[["Slack", Args], Awaitable[Json]]


@dataclass(frozen=True)
class Method:
    handler: Handler
    token: str
    """`bot`, `app` or `config`."""
    scopes: tuple[str, ...]
    """Any one of them will do; empty: none is needed, or it depends on the channel."""
    takes: frozenset[str]


METHODS: dict[str, Method] = {}


def method(
    name: str, takes: str = "", *, scopes: tuple[str, ...] = (), token: str = "bot"
) -> Callable[[Handler], Handler]:
    """Declares a Web API method with the arguments that it takes."""

    def declare(handler: Handler) -> Handler:
        METHODS[name] = Method(handler, token, scopes, frozenset(takes.split()) | {"token", "team_id"})
        return handler

    return declare


def require(slack: Slack, *scopes: str) -> None:
    """Raises `missing_scope` unless the bot was granted one of them."""
    if scopes and not slack.scopes.intersection(scopes):
        needed = ",".join(scopes)
        slack.complain(f"the scope {needed} is missing")
        raise ApiError("missing_scope", needed=needed, provided=",".join(sorted(slack.scopes)))
