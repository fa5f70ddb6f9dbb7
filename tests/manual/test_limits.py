"""Hostile files cost themselves: size, pages, words, unpacking, nesting, time and memory, each with a clear reason."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bot.manual import apart
from bot.manual.apart import Reader
from bot.manual.blocks import Limits, Unreadable
from bot.manual.sources import publish, published
from tests.manual.conftest import pdf_file

LONGER_THAN_SHORT = "word " * 3000


def why(name: str, content: bytes | str, limits: Limits | None = None) -> str:
    data = content.encode() if isinstance(content, str) else content
    with Reader(limits or Limits()) as reader, pytest.raises(Unreadable) as caught:
        reader.read(Path(name), data)
    return str(caught.value)


def pdf_with_stream(stream: bytes, declared: str = "/Filter /FlateDecode") -> bytes:
    """A PDF of one page whose content is this packed stream."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
        b"/Resources << /Font << /F1 3 0 R >> >> >>",
        b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(stream), declared.encode(), stream),
    ]
    return pdf_file(objects)


def docx_with(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(f"word/{name}.xml", content)
    return out.getvalue()


WORD = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'


class TestTime:
    def test_a_pdf_that_takes_for_ever_is_given_up(self) -> None:
        endless = zlib.compress(b"BT /F1 9 Tf " + b"(a) Tj 1 0 0 1 5 5 Tm " * 3_000_000)
        began = time.monotonic()
        said = why("a.pdf", pdf_with_stream(endless), Limits(seconds=2))
        assert said == "reading it takes more than 2 seconds: save it anew, or split it"
        assert time.monotonic() - began < 10

    def test_what_comes_after_it_is_read(self, pdf: Callable[..., bytes], data: Path, tmp_path: Path) -> None:
        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / "1.pdf").write_bytes(
            pdf_with_stream(zlib.compress(b"BT /F1 9 Tf " + b"(a) Tj 1 0 0 1 5 5 Tm " * 3_000_000))
        )
        (folder / "2.pdf").write_bytes(pdf(["we write as we speak."]))
        report = publish(data, folder, limits=Limits(seconds=3))
        assert [name for name, _ in report.unreadable] == ["1.pdf"]
        assert [p.text for p in published(data).values()] == ["we write as we speak."]

    def test_markdown_that_takes_for_ever_is_given_up(self) -> None:
        assert "more than 2 seconds" in why("a.md", "![[" * 200_000, Limits(seconds=2))

    @pytest.mark.parametrize(
        "text",
        ["[" * 9_000, "![[" * 3_000, "# a" + "\t" * 9_000 + "{", "{{<" * 3_000, "{:" * 4_500, "<!--" * 2_200, ">" * 9_000,
         "<table><tr><td>" * 600, "`" * 9_000, "*a **a " * 1_300, "---\n" + "a\n" * 4_000, "&" * 9_000,
         "|a" * 2_000 + "\n" + "|-" * 2_000],
    )  # fmt: skip
    def test_short_markdown_is_read_at_once_whatever_it_is(self, text: str) -> None:
        assert len(text) <= apart._SHORT
        began = time.process_time()
        with Reader(Limits()) as reader, suppress(Unreadable):  # refused is as good
            reader.read(Path("a.md"), text.encode())
        assert time.process_time() - began < 3
        assert reader._process is None


class TestUnpacking:
    def test_a_pdf_that_unpacks_to_gigabytes_is_given_up(self) -> None:
        packer = zlib.compressobj(9)
        bomb = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(150)) + packer.flush()
        assert "a.pdf" not in (said := why("a.pdf", pdf_with_stream(bomb)))
        assert "broken" in said
        twice = zlib.compress(zlib.compress(b"\0" * 150_000_000))
        assert "broken" in why("a.pdf", pdf_with_stream(twice, "/Filter [/FlateDecode /FlateDecode]"))

    def test_a_docx_that_lies_about_its_size_is_given_up(self) -> None:
        packed = bytearray(docx_with(document=b"0" * 6_000_000))
        at = packed.rfind(b"PK\x01\x02")
        packed[at + 24 : at + 28] = (100).to_bytes(4, "little")
        said = why("a.docx", bytes(packed), Limits(unpacked_megabytes=2))
        assert "broken" in said or "past the limit of 2 MB" in said

    def test_many_parts_count_together(self) -> None:
        parts = {f"part{n}": b"0" * 500_000 for n in range(5)}
        assert "past the limit of 2 MB" in why(
            "a.docx", docx_with(document=WORD, **parts), Limits(unpacked_megabytes=2)
        )

    def test_entities_that_multiply_are_refused(self) -> None:
        entities = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 20) for n in range(1, 10))
        laughs = (
            b'<!DOCTYPE w [<!ENTITY e0 "ha">%s]>' % entities
            + WORD
            + b"<w:body><w:p><w:r><w:t>&e9;</w:t></w:r></w:p></w:body></w:document>"
        )
        said = why("a.docx", docx_with(document=laughs), Limits(seconds=20))
        assert "broken" in said


