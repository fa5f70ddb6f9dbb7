"""The command with a model: over real HTTP to the stand-in, on the knowledge that ships."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Ran, Run, run  # noqa: F401 (fixture)
from tests.stand_in import KEY, MODEL, Reply, StandIn, stand_in

DRAFT = "My team at Tebiora spent the morning on a cold roof, and it was worth it. #HeatPumps"


@pytest.fixture
def endpoint() -> Iterator[StandIn]:
    with stand_in() as running:
        yield running


def ask(run: Run, endpoint: StandIn, *arguments: str) -> Ran:  # noqa: F811
    return run(*arguments, OPENAI_API_KEY=KEY, OPENAI_BASE_URL=endpoint.base_url, BONVENT_MODEL=MODEL)


def test_ready_is_said_only_when_a_model_judged_everything(run: Run, endpoint: StandIn) -> None:  # noqa: F811
    review = json.loads(ask(run, endpoint, "review", DRAFT, "--format", "json").out)
    assert (review["verdict"], review["model"], review["open_questions"]) == ("ready", MODEL, [])
    assert endpoint.complaints == []
    assert len(endpoint.requests) == 1


def test_no_model_means_no_request(run: Run, endpoint: StandIn) -> None:  # noqa: F811
    review = json.loads(ask(run, endpoint, "review", DRAFT, "--no-model", "--format", "json").out)
    assert (review["verdict"], review["model"], endpoint.requests) == ("unjudged", None, [])


def test_a_leaked_password_stays_here(run: Run, endpoint: StandIn) -> None:  # noqa: F811
    ran = ask(run, endpoint, "review", "The wifi password is Tramuntana2026!")
    assert ran.code == 1
    assert endpoint.requests == []


def test_somebody_s_data_is_masked_on_the_wire(run: Run, endpoint: StandIn) -> None:  # noqa: F811
    ask(run, endpoint, "review", "Thanks to Laura for the tour, call her: 612 345 678 or laura@other-house.com")
    assert endpoint.requests
    assert "612 345 678" not in endpoint.wire
    assert "laura@other-house.com" not in endpoint.wire


def test_a_silent_model_costs_its_part_and_is_named(run: Run, endpoint: StandIn) -> None:  # noqa: F811
    endpoint.says(Reply(status=400, content="no"))
    review = json.loads(ask(run, endpoint, "review", DRAFT, "--format", "json").out)
    assert (review["verdict"], review["model"], review["rewrite"]) == ("unjudged", None, None)
    assert "model" in review["note"]
    assert len(review["open_questions"]) >= 2


def test_a_file_waits_for_a_few_answers_at_once_and_keeps_its_order(
    run: Run, endpoint: StandIn, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    file = tmp_path / "drafts.jsonl"
    file.write_text("\n".join(json.dumps({"id": n, "text": f"{DRAFT} Roof {n}."}) for n in range(6)), "utf-8")
    ran = ask(run, endpoint, "review", "--jsonl", str(file))
    answers = [json.loads(line) for line in ran.out.splitlines()]
    assert [a["id"] for a in answers] == list(range(6))
    assert {a["model"] for a in answers} == {MODEL}
    assert len(endpoint.requests) == 6


def test_scripted_answers_yield_no_figures(run: Run, endpoint: StandIn, tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "drafts.jsonl"
    case = {"id": "1", "text": DRAFT, "network": "x", "lang": "en", "verdict": "ready", "kind": "fine", "labels": []}
    file.write_text(json.dumps(case), "utf-8")
    ran = ask(run, endpoint, "eval", str(file))
    assert "scripted" in ran.out
    assert "Precision" not in ran.out


def test_a_hostile_rewrite_never_reaches_the_author(run: Run, endpoint: StandIn) -> None:  # noqa: F811
    def hostile(rewrite: str) -> str:
        return json.dumps({"criteria": [], "wording": [], "praise": "", "rewrite": rewrite, "citations": []})

    for rewrite in (
        f"{DRAFT} <!channel>",
        f"{DRAFT} See https://evil.example/x",
        f"{DRAFT} We saved 40 %.",
        "Mi equipo en Tebiora pasó la mañana en un tejado frío, y valió la pena. #HeatPumps",
        DRAFT * 300,
    ):
        endpoint.says(hostile(rewrite), hostile(rewrite))
        review = json.loads(ask(run, endpoint, "review", DRAFT, "--format", "json").out)
        assert review["rewrite"] is None
        assert review["verdict"] == "unjudged", "criteria that nobody answered stay open"


def test_openai_s_embeddings_carry_search_and_drafts_are_masked_for_them_too(
    run: Run, endpoint: StandIn, tmp_path: Path  # noqa: F811
) -> None:  # fmt: skip
    where = {"BONVENT_EMBEDDER": "openai", "OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": endpoint.base_url}
    found = json.loads(run("search", "photo of a colleague", "--format", "json", data=tmp_path, **where).out)
    assert len(found) == 8
    asked = len(endpoint.requests)
    run("search", "something else", data=tmp_path, **where)
    again = [text for request in endpoint.requests[asked:] for text in request["input"]]
    assert again == ["dimensions", "something else"], "what is embedded once is kept"
    run("review", "--no-model", "Thanks to Laura, call her on 612 345 678", data=tmp_path, **where)
    assert "Thanks to Laura" in endpoint.wire
    assert "612 345 678" not in endpoint.wire
    assert endpoint.complaints == []


def test_an_embedder_without_its_key_says_what_to_set(run: Run, tmp_path: Path) -> None:  # noqa: F811
    ran = run("search", "photo", data=tmp_path, BONVENT_EMBEDDER="openai")
    assert ran.code == 2
    assert "OPENAI_API_KEY" in ran.err
