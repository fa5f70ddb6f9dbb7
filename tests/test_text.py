"""Folding, exact quotes, sentences."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import find_quote, fold, normalise_quote, sentences


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Única SOLUCIÓN", "unica solucion"),
        ("l’empresa — “bé”", 'l\'empresa - "be"'),
        ("𝗴𝘂𝗮𝗿𝗮𝗻𝘁𝗲𝗲𝗱 ｇｏｏｄ", "guaranteed good"),
        ("zero\u200bwidth e\u0301", "zerowidth e"),
        ("two\nlines", "two\nlines"),
        ("don`t", "don't"),
    ],
)
def test_folding_makes_spellings_of_one_word_one(text: str, folded: str) -> None:
    assert fold(text).text == folded


@given(st.text(st.characters(), max_size=80), st.data())
def test_every_folded_place_leads_back_into_the_text(text: str, data: st.DataObject) -> None:
    folded = fold(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    a, b = folded.span(start, end)
    assert 0 <= a <= b <= len(text)
    if start < end:
        assert folded.text[start:end] in fold(text[a:b]).text or any(unicodedata.combining(c) for c in text)


@pytest.mark.parametrize(
    ("quote", "text", "found"),
    [
        ("not safe", "It is not  safe.", "not  safe"),
        ("“so”", 'she said "so" twice', '"so"'),
        ("don't", "I don’t know", "don’t"),
        ("caf\u00e9", "un cafe\u0301 ara", "cafe\u0301"),
        ("ﬁne", "all fine", "fine"),
        ("safe", "It is not Safe", None),
        ("it is safe", "it is not safe", None),
        ("cafe", "un café", None),
        ("", "anything", None),
        (" \n", "anything", None),
    ],
)
def test_a_quote_stands_word_for_word_or_not_at_all(quote: str, text: str, found: str | None) -> None:
    place = find_quote(quote, text)
    assert (text[place[0] : place[1]] if place else None) == found


@given(st.text(min_size=1, max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_what_was_cut_out_of_a_text_is_found_in_it(quote: str, before: str, after: str) -> None:
    if normalise_quote(quote) and quote == quote.strip():
        text = f"{before} {quote} {after}"
        place = find_quote(quote, text)
        assert place is not None
        assert normalise_quote(quote) in normalise_quote(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Version 3.5 is out. ¿Vienes?", ["Version 3.5 is out.", "¿Vienes?"]),
        ("A title\n\nA line", ["A title", "A line"]),
        ("He said “go.” Then left.", ["He said “go.”", "Then left."]),
        ("  ", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert [text[a:b] for a, b in sentences(text)] == parts


@given(st.text(max_size=200))
def test_sentences_lose_no_word(text: str) -> None:
    spans = sentences(text)
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(a < b for a, b in spans)
    assert spans == sorted(spans)
