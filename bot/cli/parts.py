"""What the commands share: their options, the settings, a word and a bar beside the output, and the parts of a run."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot import parts
from bot.errors import InputError

if TYPE_CHECKING:
    from bot.manual.search import Manual
    from bot.parts import Coach
    from bot.settings import Settings

knowledge_option = click.option(
    "--knowledge",
    type=click.Path(path_type=Path, file_okay=False),
    help="Knowledge folder: company.yaml, manual/, policy/, networks.yaml. [BONVENT_KNOWLEDGE]",
)
format_option = click.option(
    "--format", "output", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to print."
)
no_model_option = click.option("--no-model", is_flag=True, help="Don't ask a language model, even where one is set.")


def settings_for(knowledge: Path | None) -> Settings:
    """The settings; a `--knowledge` that isn't a folder is a clear error."""
    from bot.datafile import KnowledgeError
    from bot.settings import load_settings

    settings = load_settings(knowledge)
    if not settings.knowledge.is_dir():
        raise KnowledgeError(f"{settings.knowledge}: no such folder: make one with `bonvent init {settings.knowledge}`")
    return settings


def notice(line: str) -> None:
    """A word to the person, beside the output."""
    click.echo(line, err=True)


def standard_input(what: str, instead: str) -> str:
    """All of standard input as text. Raises `InputError` that names `what` it should be, and `instead` what to send."""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig").removesuffix("\n")
    except UnicodeDecodeError:
        raise InputError(f"{what} is not text (not UTF-8): send {instead}") from None


def mend_store(settings: Settings) -> None:
    """Mends the published manual where it is damaged, and says so."""
    parts.mend_store(settings, notice)


def manual_for(settings: Settings, for_drafts: bool = False) -> Manual:
    """The published manual with its search index; see `bot.parts.manual_for`."""
    with progress() as advance:
        return parts.manual_for(settings, notice, advance, for_drafts=for_drafts)


def coach_for(settings: Settings, no_model: bool, *, for_drafts: bool = True) -> Coach:
    """All that a review or an answer needs; see `bot.parts.coach_for`."""
    with progress() as advance:
        return parts.coach_for(settings, notice, advance, with_model=not no_model, for_drafts=for_drafts)


class progress:  # noqa: N801 - reads as a verb: `with progress() as advance`
    """A progress bar on a terminal's stderr, nothing elsewhere. `advance(what, done, total)` moves it."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Callable[[str, int, int], None]:
        return self._advance

    def _advance(self, what: str, done: int, total: int) -> None:
        if not sys.stderr.isatty() or total <= 1:
            return
        if self._bar is None:
            from rich.console import Console
            from rich.progress import Progress

            self._bar = Progress(console=Console(stderr=True), transient=True)
            self._bar.start()
        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(what, total=total)
        self._bar.update(self._tasks[what], completed=done, total=total)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
