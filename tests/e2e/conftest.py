"""A running `bonvent serve` and the stand-in for Slack that it talks to."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.slack import AppProcess, Channel, Person, Slack, slack_stand_in
from tests.stand_in import KEY, MODEL, StandIn, stand_in

MANAGERS = "community-managers"


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
def managed_app(
    slack: Slack,
    channel: Channel,
    aina: Person,
    pol: Person,
    new_app: Callable[..., AppProcess],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., AppProcess]:
    """`managed_app(**environment)`: an app that isn't started yet, with Aina and Pol as managers in their channel."""

    def make(**environment: str) -> AppProcess:
        managers = {"BONVENT_ESCALATION_CHANNEL": channel.id, "BONVENT_MANAGERS": f"{aina.id} {pol.id}"}
        folder = tmp_path_factory.mktemp("app")
        return new_app(slack, folder, **{"BONVENT_LOG_LEVEL": "debug", **managers, **environment})

    return make


@pytest.fixture(scope="module")
def endpoint() -> Iterator[StandIn]:
    """The stand-in for a model, for modules whose app has one."""
    with stand_in() as running:
        yield running


@pytest.fixture
def script(endpoint: StandIn) -> Iterator[None]:
    """Nothing is scripted and nothing was asked yet; afterwards the stand-in has no complaint."""
    endpoint.script.clear()
    endpoint.requests.clear()
    yield
    assert endpoint.complaints == []


@pytest.fixture(scope="module")
def app_with_a_model(
    slack: Slack, endpoint: StandIn, new_app: Callable[..., AppProcess], tmp_path_factory: pytest.TempPathFactory
) -> AppProcess:
    """An app that isn't started yet, with a model."""
    model = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": endpoint.base_url, "BONVENT_MODEL": MODEL}
    return new_app(slack, tmp_path_factory.mktemp("app"), BONVENT_LOG_LEVEL="debug", **model)


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
