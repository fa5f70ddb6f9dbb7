"""Files are read in a process of their own, which can be stopped: one that takes for ever, or all the memory, costs itself.

`python -m bot.manual.apart` is that process. It gets files on standard input, answers each with a line of JSON, and has
no token or key in its environment. Short Markdown and text are read here: that takes a millisecond, and no process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from bot.manual.blocks import Limits, Paragraph, Section, Unreadable
from bot.manual.read import kind_of, read

_SHORT = 10_000
"""Bytes of Markdown or text that are read at once: the worst of that size takes half a second."""
_SECRET = ("OPENAI_", "SLACK_", "BONVENT_")


class Reader:
    """Reads one file after the other; a context manager, since it has a process. Not thread-safe."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def read(self, path: Path, data: bytes) -> list[Section]:
        """The sections of the file `path` with the content `data`. Raises `Unreadable`, too when a limit is passed."""
        if kind_of(path) in ("markdown", "text") and len(data) <= _SHORT:
            return read(path, data, self._limits)
        late = threading.Event()
        process = self._process = self._process or _start()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(self._limits.seconds, end)
        timer.start()
        try:
            answer = _asked(process, path, data, self._limits)
        except BaseException:
            process.kill()
            raise
        finally:
            timer.cancel()
        if answer is None:
            self._stop()
            if late.is_set():
                raise Unreadable(
                    f"reading it takes more than {self._limits.seconds:g} seconds: save it anew, or split it"
                )
            raise Unreadable("reading it took too much memory, or crashed: save it anew, or split it")
        if "unreadable" in answer:
            raise Unreadable(answer["unreadable"])
        return [
            Section(tuple(heading), anchor, [Paragraph(text, tight, tuple(cells)) for text, tight, cells in blocks])
            for heading, anchor, blocks in answer["sections"]
        ]

    def _stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _start() -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(_SECRET)}
    environment["PYTHONPATH"] = os.pathsep.join(place for place in sys.path if place)
    try:
        return subprocess.Popen(  # noqa: S603 - this very Python, and nothing of anybody's words
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
    except OSError as error:
        raise Unreadable(f"no process to read it can be started ({error.strerror}): try again") from None


def _asked(process: subprocess.Popen[bytes], path: Path, data: bytes, limits: Limits) -> dict[str, Any] | None:
    """What the process answers; None when it is gone."""
    assert process.stdin is not None
    assert process.stdout is not None
    head = {"name": path.name, "size": len(data), "limits": asdict(limits)}
    try:
        process.stdin.write(json.dumps(head).encode() + b"\n" + data)
        process.stdin.flush()
        line = process.stdout.readline()
        answer: dict[str, Any] | None = json.loads(line) if line.endswith(b"\n") else None
        return answer
    except OSError:
        return None


def _serve(incoming: BinaryIO, outgoing: BinaryIO) -> None:
    while line := incoming.readline():
        head = json.loads(line)
        answer = _answer(Path(head["name"]), incoming.read(head["size"]), Limits(**head["limits"]))
        outgoing.write(json.dumps(answer).encode() + b"\n")
        outgoing.flush()


def _answer(path: Path, data: bytes, limits: Limits) -> dict[str, Any]:
    _confine(limits)
    try:
        sections = read(path, data, limits)
    except Unreadable as error:
        return {"unreadable": str(error)}
    except (MemoryError, RecursionError) as error:
        why = "it takes too much memory" if isinstance(error, MemoryError) else "it is nested too deeply"
        return {"unreadable": why}
    return {"sections": [[s.heading, s.anchor, [[b.text, b.tight, b.cells] for b in s.blocks]] for s in sections]}


def _confine(limits: Limits) -> None:
    """Memory, and processor time should nobody be left to stop us; where the system can."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        memory = limits.memory_megabytes * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime + limits.seconds) + 5
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _main() -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # whatever a library prints is no answer
    _serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    _main()
