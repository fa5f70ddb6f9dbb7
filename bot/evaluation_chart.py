"""An evaluation of reviews for people and for programs: text tables, JSON, a chart as SVG. No draft text in any of them."""

from __future__ import annotations

from bot.evaluation import Quality, Report, Score, Share
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
)

_NO_FIGURES = "Scripted answers: they test the way of a draft, not its judgement, so there are no quality figures."
_COLOURS = {"precision": "#0b6e69", "recall": "#c2571a"}


def as_json(report: Report) -> str:
    """The whole report; ratios as fractions from 0 to 1, null where there is nothing to divide."""
    return report.model_dump_json(indent=2)


def as_text(report: Report, width: int = 100) -> str:
    """Tables for a terminal or a README, `width` characters wide, without colours."""
    from rich.table import Table
    from rich.text import Text

    console = on_paper(width)
    console.print(Text(f"{_headline(report)}\n"))
    quality = report.quality
    if quality is None:
        console.print(Text(_NO_FIGURES))
        return console.export_text()
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
        console.print(Text(f"{label:<62} {percent(share):>9}   {share.count} of {share.of}"))
    return printed(console)


def as_svg(report: Report) -> str:
    """Bars of precision and recall for each category, readable without colours and by a screen reader."""
    headline = _headline(report)
    if report.quality is None:
        return without_figures(headline, _NO_FIGURES)
    rows: list[tuple[str, Score]] = [(str(name), score) for name, score in report.quality.categories.items()]
    rows.append(("all", report.quality.overall))
    parts = [
        *legend(LEFT, "precision", _COLOURS["precision"]),
        *legend(LEFT + 110, "recall", _COLOURS["recall"]),
    ]
    for at, (name, score) in enumerate(rows):
        parts += bars(at, name, (_COLOURS["precision"], score.precision), (_COLOURS["recall"], score.recall))
    described = "; ".join(f"{name}: precision {number(s.precision)}, recall {number(s.recall)}" for name, s in rows)
    return figure(headline, described, parts, 100 + len(rows) * ROW, LEFT + WIDTH + RIGHT)


def _headline(report: Report) -> str:
    who = f"model {report.model}, answered {percent(report.answered)}" if report.model else "rules alone, no model"
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
    return counts + [number(ratio) for ratio in (score.precision, score.recall, score.f1)]
