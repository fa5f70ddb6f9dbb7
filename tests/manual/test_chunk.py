"""Passages: small, whole and in order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import likeliest
from bot.manual.blocks import Paragraph, Section
from bot.manual.chunk import LONGEST, chunk, language_of, windows
from bot.manual.models import Passage
from bot.manual.words import LANGUAGES
from bot.text import find_quote, sentences


def passages(*blocks: str, words: int = 180) -> list[Passage]:
    section = Section(("Manual", "Claims"), "claims", [Paragraph(block) for block in blocks])
    return chunk([section], source="manual", path="en/a.md", language="en", version="0" * 12, words=words)


words_of = st.lists(
    st.sampled_from(["we", "post", "only", "what", "is", "true", "never", "a", "word", "of", "more"]),
    min_size=1,
    max_size=40,
)
sentence = words_of.map(lambda words: " ".join(words).capitalize() + ".")
paragraph = st.lists(sentence, min_size=1, max_size=9).map(" ".join)
few = settings(max_examples=40, deadline=None)


@few
@given(st.lists(paragraph, min_size=1, max_size=8), st.integers(min_value=20, max_value=180))
def test_no_word_is_lost_and_order_and_limits_are_kept(blocks: list[str], words: int) -> None:
    found = passages(*blocks, words=words)
    assert " ".join(p.text for p in found).split() == " ".join(blocks).split()
    for passage in found:
        longest = max(len(passage.text[a:b].split()) for a, b in sentences(passage.text))
        assert len(passage.text.split()) <= max(words, longest)


@few
@given(st.lists(paragraph, min_size=1, max_size=8))
def test_every_sentence_stands_inside_one_passage(blocks: list[str]) -> None:
    found = passages(*blocks, words=60)
    for block in blocks:
        for start, end in sentences(block):
            assert any(find_quote(block[start:end], passage.text) for passage in found)


@few
@given(st.lists(paragraph, min_size=1, max_size=8))
def test_a_paragraph_within_the_limit_is_never_split(blocks: list[str]) -> None:
    found = passages(*blocks, words=100)
    for block in blocks:
        if len(block.split()) <= 100:
            assert any(block in passage.text for passage in found)


def test_ids_are_stable_and_numbered_from_the_second_passage_on() -> None:
    found = passages(*(["word " * 99 + "end."] * 4))
    assert [p.id for p in found][:3] == ["manual/en/a.md#claims", "manual/en/a.md#claims.2", "manual/en/a.md#claims.3"]
    assert found[0].heading == ("Manual", "Claims")


def test_what_announces_a_list_stays_with_its_first_item() -> None:
    first, second = passages("Intro. " + "word " * 45, "Never post:", "- secrets " + "x " * 30, "- lies", words=60)[:2]
    assert "Never post:" not in first.text
    assert second.text.startswith("Never post:")


def test_endless_text_is_cut() -> None:
    assert all(len(p.text.split()) <= LONGEST for p in passages("word " * 1500))


@few
@given(st.lists(paragraph, min_size=1, max_size=6))
def test_windows_cover_a_long_passage(blocks: list[str]) -> None:
    for passage in passages(*blocks):
        found = windows(passage)
        if found:
            together = " ".join(found)
            assert all(passage.text[a:b] in together for a, b in sentences(passage.text))
        else:
            assert len(passage.text.split()) <= 54


def test_the_language_is_the_folder_s_or_the_text_s() -> None:
    assert language_of("style/es/a.md", "anything at all") == "es"
    assert language_of("style/hr/a.md", "Human resources welcome you on your first day at the office.") == "en"
    assert (
        language_of("a.md", "La reputació de l'empresa és de tothom: pensa-hi abans de publicar res a les xarxes.")
        == "ca"
    )
    german = "Bitte denken Sie daran, dass alles, was Sie im Namen der Firma schreiben, öffentlich ist und bleibt. " * 8
    assert language_of("a.md", german) == "und"
    assert language_of("a.md", "123 🙂") == "und"


def test_short_questions_are_told_apart() -> None:
    assert likeliest("Puc publicar una foto d'un client?", LANGUAGES) == "ca"
    assert likeliest("¿Puedo publicar una foto de un cliente?", LANGUAGES) == "es"
    assert likeliest("Can I post a photo of a client?", LANGUAGES) == "en"
