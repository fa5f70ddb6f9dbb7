"""With a model: the rewrite's buttons, and the conversation in the thread. Over real HTTP to the stand-in for the endpoint."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.e2e.slack import AppProcess, Slack
from tests.stand_in import Reply, StandIn

pytestmark = pytest.mark.usefixtures("script")

DRAFT = "for LinkedIn: My team at Tebiora spent the whole long morning on a cold roof, and it was worth it. #HeatPumps"
REWRITE = "My team at Tebiora spent the morning on a cold roof, and it was worth it. #HeatPumps"


@pytest.fixture(scope="module")
def app(app_with_a_model: AppProcess) -> Iterator[AppProcess]:
    with app_with_a_model as running:
        yield running


def said(rewrite: str | None, request: dict[str, object] | None = None) -> str:
    return json.dumps({"criteria": [], "wording": [], "praise": "", "rewrite": rewrite, "citations": []})


def test_the_rewrite_copies_cleanly_and_can_be_used(slack: Slack, app: AppProcess, endpoint: StandIn) -> None:
    marta = slack.add_user("Marta Puig")
    endpoint.says(said(REWRITE), said(REWRITE))
    draft = marta.dm(DRAFT)
    review = slack.reply(draft)
    blocks = json.dumps(review.blocks, ensure_ascii=False)
    assert "rich_text_preformatted" in blocks
    assert REWRITE in blocks
    assert marta.click(review, "review.use_rewrite").ok
    again = slack.reply(draft, nth=1)
    assert "whole long" not in again.words


def test_shorter_gives_another_version_once_for_each_press_of_the_same_button(
    slack: Slack, app: AppProcess, endpoint: StandIn
) -> None:
    marta = slack.add_user("Marta Puig")
    draft = marta.dm(DRAFT)
    review = slack.reply(draft)
    for _ in range(2):
        assert marta.click(review, "review.shorter").ok
    slack.reply(draft, nth=1)
    slack.wait_quiet()
    assert len([m for m in slack.thread(draft) if m.by_bot]) == 2


def test_a_follow_up_is_answered_in_the_thread(slack: Slack, app: AppProcess, endpoint: StandIn) -> None:
    marta = slack.add_user("Marta Puig")
    draft = marta.dm("for LinkedIn: We guarantee that Brisalta halves your bill! I work at Tebiora.")
    slack.reply(draft)
    marta.dm("why is that a problem?", thread=draft)
    answer = slack.reply(draft, nth=1)
    assert "promise" in answer.words
    assert "The manual says" in answer.words


def test_a_model_that_is_away_costs_its_part_only(slack: Slack, app: AppProcess, endpoint: StandIn) -> None:
    endpoint.says(Reply(status=400, content="no"))
    review = slack.reply(slack.add_user("Marta Puig").dm(DRAFT))
    assert "model" in review.words


def test_another_s_phone_number_is_masked_on_the_wire(slack: Slack, app: AppProcess, endpoint: StandIn) -> None:
    slack.reply(
        slack.add_user("Marta Puig").dm("for LinkedIn: Thanks to Laura at Tebiora for the tour, call her: 612 345 678")
    )
    assert endpoint.requests
    assert "612 345 678" not in endpoint.wire


def test_a_question_to_a_slow_model_is_told_first_that_the_manual_is_read(
    slack: Slack, app: AppProcess, endpoint: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "seconds", 3.0)
    asker = slack.add_user("Marta Puig")
    ack = asker.slash("/policy", "May I post a photo of a colleague?")
    assert ack.ok
    assert ack.seconds < 1.0
    first, answer = slack.wait_for(lambda: (found := slack.ephemeral(asker))[1:] and found, what="the answer")
    assert first.words == "One moment, I'm reading the manual…"
    assert "question.section" in answer.action_ids
