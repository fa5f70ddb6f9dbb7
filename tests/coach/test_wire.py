"""What an endpoint sends beyond an answer: redirects, floods, nonsense figures. Each is a reason, none an exception."""

from __future__ import annotations

import asyncio
import gzip
import json

import pytest

from bot.coach.model import CoachModel, Completion, ModelSettings, NoAnswer
from tests.coach.test_model import MESSAGES, OK, SCHEMA
from tests.stand_in import KEY, MODEL, Reply, StandIn, stand_in


def ask(endpoint: StandIn) -> Completion | NoAnswer:
    model = CoachModel(ModelSettings(KEY, MODEL, endpoint.base_url, retries=0))
    return asyncio.run(model.complete(MESSAGES, SCHEMA))


@pytest.mark.parametrize("status", [302, 307, 308])
def test_a_redirect_takes_no_draft_to_another_host(endpoint: StandIn, status: int) -> None:
    with stand_in() as other:
        endpoint.says(Reply(status=status, headers={"Location": f"{other.base_url}/chat/completions"}))
        assert isinstance(ask(endpoint), NoAnswer)
        assert other.requests == []


def test_a_flood_is_left_before_it_fills_the_memory(endpoint: StandIn) -> None:
    endpoint.says(Reply(body=b" " * 2_100_000 + whole(usage=None)))
    assert isinstance(ask(endpoint), NoAnswer)


def test_a_compressed_answer_is_not_unfolded(endpoint: StandIn) -> None:
    endpoint.says(Reply(body=gzip.compress(whole(usage=None)), headers={"Content-Encoding": "gzip"}))
    assert isinstance(ask(endpoint), NoAnswer)


@pytest.mark.parametrize(
    "usage", ["x", [], {"prompt_tokens": 1.5, "completion_tokens": [], "total_tokens": {}}, {"prompt_tokens": "x"}]
)
@pytest.mark.parametrize("finish", ["stop", "length"])
def test_nonsense_token_figures_are_none(endpoint: StandIn, usage: object, finish: str) -> None:
    endpoint.says(Reply(body=whole(usage, finish)))
    outcome = ask(endpoint)
    assert (outcome.use.input, outcome.use.output) == (0, 0)


def test_somebody_else_s_message_is_no_answer(endpoint: StandIn) -> None:
    endpoint.says(Reply(body=whole(None).replace(b"assistant", b"evil")))
    assert isinstance(ask(endpoint), NoAnswer)


def whole(usage: object, finish: str = "stop") -> bytes:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": OK}}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": MODEL, "choices": [choice], "usage": usage}
    return json.dumps(body).encode()
