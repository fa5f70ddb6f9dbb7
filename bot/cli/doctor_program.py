"""How the ambassadors' program stands, in a line or two: its files, its campaigns, a freeze."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bot.checks import Check
from bot.datafile import KnowledgeError
from bot.figures import told_in_words
from bot.program.angles import FILE as ANGLES
from bot.program.angles import Angles, load_angles
from bot.program.knowledge import Program, load_program
from bot.program.signs import load_formula
from bot.settings import Settings
from bot.store.diagnosis import Standing

_SHOWN = 5


def checks(settings: Settings, standing: Standing | None) -> Iterator[Check]:
    """`standing` None: there is no database that tells."""
    knowledge = settings.knowledge
    broken: list[str] = []
    program = _read(load_program, knowledge, broken)
    formula, angles = _read(load_formula, knowledge, broken), _read(load_angles, knowledge, broken)
    for says in broken:
        yield Check("program", "broken", says, "mend that line; until then `bonvent serve` doesn't start")
    if isinstance(program, Program) and not program.topics:
        path = knowledge / "program.yaml"
        yield Check(
            "program", "note", f"none: {path} {'names no topics' if path.is_file() else 'is missing'}",
            "give it the topics of your company to have ambassadors and campaigns (`bonvent init` shows one)",
        )  # fmt: skip
    elif isinstance(program, Program) and formula is not None and isinstance(angles, Angles):
        yield Check(
            "program",
            "ok",
            "; ".join([f"{len(program.topics)} topics, {len(angles.angles)} angles", *_stands(standing)]),
        )
        if (knowledge / ANGLES).is_file() and (odd := _unknown_topics(program, angles)):
            yield Check(
                "angles", "note", f"{knowledge / ANGLES} names topics that program.yaml lacks: {', '.join(odd)}",
                "such an angle is never shown: `bonvent policy check` says which one",
            )  # fmt: skip
        if settings.slack_bot_token is not None and not settings.managers:
            yield Check(
                "program", "note", "nobody plans campaigns in Slack: there is no community manager",
                "set BONVENT_MANAGERS to their user ids (U…)",
            )  # fmt: skip
    yield from _troubles(standing or Standing())


def _read(load: Callable[[Path], Any], knowledge: Path, broken: list[str]) -> Any:
    """What a file says; or None, and what is wrong with it as one line."""
    try:
        return load(knowledge)
    except KnowledgeError as error:
        first, *more = str(error).splitlines()
        broken.append(f"{first} (and {len(more)} more)" if more else first)
        return None


def _stands(standing: Standing | None) -> Iterator[str]:
    if standing is None:
        return
    runs = "1 campaign runs" if standing.running == 1 else f"{standing.running} campaigns run"
    yield f"{runs}, {standing.coming} to come"
    yield f"{told_in_words(standing.ambassadors)} ambassadors"


def _unknown_topics(program: Program, angles: Angles) -> list[str]:
    known = {topic.id for topic in program.topics}
    return sorted({topic for angle in angles.angles for topic in angle.topics} - known)[:_SHOWN]


def _troubles(standing: Standing) -> Iterator[Check]:
    if standing.frozen_at is not None:
        yield Check(
            "freeze", "note", f"everything is frozen since {standing.frozen_at:%Y-%m-%d %H:%M} UTC: nobody is nudged",
            "a community manager lifts it with /bonvent lift",
        )  # fmt: skip
    for campaign in standing.lost[:_SHOWN]:
        yield Check(
            "campaigns", "broken", f"{campaign} is paused, since Bonvent can't post in its channel",
            f"write /invite @Bonvent there, then `bonvent campaign resume {campaign}`; or give it another channel",
        )  # fmt: skip
