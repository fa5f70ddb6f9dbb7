"""A CSV of people who agreed elsewhere to be ambassadors, read line by line: what is wrong on one doesn't hold the others up."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.datafile import KnowledgeError
from bot.networks.loader import resolve
from bot.program.choices import Choices, Offered
from bot.program.countries import is_known
from bot.program.knowledge import minutes
from bot.program.models import Quiet
from bot.program.spreadsheet import Cells, cells_of

COLUMNS = ("user", "topics", "networks", "languages", "days", "quiet", "weekly_budget", "country", "where")
"""Of the header, in any order; only `user` must be there."""
_SLACK_ID = re.compile(r"(?=\D+\d)[UW][A-Z0-9]{2,30}")
_EMAIL = re.compile(r"[^\s@,;<>\"]{1,64}@[^\s@,;<>\"]{1,190}\.[^\s@,;<>\".]{2,}")
_DAYS = (
    "mon monday lun lunes dl dilluns 0",
    "tue tues tuesday mar martes dt dimarts 1",
    "wed wednesday mie miercoles dc dimecres 2",
    "thu thurs thursday jue jueves dj dijous 3",
    "fri friday vie viernes dv divendres 4",
    "sat saturday sab sabado ds dissabte 5",
    "sun sunday dom domingo dg diumenge 6",
)
_DAY = {name: number for number, names in enumerate(_DAYS) for name in names.split()}
_SPAN = re.compile(r"(\d{1,2}:\d\d)\s*[-–—]\s*(\d{1,2}:\d\d)")
_WHERE = {"direct": False, "dm": False, "channel": True, "channels": True, "thread": True}
_NEVER = ("none", "never", "no", "-")
_SHOWN = 40  # characters of a cell in a message


@dataclass(frozen=True)
class Entry:
    """Somebody of the file. Exactly one of `user` (a Slack id) and `email` is set."""

    line: int
    user: str
    email: str = field(repr=False)
    choices: Choices


@dataclass(frozen=True)
class Fault:
    """What is wrong on a line, and what to write instead."""

    line: int
    says: str


@dataclass(frozen=True)
class Roster:
    entries: tuple[Entry, ...]
    faults: tuple[Fault, ...]
    """By line."""


class _WrongError(Exception):
    """A cell that can't be used; its text says what to write."""


def read_roster(text: str, offered: Offered) -> Roster:
    """Reads a roster file's text. Never raises: what can't be used is a fault, with its line."""
    rows = cells_of(text.removeprefix("\ufeff"))
    header = next(rows, None)
    if header is None:
        return Roster((), (Fault(1, f"the file is empty: begin with a line of column names ({', '.join(COLUMNS)})"),))
    names = [cell.strip().casefold().replace(" ", "_").replace("-", "_") for cell in header.cells]
    broken = _broken(header.broken)
    faults = [Fault(header.line, says) for says in ([broken] if broken else _header_faults(names, header.cells))]
    if faults:
        return Roster((), tuple(faults))
    entries: dict[str, Entry] = {}
    for row in rows:
        try:
            if row.broken is not None:
                raise _WrongError(_broken(row.broken))
            entry = _entry(row.line, dict(zip(names, _fitting(row, names), strict=True)), offered)
            if (other := entries.setdefault(entry.user or entry.email, entry)) is not entry:
                raise _WrongError(f"this person stands on line {other.line} already: keep one of the two")
        except _WrongError as wrong:
            faults.append(Fault(row.line, str(wrong)))
    return Roster(tuple(entries.values()), tuple(faults))


def _broken(error: csv.Error | None) -> str:
    return f"not readable as CSV ({error}): look for a quote mark that is never closed" if error is not None else ""


def _header_faults(names: Sequence[str], cells: Sequence[str]) -> Iterator[str]:
    for name, cell in zip(names, cells, strict=True):
        if name not in COLUMNS:
            yield f"unknown column “{_short(cell)}”{_nearest(name, COLUMNS)}"
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"the column “{_short(name)}” stands there twice: keep one"
    if "user" not in names:
        yield "the column “user” is missing: it holds Slack ids (U0…) or e-mail addresses"


def _fitting(row: Cells, names: Sequence[str]) -> list[str]:
    if row.beyond(len(names)):
        raise _WrongError(
            f"{len(row.cells)} cells, but {len(names)} columns: put a cell with a separator in it into quotes"
        )
    return (row.cells + [""] * len(names))[: len(names)]


def _entry(line: int, cells: Mapping[str, str], offered: Offered) -> Entry:
    user, email = _who(cells["user"].strip())
    given: dict[str, Any] = {}
    for name, value in cells.items():
        if name != "user" and value.strip():
            try:
                given[_FIELDS.get(name, name)] = _READERS[name](value.strip(), offered)
            except _WrongError as wrong:
                raise _WrongError(f"{name}: {wrong}") from None
    return Entry(line, user, email, offered.defaults().model_copy(update=given))


