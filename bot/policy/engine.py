"""The policy at work: a draft in, findings out; deterministic, without a model, in about a millisecond."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC
from functools import cached_property

from bot.language import UNKNOWN, detect
from bot.manual.models import Citation, Passage
from bot.networks.loader import resolve
from bot.networks.models import Networks
from bot.policy import messages, schema
from bot.policy.company import Company
from bot.policy.ground import Grounds, citation_for, editions, ground, lost_quotes
from bot.policy.lists import Lists
from bot.policy.models import Category, Draft, Finding, Surface
from bot.policy.plan import Plan
from bot.policy.protected import CompiledProtected, is_protected, protected_sentences
from bot.policy.reading import Reading, Span
from bot.policy.rules import CompiledRule

_SHOWN = 48
"""Characters of a quote that a message repeats: the whole of it stands beside the message anyway."""
_ONE_BY_ONE = frozenset(
    {Category.CREDENTIALS, Category.PERSONAL_DATA, Category.CUSTOMERS, Category.EMBARGO, Category.ACCESSIBILITY}
)
"""Each key, person, name and form is mended on its own."""


@dataclass(frozen=True)
class Checked:
    """What the rules say of a draft."""

    findings: tuple[Finding, ...]
    """Must-fix first, then by place. Those on protected speech are dropped already."""
    language: str
    """Two letters, or `und`."""
    network: str
    """The network's id."""
    protected: tuple[tuple[int, int], ...]
    """Spans of the protected sentences."""
    criteria: tuple[schema.Rule, ...]
    """Criteria that apply to this draft and are for a model, or for the author, to judge."""
    suspended: tuple[schema.Rule, ...]
    """Rules that would apply but whose quote is gone from the manual; their questions go to the author."""
    judged_all: bool
    """False for a draft in a language without rules."""


