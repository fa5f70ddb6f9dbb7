"""An invitation, what stands there once it is answered, and how it is decided: what Slack takes, and what people read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.policy.models import Category
from bot.program.choices import Choices
from bot.program.models import Quiet
from bot.program.signs import Evidence, Formula, Reviewed, evidence, shipped_formula
from bot.slack import actions
from bot.slack.invite_blocks import ANSWERS, answered_post, explain, how_view, invite_post
from bot.slack.post import Post
from bot.slack.words import Words
from tests.e2e.slack.privacy import message_complaints, view_complaints
from tests.e2e.slack.validate import message_faults, view_faults
from tests.slack.limits import elements_of, faults, texts_of
from tests.slack.reading import as_read

ID = "AbCdEfGhIjKlMnOpQrStUv"
BEGINS = Choices(quiet=Quiet(18 * 60, 9 * 60), weekly_budget=2)
FORMULA = shipped_formula()


@pytest.fixture(params=("en", "es", "ca"))
def each(request: pytest.FixtureRequest, words: Words) -> Words:
    return words.within(request.param)


def found(pattern: str = "+-++++", formula: Formula = FORMULA, **facts: object) -> Evidence:
    """`+` was clean at first pass; the other facts are those of every second draft."""
    at = datetime(2026, 11, 2, tzinfo=UTC)
    drafts = [
        Reviewed(
            at + timedelta(days=day),
            must_fix=() if sign == "+" else (Category.CLAIMS,),
            **(facts if day % 2 else {}),  # type: ignore[arg-type]
        )
        for day, sign in enumerate(pattern)
    ]
    return evidence(drafts, formula)


def usual(words: Words) -> Post:
    told = found(names_company=True, first_person=True, discloses=True, posted=True)
    assert told.enough
    return invite_post(ID, told, BEGINS, words)


class TestAnInvitation:
    def test_slack_takes_it(self, each: Words) -> None:
        post = usual(each)
        assert faults(post) == []
        assert message_faults(post.blocks) == []
        assert list(message_complaints(post.text, post.blocks, {})) == []

    def test_what_people_read(self, each: Words, snapshot: SnapshotAssertion) -> None:
        assert as_read(usual(each)) == snapshot

    def test_it_asks_and_lets_one_say_no(self, words: Words) -> None:
        pressed = list(elements_of(usual(words).blocks, "button"))
        assert [one["action_id"] for one in pressed] == [*ANSWERS, actions.AMBASSADOR_HOW]
        assert {one["value"] for one in pressed} == {ID}
        assert set(ANSWERS.values()) == {"yes", "not_now", "never"}

    def test_only_what_speaks_for_somebody_is_said(self, words: Words) -> None:
        said = " ".join(texts_of(invite_post(ID, found("++++"), BEGINS, words).blocks))
        assert "first review: 4 of 4" in said
        assert "posted" not in said
        assert "0 of" not in said

    def test_it_says_what_it_would_mean_as_things_are_set_here(self, words: Words) -> None:
        begins = Choices(quiet=Quiet(20 * 60 + 30, 8 * 60), weekly_budget=1)
        said = " ".join(texts_of(invite_post(ID, found(), begins, words).blocks))
        assert "campaigns, 1 a week at most" in said
        assert "between 20:30 and 08:00" in said
        assert "see your name" in said


class TestOnceItIsAnswered:
    def test_slack_takes_it(self, each: Words) -> None:
        for answer in ANSWERS.values():
            assert faults(answered_post(answer, FORMULA, each)) == []

    def test_what_people_read(self, each: Words, snapshot: SnapshotAssertion) -> None:
        assert "\n\n".join(as_read(answered_post(answer, FORMULA, each)) for answer in ANSWERS.values()) == snapshot

    def test_after_a_yes_there_is_a_way_to_the_topics_and_else_nothing_to_press(self, words: Words) -> None:
        def pressed(post: Post) -> list[str]:
            return [one["action_id"] for one in elements_of(post.blocks, "button")]

        assert pressed(answered_post("yes", FORMULA, words)) == [actions.AMBASSADOR_SETTINGS]
        assert (
            pressed(answered_post("not_now", FORMULA, words)) == pressed(answered_post("never", FORMULA, words)) == []
        )


class TestHowItIsDecided:
    def test_slack_takes_it(self, each: Words) -> None:
        view = how_view(each, FORMULA)
        assert view_faults(view, home=False) == []
        assert list(view_complaints(view)) == []
        assert faults(Post("how", explain(each, FORMULA))) == []

    def test_what_people_read(self, each: Words, snapshot: SnapshotAssertion) -> None:
        assert as_read(Post("how", explain(each, FORMULA))) == snapshot

    def test_it_is_the_formula_of_this_company(self, words: Words) -> None:
        body = FORMULA.model_dump()
        body["signs"]["posted"]["points"], body["signs"]["stories"]["points"] = 0, 30
        own = Formula.model_validate(body | {"threshold": 71, "fewest_drafts": 9, "wait_days": 30})
        said = json.dumps(explain(words, own))
        assert "from 71 of 100 points on, and from 9 reviewed drafts on" in said
        assert "I wait 30 days" in said
        assert "Up to 30." in said
        assert "I posted it" not in said, "what gives no points isn't counted"
