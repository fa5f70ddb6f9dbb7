"""An evaluation of answers for people and for programs: text tables, JSON, and a chart with the calibration curve.

No question stands in any of them.
"""

from __future__ import annotations

from bot.evaluation import Share
from bot.evaluation_drawing import (
    LEFT,
    RIGHT,
    ROW,
    WIDTH,
    bars,
    figure,
    legend,
    number,
    on_paper,
    percent,
    printed,
    without_figures,
    words,
)
from bot.evaluation_questions import Quality, Report, Scores

_NO_FIGURES = "Scripted answers: they test the way of a question, not its answer, so there are no quality figures."
_COLUMNS = ("Right 1st", "Right in 3", "Refused", "Unans. answered", "Abst. prec.", "Abst. recall")
_HIGH = 200
_FIRST, _IN_THREE = "#0b6e69", "#c2571a"
_REFUSED, _ANSWERED = "#3f5aa9", "#a23b72"


def as_json(report: Report) -> str:
    """The whole report; ratios as fractions from 0 to 1, null where there is nothing to divide."""
    return report.model_dump_json(indent=2)


def as_text(report: Report, width: int = 110) -> str:
    """A table and figures for a terminal or a README, `width` characters wide, without colours."""
    from rich.table import Table
    from rich.text import Text

    console = on_paper(width)
    console.print(Text(f"{_headline(report)}\n"))
    quality = report.quality
    if quality is None:
        console.print(Text(_NO_FIGURES))
        return console.export_text()
    table = Table(title=None, show_edge=False, pad_edge=False)
    table.add_column("Questions")
    for name in _COLUMNS:
        table.add_column(name, justify="right")
    table.add_row("all", *_cells(quality.overall))
    table.add_section()
    for name, scores in quality.languages.items():
        table.add_row(name, *_cells(scores))
    table.add_section()
    for name, scores in _crossing(quality):
        table.add_row(name, *_cells(scores))
    console.print(table)
    console.print()
    for label, share in _shares(quality.overall):
        console.print(Text(f"{label:<62} {percent(share):>9}   {share.count} of {share.of}"))
    console.print(
        Text(f"{'Quotes that do not stand word for word':<62} {quality.not_verbatim:>9}   of {quality.quotes}")
    )
    console.print(Text(f"{'Threshold of strength':<62} {report.threshold:>9.2f}"))
    console.print(Text(f"{'Median time':<62} {report.median_ms:>6.1f} ms"))
    return printed(console)


def as_svg(report: Report) -> str:
    """Bars of right passages for each language, and what each threshold would do; readable without colours."""
    headline = _headline(report)
    quality = report.quality
    if quality is None:
        return without_figures(headline, _NO_FIGURES)
    rows = [("all", quality.overall), *quality.languages.items(), *_crossing(quality)]
    parts = [*legend(LEFT, "right first", _FIRST), *legend(LEFT + 120, "right among three", _IN_THREE)]
    for at, (name, scores) in enumerate(rows):
        parts += bars(at, name, (_FIRST, scores.right_first.share), (_IN_THREE, scores.right_in_three.share))
    top = 100 + len(rows) * ROW
    parts += _curve(report, quality, top)
    shown = "; ".join(
        f"{name}: right first {number(s.right_first.share)}, right among three {number(s.right_in_three.share)}"
        for name, s in rows
    )
    described = f"{shown}. {_at_threshold(report, quality)}"
    return figure(headline, described, parts, top + _HIGH + 110, LEFT + WIDTH + RIGHT)


def _curve(report: Report, quality: Quality, top: int) -> list[str]:
    """For each threshold the share of answerable questions refused and of unanswerable ones answered."""
    base = top + 44 + _HIGH
    parts = [
        *legend(LEFT, "answerable, refused", _REFUSED, top),
        *legend(LEFT + 170, "unanswerable, answered (dashed)", _ANSWERED, top),
    ]
    for step in range(5):
        y = base - step * _HIGH / 4
        parts.append(f'<path d="M{LEFT} {y:g}h{WIDTH}" stroke="#d5dcde"/>')
        parts.append(words(LEFT - 8, y + 4, f"{25 * step} %", 11, "end"))
        parts.append(words(LEFT + step * WIDTH / 4, base + 18, f"{step / 4:g}", 11, "middle"))
    lines = (
        ([(p.threshold, p.refused) for p in quality.curve], _REFUSED, ""),
        ([(p.threshold, p.answered) for p in quality.curve], _ANSWERED, ' stroke-dasharray="6 4"'),
    )
    for points, colour, dashes in lines:
        path = " ".join(f"{LEFT + x * WIDTH:.1f},{base - y * _HIGH:.1f}" for x, y in points if y is not None)
        if path:
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dashes}/>')
    at = LEFT + report.threshold * WIDTH
    parts.append(f'<path d="M{at:g} {base}V{base - _HIGH}" stroke="#1c2326" stroke-dasharray="2 3"/>')
    parts.append(words(at, base - _HIGH - 6, f"in use: {report.threshold:.2f}", 11, "middle"))
    parts.append(words(LEFT, base + 42, _at_threshold(report, quality), 11))
    return parts


def _at_threshold(report: Report, quality: Quality) -> str:
    nearest = min(quality.curve, key=lambda point: abs(point.threshold - report.threshold))
    return (
        f"Threshold {report.threshold:.2f}: {number(nearest.refused)} of the answerable refused, "
        f"{number(nearest.answered)} of the unanswerable answered"
    )


def _headline(report: Report) -> str:
    who = f"model {report.model}, answered {percent(report.answered_by_model)}" if report.model else "no model"
    edition = f", manual in “{report.edition}” alone" if report.edition else ""
    return f"Bonvent on {report.questions} labelled questions: {who}{edition}"


def _crossing(quality: Quality) -> list[tuple[str, Scores]]:
    return [("in their language", quality.within), ("across languages", quality.across)]


def _shares(scores: Scores) -> list[tuple[str, Share]]:
    return [
        ("Answered from a right passage: the first one cited", scores.right_first),
        ("… among the first three", scores.right_in_three),
        ("Answerable, and refused", scores.refused),
        ("Unanswerable, and passages given as an answer", scores.wrongly_answered),
        ("Abstention, precision: refused ones that are unanswerable", scores.abstention_precision),
        ("Abstention, recall: unanswerable ones that are refused", scores.abstention_recall),
    ]


def _cells(scores: Scores) -> list[str]:
    return [number(share.share) for _, share in _shares(scores)]
