"""The knowledge folder's own manual: read as it is on disk now, and compared with what is published."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bot.manual.gather import files_of, gather
from bot.manual.models import Passage
from bot.manual.read import kind_of
from bot.manual.sources import OWN as NAME
from bot.manual.sources import manifest

__all__ = ["NAME", "is_published", "own_manual", "passages_of"]


def own_manual(knowledge: Path) -> Path | None:
    """The folder `manual/` of a knowledge folder, when it has files to read."""
    folder = knowledge / NAME
    if folder.is_dir() and any(kind_of(file) for _, file in files_of(folder)):
        return folder.resolve()
    return None


def passages_of(folder: Path) -> list[Passage]:
    """The passages of the folder as it is now, published or not. Files that can't be read are left out."""
    return gather(folder).as_source(NAME)[0]


def is_published(data: Path, folder: Path) -> bool:
    """Whether the published manual has just these files with just this content."""
    source = manifest(data).sources.get(NAME)
    if source is None or source.path != str(folder):
        return False
    now = {name: file for name, file in files_of(folder) if kind_of(file)}
    return now.keys() == source.files.keys() and all(
        _digest(file) == source.files[name].sha256 for name, file in now.items()
    )


def _digest(file: Path) -> str:
    """SHA-256 of the file; empty when it can't be read (publishing says why)."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
    except OSError:
        return ""
