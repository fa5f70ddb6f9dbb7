"""Hashtags without capitals: several words are told apart, one word stays one word, and the vocabulary is well kept."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.detectors.hashtags import HashtagCapitals, hashtag_capitals
from bot.policy.detectors.words import is_word, languages, plain, read_words
from tests.policy.detectors.helpers import found, reading

SEVERAL = """
small batch coffee roasters | life on the farm | behind the lab bench | meet our apprentices | nurses deserve better
women who weld | shop floor stories | from field to fork | our people our strength | hello from the warehouse | mind the gap
books change lives | bring your kids to work | clean water for everyone | end gender violence | break the bias
small business owners of the world | ride with us in the city | proud to be here | life at tebiora
trabajo en equipo | orgullo de pertenecer | seguimos creciendo juntos | ciudad sin coches | sanidad publica ya
dia de la madre | mujeres que inspiran | cocina con alma | vino de la tierra | turno de noche | cada gota cuenta
limpieza de playas | detras de cada obra | nos vemos en la feria | la mejor ciudad para pedalear | equipo de ensueño en el banco
fem barri plegats | dia de la dona | gent del barri | pa amb tomàquet | visca el barça | energia de tots | salvem el riu
festa major de gràcia | treballem junts per tothom | cuidem qui cuida | fira del llibre | nit de sant joan | obrim portes a tothom
"""
TWO = "semana santa | bon nadal | sant jordi | fem pinya | union strong | vamos equipo | som cooperativa | campeones europa"
ONE = """
telecommunications sustainability cybersecurity internationalization craftsmanship breastfeeding entrepreneurship giveaway workshop
teamwork crowdfunding interoperability accountability woodworking beekeeping shipbuilding bookkeeping sightseeing thunderstorm
overworked superfoods candlelight peacemakers housekeeping
sustentabilidad internacionalizacion telecomunicaciones ciudadanos sobremesa corresponsabilidad electrodomesticos guardabosques
cortafuegos sobrecalentamiento afroamericanos baloncestista lavavajillas trashumancia
internacionalització malgrat benestar barcelonesa desenvolupament cooperativisme sobretaula castellers gratacels infermeria
trencaclosques rodalies excursionisme normalització sentmenat
"""


def _phrases(text: str) -> list[list[str]]:
    return [phrase.split() for phrase in re.split(r"[|\n]", text) if phrase.strip()]


@pytest.mark.parametrize("words", _phrases(SEVERAL), ids=" ".join)
def test_a_tag_of_three_words_or_more_gets_a_capital_for_each(words: list[str]) -> None:
    [span] = hashtag_capitals(reading(f"Today: #{''.join(words)}!"), HashtagCapitals(words=2 if len(words) < 3 else 3))
    assert span.values["suggestion"] == "#" + "".join(word[:1].upper() + word[1:] for word in words)
    assert span.values["count"] == str(len(words))


@pytest.mark.parametrize("words", _phrases(TWO), ids=" ".join)
def test_a_tag_of_two_words_counts_from_two_on(words: list[str]) -> None:
    tag = "#" + "".join(words)
    assert found("hashtag-capitals", tag, words=2) == [tag]
    assert found("hashtag-capitals", tag, words=3) == []


@pytest.mark.parametrize("word", ONE.split())
def test_one_word_stays_one_word(word: str) -> None:
    assert found("hashtag-capitals", f"#{word} #{word.capitalize()}", words=2) == []


def test_the_company_s_name_is_a_word_where_the_company_is_known() -> None:
    assert found("hashtag-capitals", "#lifeattebiora") == ["#lifeattebiora"]
    assert found("hashtag-capitals", "#lifeatquorvex") == []


@pytest.mark.parametrize("name", ["any", "en", "es", "ca"])
def test_a_vocabulary_has_each_word_once_and_without_accents(name: str) -> None:
    words = [word.strip("-*") for word in read_words(name)]
    assert len(words) == len(set(words))
    assert [word for word in words if not re.fullmatch(r"[a-z][a-z0-9]*", word)] == []


@pytest.mark.parametrize("language", ["en", "es", "ca"])
def test_no_language_repeats_what_every_language_has(language: str) -> None:
    unmarked = {word for word in read_words(language) if word.isalnum()}
    assert sorted(unmarked.intersection(read_words("any"))) == []


def test_marks_say_what_a_word_does() -> None:
    english, spanish, _ = languages()
    assert {"the", "of"} <= english.common
    assert "over" in english.opening
    assert "keeping" in english.ending
    assert "book" in english.halves
    assert "los" in spanish.ending & spanish.common
    assert english.prices["the"] < english.prices["day"]


@given(st.sampled_from(sorted(languages()[2].prices)))
def test_every_word_of_a_vocabulary_is_one_word(word: str) -> None:
    assert is_word(plain(word))
    assert found("hashtag-capitals", f"#{word}") == []


def test_a_rule_may_ask_for_long_tags_only() -> None:
    from bot.policy.detectors import DETECTORS
    from bot.policy.detectors.hashtags import HashtagCapitals
    from tests.policy.detectors.helpers import reading

    detector = DETECTORS["hashtag-capitals"]
    text = "#peoplefirst #energyefficiencyforall"
    found = [text[s.start : s.end] for s in detector.find(reading(text), HashtagCapitals(letters=15))]
    assert found == ["#energyefficiencyforall"]
