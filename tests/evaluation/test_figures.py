"""What the rules alone must reach, on drafts of our company and of another one that they don't know."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run, run  # noqa: F401 (fixture)
from tests.conftest import SHIPPED

HERE = Path(__file__).parent
PATTERNS = ("credentials", "personal-data", "network-limits", "accessibility", "embargo", "customers")
"""Categories that rules can catch alone; the others need a reader, and the figures say how much."""


@pytest.fixture(params=["", "other_company"], ids=["our company", "another company"])
def quality(request: pytest.FixtureRequest, run: Run, embedded: Path, tmp_path: Path) -> dict[str, Any]:  # noqa: F811
    folder = HERE / request.param
    knowledge = shutil.copytree(SHIPPED, tmp_path / "knowledge")
    if request.param:
        shutil.copy(folder / "company.yaml", knowledge)
    data = shutil.copytree(embedded, tmp_path / "data")
    where = ("--knowledge", str(knowledge), "--no-model", "--format", "json")
    ran = run("eval", str(folder / "drafts.jsonl"), *where, data=data, BONVENT_EMBEDDER="use")
    assert ran.code == 0, ran.err
    result: dict[str, Any] = json.loads(ran.out)["quality"]
    return result


@pytest.mark.timeout(300)
def test_the_rules_alone_reach_what_was_promised(quality: dict[str, Any]) -> None:
    assert quality["overall"]["precision"] >= 0.90
    assert quality["alarmed_fine"]["share"] <= 0.03
    assert quality["alarmed_protected"]["count"] == 0
    recall = {name: quality["categories"][name]["recall"] for name in PATTERNS}
    assert {name: share for name, share in recall.items() if share < 0.80} == {}
