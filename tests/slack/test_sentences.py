"""The fixed sentences: whole in three languages, checked when they are read, and asked for by names that exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import get_args

import pytest

from bot.datafile import KnowledgeError
from bot.slack.keys import PLACEHOLDERS, Key
from bot.slack.sentences import NEEDED, load_sentences
from bot.slack.words import Words
from tests.conftest import ROOT

KEYS: tuple[Key, ...] = get_args(Key)
SHIPPED = (ROOT / "prompts" / "slack.yaml").read_text("utf-8")


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str, str], str]:
    """`broken(old, new)`: what loading says once a part of the file was changed."""

    def load(old: str, new: str) -> str:
        assert old in SHIPPED
        (tmp_path / "slack.yaml").write_text(SHIPPED.replace(old, new, 1), "utf-8")
        with pytest.raises(KnowledgeError) as error:
            load_sentences(tmp_path)
        return str(error.value)

    return load


class TestTheFile:
    def test_a_missing_sentence_and_a_misspelt_one(self, broken: Callable[[str, str], str]) -> None:
        said = broken("\n  small_talk:\n", "\n  smal_talk:\n")
        line = SHIPPED[: SHIPPED.index("\n  small_talk:\n")].count("\n") + 2
        assert "sentences.small_talk: is missing: add it" in said
        assert f"slack.yaml:{line}: sentences.smal_talk: unknown key. Did you mean “small_talk”?" in said

    @pytest.mark.parametrize(
        ("old", "new", "what"),
        [
            ("    ca: Ho provem?\n", "", "sentences.suggestions_title: ca is missing: add it"),
            ("    ca: Ho provem?\n", "    ca: ''\n", "sentences.suggestions_title: ca is missing: add it"),
            ("for {time} and", "for a while and", "sentences.welcome_kept: en: {time} is missing"),
            (
                "for {time} and",
                "for {tyme} and",
                "sentences.welcome_kept: en: unknown placeholder {tyme}. Known here: {time}.",
            ),
            ("Which network is it for?", "Is it for {network}?", "unknown placeholder {network}. Known here: none."),
            ("en: Shorter,", "en: Please make it a good deal shorter,", "a button takes at most 30 characters, not 34"),
            ("    - Reading your draft…\n", "    - ''\n", "loading: en: one to ten lines, none of them empty"),
            ("      en: How does this work?\n", "", "suggestions.2.title: en is missing: add it"),
        ],
    )
    def test_a_fault_is_named_with_its_line(
        self, broken: Callable[[str, str], str], old: str, new: str, what: str
    ) -> None:
        said = broken(old, new)
        assert what in said
        assert re.match(r".*slack\.yaml:\d+: ", said)

    def test_it_must_be_there(self, tmp_path: Path) -> None:
        with pytest.raises(KnowledgeError, match=r"slack\.yaml: the file is missing"):
            load_sentences(tmp_path)

    def test_another_language_may_be_added(self, tmp_path: Path) -> None:
        added = SHIPPED.replace("    ca: Ho provem?\n", "    ca: Ho provem?\n    fr: On essaie ?\n")
        (tmp_path / "slack.yaml").write_text(added, "utf-8")
        sentences = load_sentences(tmp_path)
        assert sentences.say("suggestions_title", "fr", ("fr", "en")) == "On essaie ?"
        assert sentences.say("greeting", "fr", ("fr", "es")).startswith("Hola.")


class TestTone:
    @pytest.mark.parametrize("language", NEEDED)
    def test_no_cheer_no_markup_no_jargon(self, words: Words, language: str) -> None:
        spoken = words.within(language)
        for key in KEYS:
            said = spoken.say(key, **dict.fromkeys(PLACEHOLDERS.get(key, ()), "x"))
            assert not re.search(r"[!*_<>`{}]|\b(JSON|ID|API|token|error|null|payload)\b", said), key
            assert said == said.strip(), key


class TestWords:
    def test_a_reader_of_another_language_gets_the_companys_first(self, words: Words) -> None:
        assert words.within("und").say("thanks") == words.within(None).say("thanks") == words.within("en").say("thanks")
        assert words.within("ca").say("thanks").startswith("De res")

    def test_values_are_filled_as_they_stand(self, words: Words) -> None:
        assert "R&D {limit} <b>" in words.say("guest", company="R&D {limit} <b>")
        with pytest.raises(KeyError):
            words.say("guest")

    def test_long_numbers_are_written_as_in_the_language(self, words: Words) -> None:
        assert "70,000" in words.say("too_long", most=70_000)
        assert "70.000" in words.within("ca").say("too_long", most=70_000)

    @pytest.mark.parametrize(
        ("hours", "said"),
        [
            (0.2, "one hour"),
            (1, "one hour"),
            (5, "5 hours"),
            (24, "one day"),
            (36, "36 hours"),
            (48, "2 days"),
            (720, "30 days"),
            (60, "2 days"),
        ],
    )
    def test_spans_of_time(self, words: Words, hours: float, said: str) -> None:
        assert words.span(hours) == said

    def test_suggestions_and_lines_while_waiting_fit_slack(self, words: Words) -> None:
        assert [set(prompt) for prompt in words.prompts()] == [{"title", "message"}] * 3
        assert 1 <= len(words.loading()) <= 10


def sentences_asked_for() -> Iterator[tuple[str, str, set[str]]]:
    """Where the code asks for a sentence: place, key, names of the values that it gives."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say"):
                continue
            if len(node.args) != 1 or any(keyword.arg is None for keyword in node.keywords):
                continue
            first = node.args[0]
            for key in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    values = {keyword.arg or "" for keyword in node.keywords}
                    yield f"{path.name}:{node.lineno}", key.value, values


def test_the_code_gives_each_sentence_the_values_that_it_needs() -> None:
    asked = list(sentences_asked_for())
    assert len(asked) > 20
    wrong = [
        (place, key, values)
        for place, key, values in asked
        if key not in KEYS or values != PLACEHOLDERS.get(key, frozenset())
    ]
    assert wrong == []


def test_placeholders_belong_to_sentences_that_exist() -> None:
    assert set(PLACEHOLDERS) <= set(KEYS)
