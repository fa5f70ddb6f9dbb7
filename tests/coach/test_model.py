"""The wire: what goes out, what is retried, and that a failing endpoint is a reason and never an exception."""

from __future__ import annotations

import asyncio
import json
import logging
import time

import pytest

from bot.coach.answer import schema
from bot.coach.model import CoachModel, Completion, ModelSettings, NoAnswer
from tests.coach.conftest import answer
from tests.stand_in import KEY, MODEL, Reply, StandIn, stand_in

SCHEMA = schema(["claims.source"], [], ["manual/en.md#claims"])
MESSAGES = [{"role": "system", "content": "Coach."}, {"role": "user", "content": "the unmistakable draft"}]
OK = json.dumps(answer())


def ask(model: CoachModel) -> Completion | NoAnswer:
    return asyncio.run(model.complete(MESSAGES, SCHEMA))


def test_an_answer_comes_with_the_tokens_it_took(endpoint: StandIn, model: CoachModel) -> None:
    endpoint.says(OK)
    outcome = ask(model)
    assert isinstance(outcome, Completion)
    assert outcome.content == OK
    assert (outcome.use.input, outcome.use.output) == (100, 20)
    assert endpoint.complaints == []


def test_the_same_model_serves_one_event_loop_after_another(endpoint: StandIn, model: CoachModel) -> None:
    assert all(isinstance(ask(model), Completion) for _ in range(3))


def test_a_closed_model_leaves_no_connection_open_and_can_be_asked_again(endpoint: StandIn, model: CoachModel) -> None:
    async def twice() -> None:
        await model.aclose()  # before it was ever asked
        for _ in range(2):
            assert isinstance(await model.complete(MESSAGES, SCHEMA), Completion)
            client = model._client().http_async_client
            await model.aclose()
            assert client.is_closed

    asyncio.run(twice())
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_endpoint_is_asked_again(endpoint: StandIn, model: CoachModel, status: int) -> None:
    endpoint.says(Reply(status=status), Reply(status=status), OK)
    assert isinstance(ask(model), Completion)
    assert len(endpoint.requests) == 3


def test_it_is_asked_again_after_the_pause_it_names(endpoint: StandIn, model: CoachModel) -> None:
    endpoint.says(Reply(status=429, headers={"Retry-After": "1"}), OK)
    begun = time.perf_counter()
    assert isinstance(ask(model), Completion)
    assert time.perf_counter() - begun >= 0.9


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(OK, finish_reason="length"), "unusable"),
        (Reply(OK, finish_reason="content_filter"), "refused"),
        (Reply(None, refusal="I can't help with that."), "refused"),
        (Reply(OK, refusal="I can't help with that."), "refused"),
        (Reply(None), "unusable"),
        (Reply(""), "unusable"),
        (Reply(no_choices=True), "unusable"),
        (Reply(OK, finish_reason="tool_calls"), "unusable"),
        (Reply(body=b"<html>Welcome</html>", content_type="text/html"), "unusable"),
        (Reply(body=b"{not json"), "unusable"),
        (Reply(body=b"{}"), "unusable"),
        (Reply(body=b"[]"), "unusable"),
        (Reply(body=b'{"choices": null}'), "unusable"),
        (Reply(body=b'{"choices": [{"message": null}]}'), "unusable"),
        (Reply(body=b'{"error": {"message": "the unmistakable draft"}}'), "unusable"),
        (Reply(status=403), "unreachable"),
        (Reply(status=404), "unreachable"),
    ],
)
def test_a_bad_answer_is_a_reason(endpoint: StandIn, model: CoachModel, reply: Reply, reason: str) -> None:
    outcome = ask(CoachModel(ModelSettings(KEY, MODEL, endpoint.base_url, retries=0))) if endpoint.says(reply) else None
    assert isinstance(outcome, NoAnswer)
    assert outcome.reason == reason


def test_tokens_of_an_answer_that_ran_too_long_are_counted(endpoint: StandIn, model: CoachModel) -> None:
    endpoint.says(Reply(OK, finish_reason="length"))
    assert ask(model).use.input == 100


def test_a_wrong_key_is_a_reason(endpoint: StandIn) -> None:
    outcome = ask(CoachModel(ModelSettings("wrong", MODEL, endpoint.base_url)))
    assert isinstance(outcome, NoAnswer)
    assert outcome.reason == "unreachable"


def test_nobody_there_is_a_reason() -> None:
    outcome = ask(CoachModel(ModelSettings(KEY, MODEL, "http://127.0.0.1:9/v1", retries=0)))
    assert isinstance(outcome, NoAnswer)
    assert outcome.reason == "unreachable"


def test_an_endpoint_that_hangs_is_left_after_the_time_given() -> None:
    with stand_in() as endpoint:
        endpoint.says(Reply(hang=True))
        outcome = ask(CoachModel(ModelSettings(KEY, MODEL, endpoint.base_url, deadline_s=0.4, retries=0)))
    assert isinstance(outcome, NoAnswer)
    assert outcome.reason == "time"


@pytest.mark.parametrize("refused", ["temperature", "maxLength", "max_completion_tokens"])
def test_an_endpoint_that_refuses_an_option_is_asked_without_it_from_then_on(
    endpoint: StandIn, model: CoachModel, refused: str
) -> None:
    endpoint.refuses = {refused, "maxItems"} if refused == "maxLength" else {refused}
    assert isinstance(ask(model), Completion)
    assert isinstance(ask(model), Completion)
    assert len(endpoint.requests) == 3


def test_another_complaint_is_not_asked_again(endpoint: StandIn, model: CoachModel) -> None:
    endpoint.refuses = {"messages"}
    assert isinstance(ask(model), NoAnswer)
    assert len(endpoint.requests) == 1


def test_no_log_ever_holds_the_draft(
    endpoint: StandIn, model: CoachModel, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_LOG", "debug")
    libraries = ("openai", "httpx", "httpx2", "httpcore", "langchain_core", "langchain_openai", "langsmith")
    for name in libraries:
        logging.getLogger(name).setLevel(logging.DEBUG)
    fresh = CoachModel(ModelSettings(KEY, MODEL, endpoint.base_url, retries=0))
    endpoint.says(
        OK,
        Reply(status=500, body=b'{"error": {"message": "the unmistakable draft"}}'),
        Reply(body=b"the unmistakable draft"),
    )
    with caplog.at_level(logging.DEBUG):
        for _ in range(3):
            ask(fresh)
    assert caplog.records
    assert min(logging.getLogger(name).level for name in libraries) >= logging.WARNING
    assert "unmistakable" not in caplog.text
    assert KEY not in caplog.text


def test_no_trace_is_made_for_a_tracing_service(model: CoachModel, monkeypatch: pytest.MonkeyPatch) -> None:
    from langchain_core.tracers.langchain import LangChainTracer
    from langsmith.utils import get_env_var

    for name in ("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"):
        monkeypatch.setenv(name, "true")
    for name in ("LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("LANGSMITH_API_KEY", "x")
    traced: list[str] = []
    monkeypatch.setattr(LangChainTracer, "on_chat_model_start", lambda *_, **__: traced.append("a draft"))
    get_env_var.cache_clear()
    try:
        assert isinstance(ask(model), Completion)
    finally:
        get_env_var.cache_clear()
    assert traced == []


def test_the_key_is_in_no_representation(model: CoachModel) -> None:
    assert KEY not in repr(model.settings)
