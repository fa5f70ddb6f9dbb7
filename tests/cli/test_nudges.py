"""`bonvent nudges plan`: who would get what and when, and who wouldn't and why."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from bot.program.angles import load_angles
from bot.program.models import Audience, Campaign, NudgeState
from bot.store import ambassadors, campaigns, program_state
from bot.store.database import Database, domain_url
from bot.store.migrate import migrate
from bot.store.program_models import NudgeRow
from tests.cli.conftest import Run
from tests.conftest import SHIPPED

MONDAY = datetime(2027, 3, 15, tzinfo=UTC)
NOW = "2027-03-15T08:00Z"
DAY = timedelta(days=1)
ANGLES = load_angles(SHIPPED)
Keep = Callable[..., None]


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BONVENT_DATABASE_URL", raising=False)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def keep(data: Path) -> Keep:
    """`keep(person("U1"), campaign("one"), …, team="T1")` puts them into the database."""

    async def within(things: tuple[Any, ...], team: str) -> None:
        database = Database(domain_url(data, None))
        try:
            await migrate(database)
            async with database.begin() as session:
                for thing in things:
                    if isinstance(thing, Campaign):
                        await campaigns.save(session, team, thing, "command line", MONDAY)
                    elif isinstance(thing, dict):
                        row = await ambassadors.row_of(session, team, thing["user_id"], MONDAY)
                        await ambassadors.change(session, row, MONDAY, **thing)
                    else:
                        await thing(session, team)
        finally:
            await database.close()

    def keep(*things: Any, team: str = "T1") -> None:
        data.mkdir(exist_ok=True)
        asyncio.run(within(things, team))

    return keep


def person(user: str, **fields: Any) -> dict[str, Any]:
    usual = {"state": "active", "time_zone": "Europe/Madrid", "since": MONDAY - 9 * DAY, "country": "ES-CT"}
    return {**usual, "user_id": user, **fields}


def campaign(id_: str, **fields: Any) -> Campaign:
    usual = {
        "name": "A name", "topic": "solar", "starts": MONDAY, "ends": MONDAY + 5 * DAY, "audience": Audience(),
        "facts": ("A fact.",), "owner": "communication", "channel": "C0SOLAR",
    }  # fmt: skip
    return Campaign(**{**usual, "id": id_, **fields})


def paused(campaign_id: str) -> Any:
    async def do(session: Any, team: str) -> None:
        row = await campaigns.get(session, team, campaign_id)
        assert row is not None
        await campaigns.pause(session, row, "by_manager", MONDAY)

    return do


async def frozen(session: Any, team: str) -> None:
    await program_state.freeze(session, team, "U9", "See the statement.", MONDAY)


def nudged(campaign_id: str, user: str) -> Any:
    """They had it this morning."""

    async def do(session: Any, team: str) -> None:
        at = MONDAY + timedelta(hours=7)
        session.add(
            NudgeRow(
                team_id=team, id=f"{campaign_id}:{user}:2027-03-15", campaign_id=campaign_id, user_id=user, at=at,
                local_date="2027-03-15", until=at + timedelta(minutes=30), channel_id=None, time_zone="Europe/Madrid",
                angles=["first-time", "one-fact", "hard-part"], state=NudgeState.POSTED,
            )
        )  # fmt: skip

    return do


@pytest.fixture
def rows(run: Run, data: Path) -> Callable[..., list[dict[str, Any]]]:
    def rows(*options: str) -> list[dict[str, Any]]:
        ran = run("nudges", "plan", "--now", NOW, "--format", "json", *options, data=data)
        assert (ran.code, ran.err) == (0, "")
        found: list[dict[str, Any]] = json.loads(ran.out)
        return found

    return rows


Rows = Callable[..., list[dict[str, Any]]]


class TestJson:
    def test_who_gets_what_and_when(self, rows: Rows, keep: Keep) -> None:
        keep(
            person("U1", in_channels=True),
            person("U2", time_zone="America/New_York", country="US"),
            campaign("one", language="ca"),
        )
        first, second = sorted(rows(), key=lambda row: row["person"])
        assert set(first) == {"person", "campaign", "at", "time_zone", "channel", "angles", "skipped"}
        assert (first["person"], first["campaign"], first["channel"], first["skipped"]) == (
            "U1",
            "one",
            "C0SOLAR",
            None,
        )
        assert (second["person"], second["channel"], second["time_zone"]) == ("U2", None, "America/New_York")
        for row, offset in ((first, "+01:00"), (second, "-04:00")):
            at = datetime.fromisoformat(row["at"])
            assert row["at"].endswith(offset), "by their own clock"
            assert MONDAY <= at < MONDAY + 5 * DAY
            assert 9 <= at.hour < 18
            assert len(row["angles"]) == 3
            assert set(row["angles"]) <= {angle.says["ca"] for angle in ANGLES.angles}

    def test_who_gets_none_and_why(self, rows: Rows, keep: Keep) -> None:
        keep(
            person("U1", topics=["careers"]),
            person("U2", state="paused"),
            person("U3", state="to_confirm", since=None),
            person("U4", state="left"),
            person("U5", state="invited"),
            person("U6", state="paused", topics=["careers"]),
            person("U7"),
            campaign("one"),
            campaign("two"),
            campaign("old", starts=MONDAY - 9 * DAY, ends=MONDAY - DAY),
            paused("two"),
            nudged("one", "U7"),
        )
        found = rows()
        assert all((row["at"], row["channel"], row["angles"]) == (None, None, []) for row in found)
        assert [(row["campaign"], row["person"], row["skipped"]) for row in found] == [
            ("one", "U1", "topic"),
            ("one", "U2", "paused"),
            ("one", "U3", "to_confirm"),
            ("one", "U6", "topic"),
            ("one", "U7", "had_it"),
            ("two", "U1", "topic"),
            ("two", "U2", "paused"),
            ("two", "U3", "to_confirm"),
            ("two", "U6", "topic"),
            ("two", "U7", "campaign_paused"),
        ]

    def test_who_was_imported_stands_there_the_same_whatever_they_said_but_yes(self, rows: Rows, keep: Keep) -> None:
        imported = {"origin": "imported", "since": None}
        keep(
            person("U1", state="to_confirm", topics=["careers"], **imported),
            person("U2", state="left", time_zone="UTC", **imported),
            person("U3", state="left"),
            person("U4", state="never", origin="found"),
            person("U5", state="gone", **imported),
            person("U6", **imported),
            campaign("one"),
        )
        found = {row.pop("person"): row for row in rows()}
        assert found["U1"] == found["U2"]
        assert (found["U1"]["skipped"], found["U6"]["skipped"]) == ("to_confirm", None)
        assert set(found) == {"U1", "U2", "U6"}

    def test_frozen(self, rows: Rows, keep: Keep) -> None:
        keep(person("U1"), campaign("one"), frozen)
        assert [row["skipped"] for row in rows()] == ["frozen"]

    def test_days_are_a_horizon(self, rows: Rows, keep: Keep) -> None:
        keep(
            *(person(f"U{n}") for n in range(20)),
            campaign("one"),
            campaign("later", starts=MONDAY + 20 * DAY, ends=MONDAY + 25 * DAY),
        )
        assert {row["campaign"] for row in rows()} == {"one"}
        whole = [row for row in rows("--days", "30") if row["campaign"] == "one"]
        short = rows("--days", "2")
        assert 0 < len(short) < len(whole) == 20
        assert short == whole[: len(short)], "a nearer horizon changes nothing"

    def test_looking_changes_nothing_and_tells_the_same_again(self, rows: Rows, keep: Keep) -> None:
        keep(*(person(f"U{n}", in_channels=True) for n in range(9)), campaign("one"))
        assert rows() == rows()

    def test_the_clock_is_bonvents_own(self, run: Run, data: Path, keep: Keep) -> None:
        keep(person("U1"), campaign("one"))
        shift = str((MONDAY - datetime.now(UTC)).total_seconds())
        ran = run("nudges", "plan", "--format", "json", data=data, BONVENT_CLOCK_SHIFT=shift)
        assert [row["person"] for row in json.loads(ran.out)] == ["U1"]
        late = run("nudges", "plan", "--now", "2027-03-19 18:00", "--format", "json", data=data)
        assert [row["skipped"] for row in json.loads(late.out)] == ["no_day"]

    def test_what_was_imported_before_the_workspace_was_known_belongs_to_it(self, rows: Rows, keep: Keep) -> None:
        keep(person("U1", topics=["solar"]), campaign("one", topic="careers"))
        keep(person("U1", state="to_confirm"), person("U2", state="to_confirm"), campaign("one"), team="")
        found = {row["person"]: row["skipped"] for row in rows()}
        assert found == {"U1": None, "U2": "to_confirm"}

    def test_two_workspaces_have_a_plan_each(self, rows: Rows, keep: Keep) -> None:
        keep(person("U1"), campaign("one"))
        keep(person("U2"), campaign("two"), team="T2")
        assert sorted((row["person"], row["campaign"]) for row in rows()) == [("U1", "one"), ("U2", "two")]


class TestText:
    def test_by_day_with_reasons_in_words(self, run: Run, data: Path, keep: Keep, snapshot: SnapshotAssertion) -> None:
        keep(
            *(person(f"U0ANNA{n}", in_channels=n % 2 == 0) for n in range(4)),
            person("U0BEA", time_zone="Pacific/Auckland", country="NZ"),
            *(person(f"U0C{n}", topics=["careers"]) for n in range(10)),
            person("U0DAN", state="to_confirm"),
            campaign("solar-days"),
            campaign("open-day", ends=MONDAY + 2 * DAY, channel=None),
        )
        ran = run("nudges", "plan", "--now", NOW, "--days", "7", data=data)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out == snapshot

    def test_frozen(self, run: Run, data: Path, keep: Keep) -> None:
        keep(person("U1"), campaign("one"), frozen)
        out = run("nudges", "plan", "--now", NOW, data=data).out
        assert "Frozen since 2027-03-15 00:00 UTC: nobody is nudged until a manager lifts it." in out
        assert "0 nudges for 0 people in the next 14 days; 1 time somebody gets none." in out

    def test_before_there_is_anything(self, run: Run, data: Path, keep: Keep) -> None:
        assert "`bonvent campaign import FILE` brings one in" in run("nudges", "plan", data=data).out
        assert json.loads(run("nudges", "plan", "--format", "json", data=data).out) == []
        assert not data.exists(), "looking makes nothing"
        keep(campaign("one"))
        assert "`bonvent ambassadors import FILE` asks them to" in run("nudges", "plan", "--now", NOW, data=data).out

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--now", "tomorrow"], "“tomorrow” is no date: write it as 2027-02-01"),
            (["--now", "2027-02-30"], "there is no 30 February 2027"),
            (["--now", "01/02/2027"], "can be read as"),
            (["--days", "0"], "--days"),
            (["--days", "many"], "--days"),
        ],
    )
    def test_slips(self, run: Run, data: Path, options: list[str], said: str) -> None:
        ran = run("nudges", "plan", *options, data=data)
        assert ran.code == 2
        assert said in ran.err
        assert "--now" in ran.err or "--days" in ran.err
        assert "nudges plan --help" in ran.err

    def test_a_file_of_angles_with_a_mistake(self, run: Run, data: Path, write_knowledge: Callable[..., Path]) -> None:
        knowledge = write_knowledge("rules: []")
        (knowledge / "angles.yaml").write_text("angles:\n  - {id: one}\n", "utf-8")
        ran = run("nudges", "plan", "--knowledge", str(knowledge), data=data)
        assert ran.code == 2
        assert "angles.yaml:2: angles.0.says: is missing: add it" in ran.err
