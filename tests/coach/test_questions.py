"""Which open questions the author is asked."""

from __future__ import annotations

from bot.coach.questions import open_questions
from bot.manual.models import Hit
from bot.policy.engine import Policy
from bot.policy.schema import Rule
from tests.coach.manual_text import PASSAGES

CRITERIA = ("claims.source", "respect.others", "tone.voice", "crisis.wait")


def rules(policy: Policy, *ids: str) -> list[Rule]:
    return [rule for id_ in ids for rule in policy.rules if rule.id == id_]


def hits(*sections: str) -> list[Hit]:
    return [Hit(passage=PASSAGES[f"manual/en.md#{s}"], score=1 / (1 + n)) for n, s in enumerate(sections)]


def english(rule: Rule) -> str:
    return rule.question.get("en", "")


def test_what_search_found_for_the_draft_comes_first(policy: Policy) -> None:
    asked = open_questions(rules(policy, *CRITERIA), [], hits("voice", "claims"), [], english)
    assert asked[:2] == ("Is it how you speak?", "Can a stranger check every claim?")


def test_without_hits_only_the_two_that_cost_most_are_asked(policy: Policy) -> None:
    asked = open_questions(rules(policy, *CRITERIA), [], [], [], english)
    assert asked == ("Would you say it with the others in the room?", "Can your comment wait?")


def test_never_more_than_four(policy: Policy) -> None:
    many = [
        rule.model_copy(update={"question": {"en": f"Question {n}?"}})
        for n, rule in enumerate(rules(policy, *CRITERIA) * 3)
    ]
    assert len(open_questions(many, [], hits("claims", "people", "voice", "crisis"), [], english)) == 4


def test_the_same_question_is_asked_once(policy: Policy) -> None:
    twice = rules(policy, "claims.source", "claims.source")
    assert open_questions(twice, [], hits("claims"), [], english) == ("Can a stranger check every claim?",)


def test_a_suspended_rule_is_asked_before_everything_else(policy: Policy) -> None:
    suspended = [
        rules(policy, "claims.guarantee")[0].model_copy(update={"question": {"en": "Does it promise too much?"}})
    ]
    asked = open_questions(rules(policy, *CRITERIA), suspended, hits("voice", "people"), [], english)
    assert asked[0] == "Does it promise too much?"


def test_nothing_left_open_asks_nothing(policy: Policy) -> None:
    assert open_questions([], [], hits("voice"), [], english) == ()
