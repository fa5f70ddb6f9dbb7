"""A question to a human, as its author and the community managers see it: what Slack takes, and what never gets out."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.coach.models import Review
from bot.coach.policy_answer import PolicyAnswer, Quoted, Stance
from bot.policy.engine import Policy
from bot.policy.models import Draft
from bot.slack import escalation_blocks as blocks
from bot.slack.post import Post
from bot.slack.rich_text import characters
from bot.slack.sharing import (
    NOTE,
    Shared,
    SharedDraft,
    SharedPassage,
    SharedQuestion,
    for_channel,
    read_shared,
    shared,
    shared_question,
)
from bot.slack.words import Words
from tests.e2e.slack.privacy import message_complaints, view_complaints
from tests.e2e.slack.validate import characters as shown_characters
from tests.e2e.slack.validate import message_faults, view_faults
from tests.slack.limits import elements_of
from tests.slack.reading import as_read

ID = "AbCdEfGhIjKlMnOpQrStUv"
SHARE = SharedDraft(
    draft="Our <team> *guarantees* that <!channel> saves 50 % :wind_chime:\nCall ⟦PHONE_1⟧.",
    network="linkedin",
    findings=("“guarantees” promises more than we can show.", "Say that you work here."),
    note="May I say “up to 50 %” & leave the rest?",
)
FULL = SharedDraft(draft="🌊" * 2750, network="linkedin", findings=("f" * 400,) * 6, note="n" * NOTE)
ON_POLICY = SharedQuestion(
    question="May I name <the> hospital & tag <!channel>? Call ⟦PHONE_1⟧ :wind_chime:",
    answer="It depends on whether they agreed. Ask them first.",
    passages=(SharedPassage(heading="Customers › Names", quote="Name a customer only with their *written* consent."),),
    note="They said yes by phone.",
)
FULL_ON_POLICY = SharedQuestion(
    question="🌊" * 1000,
    answer="🌊" * 1000,
    passages=(SharedPassage(heading="h" * 200, quote="q" * 1000),) * 3,
    note="n" * NOTE,
)
SHARES = pytest.mark.parametrize(
    "share", [SHARE, FULL, ON_POLICY, FULL_ON_POLICY], ids=["usual", "full", "question", "full question"]
)


@pytest.fixture(params=("en", "es", "ca"))
def each(request: pytest.FixtureRequest, words: Words) -> Words:
    return words.within(request.param)


def all_posts(
    words: Words, share: Shared = SHARE, answer: str = "Say “up to”, *and* link <the study>."
) -> dict[str, Post]:
    def managers(**fields: Any) -> Post:
        return blocks.managers_post(share, ID, words, hours=24, **fields)

    posts = {
        "open": managers(),
        "taken": managers(state="taken", taken_by="U2"),
        "overdue": managers(overdue=True),
        "taken and overdue": managers(state="taken", taken_by="U2", overdue=True),
        "answered": managers(state="answered", taken_by="U2", answer=answer),
        "withdrawn": blocks.withdrawn_post(words),
        "reminder": blocks.reminder_post(words, hours=12, taken_by=None),
        "reminder to who has it": blocks.reminder_post(words, hours=12, taken_by="U2"),
        "deadline": blocks.overdue_post(words, taken_by=None),
        "asked": blocks.asked_post(ID, words, hours=24),
        "taken back": blocks.closed_post(words, withdrawn=True),
        "has its answer": blocks.closed_post(words, withdrawn=False),
        "the answer": blocks.answer_post(answer, "U2", words),
    }
    if isinstance(share, SharedQuestion):
        posts["the answer without a thread"] = blocks.with_question(posts["the answer"], share, words)
    return posts


def all_views(words: Words, share: Shared = SHARE) -> dict[str, dict[str, Any]]:
    return {
        "one moment": blocks.asking_view(words),
        "ask": blocks.ask_view(share, "#social-coach", ID, words),
        "answer": blocks.answer_view(share, ID, words),
    }


class TestWhatSlackTakes:
    @SHARES
    def test_every_post(self, each: Words, share: Shared) -> None:
        for name, post in all_posts(each, share, "a" * blocks.ANSWER).items():
            assert message_faults(post.blocks) == [], name
            assert list(message_complaints(post.text, post.blocks, {})) == [], name
            assert shown_characters(post.blocks) <= 13_000, name
            assert characters(post.blocks) <= 13_000, name

    @SHARES
    def test_every_modal(self, each: Words, share: Shared) -> None:
        for name, view in all_views(each, share).items():
            assert view_faults(view, home=False) == [], name
            assert list(view_complaints(view)) == [], name

    @settings(max_examples=60, deadline=None)
    @given(draft=st.text(max_size=200), note=st.text(max_size=60), message=st.text(max_size=60))
    def test_any_words(self, words: Words, draft: str, note: str, message: str) -> None:
        clean = [text.encode("utf-8", "ignore").decode() for text in (draft, note, message)]
        passage = SharedPassage(heading=clean[2] or "-", quote=clean[0] or "-")
        for share in (
            SharedDraft(draft=clean[0], network="x", findings=(clean[2] or "-",), note=clean[1]),
            SharedQuestion(question=clean[0], answer=clean[2], passages=(passage,), note=clean[1]),
        ):
            assert message_faults(blocks.managers_post(share, ID, words, hours=24).blocks) == []
            assert view_faults(blocks.ask_view(share, "#c", ID, words), home=False) == []


class TestWhatPeopleRead:
    def test_posts(self, each: Words, snapshot: SnapshotAssertion) -> None:
        assert "\n\n\n".join(f"== {name}\n{as_read(post)}" for name, post in all_posts(each).items()) == snapshot

    def test_posts_on_a_policy_question(self, each: Words, snapshot: SnapshotAssertion) -> None:
        shown = [f"== {name}\n{as_read(post)}" for name, post in all_posts(each, ON_POLICY).items()]
        assert "\n\n\n".join(shown) == snapshot

    @pytest.mark.parametrize("share", [SHARE, ON_POLICY], ids=["draft", "question"])
    def test_the_modal_shows_exactly_what_the_managers_will_read(self, words: Words, share: Shared) -> None:
        view, post = (
            blocks.ask_view(share.model_copy(update={"note": ""}), "#social-coach", ID, words),
            all_posts(words, share)["open"],
        )
        seen = json.dumps(view["blocks"][1]["elements"])[1:-1]
        assert json.dumps(post.blocks[1]["elements"]).startswith(f"[{seen}"), "the note alone comes after it"
        assert "#social-coach" in json.dumps(view["blocks"][0])

    def test_words_are_literal_and_nobody_is_mentioned_but_who_took_it(self, words: Words) -> None:
        for share in (SHARE, ON_POLICY):
            for name, post in all_posts(words, share).items():
                assert "mrkdwn" not in json.dumps(post.blocks), name
                assert {user["user_id"] for user in elements_of(post.blocks, "user")} <= {"U2"}, name

    def test_a_notification_holds_no_words_of_anybody(self, words: Words) -> None:
        said = ("guarantee", "up to", "study", "promises", "hospital", "depends", "consent", "phone")
        for share in (SHARE, ON_POLICY):
            for name, post in all_posts(words, share).items():
                assert not any(words_ in post.text for words_ in said), name

    def test_a_withdrawn_question_has_no_button_and_no_words(self, words: Words) -> None:
        post = all_posts(words)["withdrawn"]
        assert [block["type"] for block in post.blocks] == ["context"]

    @pytest.mark.parametrize(
        ("name", "buttons"),
        [
            ("open", ["escalation.take"]),
            ("overdue", ["escalation.take"]),
            ("taken", ["escalation.answer", "escalation.release"]),
            ("answered", []),
            ("asked", ["escalation.withdraw"]),
            ("has its answer", []),
        ],
    )
    def test_what_can_be_pressed(self, words: Words, name: str, buttons: list[str]) -> None:
        pressed = list(elements_of(all_posts(words)[name].blocks, "button"))
        assert [button["action_id"] for button in pressed] == buttons
        assert all(button["value"] == ID for button in pressed)


class TestWhatIsShared:
    KEY = "AKIAIOSFODNN7EXAMPLE"
    MAIL = "rosa.pujol@customers.example"

    @pytest.fixture
    def share_of(self, policy: Policy, review_of: Callable[..., Review]) -> Callable[..., SharedDraft]:
        def make(text: str, note: str = "", author: str | None = None) -> SharedDraft:
            return shared(Draft(text=text, author=author), review_of(text), policy, note)

        return make

    def test_credentials_and_others_data_are_masked_everywhere(self, share_of: Callable[..., SharedDraft]) -> None:
        share = share_of(
            f"Our key is {self.KEY}, write to {self.MAIL}.", note=f"Is {self.MAIL} fine? Or 612 345 678? {self.KEY}"
        )
        said = share.model_dump_json()
        assert self.KEY not in said
        assert self.MAIL not in said
        assert "612 345 678" not in said
        assert "⟦EMAIL_1⟧" in share.draft
        assert "⟦EMAIL_1⟧" in share.note, "the same words have the same name"

    def test_the_authors_own_address_is_theirs_to_share(self, share_of: Callable[..., SharedDraft]) -> None:
        share = share_of(f"Write to me: {self.MAIL}", author=f"Rosa Pujol, {self.MAIL}")
        assert self.MAIL in share.draft

    def test_findings_are_their_messages_each_once(self, share_of: Callable[..., SharedDraft], review_of: Any) -> None:
        text = "We guarantee that it halves your bill. We guarantee it!"
        share = share_of(text)
        messages = [finding.message for finding in review_of(text).findings]
        assert share.findings
        assert list(share.findings) == list(dict.fromkeys(messages))

    def test_what_is_too_long_ends_in_an_ellipsis(self, share_of: Callable[..., SharedDraft], words: Words) -> None:
        share = share_of("wind 🌊 " * 1500, note="n" * 5000)
        assert share.draft.endswith("…")
        assert share.note.endswith("…")
        for post in all_posts(words, share, "a" * blocks.ANSWER).values():
            assert characters(post.blocks) <= 13_000

    def test_it_is_kept_as_plain_json_and_each_kind_is_known_again(self, share_of: Callable[..., SharedDraft]) -> None:
        for share in (share_of("We guarantee it."), ON_POLICY, SharedQuestion(question="", answer="")):
            assert read_shared(json.loads(json.dumps(share.model_dump(mode="json")))) == share

    def test_what_was_kept_before_there_were_questions_can_be_read(self) -> None:
        old = {"draft": "We ship tomorrow", "network": "linkedin", "findings": ["Really?"], "note": ""}
        assert read_shared(old) == SharedDraft(draft="We ship tomorrow", network="linkedin", findings=("Really?",))


class TestWhatIsSharedOfAQuestion:
    KEY, MAIL = TestWhatIsShared.KEY, TestWhatIsShared.MAIL

    @staticmethod
    def answer(said: str, stance: Stance = "depends", quote: str = "Ask press@tebiora.example first.") -> PolicyAnswer:
        cited = Quoted(passage="s/a.md#a", heading="Press", quote=quote, manual="s", version="0" * 12, language="en")
        return PolicyAnswer(language="en", stance=stance, answer=said, answered=True, citations=(cited,))

    def test_secrets_and_others_data_are_masked_and_the_manual_is_verbatim(self, policy: Policy) -> None:
        question = Draft(text=f"May I give {self.MAIL} our key {self.KEY}?")
        share = shared_question(question, self.answer(f"Write to {self.MAIL} first."), policy, f"{self.MAIL} asked me")
        said = share.model_dump_json()
        assert self.KEY not in said
        assert self.MAIL not in said
        assert "⟦EMAIL_1⟧" in share.question
        assert "⟦EMAIL_1⟧" in share.answer
        assert "⟦EMAIL_1⟧" in share.note
        assert share.passages == (SharedPassage(heading="Press", quote="Ask press@tebiora.example first."),)

    def test_an_answer_that_is_its_passages_is_shared_once(self, policy: Policy) -> None:
        quote = "Ask press@tebiora.example first."
        share = shared_question(Draft(text="May I?"), self.answer(quote, "passages"), policy)
        assert share.answer == ""
        assert [passage.quote for passage in share.passages] == [quote]

    def test_what_is_too_long_ends_in_an_ellipsis(self, policy: Policy, words: Words) -> None:
        answer = self.answer("so " * 3000, quote="word 🌊 " * 1000)
        share = shared_question(Draft(text="wind 🌊 " * 1500), answer, policy, "n" * 5000)
        assert all(said.endswith("…") for said in (share.question, share.answer, share.passages[0].quote, share.note))
        for post in all_posts(words, share, "a" * blocks.ANSWER).values():
            assert characters(post.blocks) <= 13_000

    def test_what_a_channel_reads_is_masked_too(self, policy: Policy) -> None:
        question = Draft(text=f"May Rosa ({self.MAIL}) post from my account, marta@tebiora.example?")
        question = question.model_copy(update={"author": "Marta Puig, marta@tebiora.example"})
        text, answer = for_channel(question, self.answer(f"Tell {self.MAIL} no."), policy)
        assert text == "May Rosa (⟦EMAIL_1⟧) post from my account, marta@tebiora.example?"
        assert answer.answer == "Tell ⟦EMAIL_1⟧ no."
        assert answer.citations[0].quote == "Ask press@tebiora.example first."
