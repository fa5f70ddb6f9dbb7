"""A workspace for the stand-in's own tests, without a manifest and with quick redelivery."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient

from tests.e2e.slack.server import Slack, slack_stand_in

QUICKLY = (0.05, 0.1, 0.2)


@pytest.fixture(autouse=True)
def nothing_slack_refuses() -> None:
    """Stands in for the one of the app's tests: here, complaints are provoked."""


@pytest.fixture
def slack() -> Iterator[Slack]:
    with slack_stand_in(redeliver_after=QUICKLY, manifest=None) as running:
        yield running


@pytest.fixture
def client(slack: Slack) -> WebClient:
    return WebClient(slack.bot_token, base_url=slack.api_url, retry_handlers=[])