@dataclass(frozen=True)
class Policy:
    """Immutable; `ground` gives one that is bound to a published manual."""

    company: Company
    networks: Networks
    lists: Lists = field(repr=False)
    compiled: tuple[CompiledRule, ...] = field(repr=False)
    protected: tuple[CompiledProtected, ...] = field(repr=False)
    files: dict[str, str] = field(repr=False)
    """Rule id → the file it stands in."""
    grounds: Grounds = field(default_factory=dict, repr=False)
    plans: dict[tuple[str, str, str], Plan] = field(default_factory=dict, repr=False)

    @property
    def rules(self) -> tuple[schema.Rule, ...]:
        return tuple(c.rule for c in self.compiled)

    def ground(self, passages: Iterable[Passage]) -> Policy:
        """This policy, resting on `passages`. A rule whose quote stands in none of them is suspended."""
        return replace(self, grounds=ground(self.rules, passages), plans={})

    def suspended(self) -> dict[str, list[str]]:
        """Rule id → languages in which its quote no longer stands."""
        return {rule.id: lost for rule in self.rules if (lost := lost_quotes(rule, self.grounds))}

    def citation(self, rule_id: str, language: str) -> Citation | None:
        """Where the manual says what the rule asks, for a reader of `language`."""
        rule = next((r for r in self.rules if r.id == rule_id), None)
        return citation_for(rule, language, self.company.languages, self.grounds) if rule else None

    def read(self, draft: Draft) -> Reading:
        """The draft as the checks see it. Raises `UnknownNetwork` (a ValueError)."""
        network_id, network = resolve(self.networks, draft.network)
        language = draft.language or detect(draft.text, self.company.languages)
        if language not in self.company.languages:
            language = UNKNOWN
        now = draft.now if draft.now.tzinfo else draft.now.replace(tzinfo=UTC)
        return Reading(draft.text, language, network_id, network, self.company, now, draft.author, draft.alt)

    def check(self, draft: Draft, surface: Surface = "draft") -> Checked:
        """All findings of the rules for `surface`."""
        reading = self.read(draft)
        sentences = protected_sentences(self.protected, reading)
        findings: list[Finding] = []
        criteria: list[schema.Rule] = []
        suspended: list[schema.Rule] = []
        for compiled, citation in self._plan(surface, reading.network_id, reading.language).awakened(reading):
            rule = compiled.rule
            if not compiled.awake(reading.now):
                continue
            if rule.match.criterion is not None:
                if compiled.find(reading):
                    (criteria if citation else suspended).append(rule)
            elif citation is None:
                suspended.append(rule)
            else:
                for span in compiled.find(reading):
                    whole = rule.match.kinds[0] in ("missing", "limit") or span.start == span.end
                    place = None if whole else (span.start, span.end)
                    if not is_protected(rule.category, place, sentences, reading):
                        findings.append(self._finding(rule, span, reading, citation))
        return Checked(
            findings=tuple(_joined(_distinct(findings), self._wordings, reading)),
            language=reading.language,
            network=reading.network_id,
            protected=tuple(reading.sentences[n] for n in sentences),
            criteria=tuple(criteria),
            suspended=tuple(suspended),
            judged_all=reading.language != UNKNOWN,
        )

    def _plan(self, surface: Surface, network: str, language: str) -> Plan:
        """The rules that read such a text, each with its citation; worked out once."""
        key = (surface, network, language)
        if key not in self.plans:
            languages = self.company.languages
            self.plans[key] = Plan.of(
                (compiled, citation_for(compiled.rule, language, languages, self.grounds))
                for compiled in self.compiled
                if compiled.applies(*key)
            )
        return self.plans[key]

    @cached_property
    def _wordings(self) -> frozenset[str]:
        """Rules that look for a way to say something, not for a name, a number or a form."""
        return frozenset(c.rule.id for c in self.compiled if c.rule.category not in _ONE_BY_ONE and c.is_wording)

    def _finding(self, rule: schema.Rule, span: Span, reading: Reading, citation: Citation) -> Finding:
        quote = reading.text[span.start : span.end]
        shown = " ".join(quote.split())
        shown = shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1].rstrip()}…"
        values = {"match": shown, "network": reading.network.name, **span.values}
        return Finding(
            rule=rule.id,
            category=rule.category,
            severity=rule.severity,
            quote=quote,
            start=span.start,
            end=span.end,
            message=self.words(rule.message, reading.language, values),
            fix=self.words(rule.fix, reading.language, values),
            citation=citation,
        )

    def words(self, texts: schema.Localised, language: str, values: dict[str, str] | None = None) -> str:
        """A rule's message, fix or question for a reader of `language`, placeholders filled."""
        chosen = messages.localised(texts, language, self.company.languages)
        return messages.fill(chosen, self.company, values or {})

    @property
    def editions(self) -> frozenset[str]:
        """Languages in which the manual carries the rules' words."""
        return editions(self.grounds)


def _distinct(findings: list[Finding]) -> list[Finding]:
    """Must-fix first, then by place; the same words said once a rule, one place once a category."""
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: (f.severity != "must-fix", f.start, -f.end)):
        repeats = any(
            (other.rule == finding.rule and other.quote.casefold() == finding.quote.casefold())
            or (other.category == finding.category and other.start < finding.end and finding.start < other.end)
            for other in kept
        )
        if not repeats:
            kept.append(finding)
    return kept


def _joined(findings: list[Finding], wordings: frozenset[str], reading: Reading) -> list[Finding]:
    """Several wordings of one category in one sentence are one thing to mend: one finding, whose quote spans them."""
    joined: list[Finding] = []
    for finding in findings:
        sentence = reading.sentence_at(finding.start)
        at = next(
            (
                n
                for n, other in enumerate(joined)
                if {other.rule, finding.rule} <= wordings
                and other.category == finding.category
                and reading.sentence_at(other.start) == sentence == reading.sentence_at(max(other.start, other.end - 1))
            ),
            None,
        )
        if at is None:
            joined.append(finding)
        elif finding.severity == joined[at].severity:
            start, end = min(joined[at].start, finding.start), max(joined[at].end, finding.end)
            joined[at] = joined[at].model_copy(update={"start": start, "end": end, "quote": reading.text[start:end]})
    return joined
