"""What an asker can do with an answer to a question about policy, in a running `bonvent serve`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from bot.slack import actions
from bot.store.database import FILE
from tests.e2e.slack import AppProcess, Channel, Message, Person, Slack, View, methods_chat, slack_stand_in

KEY = "AKIAIOSFODNN7EXAMPLE"
MAIL = "rosa.pujol@customers.example"
PHOTO = "May I post a photo of a colleague?"
LAW = "Is it legal to post a photo of a customer?"
NewApp = Callable[..., AppProcess]


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    with slack_stand_in(redeliver_after=(0.3, 1.0, 2.0)) as running:
        yield running


@pytest.fixture(scope="module")
def aina(slack: Slack) -> Person:
    return slack.add_user("Aina Ferrandis")


@pytest.fixture(scope="module")
def nosy(slack: Slack) -> Person:
    return slack.add_user("Nosy Parker")


@pytest.fixture(scope="module")
def managers(slack: Slack, aina: Person) -> Channel:
    return slack.add_channel("social-coach", members=[aina], private=True)


@pytest.fixture(scope="module")
def app(
    slack: Slack, managers: Channel, aina: Person, new_app: NewApp, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppProcess]:
    folder = tmp_path_factory.mktemp("app")
    with new_app(
        slack, folder, BONVENT_ESCALATION_CHANNEL=managers.id, BONVENT_MANAGERS=aina.id, BONVENT_LOG_LEVEL="debug"
    ) as running:
        yield running


@pytest.fixture
def marta(slack: Slack, app: AppProcess) -> Iterator[Person]:
    yield slack.add_user("Marta Puig")
    slack.wait_quiet()
    assert slack.late == []


@pytest.fixture
def team(slack: Slack, marta: Person) -> Channel:
    """A channel that Bonvent is in."""
    return slack.add_channel("team", members=[marta])


def asked(slack: Slack, person: Person, channel: Channel, question: str = PHOTO) -> Message:
    """What the asker alone is shown, after `/policy` in a channel."""
    before = len(slack.ephemeral(person))
    person.slash("/policy", question, channel=channel)
    return answer_in(slack, lambda: slack.ephemeral(person)[before:])


def asked_in_dm(slack: Slack, person: Person, question: str = PHOTO) -> tuple[Message, Message]:
    """The question and its answer."""
    message = person.dm(question)
    return message, answer_in(slack, lambda: slack.thread(message))


def answer_in(slack: Slack, where: Callable[[], list[Message]]) -> Message:
    return slack.wait_for(lambda: [m for m in where() if actions.POLICY_HELPFUL in m.action_ids], what="an answer")[0]


def whispered(slack: Slack, person: Person, words: str) -> Message:
    return slack.wait_for(lambda: [m for m in slack.ephemeral(person) if words in m.words], what=f"“{words}”")[-1]


def standing(slack: Slack, channel: Channel | Person, words: str = "") -> list[Message]:
    """What everybody in a channel reads of Bonvent's."""
    return [m for m in slack.messages(channel) if m.by_bot and not m.ephemeral_to and words in m.words]


def stands(slack: Slack, channel: Channel | Person, words: str = "") -> Message:
    return slack.wait_for(lambda: standing(slack, channel, words), what=f"“{words}” in a channel")[-1]


def filled(slack: Slack, person: Person) -> View:
    """The modal, once it shows what will be shared."""
    return slack.wait_for(
        lambda: next((v for v in [slack.view_of(person)] if v.callback_id == actions.VIEW_POLICY_ASK_HUMAN), None),
        what="what will be shared",
    )


def asked_a_human(slack: Slack, person: Person, answer: Message, managers: Channel, note: str = "") -> Message:
    """The question in the managers' channel."""
    before = len(standing(slack, managers))
    person.click(answer, actions.POLICY_ASK_HUMAN)
    person.submit(filled(slack, person), {"note": note} if note else {})
    assert not slack.modal_open(person)
    return slack.wait_for(lambda: standing(slack, managers)[before:], what="the question")[0]


def answered(slack: Slack, manager: Person, question: Message, answer: str) -> None:
    manager.click(question, actions.TAKE)
    slack.wait_for(lambda: actions.ANSWER in question.action_ids, what="it to be taken")
    manager.click(question, actions.ANSWER)
    manager.submit(values={"answer": answer})


def rows(app: AppProcess, query: str, *values: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(app.data / FILE)) as database:
        return database.execute(query, values).fetchall()


