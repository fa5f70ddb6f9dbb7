"""Who would make a good ambassador: the formula as it ships, what counts, and that nothing good ever takes points away."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.datafile import KnowledgeError
from bot.manual.own import passages_of
from bot.policy.engine import Policy
from bot.policy.loader import load_policy
from bot.policy.models import Category, Draft
from bot.program.signs import MOST, Evidence, Formula, Reader, Reviewed, Sign, evidence, load_formula, shipped_formula
from tests.conftest import SHIPPED

FORMULA = shipped_formula()
TEXT = (SHIPPED / "ambassadors.yaml").read_text("utf-8")
BEGIN = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def draft(day: int = 0, **facts: object) -> Reviewed:
    return replace(Reviewed(BEGIN + timedelta(days=day)), **facts)  # type: ignore[arg-type]


def drafts(pattern: str, **facts: object) -> list[Reviewed]:
    """One a day: `+` was clean, `-` wasn't."""
    return [draft(day, must_fix=() if sign == "+" else (Category.CLAIMS,), **facts) for day, sign in enumerate(pattern)]


def points(found: Evidence, sign: Sign) -> float:
    return next(each.points for each in found.signs if each.sign is sign)


class TestTheFormula:
    def test_it_ships(self) -> None:
        assert sum(FORMULA.signs.of(sign).points for sign in Sign) == MOST
        assert all(FORMULA.first_person[language] for language in ("en", "es", "ca"))

    def test_it_is_told_in_plain_words(self) -> None:
        for sign in Sign:
            for language in ("en", "es", "ca"):
                said = FORMULA.counted(sign, language)
                assert "{" not in said
                assert said.endswith(".")
        assert "3 give all the points" in FORMULA.counted(Sign.STORIES, "en")
        assert FORMULA.counted(Sign.CLEAN, "fr") == FORMULA.counted(Sign.CLEAN, "en")

    def test_a_folder_without_the_file_gets_ours_and_one_with_it_its_own(self, tmp_path: Path) -> None:
        assert load_formula(tmp_path) == FORMULA
        (tmp_path / "ambassadors.yaml").write_text(TEXT.replace("threshold: 60", "threshold: 75"), "utf-8")
        assert load_formula(tmp_path).threshold == 75

    @pytest.mark.parametrize(
        ("old", "new", "line", "what"),
        [
            ("threshold: 60", "threshold: 160", "threshold: 60", "less than or equal to 100"),
            ("wait_days: 90", "wait_dais: 90", "wait_days: 90", "unknown key. Did you mean “wait_days”?"),
            (
                "    points: 10\n",
                "    points: 20\n",
                "signs:",
                "the points of all signs are 110 together: make them 100",
            ),
            ("    points: 15\n", "    points: 25\n", "  trend:", "more than half of the 40 of clean"),
            ("    enough: 2\n", "", "  disclosure:", "is missing: add it"),
            ("{enough} dan todos", "dos dan todos", "    enough: 2\n    counted:", "es: {enough} is missing"),
            ("      ca: La part", "      fr: La part", "    counted:", "ca is missing: add it"),
            ("fewest_drafts: 5", "fewest_drafts: some", "fewest_drafts: 5", "valid integer"),
        ],
    )
    def test_a_fault_is_named_with_its_line(self, tmp_path: Path, old: str, new: str, line: str, what: str) -> None:
        assert old in TEXT
        (tmp_path / "ambassadors.yaml").write_text(TEXT.replace(old, new, 1), "utf-8")
        with pytest.raises(KnowledgeError) as error:
            load_formula(tmp_path)
        number = TEXT[: TEXT.index(line) + len(line)].count("\n") + 1
        assert f"ambassadors.yaml:{number}: " in str(error.value)
        assert what in str(error.value)


