"""Bonvent's name in a channel: only the asker sees the answer."""

from __future__ import annotations

import pytest

from tests.e2e.policy.desk import PHOTO, inside, person, questions_of, replies, says, seen
from tests.e2e.slack import AppProcess, Channel, Slack
from tests.e2e.stored import rows


def test_only_the_asker_sees_the_answer(slack: Slack, app: AppProcess, room: Channel) -> None:
    asker = inside(slack, room)
    before = len(slack.messages(room))
    said = asker.says_in(room, f"<@{slack.state.bot_user}> {PHOTO}", wait=True)
    answer = seen(slack, asker)
    assert answer.words.startswith(f":book: {says('passages')}")
    assert (answer.channel, answer.thread_ts) == (room.id, None)
    assert "question.share" in answer.action_ids
    assert [m for m in slack.messages(room)[before:] if not m.ephemeral_to] == [said]
    assert [text for text, *_ in questions_of(app, asker)] == [PHOTO]


def test_in_a_thread_it_answers_in_the_thread(slack: Slack, app: AppProcess, room: Channel) -> None:
    asker, other = inside(slack, room), inside(slack, room)
    begun = other.says_in(room, "A photo of the roof?")
    asker.says_in(room, f"Hey <@{slack.state.bot_user}>, ¿puedo publicar la foto de un compañero?", thread=begun)
    answer = seen(slack, asker)
    assert answer.thread_ts == begun.ts
    assert says("passages", "es") in answer.words
    assert slack.ephemeral(other) == []


def test_the_same_event_again_is_not_answered_again(slack: Slack, app: AppProcess, room: Channel) -> None:
    asker = inside(slack, room)
    said = asker.says_in(room, f"<@{slack.state.bot_user}> {PHOTO}", wait=True)
    seen(slack, asker)
    for _ in range(3):
        assert slack.redeliver(said).status == 200
    asker.says_in(room, f"<@{slack.state.bot_user}> hello", wait=True)
    assert seen(slack, asker, count=2).words == says("policy_mention")
    assert len(slack.ephemeral(asker)) == 2


@pytest.mark.parametrize("text", ["hello!", "So proud of my team, we did it #solar", ""])
def test_what_is_no_question_gets_a_line_on_what_it_does(
    slack: Slack, app: AppProcess, room: Channel, text: str
) -> None:
    asker = inside(slack, room)
    asker.says_in(room, f"<@{slack.state.bot_user}> {text}")
    assert seen(slack, asker).words == says("policy_mention")
    assert questions_of(app, asker) == []


def test_bots_are_not_answered(slack: Slack, app: AppProcess, room: Channel) -> None:
    asker = inside(slack, room)
    event = {
        "type": "app_mention", "channel": room.id, "user": asker.id, "bot_id": "B0OTHER", "ts": slack.state.new_ts(),
        "text": f"<@{slack.state.bot_user}> {PHOTO}",
    }  # fmt: skip
    assert slack.send(slack.events.around(event)).status == 200
    asker.says_in(room, f"<@{slack.state.bot_user}> hello", wait=True)
    seen(slack, asker)
    assert [m.words for m in slack.ephemeral(asker)] == [says("policy_mention")]


def test_a_mention_in_the_direct_message_is_answered_once(slack: Slack, app: AppProcess) -> None:
    asker = person(slack)
    said = asker.dm(f"<@{slack.state.bot_user}> {PHOTO}")
    slack.reply(said)
    slack.wait_quiet()
    assert len(replies(slack, said)) == 1


def test_where_it_was_asked_is_not_kept_and_drafts_still_go_to_the_direct_message(
    slack: Slack, app: AppProcess, room: Channel
) -> None:
    asker = inside(slack, room)
    asker.says_in(room, f"<@{slack.state.bot_user}> hello", wait=True)
    seen(slack, asker)
    assert rows(app, "SELECT DISTINCT channel_id FROM messages WHERE user_id = ?", asker.id) == [("",)]
    draft = asker.says_in(room, "So proud of what my team at Tebiora shipped today.")
    asker.message_shortcut("coach_this", draft)
    shown = slack.wait_for(lambda: [m for m in slack.messages(asker) if m.by_bot], what="the draft")
    assert any("So proud" in m.words for m in shown)
