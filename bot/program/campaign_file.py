"""Campaigns from a plan that people keep as a file: YAML, or CSV from a spreadsheet."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from bot.datafile import line_of
from bot.errors import InputError
from bot.program.campaign_csv import HeaderError, rows_of
from bot.program.campaign_dates import zone_of
from bot.program.campaign_entry import FIELDS, Slip, campaign_of
from bot.program.models import Campaign

Kind = Literal["yaml", "csv"]
KINDS: dict[str, Kind] = {".yaml": "yaml", ".yml": "yaml", ".json": "yaml", ".csv": "csv", ".tsv": "csv"}
"""By a file's ending; JSON is YAML."""
LONGEST = 1_000_000
"""Characters of a plan."""
_TOP = ("time_zone", "campaigns")


@dataclass(frozen=True)
class Problem:
    """What can't be used of a plan, and what to write instead."""

    line: int
    what: str
    entry: int = 0
    """The line on which the campaign starts that it is about; 0: the whole plan."""

    def at(self, path: Path) -> str:
        return f"{path}:{self.line}: {self.what}"


@dataclass(frozen=True)
class PlanFile:
    """What a plan says."""

    campaigns: tuple[Campaign, ...]
    problems: tuple[Problem, ...]
    """By line. What they are about is missing from `campaigns`; the rest goes on."""
    lines: dict[str, int]
    """Id of a campaign → the line that it starts on."""
    time_zone: str
    """Whose times those are that name no zone."""


def read_campaigns(
    text: str, path: Path, *, time_zone: str | None = None, languages: Sequence[str] = (), kind: Kind | None = None
) -> PlanFile:
    """The campaigns of a plan; `path` says by its ending how to read it, unless `kind` does.

    `time_zone` goes before the plan's own `time_zone:`; without either it is UTC. `languages` are those that a
    campaign without `language` may be in. Raises `InputError` for a plan that can't be read at all.
    """
    kind = kind or KINDS.get(path.suffix.lower())
    if kind is None:
        raise InputError(f"{path}: a plan ends in .yaml or .csv: rename it, or say which of them it is")
    if len(text) > LONGEST:
        raise InputError(f"{path}: has {len(text):,} characters; at most {LONGEST:,} can be read: split it")
    given = zone_of(time_zone) if time_zone else None
    text = text.removeprefix("\ufeff")
    if kind == "csv":
        return _from_csv(text, given or ZoneInfo("UTC"), languages)
    return _from_yaml(text, given, languages)


