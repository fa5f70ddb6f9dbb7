"""The prompts: files with front matter in `prompts/`, checked when they are read, and the fixed sentences beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot import datafile
from bot.coach.human_channels import HumanChannels, load_human_channels
from bot.coach.intents import Intents, load_intents
from bot.coach.question_words import QuestionWords, load_question_words
from bot.datafile import KnowledgeError, load, read_text, validate

_INPUT = re.compile(r"\{\{\s*([^{}\s]*)\s*\}\}")
_FENCE = "---"


class FrontMatter(BaseModel):
    """What a prompt says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    purpose: str = Field(min_length=1)
    inputs: tuple[str, ...]
    """Names that stand as `{{name}}` in the text; each must be used, no other may."""
    version: int = Field(ge=1)


@dataclass(frozen=True)
class Prompt:
    """A prompt that can be filled."""

    path: Path
    about: FrontMatter
    text: str

    def fill(self, **inputs: str) -> str:
        """The text with its inputs. Raises `KnowledgeError` when the code and the file disagree on them."""
        if set(inputs) != set(self.about.inputs):
            raise KnowledgeError(f"{self.path}: inputs must be {', '.join(sorted(inputs))}")
        return _INPUT.sub(lambda match: inputs[match.group(1)], self.text)


POLICY_NOTES = (
    *("policy_yes", "policy_no", "policy_depends", "policy_conflict", "policy_foreign", "policy_silent", "policy_ask"),
    *("policy_empty", "policy_wordless", "policy_long", "policy_prompt", "policy_others"),
)
"""Those of an answer about policy; a copy of `prompts/` that is older than they are gets the ones that ship."""
NOTES = (
    *("time", "unreachable", "refused", "unusable", "credentials", "foreign"),  # of a review
    *("welcome", "no_model", "answer_late", "no_answer", "no_version", "not_sent", "protected"),  # in its thread
    *("which_network", "nothing_found", "no_such_finding", "manual_silent"),
    *POLICY_NOTES,
)
"""The reasons for which `phrases.yaml` must have a sentence."""


class Phrases(BaseModel):
    """`phrases.yaml`: sentences that Bonvent says itself, by language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    languages: dict[str, str]
    """How the prompt calls each language."""
    notes: dict[str, dict[str, str]]
    """Reason → language → sentence."""

    @model_validator(mode="after")
    def _all_notes(self) -> Phrases:
        old = (reason for reason in NOTES if reason not in POLICY_NOTES)
        missing = [reason for reason in old if "en" not in self.notes.get(reason, {})]
        if missing:
            raise ValueError(f"notes: no sentence in English for {', '.join(missing)}: add it")
        return self

    def note(self, reason: str, language: str) -> str:
        """The sentence for `reason`, in English when the language has none."""
        texts = self.notes[reason]
        return texts.get(language) or texts["en"]


class Watchwords(BaseModel):
    """`watchwords.yaml`: words that a model's text is searched for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    never: dict[str, tuple[str, ...]]
    """What no feedback may say, whatever its language: that the post is approved, that a finding can be ignored."""
    seldom: dict[str, tuple[str, ...]]
    """What feedback says only where a rule's own words say it: leave to publish, judgements, talk of the review."""
    leave: dict[str, tuple[str, ...]]
    """What an answer to a question says only where the manual's or a rule's own words say it: yes, you can, you're right."""
    numbers: dict[str, dict[str, tuple[str, ...]]]
    """Language → value → words for it; `*` at the end stands for the rest of a word."""
    dates: dict[str, tuple[str, ...]]
    """Language → words that set a date."""


@dataclass(frozen=True)
class Prompts:
    """All that `prompts/` holds."""

    review: Prompt
    repair: Prompt
    follow_up: Prompt
    rework: Prompt
    answer: Prompt
    answer_repair: Prompt
    phrases: Phrases
    watchwords: Watchwords
    intents: Intents
    questions: QuestionWords
    channels: HumanChannels


def load_prompt(path: Path) -> Prompt:
    """Raises `KnowledgeError` that names file and line."""
    lines = read_text(path).splitlines()
    closing = next((n for n, line in enumerate(lines[1:], start=1) if line.strip() == _FENCE), None)
    if not lines or lines[0].strip() != _FENCE or closing is None:
        raise KnowledgeError(f"{path}:1: start with front matter between two lines `---`: purpose, inputs, version")
    about = validate("\n".join(lines[1:closing]), path, FrontMatter, first_line=2)
    problems = []
    used = set()
    for number, line in enumerate(lines[closing + 1 :], start=closing + 2):
        for name in _INPUT.findall(line):
            used.add(name)
            if name not in about.inputs:
                problems.append(f"{path}:{number}: unknown input {{{{{name}}}}}: name it in `inputs` or remove it")
    declared = next((n for n, line in enumerate(lines, start=1) if line.startswith("inputs")), 1)
    for name in about.inputs:
        if name not in used:
            problems.append(f"{path}:{declared}: input “{name}” isn't used: write {{{{{name}}}}} where it belongs")
    text = "\n".join(lines[closing + 1 :]).strip()
    if not text:
        problems.append(f"{path}:{closing + 1}: the prompt has no text")
    if problems:
        raise KnowledgeError(*problems)
    return Prompt(path, about, text)


def load_prompts(directory: Path) -> Prompts:
    """All prompts of a folder. Raises `KnowledgeError`.

    What came with policy questions may be missing in an older copy: then it is the one that ships.
    """

    def newer(name: str) -> Path:
        return directory / name if (directory / name).exists() else datafile.shipped("prompts") / name

    return Prompts(
        review=_with_inputs(load_prompt(directory / "review.md"), "company", "language", "network"),
        repair=_with_inputs(load_prompt(directory / "repair.md"), "reasons"),
        follow_up=_with_inputs(load_prompt(directory / "follow_up.md"), "company", "language", "network"),
        rework=_with_inputs(load_prompt(directory / "rework.md"), "company", "language", "network"),
        answer=_with_inputs(load_prompt(newer("answer.md")), "company", "language"),
        answer_repair=_with_inputs(load_prompt(newer("answer_repair.md")), "reasons"),
        phrases=_whole(load(directory / "phrases.yaml", Phrases)),
        watchwords=load(directory / "watchwords.yaml", Watchwords),
        intents=load_intents(directory / "intents.yaml"),
        questions=load_question_words(newer("questions.yaml")),
        channels=load_human_channels(newer("human_channels.yaml")),
    )


@cache
def shipped() -> Prompts:
    """The prompts that Bonvent ships with."""
    return load_prompts(datafile.shipped("prompts"))


def _whole(phrases: Phrases) -> Phrases:
    """With the sentences that an older copy hasn't got yet."""
    missing = [reason for reason in POLICY_NOTES if "en" not in phrases.notes.get(reason, {})]
    if not missing:
        return phrases
    ours = load(datafile.shipped("prompts") / "phrases.yaml", Phrases)
    added = {reason: {**ours.notes[reason], **phrases.notes.get(reason, {})} for reason in missing}
    return phrases.model_copy(update={"notes": {**phrases.notes, **added}})


def _with_inputs(prompt: Prompt, *names: str) -> Prompt:
    prompt.fill(**dict.fromkeys(names, ""))
    return prompt
