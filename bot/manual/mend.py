"""A damaged list of published manuals mends itself, from the files it was made of or from the passages that are left."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from bot.manual import history
from bot.manual.gather import gather
from bot.manual.models import Passage
from bot.manual.store import Manifest, ManualError, Source, SourceFile, StoreDamaged, load, write, writing
from bot.manual.vectors import Notice


def mend(data: Path, notice: Notice | None = None) -> None:
    """Makes what is published readable again where it is not, and says through `notice` what was and what couldn't be.

    What is published and not in the history yet comes in. Raises `ManualError` when the folder can't be written.
    """
    if not _is_damaged(data):
        _keep_history(data, notice)
        return
    with writing(data):
        if not _is_damaged(data):  # another process was quicker
            return
        known = _manifest(data)
        if known is None:
            fresh, passages = _from_passages(data)
            lost = ["what isn't in `bonvent ingest --list`"] if not passages else []
        else:
            fresh, passages, lost = _from_files(known)
        write(data, fresh, passages)
        history.begin(data, fresh, passages)
    if notice:
        notice(f"the published manual was damaged: mended, {len(passages)} passages are there")
        for name in lost:
            notice(f"not there any more: {name}: publish it again with `bonvent ingest PATH`")


def _keep_history(data: Path, notice: Notice | None) -> None:
    """An older Bonvent, or a crash, may have left what is published out of the history."""
    known, _ = load(data)
    newest = history.versions(data, most=1)
    if not known.sha256 or (newest and newest[0].sha == known.sha256):
        return
    with suppress(ManualError), writing(data):  # a folder that can't be written can still be searched
        history.begin(data, *load(data), notice)


def _is_damaged(data: Path) -> bool:
    try:
        load(data)
    except StoreDamaged:
        return True
    return False


def _manifest(data: Path) -> Manifest | None:
    try:
        return Manifest.model_validate_json((data / "manual" / "manifest.json").read_bytes())
    except (OSError, ValidationError):
        return None


def _from_files(known: Manifest) -> tuple[Manifest, list[Passage], list[str]]:
    """Every source read again from where it was published."""
    fresh, passages, lost = Manifest(), list[Passage](), []
    for name, source in known.sources.items():
        path = Path(source.path)
        found: list[Passage] = []
        files: dict[str, SourceFile] = {}
        if source.path and path.exists():
            found, files = gather(path).as_source(name)
        if found:
            fresh.sources[name] = Source(path=source.path, files=files)
            passages += found
        else:
            lost.append(f"{name} ({source.path or 'its path is not known'})")
    return fresh, passages, lost


def _from_passages(data: Path) -> tuple[Manifest, list[Passage]]:
    """The sources that the newest whole file of passages tells of; where they came from is not known."""
    files = sorted((data / "manual").glob("passages-*.jsonl"), key=lambda f: f.stat().st_mtime, reverse=True)
    for file in files:
        try:
            lines = file.read_bytes()
            if hashlib.sha256(lines).hexdigest()[:12] not in file.name:
                continue
            passages = [Passage.model_validate_json(line) for line in lines.splitlines() if line]
        except (OSError, ValidationError):
            continue
        fresh = Manifest()
        for passage in passages:
            source = fresh.sources.setdefault(passage.manual, Source(path="", files={}))
            name = passage.id.removeprefix(f"{passage.manual}/").partition("#")[0]
            source.files.setdefault(name, SourceFile(sha256="", passages=0)).passages += 1
        return fresh, passages
    return Manifest(), []