def text_of(raw: bytes, path: Path) -> str:
    """A plan's text. Raises `InputError` for what isn't UTF-8."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}:{line}: not UTF-8: save it as UTF-8 (in Excel: “CSV UTF-8”)") from None


def _from_csv(text: str, zone: ZoneInfo, languages: Sequence[str]) -> PlanFile:
    found = _Found(zone, languages)
    try:
        for row in rows_of(text):
            if row.values is None:
                found.problems.append(Problem(row.line, row.what, row.line))
            else:
                found.add(row.values, row.line)
    except HeaderError as error:
        found.problems += [Problem(1, line) for line in str(error).splitlines()]
    else:
        if not found.campaigns and not found.problems:
            found.problems.append(Problem(1, "there is no campaign in it: a row below the header is one"))
    return found.plan()


def _from_yaml(text: str, zone: ZoneInfo | None, languages: Sequence[str]) -> PlanFile:
    found = _Found(zone or ZoneInfo("UTC"), languages)
    try:
        tree = _parse(text)
    except _YamlError as error:
        found.problems.append(error.problem)
        return found.plan()
    where: tuple[str, ...] = ()
    entries = tree
    if isinstance(tree, dict):
        found.problems += _top(tree)
        own = tree.get("time_zone")
        if own is not None and zone is None:
            try:
                found.zone = zone_of(str(own))
            except InputError as error:
                found.problems.append(Problem(line_of(tree, ("time_zone",)), f"time_zone: {error}"))
        entries, where = tree.get("campaigns"), ("campaigns",)
    if found.problems:
        return found.plan()
    if not isinstance(entries, list) or not entries:
        line = line_of(tree, where) if isinstance(tree, dict) else 1
        found.problems.append(Problem(line, "there is no campaign in it: write a list, each with its name, topic …"))
        return found.plan()
    for number, entry in enumerate(entries):
        place: tuple[str | int, ...] = (*where, number)
        if isinstance(entry, dict):
            found.add(entry, line_of(tree, place), tree, place)
        else:
            line = line_of(tree, place)
            found.problems.append(Problem(line, "write keys with values here (name: …, topic: …)", line))
    return found.plan()


class _Found:
    """What was read so far."""

    def __init__(self, zone: ZoneInfo, languages: Sequence[str]) -> None:
        self.zone, self.languages = zone, languages
        self.campaigns: list[Campaign] = []
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}

    def add(self, entry: dict[Any, Any], line: int, tree: Any = None, place: tuple[str | int, ...] = ()) -> None:
        """One more entry, which starts on `line`; `tree` and `place` tell the lines of its fields."""
        slips = [Slip(str(key), _unknown(str(key))) for key in entry if key not in FIELDS]
        read = campaign_of({key: value for key, value in entry.items() if key in FIELDS}, self.zone, self.languages)
        slips += read if isinstance(read, list) else []
        if isinstance(read, Campaign) and not slips:
            if read.id not in self.lines:
                self.campaigns.append(read)
                self.lines[read.id] = line
                return
            slips = [Slip("id", f"“{read.id}” is also the one of line {self.lines[read.id]}: give each its own")]
        for slip in slips:
            at = line_of(tree, (*place, slip.field)) if tree is not None else line
            self.problems.append(Problem(at, f"{slip.field[:40]}: {slip.what}", line))

    def plan(self) -> PlanFile:
        problems = tuple(sorted(self.problems, key=lambda problem: problem.line))
        return PlanFile(tuple(self.campaigns), problems, self.lines, self.zone.key)


def _unknown(key: str) -> str:
    near = difflib.get_close_matches(key, FIELDS, n=1)
    return f"unknown key. Did you mean “{near[0]}”?" if near else f"unknown key. Known here: {', '.join(FIELDS)}."


def _top(tree: dict[Any, Any]) -> list[Problem]:
    problems = []
    for key in map(str, tree):
        if key in _TOP:
            continue
        near = difflib.get_close_matches(key, _TOP, n=1)
        hint = f"Did you mean “{near[0]}”?" if near else "Known here: time_zone, campaigns."
        hint = "Campaigns are a list: put “- ” before each one's first line." if key in FIELDS else hint
        problems.append(Problem(line_of(tree, (key,)), f"unknown key “{key[:40]}”. {hint}"))
    return problems[:1] if problems and str(next(iter(tree))) in FIELDS else problems


class _YamlError(Exception):
    def __init__(self, line: int, what: object) -> None:
        self.problem = Problem(line, f"not valid YAML: {' '.join(str(what).split())[:200]}")


def _parse(text: str) -> Any:
    """The tree with its lines; every plain value is text as it is written (a date stays `2027-02-01`)."""
    from ruamel.yaml import YAML
    from ruamel.yaml.constructor import RoundTripConstructor
    from ruamel.yaml.error import MarkedYAMLError

    class Texts(RoundTripConstructor):
        def as_written(self, node: Any) -> Any:
            return self.construct_scalar(node)

    for kind in ("int", "float", "bool", "timestamp"):
        Texts.add_constructor(f"tag:yaml.org,2002:{kind}", Texts.as_written)
    reader = YAML(typ="rt")
    reader.Constructor = Texts
    try:
        return reader.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _YamlError((mark.line if mark else 0) + 1, error.problem or error) from None
    except RecursionError:
        raise _YamlError(1, "lists stand inside lists too deeply") from None
    except Exception as error:  # on rubbish the parser also falls over with errors of its own
        raise _YamlError(1, str(error) or type(error).__name__) from None
