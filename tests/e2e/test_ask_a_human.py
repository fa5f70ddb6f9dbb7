"""Ask a human, in a running `bonvent serve`: what is shared, who may answer, and that nothing expires unseen."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from bot.slack import actions
from bot.store.database import FILE
from tests.e2e.policy import desk as policy
from tests.e2e.slack import AppProcess, Channel, Message, Person, Slack, View

KEY = "AKIAIOSFODNN7EXAMPLE"
CLAIM = "So proud: our new product is the best on the market & 100% guaranteed <for all>. :wind_chime:"
NewApp = Callable[..., AppProcess]


@pytest.fixture(scope="module")
def app(managed_app: NewApp) -> Iterator[AppProcess]:
    """Questions are promised an answer within ten hours. The tests that start it again come last."""
    with managed_app(BONVENT_ESCALATION_HOURS="10") as running:
        yield running


@pytest.fixture
def marta(slack: Slack, app: AppProcess) -> Iterator[Person]:
    yield slack.add_user("Marta Puig")
    slack.wait_quiet()
    assert slack.late == []


def reviewed(slack: Slack, person: Person, text: str = CLAIM) -> tuple[Message, Message]:
    message = person.dm(f"for LinkedIn: {text}")
    standing = slack.wait_for(
        lambda: [m for m in slack.thread(message) if m.by_bot and actions.ASK_HUMAN in str(m.blocks)], what="a review"
    )
    return message, standing[0]


def filled(slack: Slack, person: Person) -> View:
    """The modal, once it shows what will be shared."""
    return slack.wait_for(
        lambda: next((v for v in [slack.view_of(person)] if v.callback_id == actions.VIEW_ASK_HUMAN), None),
        what="what will be shared",
    )


def asked(slack: Slack, person: Person, channel: Channel, text: str = CLAIM, note: str = "") -> tuple[Message, Message]:
    """The author's message, and the question on it in the managers' channel."""
    before = len(questions(slack, channel))
    message, review = reviewed(slack, person, text)
    person.click(review, actions.ASK_HUMAN)
    person.submit(filled(slack, person), {"note": note} if note else {})
    assert not slack.modal_open(person)
    return message, slack.wait_for(lambda: questions(slack, channel)[before:], what="the question")[0]


def questions(slack: Slack, channel: Channel) -> list[Message]:
    return [m for m in slack.messages(channel) if m.by_bot and not m.ephemeral_to and m.root == m.ts]


def in_thread(slack: Slack, message: Message, words: str) -> Message:
    return slack.wait_for(lambda: [m for m in slack.thread(message) if m.by_bot and words in m.words], what=words)[0]


def whispered(slack: Slack, person: Person, words: str) -> Message:
    return slack.wait_for(lambda: [m for m in slack.ephemeral(person) if words in m.words], what=f"“{words}”")[-1]


def rows(app: AppProcess, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(app.data / FILE)) as database:
        return database.execute(query).fetchall()


class TestAsking:
    def test_the_modal_shows_what_is_shared_and_with_whom(self, slack: Slack, marta: Person, channel: Channel) -> None:
        _, review = reviewed(slack, marta, f"{CLAIM} Write to rosa@customers.example")
        marta.click(review, actions.ASK_HUMAN)
        view = filled(slack, marta)
        assert "#social-coach" in view.words
        assert "best on the market & 100% guaranteed <for all>" in view.words
        assert "rosa@customers.example" not in view.words
        assert "⟦EMAIL_1⟧" in view.words
        before = len(questions(slack, channel))
        marta.submit(view, {"note": f"May I? Our key is {KEY}"})
        question = slack.wait_for(lambda: questions(slack, channel)[before:], what="the question")[0]
        assert "best on the market & 100% guaranteed <for all>" in question.words
        assert "May I? Our key is" in question.words
        assert KEY not in question.words
        assert "rosa@customers.example" not in question.words
        assert "Marta" not in question.words, "a name isn't shared"
        in_thread(slack, review, "with the community managers")

    def test_the_same_submission_twice_is_one_question(self, slack: Slack, marta: Person, channel: Channel) -> None:
        before = len(questions(slack, channel))
        _, review = reviewed(slack, marta)
        marta.click(review, actions.ASK_HUMAN)
        view = filled(slack, marta)
        marta.submit(view)
        view.closed = False
        marta.submit(view)
        slack.wait_for(lambda: questions(slack, channel)[before:], what="the question")
        in_thread(slack, review, "with the community managers")
        assert len(questions(slack, channel)) == before + 1

    def test_a_second_question_on_the_same_draft_waits_for_the_first(
        self, slack: Slack, marta: Person, channel: Channel
    ) -> None:
        message, _ = asked(slack, marta, channel)
        review = slack.reply(message)
        marta.click(review, actions.ASK_HUMAN)
        whispered(slack, marta, "asked about this draft already")
        assert not slack.modal_open(marta)

    def test_only_its_author_asks(self, slack: Slack, marta: Person, nosy: Person) -> None:
        _, review = reviewed(slack, marta)
        nosy.click(review, actions.ASK_HUMAN)
        whispered(slack, nosy, "belongs to somebody else")
        assert not slack.modal_open(nosy)
        marta.click(review, actions.ASK_HUMAN)
        view = filled(slack, marta)
        view.user = nosy.id
        nosy.submit(view)
        assert "no longer have this draft" in str(view.errors)


class TestAnswering:
    def test_the_first_who_takes_it_has_it(
        self, slack: Slack, marta: Person, aina: Person, pol: Person, channel: Channel
    ) -> None:
        _, question = asked(slack, marta, channel)
        for each in (aina, pol):
            each.click(question, actions.TAKE, wait=False)
        slack.wait_for(lambda: actions.ANSWER in str(question.blocks), what="it to be taken")
        slack.wait_quiet()
        first, second = (aina, pol) if aina.id in str(question.blocks) else (pol, aina)
        assert first.id in whispered(slack, second, "has this one already").text
        second.click(question, actions.ANSWER)
        assert not slack.modal_open(second)
        second.click(question, actions.RELEASE)
        assert first.id in str(question.blocks)
        first.click(question, actions.RELEASE)
        slack.wait_for(lambda: actions.TAKE in str(question.blocks), what="it to be open again")
        second.click(question, actions.TAKE)
        slack.wait_for(lambda: second.id in str(question.blocks), what="the other to have it")

    def test_the_answer_reaches_its_author_literally(
        self, slack: Slack, marta: Person, aina: Person, channel: Channel, app: AppProcess
    ) -> None:
        message, question = asked(slack, marta, channel)
        aina.click(question, actions.TAKE)
        slack.wait_for(lambda: actions.ANSWER in str(question.blocks), what="it to be taken")
        aina.click(question, actions.ANSWER)
        aina.submit(values={"answer": "  "})
        assert slack.view_of(aina).errors
        aina.submit(values={"answer": "Say “up to”, *and* link <!channel> the study."})
        answer = in_thread(slack, message, "Say “up to”, *and* link <!channel> the study.")
        assert aina.id in str(answer.blocks)
        assert "study" not in answer.text
        slack.wait_for(lambda: "the study" in question.words, what="the channel's post")
        assert actions.TAKE not in str(question.blocks)
        assert actions.ANSWER not in str(question.blocks)
        slack.wait_for(
            lambda: not any(actions.WITHDRAW in str(m.blocks) for m in slack.thread(message)), what="the confirmation"
        )

    def test_only_managers_answer(self, slack: Slack, marta: Person, nosy: Person, channel: Channel) -> None:
        _, question = asked(slack, marta, channel)
        nosy.click(question, actions.TAKE)
        whispered(slack, nosy, "answered by the community managers")
        assert actions.TAKE in str(question.blocks)

    def test_a_made_up_question_is_closed(self, slack: Slack, marta: Person, aina: Person, channel: Channel) -> None:
        _, question = asked(slack, marta, channel)
        aina.click(question, actions.TAKE, value="nothing")
        whispered(slack, aina, "This question is closed")


class TestTakingBack:
    def test_the_words_go_from_channel_and_database(
        self, slack: Slack, marta: Person, nosy: Person, channel: Channel, app: AppProcess
    ) -> None:
        message, question = asked(slack, marta, channel, CLAIM.replace("product", "windwheel"))
        confirmation = in_thread(slack, message, "with the community managers")
        nosy.click(confirmation, actions.WITHDRAW)
        assert "windwheel" in question.words
        marta.click(confirmation, actions.WITHDRAW)
        slack.wait_for(lambda: "windwheel" not in question.words, what="the words to go")
        assert "took it back" in question.words
        slack.wait_for(lambda: actions.WITHDRAW not in str(confirmation.blocks), what="the confirmation")
        shared = rows(app, "SELECT shared FROM escalations WHERE state = 'withdrawn'")
        assert shared
        assert all(words in ((None,), ("null",)) for words in shared)

    def test_deleting_the_draft_takes_the_question_back(
        self, slack: Slack, marta: Person, channel: Channel, app: AppProcess
    ) -> None:
        message, question = asked(slack, marta, channel, CLAIM.replace("product", "rotorblade"))
        marta.delete(message)
        slack.wait_for(lambda: "rotorblade" not in question.words, what="the words to go")
        assert not question.deleted
        slack.wait_for(lambda: not [m for m in slack.thread(message) if m.by_bot], what="our replies to go")
        assert rows(app, "SELECT count(*) FROM escalations WHERE shared LIKE '%rotorblade%'") == [(0,)]
        assert rows(app, "SELECT count(*) FROM outbox WHERE payload LIKE '%rotorblade%'") == [(0,)]


class TestDeadline:
    @pytest.mark.timeout(240)
    def test_half_way_and_late_both_sides_hear_once(
        self, slack: Slack, marta: Person, channel: Channel, app: AppProcess
    ) -> None:
        message, question = asked(slack, marta, channel)
        answer = policy.asked(slack, marta, slack.add_channel("team", members=[marta]))
        on_policy = policy.asked_a_human(slack, marta, answer, channel)
        in_thread(slack, message, "with the community managers")
        for hours, ours in ((6, 1), (6, 1), (11, 2), (30, 2)):
            app.stop()
            app.environment["BONVENT_CLOCK_SHIFT"] = str(hours * 3600)
            app.start()
            slack.wait_for(
                lambda n=ours: all(len(slack.thread(each)) >= n for each in (question, on_policy)),  # type: ignore[misc]
                what=f"{ours} words after {hours} h",
            )
            slack.wait_quiet()
            slack.acks.clear()  # what Slack sent while nobody was there
            assert {len(slack.thread(each)) for each in (question, on_policy)} == {ours}
        for each in (question, on_policy):
            assert "Half of its time" in slack.thread(each)[0].words
            assert "longer than promised" in slack.thread(each)[1].words
            assert "overdue" in each.words
            assert actions.TAKE in str(each.blocks), "it stays open"
        assert len([m for m in slack.thread(message) if "Nobody has answered" in m.words]) == 1
        (told,) = [m for m in slack.messages(marta) if m.root == m.ts and "Nobody has answered" in m.words]
        assert policy.PHOTO in told.words, "it says which question"


class TestWithoutAChannel:
    def test_the_author_hears_whom_to_ask(self, slack: Slack, marta: Person, channel: Channel, app: AppProcess) -> None:
        before = len(questions(slack, channel))
        _, review = reviewed(slack, marta)
        app.stop()
        app.environment |= {"BONVENT_ESCALATION_CHANNEL": "", "BONVENT_MANAGERS": ""}
        app.start()
        slack.wait_quiet()
        slack.acks.clear()  # what Slack sent while nobody was there
        marta.click(review, actions.ASK_HUMAN)
        whispered(slack, marta, "Aina Ferrandis")
        assert len(questions(slack, channel)) == before
