"""What goes wrong on the way: answers that get lost, limits, errors, slowness. All by a seeded chance."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any


@dataclass
class Fault:
    """What happens to calls of a method (`chat.*` works; `download` is the file host) while it lasts."""

    method: str
    share: float = 1.0
    times: int | None = None
    """How many calls it meets; None: until `clear`."""
    seconds: float = 0.0
    drop: bool = False
    lose: bool = False
    status: int = 0
    retry_after: int | None = None
    error: str = ""


class Faults:
    """Set by a test, at any moment."""

    def __init__(self, seed: int = 0) -> None:
        self.random = random.Random(seed)
        self.rules: list[Fault] = []
        self.redeliver_share = 0.0
        """Share of events that come again although they were acknowledged."""
        self.rated = 0
        """How many posts were turned down for their rate."""
        self._rate: tuple[float, float] | None = None
        self._buckets: dict[str, tuple[float, float]] = {}

    def drop_answers(self, method: str = "chat.postMessage", *, share: float = 1.0, times: int | None = None) -> None:
        """Accepts the call and closes the connection instead of answering."""
        self.rules.append(Fault(method, share, times, drop=True))

    def lose_requests(self, method: str = "chat.postMessage", *, share: float = 1.0, times: int | None = None) -> None:
        """Closes the connection without having done anything."""
        self.rules.append(Fault(method, share, times, lose=True))

    def rate_limit(self, method: str = "chat.postMessage", *, times: int = 1, retry_after: int = 1) -> None:
        """429 with Retry-After."""
        self.rules.append(Fault(method, times=times, status=429, retry_after=retry_after))

    def server_error(self, method: str = "chat.postMessage", *, times: int = 1, status: int = 500) -> None:
        """An error page instead of JSON; nothing was done."""
        self.rules.append(Fault(method, times=times, status=status))

    def refuse(self, method: str, error: str, *, times: int | None = 1) -> None:
        """Slack's own error: `channel_not_found`, `account_inactive`, …"""
        self.rules.append(Fault(method, times=times, error=error))

    def slow(self, method: str, seconds: float, *, share: float = 1.0, times: int | None = None) -> None:
        """Answers late."""
        self.rules.append(Fault(method, share, times, seconds=seconds))

    def redeliver(self, share: float) -> None:
        """Sends a share of events again although they were acknowledged."""
        self.redeliver_share = share

    def enforce_posting_rate(self, *, per_second: float = 1.0, burst: int = 4) -> None:
        """Slack's own limit of posts: about one a second a channel, short bursts allowed; past it 429."""
        self._rate = (per_second, float(burst))

    def clear(self) -> None:
        self.rules, self._rate, self.redeliver_share = [], None, 0.0

    def pick(self, method: str, args: dict[str, Any]) -> Fault | None:
        """What this call meets: slowness adds to another fault, of the others the first counts."""
        met: Fault | None = None
        seconds = 0.0
        for rule in list(self.rules):
            if not fnmatchcase(method, rule.method) or (met is not None and not rule.seconds):
                continue
            if rule.share < 1.0 and self.random.random() >= rule.share:
                continue
            if rule.times is not None:
                rule.times -= 1
                if rule.times <= 0:
                    self.rules.remove(rule)
            if rule.seconds:
                seconds += rule.seconds
            else:
                met = rule
        if met is None and method == "chat.postMessage" and self._too_fast(str(args.get("channel"))):
            self.rated += 1
            met = Fault(method, status=429, retry_after=1)
        return replace(met or Fault(method), seconds=seconds) if met or seconds else None

    def _too_fast(self, channel: str) -> bool:
        if self._rate is None:
            return False
        per_second, burst = self._rate
        now = time.monotonic()
        tokens, at = self._buckets.get(channel, (burst, now))
        tokens = min(burst, tokens + (now - at) * per_second)
        self._buckets[channel] = (tokens - 1 if tokens >= 1 else tokens, now)
        return tokens < 1
