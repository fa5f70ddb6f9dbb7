"""A running `bonvent serve` and the stand-in for Slack that it talks to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.conftest import ROOT
from tests.e2e.postgres import postgres_server, postgres_url  # noqa: F401 (fixtures)
from tests.e2e.slack import AppProcess, Channel, Person, Slack, slack_stand_in

MANAGERS = "community-managers"


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the shipped manual, embedded once for all apps of all test processes."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    data = shared / "embedded"
    with FileLock(shared / "embedded.lock"):
        if not data.is_dir():
            _embed(data)
    return data


def _embed(data: Path) -> None:
    environment = {**os.environ, "BONVENT_DATA": str(data), "BONVENT_EMBEDDER": "use"}
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "review", "--no-model", "hello"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
    )
    assert done.returncode in (0, 1), done.stderr.decode()


@pytest.fixture(scope="session")
def new_app(embedded: Path) -> Callable[..., AppProcess]:
    """`new_app(slack, folder, **environment)`: an app that isn't started yet, its manual in place."""

    def make(slack: Slack, folder: Path, **environment: str) -> AppProcess:
        app = AppProcess(slack, folder, **environment)
        shutil.copytree(embedded, app.data, dirs_exist_ok=True)
        return app

    return make


@pytest.fixture(scope="module")
def slack() -> Iterator[Slack]:
    with slack_stand_in(redeliver_after=(0.3, 1.0, 2.0)) as running:
        yield running


@pytest.fixture(scope="module")
def aina(slack: Slack) -> Person:
    """A community manager."""
    return slack.add_user("Aina Ferrandis")


@pytest.fixture(scope="module")
def pol(slack: Slack) -> Person:
    """Another one."""
    return slack.add_user("Pol Serra")


@pytest.fixture(scope="module")
def nosy(slack: Slack) -> Person:
    """None."""
    return slack.add_user("Nosy Parker")


@pytest.fixture(scope="module")
def channel(slack: Slack, aina: Person, pol: Person, nosy: Person) -> Channel:
    """The managers' own channel, for modules that start an app with it."""
    return slack.add_channel("social-coach", members=[aina, pol, nosy], private=True)


@pytest.fixture(scope="module")
def app(
    slack: Slack, new_app: Callable[..., AppProcess], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AppProcess]:
    """The app over HTTP, offline, with a channel for community managers."""
    boss = slack.add_user("Aina Ferrandis", email="aina@tebiora.example")
    channel = slack.add_channel(MANAGERS, members=[boss], private=True)
    running = new_app(
        slack,
        tmp_path_factory.mktemp("app"),
        SLACK_APP_TOKEN="",
        BONVENT_ESCALATION_CHANNEL=channel.id,
        BONVENT_MANAGERS=boss.id,
        BONVENT_LOG_LEVEL="debug",
    )
    running.start()
    try:
        yield running
    finally:
        if running.running:
            running.stop()


@pytest.fixture(autouse=True)
def nothing_slack_refuses(request: pytest.FixtureRequest) -> Iterator[None]:
    """After each test with the module's Slack: no complaint of the stand-in's."""
    yield
    if "slack" in request.fixturenames:
        assert request.getfixturevalue("slack").complaints == []
