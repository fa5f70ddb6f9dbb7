"""Words across languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.manual.glossary import as_spanish, concept_texts, concepts_in, questions, terms
from bot.manual.words import LANGUAGES


@pytest.mark.parametrize(
    ("question", "language", "means"),
    [
        ("Volem fer un sorteig", "ca", "raffle"),
        ("¿Qué contraseñas usamos?", "es", "password"),
        ("Em poden acomiadar?", "ca", "termination"),
        ("A newspaper called me", "en", "journalist"),
        ("Drets d'autor d'una cançó", "ca", "copyright"),
    ],
)
def test_a_question_names_its_concepts_in_english(question: str, language: str, means: str) -> None:
    assert means in terms(concepts_in(question, language), "en")


def test_words_that_share_a_stem_by_accident_are_kept_apart() -> None:
    assert "salary" not in terms(concepts_in("en nom de tots", "ca"), "en")  # nom, nòmina


def test_every_concept_has_words_in_every_language() -> None:
    for language in LANGUAGES:
        assert all(concept_texts(language))


def test_questions_of_every_kind_are_as_many_in_each_language() -> None:
    spoken = [language for _, language in questions()]
    assert {language: spoken.count(language) for language in LANGUAGES} == dict.fromkeys(LANGUAGES, len(spoken) // 3)
    assert all(text.endswith("?") for text, _ in questions())


@pytest.mark.parametrize(
    ("catalan", "spanish"),
    [
        ("Puc publicar fotos de nens?", "puedo publicar fotos de niños?"),
        ("Abans de publicar, què he de pensar?", "antes de publicar, qué he de pensar?"),
        ("La publicació és una informació", "la publicación es una información"),
    ],
)
def test_catalan_is_respelt_as_spanish(catalan: str, spanish: str) -> None:
    assert as_spanish(catalan) == spanish


@given(st.text(max_size=200))
def test_any_text_can_be_looked_up(text: str) -> None:
    assert isinstance(as_spanish(text), str)
    for language in (*LANGUAGES, "de"):
        assert len(set(concepts_in(text, language))) == len(concepts_in(text, language))
