"""Drafts that don't come as a message, and the modals on a review, in a running `bonvent serve`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.slack import actions
from tests.e2e.slack.app_process import AppProcess
from tests.e2e.slack.people import Person
from tests.e2e.slack.reading import words
from tests.e2e.slack.server import Slack, slack_stand_in
from tests.e2e.slack.state import Message
from tests.e2e.stored import rows

CLAIM = "So proud of my team: our new product is the best on the market & 100% guaranteed <for all>."
MILD = "Thank you to everybody who came to our open day on Saturday. It was lovely to meet you."


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    with slack_stand_in(redeliver_after=(0.2, 0.5, 1.0)) as running:
        yield running


@pytest.fixture(scope="module")
def app(
    slack: Slack, new_app: Callable[..., AppProcess], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppProcess]:
    with new_app(slack, tmp_path_factory.mktemp("app")) as running:
        yield running


@pytest.fixture
def marta(slack: Slack, app: AppProcess) -> Iterator[Person]:
    yield slack.add_user("Marta Puig")
    slack.wait_quiet()
    assert slack.complaints == []
    assert slack.late == []


def own_posts(slack: Slack, person: Person) -> list[Message]:
    """What Bonvent said to a person outside every thread."""
    return [m for m in slack.messages(person) if m.by_bot and not m.ephemeral_to and m.thread_ts in (None, m.ts)]


def review_of(slack: Slack, message: Message, nth: int = 0) -> Message:
    """The nth review that stands in a thread."""

    def standing() -> list[Message]:
        said = [m for m in slack.thread(message) if m.by_bot and actions.CHECK_AGAIN in str(m.blocks)]
        return said[nth : nth + 1]

    return slack.wait_for(standing, 20, what=f"review {nth}")[0]


def reviewed(slack: Slack, person: Person, text: str = CLAIM, **also: Any) -> tuple[Message, Message]:
    """A direct message with a draft, and its review."""
    message = person.dm(f"for LinkedIn: {text}", **also)
    return message, review_of(slack, message)


def whispered(slack: Slack, person: Person, part: str) -> Message:
    return slack.wait_for(
        lambda: [m for m in slack.ephemeral(person) if part in m.words], what=f"a whisper with {part!r}"
    )[-1]


def opened(slack: Slack, person: Person, text: str) -> Message:
    """The post that shows a draft back to its author."""
    return slack.wait_for(lambda: [m for m in own_posts(slack, person) if text in words(m.blocks)], what="the draft")[0]


class TestReviewADraft:
    def test_a_draft_from_the_shortcut_is_shown_and_reviewed_in_its_thread(self, slack: Slack, marta: Person) -> None:
        marta.shortcut(actions.REVIEW_A_DRAFT)
        marta.submit(values={"network": "linkedin", "draft": CLAIM, "link": "https://acme.example/news"})
        assert not slack.modal_open(marta)
        post = opened(slack, marta, CLAIM)
        assert "https://acme.example/news" in words(post.blocks)
        assert CLAIM not in post.text
        review_of(slack, post)
        assert len(own_posts(slack, marta)) == 1

    def test_the_same_submission_twice_is_one_draft(self, slack: Slack, marta: Person, app: AppProcess) -> None:
        marta.shortcut(actions.REVIEW_A_DRAFT)
        view = slack.view_of(marta)
        marta.submit(values={"network": "x", "draft": MILD})
        view.closed = False
        marta.submit(view, {"network": "x", "draft": MILD})
        review_of(slack, opened(slack, marta, MILD))
        assert rows(app, "SELECT count(*) FROM drafts WHERE user_id = ?", marta.id) == [(1,)]
        assert len(own_posts(slack, marta)) == 1

    def test_a_reply_in_that_thread_is_a_new_version(self, slack: Slack, marta: Person) -> None:
        marta.shortcut(actions.REVIEW_A_DRAFT)
        marta.submit(values={"network": "linkedin", "draft": CLAIM})
        post = opened(slack, marta, CLAIM)
        first = review_of(slack, post)
        marta.dm(CLAIM.replace("100% guaranteed", "well made"), thread=post)
        slack.wait_for(lambda: actions.CHECK_AGAIN not in str(first.blocks), what="the old review to be superseded")
        review_of(slack, post)

    def test_what_is_wrong_stands_beside_its_field(self, slack: Slack, marta: Person) -> None:
        marta.shortcut(actions.REVIEW_A_DRAFT)
        marta.submit(values={"network": "x", "draft": " \n ", "link": "acme"})
        assert set(slack.view_of(marta).errors) == {"draft", "link"}
        assert own_posts(slack, marta) == []

    def test_a_guest_is_refused_politely(self, slack: Slack, marta: Person) -> None:
        guest = slack.add_user("Guest One", guest=True)
        guest.shortcut(actions.REVIEW_A_DRAFT)
        assert "guest" in words(slack.view_of(guest).blocks)
        assert "submit" not in slack.view_of(guest).body


class TestCoachThis:
    def test_one_s_own_message_is_reviewed_in_the_direct_message(self, slack: Slack, marta: Person) -> None:
        joan = slack.add_user("Joan Vidal")
        channel = slack.add_channel("launch", members=[marta, joan], bot=False)
        message = marta.says_in(channel, f"for LinkedIn: {CLAIM}")
        marta.message_shortcut(actions.COACH_THIS, message)
        whispered(slack, marta, "direct message")
        review_of(slack, opened(slack, marta, CLAIM))
        marta.message_shortcut(actions.COACH_THIS, message)
        slack.wait_quiet()
        assert len(own_posts(slack, marta)) == 1
        assert [m for m in slack.messages(channel) if m.by_bot and not m.ephemeral_to] == []

    def test_without_a_network_it_is_asked(self, slack: Slack, marta: Person) -> None:
        channel = slack.add_channel("elsewhere", members=[marta])
        marta.message_shortcut(actions.COACH_THIS, marta.says_in(channel, MILD))
        post = opened(slack, marta, MILD)
        question = slack.reply(post)
        marta.click(question, f"{actions.CHOOSE_NETWORK}.bluesky")
        review_of(slack, post)

    def test_somebody_else_s_message_is_refused(self, slack: Slack, marta: Person) -> None:
        joan = slack.add_user("Joan Vidal")
        channel = slack.add_channel("talk", members=[marta, joan])
        marta.message_shortcut(actions.COACH_THIS, joan.says_in(channel, MILD))
        whispered(slack, marta, "somebody else")
        assert own_posts(slack, marta) == []


class TestCheckAgain:
    def test_the_edited_draft_is_reviewed_anew(self, slack: Slack, marta: Person) -> None:
        message, review = reviewed(slack, marta)
        marta.click(review, actions.CHECK_AGAIN)
        view = slack.view_of(marta)
        assert CLAIM in str(view.blocks)
        marta.submit(values={"draft": MILD})
        assert not slack.modal_open(marta)
        slack.wait_for(lambda: actions.CHECK_AGAIN not in str(review.blocks), what="the old review to be superseded")
        review_of(slack, message)

    def test_the_same_submission_twice_is_one_edition(self, slack: Slack, marta: Person, app: AppProcess) -> None:
        _, review = reviewed(slack, marta)
        marta.click(review, actions.CHECK_AGAIN)
        view = slack.view_of(marta)
        marta.submit(values={"draft": MILD})
        view.closed = False
        marta.submit(view, {"draft": MILD})
        assert rows(app, "SELECT edition FROM drafts WHERE user_id = ?", marta.id) == [(2,)]

    def test_a_draft_that_no_form_holds_is_edited_above(self, slack: Slack, marta: Person) -> None:
        _, review = reviewed(slack, marta, f"{MILD} " * 40)
        marta.click(review, actions.CHECK_AGAIN)
        whispered(slack, marta, "Edit your message above")
        assert not slack.modal_open(marta)

    def test_nobody_else_gets_it(self, slack: Slack, marta: Person) -> None:
        _, review = reviewed(slack, marta)
        joan = slack.add_user("Joan Vidal")
        joan.click(review, actions.CHECK_AGAIN)
        assert not slack.modal_open(joan)
        marta.click(review, actions.CHECK_AGAIN)
        metadata = slack.view_of(marta).body["private_metadata"]
        joan.shortcut(actions.REVIEW_A_DRAFT)
        slack.view_of(joan).body["callback_id"] = actions.VIEW_CHECK_AGAIN
        joan.submit(values={"network": "x", "draft": "hijacked"}, private_metadata=metadata)
        assert set(slack.view_of(joan).errors) == {"draft"}
        assert slack.places_holding("hijacked") == []


class TestNotRight:
    def test_the_reason_is_kept_without_the_draft(self, slack: Slack, marta: Person, app: AppProcess) -> None:
        message, review = reviewed(slack, marta)
        marta.click(review, actions.NOT_RIGHT, option="This isn't right")
        marta.submit(values={"reason": "public", "comment": "It says our new product is the best on the market"})
        assert set(slack.view_of(marta).errors) == {"comment"}
        marta.submit(values={"reason": "public", "comment": "Our web page says it too."})
        assert not slack.modal_open(marta)
        slack.wait_for(lambda: [m for m in slack.thread(message) if "without your name" in m.words], what="thanks")
        kept = rows(app, "SELECT * FROM complaints WHERE comment = ?", "Our web page says it too.")
        assert len(kept) == 1
        assert "public" in kept[0]
        assert marta.id not in str(kept)
        assert "product" not in str(kept)

    def test_a_second_time_changes_nothing(self, slack: Slack, marta: Person, app: AppProcess) -> None:
        _, review = reviewed(slack, marta)
        before = rows(app, "SELECT count(*) FROM complaints")[0][0]
        marta.click(review, actions.NOT_RIGHT, option="This isn't right")
        marta.submit(values={"reason": "misfit"})
        marta.click(review, actions.NOT_RIGHT, option="This isn't right")
        whispered(slack, marta, "You've told me already")
        assert not slack.modal_open(marta)
        assert rows(app, "SELECT count(*) FROM complaints")[0][0] == before + 1

    @pytest.mark.parametrize("number", ["99", "-1", "x", "", "٣"])
    def test_a_finding_that_is_not_there(self, number: str, slack: Slack, marta: Person) -> None:
        _, review = reviewed(slack, marta)
        id_ = next(c["value"] for b in review.blocks for c in b.get("elements", []) if c.get("action_id") == actions.CHECK_AGAIN)  # fmt: skip
        marta.click(review, actions.NOT_RIGHT, f"{id_}.{number}", option="This isn't right")
        assert not slack.modal_open(marta)
        whispered(slack, marta, "I don't know that button")


class TestPictures:
    def test_descriptions_go_with_the_draft(self, slack: Slack, marta: Person, app: AppProcess) -> None:
        pictures = [
            marta.file("a.png", b"\x89PNG", alt_text="A mast in the fog"),
            marta.file("b.png", b"\x89PNG"),
            marta.file("c.png", b"\x89PNG"),
        ]
        message, review = reviewed(slack, marta, MILD, files=pictures)
        marta.click(review, actions.DESCRIBE_PICTURE)
        assert [b["block_id"] for b in slack.view_of(marta).blocks] == ["picture.1", "picture.2"]
        marta.submit(values={})
        assert set(slack.view_of(marta).errors) == {"picture.1"}
        marta.submit(values={"picture.2": "Two sailors wave"})
        slack.wait_for(lambda: actions.CHECK_AGAIN not in str(review.blocks), what="the old review to be superseded")
        review_of(slack, message)
        kept = rows(app, "SELECT pictures FROM drafts WHERE user_id = ?", marta.id)
        assert kept == [('["A mast in the fog", null, "Two sailors wave"]',)]


class TestIsDraft:
    def test_a_question_may_be_a_draft_after_all(self, slack: Slack, marta: Person) -> None:
        message = marta.dm("May I post a photo of a colleague?")
        answer = slack.reply(message)
        joan = slack.add_user("Joan Vidal")
        joan.click(answer, actions.IS_DRAFT)
        whispered(slack, joan, "somebody else")
        marta.click(answer, actions.IS_DRAFT)
        question = slack.reply(message, nth=1)
        marta.click(question, f"{actions.CHOOSE_NETWORK}.x")
        review_of(slack, message)
        marta.click(answer, actions.IS_DRAFT)
        slack.wait_quiet()
        assert len([m for m in slack.thread(message) if actions.CHECK_AGAIN in str(m.blocks)]) == 1


class TestKilled:
    def test_a_draft_handed_in_before_a_kill_is_shown_once_and_reviewed(self, tmp_path: Path) -> None:
        with slack_stand_in(redeliver_after=(0.2, 0.5, 1.0)) as slack, AppProcess(slack, tmp_path) as app:
            marta = slack.add_user("Marta Puig")
            marta.shortcut(actions.REVIEW_A_DRAFT)
            marta.submit(values={"network": "linkedin", "draft": CLAIM})
            app.restart()
            review_of(slack, opened(slack, marta, CLAIM))
            assert len(own_posts(slack, marta)) == 1