def _who(said: str) -> tuple[str, str]:
    if not said:
        raise _WrongError("user: is empty: write a Slack id (U0…) or an e-mail address")
    if _SLACK_ID.fullmatch(said.upper()) and "@" not in said:
        return said.upper(), ""
    if _EMAIL.fullmatch(said):
        return "", said.casefold()
    raise _WrongError(
        f"user: “{_short(said)}” is neither a Slack id (U0…) nor an e-mail address: "
        "“Copy member ID” in somebody's Slack profile gives the id"
    )


def _topics(said: str, offered: Offered) -> tuple[str, ...]:
    names = {name.casefold(): topic.id for topic in offered.program.topics for name in (topic.id, *topic.name.values())}
    return _several(said, lambda part: _named(part, names, "topic"))


def _networks(said: str, offered: Offered) -> tuple[str, ...]:
    def one(part: str) -> str:
        try:
            return resolve(offered.networks, part)[0]
        except KnowledgeError as error:
            raise _WrongError(str(error)) from None

    return _several(said, one)


def _languages(said: str, offered: Offered) -> tuple[str, ...]:
    return _several(said, lambda part: _named(part, {code: code for code in offered.languages}, "language"))


def _days(said: str, _: Offered) -> tuple[int, ...]:
    found: set[int] = set()
    for part in re.split(r"[;,\s]+", re.sub(r"\s*[-–—]\s*", "-", said).strip("; ,")):
        first, dash, last = part.partition("-")
        begin = _day(first)
        end = _day(last) if dash else begin
        found |= {(begin + step) % 7 for step in range((end - begin) % 7 + 1)}
    return tuple(sorted(found))


def _day(said: str) -> int:
    plain = said.casefold().rstrip(".").translate(str.maketrans("áéíóú", "aeiou"))
    if plain not in _DAY:
        raise _WrongError(f"“{_short(said)}” is no day: write mon tue wed thu fri sat sun, or mon-fri")
    return _DAY[plain]


def _quiet(said: str, _: Offered) -> Quiet:
    if said.casefold() in _NEVER:
        return Quiet(0, 0)
    span = _SPAN.fullmatch(said)
    try:
        if span is None:
            raise ValueError
        return Quiet(*(minutes(time.rjust(5, "0")) for time in span.groups()))
    except ValueError:
        raise _WrongError(f"“{_short(said)}” are no hours: write them as 18:00-09:00, or none") from None


def _budget(said: str, offered: Offered) -> int:
    most = offered.program.nudges.most_weekly_budget
    if not re.fullmatch("[0-9]{1,2}", said) or int(said) > most:
        raise _WrongError(f"“{_short(said)}” is no number from 0 to {most}: so many nudges a week at most")
    return int(said)


def _country(said: str, _: Offered) -> str | None:
    if said.casefold() in _NEVER:
        return None
    if not re.fullmatch("[A-Z]{2}(-[A-Z0-9]{1,3})?", said.upper()) or not is_known(said.upper()):
        raise _WrongError(f"no holidays are known of “{_short(said)}”: write a code as ES, ES-CT or US-CA, or none")
    return said.upper()


def _where(said: str, _: Offered) -> bool:
    if said.casefold() not in _WHERE:
        raise _WrongError(
            f"“{_short(said)}”: write direct (direct messages only) or channel (campaign threads as well)"
        )
    return _WHERE[said.casefold()]


def _several(said: str, one: Callable[[str], str]) -> tuple[str, ...]:
    """The parts of a cell; names with spaces stand between `;`, others may stand between spaces too."""
    found: list[str] = []
    for part in filter(None, (part.strip() for part in re.split("[;,]", said))):
        try:
            found.append(one(part))
        except _WrongError:
            words = part.split()
            if len(words) == 1:
                raise
            found += [one(word) for word in words]
    return tuple(dict.fromkeys(found))


def _named(said: str, names: Mapping[str, str], what: str) -> str:
    if said.casefold() not in names:
        raise _WrongError(f"unknown {what} “{_short(said)}”{_nearest(said.casefold(), names)}")
    return names[said.casefold()]


def _nearest(said: str, names: Iterable[str]) -> str:
    close = difflib.get_close_matches(said[:_SHOWN], list(names), n=1)
    return f": did you mean “{close[0]}”?" if close else f". There are: {', '.join(list(names)[:12])}."


def _short(said: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in said.strip())
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"


_FIELDS = {"where": "in_channels"}
_READERS: Mapping[str, Callable[[str, Offered], Any]] = {
    "topics": _topics,
    "networks": _networks,
    "languages": _languages,
    "days": _days,
    "quiet": _quiet,
    "weekly_budget": _budget,
    "country": _country,
    "where": _where,
}
