"""Which language a text is in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language import UNKNOWN, detect, likeliest, main_language

OURS = ("en", "es", "ca")
TEXTS = {
    "en": "We are proud of the new release and we thank everyone who tried it.",
    "es": "Estamos orgullosos de la nueva versión y damos las gracias a quien la ha probado.",
    "ca": "Estem orgullosos de la nova versió i donem les gràcies a tothom qui l'ha provada.",
}
GERMAN = "Wir sind stolz auf die neue Fassung und danken allen, die sie ausprobiert haben."


@pytest.mark.parametrize("language", OURS)
def test_a_sentence_is_told(language: str) -> None:
    assert (
        detect(TEXTS[language], OURS) == likeliest(TEXTS[language], OURS) == main_language(TEXTS[language]) == language
    )


def test_a_draft_in_a_language_without_rules_is_unknown_but_a_question_gets_the_likeliest() -> None:
    assert detect(GERMAN, OURS) == UNKNOWN
    assert likeliest(GERMAN, OURS) in OURS
    assert main_language(GERMAN) == "de"


def test_links_mentions_and_tags_say_nothing_about_the_language() -> None:
    assert detect("https://example.org/wir-sind-stolz-auf-die-neue-fassung #danke @firma", ("ca", "en")) == "ca"


def test_of_a_long_text_in_another_language_the_nearest_of_ours_is_told() -> None:
    portuguese = "Estamos muito orgulhosos da nova versão e agradecemos a todas as pessoas que a experimentaram. " * 30
    assert likeliest(portuguese, OURS) == "es"


@pytest.mark.parametrize("text", ["", "  ", "123 456", "🙂🙂"])
def test_without_letters_there_is_nothing_to_tell(text: str) -> None:
    assert likeliest(text, OURS) == main_language(text) == UNKNOWN
    assert detect(text, OURS) == "en"


@given(st.text(max_size=80))
def test_any_text_has_an_answer(text: str) -> None:
    assert detect(text, OURS) in {*OURS, UNKNOWN}
    assert likeliest(text, OURS) in {*OURS, UNKNOWN}