@pytest.fixture(scope="module")
def answer_of_somebody(slack: Slack, app: AppProcess, nosy: Person) -> tuple[Message, Channel]:
    berta = slack.add_user("Berta Sol")
    channel = slack.add_channel("somewhere", members=[berta, nosy])
    return asked(slack, berta, channel), channel


class TestReadingOn:
    def test_the_whole_section_opens(self, slack: Slack, marta: Person, team: Channel) -> None:
        answer = asked(slack, marta, team)
        marta.click(answer, actions.POLICY_SECTION)
        view = slack.view_of(marta)
        quoted = next(e for e in elements(answer.blocks) if e["type"] == "rich_text_quote")["elements"][0]["text"]
        assert quoted.strip("…“”")[:60] in view.words
        assert len(view.words) > len(quoted)

    def test_a_made_up_section_is_a_sentence(self, slack: Slack, marta: Person, team: Channel) -> None:
        answer = asked(slack, marta, team)
        id_ = value_of(answer, actions.POLICY_HELPFUL)
        marta.click(answer, actions.POLICY_SECTION, value=f"{id_}.99")
        whispered(slack, marta, "doesn't stand in the manual")
        assert not slack.modal_open(marta)


class TestVoting:
    def test_the_last_word_counts(self, slack: Slack, marta: Person, team: Channel, app: AppProcess) -> None:
        answer = asked(slack, marta, team)
        id_ = value_of(answer, actions.POLICY_HELPFUL)
        for action, words, kept in (
            (actions.POLICY_HELPFUL, "good to know", 1),
            (actions.POLICY_NOT_HELPFUL, "press “Ask a human”", 0),
        ):
            marta.click(answer, action)
            whispered(slack, marta, words)
            assert rows(app, "SELECT helpful FROM questions WHERE id = ?", id_) == [(kept,)]


class TestWhoMayPress:
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
        self, slack: Slack, marta: Person, nosy: Person, answer_of_somebody: tuple[Message, Channel], action: str
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
        self, slack: Slack, marta: Person, nosy: Person, team: Channel, managers: Channel
    ) -> None:
        before = len(standing(slack, managers))
        marta.click(asked(slack, marta, team), actions.POLICY_ASK_HUMAN)
        view = filled(slack, marta)
        view.user = nosy.id
        nosy.submit(view)
        assert "no longer have this question" in str(view.errors)
        assert len(standing(slack, managers)) == before


class TestAskingAHuman:
    def test_from_a_channel_the_answer_comes_as_a_direct_message(
        self, slack: Slack, marta: Person, aina: Person, team: Channel, managers: Channel
    ) -> None:
        answer = asked(slack, marta, team, f"{PHOTO} It is of {MAIL}, our key is {KEY}.")
        marta.click(answer, actions.POLICY_ASK_HUMAN)
        view = filled(slack, marta)
        assert "#social-coach" in view.words
        assert "May I post a photo of a colleague? It is of ⟦EMAIL_1⟧" in view.words
        marta.submit(view, {"note": f"{MAIL} said yes"})
        question = stands(slack, managers, "⟦EMAIL_1⟧ said yes")
        quoted = next(e for e in elements(answer.blocks) if e["type"] == "rich_text_quote")["elements"][0]["text"]
        assert quoted.strip("…“”")[:60] in question.words
        assert "May I post a photo of a colleague? It is of ⟦EMAIL_1⟧" in question.words
        assert MAIL not in question.words
        assert KEY not in question.words
        assert "Marta" not in question.words, "a name isn't shared"
        assert "May I post a photo" in stands(slack, marta, "with the community managers").words, (
            "it says which question"
        )
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
        self, slack: Slack, marta: Person, aina: Person, managers: Channel, app: AppProcess
    ) -> None:
        message, answer = asked_in_dm(slack, marta, "May I post a photo of the windwheel with a colleague?")
        assert actions.POLICY_SHARE not in answer.action_ids
        question = asked_a_human(slack, marta, answer, managers)
        answered(slack, aina, question, "Gladly.")
        in_thread = lambda words: [m for m in slack.thread(message) if words in m.words]  # noqa: E731
        slack.wait_for(lambda: in_thread("Gladly."), what="the answer")
        marta.delete(message)
        slack.wait_for(
            lambda: "windwheel" not in question.words and "Gladly" not in question.words, what="the words to go"
        )
        slack.wait_for(lambda: not [m for m in slack.thread(message) if m.by_bot], what="our replies to go")
        for table in ("questions", "escalations", "outbox"):
            every = str(rows(app, f"SELECT * FROM {table}"))
            assert "windwheel" not in every
            assert "Gladly" not in every

    def test_it_can_be_taken_back(
        self, slack: Slack, marta: Person, team: Channel, managers: Channel, app: AppProcess
    ) -> None:
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
        self, slack: Slack, marta: Person, team: Channel, managers: Channel, app: AppProcess
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


