"""Nothing is lost and nothing is said twice: a short storm on both databases (`make soak` runs the long one)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.slack import AppProcess, slack_stand_in
from tests.e2e.storm import storm

REDELIVER_AFTER = (0.5, 5.0, 12.0, 40.0)
"""As in the long storm, for its two kills: the last try comes when they are over."""


@pytest.mark.timeout(280)
@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_every_draft_is_answered_once_under_kills_and_lost_answers(
    database: str, new_app: Callable[..., AppProcess], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    where = {"BONVENT_DATABASE_URL": request.getfixturevalue("postgres_url")} if database == "postgres" else {}
    with slack_stand_in(redeliver_after=REDELIVER_AFTER) as slack:
        app = new_app(slack, tmp_path, SLACK_APP_TOKEN="", **where)
        app.start()
        try:
            outcome = storm(slack, app, drafts=16, kills=2)
            assert (outcome.lost, outcome.unreached, outcome.doubled) == (0, 0, 0), app.log()[-2000:]
            assert slack.complaints == []
        finally:
            app.stop()
