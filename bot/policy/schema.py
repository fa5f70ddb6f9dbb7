"""The shape of a rule file. One rule asks one thing and rests on one passage of the manual.

A file in `knowledge/policy/*.yaml` has `lists` (named terms, shared by all files as `$name`), `rules` and `protected`.
Terms, patterns, exceptions and guards are matched on folded text (lower case, no accents), so write them either way.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.policy.company import Moment
from bot.policy.models import Category, Severity, Surface


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _no_surrounding_space(term: str) -> str:
    if not term.strip():
        raise ValueError("an empty term would match everywhere: remove it")
    return term


Term = Annotated[str, AfterValidator(_no_surrounding_space)]
"""Words as a reader sees them; `*` at an end stands for the rest of a word; `$name` for a list."""
Localised = dict[str, str]
"""Language → text. Placeholders: {match} {company} {network} {limit} {count} {topic} {until} {contacts.press} …"""


class Detector(_Strict):
    """A check that is code: `detector: secrets`, or `detector: {name: hashtags, most: 5}` with its own options."""

    name: str
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"name": value}
        if isinstance(value, dict) and "name" in value and "options" not in value:
            return {"name": value["name"], "options": {k: v for k, v in value.items() if k != "name"}}
        return value


class Finder(_Strict):
    """Finds spans in a text by exactly one of: terms, pattern, detector."""

    terms: tuple[Term, ...] = ()
    pattern: tuple[str, ...] = ()
    """RE2: linear time, no look-around. Flags: case-insensitive by folding, `(?m)` and `(?s)` as you write them."""
    detector: Detector | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        if isinstance(value, dict):
            value = {k: [v] if k in ("terms", "pattern") and isinstance(v, str) else v for k, v in value.items()}
        return value

    @property
    def kinds(self) -> list[str]:
        return [k for k in ("terms", "pattern", "detector") if getattr(self, k)]


class Guard(Finder):
    """What else must stand (or, under `unless`, must not stand) near the match."""

    within: Literal["draft", "sentence", "nearby"] = "draft"
    """The whole draft, the sentence of the match, or that sentence and its two neighbours."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Guard:
        if len(self.kinds) != 1:
            raise ValueError("a guard is exactly one of terms, pattern, detector")
        return self


class Missing(Finder):
    """Nothing of this stands in the draft. The finding quotes what the rule's `when` matched."""

    before_fold: bool = False
    """It must stand before the place where the network folds the post ("…see more")."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Missing:
        if len(self.kinds) != 1:
            raise ValueError("`missing` is exactly one of terms, pattern, detector")
        return self


class Limit(_Strict):
    """More of something than the network takes, as `networks.yaml` says, or than `most`."""

    of: Literal["length", "hashtags", "links", "alt"]
    most: int | None = Field(default=None, ge=0)
    """Overrides the network's own number."""
    habit: bool = False
    """Compare with the network's habit (`hashtags: {habit: 3}`) instead of its hard limit."""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"of": value} if isinstance(value, str) else value


class Match(Finder):
    """What the rule looks for: exactly one of terms, pattern, detector, missing, limit, criterion."""

    missing: Missing | None = None
    limit: Limit | None = None
    criterion: str | None = None
    """A yes/no question in English that a model answers about the draft; yes means: a finding."""

    @property
    def kinds(self) -> list[str]:
        return super().kinds + [k for k in ("missing", "limit", "criterion") if getattr(self, k)]

    @model_validator(mode="after")
    def _exactly_one(self) -> Match:
        if len(self.kinds) != 1:
            raise ValueError("`match` is exactly one of terms, pattern, detector, missing, limit, criterion")
        return self


class Example(_Strict):
    """A draft beside the rule that keeps it honest. A bare string is its text.

    `[[…]]` in a bad example marks words that must be found, each; without a mark, any finding of the rule will do.
    `{$unreleased}` stands for the first entry of that list (the example rests while the list is empty), `{company}`
    for the company's name.
    """

    text: str
    network: str = "linkedin"
    language: str | None = None
    author: str | None = None
    alt: tuple[str, ...] = ()
    now: Moment | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


class Examples(_Strict):
    """`bad` drafts the rule must find, `good` ones it must leave alone. A criterion's are for its readers."""

    bad: tuple[Example, ...] = Field(min_length=1)
    good: tuple[Example, ...] = Field(min_length=1)


class Ground(_Strict):
    """The manual's own words that the rule rests on, verbatim in each edition."""

    ref: str
    """The section's id, without `#`."""
    quote: Localised = Field(min_length=1)


def _as_tuple(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Rule(_Strict):
    """One rule of the policy."""

    id: str = Field(pattern=r"^[a-z][a-z-]*\.[a-z0-9][a-z0-9-]*$")
    """`category.name`"""
    severity: Severity
    surfaces: tuple[Surface, ...] = ("draft", "rewrite")
    networks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """Drafts it reads, by language; empty: every language of the company (`any`: also all others)."""
    when: Annotated[tuple[Guard, ...], BeforeValidator(_as_tuple)] = ()
    """All of these must stand near the match."""
    unless: Annotated[tuple[Guard, ...], BeforeValidator(_as_tuple)] = ()
    """None of these may stand near the match."""
    match: Match
    except_: tuple[Term, ...] = Field(default=(), alias="except")
    """Wordings that are fine: a match that touches one of them doesn't count."""
    since: Moment | None = None
    until: Moment | None = None
    message: Localised = Field(min_length=1)
    fix: Localised = Field(min_length=1)
    question: Localised = Field(default_factory=dict)
    """What is left to the author when nobody judges. A criterion must have one."""
    manual: Ground
    tests: Examples

    @property
    def category(self) -> Category:
        return Category(self.id.split(".", 1)[0])

    @model_validator(mode="after")
    def _consistent(self) -> Rule:
        known = [str(c) for c in Category]
        if self.id.split(".", 1)[0] not in known:
            raise ValueError(f"the part before the dot is a category: one of {', '.join(known)}")
        if self.match.criterion and not self.question:
            raise ValueError("a criterion needs a `question` for the author, for when no model judges")
        if self.match.missing and not self.when:
            raise ValueError("`missing` needs a `when`: the finding quotes what it matched")
        if self.since and self.until and self.since >= self.until:
            raise ValueError("`since` must be before `until`")
        return self


class ProtectedExamples(_Strict):
    """Sentences that are protected speech, and look-alikes that are not."""

    protected: tuple[Example, ...] = Field(min_length=1)
    open: tuple[Example, ...] = Field(min_length=1)


class Protected(_Strict):
    """Speech that is never flagged, judged by sentence: a match protects its sentence."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    match: Finder
    when: Annotated[tuple[Guard, ...], BeforeValidator(_as_tuple)] = ()
    unless: Annotated[tuple[Guard, ...], BeforeValidator(_as_tuple)] = ()
    tests: ProtectedExamples


class RuleFile(_Strict):
    """One YAML file of `knowledge/policy/`."""

    lists: dict[str, tuple[Term, ...]] = Field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    protected: tuple[Protected, ...] = ()
