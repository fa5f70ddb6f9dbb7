"""Pickers of moments, people and channels: what Slack takes of them, and what its client gives back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.slack.interactions import filled
from tests.e2e.slack.validate import view_faults

Json = dict[str, Any]


def modal(element: Json, *, optional: bool = False) -> Json:
    block = {
        "type": "input",
        "block_id": "it",
        "label": {"type": "plain_text", "text": "It"},
        "element": element | {"action_id": "it"},
        "optional": optional,
    }
    title, submit = {"type": "plain_text", "text": "A modal"}, {"type": "plain_text", "text": "Send"}
    return {"type": "modal", "title": title, "submit": submit, "blocks": [block]}


def entry(element: Json, *value: Any, optional: bool = False) -> Json:
    """What a submission holds of the only input."""
    values = {"it": value[0]} if value else {}
    found: Json = filled(modal(element, optional=optional)["blocks"], values, sending=True)["it"]["it"]
    return found


class TestMoments:
    def test_it_gives_seconds(self) -> None:
        picker = {"type": "datetimepicker", "initial_date_time": 1_628_633_820}
        assert view_faults(modal(picker), home=False) == []
        assert entry(picker) == {"type": "datetimepicker", "selected_date_time": 1_628_633_820}
        assert entry(picker, 1_700_000_000)["selected_date_time"] == 1_700_000_000
        assert entry({"type": "datetimepicker"}, optional=True) == {
            "type": "datetimepicker",
            "selected_date_time": None,
        }

    @pytest.mark.parametrize("wrong", [162_863_382, 16_286_338_200, "2026-11-25", 1.5])
    def test_ten_digits(self, wrong: Any) -> None:
        assert view_faults(modal({"type": "datetimepicker", "initial_date_time": wrong}), home=False)
        with pytest.raises(AssertionError, match="ten digits"):
            entry({"type": "datetimepicker"}, wrong)

    def test_it_has_no_placeholder(self) -> None:
        placeholder = {"type": "plain_text", "text": "When?"}
        assert (
            "placeholder" in view_faults(modal({"type": "datetimepicker", "placeholder": placeholder}), home=False)[0]
        )


class TestPeople:
    def test_it_gives_their_ids(self) -> None:
        menu = {"type": "multi_users_select", "initial_users": ["U1"], "max_selected_items": 2}
        assert view_faults(modal(menu), home=False) == []
        assert entry(menu) == {"type": "multi_users_select", "selected_users": ["U1"]}
        assert entry(menu, ["U2", "U3"])["selected_users"] == ["U2", "U3"]
        assert entry({"type": "multi_users_select"}, optional=True)["selected_users"] == []

    def test_no_more_than_it_takes(self) -> None:
        with pytest.raises(AssertionError, match="3 people"):
            entry({"type": "multi_users_select", "max_selected_items": 2}, ["U1", "U2", "U3"])
        assert view_faults(modal({"type": "multi_users_select", "max_selected_items": 0}), home=False)


class TestChannels:
    def test_it_gives_its_id(self) -> None:
        menu = {"type": "conversations_select", "filter": {"include": ["public", "private"]}}
        assert view_faults(modal(menu), home=False) == []
        assert entry(menu, "C1") == {"type": "conversations_select", "selected_conversation": "C1"}

    @pytest.mark.parametrize("wrong", [{}, {"include": []}, {"include": ["secret"]}, {"exclude": True}])
    def test_a_filter_of_slacks_shape(self, wrong: Json) -> None:
        assert view_faults(modal({"type": "conversations_select", "filter": wrong}), home=False)
