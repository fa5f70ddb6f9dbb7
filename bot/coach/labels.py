"""The words around a review: what verdicts are called, what stands over findings, fixes and the rewrite."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from bot.datafile import load

Label = dict[str, str]


class Labels(BaseModel):
    """`prompts/labels.yaml`: the words around a review, each language → text."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ready: Label
    revise: Label
    hold: Label
    unjudged: Label
    must_fix: Label
    consider: Label
    fix: Label
    manual: Label
    rewrite: Label
    praise: Label
    questions: Label
    reading: Label
    whole: Label

    def say(self, name: str, language: str, languages: tuple[str, ...]) -> str:
        """A label for a reader of `language`; for others in the first of the company's languages that has it."""
        texts: Label = getattr(self, name)
        return next((texts[wanted] for wanted in (language, *languages, "en") if wanted in texts), name)


def load_labels(prompts: Path) -> Labels:
    """Raises `KnowledgeError`."""
    return load(prompts / "labels.yaml", Labels)
