"""The clock that all processes of a rehearsal share: eight bytes in a file, moved by the driver alone."""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.clock import Clock

_TIME = struct.Struct("<d")


@dataclass(frozen=True)
class SteeredClock(Clock):
    """Stands still until it is moved."""

    memory: mmap.mmap = field(kw_only=True, repr=False)

    @classmethod
    def at(cls, file: Path, start: datetime | None = None) -> SteeredClock:
        """Opens the clock in `file`; `start` makes it anew."""
        if start is not None:
            file.write_bytes(_TIME.pack(start.timestamp()))
        with file.open("r+b") as opened:
            return cls(memory=mmap.mmap(opened.fileno(), _TIME.size))

    def now(self) -> datetime:
        return datetime.fromtimestamp(_TIME.unpack_from(self.memory)[0], UTC)

    def move(self, moment: datetime) -> None:
        _TIME.pack_into(self.memory, 0, moment.timestamp())
