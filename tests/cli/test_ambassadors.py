"""`bonvent ambassadors`: who is imported, who is left as they are, and how little is listed."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.store import ambassadors
from bot.store.database import Database, domain_url
from bot.store.migrate import migrate
from bot.store.program_models import AmbassadorRow
from tests.cli.conftest import Ran, Run
from tests.e2e.slack import Slack, slack_stand_in

NOW = datetime(2026, 12, 2, 11, 0, tzinfo=UTC)
Import = Callable[..., Ran]
Seed = Callable[..., None]


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_API_URL", "BONVENT_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def import_(run: Run, data: Path, tmp_path: Path) -> Import:
    """`import_("user,topics", "U0AAA,solar")`: what the command says of a file with these lines."""

    def import_(*lines: str, **environment: str) -> Ran:
        file = tmp_path / "people.csv"
        file.write_text("\n".join(lines) + "\n", "utf-8")
        return run("ambassadors", "import", str(file), data=data, **environment)

    return import_


def rows(data: Path) -> dict[str, dict[str, Any]]:
    async def within() -> dict[str, dict[str, Any]]:
        database = Database(domain_url(data, None))
        async with database.read() as session:
            found = list(await session.scalars(select(AmbassadorRow)))
        await database.close()
        return {
            row.user_id: {column.key: getattr(row, column.key) for column in row.__table__.columns} for row in found
        }

    return asyncio.run(within())


@pytest.fixture
def seed(data: Path) -> Seed:
    """`seed(U0AAA="active")`: people of the workspace in these states."""

    def seed(**states: str) -> None:
        data.mkdir(exist_ok=True)

        async def within() -> None:
            database = Database(domain_url(data, None))
            await migrate(database)
            async with database.begin() as session:
                for user, state in states.items():
                    row = await ambassadors.row_of(session, "T1", user, NOW)
                    since = NOW if state in ("active", "paused") else None
                    await ambassadors.change(session, row, NOW, state=state, since=since, topics=["solar"])
            await database.close()

        asyncio.run(within())

    return seed


class TestImport:
    def test_people_are_kept_as_to_be_asked(self, import_: Import, data: Path) -> None:
        ran = import_("user,topics,weekly_budget,country", "U0AAA,heat-pumps solar,1,es-ct", "U0BBB,,,")
        assert (ran.code, ran.err) == (0, "")
        assert (
            ran.out
            == "2 people are asked in Slack by `bonvent serve`, at most once; nobody is nudged before their yes.\n"
        )
        first, second = rows(data)["U0AAA"], rows(data)["U0BBB"]
        assert (first["team_id"], first["state"], first["origin"]) == ("", "to_confirm", "imported")
        assert (first["topics"], first["weekly_budget"], first["country"]) == (["heat-pumps", "solar"], 1, "ES-CT")
        assert (second["topics"], second["weekly_budget"], second["asked_at"], second["since"]) == ([], 2, None, None)

    def test_a_wrong_line_is_told_of_with_its_number_and_the_rest_goes_on(self, import_: Import, data: Path) -> None:
        ran = import_("user,topics", "U0AAA,solar", "U0BBB,lunar", "ana@x.example,")
        assert ran.code == 1
        wrong, mail, told = ran.err.splitlines()
        assert "people.csv:3: topics: unknown topic “lunar”: did you mean “solar”?" in wrong
        assert "people.csv:4: an e-mail address is looked up in Slack, which needs SLACK_BOT_TOKEN" in mail
        assert told.startswith("2 lines need mending")
        assert set(rows(data)) == {"U0AAA"}

    def test_a_header_that_cant_be_used_keeps_nobody_and_makes_nothing(self, import_: Import, data: Path) -> None:
        ran = import_("usr,topics", "U0AAA,solar")
        assert ran.code == 1
        assert "people.csv:1: unknown column “usr”: did you mean “user”?" in ran.err
        assert not data.exists()

    def test_a_file_that_isnt_there_or_no_text(self, run: Run, data: Path, tmp_path: Path) -> None:
        ran = run("ambassadors", "import", str(tmp_path / "none.csv"), data=data)
        assert (ran.code, ran.err) == (2, f"bonvent: {tmp_path / 'none.csv'}: the file is missing\n")
        (tmp_path / "excel.csv").write_bytes("user\nU0AAA\n".encode("utf-16"))
        ran = run("ambassadors", "import", str(tmp_path / "excel.csv"), data=data)
        assert ran.code == 2
        assert "save it as UTF-8" in ran.err

    def test_from_standard_input(self, run: Run, data: Path) -> None:
        assert run("ambassadors", "import", "-", stdin="\ufeffuser\nU0AAA\n", data=data).code == 0
        assert "standard input:2: user:" in run("ambassadors", "import", "-", stdin="user\nbob\n", data=data).err

    def test_without_a_program_it_says_what_to_do(self, run: Run, data: Path, tmp_path: Path) -> None:
        (tmp_path / "k").mkdir()
        ran = run("ambassadors", "import", "-", "--knowledge", str(tmp_path / "k"), stdin="user\n", data=data)
        assert ran.code == 2
        assert "there is no ambassadors' program: name its topics in" in ran.err

    def test_who_decided_is_left_as_they_are_and_it_isnt_said_who_that_is(
        self, import_: Import, seed: Seed, data: Path
    ) -> None:
        states = ("active", "paused", "left", "never", "gone", "not_now", "invited")
        ids = {state: f"U0{state.upper().replace('_', '')}" for state in states}
        seed(**{id_: state for state, id_ in ids.items()})
        before = rows(data)
        ran = import_("user,topics", *(f"{id_}," for id_ in ids.values()))
        assert (ran.code, rows(data)) == (0, before)
        assert ran.out.count("is an ambassador already: what they chose stays") == 2
        assert "5 people are asked in Slack by `bonvent serve`, at most once" in ran.out, "as if nobody had decided"
        assert not any(id_ in ran.out for state, id_ in ids.items() if state not in ("active", "paused"))

    def test_imported_again_before_they_are_asked_the_newer_file_counts(self, import_: Import, data: Path) -> None:
        assert import_("user,topics", "U0AAA,solar").code == 0
        assert import_("user,topics", "U0AAA,climate").code == 0
        assert rows(data)["U0AAA"]["topics"] == ["climate"]

    def test_who_only_flipped_the_switch_is_asked_in_their_own_row(
        self, import_: Import, seed: Seed, data: Path
    ) -> None:
        seed(U0AAA="none")
        assert import_("user,topics", "U0AAA,climate").code == 0
        row = rows(data)["U0AAA"]
        assert (row["team_id"], row["state"], row["topics"]) == ("T1", "to_confirm", ["climate"])


class TestEmailAddresses:
    @pytest.fixture
    def slack(self) -> Iterator[Slack]:
        with slack_stand_in() as slack:
            yield slack

    @pytest.fixture
    def there(self, slack: Slack) -> dict[str, str]:
        return {"SLACK_BOT_TOKEN": slack.bot_token, "SLACK_API_URL": slack.api_url}

    def test_they_are_looked_up_in_slack(
        self, import_: Import, slack: Slack, there: dict[str, str], data: Path
    ) -> None:
        ana = slack.add_user("Ana Roig", email="Ana@x.example")
        slack.add_user("A guest", email="guest@x.example", guest=True)
        slack.add_user("Gone", email="gone@x.example", deleted=True)
        ran = import_(
            "user", "ana@X.example", "guest@x.example", "gone@x.example", "nobody@x.example", ana.id, **there
        )  # fmt: skip
        assert set(rows(data)) == {ana.id}
        assert "@" not in str(rows(data)), "no address is kept"
        guest, gone, nobody, twice, _ = ran.err.splitlines()
        assert ":3: is a guest in Slack, whom Bonvent doesn't serve" in guest
        assert ":4: nobody in Slack has this e-mail address" in gone
        assert ":5: nobody in Slack has this e-mail address" in nobody
        assert ":6: this person stands on line 2 already" in twice

    def test_without_slack_the_ids_go_on(self, import_: Import, there: dict[str, str], data: Path) -> None:
        ran = import_("user", "ana@x.example", "U0AAA", **there | {"SLACK_BOT_TOKEN": "xoxb-wrong"})
        assert ran.code == 1
        assert "could not be looked up in Slack (invalid_auth): `bonvent doctor` says more" in ran.err
        assert "xoxb" not in ran.err
        assert set(rows(data)) == {"U0AAA"}


class TestList:
    def test_before_anybody_said_yes(self, run: Run, data: Path) -> None:
        ran = run("ambassadors", "list", data=data)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith("Nobody has said yes yet.")
        assert not data.exists(), "looking makes nothing"

    def test_only_those_who_said_yes_are_named(self, run: Run, data: Path, seed: Seed) -> None:
        seed(U0AAA="active", U0BBB="paused", U0CCC="never", U0DDD="invited", U0EEE="to_confirm", U0FFF="left")
        seed(**{f"U0G{number}": "not_now" for number in range(4)})
        text = run("ambassadors", "list", data=data).out
        assert "U0AAA        active  since 2026-12-02\nU0BBB        paused  since 2026-12-02\n" in text
        assert not any(hidden in text for hidden in ("U0C", "U0D", "U0E", "U0F", "U0G"))
        told = json.loads(run("ambassadors", "list", "--format", "json", data=data).out)
        assert [person["user"] for person in told["ambassadors"]] == ["U0AAA", "U0BBB"]
        few = "fewer than 5"
        assert told["others"] == {"to_confirm": few, "invited": few, "said_no": 6, "gone": few}
        assert set(told["topics"].values()) == {few}

    def test_topics_are_counted_from_five_people_on(self, run: Run, data: Path, seed: Seed) -> None:
        seed(**{f"U0A{number}": "active" for number in range(5)})
        assert "Topics of at least 5: solar 5" in run("ambassadors", "list", data=data).out
