"""What is published, on disk: a manifest and the file of passages it names, replaced together or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import BonventError
from bot.manual.models import Passage

if TYPE_CHECKING:
    from bot.manual.history import Version

SCHEMA = 1


class ManualError(BonventError):
    """The manual can't be published or opened. Its text is one line that says how to mend it."""


class StoreDamaged(ManualError):  # noqa: N818 - a state that is mended, as `Damaged` is
    """What is published can't be read as it was written; `bot.manual.mend` mends it."""


class Conflict(ManualError):  # noqa: N818 - nobody erred: somebody else was quicker
    """Somebody published meanwhile: what was about to be published had been compared with an older manual.

    Its text says who and what; `versions` are theirs, newest first.
    """

    def __init__(self, text: str, versions: Sequence[Version] = ()) -> None:
        super().__init__(text)
        self.versions = tuple(versions)


class _Kept(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SourceFile(_Kept):
    """One file of a source: its SHA-256 and the number of its passages."""

    sha256: str
    passages: int


class Source(_Kept):
    """A file or folder that was published under a name."""

    path: str
    files: dict[str, SourceFile]


class Manifest(_Kept):
    schema_version: int = SCHEMA
    passages: str = ""
    """Name of the file beside the manifest that holds the passages, one JSON object a line."""
    sha256: str = ""
    """Of that file."""
    sources: dict[str, Source] = Field(default_factory=dict)


@contextmanager
def writing(data: Path) -> Iterator[None]:
    """Alone among all processes and threads that publish. Raises `ManualError` when the folder can't be written."""
    from filelock import FileLock, Timeout

    folder = data / "manual"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock", timeout=120, is_singleton=True)  # whoever has it may ask for it again
        lock.acquire()
    except Timeout:
        raise ManualError(f"{folder}: another process has been publishing for two minutes: try again") from None
    except OSError as error:
        raise ManualError(f"{folder}: can't be written ({error.strerror}): check BONVENT_DATA") from None
    try:
        yield
    except OSError as error:
        raise ManualError(f"{folder}: can't be written ({error.strerror or error}): check BONVENT_DATA") from None
    finally:
        lock.release()


def write(data: Path, known: Manifest, passages: list[Passage]) -> None:
    folder = data / "manual"
    lines = "".join(json.dumps(p.model_dump(), ensure_ascii=False) + "\n" for p in passages).encode()
    known.sha256 = hashlib.sha256(lines).hexdigest()
    before, known.passages = known.passages, f"passages-{known.sha256[:12]}.jsonl"
    replace_file(folder / known.passages, lines)
    replace_file(folder / "manifest.json", (known.model_dump_json(indent=1) + "\n").encode())
    for stale in folder.glob("passages-*.jsonl"):
        if stale.name not in (known.passages, before):  # the one before may be being read right now
            stale.unlink(missing_ok=True)


def replace_file(path: Path, content: bytes) -> None:
    """Writes `path` in one step: a crash leaves the old content or the new one."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def load(data: Path) -> tuple[Manifest, list[Passage]]:
    for attempt in (1, 2):
        try:
            return _load_once(data)
        except ManualError:
            if attempt == 2:  # the first time, a publisher may have removed the file under us
                raise
    raise AssertionError("unreachable")


def _load_once(data: Path) -> tuple[Manifest, list[Passage]]:
    folder = data / "manual"
    mend = f"remove the folder {folder} and publish again: `bonvent ingest`"
    try:
        raw = (folder / "manifest.json").read_bytes()
    except FileNotFoundError:
        if any(folder.glob("passages-*.jsonl")):
            raise StoreDamaged(f"{folder}: the manifest is missing: {mend}") from None
        return Manifest(), []
    except OSError as error:
        raise ManualError(f"{folder}: can't be read ({error.strerror}): check BONVENT_DATA") from None
    try:
        known = Manifest.model_validate_json(raw)
    except ValidationError:
        raise StoreDamaged(f"{folder / 'manifest.json'} is damaged: {mend}") from None
    if known.schema_version != SCHEMA:
        raise StoreDamaged(f"{folder / 'manifest.json'} is of another version of Bonvent: {mend}")
    file = folder / Path(known.passages).name
    try:
        lines = file.read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise StoreDamaged(f"{file} is missing: {mend}") from None
    except OSError as error:
        raise ManualError(f"{file} can't be read ({error.strerror}): {mend}") from None
    if hashlib.sha256(lines).hexdigest() != known.sha256:
        raise StoreDamaged(f"{file} is damaged: {mend}")
    try:
        return known, [Passage.model_validate_json(line) for line in lines.splitlines() if line]
    except ValidationError:
        raise StoreDamaged(f"{file} is damaged: {mend}") from None
