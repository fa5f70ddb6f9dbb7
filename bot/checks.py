"""What `bonvent doctor` finds: one thing looked at, how it is, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "broken"]


@dataclass(frozen=True)
class Check:
    """One thing looked at; `mend` says what to do when it isn't ok."""

    name: str
    state: State
    says: str
    mend: str = ""
