"""What the charts of evaluations share: words and frames as SVG, figures as people write them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from bot.evaluation import Share

if TYPE_CHECKING:
    from rich.console import Console


def on_paper(width: int) -> Console:
    """A console that writes nowhere but into `export_text`, without colours."""
    from io import StringIO

    from rich.console import Console

    return Console(
        file=StringIO(), record=True, width=width, color_system=None, force_terminal=False, legacy_windows=False
    )


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
