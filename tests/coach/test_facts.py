"""What counts as new in a text that a model wrote, however it is dressed up."""

from __future__ import annotations

import time

import pytest

from bot.coach import facts
from bot.coach.prompt import shipped

WORDS = shipped().watchwords


@pytest.mark.parametrize(
    "text",
    [
        "see https://bad.example/x",
        "see HTTPS://BAD.EXAMPLE",
        "see www.bad.example",
        "see bad.example",
        "see bad．example",
        "see bad。example",
        "see ｂａｄ.example",
        "see b\u200bad.example",
        "see bit dot ly",
        "see bit [dot] ly",
        "see bit(.)ly",
        "see bit . ly",
        "mira bit punto ly",
        "mira bit punt cat",
        "mailto:me",
        "[here](bad.example)",
        "10.0.0.1.example.com",
    ],
)
def test_a_link_is_found_in_any_dress(text: str) -> None:
    assert facts.links(text)


@pytest.mark.parametrize(
    "text", ["Three dots... and more", "Es un punto de vista.", "Dot by dot.", "Fin. Es tarde.", "At 10.30 we met"]
)
def test_prose_is_no_link(text: str) -> None:
    assert not facts.links(text)


def test_a_link_is_the_same_in_any_sentence_but_not_with_another_path_or_scheme() -> None:
    assert facts.links("see https://www.lumenta.example.") == facts.links("https://www.lumenta.example!")
    assert facts.links("https://lumenta.example") != facts.links("lumenta.example")
    assert facts.links("lumenta.example/evil") != facts.links("lumenta.example")


@pytest.mark.parametrize("text", ["ask @ona", "ask ＠ona", "ask @ ona", "ask @\u200bona"])
def test_a_mention_is_found_in_any_dress(text: str) -> None:
    assert facts.mentions(text) == {"@ona"}


def test_hashtags_are_one_whatever_their_case() -> None:
    assert facts.hashtags("#OpenData ＃Light") == facts.hashtags("#opendata #light")


@pytest.mark.parametrize(
    "text", ["<!channel>", "<!here|x>", "<@U123>", "<b>x</b>", "[x](y)", "&lt;!channel&gt;", "＜!channel＞", "```"]
)
def test_markup_is_found_in_any_dress(text: str) -> None:
    assert facts.markup(text)


@pytest.mark.parametrize("text", ["2 < 3", "R&D", "a [sic] word", "I <3 you".replace("<3", "love")])
def test_prose_is_no_markup(text: str) -> None:
    assert not facts.markup(text)


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("in 30 days", "en", "30"),
        ("20 percent", "en", "20%"),
        ("20 por ciento", "es", "20%"),
        ("٣ lamps", "en", "3"),
        ("３ lamps", "en", "3"),
        ("3x", "en", "3x"),
        ("3 times", "en", "3x"),
        ("1.000 lamps", "en", "1000"),
        ("1,5 hores", "ca", "1.5"),
        ("€5", "en", "5€"),
        ("5 euros", "es", "5€"),
        ("three lamps", "en", "3"),
        ("we doubled it", "en", "2"),
        ("duplicamos", "es", "2"),
        ("la meitat", "ca", "50"),
        ("a dozen", "en", "12"),
        ("two million", "en", "1000000"),
    ],
)
def test_a_number_is_found_in_any_dress(text: str, language: str, number: str) -> None:
    assert number in facts.numbers(text, WORDS, language)


def test_a_number_with_another_unit_is_another_number() -> None:
    draft = facts.numbers("20 people, 3 lamps", WORDS, "en")
    assert facts.numbers("20%", WORDS, "en") - draft
    assert facts.numbers("3x", WORDS, "en") - draft


def test_the_same_number_may_be_written_in_words() -> None:
    assert facts.numbers("three lamps", WORDS, "en") <= facts.numbers("3 lamps", WORDS, "en")


