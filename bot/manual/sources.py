"""The published manual on disk: sources (a file or folder each), their passages, and a manifest.

`<data>/manual/manifest.json` names the sources, their files, and the file that holds the passages. It is replaced in
one step, so a reader sees the old manual or the new one, never half of each.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict

from bot.manual.blocks import Limits, Unreadable
from bot.manual.chunk import chunk, language_of
from bot.manual.models import Passage
from bot.manual.read import kind_of, read
from bot.manual.store import Manifest, ManualError, Source, SourceFile, load, write, writing
from bot.manual.vectors import Progress

if TYPE_CHECKING:
    from bot.manual.embed import Embedder

__all__ = [
    "Manifest",
    "ManualError",
    "Report",
    "files_of",
    "manifest",
    "publish",
    "publish_many",
    "published",
    "read_all",
    "retire",
]

OWN = "manual"
"""The source that the knowledge folder's own manual is published as; no other path gets this name."""
_IGNORED = {".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".css", ".js", ".map", ".woff", ".woff2", ".ttf"}
_IGNORED |= {".mp4", ".mov", ".webm", ".mp3"}


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
    embedders: Sequence[Embedder] = (),
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Report:
    """Makes `path` (a file or a folder) the source `name`, in place of what that source was before.

    Without `name` a path keeps the name it has, or gets one from its file or folder. With `embedders`, new passages are
    embedded at once. Raises `ManualError`; files that can't be read are named in the report and don't stop the rest.
    """
    path = _resolved(path)
    files = files_of(path)
    with writing(data):
        known, passages = load(data)
        source = _name_for(known, path, name)
        fresh, read_files, unreadable = read_all(path, files, source, limits or Limits(), progress)
        old = [p for p in passages if p.manual == source]
        if not fresh:
            if not old:
                reasons = "; ".join(f"{file}: {why}" for file, why in unreadable) or "no file that can be read is in it"
                raise ManualError(f"{path}: nothing to publish ({reasons})")
            return Report(source=source, unchanged=len(old), unreadable=tuple(unreadable), kept_old=True)
        known.sources[source] = Source(path=str(path), files=read_files)
        passages = [p for p in passages if p.manual != source] + fresh
        write(data, known, passages)
    before, after = {p.id: _content(p) for p in old}, {p.id: _content(p) for p in fresh}
    return Report(
        source=source,
        added=len(after.keys() - before.keys()),
        changed=sum(before[key] != after[key] for key in before.keys() & after.keys()),
        removed=len(before.keys() - after.keys()),
        unchanged=sum(before[key] == after[key] for key in before.keys() & after.keys()),
        unreadable=tuple(unreadable),
        embedded=_embed(data, passages, embedders, progress),
    )


def retire(data: Path, name: str) -> Report:
    """Removes the source `name` with its passages. Raises `ManualError` when there is none."""
    with writing(data):
        known, passages = load(data)
        if name not in known.sources:
            have = ", ".join(sorted(known.sources)) or "nothing is published"
            raise ManualError(f"no source is called “{name}” (there are: {have})")
        del known.sources[name]
        kept = [p for p in passages if p.manual != name]
        write(data, known, kept)
    return Report(source=name, removed=len(passages) - len(kept))


def _content(passage: Passage) -> tuple[str, tuple[str, ...], str]:
    return passage.text, passage.heading, passage.language


def _resolved(path: Path) -> Path:
    try:
        return path.expanduser().resolve(strict=True)
    except FileNotFoundError:
        raise ManualError(
            f"{path}: there is no such file or folder (to remove a source: `bonvent ingest --retire NAME`)"
        ) from None
    except (OSError, RuntimeError) as error:
        raise ManualError(f"{path}: can't be read ({error})") from None


def files_of(path: Path) -> list[tuple[str, Path]]:
    """Relative name and path of each file to read, in a stable order."""
    if path.is_file():
        return [(path.name, path)]
    found: list[tuple[str, Path]] = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__")))
        for name in sorted(names):
            if not name.startswith((".", "~$")) and Path(name).suffix.lower() not in _IGNORED:
                file = Path(folder, name)
                found.append((file.relative_to(path).as_posix(), file))
    return found


def _name_for(known: Manifest, path: Path, name: str | None) -> str:
    if name is not None:
        if not re.fullmatch(r"[\w.-]{1,60}", name):
            raise ManualError(f"“{name}” can't be a source's name: use letters, digits, '-', '_' and '.'")
        return name
    for known_name, source in known.sources.items():
        if source.path == str(path):
            return known_name
    base = path.name if path.is_dir() else path.stem
    base = re.sub(r"[^\w.-]+", "-", base).strip("-.")[:50] or "source"
    number, candidate = 1, base
    if base in known.sources and not known.sources[base].path:  # mended: nobody knows where it came from
        return base
    while candidate == OWN or candidate in known.sources:
        number += 1
        candidate = f"{base}-{number}"
    return candidate


def read_all(
    root: Path, files: list[tuple[str, Path]], source: str, limits: Limits, progress: Progress | None
) -> tuple[list[Passage], dict[str, SourceFile], list[tuple[str, str]]]:
    """The passages of `files`, what is kept of each file, and file and reason of those that can't be read."""
    passages: list[Passage] = []
    read_files: dict[str, SourceFile] = {}
    unreadable: list[tuple[str, str]] = []
    for at, (relative, file) in enumerate(files):
        if progress:
            progress("reading", at, len(files))
        try:
            data = _bytes_of(file, limits)
            found = read(file, data, limits)
        except Unreadable as error:
            unreadable.append((relative, str(error)))
            continue
        digest = hashlib.sha256(data).hexdigest()
        text = " ".join(block.text for section in found for block in section.blocks)
        language = language_of(f"{root.name}/{relative}" if root.is_dir() else relative, text)
        parts = chunk(found, source=source, path=relative, language=language, version=digest[:12])
        passages.extend(parts)
        read_files[relative] = SourceFile(sha256=digest, passages=len(parts))
    if progress:
        progress("reading", len(files), len(files))
    return passages, read_files, unreadable


def _bytes_of(file: Path, limits: Limits) -> bytes:
    if kind_of(file) is None:
        raise Unreadable(f"“{file.suffix or file.name}” is not a kind that is read (Markdown, HTML, PDF, DOCX)")
    try:
        status = file.stat()
        if not S_ISREG(status.st_mode):  # a pipe would be waited for, and a device never ends
            raise Unreadable("it is not a file")
        size = status.st_size
        if size > limits.megabytes * 1_000_000:
            raise Unreadable(f"it has {size / 1e6:.0f} MB, the limit is {limits.megabytes} MB")
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(f"it can't be opened ({error.strerror})") from None


def _embed(data: Path, passages: list[Passage], embedders: Sequence[Embedder], progress: Progress | None) -> int:
    from bot.manual.index_entries import embedding_texts
    from bot.manual.vectors import embed_cached, forget_unused

    count = 0
    for embedder in embedders:
        texts = embedding_texts(passages, embedder)
        count += embed_cached(data, embedder, texts, progress=progress)[1]
        forget_unused(data, embedder, texts)
    return count
