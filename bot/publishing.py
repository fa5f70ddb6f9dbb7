"""Publishing manuals with the rules in view: what would change, which rules would rest, then publish, discard or retire.

For the command line and for the Slack app alike: knows neither of them. Everything here may take seconds: from an event
loop, call it in a thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.manual import sources, staging, written
from bot.manual.changes import Changes, compare
from bot.manual.models import Passage
from bot.manual.sources import ANSWERS, OWN, Report
from bot.manual.staging import Staged
from bot.manual.store import Conflict, ManualError, load

if TYPE_CHECKING:
    from bot.manual.vectors import Notice, Progress
    from bot.policy.engine import Policy
    from bot.settings import Settings

__all__ = [
    "Conflict",
    "Preview",
    "Report",
    "Resting",
    "Staged",
    "discard",
    "effect_on_rules",
    "look_again",
    "name_of",
    "preview",
    "publish_staged",
    "retire",
    "stage",
    "staged",
    "write_passage",
]


@dataclass(frozen=True)
class Resting:
    """A rule, and the languages in which its quote vanishes, or stands again."""

    rule: str
    languages: tuple[str, ...]
    section: str
    """The anchor that the rule names."""
    quotes: tuple[str, ...]
    """In the order of `languages`."""


@dataclass(frozen=True)
class Preview:
    """What publishing something staged would change."""

    staged: Staged
    changes: Changes
    suspended: tuple[Resting, ...]
    """Rules that would rest, because their quote would no longer stand in the manual."""
    working_again: tuple[Resting, ...]
    """Rules that rest now and would be judged again."""


def stage(
    settings: Settings, files: Mapping[str, bytes] | Path, name: str | None = None, *, progress: Progress | None = None
) -> Staged:
    """Reads uploaded files (name → content), or a file or folder, and keeps them to be published or discarded.

    `name` says which source they become or replace; None: an upload is called after its first file, a path keeps its
    name. Raises `ManualError` with a line for each file when none can be read: what is published stays as it was.
    """
    return staging.stage(settings.data, files, name_of(settings, files, name), progress=progress)


def name_of(settings: Settings, files: object, name: str | None) -> str | None:
    """The name for what somebody publishes. Raises `ManualError` for one that is not to be had."""
    from bot.manual.own import own_manual

    own = own_manual(settings.knowledge)
    if isinstance(files, Path) and own is not None and files.expanduser().resolve() == own:
        if name not in (None, OWN):
            raise ManualError(f"{own} is the knowledge folder's own manual: it is always called “{OWN}”")
        return OWN
    if name == OWN:
        raise ManualError(f"“{OWN}” is the knowledge folder's own manual: choose another name")
    if name == ANSWERS:
        raise ManualError(f"“{ANSWERS}” are the passages that community managers wrote: choose another name")
    return None if name is None else sources.checked_name(name)


def staged(settings: Settings, staged_id: str) -> Staged:
    """What waits under this id. Raises `ManualError` when it was published, discarded, or has waited for too long."""
    return staging.staged(settings.data, staged_id)


def preview(settings: Settings, waiting: Staged, policy: Policy | None = None) -> Preview:
    """What publishing it would change. `policy`: of whoever has one loaded. Raises `ManualError`, `KnowledgeError`."""
    before = load(settings.data)[1]
    fresh = staging.passages_of(settings.data, waiting.id)
    after = [*(p for p in before if p.manual != waiting.source), *fresh]
    suspended, working_again = effect_on_rules(settings, before, after, policy)
    old = [p for p in before if p.manual == waiting.source]
    return Preview(waiting, compare(old, fresh), suspended, working_again)


def effect_on_rules(
    settings: Settings, before: Sequence[Passage], after: Sequence[Passage], policy: Policy | None = None
) -> tuple[tuple[Resting, ...], tuple[Resting, ...]]:
    """The rules that rest after this change and didn't before, and those that did before and don't after.

    The knowledge folder's own manual counts as it stands on disk, unless the change is about it: reviews publish it by
    themselves.
    """
    from bot.policy.loader import load_policy

    policy = policy or load_policy(settings.knowledge)
    if [p for p in before if p.manual == OWN] == [p for p in after if p.manual == OWN]:
        own = _own(settings)
        before = [*own, *(p for p in before if p.manual != OWN)]
        after = [*own, *(p for p in after if p.manual != OWN)]
    was, now = policy.ground(before).suspended(), policy.ground(after).suspended()
    return _newly(policy, was, now), _newly(policy, now, was)


def look_again(settings: Settings, staged_id: str) -> Staged:
    """After a `Conflict`: rests it on what is published now. Show its `preview` again before it is published."""
    return staging.look_again(settings.data, staged_id)


def publish_staged(settings: Settings, staged_id: str, by: str, *, notice: Notice | None = None) -> Report:
    """Publishes what was staged, as it was then. `by` is the Slack user id of whoever does.

    Raises `Conflict` when another manual is published than the one it was compared with: somebody was quicker, and
    `versions` says who; it stays staged. Raises `ManualError` when it isn't there any more.
    """
    return staging.publish_staged(settings.data, staged_id, by, notice)


def discard(settings: Settings, staged_id: str) -> None:
    """Lets go of what was staged; nothing happens when it isn't there any more."""
    staging.discard(settings.data, staged_id)


def retire(settings: Settings, name: str, by: str, base: str | None = None, *, notice: Notice | None = None) -> Report:
    """Takes a source out of the published manual. `base`: `Version.sha` of what was looked at.

    Raises `Conflict`; `ManualError` for an unknown name and for the knowledge folder's own manual, which comes back.
    """
    from bot.manual.own import own_manual

    own = own_manual(settings.knowledge)
    if name == OWN and own is not None:
        raise ManualError(
            f"“{OWN}” is the knowledge folder's own manual and would be published again by the next review: "
            f"empty {own} to retire it"
        )
    return sources.retire(settings.data, name, by=by, base=base, notice=notice)


def write_passage(
    settings: Settings, heading: str, text: str, language: str, by: str, *, notice: Notice | None = None
) -> Report:
    """Publishes a passage that a community manager wrote, at once, as a section of the source “answers”.

    `language`: two letters, one of the company's. The report's `version.touched` names the new section. Raises
    `ManualError` for what is empty, too long or in another language.
    """
    from bot.policy.loader import load_company

    languages = load_company(settings.knowledge).languages
    if language not in languages:
        raise ManualError(f"the company doesn't speak “{language[:20]}”: write it in one of {', '.join(languages)}")
    return written.write_passage(settings.data, heading, text, language, by, notice)


def _own(settings: Settings) -> list[Passage]:
    """The knowledge folder's own manual as it stands on disk."""
    from bot.manual.own import is_published, own_manual, passages_of

    own = own_manual(settings.knowledge)
    if own is None:
        return []
    if is_published(settings.data, own):
        return [p for p in load(settings.data)[1] if p.manual == OWN]
    return passages_of(own)


def _newly(
    policy: Policy, before: Mapping[str, Iterable[str]], after: Mapping[str, Iterable[str]]
) -> tuple[Resting, ...]:
    """The rules with the languages that they are suspended in after and weren't before."""
    found = []
    for rule in policy.rules:
        languages = tuple(x for x in after.get(rule.id, ()) if x not in set(before.get(rule.id, ())))
        if languages:
            quotes = tuple(rule.manual.quote[language] for language in languages)
            found.append(Resting(rule.id, languages, rule.manual.ref, quotes))
    return tuple(found)
