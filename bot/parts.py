"""Puts the parts together: settings → policy, manual, model. For the command line and for a serving process alike."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from bot.errors import BonventError

if TYPE_CHECKING:
    from bot.coach.model import CoachModel
    from bot.coach.models import Review
    from bot.coach.policy_answer import PolicyAnswer
    from bot.coach.prompt import Prompts
    from bot.manual.models import Passage
    from bot.manual.search import Manual
    from bot.manual.vectors import Notice, Progress
    from bot.policy.engine import Policy
    from bot.policy.models import Draft
    from bot.settings import Settings

Item = TypeVar("Item")
Result = TypeVar("Result")

AT_ONCE = 4
"""Drafts or questions of a file that wait for the model at the same time."""


def mend_store(settings: Settings, notice: Notice) -> None:
    """Mends the published manual where it is damaged, and says so through `notice`; keeps its history."""
    from bot.manual.mend import mend

    mend(settings.data, notice)


def publish_own(settings: Settings, notice: Notice, progress: Progress | None = None) -> None:
    """Publishes the knowledge folder's own manual if it isn't yet, or has changed since; another company's goes."""
    from bot.manual.own import NAME, is_published, own_manual
    from bot.manual.sources import KNOWLEDGE_FOLDER, manifest, publish, retire

    folder = own_manual(settings.knowledge)
    if folder is None:
        if NAME in manifest(settings.data).sources:
            retire(settings.data, NAME, by=KNOWLEDGE_FOLDER, notice=notice)
    elif not is_published(settings.data, folder):
        report = publish(settings.data, folder, name=NAME, by=KNOWLEDGE_FOLDER, progress=progress, notice=notice)
        for file, why in report.unreadable:
            notice(f"{file}: not read: {why}")


def manual_for(
    settings: Settings, notice: Notice, progress: Progress | None = None, *, for_drafts: bool = False
) -> Manual:
    """The published manual with its search index.

    `for_drafts`: the rules rest on the knowledge folder's own manual, so it must be in; and a draft asks the manual
    once a sentence, so `auto` means the quick embedder alone. Raises `ManualError`, `EmbedderError`.
    """
    from bot.manual.own import NAME
    from bot.manual.search import open_manual
    from bot.manual.sources import manifest

    mend_store(settings, notice)
    known = manifest(settings.data).sources
    if for_drafts or not known or NAME in known:  # once it is published, it is searched as it is now
        publish_own(settings, notice, progress)
    name = "use" if for_drafts and settings.embedder == "auto" else settings.embedder
    return open_manual(
        settings.data,
        name,
        notice=notice,
        progress=progress,
        chroma_url=settings.chroma_url or "",
        **embedder_options(settings),
    )


def embedder_options(settings: Settings) -> dict[str, str]:
    """What an embedder behind an endpoint needs to know."""
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else ""
    return {"model": settings.embedding_model, "api_key": key, "base_url": settings.openai_base_url or ""}


def policy_for(settings: Settings, manual: Manual, notice: Notice) -> Policy:
    """The policy, resting on the published manual; says in one line when rules are suspended."""
    from bot.policy.loader import load_policy

    policy = load_policy(settings.knowledge).ground(manual.passages.values())
    _say_suspended(policy, notice)
    return policy


def _say_suspended(policy: Policy, notice: Notice) -> None:
    suspended = policy.suspended()
    if suspended:
        notice(
            f"{len(suspended)} of {len(policy.rules)} rules rest: their quote isn't in the manual (bonvent policy check)"
        )


