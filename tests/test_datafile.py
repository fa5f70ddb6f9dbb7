"""Errors in data files name file, line and the mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.datafile import KnowledgeError, load
from bot.policy.company import Company
from bot.policy.schema import RuleFile

GOOD = """
rules:
  - id: claims.x
    severity: must-fix
    match: {terms: [sure]}
    message: {en: m}
    fix: {en: f}
    manual: {ref: claims, quote: {en: q}}
    tests: {bad: [sure], good: [maybe]}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("severity: must-fix", "severty: must-fix", 4, "Did you mean “severity”?"),
        ("must-fix", "must-fi", 4, "write “must-fix”"),
        ("claims.x", "clams.x", 3, "the part before the dot is a category"),
        ("{terms: [sure]}", "{}", 5, "exactly one of"),
        ("{terms: [sure]}", "{terms: [sure], limit: length}", 5, "exactly one of"),
        ("{terms: [sure]}", "{criterion: Is it?}", 3, "needs a `question`"),
        ("{terms: [sure]}", "{missing: {terms: [x]}}", 3, "needs a `when`"),
        ("{bad: [sure], good: [maybe]}", "{bad: [], good: [maybe]}", 9, "at least 1"),
        ("    fix: {en: f}\n", "", 3, "fix: is missing"),
        ("[sure]}", "[sure}", 5, "not valid YAML"),
    ],
)
def test_a_rule_file_says_where_and_what_to_write(tmp_path: Path, old: str, new: str, line: int, says: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(GOOD.replace(old, new, 1), "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load(file, RuleFile)
    assert any(says in p for p in caught.value.problems), caught.value
    assert any(p.startswith(f"{file}:{line}:") for p in caught.value.problems), caught.value


def test_the_design_s_one_line_form_of_company_yaml_loads(tmp_path: Path) -> None:
    file = tmp_path / "company.yaml"
    file.write_text(
        "company: {name: Acme, aliases: [], handles: {x: '@acme'}, site: https://acme.example}\n"
        "products: {public: [], unreleased: [], internal: []}\n"
        "competitors:\n"
        "embargoes: [{topic: plant, terms: [plant], until: 2027-02-01T09:00:00+01:00}]\n"
        "contacts: {press: null, legal: x}\n",
        "utf-8",
    )
    company = load(file, Company)
    assert company.embargoes[0].until.isoformat() == "2027-02-01T09:00:00+01:00"
    assert (company.competitors, company.contacts.press) == ((), None)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"company: {name: Acme}\nproduct: {}\n", "company.yaml:2: product: unknown key. Did you mean “products”?"),
        (b"languages: [en]\n", "company: is missing"),
        (b"company: {name: ''}\n", "at least 1 character"),
        (b"company: {name: Acm\xe9}\n", "not UTF-8"),
        (
            b"embargoes: [{topic: t, terms: [x], until: soon}]\ncompany: {name: A}\n",
            "company.yaml:1: embargoes.0.until",
        ),
        (b"", "company: is missing"),
        (b"company: Acme\n", "company.yaml:1: company: write keys with values here"),
        (b"company: {name: A}\ncompetitors: Globex\n", "company.yaml:2: competitors: write a list here"),
        (b"company: {name: A}\nlanguages: [klingon]\n", "company.yaml:2: languages.0"),
        (b"company: &a {name: *a}\n", "an alias (*name) stands inside what it names"),
    ],
)
def test_a_broken_company_yaml_says_so(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "company.yaml"
    file.write_bytes(content)
    with pytest.raises(KnowledgeError) as caught:
        load(file, Company)
    assert says in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="the file is missing"):
        load(tmp_path / "company.yaml", Company)
