"""Where in its window a nudge would best lie: a place that rests on campaign and person alone, and the ways on from there.

Nobody's place depends on who else there is or on when it is planned, so planning again moves as little as can be. From a
place that is taken or gone by, the way on leaps over the whole window: what must move doesn't crowd into the next free day.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from math import gcd
from struct import Struct
from typing import NamedTuple

_UNIT = 32  # bits of a rank
_FIVE = Struct(">5I")


class Ranks(NamedTuple):
    """Of one campaign and person: whole numbers below 2³², as good as drawn by lot, and the same ones for ever."""

    date: int
    date_step: int
    minute: int
    minute_step: int
    angles: int


def ranks(campaign: str, user: str) -> Ranks:
    return Ranks._make(_FIVE.unpack(blake2b(f"{campaign}\0{user}".encode(), digest_size=_FIVE.size).digest()))


def ways(rank: int, step: int, length: int) -> Iterator[int]:
    """Every index below `length` once: first the one at this rank, then in strides."""
    if not length:
        return
    at = (rank * length) >> _UNIT
    strides = _strides(length)
    stride = strides[(step * len(strides)) >> _UNIT]
    for _ in range(length):
        yield at
        at = (at + stride) % length


@lru_cache(maxsize=4096)
def _strides(length: int) -> tuple[int, ...]:
    """Those that come by every index."""
    return tuple(stride for stride in range(1, length + 1) if gcd(stride, length) == 1)
