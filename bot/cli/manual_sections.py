"""What `bonvent manual show` and `--expect` name: a section, passage or source, now or as it was; a version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import InputError
from bot.manual import history
from bot.manual.sections import find as find_section
from bot.manual.sections import sections_of
from bot.manual.store import load

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.manual.history import Version
    from bot.manual.models import Passage
    from bot.settings import Settings

_LEAST = 4
"""Letters of a hash."""


@dataclass(frozen=True)
class Found:
    passages: Sequence[Passage]
    as_outline: bool = False
    """True for a source: its sections are listed, not shown."""


def find(settings: Settings, what: str, version: str | None, language: str | None) -> Found:
    """The passages that `what` names: a passage's id, a source, or a section by heading or anchor.

    Raises `InputError` with what comes near, `ManualError` for a version that isn't kept.
    """
    passages = _state(settings, what, version)
    exact = next((p for p in passages if p.id == what), None)
    if exact is not None:
        return Found([p for p in passages if p.id == what])
    own = [p for p in passages if p.manual == what]
    if own:
        return Found(own, as_outline=True)
    sections = sections_of(passages)
    if language is not None:
        sections = [s for s in sections if s.language == language]
        if not sections:
            have = ", ".join(sorted({p.language for p in passages})) or "nothing is published"
            raise InputError(f"the manual has no edition in “{language[:20]}” (there is: {have})")
    found = find_section(sections, what, language or _first_language(settings))
    if found.section is None:
        near = "; ".join(f"“{s.name}” ({s.language}, {s.id})" for s in found.near)
        hint = f": did you mean {near}?" if near else ": `bonvent manual show SOURCE` lists a source's sections"
        raise InputError(f"no section is called “{what[:80]}”{hint}")
    return Found(found.section.passages)


def version_of(settings: Settings, wanted: str) -> Version:
    """The version of the manual with this number, or whose hash begins so. Raises `InputError`."""
    versions = history.versions(settings.data)
    by_number = [v for v in versions if str(v.number) == wanted]
    by_hash = [v for v in versions if len(wanted) >= _LEAST and v.sha.startswith(wanted.lower())]
    found = by_number or by_hash
    if not found:
        raise InputError(
            f"no version “{wanted[:64]}” of the manual is kept: `bonvent manual list --versions` lists them"
        )
    return found[0]


def _state(settings: Settings, what: str, version: str | None) -> Sequence[Passage]:
    """All passages, as they are or were; of a file's own version, what the history has of it."""
    if version is None:
        return load(settings.data)[1]
    if "#" in what:
        cited = history.section(settings.data, what, version.lower())
        if cited:
            return cited
    try:
        return history.passages_at(settings.data, version_of(settings, version).number)
    except InputError:
        if len(version) < _LEAST:
            raise
    of_file = history.with_file_version(settings.data, version.lower())
    if not of_file:
        raise InputError(
            f"no version “{version[:64]}” of the manual or of a file is kept: `bonvent manual list --versions` lists them"
        )
    return of_file


def _first_language(settings: Settings) -> str:
    from bot.policy.loader import load_company

    return load_company(settings.knowledge).languages[0]
