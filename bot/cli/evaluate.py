"""`bonvent eval`: how good the reviews are, on labelled drafts, and the answers, on labelled questions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import parts
from bot.errors import BonventError, InputError

if TYPE_CHECKING:
    from bot.coach.models import Review
    from bot.evaluation_labels import QuestionCase
    from bot.evaluation_questions import Answered, Ask
    from bot.parts import Coach
    from bot.settings import Settings

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("eval")
@click.argument("file", type=_FILE, required=False)
@click.option("--questions", type=_FILE, help="Measure the answers on labelled questions, instead.")
@click.option("--edition", metavar="LANG", help="With --questions: search the manual's passages in this language only.")
@click.option("--chart", type=click.Path(path_type=Path, dir_okay=False), help="Write the figures as an SVG, too.")
@click.option("--details", is_flag=True, help="List every draft or question that went wrong.")
@parts.knowledge_option
@parts.no_model_option
@parts.format_option
def command(
    file: Path | None,
    questions: Path | None,
    edition: str | None,
    chart: Path | None,
    details: bool,
    knowledge: Path | None,
    no_model: bool,
    output: str,
) -> None:
    """Measure the reviews on labelled drafts, or the answers on labelled questions.

    FILE has one {"id","text","network","lang","labels":[{"category","quote"}],"verdict","kind"} a line. Printed are
    precision, recall and F1 of must-fix findings by category, the verdicts, and the false alarms on fine and on
    protected drafts.

    The file of --questions has one {"id","question","lang","answerable","passages":[heading, …]} a line. Printed are how
    many were answered from a right passage, how many of the others were refused, and whether quotes stand word for word.
    """
    if (file is None) == (questions is None):
        raise click.UsageError("give a FILE of drafts or --questions FILE")
    if questions is None and edition is not None:
        raise click.UsageError("--edition goes with --questions")
    settings = parts.settings_for(knowledge)
    if file is not None:
        text, json, svg, wrong = _drafts(settings, file, no_model)
    else:
        assert questions is not None
        text, json, svg, wrong = _questions(settings, questions, edition, no_model)
    click.echo(json() if output == "json" else text())
    if details and output != "json":
        for line in wrong:
            click.echo(line)
    if chart is not None:  # last: a place that can't be written costs no figures
        chart.write_text(svg(), encoding="utf-8")
        parts.notice(f"chart: {chart}")


_Shown = tuple[Callable[[], str], Callable[[], str], Callable[[], str], list[str]]
"""The figures as text, as JSON, as SVG; and a line for each that went wrong."""


def _drafts(settings: Settings, file: Path, no_model: bool) -> _Shown:
    from bot.evaluation import evaluate, load_cases
    from bot.evaluation_chart import as_json, as_svg, as_text

    cases = load_cases(file)
    coach = parts.coach_for(settings, no_model)
    with parts.progress() as advance:
        answers = _counted(coach.reviews([case.draft for case in cases]), len(cases), advance)
        report = evaluate(cases, lambda _: next(answers))
    wrong = [differs.model_dump_json() for differs in report.quality.differs] if report.quality else []
    return lambda: as_text(report), lambda: as_json(report), lambda: as_svg(report), wrong


def _counted(answers: Iterator[Review | BonventError], total: int, advance: object) -> Iterator[Review]:
    assert callable(advance)
    for done, answer in enumerate(answers, start=1):
        if isinstance(answer, BonventError):
            raise answer
        advance("reviewing", done, total)
        yield answer


def _questions(settings: Settings, file: Path, edition: str | None, no_model: bool) -> _Shown:
    from bot.coach.passages import THRESHOLD
    from bot.evaluation_curve import as_json, as_svg, as_text
    from bot.evaluation_labels import load_questions
    from bot.evaluation_questions import evaluate

    coach = parts.coach_for(settings, no_model, for_drafts=False)
    questions = load_questions(file, coach.manual.passages.values())
    if edition is not None:
        coach = _in_edition(coach, edition)
    with parts.progress() as advance:
        ask = _asking(coach, lambda done: advance("asking", done, len(questions)))
        report = evaluate(questions, ask, coach.manual.passages, threshold=THRESHOLD, edition=edition)
    wrong = [one.model_dump_json() for one in report.quality.wrong] if report.quality else []
    return lambda: as_text(report), lambda: as_json(report), lambda: as_svg(report), wrong


def _in_edition(coach: Coach, language: str) -> Coach:
    known = sorted({passage.language for passage in coach.manual.passages.values()})
    if language not in known:
        raise InputError(f"the manual has no passages in “{language[:20]}”: it has {', '.join(known)}")
    return coach.with_manual(coach.manual.edition(language))


def _asking(coach: Coach, done: Callable[[int], None]) -> Ask:
    """Asks the model where there is one; else what the manual alone gives."""
    import time

    from bot.coach.passages import evidence_for
    from bot.evaluation_questions import from_answer, from_evidence

    count = 0

    def ask(case: QuestionCase) -> Answered:
        nonlocal count
        if coach.model is not None:
            answered = from_answer(coach.answer(case.question, language=case.lang))
        else:
            started = time.perf_counter()
            found = evidence_for(case.question, coach.manual, coach.policy, coach.prompts, case.lang)
            answered = from_evidence(found, (time.perf_counter() - started) * 1000)
        count += 1
        done(count)
        return answered

    return ask
