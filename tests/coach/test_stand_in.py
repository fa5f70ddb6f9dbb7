"""The stand-in is stricter than the real endpoint: otherwise what it accepts would prove nothing."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from bot.coach.answer import schema
from tests.stand_in import KEY, MODEL, StandIn

GOOD: dict[str, Any] = {
    "model": MODEL,
    "messages": [{"role": "system", "content": "Coach."}, {"role": "user", "content": "{}"}],
    "max_completion_tokens": 100,
    "response_format": {
        "type": "json_schema",
        "json_schema": {"name": "review", "strict": True, "schema": schema(["a.b"], [], [])},
    },
}


def post(endpoint: StandIn, path: str, body: object, key: str = KEY) -> tuple[int, dict[str, Any]]:
    request = urllib.request.Request(
        endpoint.base_url + path,
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def with_schema(**changes: Any) -> dict[str, Any]:
    spec = {**GOOD["response_format"]["json_schema"], **changes}
    return {**GOOD, "response_format": {"type": "json_schema", "json_schema": spec}}


def test_a_good_request_is_answered(endpoint: StandIn) -> None:
    status, body = post(endpoint, "/chat/completions", GOOD)
    assert status == 200
    assert json.loads(body["choices"][0]["message"]["content"])["criteria"][0]["verdict"] == "no"


@pytest.mark.parametrize(
    "request_",
    [
        {**GOOD, "tools": []},
        {**GOOD, "logprobs": True},
        {**GOOD, "model": "another"},
        {**GOOD, "stream": True},
        {**GOOD, "messages": GOOD["messages"][1:]},
        {k: v for k, v in GOOD.items() if k != "max_completion_tokens"},
        {**GOOD, "response_format": {"type": "json_object"}},
        with_schema(strict=False),
        with_schema(name="a review"),
        with_schema(schema={"type": "object", "properties": {}, "required": []}),
        with_schema(
            schema={
                "type": "object",
                "properties": {"a": {"type": "string", "maxLength": 1}},
                "required": [],
                "additionalProperties": False,
            }
        ),
        with_schema(schema={"type": "string"}),
        with_schema(schema={"type": "array", "items": {"type": "string", "maxLength": 1}}),
        with_schema(schema={"type": "string", "enum": []}),
        with_schema(schema={"type": "string", "maxLength": 1, "pattern": "a"}),
    ],
)
def test_a_sloppy_request_is_turned_down(endpoint: StandIn, request_: dict[str, Any]) -> None:
    assert post(endpoint, "/chat/completions", request_)[0] == 400
    assert endpoint.complaints


def test_a_wrong_key_is_turned_down_and_nothing_is_recorded(endpoint: StandIn) -> None:
    assert post(endpoint, "/chat/completions", GOOD, key="wrong")[0] == 401
    assert endpoint.requests == []


def test_embeddings_are_the_same_for_the_same_text(endpoint: StandIn) -> None:
    status, body = post(endpoint, "/embeddings", {"model": "e", "input": ["a lamp", "a lamp", "no"]})
    one, same, other = (item["embedding"] for item in body["data"])
    assert status == 200
    assert one == same != other


@pytest.mark.parametrize("body", [{"model": "e", "input": [""]}, {"model": "e", "input": [[1, 2]]}, {"model": "e"}])
def test_embeddings_take_texts_alone(endpoint: StandIn, body: dict[str, Any]) -> None:
    assert post(endpoint, "/embeddings", body)[0] == 400
