"""What the rules find, and what they leave alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.policy.engine import Policy
from bot.policy.models import Draft
from tests.policy.conftest import rule

MakePolicy = Callable[..., Policy]


def quotes(policy: Policy, text: str, **draft: object) -> list[str]:
    return [f.quote for f in policy.check(Draft(text=text, **draft)).findings]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("guaranteed", "Results GUARANTEED.", ["GUARANTEED"]),
        ("guaranteed", "unguaranteed", []),
        ("guarante*", "guaranteeing. And guarantee!", ["guaranteeing", "guarantee"]),
        ("il·limitat*", "Energia Il·limitada? Il·limitats!", ["Il·limitats"]),
        ("única", "la UNICA solución", ["UNICA"]),
        ("unica", "la única solución", ["única"]),
        ("nica", "la única solución", []),
        ("guaranteed", "𝗴𝘂𝗮𝗿𝗮𝗻𝘁𝗲𝗲𝗱 results", ["𝗴𝘂𝗮𝗿𝗮𝗻𝘁𝗲𝗲𝗱"]),
        ("guaranteed", "guar\u200banteed", ["guar\u200banteed"]),
        ("don't tell", "don’t tell anyone", ["don’t tell"]),
        ("top secret", "top\nsecret", ["top\nsecret"]),
    ],
)
def test_terms_match_whole_words_whatever_their_case_accents_and_disguise(
    make_policy: MakePolicy, term: str, text: str, found: list[str]
) -> None:
    policy = make_policy(rule(f"match: {{terms: ['{term.replace(chr(39), chr(39) * 2)}']}}"))
    assert quotes(policy, text, language="en") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Project Falcon lifts off", ["Project Falcon"]),
        ("project falcon lifts off", ["project falcon"]),
        ("soon: #ProjectFalcon", ["ProjectFalcon"]),
        ("soon: #projectfalcon", ["projectfalcon"]),
        ("Tide is nearly there", ["Tide"]),
        ("#tide is nearly there", ["tide"]),
        ("The tide comes in", []),
        ("tide is nearly there", ["tide"]),
    ],
)
def test_a_name_that_is_also_a_word_needs_its_capital_unless_the_author_uses_none(
    make_policy: MakePolicy, text: str, found: list[str]
) -> None:
    policy = make_policy(rule("match: {terms: [$unreleased]}", id="confidential.name"))
    assert quotes(policy, text) == found


def test_a_pattern_is_re2_on_folded_text(make_policy: MakePolicy) -> None:
    policy = make_policy(rule(r"match: {pattern: '\b(the|el) (best|millor)\b'}"))
    assert quotes(policy, "Som el Millor equip", language="ca") == ["el Millor"]


def test_an_exception_covers_the_match_inside_it(make_policy: MakePolicy) -> None:
    policy = make_policy(rule("match: {terms: [guaranteed]}\nexcept: [not guaranteed]"))
    assert quotes(policy, "Results are not guaranteed, fun is guaranteed") == ["guaranteed"]


@pytest.mark.parametrize(
    ("within", "text", "found"),
    [
        ("sentence", "Sailmaster is guaranteed.", ["guaranteed"]),
        ("sentence", "I love Sailmaster. Rain is guaranteed.", []),
        ("nearby", "I love Sailmaster. Rain is guaranteed.", ["guaranteed"]),
        ("nearby", "I love Sailmaster. Really. Rain is guaranteed.", []),
        ("draft", "I love Sailmaster. Really. Rain is guaranteed.", ["guaranteed"]),
    ],
)
def test_a_guard_looks_as_far_as_it_says(make_policy: MakePolicy, within: str, text: str, found: list[str]) -> None:
    policy = make_policy(rule(f"match: {{terms: [guaranteed]}}\nwhen: {{terms: [$products], within: {within}}}"))
    assert quotes(policy, text) == found


def test_unless_keeps_a_rule_silent(make_policy: MakePolicy) -> None:
    policy = make_policy(rule("match: {terms: [guaranteed]}\nunless: {pattern: 'https?://', within: sentence}"))
    assert quotes(policy, "It is guaranteed: https://acme.example/proof") == []
    assert quotes(policy, "It is guaranteed.") == ["guaranteed"]


def test_missing_quotes_what_asked_for_it(make_policy: MakePolicy) -> None:
    policy = make_policy(
        rule("match: {missing: {terms: [I work at Acme Wind]}}\nwhen: {terms: [$products]}", id="disclosure.tie")
    )
    assert quotes(policy, "Sailmaster is a joy") == ["Sailmaster"]
    assert quotes(policy, "Sailmaster is a joy, and I work at Acme Wind") == []


def test_an_embargo_ends_by_itself(make_policy: MakePolicy) -> None:
    policy = make_policy(rule("match: {terms: [$embargoed]}", id="embargo.early"))
    before, after = datetime.fromisoformat("2027-02-01T07:59:59Z"), datetime.fromisoformat("2027-02-01T08:00:00Z")
    assert quotes(policy, "See you at the Reus plant", now=before) == ["Reus plant"]
    assert quotes(policy, "See you at the Reus plant", now=after) == []


def test_a_rule_sleeps_outside_its_window(make_policy: MakePolicy) -> None:
    policy = make_policy(rule("match: {terms: [guaranteed]}\nsince: 2026-01-01\nuntil: 2027-01-01"))
    assert quotes(policy, "guaranteed", now=datetime(2025, 12, 31)) == []
    assert quotes(policy, "guaranteed", now=datetime(2026, 6, 1)) == ["guaranteed"]
    assert quotes(policy, "guaranteed", now=datetime(2027, 1, 1)) == []


def test_a_limit_is_counted_as_the_network_counts_and_post_by_post(make_policy: MakePolicy) -> None:
    policy = make_policy(rule("match: {limit: length}", id="network-limits.length"))
    assert quotes(policy, "a" * 280, network="x") == []
    assert quotes(policy, "a" * 281, network="x") == ["a"]
    assert quotes(policy, "a" * 200 + "\n---\n" + "b" * 200, network="x") == []
    assert quotes(policy, "a" * 200 + "\n---\n" + "b" * 283, network="x") == ["bbb"]


def test_a_rule_reads_only_its_networks_languages_and_surfaces(make_policy: MakePolicy) -> None:
    policy = make_policy(rule("match: {terms: [guaranteed]}\nnetworks: [x]\nlanguages: [en]\nsurfaces: [rewrite]"))
    draft = Draft(text="guaranteed", network="x", language="en")
    assert policy.check(draft, "rewrite").findings
    assert not policy.check(draft, "draft").findings
    assert not policy.check(draft.model_copy(update={"network": "linkedin"}), "rewrite").findings
    assert not policy.check(draft.model_copy(update={"language": "es"}), "rewrite").findings


def test_another_language_gets_the_rules_that_need_none(make_policy: MakePolicy) -> None:
    named = rule("match: {terms: [$unreleased]}", id="confidential.name")
    words = rule("match: {terms: [garantiert]}").removeprefix("rules:")
    policy = make_policy(named + words)
    checked = policy.check(
        Draft(text="Wir arbeiten seit Monaten an Project Falcon und das Ergebnis ist garantiert gut")
    )
    assert (checked.language, checked.judged_all) == ("und", False)
    assert [f.quote for f in checked.findings] == ["Project Falcon"]


def test_a_message_speaks_the_drafts_language_and_fills_its_placeholders(make_policy: MakePolicy) -> None:
    policy = make_policy(rule("match: {terms: [garantizado]}"))
    finding = policy.check(Draft(text="Resultado garantizado para todos los clientes")).findings[0]
    assert finding.message == "“garantizado” necesita una fuente."
    assert finding.fix == "Link one."


def test_a_rule_whose_quote_is_gone_is_suspended_and_everything_else_works_on(make_policy: MakePolicy) -> None:
    gone = rule("match: {terms: [guaranteed]}", id="claims.gone").replace("Never guarantee a", "Never ever promise a")
    policy = make_policy(gone + rule("match: {terms: [forever]}", id="claims.kept").removeprefix("rules:"))
    checked = policy.check(Draft(text="guaranteed forever"))
    assert [f.rule for f in checked.findings] == ["claims.kept"]
    assert [r.id for r in checked.suspended] == ["claims.gone"]
    assert policy.suspended() == {"claims.gone": ["en"]}


def test_protected_speech_is_judged_by_sentence(make_policy: MakePolicy) -> None:
    protected = """
