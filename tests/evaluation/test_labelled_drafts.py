"""A file of labelled drafts is checked line by line; ours, of which we publish figures, is large and varied enough."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.datafile import KnowledgeError
from bot.evaluation import Case, load_cases
from bot.policy.models import HOLD_CATEGORIES, Category

DRAFTS = Path(__file__).parent / "drafts.jsonl"

LINE = {"id": "a", "text": "Hi there", "network": "x", "lang": "en", "labels": [], "verdict": "ready", "kind": "fine"}


def write(path: Path, *lines: Mapping[str, Any] | str) -> Path:
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "b"', "not valid JSON"),
        ("[1]", "valid dictionary"),
        ({**LINE, "id": "a"}, "“a” is taken by line 1"),
        ({**LINE, "id": "b", "labels": [{"category": "claims", "quote": "hi there"}]}, "does not stand in the text"),
        ({**LINE, "id": "b", "labels": [{"category": "claim", "quote": ""}]}, "labels.0.category"),
        ({**LINE, "id": "b", "labels": [{"category": "claims", "qoute": "Hi"}]}, "labels.0.qoute"),
        ({**LINE, "id": "b", "verdict": "unjudged"}, "verdict"),
        ({key: value for key, value in LINE.items() if key != "labels"}, "labels: Field required"),
    ],
)
def test_a_bad_line_is_named_and_so_is_what_is_wrong(tmp_path: Path, line: Any, said: str) -> None:
    file = write(tmp_path / "drafts.jsonl", LINE, "", line)
    with pytest.raises(KnowledgeError) as error:
        load_cases(file)
    assert f"{file}:3: " in str(error.value)
    assert said in str(error.value)


def test_every_bad_line_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as error:
        load_cases(write(tmp_path / "drafts.jsonl", "{", LINE, "}"))
    assert len(error.value.problems) == 2


def test_a_file_without_drafts_and_a_missing_file_are_errors(tmp_path: Path) -> None:
    for file in (write(tmp_path / "empty.jsonl"), tmp_path / "missing.jsonl"):
        with pytest.raises(KnowledgeError, match=file.name):
            load_cases(file)


def test_a_case_becomes_the_draft_that_is_reviewed(tmp_path: Path) -> None:
    line = {**LINE, "author": "Ana, ana@example.com", "alt": ["A cat"], "now": "2027-02-01T09:00:00+01:00"}
    draft = load_cases(write(tmp_path / "drafts.jsonl", line))[0].draft
    assert (draft.text, draft.network, draft.language) == ("Hi there", "x", "en")
    assert (draft.author, draft.alt, draft.now.isoformat()) == (line["author"], ("A cat",), line["now"])


@pytest.fixture(scope="module")
def drafts() -> list[Case]:
    return load_cases(DRAFTS)  # ids unique and quotes standing in their texts, or it raises


def test_our_drafts_are_many_and_in_three_languages(drafts: list[Case]) -> None:
    assert len(drafts) >= 230
    count = Counter(case.lang for case in drafts)
    assert set(count) == {"en", "es", "ca"}
    assert min(count.values()) >= 75


def test_half_of_our_drafts_are_fine_and_many_of_these_only_look_wrong(drafts: list[Case]) -> None:
    count = Counter(case.kind for case in drafts)
    assert set(count) == {"fine", "hard-negative", "protected", "flawed"}
    assert abs(count["flawed"] - len(drafts) / 2) <= 6
    assert count["hard-negative"] >= 40
    assert count["protected"] >= 25
    assert all(bool(case.labels) == (case.kind == "flawed") for case in drafts)


def test_every_category_has_five_labels_and_every_language(drafts: list[Case]) -> None:
    for category in Category:
        having = [case for case in drafts if any(label.category is category for label in case.labels)]
        assert len(having) >= 5, category
        assert {case.lang for case in having} == {"en", "es", "ca"}, category


def test_the_labelled_verdict_follows_from_the_labels(drafts: list[Case]) -> None:
    for case in drafts:
        categories = {label.category for label in case.labels}
        expected = "hold" if categories & HOLD_CATEGORIES else "revise" if categories else "ready"
        assert case.verdict == expected, case.id


def test_our_drafts_are_written_for_every_network_and_differ(drafts: list[Case]) -> None:
    networks = {"linkedin", "x", "instagram", "bluesky", "mastodon", "threads", "facebook", "tiktok", "youtube"}
    assert {case.network for case in drafts} == networks
    assert len({case.text for case in drafts}) == len(drafts)


def test_drafts_about_embargoes_say_when_they_would_be_posted(drafts: list[Case]) -> None:
    assert all(case.now for case in drafts if any(label.category is Category.EMBARGO for label in case.labels))
