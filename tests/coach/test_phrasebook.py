"""Phrases are found whatever their case and accents."""

from __future__ import annotations

import pytest

from bot.coach.intents import load_intents
from bot.coach.phrasebook import Match, Phrasebook, covered, tokens
from bot.datafile import KnowledgeError, shipped

BOOK = Phrasebook({"en": ["good day", "good", "tag*", "👋"], "ca": ["bon dia", "etiquet*", "go od*"]})


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("Good Day to you", Match(0, 2, "en")),
        ("good", Match(0, 1, "en")),
        ("BON DÍA!", Match(0, 2, "ca")),
        ("tagging", Match(0, 1, "en")),
        ("👋🏽", Match(0, 1, "en")),
        ("go oddly", Match(0, 2, "ca")),
        ("goods", None),
        ("dia", None),
    ],
)
def test_the_longest_phrase_is_found(text: str, match: Match | None) -> None:
    assert BOOK.at(tokens(text), 0) == match


def test_one_label_can_be_asked_for() -> None:
    assert BOOK.find(tokens("good etiquetes"), under="ca") == Match(1, 2, "ca")
    assert BOOK.find(tokens("good day"), under="ca") is None


def test_emoji_and_shortcodes_are_words_and_skin_is_none() -> None:
    assert tokens("Hi :wave: 👍🏿 ❤️!") == ("hi", ":wave:", "👍", "❤")


def test_a_message_is_covered_when_nothing_is_left_over() -> None:
    books = {"a": Phrasebook({"en": ["good", "good day"]}), "b": Phrasebook({"en": ["day to you"]})}
    assert covered(tokens("Good day to you 🎈"), books) == {"a", "b"}
    assert covered(tokens("Good day to me"), books) is None


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("greeting:", "greetings:", r"intents\.yaml:\d+: greetings: unknown key\. Did you mean “greeting”"),
        ("  en: [hi, hello", "  en: [hi*lo, hello", r"intents\.yaml:\d+: greeting\.en: “hi\*lo” is no phrase"),
        ("  en: [hi, hello", '  en: ["?", hello', r"is no phrase: write words or an emoji"),
        ("why:\n  en:", "why:\n  de:", r"why: must have the languages that greeting has"),
        ("ambiguous: [meta,", "ambiguous: [[meta],", r"intents\.yaml:\d+: ambiguous"),
    ],
)
def test_a_broken_file_names_file_and_line(tmp_path, old: str, new: str, complaint: str) -> None:  # type: ignore[no-untyped-def]
    text = (shipped("prompts") / "intents.yaml").read_text("utf-8")
    assert old in text
    path = tmp_path / "intents.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(KnowledgeError, match=complaint):
        load_intents(path)
