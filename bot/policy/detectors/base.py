"""What a detector is: a named function from a `Reading` and its options to spans."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.policy.reading import Reading, Span


class Options(BaseModel):
    """A detector's options in a rule file; unknown ones are an error. This one has none."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Detector:
    """`find(reading, options)` gives the spans; the first line of its docstring says what it finds."""

    find: Callable[[Reading, Any], Iterable[Span]]
    options: type[Options] = Options
