"""`bonvent manual`: what is published, what a publication would change, publish, retire."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.cli import manual_render as render
from bot.cli import parts

if TYPE_CHECKING:
    from bot.settings import Settings


@click.group("manual")
def command() -> None:
    """See, compare, publish and retire manuals.

    \b
    bonvent manual list
    bonvent manual show claims
    bonvent manual diff handbook.pdf && bonvent manual publish handbook.pdf
    """


@command.command("list", short_help="List the sources, or the versions.")
@click.option("--versions", "as_versions", is_flag=True, help="List the versions of the manual, newest first.")
@parts.knowledge_option
@parts.format_option
def list_(as_versions: bool, knowledge: Path | None, output: str) -> None:
    """List what is published: each source with its files, passages, languages, and who published it when.

    \b
    bonvent manual list
    bonvent manual list --versions
    """
    from bot.manual import history
    from bot.manual.sources import manifest, published

    settings = parts.settings_for(knowledge)
    parts.mend_store(settings)
    versions = history.versions(settings.data)
    if as_versions:
        render.print_versions(versions, output)
        return
    passages = list(published(settings.data).values())
    rows = [
        render.SourceRow(name, source, [p for p in passages if p.manual == name], versions)
        for name, source in manifest(settings.data).sources.items()
    ]
    if output == "json":
        click.echo(render.as_json([row.plain() for row in rows]))
        return
    if not rows:
        click.echo("Nothing is published yet: `bonvent ingest` publishes the knowledge folder's manual.")
    for row in rows:
        click.echo(row.told())


@command.command("show", short_help="Show a section, passage or source, now or as it was.")
@click.argument("what")
@click.option("--version", metavar="N|HASH", help="As it was in a version of the manual (N) or of a file (HASH).")
@click.option("--lang", help="Language of the section, where there are several (en, es, ca).")
@parts.knowledge_option
@parts.format_option
def show(what: str, version: str | None, lang: str | None, knowledge: Path | None, output: str) -> None:
    """Show a section whole, by its heading or anchor; a passage by its id; or the sections of a source.

    \b
    bonvent manual show "What is protected"
    bonvent manual show handbook --version 3
    bonvent manual show handbook/handbook.pdf#claims --version 0f3a9c21d7be
    """
    from bot.cli.manual_sections import find

    settings = parts.settings_for(knowledge)
    parts.mend_store(settings)
    found = find(settings, what, version, lang)
    if output == "json":
        click.echo(render.as_json([passage.model_dump() for passage in found.passages]))
    elif found.as_outline:
        render.print_outline(found.passages)
    else:
        first = found.passages[0]
        click.echo(f"{first.heading_path}  ({first.language})")
        click.echo(f"{first.section}  version {first.version}\n")
        for passage in found.passages:
            click.echo(passage.text + "\n")


@command.command("diff", short_help="Show what publishing would change, or two versions.")
@click.argument("what", nargs=-1, required=True, metavar="PATH | N [M]")
@click.option("--name", help="Compare with this source, instead of the one that the path is published as.")
@parts.knowledge_option
@parts.format_option
def diff(what: tuple[str, ...], name: str | None, knowledge: Path | None, output: str) -> None:
    """Show what publishing PATH would change, or what changed from version N to M (or to what is published now).

    Nothing is published. Exit code 1 when publishing PATH would suspend rules: their quote would be gone.

    \b
    bonvent manual diff handbook.pdf
    bonvent manual diff new-handbook.pdf --name handbook
    bonvent manual diff 3 5
    """
    settings = parts.settings_for(knowledge)
    parts.mend_store(settings)
    if all(word.isascii() and word.isdigit() for word in what) and len(what) <= 2 and not Path(what[0]).exists():
        if name is not None:
            raise click.UsageError("--name goes with a PATH, not with versions")
        _diff_versions(settings, [int(word) for word in what], output)
        return
    if len(what) != 1 or not what[0]:
        raise click.UsageError("give one PATH, or one or two numbers of versions (`bonvent manual list --versions`)")
    from bot import publishing

    with parts.progress() as advance:
        waiting = publishing.stage(settings, Path(what[0]), name, progress=advance)
    try:
        seen = publishing.preview(settings, waiting)
    finally:
        publishing.discard(settings, waiting.id)
    if output == "json":
        answer = {"source": waiting.source, **render.plain_changes(seen.changes), "unreadable": waiting.unreadable}
        answer |= {
            "suspended": [vars(r) for r in seen.suspended],
            "working_again": [vars(r) for r in seen.working_again],
        }
        click.echo(render.as_json(answer))
    else:
        click.echo(f"{waiting.source}: {'would be replaced' if waiting.replaces else 'is new'}")
        render.print_changes(seen.changes)
        for file, why in waiting.unreadable:
            click.echo(f"not read: {file}: {why}")
        render.print_rules("would be suspended, its quote would be gone", seen.suspended)
        render.print_rules("would work again", seen.working_again)
    sys.exit(1 if seen.suspended else 0)


@command.command("publish", short_help="Publish files or folders.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(), metavar="PATH…")
@click.option("--name", help="Publish as this source, in place of what it was; with one PATH.")
@click.option("--expect", metavar="VERSION", help="Only if this version (number or hash) is still published.")
@parts.knowledge_option
@parts.format_option
def publish(paths: tuple[Path, ...], name: str | None, expect: str | None, knowledge: Path | None, output: str) -> None:
    """Publish files or folders, each as a source of its own: added, or replaced if it was there.

    `--expect` is for two people who publish at once: it is refused when somebody was quicker. Once it says that all is
    searchable, the new index is whole; until then, a serving Bonvent answers from the old manual.

    \b
    bonvent manual publish handbook.pdf
    bonvent manual publish new-handbook.pdf --name handbook --expect 4
    """
    from bot import publishing
    from bot.errors import InputError
    from bot.manual import sources
    from bot.warming import one_thread_each

    if name is not None and len(paths) > 1:
        raise click.UsageError("--name goes with one PATH")
    if any(
        str(path) in ("", ".") for path in paths
    ):  # an unset variable of a shell: as a path it is the working folder
        raise InputError("a PATH is empty: name a file or a folder")
    one_thread_each()
    settings = parts.settings_for(knowledge)
    parts.mend_store(settings)
    base, reports = _sha_of(settings, expect), list[sources.Report]()
    problems = []
    for path in map(Path, paths):
        try:
            wanted = publishing.name_of(settings, path, name)
            with parts.progress() as advance:
                report = sources.publish(
                    settings.data, path, name=wanted, base=base, progress=advance, notice=parts.notice
                )
        except sources.ManualError as error:
            problems.append(str(error))
            if isinstance(error, sources.Conflict):
                break
            continue
        reports.append(report)
        base = None if expect is None else sources.manifest(settings.data).sha256
    searchable = len(parts.manual_for(settings).passages) if reports else None
    if output == "json":
        click.echo(render.as_json([render.plain_report(report) for report in reports]))
    else:
        for report in reports:
            render.print_report(report, report.version)
        if searchable is not None:
            click.echo(f"{searchable} passages are published and searchable.")
    for problem in problems:
        click.echo(f"bonvent: {problem}", err=True)
    sys.exit(2 if problems or any(report.kept_old for report in reports) else 0)


@command.command("retire", short_help="Take a source out.")
@click.argument("name")
@click.option("--expect", metavar="VERSION", help="Only if this version (number or hash) is still published.")
@parts.knowledge_option
def retire(name: str, expect: str | None, knowledge: Path | None) -> None:
    """Take the source NAME out of the published manual; what was answered from it still shows its passages.

    \b
    bonvent manual retire handbook
    """
    from bot import publishing
    from bot.manual.sources import COMMAND_LINE

    settings = parts.settings_for(knowledge)
    parts.mend_store(settings)
    report = publishing.retire(settings, name, COMMAND_LINE, _sha_of(settings, expect), notice=parts.notice)
    click.echo(f"{name}: retired, {report.removed} passages removed")


def _sha_of(settings: Settings, expect: str | None) -> str | None:
    """The full hash of the version that somebody expects. Raises `InputError` for one that isn't kept."""
    from bot.cli.manual_sections import version_of

    return None if expect is None else version_of(settings, expect).sha


def _diff_versions(settings: Settings, numbers: Sequence[int], output: str) -> None:
    from bot.manual import history
    from bot.manual.changes import compare
    from bot.manual.sources import published

    sides = [history.passages_at(settings.data, number) for number in numbers]
    if len(sides) == 1:
        sides.append(list(published(settings.data).values()))
    changes = compare(*sides)
    if output == "json":
        click.echo(render.as_json(render.plain_changes(changes)))
    else:
        render.print_changes(changes)
