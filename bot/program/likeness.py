"""How alike two drafts of one campaign are, from fingerprints that can be compared and not be read back.

A fingerprint is a min-hash: for each of `VALUES` hash functions the least value over the draft's shingles, runs of words. The share
of equal values estimates the share of shingles that two drafts have in common (Jaccard). The functions are keyed by a
campaign's salt: fingerprints of two campaigns, and of the same draft in both, have nothing in common.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence

import regex

from bot.text import fold

VALUES = 64
"""Numbers of 32 bits in a fingerprint: an estimate is off by 0.06 at most two times in three."""
FEWEST = 10
"""Shingles of its own that a draft must have: what is shorter is alike by chance, and by need."""
_RUN = 2  # words of a shingle
_DIGEST = 64  # bytes of one hash: 16 values
_LONGEST = 2_000  # shingles; more is no post
_ASIDE = regex.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[@#]\s?[\p{L}\p{N}_.-]+")
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:[.,'’][\p{L}\p{N}]+)*")

Shingle = tuple[str, ...]


def fingerprint(text: str, salt: str, given: Iterable[str] = ()) -> list[int] | None:
    """`VALUES` numbers from 0 to 2³²-1; None: too short to tell. `given`: see `shingles`."""
    own = sorted(shingles(text, given))[:_LONGEST]
    if len(own) < FEWEST:
        return None
    values = [_hashes(" ".join(shingle), salt) for shingle in own]
    return [min(column) for column in zip(*values, strict=True)]


def alike(one: Sequence[int], other: Sequence[int]) -> float:
    """From 0 to 1: about the share of shingles that two drafts of the same campaign have in common."""
    if len(one) != len(other) or not one:
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def shingles(text: str, given: Iterable[str] = ()) -> set[Shingle]:
    """The draft's runs of words, whatever their case, accents, links, mentions, hashtags and emoji; a figure is any figure.

    What is made of the words of a `given` text alone (a fact of the campaign, a disclosure) is left out: everybody has that.
    """
    known = [set(_words(each)) for each in given]
    said = _words(text)
    runs = {tuple(said[at : at + _RUN]) for at in range(len(said) - _RUN + 1)}
    return {run for run in runs if not any(each.issuperset(run) for each in known)}


def _words(text: str) -> list[str]:
    folded = _ASIDE.sub(" ", fold(text).text)
    return ["0" if any(map(str.isdigit, word)) else word for word in _WORD.findall(folded)]


def _hashes(words: str, salt: str) -> tuple[int, ...]:
    """The values of all hash functions; the salt is a key, so without it not even a guess can be tried."""
    data, key = words.encode("utf-8", "replace"), salt.encode()[:64]
    parts = VALUES * 4 // _DIGEST
    digest = b"".join(
        hashlib.blake2b(data, digest_size=_DIGEST, key=key, salt=bytes([n])).digest() for n in range(parts)
    )
    return struct.unpack(f">{VALUES}I", digest)
