"""What tests share: knowledge folders of their own, and the one that ships, opened once."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "knowledge"

for name in [name for name in os.environ if name.startswith(("OPENAI_", "BONVENT_", "SLACK_"))]:
    os.environ.pop(name)  # a developer's own settings must not steer the tests
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # tests run side by side: more threads spin against each other

COMPANY = """
company: {name: Acme Wind, aliases: [Acmewind]}
products: {public: [Sailmaster], unreleased: [Project Falcon, Tide], internal: []}
competitors: [Globex]
embargoes: [{topic: the new plant, terms: [Reus plant], until: 2027-02-01T09:00:00+01:00}]
contacts: {press: press@acme.example}
"""
MANUAL = """
# How we post

## Claims {#claims}

Never guarantee a result without a public source.

## Secrets {#confidential}

What we haven't announced stays with us.
"""


@pytest.fixture
def write_knowledge(tmp_path: Path) -> Callable[..., Path]:
    """Writes a knowledge folder: `write_knowledge(rules, company=…, manual=…)` gives its path."""

    def write(rules: str, company: str = COMPANY, manual: str = MANUAL) -> Path:
        folder = tmp_path / "knowledge"
        (folder / "policy").mkdir(parents=True, exist_ok=True)
        (folder / "manual" / "en").mkdir(parents=True, exist_ok=True)
        (folder / "company.yaml").write_text(textwrap.dedent(company), "utf-8")
        (folder / "networks.yaml").write_text((SHIPPED / "networks.yaml").read_text("utf-8"), "utf-8")
        (folder / "policy" / "rules.yaml").write_text(textwrap.dedent(rules).strip() + "\n", "utf-8")
        (folder / "manual" / "en" / "guide.md").write_text(textwrap.dedent(manual), "utf-8")
        return folder

    return write
