"""What somebody is about to publish: read and kept apart, compared, then published as it was compared, or discarded.

`<data>/manual/staged/<id>/` has `staged.json`, `passages.jsonl` and, of an upload, its `files/`. It goes after `DAYS`.
Once published, an upload's files are in `<data>/manual/uploads/<source>/<id>/`, from where they can be read again.
"""

from __future__ import annotations

import json
import re
import secrets
import shutil
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path, PurePosixPath

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.clock import Clock
from bot.manual.blocks import Limits
from bot.manual.gather import check_size, gather, gather_from
from bot.manual.models import Passage
from bot.manual.sources import RESERVED, Report, check_base, checked_name, manifest, name_for, put, resolved, uploads
from bot.manual.store import ManualError, SourceFile, replace_file, writing
from bot.manual.vectors import Notice, Progress

DAYS = 7
"""How long something waits to be published."""
_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_NOT_IN_NAMES = re.compile(r"[^\w.()&+, -]+")
_LONGEST = 100


class Staged(BaseModel):
    """A source that waits to be published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """22 letters, digits, `-` and `_`: opaque."""
    source: str
    """The name it will be published as."""
    base: str
    """`Version.sha` of the manual that it was compared with; empty when nothing was published yet."""
    time: datetime
    """Aware, in UTC."""
    path: str = ""
    """Where a file or folder was read; empty for an upload."""
    files: dict[str, SourceFile]
    """Those that can be read."""
    unreadable: tuple[tuple[str, str], ...] = ()
    """File and reason."""
    replaces: bool
    """Whether the source was published already."""


def stage(
    data: Path,
    files: Mapping[str, bytes] | Path,
    name: str | None = None,
    *,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Staged:
    """Reads a file or folder, or uploaded files (name → content), and keeps them until they are published or discarded.

    Without `name`, an upload is called after its first file, and replaces the source of that name. Raises
    `ManualError`: no file can be read (each is named with its reason), or the name is not to be had.
    """
    sweep(data)
    limits = limits or Limits()
    kept: dict[str, bytes] = {}
    if isinstance(files, Path):
        path = resolved(files)
        gathered = gather(path, limits, progress)
    else:
        kept = _safe_names(files)
        path = Path(next(iter(kept), "upload"))
        gathered = gather_from([(n, partial(_checked, c, limits)) for n, c in kept.items()], limits, progress)
    known = manifest(data)
    if isinstance(files, Path):
        source = name_for(known, path, name)
    else:
        source = checked_name(name) if name is not None else _name_of(path.stem)
    passages, read = gathered.as_source(source)
    if not passages:
        reasons = "\n".join(f"{file}: {why}" for file, why in gathered.unreadable) or "there is no file to read in it"
        raise ManualError(reasons)
    staged = Staged(
        id=secrets.token_urlsafe(16),
        source=source,
        base=known.sha256,
        time=Clock().now(),
        path=str(path) if isinstance(files, Path) else "",
        files=read,
        unreadable=tuple(gathered.unreadable),
        replaces=source in known.sources,
    )
    try:
        folder = _root(data) / staged.id
        folder.mkdir(parents=True)
        for file in read if kept else ():
            place = folder / "files" / file
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(kept[file])
        lines = "".join(json.dumps(p.model_dump(), ensure_ascii=False) + "\n" for p in passages)
        replace_file(folder / "passages.jsonl", lines.encode())
        _keep(data, staged)
    except OSError as error:
        raise ManualError(f"{_root(data)}: can't be written ({error.strerror}): check BONVENT_DATA") from None
    return staged


def staged(data: Path, staged_id: str) -> Staged:
    """What waits under this id. Raises `ManualError` when nothing does (any more)."""
    try:
        return Staged.model_validate_json((_folder(data, staged_id) / "staged.json").read_bytes())
    except (OSError, ValidationError):
        raise _gone() from None


def passages_of(data: Path, staged_id: str) -> list[Passage]:
    """Its passages, as they would be published. Raises `ManualError` when nothing waits under this id (any more)."""
    try:
        lines = (_folder(data, staged_id) / "passages.jsonl").read_bytes()
        return [Passage.model_validate_json(line) for line in lines.splitlines() if line]
    except (OSError, ValidationError):
        raise _gone() from None


def look_again(data: Path, staged_id: str) -> Staged:
    """Rests it on what is published now: for whoever was told of a `Conflict` and sees the differences anew."""
    with writing(data):
        known = manifest(data)
        waiting = staged(data, staged_id)
        fresh = waiting.model_copy(update={"base": known.sha256, "replaces": waiting.source in known.sources})
        _keep(data, fresh)
    return fresh


def publish_staged(data: Path, staged_id: str, by: str, notice: Notice | None = None) -> Report:
    """Publishes it as it was compared. Raises `Conflict` when another manual is published than it was compared with."""
    with writing(data):
        waiting = staged(data, staged_id)
        check_base(data, waiting.base)
        folder = _folder(data, staged_id)
        passages, path = passages_of(data, staged_id), waiting.path
        if not path:
            place = uploads(data, waiting.source) / staged_id
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists():  # a crash may have come between this and the rest
                (folder / "files").rename(place)
            path = str(place)
        report = put(data, waiting.source, path, passages, waiting.files, waiting.unreadable, by=by, notice=notice)
        shutil.rmtree(folder, ignore_errors=True)
        if uploads(data, waiting.source).is_dir():
            for old in uploads(data, waiting.source).iterdir():
                if str(old) != path:
                    shutil.rmtree(old, ignore_errors=True)
    return report


def discard(data: Path, staged_id: str) -> None:
    """Lets go of it; nothing happens when it isn't there any more."""
    shutil.rmtree(_folder(data, staged_id), ignore_errors=True)


