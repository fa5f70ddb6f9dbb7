"""Files of a source → what they say: found on disk, read within the limits, told their language."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_ISREG

from bot.manual.apart import Reader
from bot.manual.blocks import Limits, Section, Unreadable
from bot.manual.chunk import chunk, language_of
from bot.manual.models import Passage
from bot.manual.read import kind_of
from bot.manual.store import SourceFile
from bot.manual.vectors import Progress

_IGNORED = {".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".css", ".js", ".map", ".woff", ".woff2", ".ttf"}
_IGNORED |= {".mp4", ".mov", ".webm", ".mp3"}


@dataclass(frozen=True)
class FileRead:
    """A file that could be read."""

    name: str
    """Its path within the source."""
    sha256: str
    language: str
    sections: list[Section]


@dataclass(frozen=True)
class Gathered:
    """What the files of a source say, whatever the source is called."""

    files: list[FileRead] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)
    """File and reason."""

    def as_source(self, source: str) -> tuple[list[Passage], dict[str, SourceFile]]:
        """The passages as those of the source with this name, and what is kept of each file."""
        passages: list[Passage] = []
        kept: dict[str, SourceFile] = {}
        for file in self.files:
            version = file.sha256[:12]
            parts = chunk(file.sections, source=source, path=file.name, language=file.language, version=version)
            passages.extend(parts)
            kept[file.name] = SourceFile(sha256=file.sha256, passages=len(parts))
        return passages, kept


def gather(root: Path, limits: Limits | None = None, progress: Progress | None = None) -> Gathered:
    """Everything that can be read of `root`, a file or a folder. A folder named after a language says so of its files."""
    limits = limits or Limits()
    prefix = f"{root.name}/" if root.is_dir() else ""
    found = [(name, lambda file=file: _bytes_of(file, limits)) for name, file in files_of(root)]
    return gather_from(found, limits, progress, prefix)


def gather_from(
    files: Sequence[tuple[str, Callable[[], bytes]]],
    limits: Limits | None = None,
    progress: Progress | None = None,
    prefix: str = "",
) -> Gathered:
    """The same of files with these names, each with what gives its content; `prefix` is the folder they stand in."""
    gathered, limits = Gathered(), limits or Limits()
    with Reader(limits) as reader:
        for at, (name, content) in enumerate(files):
            if progress:
                progress("reading", at, len(files))
            try:
                if kind_of(Path(name)) is None:
                    kind = Path(name).suffix or Path(name).name
                    raise Unreadable(f"“{kind}” is not a kind that is read (Markdown, HTML, PDF, DOCX)")
                data = content()
                sections = reader.read(Path(name), data)
            except Unreadable as error:
                gathered.unreadable.append((name, str(error)))
                continue
            text = " ".join(block.text for section in sections for block in section.blocks)
            digest = hashlib.sha256(data).hexdigest()
            gathered.files.append(FileRead(name, digest, language_of(f"{prefix}{name}", text), sections))
    if progress:
        progress("reading", len(files), len(files))
    return gathered


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


def check_size(size: int, limits: Limits) -> None:
    """Raises `Unreadable` for a file of too many bytes."""
    if size > limits.megabytes * 1_000_000:
        raise Unreadable(f"it has {size / 1e6:.0f} MB, the limit is {limits.megabytes} MB")


def _bytes_of(file: Path, limits: Limits) -> bytes:
    try:
        status = file.stat()
        if not S_ISREG(status.st_mode):  # a pipe would be waited for, and a device never ends
            raise Unreadable("it is not a file")
        check_size(status.st_size, limits)
        return file.read_bytes()
    except OSError as error:
        raise Unreadable(f"it can't be opened ({error.strerror})") from None
