"""A message on its way to Slack."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]


@dataclass(frozen=True)
class Post:
    """`text` is what a notification shows: a sentence of ours, never words of a draft or of a model."""

    text: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def payload(self) -> dict[str, Any]:
        """As Slack's methods and the outbox take it."""
        return {"text": self.text, "blocks": self.blocks}
