"""Passages: small, whole and in order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language import likeliest
from bot.manual.blocks import Limits, Paragraph, Section
from bot.manual.chunk import LONGEST, chunk, language_of, windows
from bot.manual.models import Passage
from bot.manual.read import read
from bot.manual.words import LANGUAGES
from bot.text import find_quote, sentences
from tests.manual.conftest import make_docx


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


def long_item(number: int) -> str:
    return f"- thing {number} " + "of some length " * 6


def read_as_passages(name: str, content: str | bytes, words: int = 60) -> list[Passage]:
    data = content.encode() if isinstance(content, str) else content
    return chunk(read(Path(name), data, Limits()), source="m", path=name, language="en", version="0" * 12, words=words)


def is_announced(passage: Passage, lead: str, items: str) -> bool:
    """Whether no item stands in the passage without what announces it above."""
    at = passage.text.find(items)
    return at < 0 or lead in passage.text[:at]


MARKDOWN_LIST = (
    "# Posts\n\nHello there.\n\nNever post these:\n\n" + "\n".join(long_item(n) for n in range(12)) + "\n\nThe end.\n"
)
HTML_LIST = (
    "<h1>Posts</h1><p>Hello there.</p><p>Never post these:</p><ul>"
    + "".join(f"<li>{long_item(n)[2:]}</li>" for n in range(12))
    + "</ul><p>The end.</p>"
)


@pytest.mark.parametrize(("name", "content"), [("a.md", MARKDOWN_LIST), ("a.html", HTML_LIST)])
def test_a_list_that_goes_on_says_again_what_announces_it(name: str, content: str) -> None:
    found = read_as_passages(name, content)
    assert len(found) > 3
    for passage in found:
        assert is_announced(passage, "Never post these:", "- thing")
        assert passage.text.count("Never post these:") <= 1
    assert " ".join(p.text for p in found).count("- thing") == 12, "no item is said twice"
    assert found[-1].text.endswith("The end.")


def test_a_list_of_a_pdf_says_again_what_announces_it(pdf: Callable[..., bytes]) -> None:
    lines = [
        "1 Posts",
        "Never post these:",
        *(f"• thing {n} of some length and a little more than that" for n in range(14)),
    ]
    found = read_as_passages("a.pdf", pdf(lines))
    assert len(found) > 1
    assert all(is_announced(passage, "Never post these:", "- thing") for passage in found)


def test_a_list_of_a_docx_says_again_what_announces_it() -> None:
    found = read_as_passages("a.docx", docx_of(word_paragraph("Never post these:") + "".join(
        word_paragraph(long_item(n)[2:], item=True) for n in range(12))))  # fmt: skip
    assert len(found) > 3
    assert all(is_announced(passage, "Never post these:", "- thing") for passage in found)


def test_what_announces_without_a_colon_is_said_again_too_and_a_whole_sentence_is_not() -> None:
    bare = MARKDOWN_LIST.replace("Never post these:", "Never post these")
    assert all(is_announced(p, "Never post these", "- thing") for p in read_as_passages("a.md", bare))
    whole = MARKDOWN_LIST.replace("Never post these:", "We post what we like.")
    assert sum("We post what we like." in p.text for p in read_as_passages("a.md", whole)) == 1


def test_an_item_keeps_the_items_above_it() -> None:
    inner = "\n".join(f"  - picture {n} " + "of some length " * 6 for n in range(8))
    found = read_as_passages("a.md", f"# Posts\n\nNever post:\n\n- Photos of\n{inner}\n- Plans\n")
    assert len(found) > 2
    for passage in found:
        assert is_announced(
            passage, "Never post:\n- Photos of" if passage is not found[0] else "Photos of", "  - picture"
        )


def test_a_long_item_keeps_what_announces_it() -> None:
    item = "- secrets. " + " ".join(f"Number {n} is one that nobody may know." for n in range(20))
    found = read_as_passages("a.md", f"# Posts\n\nNever post:\n\n{item}\n")
    assert len(found) > 2
    assert all(passage.text.startswith("Never post:") for passage in found)


def test_an_announcement_of_a_page_is_said_again_by_its_last_sentence() -> None:
    lead = "We have seen a lot of posts in our time. " * 8 + "Never post these:"
    found = read_as_passages("a.md", MARKDOWN_LIST.replace("Never post these:", lead))
    assert all(is_announced(p, "Never post these:", "- thing") for p in found)
    assert sum(p.text.count("a lot of posts") for p in found) == 8


TABLE = [("Network", "Limit", "Note"), *((f"Net{n}", f"{n}00", "so many characters fit in") for n in range(20))]


def as_markdown(rows: Sequence[Sequence[str]]) -> str:
    head, *body = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|---" * len(rows[0]) + "|", *body])


def as_html(rows: Sequence[Sequence[str]], head: str = "th") -> str:
    first, *body = rows
    lines = ["".join(f"<{head}>{c}</{head}>" for c in first), *("".join(f"<td>{c}</td>" for c in row) for row in body)]
    return "<table>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table>"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.md", f"# Limits\n\nOur limits:\n\n{as_markdown(TABLE)}\n"),
        ("a.html", f"<h1>Limits</h1><p>Our limits:</p>{as_html(TABLE)}"),
        (
            "a.html",
            f"<h1>Limits</h1><p>Our limits:</p>{as_html([[f'<b>{c}</b>' for c in TABLE[0]], *TABLE[1:]], 'td')}",
        ),
    ],
)
def test_each_row_of_a_table_says_what_its_cells_are_in_every_passage(name: str, content: str) -> None:
    found = read_as_passages(name, content)
    assert len(found) > 3
    for passage in found:
        assert passage.text.startswith("Our limits:")
        for row in passage.text.splitlines():
            if "Net" in row:
                assert regex.fullmatch(
                    r"Network: Net(?P<n>\d+) \| Limit: (?P=n)00 \| Note: so many characters fit in", row
                )


@pytest.mark.parametrize("marked", ["header row", "bold", "style"])
def test_a_table_of_word_says_what_its_cells_are(marked: str) -> None:
    found = read_as_passages("a.docx", docx_of(word_table(TABLE, marked)))
    assert len(found) > 2
    for passage in found:
        assert all(line.startswith("Network: Net") and " | Limit: " in line for line in passage.text.splitlines())


def test_a_table_of_word_without_a_header_has_none() -> None:
    found = read_as_passages("a.docx", docx_of(word_table(TABLE, "nothing")))
    assert found[0].text.splitlines()[0] == "Network | Limit | Note"


def test_a_row_longer_than_a_passage_says_which_row_and_column_it_is() -> None:
    rule = " ".join(f"Rule {n} says something that matters a lot." for n in range(20))
    rows = [("Network", "Limit", "Rules"), ("LinkedIn", "3,000", rule)]
    found = read_as_passages("a.md", f"# Limits\n\n{as_markdown(rows)}\n")
    assert len(found) > 2
    assert found[0].text.startswith("Network: LinkedIn | Limit: 3,000 | Rules: Rule 0 says")
    for passage in found[1:]:
        assert passage.text.startswith("Network: LinkedIn | Rules: Rule ")
    assert sum(passage.text.count("something that matters") for passage in found) == 20


def test_cells_over_several_rows_and_columns_stay_in_their_place() -> None:
    html = """<table><caption>Limits</caption><tr><th>Network<th colspan=2>Limits</tr>
    <tr><td rowspan=2>X<td>post<td>280</tr><tr><td>link<td>23</tr><tr><td>Bluesky<td colspan=2>300</tr></table>"""
    assert read_as_passages("a.html", html)[0].text.splitlines() == [
        "Limits:", "", "Network: X | Limits: post | Limits: 280", "Network: X | Limits: link | Limits: 23",
        "Network: Bluesky | Limits: 300 | ",
    ]  # fmt: skip


def test_a_table_that_lays_out_a_page_becomes_its_paragraphs_once() -> None:
    html = "<table><tr><td><h2>Menu</h2><p>One.</p></td><td><table><tr><th>N<th>L<tr><td>X<td>280</table></td></tr></table>"
    found = read_as_passages("a.html", html)
    assert [p.text for p in found] == ["One.\n\nN: X | L: 280"]


def word_paragraph(text: str, bold: bool = False, item: bool = False) -> str:
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    numbered = '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>' if item else ""
    return f"<w:p>{numbered}<w:r>{look}<w:t>{text}</w:t></w:r></w:p>"


def word_table(rows: Sequence[Sequence[str]], marked: str) -> str:
    style = '<w:tblPr><w:tblStyle w:val="Fancy"/></w:tblPr>' if marked == "style" else ""
    lines = []
    for number, row in enumerate(rows):
        head = "<w:trPr><w:tblHeader/></w:trPr>" if marked == "header row" and not number else ""
        cells = "".join(f"<w:tc>{word_paragraph(c, marked == 'bold' and not number)}</w:tc>" for c in row)
        lines.append(f"<w:tr>{head}{cells}</w:tr>")
    return f"<w:tbl>{style}{''.join(lines)}</w:tbl>"


def docx_of(body: str) -> bytes:
    """A DOCX with this body, a list style `1` and a table style `Fancy`."""
    out = io.BytesIO()
    parts = {"word/document.xml": f"<w:document {WORD}><w:body>{body}</w:body></w:document>"}
    parts["word/styles.xml"] = (
        f'<w:styles {WORD}><w:style w:type="table" w:styleId="Fancy"><w:name w:val="Grid Table 4"/></w:style></w:styles>'
    )
    parts["word/numbering.xml"] = (
        f'<w:numbering {WORD}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    with zipfile.ZipFile(io.BytesIO(make_docx(("Normal", "x")))) as made, zipfile.ZipFile(out, "w") as archive:
        for name in made.namelist():
            if name not in parts:
                content = made.read(name).decode()
                archive.writestr(
                    name, content.replace("</Relationships>", NUMBERING) if name.startswith("word/_rels") else content
                )
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
NUMBERING = (
    '<Relationship Id="r2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" '
    'Target="numbering.xml"/></Relationships>'
)


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