@dataclass(frozen=True)
class Coach:
    """All that a review needs."""

    policy: Policy
    manual: Manual
    model: CoachModel | None
    prompts: Prompts

    def review(self, draft: Draft) -> Review:
        """The review of one draft, for callers without an event loop."""
        from bot.coach.review import review

        return review(draft, self.policy, self.manual, self.model, self.prompts)

    async def areview(self, draft: Draft, facts: Sequence[Passage] = ()) -> Review:
        """The review of one draft, which may use a campaign's `facts`; the event loop stays free meanwhile."""
        from bot.coach.review import areview

        return await areview(draft, self.policy, self.manual, self.model, self.prompts, facts)

    def answer(self, question: str, *, language: str | None = None, earlier: Sequence[str] = ()) -> PolicyAnswer:
        """The answer to a question about policy, for callers without an event loop."""

        from bot.coach.policy_question import answer_from_manual

        model = self.model
        if model is None:
            return answer_from_manual(
                question, self.policy, self.manual, self.prompts, language=language, earlier=earlier
            )

        async def once() -> PolicyAnswer:
            try:
                return await self.aanswer(question, language=language, earlier=earlier)
            finally:
                await model.aclose()

        return asyncio.run(once())

    async def aanswer(self, question: str, *, language: str | None = None, earlier: Sequence[str] = ()) -> PolicyAnswer:
        """The answer to a question about policy; the event loop stays free meanwhile."""
        from bot.coach.policy_question import answer_question

        return await answer_question(
            question, self.policy, self.manual, self.model, self.prompts, language=language, earlier=earlier
        )

    def answers(
        self, questions: Sequence[tuple[str, str | None] | BonventError]
    ) -> Iterator[PolicyAnswer | BonventError]:
        """An answer for each question and its language, in order and as they come; a few wait for the model at once."""

        async def one(asked: tuple[str, str | None]) -> PolicyAnswer:
            return await self.aanswer(asked[0], language=asked[1])

        return _in_order(questions, one, AT_ONCE if self.model else 1, "question")

    def reviews(self, drafts: Sequence[Draft | BonventError]) -> Iterator[Review | BonventError]:
        """A review for each draft, in order and as they come; a few wait for the model at the same time."""
        return _in_order(drafts, self.areview, AT_ONCE if self.model else 1, "draft")

    def with_manual(self, manual: Manual) -> Coach:
        """This coach with another state of the manual; its rules rest on that one. Reviews under way keep this coach."""
        return replace(self, manual=manual, policy=self.policy.ground(manual.passages.values()))


def _in_order(
    items: Sequence[Item | BonventError], one: Callable[[Item], Awaitable[Result]], at_once: int, what: str
) -> Iterator[Result | BonventError]:
    """The result for each item, in order and as they come, `at_once` at the same time; an error costs that item alone."""

    async def gated(item: Item, gate: asyncio.Semaphore) -> Result:
        async with gate:
            return await one(item)

    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        gate = asyncio.Semaphore(at_once)
        waiting = [i if isinstance(i, BonventError) else loop.create_task(gated(i, gate)) for i in items]
        for task in waiting:
            result: Result | BonventError
            try:
                result = task if isinstance(task, BonventError) else loop.run_until_complete(task)
            except BonventError as error:
                result = error
            except Exception as error:
                if sys.flags.dev_mode:
                    raise
                result = BonventError(f"this {what} met a bug of Bonvent's ({type(error).__name__}): report it")
            yield result


def coach_for(
    settings: Settings,
    notice: Notice,
    progress: Progress | None = None,
    *,
    with_model: bool = True,
    for_drafts: bool = True,
) -> Coach:
    """Opens everything.

    `for_drafts`: the knowledge folder's own manual is published on the way, since the rules rest on it. Questions are
    answered from what is published, so that whoever ingested their own manuals gets no answers from another one.
    Raises `KnowledgeError`, `ManualError`, `EmbedderError`: all of them `BonventError`s.
    """
    from bot.coach.prompt import load_prompts

    manual = manual_for(settings, notice, progress, for_drafts=for_drafts)
    policy = policy_for(settings, manual, notice if for_drafts else _nothing)
    prompts = load_prompts(settings.prompts)
    prompts.channels.keep_in(settings.data)
    return Coach(policy, manual, model_for(settings) if with_model else None, prompts)


def _nothing(line: str) -> None:
    """That rules rest is no news to whoever asks a question."""


def model_for(settings: Settings) -> CoachModel | None:
    """The model that reviews are written with; None when none is set."""
    if settings.openai_api_key is None:
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


def newer(settings: Settings, coach: Coach, notice: Notice, progress: Progress | None = None) -> Coach | None:
    """The coach on what is published now, warm; None when that is what `coach` has.

    The embedder is shared, so this costs no memory to speak of; it may take seconds: call it in a thread. Raises
    `ManualError`; the coach one has works on.
    """
    from bot.warming import rehearse

    mend_store(settings, notice)
    manual = coach.manual.reopened(progress)
    if manual is None:
        return None
    fresh = coach.with_manual(manual)
    _say_suspended(fresh.policy, notice)
    rehearse(fresh)
    return fresh