@pytest.mark.parametrize("text", ["one lamp", "un llum", "una luz", "hello"])
def test_an_article_is_no_number(text: str) -> None:
    assert not facts.numbers(text, WORDS, "en") | facts.numbers(text, WORDS, "es") | facts.numbers(text, WORDS, "ca")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Today we met Marta Puig.", ["Marta", "Puig"]),
        ("Today I met her. She smiled.", []),
        ("Today, I'm glad.", []),
        ("IBM called.", ["IBM"]),
        ("iPhone users", ["iPhone"]),
        ("We said: Microsoft agrees", ["Microsoft"]),
        ("“Hello”, she said", []),
        ("#OpenData @Ona", []),
    ],
)
def test_a_name_is_a_capital_that_does_not_merely_open_a_sentence(text: str, found: list[str]) -> None:
    assert list(facts.names(text)) == found


@pytest.mark.parametrize(
    "text", ["а", "ο", "\u200b", "\u202e", "𝗮", "ａ", "①", "🔥", "\u3164", "€", "\U000e0041", "\x07"]
)
def test_a_character_that_could_hide_something_is_odd(text: str) -> None:
    assert facts.odd_characters(f"abc{text}", ["abc"])
    assert not facts.odd_characters(f"abc{text}", [f"abc{text}"])


@pytest.mark.parametrize("text", ["ñ ç à ï · ¿¡ “” «» — … é", "e\u0301 n\u0303", "l·l", "line\nbreak", "~|^{}"])
def test_plain_latin_text_is_never_odd(text: str) -> None:
    assert not facts.odd_characters(text, [])


@pytest.mark.parametrize("text", ["\x00", "\x1b[31m", "\ud800", "\r", "\x85"])
def test_controls(text: str) -> None:
    assert facts.controls(text)
    assert not facts.controls("a\nb é")


@pytest.mark.parametrize("text", ["This is Ready to post!", "puedes PUBLICAR", "Está aprobada", "no cal res"])
def test_words_that_feedback_never_says(text: str) -> None:
    assert facts.never_said(text, WORDS)


@pytest.mark.parametrize(
    "bit", ["a", "a.", "a.a", "<a", "a ", " ", "1,", "&a", "@", "dot ", "http:/", "a-", "[", "A. "]
)
def test_a_draft_made_to_stall_the_checks_does_not(bit: str) -> None:
    text = bit * (60_000 // len(bit))
    begun = time.perf_counter()
    for find in (facts.links, facts.mentions, facts.hashtags, facts.markup):
        find(text)
    facts.numbers(text, WORDS, "en")
    list(facts.names(text))
    assert time.perf_counter() - begun < 3


def test_a_term_stands_on_its_own() -> None:
    assert facts.terms(["Sombrix", "Banco Nube"], "why sombrix? banco  NUBE") == {"Sombrix", "Banco Nube"}
    assert facts.terms(["Sombra"], "sombras") == set()


def test_a_long_term_is_found_in_two_words_and_with_an_ending() -> None:
    assert facts.terms(["Sombrix"], "some som brix here") == facts.terms(["Sombrix"], "sombrixes") == {"Sombrix"}


def test_a_joiner_of_an_emoji_may_not_hide_in_a_word_and_accents_may_not_pile_up() -> None:
    draft = "We are here 👩\u200d💻"
    assert facts.odd_characters(draft, [draft]) == []
    assert facts.odd_characters("We a\u200dre here", [draft]) == ["U+200D"]
    assert facts.odd_characters("He\u0301\u0302\u0303re", [draft])
    assert facts.odd_characters("Cafe\u0301", [draft]) == []


def test_a_name_that_opens_a_sentence_is_told_from_a_word() -> None:
    assert list(facts.opening_names("Evilcorp helped us. The roof was cold. Learning helps.")) == ["Evilcorp"]


@pytest.mark.parametrize("text", ["evil dot example", "evil(dot)shop", "evil,com"])
def test_a_link_is_found_however_it_is_spelled(text: str) -> None:
    assert facts.links(f"see {text} now")
