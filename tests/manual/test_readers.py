"""Each format becomes headings and paragraphs; what can't be read is named with the reason."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.manual.blocks import Limits, Section, Unreadable, slug
from bot.manual.read import read
from tests.manual.conftest import CLAIMS


def sections_of(name: str, content: bytes | str, limits: Limits | None = None) -> list[Section]:
    data = content.encode() if isinstance(content, str) else content
    return read(Path(name), data, limits or Limits())


def texts(section: Section) -> list[str]:
    return [block.text for block in section.blocks]


def why(name: str, content: bytes | str, limits: Limits | None = None) -> str:
    with pytest.raises(Unreadable) as caught:
        sections_of(name, content, limits)
    return str(caught.value)


class TestMarkdown:
    def test_headings_become_paths_and_front_matter_is_skipped(self) -> None:
        found = sections_of("rules.md", CLAIMS)
        assert [(s.heading, s.anchor) for s in found] == [
            (("Our manual",), "our-manual"),
            (("Our manual", "Claims"), "claims"),
            (("Our manual", "Photographs"), "photos"),
        ]

    def test_emphasis_and_links_are_reduced_to_their_words(self) -> None:
        assert texts(sections_of("rules.md", CLAIMS)[1]) == ["Never guarantee a result without a public source."]

    def test_the_title_of_the_front_matter_names_the_text_before_the_first_heading(self) -> None:
        assert sections_of("a.md", "---\ntitle: 'House style'\n---\nHello.")[0].heading == ("House style",)

    def test_list_items_keep_their_markers_and_their_order(self) -> None:
        found = sections_of("a.md", "# A\n\nDo not:\n\n- shout\n- insult\n  - not even *rivals*\n\n3. third\n4. fourth")
        assert texts(found[0]) == ["Do not:", "- shout", "- insult", "  - not even rivals", "3. third", "4. fourth"]

    def test_a_table_row_says_what_its_cells_are(self) -> None:
        found = sections_of("a.md", "# A\n\n| Network | Limit |\n|---|---|\n| LinkedIn | 3,000 |\n| X | 280 |")
        assert texts(found[0]) == ["Network: LinkedIn | Limit: 3,000", "Network: X | Limit: 280"]

    def test_comments_shortcodes_and_scripts_are_left_out(self) -> None:
        text = "# A {: .no_toc}\n\n<!-- secret -->\n{{< toc >}}\n\nReal <b>words</b>.\n\n<script>alert(1)</script>"
        assert [(s.heading, texts(s)) for s in sections_of("a.md", text)] == [(("A",), ["Real words."])]

    def test_the_same_heading_twice_has_two_anchors(self) -> None:
        found = sections_of("a.md", "# A\n\nx\n\n# A\n\ny\n\n# A 1\n\nz\n\n# A\n\nw")
        anchors = [s.anchor for s in found]
        assert len(set(anchors)) == 4
        assert anchors[:2] == ["a", "a-1"]

    def test_a_heading_that_is_all_there_is_counts_as_text(self) -> None:
        found = sections_of("a.md", "# Crisis\n\n## Say nothing before the press team does\n\n## Then\n\nAsk.")
        assert [texts(s) for s in found] == [["Say nothing before the press team does"], ["Ask."]]

    def test_a_code_block_and_a_quotation_are_kept(self) -> None:
        assert texts(sections_of("a.md", "# A\n\n> Be kind.\n\n```\nx = 1\ny = 2\n```")[0]) == [
            "Be kind.",
            "x = 1\ny = 2",
        ]

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["# ", "## ", "", "- ", "> ", "1. "]),
                st.from_regex(r"\A[a-z]{2,9}( [a-z]{2,9}){0,5}\Z"),
            ),
            min_size=1,
            max_size=25,
        )
    )
    def test_no_word_is_lost_and_the_order_stays(self, lines: list[tuple[str, str]]) -> None:
        found = sections_of("a.md", "\n\n".join(prefix + words for prefix, words in lines))
        read_words: list[str] = []
        shown: set[tuple[str, ...]] = set()
        for section in found:
            for depth in range(1, len(section.heading) + 1):
                shown.add(section.heading[:depth])
            read_words += " ".join(texts(section)).split()
        for prefix, words in lines:
            if prefix in ("# ", "## "):
                assert any(words == heading[-1] for heading in shown)
        body = [word for prefix, words in lines if prefix not in ("# ", "## ") for word in words.split()]
        position = 0
        for word in body:
            position = read_words.index(word, position) + 1

    @given(st.text(max_size=400))
    def test_any_text_is_read_or_refused_with_a_reason(self, text: str) -> None:
        try:
            found = sections_of("a.md", text.encode("utf-8", "replace"))
        except Unreadable:
            return  # its reason is tested below
        assert all(s.anchor and s.heading and s.blocks for s in found)
        assert len({s.anchor for s in found}) == len(found)


class TestHtml:
    PAGE = """<html><head><title>Site</title><style>x{}</style></head><body><nav>Home</nav><main><h1>Manual</h1>
    <p>Write <em>plain</em>&nbsp;words.</p><h2 id="faces">Faces</h2><ul><li>Ask first</li><li><p>Then post</p></li></ul>
    <table><tr><th>Network</th><th>Limit</th></tr><tr><td>X</td><td>280</td></tr></table>
    <script>alert('no')</script></main><footer>© us</footer></body></html>"""

    def test_the_page_without_its_frame(self) -> None:
        found = sections_of("a.html", self.PAGE)
        assert [(s.heading, s.anchor, texts(s)) for s in found] == [
            (("Manual",), "manual", ["Write plain words."]),
            (("Manual", "Faces"), "faces", ["- Ask first", "- Then post", "Network: X | Limit: 280"]),
        ]

    def test_a_page_nested_without_end_is_refused(self) -> None:
        assert "nested" in why("a.html", "<div>" * 5000 + "x")


class TestDocx:
    def test_headings_and_paragraphs(self, docx: Callable[..., bytes]) -> None:
        found = sections_of(
            "a.docx", docx(("Heading1", "Manual"), ("Normal", "Be kind."), ("Heading2", "Faces"), ("Normal", "Ask."))
        )
        assert [(s.heading, texts(s)) for s in found] == [(("Manual",), ["Be kind."]), (("Manual", "Faces"), ["Ask."])]

    def test_broken_encrypted_and_mislabelled_files_are_named(self, docx: Callable[..., bytes]) -> None:
        whole = docx(("Normal", "Be kind."))
        assert "broken" in why("a.docx", whole[: len(whole) // 2])
        assert "the content is not one" in why("a.docx", "just text")
        assert "encrypted" in why("a.docx", b"\xd0\xcf\x11\xe0" + b"x" * 100)
        assert "DOCX" in why("a.md", whole)

    def test_a_bomb_is_not_unpacked(self) -> None:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("word/document.xml", b"0" * 6_000_000)
        assert "past the limit of 2 MB" in why("a.docx", out.getvalue(), Limits(unpacked_megabytes=2))


class TestPdf:
    def test_numbered_headings_are_found(self, pdf: Callable[..., bytes]) -> None:
        page = ["1 Voice", "We write as we speak and we keep our sentences short, so that people", "read them to the end.",
                "1.1 Jokes", "Jokes about people are never fine."]  # fmt: skip
        found = sections_of("a.pdf", pdf(page))
        assert [(s.heading, texts(s)) for s in found] == [
            (
                ("1 Voice",),
                ["We write as we speak and we keep our sentences short, so that people read them to the end."],
            ),
            (("1 Voice", "1.1 Jokes"), ["Jokes about people are never fine."]),
        ]

    def test_without_headings_each_page_is_a_section(self, pdf: Callable[..., bytes]) -> None:
        found = sections_of("a.pdf", pdf(["we write as we speak."], ["ask before you post."]))
        assert [(s.heading, texts(s)) for s in found] == [
            (("Page 1",), ["we write as we speak."]),
            (("Page 2",), ["ask before you post."]),
        ]

    def test_a_hyphenated_word_is_joined_and_running_lines_are_dropped(self, pdf: Callable[..., bytes]) -> None:
        pages = [
            ["Acme style manual", f"part {n} has the confi-", f"dential rules of {n}.", f"{n}"] for n in (1, 2, 3, 4)
        ]
        found = sections_of("a.pdf", pdf(*pages))
        assert texts(found[0]) == ["part 1 has the confidential rules of 1."]

    def test_a_scan_an_encrypted_and_a_broken_file_are_named(self, pdf: Callable[..., bytes]) -> None:
        from pypdf import PdfReader, PdfWriter

        assert "probably scanned" in why("a.pdf", pdf([], []))
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(["Secret words."]))))
        writer.encrypt("password", algorithm="RC4-128")
        locked = io.BytesIO()
        writer.write(locked)
        assert "encrypted" in why("a.pdf", locked.getvalue())
        assert "broken" in why("a.pdf", b"%PDF-1.4\nnothing more")
        assert "the content is not one" in why("a.pdf", "hello")

    def test_too_many_pages(self, pdf: Callable[..., bytes]) -> None:
        assert "3 pages, the limit is 2" in why("a.pdf", pdf(["a b"], ["c d"], ["e f"]), Limits(pages=2))


def test_empty_binary_and_unknown_files_are_named() -> None:
    assert "empty" in why("a.md", "  \n")
    assert "binary" in why("a.md", b"abc\0def")
    assert "not a kind that is read" in why("a.xyz", "hello")
    assert "no text" in why("a.md", "<!-- only a comment -->")


def test_text_that_is_not_utf8_says_what_it_seems_to_be() -> None:
    assert "Windows-1252" in why("a.md", "promoción".encode("cp1252"))
    assert sections_of("a.txt", "promoció\n\nfi".encode("utf-16"))[0].blocks[0].text == "promoció"


@pytest.mark.parametrize(
    ("heading", "anchor"), [("Què és públic?", "que-es-public"), ("  ", "section"), ("C’s & D", "c-s-d")]
)
def test_slugs(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor
