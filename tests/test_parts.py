"""The parts of a serving process: ready and small before the first draft, and following what is published."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import parts, warming
from bot.manual.sources import publish, retire
from bot.manual.store import ManualError
from bot.policy.models import Draft
from bot.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[1]
RULES = """
rules:
  - id: claims.absolute
    severity: must-fix
    match: {terms: [guaranteed]}
    message: {en: "“{match}” needs a public source."}
    fix: {en: Say the figure.}
    manual: {ref: claims, quote: {en: Never guarantee a result without a public source.}}
    tests: {bad: ["[[guaranteed]]"], good: ["not sure"]}
"""
GUARANTEE = Draft(text="It works, guaranteed, every single time.")


@pytest.fixture
def settings(write_knowledge: Callable[..., Path], tmp_path: Path) -> Settings:
    return load_settings(write_knowledge(RULES)).model_copy(update={"data_folder": tmp_path / "data"})


def silent(_: str) -> None:
    raise AssertionError("nothing is to be said")


def test_it_needs_no_terminal() -> None:
    program = "import sys, bot.parts; print('click' in sys.modules, 'numpy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]


def test_what_is_published_later_is_what_newer_gives(settings: Settings, tmp_path: Path) -> None:
    coach = parts.coach_for(settings, silent, with_model=False)
    assert parts.newer(settings, coach, silent) is None
    more = tmp_path / "more.md"
    more.write_text("# Lamps\n\nA lamp is never photographed from below.\n", "utf-8")
    publish(settings.data, more)
    fresh = parts.newer(settings, coach, silent)
    assert fresh is not None
    assert fresh.manual.search("lamp from below", k=1)[0].passage.text == "A lamp is never photographed from below."
    assert [f.rule for f in fresh.review(GUARANTEE).findings] == ["claims.absolute"]
    assert parts.newer(settings, fresh, silent) is None
    assert len(coach.manual.passages) < len(fresh.manual.passages), "reviews under way keep what they began with"
    assert [f.rule for f in coach.review(GUARANTEE).findings] == ["claims.absolute"]


def test_a_rule_whose_quote_is_published_away_rests_and_that_is_said(settings: Settings, tmp_path: Path) -> None:
    coach = parts.coach_for(settings, silent, with_model=False)
    more = tmp_path / "more.md"
    more.write_text("# Lamps\n\nA lamp is never photographed from below.\n", "utf-8")
    publish(settings.data, more)
    retire(settings.data, "manual")
    said: list[str] = []
    fresh = parts.newer(settings, coach, said.append)
    assert fresh is not None
    assert fresh.policy.suspended() == {"claims.absolute": ["en"]}
    assert said == ["1 of 1 rules rest: their quote isn't in the manual (bonvent policy check)"]


def test_when_everything_is_retired_the_coach_one_has_works_on(settings: Settings) -> None:
    coach = parts.coach_for(settings, silent, with_model=False)
    retire(settings.data, "manual")
    with pytest.raises(ManualError, match="no manual is published"):
        parts.newer(settings, coach, silent)
    assert [f.rule for f in coach.review(GUARANTEE).findings] == ["claims.absolute"]


def test_warming_changes_no_answer(settings: Settings) -> None:
    coach = parts.coach_for(settings, silent, with_model=False)
    before = coach.review(GUARANTEE)
    warming.warm(settings, coach)
    assert coach.review(GUARANTEE).model_copy(update={"took_ms": 0}) == before.model_copy(update={"took_ms": 0})


SERVING = """
import json, sys, time
from bot import parts, warming
from bot.coach.intake import DraftLine
from bot.settings import load_settings
warming.one_thread_each()
settings = load_settings()
coach = parts.coach_for(settings, print, with_model=False)
warming.warm(settings, coach)
imported = set(sys.modules)
lines = [json.loads(line) for line in open("tests/evaluation/drafts.jsonl", encoding="utf-8")]
drafts = [DraftLine.model_validate(line).as_draft(coach.policy.networks) for line in lines]
took = []
for draft in drafts[:40]:
    begun = time.process_time()
    coach.review(draft)
    took.append(time.process_time() - begun)
def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4 // 1024
print(json.dumps({"took": took, "late": sorted(set(sys.modules) - imported), "resident": resident()}))
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="reads Linux's figures")
def test_after_warming_nothing_is_loaded_any_more_and_the_process_is_small(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SERVING],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "BONVENT_DATA": str(tmp_path)},
    )
    answer = json.loads(ran.stdout.splitlines()[-1])
    assert answer["late"] == []
    median = sorted(answer["took"])[len(answer["took"]) // 2]
    assert answer["took"][0] < 4 * median, (
        "seconds of the processor: loading something takes a hundred times the median"
    )
    assert answer["resident"] < 300, "MB"
