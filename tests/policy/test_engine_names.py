"""Names, whole-draft findings and the words of a finding: the finer points of what the rules say."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from bot.policy.engine import Policy
from bot.policy.loader import load_policy
from bot.policy.models import Draft
from tests.conftest import ROOT, SHIPPED
from tests.policy.conftest import rule
from tests.policy.test_engine import quotes

MakePolicy = Callable[..., Policy]
BOTH_LISTS = """
company: {name: Acme Wind}
products: {public: [Sailmaster, Mastlight], unreleased: [Reus plant]}
customers: {confidential: [Bell & Harrow Clinics]}
embargoes: [{topic: the new plant, terms: [reus plant], until: 2027-02-01T09:00:00+01:00}]
"""


def test_an_embargoed_name_is_the_embargo_s_business_alone_and_public_after_it(make_policy: MakePolicy) -> None:
    named = rule("match: {terms: [$unreleased]}", id="confidential.name")
    dated = rule("match: {terms: [$embargoed]}", id="embargo.early").removeprefix("rules:")
    policy = make_policy(named + dated, company=BOTH_LISTS)
    before, after = datetime.fromisoformat("2027-01-31T00:00:00Z"), datetime.fromisoformat("2027-03-01T00:00:00Z")
    found = [[f.rule for f in policy.check(Draft(text="The Reus plant!", now=now)).findings] for now in (before, after)]
    assert found == [["embargo.early"], []]


def test_an_ampersand_in_a_name_may_be_said_aloud(make_policy: MakePolicy) -> None:
    policy = make_policy(rule("match: {terms: [$customers_confidential]}", id="customers.name"), company=BOTH_LISTS)
    for name in ("Bell & Harrow Clinics", "Bell and Harrow Clinics", "Bell y Harrow Clinics", "#BellHarrowClinics"):
        assert quotes(policy, f"A day at {name}") == [name.removeprefix("#")]


def test_missing_looks_at_every_mention_and_is_said_once(make_policy: MakePolicy) -> None:
    more = "match: {missing: {terms: [I work at Acme Wind]}}\nwhen:\n  - {terms: [$products]}\n  - {terms: [love], within: sentence}"
    policy = make_policy(rule(more, id="disclosure.tie"), company=BOTH_LISTS)
    assert quotes(policy, "Sailmaster is out. I love Mastlight. I love Sailmaster.") == ["Mastlight"]


def test_a_message_repeats_no_long_quote(make_policy: MakePolicy) -> None:
    policy = make_policy(rule("match: {pattern: ' guaranteed.*'}", bad="it is guaranteed"))
    text = "It is guaranteed " + "and sure " * 20
    finding = policy.check(Draft(text=text)).findings[0]
    assert finding.quote == text.removeprefix("It is").strip(), "a quote has no white space around it"
    assert "…" in finding.message
    assert len(finding.message) < 80


def test_all_hashtags_that_are_too_many_are_quoted(make_policy: MakePolicy) -> None:
    policy = make_policy(rule("match: {limit: {of: hashtags, most: 2}}", id="network-limits.tags"))
    assert quotes(policy, "#One #Two #Three and #Four.") == ["#Three and #Four"]


def test_the_pattern_set_wakes_just_the_patterns_that_match() -> None:
    policy = load_policy(SHIPPED)
    scanner = policy.compiled[0].scanner
    drafts = (ROOT / "tests" / "evaluation" / "drafts.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in drafts]
    for text in [*texts[::5], "\n\n".join(texts)[:70_000]]:  # also a draft as long as any can be
        reading = policy.read(Draft(text=text, language="en"))
        alone = {p.number for p in scanner.patterns if p.compiled.search(reading.folded.text)}
        assert scanner.matching(reading) == alone
