"""Puts the parts together for one run of a command: settings → policy, manual, model."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.errors import BonventError

if TYPE_CHECKING:
    from bot.coach.model import CoachModel
    from bot.coach.models import Review
    from bot.coach.prompt import Prompts
    from bot.manual.search import Manual
    from bot.policy.engine import Policy
    from bot.policy.models import Draft
    from bot.settings import Settings

AT_ONCE = 4
"""Drafts of a file that wait for the model at the same time."""

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


def mend_store(settings: Settings) -> None:
    """Mends the published manual where it is damaged, and says so."""
    from bot.manual.mend import mend

    mend(settings.data, notice)


def publish_own(settings: Settings) -> None:
    """Publishes the knowledge folder's own manual if it isn't yet, or has changed since; another company's goes."""
    from bot.manual.own import NAME, is_published, own_manual
    from bot.manual.sources import manifest, publish, retire

    folder = own_manual(settings.knowledge)
    if folder is None:
        if NAME in manifest(settings.data).sources:
            retire(settings.data, NAME)
    elif not is_published(settings.data, folder):
        with progress() as advance:
            report = publish(settings.data, folder, name=NAME, progress=advance)
        for file, why in report.unreadable:
            notice(f"{file}: not read: {why}")


def manual_for(settings: Settings, for_drafts: bool = False) -> Manual:
    """The published manual with its search index.

    `for_drafts`: the rules rest on the knowledge folder's own manual, so it must be in; and a draft asks the manual
    once a sentence, so `auto` means the quick embedder alone.
    """
    from bot.manual.own import NAME
    from bot.manual.search import open_manual
    from bot.manual.sources import manifest

    mend_store(settings)
    known = manifest(settings.data).sources
    if for_drafts or not known or NAME in known:  # once it is published, it is searched as it is now
        publish_own(settings)
    name = "use" if for_drafts and settings.embedder == "auto" else settings.embedder
    with progress() as advance:
        return open_manual(settings.data, name, notice=notice, progress=advance, **embedder_options(settings))


def embedder_options(settings: Settings) -> dict[str, str]:
    """What an embedder behind an endpoint needs to know."""
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    return {"model": settings.embedding_model, "api_key": key, "base_url": settings.openai_base_url or ""}


def policy_for(settings: Settings, manual: Manual) -> Policy:
    """The policy, resting on the published manual; says in one line when rules are suspended."""
    from bot.policy.loader import load_policy

    policy = load_policy(settings.knowledge).ground(manual.passages.values())
    suspended = policy.suspended()
    if suspended:
        notice(
            f"{len(suspended)} of {len(policy.rules)} rules rest: their quote isn't in the manual (bonvent policy check)"
        )
    return policy


@dataclass(frozen=True)
class Coach:
    """All that a review needs."""

    policy: Policy
    manual: Manual
    model: CoachModel | None
    prompts: Prompts

    def review(self, draft: Draft) -> Review:
        """The review of one draft."""
        from bot.coach.review import review

        return review(draft, self.policy, self.manual, self.model, self.prompts)

    def reviews(self, drafts: Sequence[Draft | BonventError]) -> Iterator[Review | BonventError]:
        """A review for each draft, in order and as they come; a few wait for the model at the same time."""
        from bot.coach.review import areview

        async def one(draft: Draft, gate: asyncio.Semaphore) -> Review:
            async with gate:
                return await areview(draft, self.policy, self.manual, self.model, self.prompts)

        with asyncio.Runner() as runner:
            loop = runner.get_loop()
            gate = asyncio.Semaphore(AT_ONCE if self.model else 1)
            waiting = [d if isinstance(d, BonventError) else loop.create_task(one(d, gate)) for d in drafts]
            for item in waiting:
                if isinstance(item, BonventError):
                    yield item
                    continue
                try:
                    answer: Review | BonventError = loop.run_until_complete(item)
                except BonventError as error:
                    answer = error
                except Exception as error:
                    if sys.flags.dev_mode:
                        raise
                    answer = BonventError(f"this draft met a bug of Bonvent's ({type(error).__name__}): report it")
                yield answer


def coach_for(settings: Settings, no_model: bool) -> Coach:
    """Opens everything; the knowledge folder's own manual is published on the way, since the rules rest on it."""
    from bot.coach.prompt import load_prompts

    manual = manual_for(settings, for_drafts=True)
    return Coach(policy_for(settings, manual), manual, model_for(settings, no_model), load_prompts(settings.prompts))


def model_for(settings: Settings, no_model: bool) -> CoachModel | None:
    """The model that reviews are written with; None when none is set or wanted."""
    if no_model or settings.openai_api_key is None:
        return None
    from bot.coach.model import CoachModel, ModelSettings

    return CoachModel(
        ModelSettings(
            api_key=settings.openai_api_key.get_secret_value(),
            base_url=settings.openai_base_url,
            model=settings.model,
            deadline_s=settings.model_deadline_s,
        )
    )


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