class TestWhatCounts:
    def test_too_few_drafts_say_nothing_however_good(self) -> None:
        good = drafts("++++", names_company=True, first_person=True, discloses=True, posted=True)
        found = evidence(good, FORMULA)
        assert (found.drafts, found.total, found.enough) == (4, MOST, False)
        assert evidence([*good, draft(9)], FORMULA).enough

    def test_nobody(self) -> None:
        found = evidence([], FORMULA)
        assert (found.total, found.enough, found.drafts) == (0, False, 0)

    def test_clean_drafts_alone_are_not_enough_and_neither_is_much_posting(self) -> None:
        assert not evidence(drafts("+" * 30), FORMULA).enough
        careless = drafts("-" * 30, names_company=True, first_person=True, posted=True)
        assert not evidence(careless, FORMULA).enough

    def test_clean_stories_are(self) -> None:
        assert evidence(drafts("+-+++", names_company=True, first_person=True), FORMULA).enough

    def test_only_what_had_to_be_fixed_makes_a_draft_unclean(self) -> None:
        advised = draft(consider=(Category.TONE, Category.ACCESSIBILITY))
        assert advised.clean
        assert not draft(must_fix=(Category.TONE,)).clean

    @pytest.mark.parametrize(
        ("pattern", "share", "counts"),
        [
            ("++++++", 1, (3, 3, (3, 3))),
            ("---+++", 1, (3, 3, (0, 3))),
            ("+++---", 0, (0, 3, (3, 3))),
            ("++++--", 1 / 9, (1, 3, (3, 3))),
            ("+-+-", 0.5, (1, 2, (1, 2))),
            ("+-+++", 1, (2, 2, (2, 3))),
        ],
    )
    def test_the_trend(self, pattern: str, share: float, counts: tuple[object, ...]) -> None:
        found = evidence(drafts(pattern), FORMULA)
        assert points(found, Sign.TREND) == pytest.approx(share * FORMULA.signs.trend.points)
        trend = next(each for each in found.signs if each.sign is Sign.TREND)
        assert (trend.count, trend.of, trend.before) == counts

    @pytest.mark.parametrize(
        ("facts", "counts"),
        [
            ({"names_company": True, "discloses": True}, True),
            ({"names_company": True}, False),
            ({"discloses": True}, False),
            ({"names_company": True, "discloses": True, "must_fix": (Category.DISCLOSURE,)}, False),
            ({"names_company": True, "discloses": True, "consider": (Category.DISCLOSURE,)}, False),
            ({"names_company": True, "discloses": True, "must_fix": (Category.CLAIMS,)}, True),
        ],
    )
    def test_disclosure_unprompted(self, facts: dict[str, object], counts: bool) -> None:
        assert draft(**facts).disclosed is counts

    def test_the_order_in_which_drafts_come_doesnt_matter(self) -> None:
        some = drafts("+--+++-")
        assert evidence(some[::-1], FORMULA) == evidence(some, FORMULA)


facts = st.fixed_dictionaries(
    {
        "must_fix": st.sampled_from([(), (Category.CLAIMS,), (Category.DISCLOSURE, Category.TONE)]),
        "consider": st.sampled_from([(), (Category.DISCLOSURE,), (Category.TONE,)]),
        "names_company": st.booleans(),
        "first_person": st.booleans(),
        "discloses": st.booleans(),
        "posted": st.booleans(),
    }
)
lives = st.lists(facts, max_size=24).map(lambda all_: [draft(day, **each) for day, each in enumerate(all_)])