class TestSharing:
    def test_it_asks_first_and_says_what_will_be_seen(self, slack: Slack, marta: Person, team: Channel) -> None:
        (share,) = [b for b in asked(slack, marta, team).buttons if b["action_id"] == actions.POLICY_SHARE]
        assert "see your question" in str(share["confirm"]["text"]["text"])

    def test_in_a_channel_question_and_answer_are_posted_once_and_forgotten(
        self, slack: Slack, marta: Person, team: Channel, app: AppProcess
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
        quoted = next(e for e in elements(answer.blocks) if e["type"] == "rich_text_quote")["elements"][0]["text"]
        assert quoted in shared.words
        marta.open_home()
        home = slack.wait_for(lambda: slack.home(marta), what="a home")
        marta.click(home, actions.HOME_FORGET)
        slack.wait_for(lambda: standing(slack, team) == [], what="the shared answer to go")
        assert rows(app, "SELECT count(*) FROM questions WHERE user_id = ?", marta.id) == [(0,)]
        marta.click(answer, actions.POLICY_SHARE)
        whispered(slack, marta, "no longer have this question")

    @pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
    def test_where_bonvent_isnt_it_is_posted_all_the_same_and_once(
        self, slack: Slack, marta: Person, private: bool
    ) -> None:
        away = slack.add_channel("away", members=[marta], bot=False, private=private)
        answer = asked(slack, marta, away)
        marta.click(answer, actions.POLICY_SHARE)
        shared = stands(slack, away, PHOTO)
        marta.click(answer, actions.POLICY_SHARE)
        whispered(slack, marta, "in the channel already")
        assert standing(slack, away) == [shared]

    def test_asked_in_a_thread_it_is_shared_there(self, slack: Slack, marta: Person, team: Channel) -> None:
        first = marta.says_in(team, "Look at this picture.")
        marta.says_in(team, f"<@{slack.state.bot_user}> {PHOTO}", thread=first)
        answer = answer_in(slack, lambda: slack.ephemeral(marta))
        marta.click(answer, actions.POLICY_SHARE)
        assert stands(slack, team, PHOTO).thread_ts == first.ts

    def test_from_a_direct_message_nothing_is_shared(self, slack: Slack, marta: Person, team: Channel) -> None:
        _, private = asked_in_dm(slack, marta)
        answer = asked(slack, marta, team)
        marta.click(answer, actions.POLICY_SHARE, value=value_of(private, actions.POLICY_HELPFUL))
        whispered(slack, marta, "for you alone")
        assert standing(slack, team) == []

    def test_where_no_app_may_post_it_is_posted_by_the_button(self, slack: Slack, marta: Person, team: Channel) -> None:
        answer = asked(slack, marta, team)
        slack.faults.refuse("chat.postMessage", "restricted_action")
        marta.click(answer, actions.POLICY_SHARE)
        assert stands(slack, team, PHOTO).metadata is None, "not by the outbox"

    def test_what_didnt_work_can_be_tried_again(
        self, slack: Slack, marta: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        away = slack.add_channel("far-away", members=[marta], bot=False)
        answer = asked(slack, marta, away)
        with monkeypatch.context() as broken:
            broken.setattr(methods_chat, "RESPONSE_SECONDS", -1)
            marta.click(answer, actions.POLICY_SHARE)
            failed = [("response_url", "in_channel", 404), ("response_url", "ephemeral", 404)]
            slack.wait_for(lambda: tried(slack)[-2:] == failed, what="it to fail, and a sentence on it")
        marta.click(answer, actions.POLICY_SHARE)
        stands(slack, away, PHOTO)


def test_nothing_of_it_is_logged(app: AppProcess) -> None:
    for words in ("photo of a colleague", "kingfisher", "windwheel", MAIL, KEY, "Gladly"):
        assert words not in app.log()


def elements(node: object) -> Iterator[dict[str, object]]:
    """All objects with a type, in order."""
    if isinstance(node, dict):
        if "type" in node:
            yield node
        for value in node.values():
            yield from elements(value)
    elif isinstance(node, list):
        for value in node:
            yield from elements(value)


def tried(slack: Slack) -> list[tuple[str, object, int]]:
    """What was sent to response_urls: for whom, and what came back."""
    return [(c.method, c.args.get("response_type"), c.status) for c in slack.calls if c.method == "response_url"]


def value_of(message: Message, action_id: str) -> str:
    return next(str(button["value"]) for button in message.buttons if button["action_id"] == action_id)
