"""No passage, no finding: what a rule rests on in each language, and when it is suspended."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.manual.own import passages_of
from bot.policy.engine import Policy
from bot.policy.loader import load_policy
from bot.policy.models import Draft
from tests.policy.conftest import rule

EN, ES = "Never guarantee a result without a public source.", "Nunca garantices un resultado sin fuente pública."
TWO = rule("match: {terms: [sure]}").replace(f"{{en: {EN}}}", f'{{en: "{EN}", es: "{ES}"}}')
OTHER = (
    rule("match: {terms: [forever]}", id="claims.other")
    .replace(f"{{en: {EN}}}", '{en: "What we have not announced stays with us.", es: "Lo no anunciado se queda."}')
    .removeprefix("rules:")
)
EN_MANUAL = (
    f"# Post\n\n## Claims {{#claims}}\n\n{EN}\n\n## Quiet {{#quiet}}\n\nWhat we have not announced stays with us.\n"
)
ES_MANUAL = f"# Publica\n\n## Promesas {{#claims}}\n\n{ES}\n\n## Silencio {{#quiet}}\n\nLo no anunciado se queda.\n"

MakeGrounded = Callable[[str, str | None], Policy]


@pytest.fixture
def grounded(write_knowledge: Callable[..., Path]) -> MakeGrounded:
    def make(en: str, es: str | None) -> Policy:
        folder = write_knowledge(TWO + OTHER, manual=en)
        if es is not None:
            (folder / "manual" / "es").mkdir()
            (folder / "manual" / "es" / "guide.md").write_text(es, "utf-8")
        return load_policy(folder).ground(passages_of(folder / "manual"))

    return make


def cited(policy: Policy, language: str) -> str | None:
    findings = policy.check(Draft(text="sure", language=language)).findings
    return findings[0].citation.quote if findings else None


def test_each_reader_gets_the_words_of_their_own_edition(grounded: MakeGrounded) -> None:
    policy = grounded(EN_MANUAL, ES_MANUAL)
    assert (cited(policy, "en"), cited(policy, "es")) == (EN, ES)
    assert policy.suspended() == {}


def test_a_language_without_an_edition_falls_back_to_another(grounded: MakeGrounded) -> None:
    policy = grounded(EN_MANUAL, None)
    assert (cited(policy, "es"), cited(policy, "ca")) == (EN, EN)
    assert policy.suspended() == {}


def test_an_edition_that_lost_the_quote_suspends_the_rule_for_its_readers_only(grounded: MakeGrounded) -> None:
    policy = grounded(EN_MANUAL, ES_MANUAL.replace("fuente pública", "fuente"))
    assert (cited(policy, "en"), cited(policy, "es")) == (EN, None)
    assert policy.suspended() == {"claims.test": ["es"]}


def test_a_quote_that_stands_nowhere_suspends_the_rule_for_all(grounded: MakeGrounded) -> None:
    policy = grounded(EN_MANUAL.replace("a public", "a good"), None)
    assert cited(policy, "en") is None
    assert policy.suspended() == {"claims.test": ["en", "es"]}


def test_quote_marks_and_line_ends_of_the_manual_do_not_matter_but_words_do(grounded: MakeGrounded) -> None:
    assert grounded(EN_MANUAL.replace("guarantee a result", "guarantee\na result"), None).suspended() == {}
    assert grounded(EN_MANUAL.replace("Never guarantee", "Guarantee"), None).suspended() != {}


def test_an_unpublished_manual_suspends_everything(write_knowledge: Callable[..., Path]) -> None:
    policy = load_policy(write_knowledge(TWO)).ground([])
    checked = policy.check(Draft(text="nothing of it", language="en"))
    assert (checked.findings, [r.id for r in checked.suspended]) == ((), ["claims.test"])
