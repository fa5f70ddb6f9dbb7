"""Who would make a good ambassador, by their own reviewed drafts. `knowledge/ambassadors.yaml` is the formula; nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from bot.datafile import load, shipped
from bot.language import UNKNOWN
from bot.policy.engine import Policy
from bot.policy.models import Category, Draft, Finding
from bot.policy.terms import Term, TermIndex, occurrences, term

FILE = "ambassadors.yaml"
MOST = 100
"""Points of all signs together."""
_ENOUGH = "{enough}"


class Sign(StrEnum):
    """What counts."""

    CLEAN = "clean"
    """Nothing had to be fixed at first pass."""
    TREND = "trend"
    """The newer half of the drafts against the older half."""
    DISCLOSURE = "disclosure"
    """It said unprompted that the author works here."""
    STORIES = "stories"
    """Something personal joined with the company."""
    POSTED = "posted"
    """"I posted it" was pressed."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _in_every_language(said: dict[str, str]) -> dict[str, str]:
    for language in ("en", "es", "ca"):
        if not said.get(language):
            raise ValueError(f"{language} is missing: add it")
    return said


Said = Annotated[dict[str, str], AfterValidator(_in_every_language)]
"""Language → a sentence."""


class Share(_Strict):
    """A sign that gives its points by the share of drafts that have it."""

    points: int = Field(ge=0, le=MOST)
    counted: Said
    """How it is counted, in plain words."""


class Count(Share):
    """A sign that gives all its points from `enough` drafts on: more drafts without it take nothing away."""

    enough: int = Field(ge=1, le=50)

    @field_validator("counted")
    @classmethod
    def _tells_the_number(cls, said: dict[str, str]) -> dict[str, str]:
        for language, sentence in said.items():
            if _ENOUGH not in sentence:
                raise ValueError(f"{language}: {_ENOUGH} is missing: put it where the number belongs")
        return said


class Signs(_Strict):
    clean: Share
    trend: Share
    disclosure: Count
    stories: Count
    posted: Count

    def of(self, sign: Sign) -> Share:
        found: Share = getattr(self, sign.value)
        return found

    @field_validator("trend")
    @classmethod
    def _at_most_half(cls, trend: Share, info: ValidationInfo) -> Share:
        clean = info.data.get("clean")
        if clean is not None and 2 * trend.points > clean.points:
            raise ValueError(
                f"points: {trend.points} is more than half of the {clean.points} of clean, so that a clean draft could"
                f" cost points: give it {clean.points // 2} at most"
            )
        return trend


class Formula(_Strict):
    """The whole of `ambassadors.yaml`."""

    signs: Signs
    fewest_drafts: int = Field(ge=2, le=100)
    threshold: int = Field(ge=1, le=MOST)
    wait_days: int = Field(ge=1, le=3650)
    """After "not now", before somebody is told again."""
    first_person: dict[str, tuple[str, ...]]
    """Language → the words by which somebody speaks of themselves."""

    @field_validator("signs")
    @classmethod
    def _hundred_together(cls, signs: Signs) -> Signs:
        together = sum(signs.of(sign).points for sign in Sign)
        if together != MOST:
            raise ValueError(f"the points of all signs are {together} together: make them {MOST}")
        return signs

    def counted(self, sign: Sign, language: str) -> str:
        """How a sign is counted, for a reader of `language`; of one that the file lacks, in English."""
        one = self.signs.of(sign)
        said = one.counted.get(language) or one.counted["en"]
        return said.replace(_ENOUGH, str(getattr(one, "enough", "")))


def load_formula(knowledge: Path) -> Formula:
    """Raises `KnowledgeError` that names file and line. A folder without the file gets the shipped one."""
    own = knowledge / FILE
    return load(own if own.is_file() else shipped("knowledge") / FILE, Formula)


def shipped_formula() -> Formula:
    """The one that comes with Bonvent."""
    return load_formula(shipped("knowledge"))


@dataclass(frozen=True)
class Reviewed:
    """A draft as its first review found it, without its words."""

    at: datetime
    must_fix: tuple[Category, ...] = ()
    """Of the findings that had to be fixed."""
    consider: tuple[Category, ...] = ()
    names_company: bool = False
    """The company, a handle of it or a product."""
    first_person: bool = False
    discloses: bool = False
    """It carries a tag or a phrase of `company.yaml` that says that its author works there."""
    network: str = ""
    posted: bool = False

    @property
    def clean(self) -> bool:
        return not self.must_fix

    @property
    def disclosed(self) -> bool:
        """Unprompted, where it matters, and so that nobody had a word to say about it."""
        return self.names_company and self.discloses and Category.DISCLOSURE not in (*self.must_fix, *self.consider)

    @property
    def story(self) -> bool:
        return self.names_company and self.first_person


