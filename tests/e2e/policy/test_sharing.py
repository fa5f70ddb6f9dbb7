"""Sharing an answer in the channel that it was asked in: once, and by its asker alone."""

from __future__ import annotations

import pytest

from bot.slack import actions
from tests.e2e.policy.desk import (
    PHOTO,
    answer_in,
    asked,
    asked_in_dm,
    first_quote,
    standing,
    stands,
    value_of,
    whispered,
)
from tests.e2e.slack import AppProcess, Channel, Person, Slack, methods_chat
from tests.e2e.stored import rows

MAIL = "rosa.pujol@customers.example"


def test_it_asks_first_and_says_what_will_be_seen(slack: Slack, marta: Person, team: Channel) -> None:
    (share,) = [b for b in asked(slack, marta, team).buttons if b["action_id"] == actions.POLICY_SHARE]
    assert "see your question" in str(share["confirm"]["text"]["text"])


def test_in_a_channel_question_and_answer_are_posted_once_and_forgotten(
    slack: Slack, marta: Person, team: Channel, app: AppProcess
) -> None:
    answer = asked(slack, marta, team, f"{PHOTO} It is of {MAIL}.")
    for wait in (False, False, True):
        marta.click(answer, actions.POLICY_SHARE, wait=wait)
    whispered(slack, marta, "in the channel already")
    slack.wait_quiet()
    shared = stands(slack, team)
    assert standing(slack, team) == [shared]
    assert "May I post a photo of a colleague? It is of ⟦EMAIL_1⟧." in shared.words
    assert "Marta Puig" in shared.words
    assert shared.buttons == []
    assert "photo" not in shared.text
    quoted = first_quote(answer)
    assert quoted in shared.words
    marta.open_home()
    home = slack.wait_for(lambda: slack.home(marta), what="a home")
    marta.click(home, actions.HOME_FORGET)
    slack.wait_for(lambda: standing(slack, team) == [], what="the shared answer to go")
    assert rows(app, "SELECT count(*) FROM questions WHERE user_id = ?", marta.id) == [(0,)]
    marta.click(answer, actions.POLICY_SHARE)
    whispered(slack, marta, "no longer have this question")


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_where_bonvent_isnt_it_is_posted_all_the_same_and_once(slack: Slack, marta: Person, private: bool) -> None:
    away = slack.add_channel("away", members=[marta], bot=False, private=private)
    answer = asked(slack, marta, away)
    marta.click(answer, actions.POLICY_SHARE)
    shared = stands(slack, away, PHOTO)
    marta.click(answer, actions.POLICY_SHARE)
    whispered(slack, marta, "in the channel already")
    assert standing(slack, away) == [shared]


def test_asked_in_a_thread_it_is_shared_there(slack: Slack, marta: Person, team: Channel) -> None:
    first = marta.says_in(team, "Look at this picture.")
    marta.says_in(team, f"<@{slack.state.bot_user}> {PHOTO}", thread=first)
    answer = answer_in(slack, lambda: slack.ephemeral(marta))
    marta.click(answer, actions.POLICY_SHARE)
    assert stands(slack, team, PHOTO).thread_ts == first.ts


def test_from_a_direct_message_nothing_is_shared(slack: Slack, marta: Person, team: Channel) -> None:
    _, private = asked_in_dm(slack, marta)
    answer = asked(slack, marta, team)
    marta.click(answer, actions.POLICY_SHARE, value=value_of(private, actions.POLICY_HELPFUL))
    whispered(slack, marta, "for you alone")
    assert standing(slack, team) == []


def test_an_answer_from_another_channel_is_not_shared_there_nor_here(
    slack: Slack, marta: Person, team: Channel
) -> None:
    other = slack.add_channel("other-team", members=[marta])
    elsewhere, answer = asked(slack, marta, other), asked(slack, marta, team)
    marta.click(answer, actions.POLICY_SHARE, value=value_of(elsewhere, actions.POLICY_SHARE))
    whispered(slack, marta, "for you alone")
    assert standing(slack, team) == standing(slack, other) == []


def test_where_no_app_may_post_it_is_posted_by_the_button_in_the_thread_that_it_was_asked_in(
    slack: Slack, marta: Person, team: Channel
) -> None:
    first = marta.says_in(team, "Look at this picture.")
    marta.says_in(team, f"<@{slack.state.bot_user}> {PHOTO}", thread=first)
    answer = answer_in(slack, lambda: slack.ephemeral(marta))
    slack.faults.refuse("chat.postMessage", "restricted_action")
    marta.click(answer, actions.POLICY_SHARE)
    shared = stands(slack, team, PHOTO)
    assert shared.metadata is None, "not by the outbox"
    assert shared.thread_ts == first.ts


def test_what_didnt_work_can_be_tried_again(slack: Slack, marta: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    away = slack.add_channel("far-away", members=[marta], bot=False)
    answer = asked(slack, marta, away)
    with monkeypatch.context() as broken:
        broken.setattr(methods_chat, "RESPONSE_SECONDS", -1)
        marta.click(answer, actions.POLICY_SHARE)
        failed = [("response_url", "in_channel", 404), ("response_url", "ephemeral", 404)]
        slack.wait_for(lambda: tried(slack)[-2:] == failed, what="it to fail, and a sentence on it")
    marta.click(answer, actions.POLICY_SHARE)
    stands(slack, away, PHOTO)


def tried(slack: Slack) -> list[tuple[str, object, int]]:
    """What was sent to response_urls: for whom, and what came back."""
    return [(c.method, c.args.get("response_type"), c.status) for c in slack.calls if c.method == "response_url"]
