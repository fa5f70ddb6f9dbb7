"""`bonvent ingest`: publish manuals."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.cli import parts


@click.command("ingest")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--retire", multiple=True, metavar="NAME", help="Take a source out of the published manual.")
@click.option("--list", "listing", is_flag=True, help="Only list the published sources.")
@parts.knowledge_option
def command(paths: tuple[str, ...], retire: tuple[str, ...], listing: bool, knowledge: Path | None) -> None:
    """Publish manuals: Markdown, PDF, DOCX, HTML, or folders of them.

    Each PATH is a source of its own: the first time it is added, the next time replaced, and what vanished from it goes.
    Without a PATH, the knowledge folder's own manual is published. Only what changed is read and embedded again.
    """
    from bot.cli.manual_render import print_report
    from bot.errors import InputError
    from bot.manual.own import NAME, own_manual
    from bot.manual.sources import ManualError, manifest, publish
    from bot.manual.sources import retire as retire_source
    from bot.warming import one_thread_each

    if "" in paths:  # an unset variable of a shell: as a path it would be the working folder
        raise InputError("a PATH is empty: name a file or a folder")
    one_thread_each()
    settings = parts.settings_for(knowledge)
    parts.mend_store(settings)
    for name in retire:
        click.echo(f"{name}: retired, {retire_source(settings.data, name).removed} passages removed")
    if listing or (retire and not paths):
        _list(settings.data)
        return
    own = own_manual(settings.knowledge)
    if not paths and own is None:
        raise InputError(f"{settings.knowledge / NAME} has no files: give a PATH, as in `bonvent ingest handbook.pdf`")
    failed = False
    for path in [Path(p) for p in paths] if paths else [own]:
        assert path is not None
        is_own = own is not None and path.resolve() == own
        try:
            with parts.progress() as advance:
                report = publish(settings.data, path, name=NAME if is_own else None, progress=advance)
        except ManualError as error:
            click.echo(f"bonvent: {error}", err=True)
            failed = True
            continue
        print_report(report)
        failed = failed or report.kept_old
    if not manifest(settings.data).sources:
        sys.exit(2)
    manual = parts.manual_for(settings)
    click.echo(f"{len(manual.passages)} passages are published and searchable.")
    sys.exit(2 if failed else 0)


def _list(data: Path) -> None:
    from bot.manual.sources import manifest

    published = manifest(data).sources
    if not published:
        click.echo("Nothing is published yet: `bonvent ingest` publishes the knowledge folder's manual.")
    for name, source in published.items():
        passages = sum(file.passages for file in source.files.values())
        click.echo(
            f"{name}: {len(source.files)} files, {passages} passages, from {source.path or 'a place not known any more: publish it again'}"
        )
