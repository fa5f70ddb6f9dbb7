"""Ten days of the ambassadors' program, three processes, kills, a freeze, a day without us (`make soak`: a whole quarter)."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from tests.e2e.quarter.run import SHORT, rehearse


@pytest.mark.timeout(280)
def test_nobody_gets_a_nudge_twice_or_too_many_or_at_a_bad_time(
    embedded: Path, tmp_path: Path, postgres_url: str
) -> None:
    passage, verdict = rehearse(SHORT, tmp_path, embedded, postgres_url, print)
    figures = asdict(verdict)
    sent, _, share = (figures.pop(name) for name in ("sent", "listed", "share_of_listed"))
    assert set(figures.values()) == {0}, verdict
    assert sent > 30
    assert share >= 0.5, "a freeze, a pause and a day without us are in between"
    assert (passage.kills, len(passage.left), len(passage.stopped)) == (SHORT.kills, SHORT.opt_outs, 2)
