"""Passages that community managers write: a source of its own, a Markdown file a language, a section for each."""

from __future__ import annotations

from pathlib import Path

import regex

from bot.manual.blocks import slug
from bot.manual.gather import gather
from bot.manual.sources import ANSWERS, Report, put, written
from bot.manual.store import ManualError, replace_file, writing
from bot.manual.vectors import Notice

MOST_HEADING = 150
"""Letters."""
MOST_TEXT = 10_000
_SPECIAL = regex.compile(r"[\\`*_{}\[\]<>#|~&]|(?<=\{):")
_MARKER = regex.compile(r"(?:[-*+•]|(?P<number>\d{1,3})[.)])[ \t]+(?=\S)")
_ANCHOR = regex.compile(r"\{#([\w.:-]+)\}[ \t]*$", regex.MULTILINE)
_UNSEEN = regex.compile(r"[\p{Cc}\p{Cs}\p{Zl}\p{Zp}--[\n\t]]", regex.VERSION1)


def write_passage(data: Path, heading: str, text: str, language: str, by: str, notice: Notice | None = None) -> Report:
    """Adds a section to the answers in `language` (two letters) and publishes it at once.

    The report's `version.touched` has the new section. The same again, after a crash, adds nothing. Text is taken as words:
    paragraphs and lists stay, other marks of Markdown are letters like any others. Raises `ManualError` for what is empty
    or too long.
    """
    heading, text = _clean(heading, text)
    if not heading or not text:
        raise ManualError("a passage needs a heading and a text: write both")
    if len(heading) > MOST_HEADING or len(text) > MOST_TEXT:
        raise ManualError(
            f"a heading has at most {MOST_HEADING} characters and a passage {MOST_TEXT:,}: shorten it, or upload it as a file"
        )
    file = _file(data, language)
    with writing(data):
        before = _read(file)
        file.parent.mkdir(parents=True, exist_ok=True)
        if _anchor_of(heading, text, before) is None:
            replace_file(file, (before + as_markdown(heading, text, _free_anchor(slug(heading), before))).encode())
        gathered = gather(written(data))
        passages, files = gathered.as_source(ANSWERS)
        return put(data, ANSWERS, str(written(data)), passages, files, gathered.unreadable, by=by, notice=notice)


def written_anchor(data: Path, heading: str, text: str, language: str) -> str | None:
    """The anchor of the section that was written with just these words; None: it wasn't."""
    return _anchor_of(*_clean(heading, text), _read(_file(data, language)))


def as_markdown(heading: str, text: str, anchor: str) -> str:
    """A section whose words are exactly those of `text`, which nobody wrote as Markdown."""
    paragraphs = [line for line in regex.split(r"\n[ \t]*\n", text) if line.strip()]
    lines = [_paragraph(paragraph) for paragraph in paragraphs]
    return f"## {_plain(heading)} {{#{anchor}}}\n\n" + "\n\n".join(lines) + "\n\n"


def _clean(heading: str, text: str) -> tuple[str, str]:
    return " ".join(_UNSEEN.sub(" ", heading).split()), _UNSEEN.sub(" ", text.replace("\r\n", "\n")).strip()


def _file(data: Path, language: str) -> Path:
    return written(data) / language / f"{ANSWERS}.md"


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except FileNotFoundError:
        return ""


def _anchor_of(heading: str, text: str, before: str) -> str | None:
    """The anchor that stands in what was written before, with just this heading and text."""
    head, tail = as_markdown(heading, text, "\0").split("\0")
    found = regex.search(rf"(?:^|\n){regex.escape(head)}([\w.:-]+){regex.escape(tail)}(?=\Z|## )", before)
    return found[1] if found else None


def _paragraph(paragraph: str) -> str:
    """A line each; one that begins with a list's sign is an item of it."""
    lines = []
    for line in paragraph.strip().splitlines():
        line = line.strip()
        marker = _MARKER.match(line)
        if marker:
            sign = f"{marker['number']}." if marker["number"] else "-"
            lines.append(f"{sign} {_line(line[marker.end() :])}")
        elif line:
            lines.append(_line(line))
    return "\n".join(lines)


def _line(line: str) -> str:
    """A line that begins nothing but a line."""
    number = regex.match(r"\d+(?=[.)])", line)
    at = number.end() if number else 0
    if number or line[0] in "-+:=":
        return f"{line[:at]}\\{_plain(line[at:]).removeprefix(chr(92))}"
    return _plain(line)


def _plain(line: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", line)


def _free_anchor(wanted: str, before: str) -> str:
    taken, number, anchor = set(_ANCHOR.findall(before)), 1, wanted
    while anchor in taken:
        number += 1
        anchor = f"{wanted}-{number}"
    return anchor
