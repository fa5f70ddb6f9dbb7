"""`bonvent gaps`: what is listed and what isn't, and closing a gap by a passage or without one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.store import gaps
from bot.store.database import Database, domain_url
from bot.store.migrate import migrate
from tests.cli.conftest import Run

TODAY = gaps.day_of(datetime.now(UTC))
DAY = timedelta(days=1)
DOGS = [("May I post my dog?", "en"), ("¿Puedo publicar mi perro?", "es"), ("Puc penjar el meu gos?", "ca")]
RULES = """
rules:
  - id: claims.absolute
    severity: consider
    match: {terms: [guaranteed]}
    message: {en: no}
    fix: {en: no}
    manual: {ref: claims, quote: {en: "Never guarantee a result without a public source."}}
    tests: {bad: ["guaranteed"], good: ["fine"]}
"""
Ask = Callable[..., str]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def ask(data: Path) -> Ask:
    """`ask([("May I?", "en")], day=…)`: a gap with these questions. Gives its id."""

    async def within(questions: Sequence[tuple[str, str]], day: datetime, reason: gaps.Reason) -> str:
        database = Database(domain_url(data, None))
        try:
            await migrate(database)
            id_ = None
            async with database.begin() as session:
                for text, language in questions:
                    id_ = await gaps.add(session, "T1", id_, gaps.Asked(text, language, reason, day))
            assert id_ is not None
            return id_
        finally:
            await database.close()

    def ask(
        questions: Sequence[tuple[str, str]] = DOGS, day: datetime = TODAY, reason: gaps.Reason = "unanswered"
    ) -> str:
        data.mkdir(exist_ok=True)
        return asyncio.run(within(questions, day, reason))

    return ask


def short(gap_id: str) -> str:
    return gap_id.lstrip("-_")[:8]


class TestListing:
    def test_before_anybody_asked(self, run: Run, data: Path) -> None:
        ran = run("gaps", data=data)
        assert (ran.code, ran.err) == (0, "")
        assert "Nobody has asked yet" in ran.out
        assert json.loads(run("gaps", "--format", "json", data=data).out) == []
        assert not data.exists(), "looking makes nothing"

    def test_three_questions_or_a_week(self, run: Run, data: Path, ask: Ask) -> None:
        dogs = ask()
        ask([("May I podcast?", "en")])
        emoji = ask([("Which emoji?", "en")], TODAY - 7 * DAY, "not_helpful")
        ran = run("gaps", data=data)
        first, second = ran.out.split("\n\n")
        head, *examples = first.splitlines()
        assert head == f"{short(dogs)}  3 questions since {TODAY.date()}: 3 unanswered"
        assert sorted(examples) == sorted(f"  “{text}” ({language})" for text, language in DOGS)
        since = (TODAY - 7 * DAY).date()
        assert second == f"{short(emoji)}  1 question since {since}: 1 not helpful\n  “Which emoji?” (en)\n"
        assert "podcast" not in ran.out
        later = run("gaps", data=data, BONVENT_CLOCK_SHIFT=str(7 * 86400)).out
        assert "podcast" in later

    def test_as_json(self, run: Run, data: Path, ask: Ask) -> None:
        dogs = ask()
        (gap,) = json.loads(run("gaps", "--format", "json", data=data).out)
        assert (gap["id"], gap["count"], gap["since"]) == (dogs, 3, TODAY.date().isoformat())
        assert {(each["text"], each["language"]) for each in gap["examples"]} == set(DOGS)
        assert gap["reasons"] == {"unanswered": 3}
        assert (gap["closed"], gap["passage"]) == (None, None)
        assert set(gap) == {"id", "count", "since", "examples", "reasons", "closed", "passage"}, "and nobody in it"

    def test_nothing_to_show_yet(self, run: Run, data: Path, ask: Ask) -> None:
        ask(DOGS[:2])
        assert run("gaps", data=data).out.startswith("No gap to show")

    def test_a_database_that_is_none(self, run: Run, data: Path) -> None:
        data.mkdir()
        (data / "bonvent.sqlite3").write_bytes(b"this is no database" * 100)
        ran = run("gaps", data=data)
        assert ran.code == 2
        assert "the database can't be used" in ran.err
        assert "bonvent doctor" in ran.err

    def test_help_says_whose_questions_count(self, run: Run) -> None:
        assert "Only questions to Bonvent in Slack count" in run("gaps", "--help").out


class TestClosing:
    def test_without_a_passage(self, run: Run, data: Path, ask: Ask) -> None:
        dogs = ask()
        ran = run("gaps", "close", short(dogs), "--needs-none", data=data)
        assert (ran.code, ran.out) == (0, f"{short(dogs)} is closed.\n")
        assert run("gaps", data=data).out.startswith("No gap to show")
        assert "it needs no passage" in run("gaps", "--all", data=data).out
        again = run("gaps", "close", short(dogs), "--needs-none", data=data)
        assert again.code == 2
        assert "is closed already" in again.err

    def test_with_a_passage_that_is_found_afterwards(
        self, run: Run, data: Path, ask: Ask, write_knowledge: Callable[..., Path]
    ) -> None:
        knowledge = ("--knowledge", str(write_knowledge(RULES)))
        dogs = ask()
        text = "Post your dog as you like, but never the screens behind it."
        ran = run(
            "gaps", "close", short(dogs), "--heading", "Dogs in the office", "--text", "-", "--lang", "en", *knowledge,
            stdin=text, data=data,
        )  # fmt: skip
        assert ran.code == 0, ran.err
        assert "Published “Dogs in the office” (answers/en/answers.md#dogs-in-the-office)." in ran.out
        assert "screens behind it" in run("search", "may I post my dog?", *knowledge, data=data).out
        assert "by answers/en/answers.md#dogs-in-the-office" in run("gaps", "--all", *knowledge, data=data).out
        other = ask([("Cats?", "en")], TODAY - 9 * DAY)
        ran = run(
            "gaps", "close", short(other), "--heading", "DOGS  in the office", "--text", "No.", *knowledge, data=data
        )
        assert ran.code == 2
        assert "choose another heading" in ran.err
        assert short(other) in run("gaps", *knowledge, data=data).out, "it stays open"

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["nothing", "--needs-none"], "no gap has this id: see `bonvent gaps`"),
            (["", "--needs-none"], "no gap has this id"),
            (["ID"], "give --heading and --text, or --needs-none"),
            (["ID", "--needs-none", "--text", "t"], "give --heading and --text, or --needs-none"),
            (["ID", "--heading", "h"], "a passage needs both"),
            (["ID", "--heading", "h", "--text", " "], "write both"),
            (["ID", "--heading", "h", "--text", "t", "--lang", "fr"], "the company doesn't speak “fr”"),
        ],
    )
    def test_slips(
        self, run: Run, data: Path, ask: Ask, write_knowledge: Callable[..., Path], arguments: list[str], said: str
    ) -> None:
        dogs = ask()
        given = [short(dogs) if word == "ID" else word for word in arguments]
        ran = run("gaps", "close", *given, "--knowledge", str(write_knowledge(RULES)), data=data)
        assert ran.code == 2
        assert said in ran.err
        assert short(dogs) in run("gaps", data=data).out, "it stays open"

    def test_what_isnt_shown_yet_cant_be_closed(self, run: Run, data: Path, ask: Ask) -> None:
        one = ask(DOGS[:1])
        assert "no gap has this id" in run("gaps", "close", short(one), "--needs-none", data=data).err

    def test_before_anybody_asked(self, run: Run, data: Path) -> None:
        ran = run("gaps", "close", "x", "--needs-none", data=data)
        assert ran.code == 2
        assert "nobody has asked yet" in ran.err