class TestNesting:
    @pytest.mark.parametrize("tags", ["<div>", "<table><tr><td>", "<ul><li>", "<b>", "<blockquote><p>"])
    def test_html_without_end(self, tags: str) -> None:
        assert "nested" in why("a.html", tags * 20_000 + "x", Limits(seconds=30))

    def test_a_docx_without_end(self) -> None:
        deep = (
            WORD
            + b"<w:body>"
            + b"<w:tbl><w:tr><w:tc>" * 3000
            + b"</w:tc></w:tr></w:tbl>" * 3000
            + b"</w:body></w:document>"
        )
        said = why("a.docx", docx_with(document=deep), Limits(seconds=30))
        assert "nested" in said or "broken" in said or "no text" in said

    def test_pages_that_are_their_own_parents(self, pdf: Callable[..., bytes]) -> None:
        ring = pdf(["a b"]).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]")
        assert "broken" in why("a.pdf", ring, Limits(seconds=20))


def test_too_many_words() -> None:
    said = why("a.md", LONGER_THAN_SHORT, Limits(words=2000))
    assert said == "it has 3,000 words, the limit is 2,000: publish the part that is on posting"
    assert "words" in why("a.html", f"<p>{LONGER_THAN_SHORT}", Limits(words=2000))


def test_too_much_memory_is_a_clear_reason() -> None:
    rows = "<tr>" + "<td>a" * 50 + "</tr>"
    said = why("a.html", f"<table>{rows * 5_000}", Limits(memory_megabytes=120, seconds=60))
    assert "memory" in said


def test_a_reader_that_dies_is_a_clear_reason_and_the_next_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with Reader(Limits()) as reader:
        reader.read(Path("a.html"), b"<p>Hello.")
        assert reader._process is not None
        reader._process.kill()
        with pytest.raises(Unreadable, match="crashed"):
            reader.read(Path("b.html"), b"<p>Hello.")
        assert reader.read(Path("c.html"), b"<p>Hello.")[0].blocks[0].text == "Hello."


def test_the_process_that_reads_has_no_keys_and_ends_with_us(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with Reader(Limits()) as reader:
        reader.read(Path("a.html"), b"<p>Hello.")
        assert reader._process is not None
        number = reader._process.pid
        if Path(f"/proc/{number}/environ").exists():
            assert b"secret" not in Path(f"/proc/{number}/environ").read_bytes()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_it_ends_when_nobody_asks_any_more() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bot.manual.apart"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(20) == 0
    assert process.stdout is not None
    process.stdout.close()


def test_read_apart_is_read_the_same(pdf: Callable[..., bytes], docx: Callable[..., bytes]) -> None:
    from bot.manual.read import read

    files = {
        "a.pdf": pdf(["1 Voice", "We write as we speak.", "1.1 Jokes", "Jokes about people are never fine."]),
        "a.docx": docx(("Heading1", "Manual"), ("Normal", "Be kind, “please” – ñ.")),
        "a.html": b"<h1 id=x>A</h1><table><tr><th>N<th>L<tr><td>X<td>280</table><ul><li>a<li>b</ul>",
        "a.md": ("# A\n\nDo not:\n\n- shout\n\n" + LONGER_THAN_SHORT).encode(),
    }
    with Reader(Limits()) as reader:
        for name, content in files.items():
            assert reader.read(Path(name), content) == read(Path(name), content, Limits()), name
