"""`bonvent doctor` on the Slack app, asked over HTTP of a stand-in for Slack, and on the database."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.store.database import ENGINE_FILE, FILE, Database, domain_url
from bot.store.migrate import migrate
from bot.store.models import Sighting
from tests.cli.conftest import Run
from tests.conftest import ROOT
from tests.e2e.slack import Slack, slack_stand_in

MANIFEST: dict[str, Any] = json.loads((ROOT / "manifest.json").read_text("utf-8"))
Checks = dict[str, dict[str, str]]
Doctor = Callable[..., Checks]
OURS = (
    "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_API_URL", "SLACK_CONFIG_TOKEN",
    "BONVENT_DATABASE_URL", "BONVENT_ESCALATION_CHANNEL", "BONVENT_MANAGERS", "BONVENT_PORT", "BONVENT_OPS_PORT",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in OURS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def slack() -> Iterator[Slack]:
    with slack_stand_in(socket_mode=True, manifest=copy.deepcopy(MANIFEST)) as slack:
        yield slack


@pytest.fixture
def doctor(run: Run, monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """The checks on Slack and the database, by name; the exit code is 2 when one is broken."""
    # The rest is checked elsewhere, and takes a second each time.
    for other in ("_knowledge", "_manual"):
        monkeypatch.setattr(f"bot.cli.doctor.{other}", lambda settings: iter(()))

    def doctor(*arguments: str, data: Path | None = None, **environment: str) -> Checks:
        ran = run("doctor", "--format", "json", *arguments, data=data, **environment)
        assert "standin" not in ran.out, "a token was printed"
        checks = {check["name"]: check for check in json.loads(ran.out)}
        assert ran.code == (2 if any(check["state"] == "broken" for check in checks.values()) else 0)
        return checks

    return doctor


def test_without_a_slack_app_it_says_how_to_have_one(doctor: Doctor) -> None:
    check = doctor()["slack"]
    assert check["state"] == "note"
    assert "no Slack app configured" in check["says"]
    assert "manifest.json" in check["mend"]


def test_an_app_made_from_the_manifest_is_fine(doctor: Doctor, slack: Slack) -> None:
    checks = doctor(SLACK_CONFIG_TOKEN=slack.config_token, **slack.environment())
    for name in ("slack", "scopes", "way in", "events"):
        assert checks[name]["state"] == "ok", checks[name]
    assert checks["slack"]["says"] == "bonvent in the workspace Tebiora"
    assert slack.complaints == []


def test_offline_asks_slack_nothing(doctor: Doctor, slack: Slack) -> None:
    checks = doctor("--offline", **slack.environment())
    assert checks["slack"] == {
        "name": "slack",
        "state": "note",
        "says": "configured for Socket Mode, not tried",
        "mend": "",
    }
    assert slack.calls == []


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": "xoxp-standin"}, "SLACK_BOT_TOKEN is no bot token"),
        ({"SLACK_APP_TOKEN": "xoxb-standin"}, "SLACK_APP_TOKEN is no app-level token"),
        ({"SLACK_APP_TOKEN": ""}, "both missing"),
    ],
)
def test_what_serving_needs_is_named_before_slack_is_asked(
    doctor: Doctor, slack: Slack, changed: dict[str, str], named: str
) -> None:
    check = doctor(**(slack.environment() | changed))["slack settings"]
    assert (check["state"], named in check["says"]) == ("broken", True)
    assert slack.calls == []


def test_a_refused_bot_token_is_told_from_a_refused_app_token(doctor: Doctor, slack: Slack) -> None:
    slack.revoked.add(slack.bot_token)
    checks = doctor(**slack.environment())
    assert (checks["slack"]["state"], checks["way in"]["state"]) == ("broken", "ok")
    assert "token_revoked" in checks["slack"]["says"]
    slack.revoked = {slack.app_token}
    checks = doctor(**slack.environment())
    assert (checks["slack"]["state"], checks["way in"]["state"]) == ("ok", "broken")
    assert "connections:write" in checks["way in"]["mend"]


def test_socket_mode_that_is_off_is_broken(doctor: Doctor, slack: Slack) -> None:
    slack.socket_mode = False
    check = doctor(SLACK_BOT_TOKEN=slack.bot_token, SLACK_APP_TOKEN=slack.app_token, SLACK_API_URL=slack.api_url)[
        "way in"
    ]
    assert check["state"] == "broken"
    assert "Socket Mode" in check["mend"]


def test_http_needs_no_app_token(doctor: Doctor) -> None:
    manifest = copy.deepcopy(MANIFEST)
    manifest["settings"]["socket_mode_enabled"] = False
    with slack_stand_in(socket_mode=False, manifest=manifest) as slack:
        checks = doctor(SLACK_CONFIG_TOKEN=slack.config_token, **slack.environment())
    assert "/slack/events" in checks["way in"]["mend"]
    assert checks["events"]["state"] == "ok"


def test_scopes_are_compared_with_the_manifest(doctor: Doctor, slack: Slack) -> None:
    slack.scopes.remove("groups:history")
    check = doctor(**slack.environment())["scopes"]
    assert (check["state"], check["says"]) == ("broken", "missing: groups:history")
    assert "reinstall the app with manifest.json" in check["mend"]
    slack.scopes |= {"groups:history", "channels:join"}
    check = doctor(**slack.environment())["scopes"]
    assert (check["state"], check["says"]) == ("note", "more than Bonvent needs: channels:join")


def test_without_a_configuration_token_the_events_are_listed(doctor: Doctor, slack: Slack) -> None:
    check = doctor(**slack.environment())["events"]
    assert check["state"] == "note"
    assert "app_home_opened, app_mention, message.im" in check["says"]
    assert "SLACK_CONFIG_TOKEN" in check["mend"]


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (
            ("settings", "event_subscriptions", "bot_events"),
            ["app_home_opened"],
            "Slack doesn't send: app_mention, message.im",
        ),
        (("features", "shortcuts"), [], "shortcuts are missing: coach_this, review_a_draft"),
        (("features", "slash_commands"), [], "commands are missing: /bonvent, /policy"),
        (("settings", "interactivity", "is_enabled"), False, "buttons and forms are off"),
        (("features", "app_home", "messages_tab_read_only_enabled"), True, "nobody can write to Bonvent"),
        (("settings", "socket_mode_enabled"), False, "Socket Mode is off, but SLACK_APP_TOKEN is set"),
    ],
)
def test_a_manifest_that_was_changed_is_named(
    doctor: Doctor, slack: Slack, path: tuple[str, ...], value: object, says: str
) -> None:
    assert slack.manifest is not None
    place = slack.manifest
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    check = doctor(SLACK_CONFIG_TOKEN=slack.config_token, **slack.environment())["events"]
    assert check["state"] == "broken"
    assert check["says"].startswith(says)


def test_an_old_configuration_token_is_named(doctor: Doctor, slack: Slack) -> None:
    check = doctor(SLACK_CONFIG_TOKEN="xoxe.xoxp-old", **slack.environment())["events"]
    assert check["state"] == "broken"
    assert "12 hours" in check["mend"]


def test_the_managers_channel_needs_bonvent_in_it(doctor: Doctor, slack: Slack) -> None:
    def state(channel_id: str) -> tuple[str, str]:
        check = doctor(BONVENT_ESCALATION_CHANNEL=channel_id, **slack.environment())["managers' channel"]
        return check["state"], check["says"]

    assert state(slack.add_channel("community").id) == ("ok", "#community")
    assert state(slack.add_channel("quiet", private=True).id) == ("ok", "#quiet")
    assert state(slack.add_channel("public", bot=False).id) == ("broken", "Bonvent isn't a member of #public")
    assert state(slack.add_channel("hidden", private=True, bot=False).id)[0] == "broken"
    assert state(slack.add_channel("old", archived=True).id) == ("broken", "#old is archived")
    assert state(slack.add_channel("partners", shared=True).id)[0] == "note"
    assert state("C0NOWHERE")[0] == "broken"


def test_managers_are_people_of_the_workspace(doctor: Doctor, slack: Slack) -> None:
    pau, gone = slack.add_user("Pau Vidal"), slack.add_user("Gone Fishing", deleted=True)
    assert doctor(BONVENT_MANAGERS=pau.id, **slack.environment())["managers"]["state"] == "ok"
    check = doctor(BONVENT_MANAGERS=f"{pau.id}, {gone.id}, U0NOBODY", **slack.environment())["managers"]
    assert check["state"] == "broken"
    assert check["says"] == f"not there: {gone.id} (deactivated), U0NOBODY (user_not_found)"


def test_a_slack_that_cant_be_reached_is_one_line(doctor: Doctor) -> None:
    unreachable = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "http://127.0.0.1:9/api/"}
    check = doctor(**unreachable)["slack"]
    assert check["state"] == "broken"
    assert "SLACK_API_URL" in check["mend"]


def test_a_slack_that_answers_no_json_is_one_line(doctor: Doctor, slack: Slack) -> None:
    check = doctor(**(slack.environment() | {"SLACK_API_URL": slack.url}))["slack"]
    assert check["state"] == "broken"
    assert "no answer" in check["says"]


# The database


def prepared(data: Path, *kinds: str) -> Path:
    """A data folder whose tables are current, and where events of these kinds have arrived."""

    async def prepare() -> None:
        database = Database(domain_url(data, None))
        await migrate(database)
        async with database.begin() as session:
            session.add_all(Sighting(kind=kind, seen_at=datetime(2026, 11, 2, 9, 30, tzinfo=UTC)) for kind in kinds)
        await database.close()

    asyncio.run(prepare())
    return data


def test_no_database_is_no_fault_and_none_is_made(doctor: Doctor, slack: Slack, tmp_path: Path) -> None:
    checks = doctor(data=tmp_path, **slack.environment())
    assert (checks["database"]["state"], "none yet" in checks["database"]["says"]) == ("note", True)
    assert not (tmp_path / FILE).exists()
    assert "arrived" not in checks


def test_what_ever_arrived_is_told(doctor: Doctor, slack: Slack, tmp_path: Path) -> None:
    checks = doctor(data=prepared(tmp_path, "message.im"), **slack.environment())
    assert (checks["database"]["state"], "current" in checks["database"]["says"]) == ("ok", True)
    assert checks["arrived"]["state"] == "note"
    never = "app_home_opened, app_mention, user_change"
    assert checks["arrived"]["says"] == f"message.im (2026-11-02 09:30 UTC); never yet: {never}"


def test_all_events_arrived(doctor: Doctor, slack: Slack, tmp_path: Path) -> None:
    kinds = ("message.im", "app_home_opened", "app_mention", "user_change")
    checks = doctor(data=prepared(tmp_path, *kinds), **slack.environment())
    assert checks["arrived"]["state"] == "ok"


@pytest.mark.parametrize("name", [FILE, ENGINE_FILE])
def test_a_damaged_file_is_named(doctor: Doctor, tmp_path: Path, name: str) -> None:
    prepared(tmp_path)
    (tmp_path / name).write_bytes(b"this is no database, and never was one. " * 100)
    check = doctor(data=tmp_path)["database"]
    assert check["state"] == "broken"
    assert name in check["says"]
    assert "backup" in check["mend"]


def test_tables_of_a_newer_bonvent_are_named(doctor: Doctor, tmp_path: Path) -> None:
    import sqlite3

    with sqlite3.connect(prepared(tmp_path) / FILE) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'm9999'")
    check = doctor(data=tmp_path)["database"]
    assert (check["state"], "newer Bonvent" in check["says"]) == ("broken", True)


def test_a_postgres_that_is_away_is_named_without_its_password(doctor: Doctor) -> None:
    url = "postgresql://bonvent:standin-secret@127.0.0.1:9/bonvent"
    check = doctor(BONVENT_DATABASE_URL=url)["database"]
    assert check["state"] == "broken"
    assert "127.0.0.1:9" in check["says"]
    assert doctor("--offline", BONVENT_DATABASE_URL=url)["database"]["state"] == "note"


def test_a_database_that_isnt_postgres_is_named(doctor: Doctor) -> None:
    check = doctor(BONVENT_DATABASE_URL="mysql://localhost/bonvent")["database"]
    assert (check["state"], "postgresql://" in check["says"]) == ("broken", True)
