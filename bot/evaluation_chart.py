"""An evaluation for people and for programs: text tables, JSON, and a chart as SVG. No draft text in any of them."""

from __future__ import annotations

from xml.sax.saxutils import escape

from bot.evaluation import Quality, Report, Score, Share

_NO_FIGURES = "Scripted answers: they test the way of a draft, not its judgement, so there are no quality figures."
_ROW, _LEFT, _WIDTH, _RIGHT = 34, 170, 360, 96
_COLOURS = {"precision": "#0b6e69", "recall": "#c2571a"}


def as_json(report: Report) -> str:
    """The whole report; ratios as fractions from 0 to 1, null where there is nothing to divide."""
    return report.model_dump_json(indent=2)


def as_text(report: Report, width: int = 100) -> str:
    """Tables for a terminal or a README, `width` characters wide, without colours."""
    from io import StringIO

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    out = StringIO()
    console = Console(file=out, width=width, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(Text(f"{_headline(report)}\n"))
    quality = report.quality
    if quality is None:
        console.print(Text(_NO_FIGURES))
        return out.getvalue()
    for title, scores in (("Category", dict(quality.categories)), ("Language", dict(quality.languages))):
        table = Table(title=None, show_edge=False, pad_edge=False)
        table.add_column(f"{title} (must-fix)")
        for name in ("Labels", "Met", "False alarms", "Precision", "Recall", "F1"):
            table.add_column(name, justify="right")
        for name, score in scores.items():
            table.add_row(str(name), *_cells(score))
        if title == "Category":
            table.add_section()
            table.add_row("all", *_cells(quality.overall))
        console.print(table)
        console.print()
    for label, share in _shares(report, quality):
        console.print(Text(f"{label:<62} {_percent(share):>9}   {share.count} of {share.of}"))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def as_svg(report: Report) -> str:
    """Bars of precision and recall for each category, readable without colours and by a screen reader."""
    headline = _headline(report)
    if report.quality is None:
        return _svg(headline, _NO_FIGURES, [_text(16, 62, _NO_FIGURES)], 80, 16 + 8 * len(_NO_FIGURES))
    rows: list[tuple[str, Score]] = [(str(name), score) for name, score in report.quality.categories.items()]
    rows.append(("all", report.quality.overall))
    parts = [
        *_legend(_LEFT, "precision"),
        *_legend(_LEFT + 110, "recall"),
        *(_text(16, 106 + at * _ROW, name) for at, (name, _) in enumerate(rows)),
    ]
    for at, (_, score) in enumerate(rows):
        for offset, (name, value) in enumerate((("precision", score.precision), ("recall", score.recall))):
            y = 88 + at * _ROW + offset * 14
            bar = round((value or 0) * _WIDTH, 1)
            parts.append(f'<rect x="{_LEFT}" y="{y}" width="{bar}" height="11" rx="2" fill="{_COLOURS[name]}"/>')
            parts.append(_text(_LEFT + bar + 6, y + 10, "–" if value is None else f"{value:.2f}", 11))
    described = "; ".join(f"{name}: precision {_number(s.precision)}, recall {_number(s.recall)}" for name, s in rows)
    return _svg(headline, described, parts, 100 + len(rows) * _ROW, _LEFT + _WIDTH + _RIGHT)


def _headline(report: Report) -> str:
    who = f"model {report.model}, answered {_percent(report.answered)}" if report.model else "rules alone, no model"
    return f"Bonvent on {report.drafts} labelled drafts: {who}"


def _shares(report: Report, quality: Quality) -> list[tuple[str, Share]]:
    right = [("Verdict as a human gave it", quality.verdicts_strict)]
    if report.answered.count < report.drafts:
        right.append(("… or, without a model, unjudged where ready is right", quality.verdicts))
    return [
        *right,
        ("Fine drafts with a false alarm", quality.alarmed_fine),
        ("… of these, the ones that only look wrong", quality.alarmed_hard_negative),
        ("Protected drafts with a false alarm", quality.alarmed_protected),
        ("Drafts to hold, without any must-fix finding", quality.silent_holds),
    ]


def _cells(score: Score) -> list[str]:
    counts = [str(score.labels), str(score.met), str(score.false_alarms)]
    return counts + [_number(ratio) for ratio in (score.precision, score.recall, score.f1)]


def _number(ratio: float | None) -> str:
    return "–" if ratio is None else f"{ratio:.2f}"


def _percent(share: Share) -> str:
    return "–" if share.share is None else f"{100 * share.share:.1f} %"


def _text(x: float, y: float, words: str, size: int = 13) -> str:
    return f'<text x="{x:g}" y="{y:g}" font-size="{size}">{escape(words)}</text>'


def _legend(x: int, name: str) -> list[str]:
    return [f'<rect x="{x}" y="56" width="11" height="11" rx="2" fill="{_COLOURS[name]}"/>', _text(x + 17, 66, name)]


def _svg(title: str, described: str, parts: list[str], height: int, width: int) -> str:
    width = max(width, 32 + 8 * len(title))  # about 8 pixels a letter: a long model name must fit
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    look = 'role="img" font-family="system-ui, sans-serif" fill="#1c2326"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {look}>',
            f"<title>{escape(title)}</title>",
            f"<desc>{escape(described)}</desc>",
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            _text(16, 32, title, 15),
            *parts,
            "</svg>\n",
        ]
    )
