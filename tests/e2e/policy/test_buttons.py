"""What an asker can do with an answer: read on, vote, and ask a human."""

from __future__ import annotations

import pytest

from bot.slack import actions
from tests.e2e.policy.desk import (
    PHOTO,
    answered,
    asked,
    asked_a_human,
    asked_in_dm,
    filled,
    first_quote,
    standing,
    stands,
    value_of,
    whispered,
)
from tests.e2e.slack import AppProcess, Channel, Message, Person, Slack
from tests.e2e.stored import rows

KEY = "AKIAIOSFODNN7EXAMPLE"
MAIL = "rosa.pujol@customers.example"
LAW = "Is it legal to post a photo of a customer?"


@pytest.fixture(scope="module")
def answer_of_somebody(slack: Slack, app: AppProcess, nosy: Person) -> tuple[Message, Channel]:
    berta = slack.add_user("Berta Sol")
    channel = slack.add_channel("somewhere", members=[berta, nosy])
    return asked(slack, berta, channel), channel


def test_the_whole_section_opens(slack: Slack, marta: Person, team: Channel) -> None:
    answer = asked(slack, marta, team)
    marta.click(answer, actions.POLICY_SECTION)
    view = slack.view_of(marta)
    quoted = first_quote(answer)
    assert quoted.strip("…“”")[:60] in view.words
    assert len(view.words) > len(quoted)


def test_a_made_up_section_is_a_sentence(slack: Slack, marta: Person, team: Channel) -> None:
    answer = asked(slack, marta, team)
    id_ = value_of(answer, actions.POLICY_HELPFUL)
    marta.click(answer, actions.POLICY_SECTION, value=f"{id_}.99")
    whispered(slack, marta, "doesn't stand in the manual")
    assert not slack.modal_open(marta)


def test_the_last_word_counts(slack: Slack, marta: Person, team: Channel, app: AppProcess) -> None:
    answer = asked(slack, marta, team)
    id_ = value_of(answer, actions.POLICY_HELPFUL)
    for action, words, kept in (
        (actions.POLICY_HELPFUL, "good to know", 1),
        (actions.POLICY_NOT_HELPFUL, "press “Ask a human”", 0),
    ):
        marta.click(answer, action)
        whispered(slack, marta, words)
        assert rows(app, "SELECT helpful FROM questions WHERE id = ?", id_) == [(kept,)]


@pytest.mark.parametrize(
    "action",
    [
        actions.POLICY_SECTION,
        actions.POLICY_HELPFUL,
        actions.POLICY_NOT_HELPFUL,
        actions.POLICY_ASK_HUMAN,
        actions.POLICY_SHARE,
    ],
)
def test_nobody_but_the_asker_and_nothing_made_up(
    slack: Slack, marta: Person, nosy: Person, answer_of_somebody: tuple[Message, Channel], action: str
) -> None:
    answer, channel = answer_of_somebody
    before = len(slack.ephemeral(nosy))
    nosy.click(answer, action)
    slack.wait_for(lambda: slack.ephemeral(nosy)[before:], what="a sentence")
    assert "somebody else's" in slack.ephemeral(nosy)[-1].words
    for made_up in ("nothing", "x" * 2000, ".0", "😀"):
        before = len(slack.ephemeral(nosy))
        nosy.click(answer, action, value=made_up)
        slack.wait_for(lambda b=before: slack.ephemeral(nosy)[b:], what="a sentence")
        assert "no longer have this question" in slack.ephemeral(nosy)[-1].words
    assert not slack.modal_open(nosy)
    assert standing(slack, channel) == []


def test_somebody_elses_modal_sends_nothing(
    slack: Slack, marta: Person, nosy: Person, team: Channel, managers: Channel
) -> None:
    before = len(standing(slack, managers))
    marta.click(asked(slack, marta, team), actions.POLICY_ASK_HUMAN)
    view = filled(slack, marta)
    view.user = nosy.id
    nosy.submit(view)
    assert "no longer have this question" in str(view.errors)
    assert len(standing(slack, managers)) == before


