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