@st.composite
def formulas(draw: st.DrawFn) -> Formula:
    clean = draw(st.integers(0, MOST))
    trend = draw(st.integers(0, min(clean // 2, MOST - clean)))
    disclosure = draw(st.integers(0, MOST - clean - trend))
    stories = draw(st.integers(0, MOST - clean - trend - disclosure))
    given_ = {"clean": clean, "trend": trend, "disclosure": disclosure, "stories": stories}
    given_["posted"] = MOST - sum(given_.values())
    body = FORMULA.model_dump()
    for name, number in given_.items():
        body["signs"][name]["points"] = number
    return Formula.model_validate(body)


class TestNothingGoodTakesPointsAway:
    @given(formulas(), lives)
    def test_another_clean_draft(self, formula: Formula, life: Sequence[Reviewed]) -> None:
        more = [*life, draft(len(life) + 1)]
        assert evidence(more, formula).total >= evidence(life, formula).total - 1e-9

    @given(formulas(), lives.filter(bool), st.data())
    def test_a_draft_that_had_been_clean_whenever(
        self, formula: Formula, life: Sequence[Reviewed], data: st.DataObject
    ) -> None:
        at = data.draw(st.integers(0, len(life) - 1))
        better = [replace(each, must_fix=()) if number == at else each for number, each in enumerate(life)]
        assert evidence(better, formula).total >= evidence(life, formula).total - 1e-9

    @given(formulas(), lives.filter(bool), st.sampled_from(["posted", "first_person", "discloses", "names_company"]))
    def test_posting_telling_and_disclosing(self, formula: Formula, life: Sequence[Reviewed], what: str) -> None:
        more = [replace(life[0], **{what: True}), *life[1:]]  # type: ignore[arg-type]
        assert evidence(more, formula).total >= evidence(life, formula).total - 1e-9

    @given(formulas(), lives)
    def test_the_total_is_of_a_hundred(self, formula: Formula, life: Sequence[Reviewed]) -> None:
        found = evidence(life, formula)
        assert 0 <= found.total <= MOST + 1e-9
        assert [each.sign for each in found.signs] == list(Sign)
        assert all(0 <= each.count <= each.of <= len(life) for each in found.signs)
        assert found.enough <= (found.drafts >= formula.fewest_drafts)


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load_policy(SHIPPED).ground(passages_of(SHIPPED / "manual"))


@pytest.fixture(scope="module")
def read(policy: Policy) -> Callable[..., Reviewed | None]:
    reader = Reader.of(policy, FORMULA)

    def make(text: str, language: str = "en", posted: bool = False) -> Reviewed | None:
        findings = policy.check(Draft(text=text, language=language, now=BEGIN)).findings
        return reader.read(text, language, "linkedin", findings, at=BEGIN, posted=posted)

    return make


class TestReading:
    @pytest.mark.parametrize(
        ("language", "text", "company", "first_person", "discloses"),
        [
            ("en", "My father fixed boilers. Now I design heat pumps at Tebiora.", True, True, False),
            ("en", "I work at Tebiora. The pumps are quiet.", True, False, True),
            ("en", "I work at Tebiora, and I’ve learned to listen to pumps.", True, True, True),
            ("en", "Tebiora opens on Monday.", True, False, False),
            ("en", "What I read this summer.", False, True, False),
            ("en", "A day with pumps. #TebioraTeam", False, False, True),
            ("es", "Mi madre se reía de las bombas de calor; en Tebiora aprendí a quererlas.", True, True, False),
            ("es", "Tebiora abre el lunes.", True, False, False),
            ("ca", "A Tebiora vaig trobar la meva gent.", True, True, False),
            ("ca", "Treballo a Tebiora i cada dia m'agrada més.", True, True, True),
            ("ca", "Tebiora obre dilluns.", True, False, False),
        ],
    )
    def test_facts_of_a_text(
        self,
        read: Callable[..., Reviewed | None],
        language: str,
        text: str,
        company: bool,
        first_person: bool,
        discloses: bool,
    ) -> None:
        found = read(text, language)
        assert found is not None
        assert (found.names_company, found.first_person, found.discloses) == (company, first_person, discloses)

    def test_findings_by_their_severity(self, read: Callable[..., Reviewed | None]) -> None:
        found = read("Our pumps are 100% guaranteed!")
        assert found is not None
        assert Category.CLAIMS in found.must_fix
        assert not found.clean

    def test_protected_speech_and_languages_nobody_can_judge_never_count(
        self, read: Callable[..., Reviewed | None]
    ) -> None:
        assert read("My colleagues at Tebiora and I talk about our pay. #TebioraTeam") is None
        assert read("Ich arbeite gern bei Tebiora.", "und") is None
        assert read("Ich arbeite gern bei Tebiora.", "de") is None

    def test_no_word_of_the_draft_is_in_what_is_read(self, read: Callable[..., Reviewed | None]) -> None:
        found = read("My kingfisher taught me patience at Tebiora.")
        assert "kingfisher" not in repr(found)

    def test_a_company_without_disclosure_words(self, write_knowledge: Callable[..., Path]) -> None:
        folder = write_knowledge("rules: []")
        reader = Reader.of(load_policy(folder), FORMULA)
        found = reader.read("I sail with Acme Wind.", "en", "x", (), at=BEGIN, posted=True)
        assert found is not None
        assert (found.names_company, found.first_person, found.discloses, found.posted) == (True, True, False, True)
