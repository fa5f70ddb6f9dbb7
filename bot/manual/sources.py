"""The published manual on disk: sources (a file or folder each), their passages, and a manifest.

`<data>/manual/manifest.json` names the sources, their files, and the file that holds the passages. It is replaced in
one step, so a reader sees the old manual or the new one, never half of each. Every publication is a version of its own
(`bot.manual.history`).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.manual import history
from bot.manual.blocks import Limits
from bot.manual.gather import gather
from bot.manual.history import Version
from bot.manual.models import Passage
from bot.manual.store import Conflict, Manifest, ManualError, Source, SourceFile, load, write, writing
from bot.manual.vectors import Notice, Progress

if TYPE_CHECKING:
    from bot.manual.embed import Embedder

__all__ = [
    "ANSWERS",
    "COMMAND_LINE",
    "KNOWLEDGE_FOLDER",
    "OWN",
    "RESERVED",
    "Conflict",
    "Manifest",
    "ManualError",
    "Report",
    "check_base",
    "checked_name",
    "manifest",
    "name_for",
    "publish",
    "publish_many",
    "published",
    "put",
    "resolved",
    "retire",
    "uploads",
    "written",
]

OWN = "manual"
"""The source that the knowledge folder's own manual is published as; no other path gets this name."""
ANSWERS = "answers"
"""The source of passages that community managers write; no path gets this name either."""
RESERVED = (OWN, ANSWERS)
COMMAND_LINE = "command line"
"""Who publishes where nobody else is named."""
KNOWLEDGE_FOLDER = "knowledge folder"
"""Who publishes the knowledge folder's own manual where it is done without being asked."""


class Report(BaseModel):
    """What publishing changed, in passages, and which files could not be read."""

    model_config = ConfigDict(frozen=True)

    source: str
    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    unreadable: tuple[tuple[str, str], ...] = ()
    """File and reason."""
    embedded: int = 0
    """Texts that had to be embedded anew."""
    kept_old: bool = False
    """True when no file could be read and the source was left as it was."""
    version: Version | None = None
    """The version of the manual that this made; None when what is published stayed as it was."""


def published(data: Path) -> dict[str, Passage]:
    """All published passages by id, in the order of sources and files. Raises `ManualError`."""
    return {passage.id: passage for passage in load(data)[1]}


def manifest(data: Path) -> Manifest:
    """What is published. Empty when nothing is. Raises `ManualError`."""
    return load(data)[0]


