"""One place reads the environment, and says in one line what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.datafile import shipped
from bot.settings import SettingsError, load_settings
from tests.conftest import SHIPPED


def test_an_empty_environment_works_offline_with_what_ships() -> None:
    settings = load_settings()
    assert settings.knowledge == SHIPPED
    assert settings.prompts == shipped("prompts")
    assert settings.openai_api_key is None


def test_knowledge_of_the_command_line_wins_and_brings_its_prompts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BONVENT_KNOWLEDGE", "/somewhere/else")
    (tmp_path / "prompts").mkdir()
    settings = load_settings(tmp_path)
    assert settings.knowledge == tmp_path.resolve()
    assert settings.prompts == tmp_path.resolve() / "prompts"


def test_each_knowledge_folder_has_a_data_folder_of_its_own_unless_one_is_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert load_settings(tmp_path / "a").data != load_settings(tmp_path / "b").data
    monkeypatch.setenv("BONVENT_DATA", str(tmp_path / "data"))
    assert load_settings(tmp_path / "a").data == load_settings(tmp_path / "b").data == (tmp_path / "data").resolve()


def test_an_empty_value_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "BONVENT_KNOWLEDGE"):
        monkeypatch.setenv(name, "")
    settings = load_settings()
    assert (settings.openai_api_key, settings.openai_base_url, settings.knowledge) == (None, None, SHIPPED)


def test_a_key_is_never_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    settings = load_settings()
    assert settings.openai_api_key is not None
    assert "very-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [("BONVENT_EMBEDDER", "word2vec"), ("BONVENT_MODEL_DEADLINE", "soon"), ("BONVENT_MODEL_DEADLINE", "-1")],
)
def test_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as caught:
        load_settings()
    assert value in str(caught.value)


@pytest.mark.parametrize("written", ["U01ABC,W02DEF", "U01ABC W02DEF", " U01ABC, W02DEF "])
def test_managers_are_a_list_of_user_ids(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("BONVENT_MANAGERS", written)
    assert load_settings().managers == ("U01ABC", "W02DEF")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BONVENT_MANAGERS", "@marta"),
        ("BONVENT_ESCALATION_CHANNEL", "#community"),
        ("BONVENT_PORT", "0"),
        ("BONVENT_OPS_PORT", "70000"),
        ("BONVENT_RETENTION_DAYS", "0"),
    ],
)
def test_a_wrong_value_for_serving_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name) as caught:
        load_settings()
    assert value in str(caught.value)


BOT, APP, SECRET = "xoxb-1-2-abc", "xapp-1-A1-2-abc", "0123456789abcdef"


@pytest.mark.parametrize("way", [{"SLACK_APP_TOKEN": APP}, {"SLACK_SIGNING_SECRET": SECRET}])
def test_a_bot_token_and_one_way_in_are_enough_to_serve(monkeypatch: pytest.MonkeyPatch, way: dict[str, str]) -> None:
    serving(monkeypatch, SLACK_BOT_TOKEN=BOT, **way)
    assert load_settings().serve_problems() == []


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({"SLACK_APP_TOKEN": APP}, ["SLACK_BOT_TOKEN is missing"]),
        ({"SLACK_BOT_TOKEN": APP, "SLACK_APP_TOKEN": APP}, ["SLACK_BOT_TOKEN is no bot token"]),
        ({"SLACK_BOT_TOKEN": f"{BOT}\n", "SLACK_APP_TOKEN": APP}, ["SLACK_BOT_TOKEN is no bot token"]),
        ({"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": BOT}, ["SLACK_APP_TOKEN is no app-level token"]),
        ({"SLACK_BOT_TOKEN": BOT}, ["SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both missing"]),
        ({}, ["SLACK_BOT_TOKEN is missing", "SLACK_APP_TOKEN and SLACK_SIGNING_SECRET are both missing"]),
        (
            {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "BONVENT_PORT": "3001"},
            ["BONVENT_PORT and BONVENT_OPS_PORT are both 3001"],
        ),
    ],
)
def test_what_serving_lacks_is_one_line_each_that_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], named: list[str]
) -> None:
    serving(monkeypatch, **environment)
    problems = load_settings().serve_problems()
    assert [problem.partition(":")[0] for problem in problems] == named
    for problem in problems:
        assert "\n" not in problem
        assert problem.partition(": ")[2]
        assert "abc" not in problem


def serving(monkeypatch: pytest.MonkeyPatch, **environment: str) -> None:
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "BONVENT_PORT", "BONVENT_OPS_PORT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
