"""DOCX → blocks, by way of HTML (mammoth), with a limit to what unpacking may cost."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Any

from bot.manual.blocks import Block, Limits, Unreadable

_PLAIN_TABLES = re.compile(r"(?:Table Grid|Normal Table|Table Normal).*", re.IGNORECASE)
"""Styles that show no row as a header."""


def read_docx(data: bytes, limits: Limits) -> tuple[str, list[Block]]:
    """No title and the blocks. Raises `Unreadable` for a broken, encrypted or oversized file."""
    _check_zip(data, limits)
    import mammoth

    from bot.manual.read_html import html_blocks

    try:
        html = mammoth.convert_to_html(
            io.BytesIO(data),
            transform_document=_with_headers,
            convert_image=mammoth.images.img_element(lambda image: {"src": ""}),
            style_map="p[style-name='Title'] => h1:fresh\np[style-name='Subtitle'] => p:fresh",
        ).value
    except RecursionError:
        raise Unreadable("it is nested too deeply") from None
    except Exception as error:  # mammoth lets the errors of zip and XML parsers through
        raise Unreadable(f"the DOCX is broken ({type(error).__name__})") from None
    return "", html_blocks(html)


def _with_headers(document: Any) -> Any:
    """Tables of a style that shows a header: their first row is one, although Word rarely marks it so."""
    from mammoth import documents, transforms

    def headed(table: Any) -> Any:
        rows = table.children
        plain = _PLAIN_TABLES.fullmatch(table.style_name or "Table Grid") is not None
        if plain or len(rows) < 2 or any(getattr(row, "is_header", True) for row in rows):
            return table
        return table.copy(children=[rows[0].copy(is_header=True), *rows[1:]])

    return transforms.element_of_type(documents.Table, headed)(document)


def _check_zip(data: bytes, limits: Limits) -> None:
    most = limits.unpacked_megabytes * 1_000_000
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "word/document.xml" not in names:
                raise Unreadable("the DOCX has no document in it" if names else "the DOCX is empty")
            if any(entry.flag_bits & 1 for entry in archive.infolist()):
                raise Unreadable("it is encrypted: save it without a password")
            # The sizes in the directory can lie: unpack and count.
            unpacked = 0
            for entry in archive.infolist():
                with archive.open(entry) as packed:
                    while piece := packed.read(1 << 20):
                        unpacked += len(piece)
                        if unpacked > most:
                            raise Unreadable(f"unpacked it is past the limit of {limits.unpacked_megabytes} MB")
    except Unreadable:
        raise
    except Exception as error:  # zipfile lets the errors of zlib, lzma and the operating system through
        raise Unreadable(f"the DOCX is broken ({str(error) or type(error).__name__})") from None