protected:
  - id: pay
    match: {terms: [my pay]}
    tests: {protected: [my pay is low], open: [my play]}
"""
    both = rule("match: {terms: [guaranteed]}") + rule(
        "match: {detector: email}", id="personal-data.mail"
    ).removeprefix("rules:")
    policy = make_policy(both + protected)
    checked = policy.check(Draft(text="My pay was guaranteed, ask ann@other.example. Sun is guaranteed."))
    assert [(f.rule, f.start > 40) for f in checked.findings] == [
        ("personal-data.mail", False),
        ("claims.test", True),
    ]
    assert len(checked.protected) == 1


def test_the_same_words_are_said_once(make_policy: MakePolicy) -> None:
    policy = make_policy(rule("match: {terms: [guaranteed, guaranteed fun]}"))
    assert quotes(policy, "guaranteed fun, guaranteed fun") == ["guaranteed fun"]


def test_whatever_the_text_quotes_stand_where_the_finding_says(make_policy: MakePolicy) -> None:
    patterns = rule("match: {pattern: '\\w+ \\w'}", id="tone.x").removeprefix("rules:")
    policy = make_policy(rule("match: {terms: [a*, '*e']}") + patterns)

    @settings(max_examples=200, deadline=None)
    @given(text=st.text(st.characters(), max_size=200))
    def holds(text: str) -> None:
        for finding in policy.check(Draft(text=text)).findings:
            assert text[finding.start : finding.end] == finding.quote != ""

    holds()


def test_a_number_that_sources_disagree_on_is_only_ever_a_hint(make_policy: MakePolicy) -> None:
    hard = rule("match: {limit: alt}", id="network-limits.alt")
    hint = hard.replace("must-fix", "consider").replace("network-limits.alt", "network-limits.hint")
    policy = make_policy(hard + hint.removeprefix("rules:"))
    found = {
        network: [f.rule for f in policy.check(Draft(text="Look", network=network, alt=("a" * 5000,))).findings]
        for network in ("x", "facebook")
    }
    assert found == {"x": ["network-limits.alt", "network-limits.hint"], "facebook": ["network-limits.hint"]}


def test_two_wordings_of_one_thing_in_one_sentence_are_one_finding(make_policy: MakePolicy) -> None:
    two = rule("match: {terms: [guaranteed]}") + rule("match: {terms: [forever, always]}", id="claims.b").removeprefix(
        "rules:"
    )
    policy = make_policy(two + rule("match: {terms: [$unreleased]}", id="claims.name").removeprefix("rules:"))
    assert quotes(policy, "It is guaranteed, and forever. Always!") == ["guaranteed, and forever", "Always"]
    assert quotes(policy, "Project Falcon is guaranteed.") == ["Project Falcon", "guaranteed"]


def test_a_hint_is_not_said_beside_what_must_be_fixed_for_the_same_reason(make_policy: MakePolicy) -> None:
    hint = (
        rule("match: {terms: [forever, always]}", id="claims.b").removeprefix("rules:").replace("must-fix", "consider")
    )
    policy = make_policy(rule("match: {terms: [guaranteed]}") + hint)
    assert quotes(policy, "Guaranteed forever. Always!") == ["Guaranteed", "Always"]


def test_what_a_network_will_not_take_is_said_beside_a_complaint_but_not_of_one(make_policy: MakePolicy) -> None:
    protected = (
        "protected:\n  - id: pay\n    match: {terms: [my pay]}\n"
        "    tests: {protected: [my pay is low], open: [my play]}\n"
    )
    policy = make_policy(rule("match: {limit: length}", id="network-limits.length") + protected)
    long = "The cable was longer than the manual and nobody knew why. " * 6
    assert quotes(policy, f"My pay is low. {long}", network="x") != []
    assert quotes(policy, "My pay is low. " * 30, network="x") == []
