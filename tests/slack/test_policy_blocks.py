"""Answers to questions about policy: complete, literal, within Slack's limits, with the right things to press."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from bot.coach.policy_answer import PolicyAnswer, Quoted, SeeAlso, Stance
from bot.slack import actions as ids
from bot.slack.policy_blocks import answer_post, shared_post
from bot.slack.post import Post
from bot.slack.words import Words
from tests.slack.conftest import LANGUAGES
from tests.slack.limits import elements_of, faults, texts_of
from tests.slack.reading import as_read
from tests.slack.test_review_blocks import HUGE, LONG

ID, TURN = "Qu-8_abcdefghijklmnopq", "Tu-8_abcdefghijklmnopq"
PEOPLE = Quoted(
    passage="manual/en/05.md#personal-data", heading="People, secrets and bad days › Other people's data",
    quote="Ask before you post somebody's picture.", manual="manual", version="3fa94c0d11aa", language="en",
)  # fmt: skip
GUIDE = Quoted(
    passage="guide/brand.md#photos", heading="Photos", quote="Una foto del equipo necesita el sí de todos.",
    manual="brand-guide.pdf", version="77aa10bbccdd", language="es",
)  # fmt: skip
NEAR = (SeeAlso(passage="manual/en/04.md#customers", heading="What we make, and for whom › Customers"),)
MANAGER = "Aina Ferrandis, #social-coach"


def an_answer(stance: Stance, language: str = "en", **fields: Any) -> PolicyAnswer:
    says = {
        "yes": "Yes, if the person agrees. Ask before you post, because a picture can't be taken back.",
        "no": "No. Names of customers stay with us until they have agreed in writing.",
        "depends": "It depends on whether the person agrees. Somebody who can be recognised is asked first.",
        "passages": f"{PEOPLE.quote}\n\n{GUIDE.quote}",
        "silent": "The manual doesn't cover this.",
        "human": f"This is for a human to answer: {MANAGER}.",
        "rejected": "That is longer than a question. Ask me in a few sentences.",
    }
    grounded = stance in ("yes", "no", "depends", "passages")
    given: dict[str, Any] = {
        "language": language, "stance": stance, "answer": says[stance], "answered": grounded,
        "citations": (PEOPLE, GUIDE) if grounded else (), "see_also": NEAR if grounded or stance == "silent" else (),
        "contacts": (MANAGER,) if stance in ("silent", "human") else (),
    }  # fmt: skip
    return PolicyAnswer(**given | fields)


def shown(answer: PolicyAnswer, words: Words, **options: Any) -> Post:
    return answer_post(answer, words, **{"question_id": ID, "can_share": True} | options)


def pressed(post: Post) -> list[tuple[str, str]]:
    return [(b["action_id"], b["value"]) for b in elements_of(post.blocks, "button")]


def every_post(words: Words) -> dict[str, Post]:
    language = words.language
    stances = {stance: shown(an_answer(stance, language), words) for stance in get_args(Stance)}
    return stances | {
        "in a direct message": shown(an_answer("yes", language), words, can_share=False, turn_id=TURN),
        "on pay": shown(an_answer("passages", language, private=True), words, question_id=None),
        "noted": shown(an_answer("silent", language), words, note=words.say("policy_noted")),
        "shared": shared_post("May I post a photo?", an_answer("yes", language), words, asker="Marta Puig"),
    }


class TestAnswers:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_what_is_read(self, words: Words, language: str, snapshot: SnapshotAssertion) -> None:
        posts = every_post(words.within(language))
        assert "\n\n".join(f"# {name}\n\n{as_read(post)}" for name, post in posts.items()) == snapshot

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_slack_takes_them_all(self, words: Words, language: str) -> None:
        posts = every_post(words.within(language))
        assert {name: faults(post) for name, post in posts.items() if faults(post)} == {}

    def test_without_a_model_there_is_no_yes_or_no(self, words: Words) -> None:
        said = "".join(texts_of(shown(an_answer("passages"), words).blocks))
        assert said.startswith(f" {words.say('passages')}")
        assert said.count(PEOPLE.quote) == 1, "the quotes stand once, not also as an answer"

    def test_a_passage_in_another_language_says_so_and_one_in_the_reader_s_doesnt(self, words: Words) -> None:
        said = list(texts_of(shown(an_answer("yes"), words).blocks))
        assert "Source: manual · version 3fa94c0" in said
        assert "Source: brand-guide.pdf · version 77aa10b · in Spanish" in said

    def test_a_version_is_called_by_its_number_where_the_history_knows_it(self, words: Words) -> None:
        numbers = {PEOPLE.version: 12}
        said = list(texts_of(shown(an_answer("yes"), words, numbers=numbers).blocks))
        assert "Source: manual · version 12" in said
        assert "Source: brand-guide.pdf · version 77aa10b · in Spanish" in said

    def test_silent_and_human_name_whom_to_ask_once(self, words: Words) -> None:
        for stance in ("silent", "human"):
            assert "".join(texts_of(shown(an_answer(stance), words).blocks)).count(MANAGER) == 1  # type: ignore[arg-type]

    def test_each_button_knows_the_question_and_sections_their_number(self, words: Words) -> None:
        assert pressed(shown(an_answer("depends"), words, turn_id=TURN)) == [
            (ids.POLICY_SECTION, f"{ID}.0"),
            (ids.POLICY_SECTION, f"{ID}.1"),
            (ids.POLICY_SECTION, f"{ID}.s0"),
            (ids.POLICY_HELPFUL, ID),
            (ids.POLICY_NOT_HELPFUL, ID),
            (ids.POLICY_ASK_HUMAN, ID),
            (ids.POLICY_SHARE, ID),
            (ids.IS_DRAFT, TURN),
        ]

    def test_sharing_asks_first_and_nothing_else_does(self, words: Words) -> None:
        buttons = list(elements_of(shown(an_answer("yes"), words).blocks, "button"))
        assert [b["action_id"] for b in buttons if "confirm" in b] == [ids.POLICY_SHARE]

    def test_a_question_that_isnt_kept_has_nothing_to_press(self, words: Words) -> None:
        for stance in get_args(Stance):
            assert pressed(shown(an_answer(stance), words, question_id=None)) == []

    def test_what_isnt_the_managers_business_offers_no_manager(self, words: Words) -> None:
        post = shown(an_answer("human", citations=(PEOPLE,)), words)
        assert {action for action, _ in pressed(post)} == {ids.POLICY_SECTION}
        assert pressed(shown(an_answer("rejected"), words)) == []

    def test_a_shared_answer_names_its_asker_and_has_no_buttons(self, words: Words) -> None:
        post = shared_post("May I <!channel>?", an_answer("yes"), words, asker="R&D <b>")
        assert pressed(post) == []
        assert "R&D <b> asked what the manual says" in list(texts_of(post.blocks))
        assert faults(post) == []

    def test_the_notification_holds_no_word_of_a_question_or_a_model(self, words: Words) -> None:
        canary = an_answer(
            "yes", answer="CANARY", citations=(PEOPLE.model_copy(update={"quote": "CANARY", "heading": "CANARY"}),),
            see_also=(SeeAlso(passage="x", heading="CANARY"),), contacts=("CANARY",),
        )  # fmt: skip
        assert "CANARY" not in shown(canary, words).text
        assert "CANARY" not in shared_post("CANARY", canary, words, asker="CANARY").text

    @settings(max_examples=40, deadline=None)
    @given(
        said=LONG | st.just(HUGE),
        stance=st.sampled_from(get_args(Stance)),
        count=st.integers(0, 6),
        kept=st.booleans(),
    )
    def test_whatever_is_answered_slack_takes_it(
        self, words: Words, said: str, stance: Stance, count: int, *, kept: bool
    ) -> None:
        quoted = Quoted(passage="a#b", heading=said, quote=said, manual=said, version="3fa94c0d11aa", language="fr")
        answer = an_answer(
            stance, answer=said, citations=(quoted,) * count, see_also=(SeeAlso(passage="x", heading=said),) * count,
            contacts=(said,) * count,
        )  # fmt: skip
        assert faults(shown(answer, words, question_id=ID if kept else None, turn_id=TURN)) == []
        assert faults(shared_post(said, answer, words, asker=said)) == []
