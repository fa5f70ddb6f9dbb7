"""The schema is strict and bounded, and nothing else is taken for an answer."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.coach.answer import Answer, parse, schema, unbounded
from tests.coach.conftest import answer, criterion
from tests.stand_in import schema_faults


@given(
    st.lists(st.text(min_size=1), max_size=3),
    st.lists(st.text(min_size=1), max_size=3),
    st.lists(st.text(min_size=1), max_size=3),
)
def test_the_schema_is_strict_and_bounded_for_every_draft(
    criteria: list[str], findings: list[str], passages: list[str]
) -> None:
    assert list(schema_faults(schema(criteria, findings, passages), set())) == []


def test_the_schema_can_do_without_lengths() -> None:
    refused = {"maxLength", "maxItems"}
    assert list(schema_faults(unbounded(schema(["a"], ["b"], ["c"])), refused)) == []


def test_an_answer_is_read() -> None:
    read = parse(json.dumps(answer(criteria=[criterion("claims.source", "yes", "q")], praise="Good.")), Answer)
    assert read is not None
    assert read.criteria[0].quote == "q"
    assert read.rewrite is None


@pytest.mark.parametrize(
    "content",
    [
        "",
        "null",
        "[]",
        "Sure! Here is the review:",
        json.dumps(answer())[:-5],
        f"```json\n{json.dumps(answer())}\n```",
        json.dumps(answer(verdict="ready")),
        json.dumps(answer(criteria=[criterion("a.b", "maybe")])),
        json.dumps(answer(praise=None)),
        json.dumps(answer(praise=3)),
        json.dumps({k: v for k, v in answer().items() if k != "wording"}),
        '{"criteria": ' + "[" * 100_000,
        json.dumps(answer(praise="x" * 200_000)),
        '{"criteria": [], "wording": [], "praise": "\\ud800", "rewrite": null, "citations": []}',
    ],
)
def test_anything_else_is_no_answer(content: str) -> None:
    assert parse(content, Answer) is None
