"""`networks.yaml`: what each network takes, with the source and date of every number."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Counting = Literal["characters", "x-weighted", "graphemes", "emoji-as-bytes", "mastodon"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Hashtags(_Strict):
    habit: int | None = None
    """More than this is unusual: a hint."""
    most: int | None = None
    """More than this the network refuses or ignores."""


class Network(_Strict):
    """One network. Numbers that sources disagree on stand under `uncertain` and are only ever hints."""

    name: str
    aliases: tuple[str, ...] = ()
    length: int = Field(gt=0)
    bytes: int | None = None
    """A second limit, in UTF-8 bytes (Bluesky)."""
    counting: Counting = "characters"
    link_weight: int | None = None
    """What every link counts, whatever its length."""
    fold: int | None = None
    """Characters that are shown before "…more"."""
    hashtags: Hashtags = Field(default_factory=Hashtags)
    links: int | None = None
    """Most distinct links in a post."""
    links_clickable: bool = True
    alt: int | None = None
    """Longest alternative text, in characters."""
    uncertain: tuple[str, ...] = ()
    """Names of the keys above that are a hint, never a hard error."""
    sources: tuple[str, ...] = Field(min_length=1)


class Networks(_Strict):
    """The whole file: id → network."""

    checked: date
    """When somebody last looked the numbers up."""
    networks: dict[str, Network] = Field(min_length=1)
