"""What `bonvent manual` prints: versions, outlines, differences, reports; and the same as plain data for JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.manual.changes import Change, Changes
    from bot.manual.history import Version
    from bot.manual.models import Passage
    from bot.manual.sources import Report
    from bot.manual.store import Source
    from bot.publishing import Resting

_SIGNS = {"added": "+", "changed": "~", "removed": "-"}
_SHOWN = 30  # sections of a difference, as text; JSON has all


def print_versions(versions: Sequence[Version], output: str) -> None:
    if output == "json":
        click.echo(as_json([version.model_dump(mode="json") for version in versions]))
        return
    if not versions:
        click.echo("No version yet: the first publication makes one.")
    for version in versions:
        c = version.counts
        click.echo(f"{told(version)}  [{version.sha[:12]}]")
        click.echo(
            f"  {', '.join(version.sources)}: {c.added} sections added, {c.changed} changed, {c.removed} removed"
        )


@dataclass(frozen=True)
class SourceRow:
    """A source as `bonvent manual list` shows it."""

    name: str
    source: Source
    passages: Sequence[Passage]
    versions: Sequence[Version]

    @property
    def version(self) -> Version | None:
        """The newest version that touched it."""
        return next((v for v in self.versions if self.name in v.sources), None)

    def plain(self) -> dict[str, Any]:
        version = self.version
        return {
            "name": self.name,
            "path": self.source.path,
            "files": len(self.source.files),
            "passages": len(self.passages),
            "languages": self._languages(),
            "version": version.number if version else None,
            "time": version.time.isoformat() if version else None,
            "by": version.by if version else None,
        }

    def told(self) -> str:
        files = f"{len(self.source.files)} files, {len(self.passages)} passages ({', '.join(self._languages())})"
        version = told(self.version) if self.version else "version not known"
        place = self.source.path or "a place not known any more: publish it again"
        return f"{self.name}: {files}\n  {version}\n  from {place}"

    def _languages(self) -> list[str]:
        return list(dict.fromkeys(p.language for p in self.passages))


def told(version: Version) -> str:
    who = f", by {version.by}" if version.by else ""
    return f"version {version.number}, {version.time:%Y-%m-%d %H:%M} UTC{who}"


def print_outline(passages: Sequence[Passage]) -> None:
    """The sections of a source, under each file."""
    file, seen = "", set[str]()
    for passage in passages:
        if passage.file != file:
            file = passage.file
            click.echo(f"{file}  ({passage.language}, version {passage.version})")
        if passage.section not in seen:
            seen.add(passage.section)
            click.echo(f"  {'  ' * (len(passage.heading) - 1)}{passage.heading[-1]}  #{passage.anchor}")


def print_changes(changes: Changes) -> None:
    if not changes:
        click.echo(f"Nothing differs: {changes.unchanged} sections are the same.")
        return
    for language, counts in changes.by_language().items():
        click.echo(f"{language}: {counts.added} sections added, {counts.changed} changed, {counts.removed} removed")
    for change in changes.all[:_SHOWN]:
        _print_change(change)
    left = len(changes.all) - _SHOWN
    if left > 0:
        click.echo(f"and {left} more sections (--format json has them all)")


def _print_change(change: Change) -> None:
    click.echo(f"\n{_SIGNS[change.kind]} {change.heading_path}  ({change.language}, {change.section})")
    for line in change.diff:
        click.echo(f"    {line}")


def print_rules(what: str, rules: Sequence[Resting]) -> None:
    for rule in rules:
        click.echo(f"rule {rule.rule} ({' '.join(rule.languages)}) {what}: “{rule.quotes[0]}”")


def print_report(report: Report, version: Version | None = None) -> None:
    """What a publication did, and which `version` it made."""
    click.echo(
        f"{report.source}: {report.added} passages added, {report.changed} changed, {report.removed} removed, "
        f"{report.unchanged} unchanged{f' (version {version.number})' if version else ''}"
    )
    for file, why in report.unreadable:
        click.echo(f"  not read: {file}: {why}")
    if report.kept_old:
        click.echo(f"  {report.source} stays as it was: none of its files could be read")


def plain_changes(changes: Changes) -> dict[str, Any]:
    editions = {language: counts.model_dump() for language, counts in changes.by_language().items()}
    return {"languages": editions, "unchanged": changes.unchanged, "changes": [c.model_dump() for c in changes.all]}


def plain_report(report: Report) -> dict[str, Any]:
    plain = report.model_dump(mode="json", exclude={"embedded", "version"})
    return {**plain, "version": report.version.number if report.version else None}


def as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
