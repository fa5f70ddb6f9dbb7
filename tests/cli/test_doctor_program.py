"""`bonvent doctor` on the ambassadors' program: its files, its campaigns, and whether everything is frozen."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.program.models import Audience, Campaign
from bot.store import ambassadors, campaigns, program_state
from bot.store.database import FILE, Database, domain_url
from bot.store.migrate import migrate
from tests.cli.conftest import Run
from tests.conftest import SHIPPED
from tests.e2e.slack import Slack, slack_stand_in

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
Check = dict[str, str]
Doctor = Callable[..., list[Check]]
Kept = Callable[[Callable[[AsyncSession], Awaitable[None]]], None]


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    """A folder with the program's files; what else belongs in it is looked at elsewhere."""
    folder = tmp_path / "knowledge"
    folder.mkdir()
    for name in ("program.yaml", "ambassadors.yaml", "angles.yaml"):
        shutil.copy(SHIPPED / name, folder)
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def doctor(run: Run, knowledge: Path, data: Path, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """The checks by the names given, in their order."""
    for name in ("BONVENT_DATABASE_URL", "BONVENT_MANAGERS", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for other in ("_knowledge", "_prompts", "_manual"):
        monkeypatch.setattr(f"bot.cli.doctor.{other}", lambda settings: iter(()))

    def doctor(*names: str, **environment: str) -> list[Check]:
        ran = run("doctor", "--format", "json", "--knowledge", str(knowledge), data=data, **environment)
        found: list[Check] = [check for check in json.loads(ran.out) if check["name"] in names]
        return found

    return doctor


@pytest.fixture
def kept(data: Path) -> Kept:
    def kept(work: Callable[[AsyncSession], Awaitable[None]]) -> None:
        async def within() -> None:
            database = Database(domain_url(data, None))
            try:
                await migrate(database)
                async with database.begin() as session:
                    await work(session)
            finally:
                await database.close()

        data.mkdir(exist_ok=True)
        asyncio.run(within())

    return kept


@pytest.fixture
def slack() -> Iterator[Slack]:
    with slack_stand_in(socket_mode=True) as slack:
        yield slack


async def plan(session: AsyncSession, id_: str, *, begins: timedelta = -DAY, **fields: Any) -> None:
    campaign = Campaign(
        id=id_, name="A name", topic="solar", starts=NOW + begins, ends=NOW + 9 * DAY, audience=Audience(),
        facts=("A fact.",), owner="communication", **fields,
    )  # fmt: skip
    await campaigns.save(session, "T1", campaign, "command line", NOW)


def test_before_anything_runs_it_is_one_line_and_no_database_is_made(doctor: Doctor, data: Path) -> None:
    (check,) = doctor("program", "angles", "campaigns", "freeze")
    assert check == {"name": "program", "state": "ok", "says": "8 topics, 23 angles", "mend": ""}
    assert not (data / FILE).exists()


@pytest.mark.parametrize("words", [None, "# nothing yet\ntopics: []\n"])
def test_a_company_without_one_is_no_fault(doctor: Doctor, knowledge: Path, words: str | None) -> None:
    path = knowledge / "program.yaml"
    path.unlink() if words is None else path.write_text(words, "utf-8")
    (check,) = doctor("program")
    assert check["state"] == "note"
    assert str(path) in check["says"]
    assert "topics of your company" in check["mend"]


@pytest.mark.parametrize("name", ["program.yaml", "ambassadors.yaml", "angles.yaml"])
def test_a_file_with_mistakes_is_one_line_that_says_where(doctor: Doctor, knowledge: Path, name: str) -> None:
    path = knowledge / name
    path.write_text(path.read_text("utf-8") + "\nmistake: 1\nanother: 2\n", "utf-8")
    (check,) = doctor("program")
    assert check["state"] == "broken"
    assert check["says"].startswith(f"{path}:")
    assert "mistake" in check["says"]
    assert "\n" not in check["says"]


def test_an_angle_for_a_topic_that_nobody_can_choose(doctor: Doctor, knowledge: Path) -> None:
    program = (knowledge / "program.yaml").read_text("utf-8")
    (knowledge / "program.yaml").write_text(program.replace("id: heat-pumps", "id: boilers"), "utf-8")
    (check,) = doctor("angles")
    assert check["state"] == "note"
    assert check["says"].endswith("lacks: heat-pumps")


def test_how_it_stands(doctor: Doctor, kept: Kept) -> None:
    async def work(session: AsyncSession) -> None:
        await plan(session, "one")
        await plan(session, "two", begins=DAY)
        await plan(session, "lost", channel="C0LOST")
        row = await campaigns.get(session, "T1", "lost")
        assert row is not None
        await campaigns.pause(session, row, "channel_gone", NOW)
        for number in range(5):
            person = await ambassadors.row_of(session, "T1", f"U{number}", NOW)
            await ambassadors.change(session, person, NOW, state="active", time_zone="UTC", since=NOW)
        await program_state.freeze(session, "T1", "U9", "", NOW)

    kept(work)
    program, freeze, campaign = doctor("program", "campaigns", "freeze")
    assert program["says"] == "8 topics, 23 angles; 1 campaign runs, 1 to come; 5 ambassadors"
    assert freeze["state"] == "note"
    assert "/bonvent lift" in freeze["mend"]
    assert campaign["state"] == "broken"
    assert campaign["says"] == "lost is paused, since Bonvent can't post in its channel"
    assert "bonvent campaign resume lost" in campaign["mend"]


def test_channels_of_campaigns_are_looked_at_in_slack(doctor: Doctor, kept: Kept, slack: Slack) -> None:
    fine, old = slack.add_channel("fine").id, slack.add_channel("old", archived=True).id
    outside = slack.add_channel("outside", bot=False).id

    async def work(session: AsyncSession) -> None:
        for id_, channel in (("a", fine), ("b", old), ("c", outside), ("d", "C0NOWHERE")):
            await plan(session, id_, channel=channel)

    kept(work)
    found = doctor("campaigns", "program", **slack.environment())
    assert [check["says"] for check in found if check["name"] == "campaigns"] == [
        "b can't be posted in #old: it is archived",
        "c can't be posted in #outside: Bonvent isn't a member",
        "d can't be posted in C0NOWHERE: channel_not_found",
    ]
    assert found[0]["says"].endswith("fewer than 5 ambassadors")
    assert "BONVENT_MANAGERS" in found[1]["mend"]
