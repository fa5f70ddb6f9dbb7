"""One workspace and one running `bonvent serve` for all tests of this folder: an app over HTTP, offline, with community managers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.e2e.slack import AppProcess, Channel, Person, Slack, slack_stand_in


@pytest.fixture(scope="package")
def slack() -> Iterator[Slack]:
    with slack_stand_in(redeliver_after=(0.3, 1.0, 2.0)) as running:
        yield running


@pytest.fixture(scope="package")
def aina(slack: Slack) -> Person:
    """A community manager."""
    return slack.add_user("Aina Ferrandis", email="aina@tebiora.example")


@pytest.fixture(scope="package")
def nosy(slack: Slack) -> Person:
    return slack.add_user("Nosy Parker")


@pytest.fixture(scope="package")
def managers(slack: Slack, aina: Person) -> Channel:
    return slack.add_channel("social-coach", members=[aina], private=True)


@pytest.fixture(scope="package")
def room(slack: Slack) -> Channel:
    """A channel with Bonvent and many others in it."""
    return slack.add_channel("talk")


@pytest.fixture(scope="package")
def app(
    slack: Slack,
    managers: Channel,
    aina: Person,
    new_app: Callable[..., AppProcess],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[AppProcess]:
    folder = tmp_path_factory.mktemp("app")
    with new_app(
        slack, folder, BONVENT_ESCALATION_CHANNEL=managers.id, BONVENT_MANAGERS=aina.id, BONVENT_LOG_LEVEL="debug"
    ) as running:
        yield running


@pytest.fixture
def marta(slack: Slack, app: AppProcess) -> Iterator[Person]:
    """Somebody who hasn't asked anything yet."""
    yield slack.add_user("Marta Puig")
    slack.wait_quiet()
    assert slack.late == []


@pytest.fixture
def team(slack: Slack, marta: Person) -> Channel:
    """A channel that Bonvent and Marta are in."""
    return slack.add_channel("team", members=[marta])
