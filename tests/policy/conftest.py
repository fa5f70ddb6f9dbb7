"""A policy from a few lines of YAML."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.manual.own import passages_of
from bot.policy.engine import Policy
from bot.policy.loader import load_policy

RULE = """
  - id: {id}
    severity: must-fix
    {more}
    message: {{en: "“{{match}}” needs a source.", es: "“{{match}}” necesita una fuente."}}
    fix: {{en: Link one.}}
    question: {{en: Can a stranger check it?}}
    manual: {{ref: claims, quote: {{en: Never guarantee a result without a public source.}}}}
    tests: {{bad: ["{bad}"], good: ["{good}"]}}
"""


def rule(more: str, id: str = "claims.test", bad: str = "guaranteed", good: str = "fine") -> str:
    """A rule file with one rule; `more` is its match, guards and so on, as YAML."""
    indented = textwrap.indent(textwrap.dedent(more).strip(), "    ").strip()
    return "rules:" + RULE.format(id=id, more=indented, bad=bad, good=good)


@pytest.fixture
def make_policy(write_knowledge: Callable[..., Path]) -> Callable[..., Policy]:
    """`make_policy(rules, company=…, manual=…)`: loaded and resting on its manual."""

    def make(rules: str, **files: str) -> Policy:
        folder = write_knowledge(rules, **files)
        return load_policy(folder).ground(passages_of(folder / "manual"))

    return make
