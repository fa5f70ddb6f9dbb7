"""A knowledge folder is read as a whole, and every problem is named at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.datafile import KnowledgeError
from bot.policy.loader import load_policy
from tests.policy.conftest import rule


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("match: {terms: [$produkts]}", "did you mean $products?"),
        ("match: {pattern: '(?<=a)b'}", "not valid RE2"),
        ("match: {pattern: 'a*'}", "matches the empty text"),
        ("match: {detector: secretz}", "unknown detector “secretz”"),
        ("match: {detector: {name: emoji-wall, runs: 3}}", "runs"),
        ("match: {terms: [x]}\nnetworks: [myspace]", "unknown network “myspace”"),
    ],
)
def test_a_rule_that_cannot_work_is_named_with_its_line(
    write_knowledge: Callable[..., Path], more: str, says: str
) -> None:
    folder = write_knowledge(rule(more))
    with pytest.raises(KnowledgeError) as caught:
        load_policy(folder)
    assert says in str(caught.value)
    assert "rules.yaml:2: " in str(caught.value)


def test_an_unknown_placeholder_is_named(write_knowledge: Callable[..., Path]) -> None:
    folder = write_knowledge(rule("match: {terms: [x]}").replace("{match}", "{mach}"))
    with pytest.raises(KnowledgeError, match=r"unknown placeholder \{mach\}"):
        load_policy(folder)


def test_two_rules_with_one_id_and_two_lists_with_one_name(write_knowledge: Callable[..., Path]) -> None:
    one = rule("match: {terms: [x]}")
    folder = write_knowledge("lists: {products: [x]}\n" + one + one.removeprefix("rules:"))
    with pytest.raises(KnowledgeError) as caught:
        load_policy(folder)
    assert "claims.test exists already" in str(caught.value)
    assert "list “products” exists already" in str(caught.value)


def test_a_list_that_contains_itself(write_knowledge: Callable[..., Path]) -> None:
    folder = write_knowledge("lists: {a: [$b], b: [$a]}\n" + rule("match: {terms: [$a]}"))
    with pytest.raises(KnowledgeError, match="contains itself"):
        load_policy(folder)


def test_a_folder_without_rules_says_how_to_get_some(write_knowledge: Callable[..., Path]) -> None:
    folder = write_knowledge(rule("match: {terms: [x]}"))
    (folder / "policy" / "rules.yaml").unlink()
    with pytest.raises(KnowledgeError, match="bonvent init"):
        load_policy(folder)


def test_all_problems_of_all_files_come_at_once(write_knowledge: Callable[..., Path]) -> None:
    folder = write_knowledge("rules: [1]", company="companny: {name: A}")
    with pytest.raises(KnowledgeError) as caught:
        load_policy(folder)
    assert "company.yaml:1" in str(caught.value)
    assert "rules.yaml:1" in str(caught.value)
