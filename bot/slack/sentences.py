"""The fixed sentences that Slack shows, from `prompts/slack*.yaml`, checked when they are read.

A new sentence is a key in one of the `bot.slack.keys` files and its texts in the file that `FILES` names for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from bot.datafile import load, shipped
from bot.slack.keys import FILES, MAIN, PLACEHOLDERS, Key

NEEDED = ("en", "es", "ca")
_BUTTON = 30  # characters that a phone shows of a button
_TITLE = 24  # characters that Slack takes of a modal's title and of what closes it
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def _texts(texts: dict[str, str], key: str) -> dict[str, str]:
    allowed = PLACEHOLDERS.get(key, frozenset())
    _languages(texts)
    for language, text in texts.items():
        used = set(_PLACEHOLDER.findall(text))
        if unknown := sorted(used - allowed):
            known = ", ".join(f"{{{name}}}" for name in sorted(allowed)) or "none"
            raise ValueError(f"{language}: unknown placeholder {{{unknown[0]}}}. Known here: {known}.")
        if lacking := sorted(allowed - used):
            raise ValueError(f"{language}: {{{lacking[0]}}} is missing: put it where its value belongs")
        if key.startswith("button_") and len(text) > _BUTTON:
            raise ValueError(f"{language}: a button takes at most {_BUTTON} characters, not {len(text)}")
        if key.startswith(("title_", "submit_", "close_")) and len(text) > _TITLE:
            raise ValueError(f"{language}: a modal's title takes at most {_TITLE} characters, not {len(text)}")
    return texts


def _languages(texts: Mapping[str, Any]) -> None:
    for language in NEEDED:
        if not texts.get(language):
            raise ValueError(f"{language} is missing: add it")


def _lists(texts: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    _languages(texts)
    for language, lines in texts.items():
        if len(lines) > 10 or not all(lines):
            raise ValueError(f"{language}: one to ten lines, none of them empty")
    return texts


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_Plain = Annotated[dict[str, str], AfterValidator(partial(_texts, key=""))]


class Suggestion(_Strict):
    """A suggested prompt: its title is shown, its message is what the person sends by pressing it."""

    title: _Plain
    message: _Plain


def _said(keys: Iterable[str]) -> Any:
    fields: dict[str, Any] = {
        key: (Annotated[dict[str, str], AfterValidator(partial(_texts, key=key))], ...) for key in keys
    }
    return create_model("_Said", __base__=_Strict, **fields)


_Main: Any = create_model(
    "_Main",
    __base__=_Strict,
    sentences=(_said(get_args(FILES[MAIN])), ...),
    loading=(Annotated[dict[str, tuple[str, ...]], AfterValidator(_lists)], ...),
    suggestions=(Annotated[tuple[Suggestion, ...], Field(min_length=3, max_length=3)], ...),
)
_MORE: dict[str, Any] = {
    file: create_model("_More", __base__=_Strict, sentences=(_said(get_args(keys)), ...))
    for file, keys in FILES.items()
    if file != MAIN
}


@dataclass(frozen=True)
class Sentences:
    """Key → language → sentence."""

    texts: Mapping[str, Mapping[str, str]]
    loading: Mapping[str, tuple[str, ...]]
    """What is shown in turn while a draft is read, at most ten lines a language."""
    suggestions: tuple[Suggestion, ...]

    def say(self, key: Key, language: str, languages: tuple[str, ...], **values: object) -> str:
        """A sentence for a reader of `language`; for others in the first of the company's languages that has it.

        `values` fill its placeholders. Raises `KeyError` where one isn't given.
        """
        texts = self.texts[key]
        spoken = _spoken(texts, language, languages)
        return _PLACEHOLDER.sub(lambda match: _written(values[match.group(1)], spoken), texts[spoken])

    def loading_messages(self, language: str, languages: tuple[str, ...]) -> list[str]:
        """What is shown in turn while a draft is read."""
        return list(_of(self.loading, language, languages))

    def prompts(self, language: str, languages: tuple[str, ...]) -> list[dict[str, str]]:
        """The suggested prompts as Slack takes them: `title` and `message`."""
        return [
            {"title": _of(s.title, language, languages), "message": _of(s.message, language, languages)}
            for s in self.suggestions
        ]


def load_sentences(prompts: Path) -> Sentences:
    """Raises `KnowledgeError` that names file and line. A folder without one of the later files gets ours."""
    main = load(prompts / MAIN, _Main)
    texts = dict(main.sentences)
    for file, model in _MORE.items():
        own = prompts / file
        texts |= dict(load(own if own.is_file() else shipped("prompts") / file, model).sentences)
    return Sentences(texts, main.loading, main.suggestions)


def _of(texts: Mapping[str, Any], language: str, languages: tuple[str, ...]) -> Any:
    return texts[_spoken(texts, language, languages)]


def _spoken(texts: Mapping[str, Any], language: str, languages: tuple[str, ...]) -> str:
    return next(wanted for wanted in (language, *languages, "en") if wanted in texts)


def _written(value: object, language: str) -> str:
    """A value within a sentence; a long number with its thousands apart."""
    if not isinstance(value, int) or abs(value) < 10_000:
        return str(value)
    return f"{value:,}" if language == "en" else f"{value:,}".replace(",", ".")
