"""`bonvent eval`: how good the reviews are, on labelled drafts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import parts
from bot.errors import BonventError

if TYPE_CHECKING:
    from bot.coach.models import Review


@click.command("eval")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--chart", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures as an SVG, too.")
@click.option("--details", is_flag=True, help="List every draft where the review differs from its labels.")
@parts.knowledge_option
@parts.no_model_option
@parts.format_option
def command(file: Path, chart: Path | None, details: bool, knowledge: Path | None, no_model: bool, output: str) -> None:
    """Measure the reviews on labelled drafts.

    FILE has one {"id","text","network","lang","labels":[{"category","quote"}],"verdict","kind"} a line. Printed are
    precision, recall and F1 of must-fix findings by category, the verdicts, and the false alarms on fine and on
    protected drafts.
    """
    from bot.evaluation import evaluate, load_cases
    from bot.evaluation_chart import as_json, as_svg, as_text

    settings = parts.settings_for(knowledge)
    cases = load_cases(file)
    coach = parts.coach_for(settings, no_model)
    with parts.progress() as advance:
        answers = _counted(coach.reviews([case.draft for case in cases]), len(cases), advance)
        report = evaluate(cases, lambda _: next(answers))
    if output == "json":
        click.echo(as_json(report))
    else:
        click.echo(as_text(report))
        if details and report.quality is not None:
            for differs in report.quality.differs:
                click.echo(differs.model_dump_json())
    if chart is not None:  # last: a place that can't be written costs no figures
        chart.write_text(as_svg(report), encoding="utf-8")
        parts.notice(f"chart: {chart}")


def _counted(answers: Iterator[Review | BonventError], total: int, advance: object) -> Iterator[Review]:
    assert callable(advance)
    for done, answer in enumerate(answers, start=1):
        if isinstance(answer, BonventError):
            raise answer
        advance("reviewing", done, total)
        yield answer
