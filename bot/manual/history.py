"""The versions of the manual: what each publication changed, who published it when, and the passages as they were.

`<data>/manual/history/<number>.json` is a version; `<data>/manual/history/passages/<digest>.jsonl` are the passages of a
file of it, kept once for all versions that have the file so. The newest `KEEP` versions are kept, and fewer when their
passages take more than `MOST_BYTES`; an answer or review that cites an older one can't show its passage any more. What
is damaged or missing here costs itself, and never stops search or publishing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import islice, takewhile
from pathlib import Path

from pydantic import ValidationError

from bot.clock import Clock
from bot.manual.changes import Changes, Counts, Kind, compare
from bot.manual.models import Frozen, Passage
from bot.manual.store import Manifest, ManualError, load, replace_file
from bot.manual.vectors import Notice

KEEP = 200
"""Versions."""
MOST_BYTES = 500_000_000
_TOUCHED = 60
"""Headings that a version keeps at most."""


class Touched(Frozen):
    """A section that a version added, changed or removed."""

    kind: Kind
    section: str
    """The id of its first passage."""
    language: str
    heading: tuple[str, ...]


class Version(Frozen):
    """A state of the published manual, and what made it differ from the one before."""

    number: int
    """Counts from 1."""
    sha: str
    """Of all its passages, 64 hex digits: the same as `Manual.version`."""
    time: datetime
    """Aware, in UTC."""
    by: str
    """`command line`, `knowledge folder`, a Slack user id, or empty where nobody knows."""
    sources: tuple[str, ...]
    """Added, changed or retired."""
    counts: Counts
    """Of sections."""
    touched: tuple[Touched, ...] = ()
    """The sections counted; at most `_TOUCHED` of them."""


class _File(Frozen):
    version: str
    """`Passage.version`."""
    kept: str
    """Name of the file of passages."""


class _Record(Frozen):
    """A version as it is kept."""

    version: Version
    files: dict[str, dict[str, _File]]
    """Source → file → where its passages are."""


def versions(data: Path, most: int | None = None) -> list[Version]:
    """The versions that are kept, newest first; the newest `most` of them. None is an empty list, never an error."""
    kept = (_read(data, number) for number in sorted(_numbers(data), reverse=True))
    return list(islice((each.version for each in kept if each is not None), most))


def passage(data: Path, passage_id: str, version: str) -> Passage | None:
    """The passage as it was in this `Passage.version`, published still or not; None when it isn't kept (any more)."""
    return next((p for p in _file_with(data, passage_id, version) if p.id == passage_id), None)


def section(data: Path, passage_id: str, version: str) -> list[Passage]:
    """All passages of the section that the passage stands in, in order, as they were; empty when it isn't kept."""
    passages = _file_with(data, passage_id, version)
    found = next((p for p in passages if p.id == passage_id), None)
    return [p for p in passages if found is not None and p.section == found.section]


def passages_at(data: Path, number: int) -> list[Passage]:
    """The whole manual as it was in version `number`. Raises `ManualError` when that isn't kept."""
    kept_so = _read(data, number)
    if kept_so is None:
        have = [version.number for version in versions(data)]
        kept = f"kept are {min(have)} to {max(have)}" if have else "none is kept yet"
        raise ManualError(f"there is no version {number} of the manual: {kept}")
    found: list[Passage] = []
    for files in kept_so.files.values():
        for file in files.values():
            passages = _kept(data, file.kept)
            if passages is None:
                raise ManualError(f"version {number} of the manual can't be read whole any more: look at another one")
            found += passages
    return found


def with_file_version(data: Path, beginning: str) -> list[Passage]:
    """The passages of the files whose `Passage.version` begins so, as they were; empty when none is kept."""
    found: dict[str, None] = {}
    for number in sorted(_numbers(data), reverse=True):
        kept = _read(data, number)
        for files in kept.files.values() if kept else ():
            found |= {file.kept: None for file in files.values() if file.version.startswith(beginning)}
    return [passage for name in found for passage in _kept(data, name) or []]


def since(data: Path, sha: str) -> list[Version]:
    """The versions that came after the newest one of this `sha`, newest first; all of them when it isn't kept."""
    return list(takewhile(lambda version: version.sha != sha, versions(data)))


def numbers(data: Path) -> dict[str, int]:
    """`Passage.version` → the number of the version in which that file first stood so, of the versions that are kept."""
    found: dict[str, int] = {}
    for number in sorted(_numbers(data)):
        kept = _read(data, number)
        for file in (file for files in kept.files.values() for file in files.values()) if kept else ():
            found.setdefault(file.version, number)
    return found


def begin(data: Path, known: Manifest, passages: Sequence[Passage], notice: Notice | None = None) -> None:
    """Keeps what is published where that has not been done: by an older Bonvent, or since a crash. Under the lock."""
    newest = versions(data, most=1)
    if known.sha256 and (not newest or newest[0].sha != known.sha256):
        if _numbers(data) and notice:
            notice("the history of the manual has a gap (damage, or a crash): it goes on from here")
        try:
            time = datetime.fromtimestamp((data / "manual" / "manifest.json").stat().st_mtime, UTC)
            _add(data, known, Changes(), passages, known.sources, "", time)
        except OSError as error:
            _say(notice, error)


