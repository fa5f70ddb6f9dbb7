"""What the tests of the manual share: files of every format, made here, and an embedder that needs no model."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

CLAIMS = """---
title: Style manual
---
# Our manual

Write as you speak.

## Claims {#claims}

Never guarantee a result **without** a [public source](https://example.com).

## Photographs {#photos}

Ask people before you show their faces. Describe every picture for those who can't see it.
"""


class CountingEmbedder:
    """Words hashed into 32 dimensions. Counts what it embeds."""

    name = "hashed-words"
    dimensions = 32
    knows_catalan = True
    slow = False

    def __init__(self, name: str = "hashed-words", dimensions: int = 32) -> None:
        self.name, self.dimensions = name, dimensions
        self.seen: list[str] = []

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        self.seen.extend(texts)
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.lower().split():
                row[hashlib.sha256(word.strip(".,:").encode()).digest()[0] % self.dimensions] += 1
            row /= max(float(np.linalg.norm(row)), 1e-6)
        return rows

    def embed_queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.embed(texts)


@pytest.fixture
def embedder() -> CountingEmbedder:
    return CountingEmbedder()


@pytest.fixture
def manual(tmp_path: Path) -> Path:
    """A folder with an English and a Spanish edition of one file."""
    folder = tmp_path / "style"
    for language, text in {
        "en": CLAIMS,
        "es": CLAIMS.replace("Claims {", "Promesas {")
        .replace("Photographs {", "Fotografías {")
        .replace("Write as you speak.", "Escribe como hablas.")
        .replace(
            "Never guarantee a result **without** a [public source]",
            "Nunca garantices un resultado sin una [fuente pública]",
        )
        .replace("Ask people before you show their faces.", "Pide permiso a la gente antes de enseñar su cara.")
        .replace("Describe every picture for those who can't see it.", "Describe cada foto para quien no la ve."),
    }.items():
        (folder / language).mkdir(parents=True)
        (folder / language / "rules.md").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def pdf() -> Callable[..., bytes]:
    return make_pdf


@pytest.fixture
def docx() -> Callable[..., bytes]:
    return make_docx


def make_pdf(*pages: Sequence[str]) -> bytes:
    """A PDF whose pages show these lines (Latin letters only); a page without lines is blank, as a scan is."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for lines in pages:
        shown = " T* ".join(
            "(" + line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") + ") Tj" for line in lines
        )
        stream = f"BT /F1 11 Tf 14 TL 50 780 Td {shown} ET".encode("cp1252") if lines else b""
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return pdf_file(objects)


def pdf_file(objects: Sequence[bytes]) -> bytes:
    """The file of these objects, numbered from 1; the first one is the catalog."""
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))
    return out.getvalue()


def make_docx(*paragraphs: tuple[str, str]) -> bytes:
    """A DOCX of (style, text) paragraphs; the styles are `Normal`, `Heading1`, `Heading2` …"""
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/></w:style>'
        for n in range(1, 4)
    )
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kinds = "http://schemas.openxmlformats.org/package/2006/content-types"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{kinds}"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{main}.document.main+xml"/>'
            f'<Override PartName="/word/styles.xml" ContentType="{main}.styles+xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/officeDocument" '
            'Target="word/document.xml"/></Relationships>',
        )
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{office}/styles" Target="styles.xml"/>'
            "</Relationships>",
        )
        archive.writestr("word/styles.xml", f'<w:styles xmlns:w="{word}">{styles}</w:styles>')
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{word}"><w:body>{body}</w:body></w:document>')
    return out.getvalue()
