"""`make bench`: how fast the parts are, in one run on one machine. Ratios last; milliseconds are this machine's own.

Nothing here is a test: a figure that moves is for a person to look at.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POST = (
    "Three years ago I joined a small team that wanted to change how we heat our homes. Today we opened our new lab "
    "in Reus with 40 colleagues, cava and a very noisy prototype. Proud of what we learned, and of the people who "
    "taught me. Thank you all! #HeatPumps #Teamwork 🎉"
)
DRAFTS = ROOT / "tests" / "evaluation" / "drafts.jsonl"


def median_ms(run: Callable[[], object], times: int = 200) -> float:
    """Median milliseconds of `run`, after a few runs to warm up."""
    for _ in range(5):
        run()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def row(name: str, figure: str, target: str = "") -> None:
    print(f"{name:<58} {figure:>14}   {target}")


def main() -> None:
    started = time.perf_counter()
    data = Path(tempfile.mkdtemp(prefix="bonvent-bench-"))
    os.environ["BONVENT_DATA"] = str(data)
    os.environ.pop("OPENAI_API_KEY", None)
    from bot.cli import parts
    from bot.coach.intake import DraftLine
    from bot.policy.models import Draft

    settings = parts.settings_for(None)
    began = time.perf_counter()
    manual = parts.manual_for(settings, for_drafts=True)
    first = time.perf_counter() - began
    coach = parts.coach_for(settings, no_model=True)
    policy = coach.policy
    row("ingest the shipped manual (3 editions), first time", f"{first:.2f} s")
    began = time.perf_counter()
    parts.manual_for(settings, for_drafts=True)
    row("  and again, nothing changed", f"{time.perf_counter() - began:.2f} s")

    print()
    rules: dict[str, float] = {}
    for network, target in (("linkedin", "≤ 1 ms"), ("x", "≤ 2 ms")):
        draft = Draft(text=POST, network=network)
        rules[network] = median_ms(lambda draft=draft: policy.check(draft))  # type: ignore[misc]
        row(f"all rules and detectors, {len(POST)} characters, {network}", f"{rules[network]:.2f} ms", target)
    busy = Draft(text=POST.replace("40 colleagues", "Ann (612 345 678, ann@other.example)"), network="x")
    row("  with a phone number and an e-mail", f"{median_ms(lambda: policy.check(busy)):.2f} ms", "≤ 2 ms")

    lines = [json.loads(line) for line in DRAFTS.read_text("utf-8").splitlines() if line.strip()]
    drafts = [DraftLine.model_validate(line).as_draft(policy.networks) for line in lines]
    for draft in drafts[:20]:
        coach.review(draft)
    whole = [coach.review(draft).took_ms for draft in drafts]
    row(f"whole offline review, median of {len(drafts)} drafts", f"{statistics.median(whole):.1f} ms", "≤ 40 ms")
    row("  95th percentile", f"{statistics.quantiles(whole, n=20)[-1]:.1f} ms")
    row("search, one question", f"{median_ms(lambda: manual.search('may I post a photo of my team?'), 50):.1f} ms")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row("memory of this process, peak", f"{peak:.0f} MB")

    print(flush=True)
    subprocess.run([sys.executable, "-m", "tests.bench.publishing"], cwd=ROOT, check=True)

    print(flush=True)
    subprocess.run([sys.executable, "-m", "tests.bench.planning"], cwd=ROOT, check=True)

    print()
    for name, arguments, target in (
        ("bonvent --help", ["--help"], "≤ 0.6 s"),
        ("bonvent policy check", ["policy", "check"], "≤ 2 s"),
        ("bonvent review, offline", ["review", "--no-model", POST], "≤ 5 s"),
    ):
        seconds = statistics.median(cold(arguments) for _ in range(3))
        row(f"cold start: {name}", f"{seconds:.2f} s", target)

    print()
    linter = proselint_ms()
    if linter is not None:
        row("proselint on the same post, its checks loaded", f"{linter:.2f} ms")
        row("  rules of Bonvent : proselint", f"1 : {linter / rules['linkedin']:.1f}")
    row("whole offline review : rules alone", f"{statistics.median(whole) / rules['linkedin']:.0f} : 1")
    print(f"\ntook {time.perf_counter() - started:.0f} s")


def cold(arguments: list[str]) -> float:
    """Seconds of a `bonvent` process from start to end."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "bot.cli", *arguments]
    subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return time.perf_counter() - began


def proselint_ms() -> float | None:
    """Median milliseconds of proselint on the post; None where it isn't installed."""
    try:
        from proselint.checks import __register__
        from proselint.registry import CheckRegistry
        from proselint.tools import LintFile
    except ImportError:
        return None
    CheckRegistry().register_many(__register__)
    return median_ms(lambda: LintFile(source="post", content=POST).lint(), 30)


if __name__ == "__main__":
    main()
