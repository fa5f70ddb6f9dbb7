"""What time it is: the one place that asks, so that tests and rehearsals can say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class Clock:
    """The computer's clock, moved by `shift` (`BONVENT_CLOCK_SHIFT`, seconds)."""

    shift: timedelta = timedelta()

    def now(self) -> datetime:
        """Aware, in UTC."""
        return datetime.now(UTC) + self.shift