def test_from_a_channel_the_answer_comes_as_a_direct_message(
    slack: Slack, marta: Person, aina: Person, team: Channel, managers: Channel
) -> None:
    answer = asked(slack, marta, team, f"{PHOTO} It is of {MAIL}, our key is {KEY}.")
    marta.click(answer, actions.POLICY_ASK_HUMAN)
    view = filled(slack, marta)
    assert "#social-coach" in view.words
    assert "May I post a photo of a colleague? It is of ⟦EMAIL_1⟧" in view.words
    marta.submit(view, {"note": f"{MAIL} said yes"})
    question = stands(slack, managers, "⟦EMAIL_1⟧ said yes")
    quoted = first_quote(answer)
    assert quoted.strip("…“”")[:60] in question.words
    assert "May I post a photo of a colleague? It is of ⟦EMAIL_1⟧" in question.words
    assert MAIL not in question.words
    assert KEY not in question.words
    assert "Marta" not in question.words, "a name isn't shared"
    assert "May I post a photo" in stands(slack, marta, "with the community managers").words, "it says which question"
    marta.click(answer, actions.POLICY_ASK_HUMAN)
    whispered(slack, marta, "asked a human about this already")
    answered(slack, aina, question, "Yes, once they <agree> & <!here> sign.")
    told = stands(slack, marta, "Yes, once they <agree> & <!here> sign.")
    assert "May I post a photo" in told.words
    assert aina.id in str(told.blocks)
    assert "agree" not in told.text
    assert standing(slack, team) == [], "never into the channel"
    slack.wait_for(
        lambda: not any(actions.WITHDRAW in m.action_ids for m in standing(slack, marta)), what="no way back"
    )


def test_from_a_direct_message_it_comes_into_the_thread(
    slack: Slack, marta: Person, aina: Person, managers: Channel, app: AppProcess
) -> None:
    message, answer = asked_in_dm(slack, marta, "May I post a photo of the windwheel with a colleague?")
    assert actions.POLICY_SHARE not in answer.action_ids
    question = asked_a_human(slack, marta, answer, managers)
    answered(slack, aina, question, "Gladly.")
    in_thread = lambda words: [m for m in slack.thread(message) if words in m.words]  # noqa: E731
    slack.wait_for(lambda: in_thread("Gladly."), what="the answer")
    marta.delete(message)
    slack.wait_for(lambda: "windwheel" not in question.words and "Gladly" not in question.words, what="the words to go")
    slack.wait_for(lambda: not [m for m in slack.thread(message) if m.by_bot], what="our replies to go")
    for table in ("questions", "escalations", "outbox"):
        every = str(rows(app, f"SELECT * FROM {table}"))
        assert "windwheel" not in every
        assert "Gladly" not in every


def test_it_can_be_taken_back(slack: Slack, marta: Person, team: Channel, managers: Channel, app: AppProcess) -> None:
    answer = asked(slack, marta, team, "May I post a photo of a kingfisher and a colleague?")
    question = asked_a_human(slack, marta, answer, managers, note="It is blue")
    confirmation = stands(slack, marta, "with the community managers")
    marta.click(confirmation, actions.WITHDRAW)
    slack.wait_for(lambda: "took it back" in question.words, what="the words to go")
    assert "kingfisher" not in question.words
    slack.wait_for(lambda: "kingfisher" not in confirmation.words, what="the confirmation to go")
    assert rows(app, "SELECT count(*) FROM escalations WHERE shared LIKE '%kingfisher%'") == [(0,)]
    asked_a_human(slack, marta, answer, managers)


def test_what_isnt_the_managers_business_is_refused(
    slack: Slack, marta: Person, team: Channel, managers: Channel, app: AppProcess
) -> None:
    before = len(standing(slack, managers))
    answer = asked(slack, marta, team)
    marta.slash("/policy", LAW, channel=team)
    (id_,) = slack.wait_for(
        lambda: rows(app, "SELECT id FROM questions WHERE text = ? AND user_id = ?", LAW, marta.id), what="it"
    )[0]
    assert rows(app, "SELECT body ->> 'stance' FROM questions WHERE id = ?", str(id_)) == [("human",)]
    for action, words in (
        (actions.POLICY_ASK_HUMAN, "isn't for the community managers"),
        (actions.POLICY_SHARE, "for you alone"),
    ):
        marta.click(answer, action, value=str(id_))
        whispered(slack, marta, words)
    assert not slack.modal_open(marta)
    assert len(standing(slack, managers)) == before
    assert standing(slack, team) == []


def test_nothing_of_it_is_logged(app: AppProcess) -> None:
    for words in ("photo of a colleague", "kingfisher", "windwheel", MAIL, KEY, "Gladly"):
        assert words not in app.log()
