"""The command as a person runs it, in this process so that the suite stays quick (tests/e2e starts real ones)."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(shared_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("review", "…", stdin=…, data=…)` gives exit code, standard output and error."""

    def run(*arguments: str, stdin: str | bytes = "", data: Path | None = None, **environment: str) -> Ran:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        with monkeypatch.context() as patch:
            patch.setenv("BONVENT_DATA", str(data or shared_data))
            patch.setenv("BONVENT_EMBEDDER", "use")  # the extra, where it is installed, takes a minute for the manual
            for name, value in environment.items():
                patch.setenv(name, value)
            patch.setattr(sys, "argv", ["bonvent", *arguments])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
            capsys.readouterr()
            try:
                main()
                code = 0
            except SystemExit as end:
                code = int(end.code or 0)
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return run
