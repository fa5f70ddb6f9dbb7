"""Publishing a large manual in a process that serves: how long until its index is whole, and what is answered meanwhile.

A process of its own, since matrix products have one thread each there.
"""

from __future__ import annotations

import os
import random
import re
import statistics
import tempfile
import threading
import time

from bot import parts, publishing, warming
from bot.settings import load_settings
from tests.bench.__main__ import ROOT, median_ms, row

SECTIONS = 500
QUESTION = "may I post a photo of my team?"
WORD = re.compile(r"[a-z]{3,}")


def main() -> None:
    os.environ["BONVENT_DATA"] = tempfile.mkdtemp(prefix="bonvent-bench-")
    warming.one_thread_each()
    settings = load_settings()
    coach = parts.coach_for(settings, print, with_model=False)
    warming.warm(settings, coach)
    old = coach.manual
    expected = [hit.passage for hit in old.search(QUESTION)]
    asked: list[float] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            began = time.perf_counter()
            if [hit.passage for hit in old.search(QUESTION)] != expected:
                raise AssertionError("while a manual is published, the old one answers")
            asked.append((time.perf_counter() - began) * 1000)
            done.wait(0.1)

    asking = threading.Thread(target=ask)
    asking.start()
    began = time.perf_counter()
    staged = publishing.stage(settings, {"large.md": large_manual(SECTIONS).encode()})
    read = time.perf_counter()
    seen = publishing.preview(settings, staged, coach.policy)
    previewed = time.perf_counter()
    publishing.publish_staged(settings, staged.id, "bench")
    published = time.perf_counter()
    fresh = parts.newer(settings, coach, print)
    whole = time.perf_counter()
    done.set()
    asking.join()
    assert fresh is not None
    sections, passages = len(seen.changes.added), len(fresh.manual.passages) - len(old.passages)
    row(f"publish a manual of {sections} sections, {passages} passages", f"{whole - began:.1f} s", "≤ 60 s")
    steps = [read - began, previewed - read, published - previewed, whole - published]
    row("  read · compare · publish · index", " · ".join(f"{step:.1f}" for step in steps) + " s")
    row(f"  the old manual searched meanwhile, median of {len(asked)}", f"{statistics.median(asked):.1f} ms")
    row("  the new one searched afterwards", f"{median_ms(lambda: fresh.manual.search(QUESTION), 50):.1f} ms")


def large_manual(sections: int) -> str:
    """Markdown with the shipped manual's own words, in an order that nobody has embedded yet."""
    chance = random.Random(4)
    words = [
        w
        for file in sorted((ROOT / "knowledge" / "manual" / "en").glob("*.md"))
        for w in WORD.findall(file.read_text())
    ]

    def sentence() -> str:
        return " ".join(chance.choices(words, k=chance.randint(8, 20))).capitalize() + "."

    def section(number: int) -> str:
        paragraphs = [" ".join(sentence() for _ in range(chance.randint(3, 6))) for _ in range(2)]
        return f"## {' '.join(chance.choices(words, k=3)).capitalize()} {number}\n\n" + "\n\n".join(paragraphs)

    return "# A large manual\n\n" + "\n\n".join(section(number) for number in range(sections)) + "\n"


if __name__ == "__main__":
    main()