@dataclass(frozen=True)
class Counted:
    """One sign of somebody: `count` of `of` drafts have it."""

    sign: Sign
    count: int
    of: int
    points: float
    before: tuple[int, int] | None = None
    """Of the trend: the same two numbers of the older half."""


@dataclass(frozen=True)
class Evidence:
    """What somebody's drafts show."""

    drafts: int
    signs: tuple[Counted, ...]
    """All signs, in their order."""
    total: float
    """0 to 100."""
    enough: bool
    """Whether there are enough drafts, and points."""


def evidence(drafts: Sequence[Reviewed], formula: Formula) -> Evidence:
    """What the drafts of one person show; the order in which they are given doesn't matter."""
    by_time = sorted(drafts, key=lambda draft: draft.at)
    signs = tuple(_count(sign, by_time, formula) for sign in Sign)
    total = sum(sign.points for sign in signs)
    # A float's last digit decides nothing.
    enough = len(by_time) >= formula.fewest_drafts and round(total, 6) >= formula.threshold
    return Evidence(len(by_time), signs, total, enough)


def _count(sign: Sign, drafts: Sequence[Reviewed], formula: Formula) -> Counted:
    points = formula.signs.of(sign).points
    if sign is Sign.CLEAN:
        clean = _clean(drafts)
        return Counted(sign, clean, len(drafts), points * _share(clean, len(drafts)))
    if sign is Sign.TREND:
        return _trend(drafts, points)
    has = {Sign.DISCLOSURE: "disclosed", Sign.STORIES: "story", Sign.POSTED: "posted"}[sign]
    count = sum(getattr(draft, has) for draft in drafts)
    needed: Any = formula.signs.of(sign)
    return Counted(sign, count, len(drafts), points * min(1.0, count / needed.enough))


def _trend(drafts: Sequence[Reviewed], points: int) -> Counted:
    """Of an odd number, the one in the middle belongs to the older half."""
    middle = (len(drafts) + 1) // 2
    older, newer = drafts[:middle], drafts[middle:]
    was, now = _share(_clean(older), len(older)), _share(_clean(newer), len(newer))
    value = now if now >= was else now * now / was
    return Counted(Sign.TREND, _clean(newer), len(newer), points * value, (_clean(older), len(older)))


def _clean(drafts: Sequence[Reviewed]) -> int:
    return sum(draft.clean for draft in drafts)


def _share(count: int, of: int) -> float:
    return count / of if of else 0.0


@dataclass(frozen=True)
class Reader:
    """Reads the facts off a draft's text that no finding tells."""

    policy: Policy
    company: tuple[Term, ...]
    disclosure: tuple[Term, ...]
    first_person: dict[str, tuple[Term, ...]]
    index: TermIndex

    @classmethod
    def of(cls, policy: Policy, formula: Formula) -> Reader:
        """Made once for many drafts: a few milliseconds."""

        def of_lists(*names: str) -> tuple[Term, ...]:
            return tuple(t for name in names for t in policy.lists.terms(f"${name}"))

        company = of_lists("company", "handles", "products")
        disclosure = of_lists("disclosure_tags", "disclosure_phrases")
        own = {
            language: tuple(t for word in words for t in term(word)) for language, words in formula.first_person.items()
        }
        every = (*company, *disclosure, *(t for terms in own.values() for t in terms))
        return cls(policy, company, disclosure, own, TermIndex.of(every))

    def read(
        self, text: str, language: str, network: str, findings: Sequence[Finding], *, at: datetime, posted: bool
    ) -> Reviewed | None:
        """A draft as it counts. None: it doesn't, because nobody could judge its language, or because it is protected speech."""
        if language == UNKNOWN or language not in self.policy.company.languages:
            return None
        draft = Draft(text=text, language=language, now=at)
        if self.policy.check(draft).protected:  # on its way out: it goes once its review stands
            return None
        reading = self.policy.read(draft)
        hits = self.index.hits(reading)

        def places(terms: Sequence[Term]) -> list[tuple[int, int]]:
            return [place for one in terms for place in occurrences(one, hits, reading)]

        said = places(self.disclosure)
        # "I work at …" alone is no story of one's own.
        own = [
            (start, end)
            for start, end in places(self.first_person.get(language, ()))
            if not any(begins <= start and end <= ends for begins, ends in said)
        ]
        return Reviewed(
            at=at,
            must_fix=tuple(finding.category for finding in findings if finding.severity == "must-fix"),
            consider=tuple(finding.category for finding in findings if finding.severity == "consider"),
            names_company=bool(places(self.company)),
            first_person=bool(own),
            discloses=bool(said),
            network=network,
            posted=posted,
        )