def sweep(data: Path) -> None:
    """Lets go of what has waited for more than `DAYS`."""
    oldest = Clock().now() - timedelta(days=DAYS)
    for folder in _root(data).glob("*"):
        with suppress(ManualError, OSError):
            touched = datetime.fromtimestamp(folder.stat().st_mtime, oldest.tzinfo)
            unfinished = not (folder / "staged.json").exists()
            if (touched if unfinished else staged(data, folder.name).time) < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def _root(data: Path) -> Path:
    return data / "manual" / "staged"


def _folder(data: Path, staged_id: str) -> Path:
    """Raises `ManualError` for what is no id of ours: it would be somewhere else on the disk."""
    if not _ID.fullmatch(staged_id):
        raise _gone()
    return _root(data) / staged_id


def _gone() -> ManualError:
    return ManualError(
        f"it was published or discarded already, or has waited for more than {DAYS} days: upload it again"
    )


def _keep(data: Path, waiting: Staged) -> None:
    replace_file(_folder(data, waiting.id) / "staged.json", waiting.model_dump_json(indent=1).encode())


def _checked(content: bytes, limits: Limits) -> bytes:
    check_size(len(content), limits)
    return content


def _name_of(stem: str) -> str:
    """A source's name for an upload whose first file is called so; the reserved ones are nobody's."""
    name = re.sub(r"[^\w.-]+", "-", stem).strip("-.")[:50] or "source"
    return f"{name}-2" if name in RESERVED else name


def _safe_names(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files under names that stay in their folder, on every system; two of one name become two."""
    safe: dict[str, bytes] = {}
    for name, content in files.items():
        *folders, last = ["", *PurePosixPath(name.replace("\\", "/")).parts]
        stem, dot, suffix = last.rpartition(".")
        stem, ending = (_safe(stem), f".{_safe(suffix)[:10]}") if dot else (_safe(last), "")
        place = "/".join(part for part in map(_safe, folders[-2:]) if part)
        wanted = f"{place}/{stem or 'file'}" if place else stem or "file"
        candidate, number = wanted + ending, 1
        while candidate.casefold() in {taken.casefold() for taken in safe}:
            number += 1
            candidate = f"{wanted}-{number}{ending}"
        safe[candidate] = content
    return safe


def _safe(part: str) -> str:
    return _NOT_IN_NAMES.sub("-", unicodedata.normalize("NFC", part))[:_LONGEST].strip(" .-")
