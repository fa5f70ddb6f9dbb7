"""Examples keep rules honest: each part of a rule must be missed by one of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.policy.engine import Policy
from bot.policy.examples import run_examples
from tests.policy.conftest import rule

MakePolicy = Callable[..., Policy]


def found(policy: Policy) -> tuple[list[str], list[str]]:
    report = run_examples(policy)
    return [p.what for p in report.failed], [p.what.split(":")[0] for p in report.not_exercised]


def test_a_rule_whose_every_part_is_exercised_passes(make_policy: MakePolicy) -> None:
    text = rule(
        "match: {terms: [surely, '*proof'], pattern: []}\nexcept: [not surely]\nwhen: {terms: [we]}",
        bad="[[surely]] we are [[waterproof]]",
        good="we are not surely late",
    ).replace('good: ["we', 'good: ["surely", "we')
    assert found(make_policy(text)) == ([], [])


@pytest.mark.parametrize(
    ("more", "bad", "good", "idle"),
    [
        ("match: {terms: [sure, certain]}", "sure", "maybe", ["term “certain”"]),
        ("match: {pattern: [sure, certain]}", "sure", "maybe", ["pattern “certain”"]),
        ("match: {terms: [sure]}\nexcept: [not sure]", "sure", "maybe", ["exception “not sure”"]),
        ("match: {terms: [sure]}\nwhen: {terms: [we]}", "we are sure", "maybe", ["guard when[0]"]),
        ("match: {terms: [sure]}\nunless: {terms: [we]}", "sure", "maybe", ["guard unless[0]", "term “we”"]),
        ("match: {terms: [sure, sur*]}", "sure", "maybe", ["term “sure”", "term “sur*”"]),
        ("match: {terms: [$products, sure]}", "sure", "maybe", []),
    ],
)
def test_a_part_that_no_example_misses_is_named(
    make_policy: MakePolicy, more: str, bad: str, good: str, idle: list[str]
) -> None:
    failed, not_exercised = found(make_policy(rule(more, bad=bad, good=good)))
    assert failed == []
    assert sorted(not_exercised) == sorted(idle)


def test_a_bad_example_that_finds_nothing_and_a_good_one_that_does(make_policy: MakePolicy) -> None:
    failed, _ = found(make_policy(rule("match: {terms: [sure]}", bad="well", good="sure")))
    assert failed == ["finds nothing in “well”", "objects to the good example “sure”"]


def test_every_marked_word_must_be_found(make_policy: MakePolicy) -> None:
    failed, _ = found(make_policy(rule("match: {terms: [sure]}", bad="[[sure]] and [[certain]]")))
    assert failed == ["finds nothing at “sure”, “certain” in “sure and certain”"]


def test_a_list_needs_one_example_for_each_entry_in_whatever_rule_uses_it(make_policy: MakePolicy) -> None:
    lists = "lists: {oaths: [blimey, crikey, gosh]}\n"
    one = rule("match: {terms: [$oaths]}", bad="blimey", id="tone.a")
    two = rule("match: {terms: [$oaths]}", bad="crikey", id="tone.b").removeprefix("rules:")
    report = run_examples(make_policy(lists + one + two))
    assert [(p.rule, p.what.split(":")[0]) for p in report.not_exercised] == [("list $oaths", "term “gosh”")]


def test_an_example_rests_while_the_company_s_list_is_empty(make_policy: MakePolicy) -> None:
    text = rule("match: {terms: [$unreleased, soon]}", bad="{$unreleased} soon", id="confidential.name")
    assert run_examples(make_policy(text)).resting == 0
    empty = run_examples(make_policy(text, company="company: {name: Acme}"))
    assert (empty.resting, empty.failed, empty.not_exercised) == (1, (), ())


def test_an_example_of_a_company_name_is_filled_from_company_yaml(make_policy: MakePolicy) -> None:
    policy = make_policy(rule("match: {terms: [$embargoed]}", bad="at {company}: [[{$embargoed}]]", id="embargo.x"))
    assert found(policy) == ([], [])


def test_protected_speech_has_examples_too(make_policy: MakePolicy) -> None:
    text = rule("match: {terms: [guaranteed]}") + (
        "protected:\n  - id: pay\n    match: {terms: [my pay, wages]}\n"
        '    tests: {protected: ["my pay"], open: ["wages went up"]}\n'
    )
    failed, idle = found(make_policy(text))
    assert failed == ["objects to the good example “wages went up”"]
    assert idle == ["term “wages”"]
