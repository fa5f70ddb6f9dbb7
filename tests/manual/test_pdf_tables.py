"""Tables of a PDF, which knows only where words stand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.manual.blocks import Limits
from bot.manual.read import read
from tests.manual.conftest import pdf_file

Word = tuple[int, int, str, bool]


def pdf_of(*pages: Sequence[Word]) -> bytes:
    """A PDF with words at places: from the left, from below, the words, whether in bold."""
    fonts = [
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica%s /Encoding /WinAnsiEncoding >>" % face
        for face in (b"", b"-Bold")
    ]
    kids = b" ".join(b"%d 0 R" % (6 + 2 * n) for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages)),
        *fonts,
    ]
    for number, words in enumerate(pages):
        shown = "".join(f"BT /F{1 + bold} 11 Tf 1 0 0 1 {x} {y} Tm ({text}) Tj ET\n" for x, y, text, bold in words)
        stream = shown.encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (5 + 2 * number)
        )
    return pdf_file(objects)


def page(rows: Sequence[Sequence[str]], columns: Sequence[int] = (50, 170, 300), bold: int = -1) -> list[Word]:
    """A heading, a sentence, the rows (the one numbered `bold` in bold), a sentence."""
    words: list[Word] = [
        (50, 800, "1 Limits", False),
        (50, 780, "Each of our networks has a limit, and these are all of them:", False),
    ]
    y = 760
    for number, row in enumerate(rows):
        words += [(x, y, cell, number == bold) for x, cell in zip(columns, row, strict=False) if cell]
        y -= 16
    return [*words, (50, y - 12, "Whoever needs more room than that writes a second post and says so in it.", False)]


def texts(content: bytes) -> list[str]:
    return [block.text for section in read(Path("a.pdf"), content, Limits()) for block in section.blocks]


FIGURES = [
    ("Network", "Limit", "Note"),
    ("LinkedIn", "3,000", "folded after two lines"),
    ("X", "280", "a link weighs 23"),
    ("Bluesky", "300", "as seen"),
]
WORDS = [
    ("Say", "Rather not", "Why"),
    ("heat pump", "climate box", "people know it"),
    ("fitter", "technician", "so they call it"),
    ("flat", "unit", "people live in it"),
]


def test_words_over_figures_name_the_columns() -> None:
    assert texts(pdf_of(page(FIGURES))) == [
        "Each of our networks has a limit, and these are all of them:",
        "Network: LinkedIn | Limit: 3,000 | Note: folded after two lines",
        "Network: X | Limit: 280 | Note: a link weighs 23",
        "Network: Bluesky | Limit: 300 | Note: as seen",
        "Whoever needs more room than that writes a second post and says so in it.",
    ]


def test_a_first_row_in_bold_names_the_columns_and_one_like_the_others_does_not() -> None:
    assert texts(pdf_of(page(WORDS, bold=0)))[1] == "Say: heat pump | Rather not: climate box | Why: people know it"
    assert texts(pdf_of(page(WORDS)))[1:3] == ["Say | Rather not | Why", "heat pump | climate box | people know it"]


def test_a_cell_of_several_lines_is_one() -> None:
    rows = [*FIGURES, ("Mastodon", "500", "unless the server that you"), ("", "", "are on says otherwise")]
    assert (
        texts(pdf_of(page(rows)))[-2]
        == "Network: Mastodon | Limit: 500 | Note: unless the server that you are on says otherwise"
    )


def test_an_empty_cell_stays_in_its_column() -> None:
    rows = [*FIGURES, ("Mastodon", "", "each server sets its own")]
    assert texts(pdf_of(page(rows)))[-2] == "Network: Mastodon |  | Note: each server sets its own"


def test_a_list_is_no_table() -> None:
    items = [
        ("•", "Never a name that nobody has agreed to."),
        ("•", "Never a picture of a child."),
        ("•", "Never a price."),
    ]
    assert texts(pdf_of(page(items, (50, 75))))[1:4] == [f"- {words}" for _, words in items]
    numbered = [(f"{n}.", words) for n, (_, words) in enumerate(items, start=1)]
    assert texts(pdf_of(page(numbered, (50, 75))))[1:4] == [f"{n} {words}" for n, words in numbered]


def test_two_columns_of_prose_are_no_table() -> None:
    left = ["We write as we speak and keep", "our sentences short, so that", "people read them to the end."]
    right = ["Ask before you show a face", "and describe each picture for", "those who can not see it."]
    words = [(x, 780 - 14 * n, line, False) for x, lines in ((50, left), (320, right)) for n, line in enumerate(lines)]
    assert " ".join(texts(pdf_of([(50, 800, "1 Style", False), *words]))) == " ".join([*left, *right])


def test_two_lines_side_by_side_are_no_table() -> None:
    found = texts(pdf_of(page([("Made in Reus", "2026"), ("Printed in Vic", "2027")], (50, 300))))
    assert not any(" | " in text for text in found)


def test_a_heading_behind_a_table_is_one() -> None:
    words = page(FIGURES)[:-1]
    content = pdf_of(
        [
            *words,
            (50, 640, "Pictures", False),
            (50, 620, "Describe each of them for those who can not see it, always.", False),
        ]
    )
    assert [s.heading[-1] for s in read(Path("a.pdf"), content, Limits())] == ["1 Limits", "Pictures"]
