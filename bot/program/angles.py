"""Ways into a campaign's topic, as data, and which three of them somebody gets.

An angle suggests where a person's own words could begin; it is never a text to copy. Three are chosen for person and
campaign, so that colleagues don't all write the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from itertools import combinations
from math import comb
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from bot.datafile import load, shipped
from bot.program.models import Ambassador, Campaign, Id, Language, Past

FILE = "angles.yaml"
APART = 20
"""Of so many nudges of a campaign in a row, no two have the same three angles."""
_FEWEST = 6
"""Angles that fit everybody: enough for `APART` different threes."""
_MOST_APART = 100
_BITS = 32
_FOR_TOPIC, _FOR_NETWORK = 1 << (_BITS - 1), 1 << (_BITS - 2)
"""How far an angle moves up for the campaign's topic, and for a network of the person's."""
_MIXER = 0x9E3779B1
Three = tuple[str, str, str]

Sentence = Annotated[str, Field(min_length=1, max_length=200)]


class Angle(BaseModel):
    """One way in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Id
    topics: tuple[Id, ...] = ()
    """Empty: it fits any."""
    networks: tuple[str, ...] = ()
    says: Annotated[dict[Language, Sentence], Field(min_length=1)]


class Angles(BaseModel):
    """The whole of `angles.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    angles: tuple[Angle, ...]

    @field_validator("angles")
    @classmethod
    def _enough(cls, angles: tuple[Angle, ...]) -> tuple[Angle, ...]:
        ids, sentences = set(), set()
        for angle in angles:
            if angle.id in ids:
                raise ValueError(f"two are called {angle.id}: give one of them another id")
            ids.add(angle.id)
            for said in angle.says.items():
                if said in sentences:
                    raise ValueError(f"{angle.id} says what another one says ({said[0]}): let each say its own")
                sentences.add(said)
        general = sum(not angle.topics and not angle.networks for angle in angles)
        if general < _FEWEST:
            raise ValueError(
                f"{general} fit every topic and network: write {_FEWEST} at least without topics and networks, so that"
                " colleagues don't get the same"
            )
        return angles

    def says(self, angle_id: str, language: str) -> str:
        """An angle's sentence for a reader of `language`; of one that is gone, nothing."""
        said: dict[str, str] = next((angle.says for angle in self.angles if angle.id == angle_id), {})
        return said.get(language) or said.get("en") or next(iter(said.values()), "")


def load_angles(knowledge: Path) -> Angles:
    """Raises `KnowledgeError` that names file and line. A folder without the file gets the shipped one."""
    own = knowledge / FILE
    return load(own if own.is_file() else shipped("knowledge") / FILE, Angles)


class Turns:
    """Gives the nudges of one campaign their angles, in the order in which they go out."""

    def __init__(self, angles: Angles, campaign: Campaign, past: Iterable[Past] = ()) -> None:
        """`past`: the campaign's nudges so far, by time."""
        self._angles = angles.angles
        self._campaign = campaign
        self._salts = [_salt(angle.id) for angle in angles.angles]
        self._number = 0
        self._last: dict[int, int] = {}  # a three, as bits → the number of the nudge that had it last
        self._fitting: dict[frozenset[str], list[tuple[int, int]]] = {}
        bits = {angle.id: 1 << number for number, angle in enumerate(angles.angles)}
        for nudge in past:
            if nudge.counts:  # else nobody saw it
                self._number += 1
                self._last[sum(bits.get(angle, 0) for angle in nudge.angles)] = self._number

    def next(self, person: Ambassador, rank: int) -> Three:
        """Three for this person, of the ones that they'd like best by `rank`, a number below 2³².

        None comes again for half as many nudges as there are threes: that leaves a margin, since some never go out.
        """
        fitting = self._fit(person)

        def liking(one: tuple[int, int]) -> int:
            number, bonus = one
            return (((rank ^ self._salts[number]) * _MIXER) & 0xFFFFFFFF) - bonus

        liked = [number for number, _ in sorted(fitting, key=liking)]
        threes = comb(len(liked), 3)
        apart = max(APART, min(_MOST_APART, threes // 2))
        self._number += 1
        for a, b, c in combinations(liked, 3):
            three = 1 << a | 1 << b | 1 << c
            if self._number - self._last.get(three, -apart) >= apart:
                self._last[three] = self._number
                return self._angles[a].id, self._angles[b].id, self._angles[c].id
        raise AssertionError("there are always more threes than must be apart")

    def _fit(self, person: Ambassador) -> list[tuple[int, int]]:
        """Angles that fit, with how far each moves up."""
        networks = frozenset(person.networks or self._campaign.networks)
        if self._campaign.networks:
            networks &= frozenset(self._campaign.networks)
        if networks not in self._fitting:
            found = []
            for number, angle in enumerate(self._angles):
                for_topic = self._campaign.topic in angle.topics
                for_network = not networks.isdisjoint(angle.networks)
                if (for_topic or not angle.topics) and (for_network or not angle.networks):
                    found.append((number, for_topic * _FOR_TOPIC + for_network * _FOR_NETWORK))
            self._fitting[networks] = found
        return self._fitting[networks]


def _salt(angle_id: str) -> int:
    return int.from_bytes(blake2b(angle_id.encode(), digest_size=4).digest())
