"""What is asked on pay, hours or organising is never stored with its asker, wherever it is asked."""

from __future__ import annotations

import re
import time

from tests.e2e.policy.desk import PAY, files_with, inside, person, questions_of, replies, says, seen
from tests.e2e.slack import AppProcess, Channel, Slack
from tests.e2e.stored import rows

CANARY = "Xiuxiueiggarbinada"


def test_the_acknowledgement_of_it_does_not_wait_for_itself(slack: Slack, app: AppProcess) -> None:
    def acknowledged_s() -> float:
        asker, begun = person(slack), time.perf_counter()
        asker.dm(f"{PAY}?", wait=True)
        return time.perf_counter() - begun

    assert min(acknowledged_s() for _ in range(4)) < 0.6  # other work waits 0.8 s for requests that aren't acknowledged


def test_nothing_of_it_is_kept_wherever_it_is_asked(slack: Slack, app: AppProcess, room: Channel) -> None:
    asker, question = inside(slack, room), f"{PAY} at {CANARY}?"
    asked = asker.dm(question)
    answer = slack.reply(asked)
    assert says("policy_private") in answer.words
    assert answer.action_ids == []
    asker.slash("/policy", question)
    assert says("policy_private") in seen(slack, asker).words
    asker.says_in(room, f"<@{slack.state.bot_user}> {question}", wait=True)
    assert says("policy_private") in seen(slack, asker, count=2).words
    slack.wait_quiet()
    assert files_with(app, CANARY) == []
    assert questions_of(app, asker) == []
    assert rows(app, "SELECT count(*) FROM turns WHERE message_key LIKE ?", f"%{asker.channel}%") == [(0,)]
    assert rows(app, "SELECT count(*) FROM outbox WHERE user_id = ? AND payload != 'null'", asker.id) == [(0,)]
    everywhere = slack.places_holding(CANARY)
    assert all(re.search(rf"by {asker.id}", place) for place in everywhere), everywhere


def test_what_follows_on_it_is_not_kept_either(slack: Slack, app: AppProcess) -> None:
    asker = person(slack)
    asked = asker.dm(f"{PAY}?")
    slack.reply(asked)
    asker.dm(f"and with {CANARY}", thread=asked)
    follow_up = slack.reply(asked, nth=1)
    assert follow_up.action_ids == []
    assert says("policy_not_followed") in follow_up.words
    slack.wait_quiet()
    assert files_with(app, CANARY) == []


def test_slack_bringing_it_again_changes_nothing_and_deleting_it_takes_the_answer(
    slack: Slack, app: AppProcess
) -> None:
    asker = person(slack)
    asked = asker.dm(f"{PAY}?")
    slack.reply(asked)
    for _ in range(2):
        assert slack.redeliver(asked).status == 200
    slack.wait_quiet()
    assert len(replies(slack, asked)) == 1
    asker.delete(asked)
    slack.wait_for(lambda: not replies(slack, asked), what="the answer to go")


def test_a_question_edited_into_one_takes_what_was_kept_along(slack: Slack, app: AppProcess) -> None:
    asker, canary = person(slack), "Xiuxiueigponentada"
    asked = asker.dm(f"May I post a photo of {canary}?")
    slack.reply(asked)
    asker.edit(asked, f"{PAY} at {CANARY}?")
    slack.wait_for(
        lambda: [says("policy_private") in m.words for m in replies(slack, asked)] == [True], what="the new answer"
    )
    assert questions_of(app, asker) == []
    assert files_with(app, CANARY) == []


def test_one_that_was_taken_for_a_draft_leaves_nothing_once_it_is_answered(slack: Slack, app: AppProcess) -> None:
    asker = person(slack)
    asked = asker.dm(f"my salary at {CANARY}, let me understand it")
    which = slack.reply(asked)
    assert asker.click(which, "draft.is_question").ok
    slack.wait_for(lambda: any(says("policy_private") in m.words for m in replies(slack, asked)), what="the answer")
    assert questions_of(app, asker) == []
    slack.wait_for(lambda: files_with(app, CANARY) == [], what="its words to leave the disk")


def test_no_question_reaches_a_log_or_the_engine(slack: Slack, app: AppProcess, room: Channel) -> None:
    asker, canary = inside(slack, room), "Xiuxiueigxalocada"
    slack.reply(asker.dm(f"May I post a photo of {canary}?"))
    asker.slash("/policy", f"May I name {canary}?")
    seen(slack, asker)
    asker.says_in(room, f"<@{slack.state.bot_user}> may I quote {canary}?", wait=True)
    seen(slack, asker, count=2)
    slack.wait_quiet()
    assert {name for name in files_with(app, canary) if not name.startswith("bonvent.sqlite3")} == set()