def record(
    data: Path,
    known: Manifest,
    before: Iterable[Passage],
    after: Sequence[Passage],
    *,
    sources: Sequence[str],
    by: str,
    notice: Notice | None = None,
) -> Version | None:
    """Keeps what has just been published as the newest version; under the lock. None when that was not possible."""
    try:
        return _add(data, known, compare(before, after), after, sources, by, Clock().now())
    except OSError as error:
        _say(notice, error)
        return None


def _add(
    data: Path,
    known: Manifest,
    changes: Changes,
    passages: Sequence[Passage],
    sources: Iterable[str],
    by: str,
    time: datetime,
) -> Version:
    folder = _folder(data)
    for place in (folder, folder / "passages"):
        if place.exists() and not place.is_dir():
            place.unlink()
        place.mkdir(exist_ok=True)
    files: dict[str, dict[str, list[Passage]]] = {}
    for one in passages:
        files.setdefault(one.manual, {}).setdefault(one.file, []).append(one)
    kept = {
        source: {
            name: _File(version=parts[0].version, kept=_keep(folder / "passages", parts)) for name, parts in own.items()
        }
        for source, own in files.items()
    }
    touched = tuple(
        Touched(kind=c.kind, section=c.section, language=c.language, heading=c.heading) for c in changes.all[:_TOUCHED]
    )
    counts = Counts(added=len(changes.added), changed=len(changes.changed), removed=len(changes.removed))
    version = Version(
        number=max(_numbers(data), default=0) + 1,
        sha=known.sha256,
        time=time,
        by=by,
        sources=tuple(sources),
        counts=counts,
        touched=touched,
    )
    content = _Record(version=version, files=kept).model_dump_json(indent=1)
    replace_file(folder / f"{version.number:06}.json", content.encode())
    _prune(data)
    return version


def _keep(folder: Path, passages: Sequence[Passage]) -> str:
    """Writes the passages where they aren't yet; the name of their file."""
    lines = "".join(json.dumps(p.model_dump(), ensure_ascii=False) + "\n" for p in passages).encode()
    name = f"{hashlib.sha256(lines).hexdigest()[:32]}.jsonl"
    file = folder / name
    if not file.is_file() or file.read_bytes() != lines:
        replace_file(file, lines)
    return name


def _kept(data: Path, name: str) -> list[Passage] | None:
    try:
        lines = (_folder(data) / "passages" / Path(name).name).read_bytes()
        if not name.startswith(hashlib.sha256(lines).hexdigest()[:32]):
            return None
        return [Passage.model_validate_json(line) for line in lines.splitlines() if line]
    except (OSError, ValidationError):
        return None


def _file_with(data: Path, passage_id: str, version: str) -> list[Passage]:
    """The passages of the file that has the passage, as it was in `version`."""
    try:
        now = [p for p in load(data)[1] if p.version == version]
    except ManualError:
        now = []
    found = next((p for p in now if p.id == passage_id), None)
    if found is not None:
        return [p for p in now if (p.manual, p.file) == (found.manual, found.file)]
    source, tried = passage_id.partition("/")[0], set[str]()
    for number in sorted(_numbers(data), reverse=True):
        kept = _read(data, number)
        for file in kept.files.get(source, {}).values() if kept else ():
            if file.version != version or file.kept in tried:
                continue
            tried.add(file.kept)
            passages = _kept(data, file.kept) or []
            if any(p.id == passage_id for p in passages):
                return passages
    return []


def _prune(data: Path) -> None:
    """Lets go of the oldest versions past the bounds, and of passages that no version has any more."""
    folder = _folder(data)
    numbers = sorted(_numbers(data))
    sizes = {file.name: file.stat().st_size for file in (folder / "passages").glob("*.jsonl")}
    if len(numbers) <= KEEP and sum(sizes.values()) <= MOST_BYTES:
        return
    used: dict[int, set[str]] = {}
    for number in numbers:
        kept = _read(data, number)
        used[number] = {file.kept for files in kept.files.values() for file in files.values()} if kept else set()
    while len(numbers) > 1 and (
        len(numbers) > KEEP or sum(sizes.get(name, 0) for name in set().union(*used.values())) > MOST_BYTES
    ):
        oldest = numbers.pop(0)
        del used[oldest]
        (folder / f"{oldest:06}.json").unlink(missing_ok=True)
    for name in sizes.keys() - set().union(*used.values()):
        (folder / "passages" / name).unlink(missing_ok=True)


def _folder(data: Path) -> Path:
    return data / "manual" / "history"


def _numbers(data: Path) -> list[int]:
    """Of the versions that there are files of, readable or not."""
    return [int(file.stem) for file in _folder(data).glob("*.json") if file.stem.isascii() and file.stem.isdigit()]


def _read(data: Path, number: int) -> _Record | None:
    try:
        return _Record.model_validate_json((_folder(data) / f"{number:06}.json").read_bytes())
    except (OSError, ValidationError):
        return None


def _say(notice: Notice | None, error: OSError) -> None:
    if notice:
        notice(f"this version of the manual is published, but not kept for later ({error.strerror or error})")
