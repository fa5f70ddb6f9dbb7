"""Questions in the direct message: which messages are some, and what follows on them."""

from __future__ import annotations

import pytest

from tests.e2e.policy.desk import PAY, PHOTO, files_with, person, questions_of, replies, says
from tests.e2e.slack import AppProcess, Slack
from tests.e2e.stored import rows


def test_an_answer_stands_in_the_thread_with_its_buttons(slack: Slack, app: AppProcess) -> None:
    asker = person(slack)
    answer = slack.reply(asker.dm(PHOTO))
    assert answer.words.startswith(f":book: {says('passages')}")
    assert "question.is_draft" in answer.action_ids
    assert "question.share" not in answer.action_ids


def test_a_reply_is_a_follow_up_question_and_thanks_are_thanks(slack: Slack, app: AppProcess) -> None:
    asker = person(slack)
    first = asker.dm(PHOTO)
    slack.reply(first)
    asker.dm("and if they are a minor", thread=first)
    second = slack.reply(first, nth=1)
    assert "question.helpful" in second.action_ids or "question.ask_human" in second.action_ids
    asker.dm("thanks!", thread=first)
    assert slack.reply(first, nth=2).words == says("thanks")
    assert [text for text, *_ in questions_of(app, asker)] == [PHOTO, "and if they are a minor"]


def test_a_network_alone_is_a_follow_up_too_and_the_status_says_that_it_looks_in_the_manual(
    slack: Slack, app: AppProcess
) -> None:
    asker = person(slack)
    first = asker.dm(PHOTO)
    slack.reply(first)
    asker.dm("and on Instagram?", thread=first)
    assert "Instagram" in slack.reply(first, nth=1).words
    assert questions_of(app, asker)[1][0] == "and on Instagram?"
    said = {call.args.get("status") for call in slack.calls if call.args.get("channel_id") == asker.channel}
    assert said - {"", None} == {says("policy_status")}


@pytest.mark.parametrize("text", ["Is there a wifi for visitors?", "¿Qué wifi usan las visitas?"])
def test_one_sentence_that_asks_is_a_question_and_may_have_been_a_draft(
    slack: Slack, app: AppProcess, text: str
) -> None:
    asker = person(slack)
    asked = asker.dm(text)
    answer = slack.reply(asked)
    assert answer.words.startswith(":mag:")
    assert {"question.ask_human", "question.is_draft"} == set(answer.action_ids)
    assert not any(says("policy_noted", language) in answer.words for language in ("en", "es"))
    assert asker.click(answer, "question.is_draft").ok
    assert "draft.network.linkedin" in slack.reply(asked, nth=1).action_ids
    slack.wait_quiet()
    assert rows(app, "SELECT count(*) FROM gap_questions WHERE text = ?", text) == [(0,)], "a draft is for nobody else"


def test_what_was_taken_for_a_draft_may_be_a_question(slack: Slack, app: AppProcess) -> None:
    asker, text = person(slack), "tell me about photos of a colleague"
    asked = asker.dm(text)
    which = slack.reply(asked)
    assert which.words.startswith(says("which_network"))
    assert asker.click(which, "draft.is_question").ok
    answer = slack.wait_for(lambda: [m for m in replies(slack, asked) if "question.helpful" in m.action_ids], what="it")
    assert replies(slack, asked) == answer, "nobody asks for a network any more"
    assert [said for said, *_ in questions_of(app, asker)] == [text]
    assert rows(app, "SELECT count(*) FROM drafts WHERE user_id = ?", asker.id) == [(0,)]
    assert asker.click(answer[0], "question.is_draft").ok
    assert "draft.network.linkedin" in slack.reply(asked, nth=1).action_ids
    assert questions_of(app, asker) == []


def test_a_draft_pasted_there_is_still_a_draft(slack: Slack, app: AppProcess) -> None:
    asker = person(slack)
    first = asker.dm(PHOTO)
    slack.reply(first)
    asker.dm("for LinkedIn: One year at Tebiora today, and I still learn from my team. #solar", thread=first)
    assert "No rule objects" in slack.reply(first, nth=1).words


def test_what_was_a_draft_after_all_is_reviewed_and_no_question_any_more(slack: Slack, app: AppProcess) -> None:
    asker = person(slack)
    asked = asker.dm(f"for LinkedIn: {PHOTO}")
    answer = slack.reply(asked)
    assert len(questions_of(app, asker)) == 1
    assert asker.click(answer, "question.is_draft").ok
    assert "review.check_again" in slack.reply(asked, nth=1).action_ids
    assert questions_of(app, asker) == []


def test_an_edit_is_answered_anew(slack: Slack, app: AppProcess) -> None:
    asker = person(slack)
    asked = asker.dm(PHOTO)
    slack.reply(asked)
    asker.edit(asked, "¿Puedo usar emojis en LinkedIn?")
    slack.wait_for(
        lambda: len(now := replies(slack, asked)) == 1 and says("passages", "es") in now[0].words,
        what="one new answer",
    )
    slack.wait_for(lambda: len(questions_of(app, asker)) == 1, what="one question")
    assert questions_of(app, asker)[0][0] == "¿Puedo usar emojis en LinkedIn?"


def test_deleting_it_removes_the_reply_and_the_question(slack: Slack, app: AppProcess) -> None:
    asker, canary = person(slack), "Xiuxiueigmestralenc"
    asked = asker.dm(f"May I post a photo of a colleague called {canary}?")
    slack.reply(asked)
    assert canary in questions_of(app, asker)[0][0]
    asker.delete(asked)
    slack.wait_for(lambda: not replies(slack, asked), what="the answer to go")
    assert questions_of(app, asker) == []
    slack.wait_for(lambda: files_with(app, canary) == [], what="its words to leave the disk")


def test_a_guest_is_refused(slack: Slack, app: AppProcess) -> None:
    guest = person(slack, guest=True)
    for text in (PHOTO, f"{PAY}?"):
        assert slack.reply(guest.dm(text)).words == says("guest", company="Tebiora")
    assert questions_of(app, guest) == []