def publish_many(
    data: Path,
    paths: Sequence[Path],
    *,
    embedders: Sequence[Embedder] = (),
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> list[Report]:
    """Publishes each path; one that fails doesn't stop the others. Raises `ManualError` at the end."""
    reports: list[Report] = []
    problems: list[str] = []
    for path in paths:
        try:
            reports.append(publish(data, path, embedders=embedders, progress=progress, limits=limits))
        except ManualError as error:
            problems.append(str(error))
    if problems:
        raise ManualError("\n".join(problems))
    return reports


def publish(
    data: Path,
    path: Path,
    *,
    name: str | None = None,
    by: str = COMMAND_LINE,
    base: str | None = None,
    embedders: Sequence[Embedder] = (),
    progress: Progress | None = None,
    notice: Notice | None = None,
    limits: Limits | None = None,
) -> Report:
    """Makes `path` (a file or a folder) the source `name`, in place of what that source was before.

    Without `name` a path keeps the name it has, or gets one from its file or folder. With `embedders`, new passages are
    embedded at once. `base` is the `Version.sha` that must be published still (None: whichever is). Raises
    `ManualError`, `Conflict`; files that can't be read are named in the report and don't stop the rest.
    """
    path = resolved(path)
    gathered = gather(path, limits, progress)
    with writing(data):
        check_base(data, base)
        source = name_for(manifest(data), path, name)
        passages, files = gathered.as_source(source)
        report = put(data, source, str(path), passages, files, gathered.unreadable, by=by, notice=notice)
        everything = load(data)[1]
    return report.model_copy(update={"embedded": _embed(data, everything, embedders, progress)})


def put(
    data: Path,
    source: str,
    path: str,
    passages: Sequence[Passage],
    files: dict[str, SourceFile],
    unreadable: Sequence[tuple[str, str]] = (),
    *,
    by: str,
    notice: Notice | None = None,
) -> Report:
    """Publishes these passages as `source`. For whoever is `writing`. Raises `ManualError` when there are none, before or now."""
    known, everything = load(data)
    history.begin(data, known, everything, notice)
    old = [p for p in everything if p.manual == source]
    if not passages:
        if not old:
            reasons = "; ".join(f"{file}: {why}" for file, why in unreadable) or "no file that can be read is in it"
            raise ManualError(f"{path or source}: nothing to publish ({reasons})")
        return Report(source=source, unchanged=len(old), unreadable=tuple(unreadable), kept_old=True)
    known.sources[source] = Source(path=path, files=files)
    place = {name: at for at, name in enumerate(known.sources)}
    after = sorted([*(p for p in everything if p.manual != source), *passages], key=lambda p: place[p.manual])
    version = _write(data, known, everything, after, source, by, notice)
    was, now = {p.id: _content(p) for p in old}, {p.id: _content(p) for p in passages}
    return Report(
        source=source,
        added=len(now.keys() - was.keys()),
        changed=sum(was[key] != now[key] for key in was.keys() & now.keys()),
        removed=len(was.keys() - now.keys()),
        unchanged=sum(was[key] == now[key] for key in was.keys() & now.keys()),
        unreadable=tuple(unreadable),
        version=version,
    )


def retire(
    data: Path, name: str, *, by: str = COMMAND_LINE, base: str | None = None, notice: Notice | None = None
) -> Report:
    """Removes the source `name` with its passages. Raises `ManualError` when there is none, `Conflict` (see `publish`)."""
    with writing(data):
        check_base(data, base)
        known, passages = load(data)
        if name not in known.sources:
            have = ", ".join(sorted(known.sources)) or "nothing is published"
            raise ManualError(f"no source is called “{name}” (there are: {have})")
        history.begin(data, known, passages, notice)
        del known.sources[name]
        kept = [p for p in passages if p.manual != name]
        version = _write(data, known, passages, kept, name, by, notice)
        for place in (uploads(data, name), *([written(data)] if name == ANSWERS else [])):
            shutil.rmtree(place, ignore_errors=True)
    return Report(source=name, removed=len(passages) - len(kept), version=version)


def check_base(data: Path, base: str | None) -> None:
    """Raises `Conflict` when another version is published than `base`. For whoever is `writing`."""
    if base is None or manifest(data).sha256 == base:
        return
    newer = history.since(data, base)
    who = f": {_told(newer[0])}" if newer else ""
    more = f", and {len(newer) - 1} before it" if len(newer) > 1 else ""
    raise Conflict(f"the manual has changed since you looked at it{who}{more}: look again, then publish", newer)


def uploads(data: Path, source: str) -> Path:
    """Where the files of an uploaded source are kept, so that they can be read again."""
    return data / "manual" / "uploads" / source


def written(data: Path) -> Path:
    """Where the passages that community managers wrote are kept."""
    return data / "manual" / "written" / ANSWERS


def _write(
    data: Path,
    known: Manifest,
    before: Sequence[Passage],
    after: list[Passage],
    source: str,
    by: str,
    notice: Notice | None,
) -> Version | None:
    """Replaces what is published; a version of its own when its passages are others."""
    sha = known.sha256
    write(data, known, after)
    if known.sha256 == sha:
        return None
    return history.record(data, known, before, after, sources=[source], by=by, notice=notice)


def _content(passage: Passage) -> tuple[str, tuple[str, ...], str]:
    return passage.text, passage.heading, passage.language


def resolved(path: Path) -> Path:
    """The path without links and dots. Raises `ManualError` when nothing is there."""
    try:
        return path.expanduser().resolve(strict=True)
    except FileNotFoundError:
        raise ManualError(
            f"{path}: there is no such file or folder (to remove a source: `bonvent ingest --retire NAME`)"
        ) from None
    except (OSError, RuntimeError) as error:
        raise ManualError(f"{path}: can't be read ({error})") from None


def checked_name(name: str) -> str:
    """The name, when it can be a source's. Raises `ManualError`."""
    if not re.fullmatch(r"[\w.-]{1,60}", name) or not name.strip("."):
        raise ManualError(f"“{name[:60]}” can't be a source's name: use letters, digits, '-', '_' and '.'")
    return name


def name_for(known: Manifest, path: Path, name: str | None) -> str:
    """What a path is published as: `name`, the name it has, or one made of its own. Raises `ManualError`."""
    if name is not None:
        return checked_name(name)
    for known_name, source in known.sources.items():
        if source.path == str(path):
            return known_name
    base = path.name if path.is_dir() else path.stem
    base = re.sub(r"[^\w.-]+", "-", base).strip("-.")[:50] or "source"
    number, candidate = 1, base
    if base in known.sources and not known.sources[base].path:  # mended: nobody knows where it came from
        return base
    while candidate in RESERVED or candidate in known.sources:
        number += 1
        candidate = f"{base}-{number}"
    return candidate


def _embed(data: Path, passages: list[Passage], embedders: Sequence[Embedder], progress: Progress | None) -> int:
    from bot.manual.index_entries import embedding_texts
    from bot.manual.vectors import embed_cached, forget_unused

    count = 0
    for embedder in embedders:
        texts = embedding_texts(passages, embedder)
        count += embed_cached(data, embedder, texts, progress=progress)[1]
        forget_unused(data, embedder, texts)
    return count


def _told(version: Version) -> str:
    """One line: what was published, by whom and when."""
    who = f" by {version.by}" if version.by else ""
    return f"version {version.number} ({', '.join(version.sources)}) was published{who} on {version.time:%Y-%m-%d %H:%M} UTC"
