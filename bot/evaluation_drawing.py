"""What the charts of evaluations share: words and frames as SVG, figures as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from bot.evaluation import Share

if TYPE_CHECKING:
    from rich.console import Console

ROW, LEFT, WIDTH, RIGHT = 34, 170, 360, 96
"""Pixels of a chart: from row to row, left of the bars, of the longest bar, right of it."""


def on_paper(width: int) -> Console:
    """A console that writes nowhere but into `export_text`, without colours."""
    from io import StringIO

    from rich.console import Console

    return Console(
        file=StringIO(), record=True, width=width, color_system=None, force_terminal=False, legacy_windows=False
    )


def printed(console: Console) -> str:
    """What was written on such a console, without blanks at the ends of lines."""
    return "\n".join(line.rstrip() for line in console.export_text().splitlines()) + "\n"


def number(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.2f}"


def percent(share: Share) -> str:
    return "–" if share.share is None else f"{100 * share.share:.1f} %"


def words(x: float, y: float, said: str, size: int = 13, anchor: str = "start") -> str:
    """A line of text; `anchor` says which end of it is at `x`."""
    end = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}"{end}>{escape(said)}</text>'


def legend(x: int, name: str, colour: str, y: int = 56) -> list[str]:
    return [f'<rect x="{x}" y="{y}" width="11" height="11" rx="2" fill="{colour}"/>', words(x + 17, y + 10, name)]


def bars(row: int, name: str, *measured: tuple[str, float | None]) -> list[str]:
    """A row of a chart: its name, and a bar with its figure for each colour and ratio."""
    parts = [words(16, 106 + row * ROW, name)]
    for at, (colour, value) in enumerate(measured):
        y = 88 + row * ROW + at * 14
        bar = round((value or 0) * WIDTH, 1)
        parts.append(f'<rect x="{LEFT}" y="{y}" width="{bar}" height="11" rx="2" fill="{colour}"/>')
        parts.append(words(LEFT + bar + 6, y + 10, number(value), 11))
    return parts


def without_figures(title: str, why: str) -> str:
    """A picture that says why it shows nothing."""
    return figure(title, why, [words(16, 62, why)], 80, 16 + 8 * len(why))


def figure(title: str, described: str, parts: list[str], height: int, width: int) -> str:
    """A whole picture: its title is shown, `described` is what a screen reader says."""
    width = max(width, 32 + 8 * len(title))  # about 8 pixels a letter: a long model name must fit
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    look = 'role="img" font-family="system-ui, sans-serif" fill="#1c2326"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {look}>',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(described)}</desc>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            words(16, 32, title, 15),
            *parts,
            "</svg>\n",
        ]
    )
