"""`bonvent init`: a company's own knowledge folder to start from."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from bot.program.knowledge import Program


@click.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option("--bare", is_flag=True, help="Without the fictional manual and company: your names, your words.")
def command(folder: Path, bare: bool) -> None:
    """Start your own company's knowledge folder in DIR.

    It gets the company, the manual, the rules, the networks, the ambassadors' program and the prompts that ship; change
    them as you like. With --bare, company.yaml is empty but for its comments, the manual has just the sentences that the
    rules rest on, for you to put into your own words, and the program has four topics that fit any company.
    """
    from bot.errors import InputError

    if folder.exists() and any(folder.iterdir()):
        raise InputError(f"{folder} is not empty: name a new folder, nothing was written")
    try:
        _copy(folder, bare)
    except OSError as error:
        raise InputError(f"{folder}: can't be written ({error.strerror or 'not everything was copied'})") from None
    click.echo(f"{folder} is yours. Next:")
    click.echo(f"  1. edit {folder / 'company.yaml'}: names, products, customers, embargoes, contacts")
    click.echo(
        f"  2. edit {folder / 'manual'}, or publish what you have: bonvent ingest handbook.pdf --knowledge {folder}"
    )
    click.echo(f"  3. bonvent policy check --knowledge {folder}   (names the rules whose quote your manual lacks)")
    click.echo(
        f"  4. edit {folder / 'program.yaml'}: the topics of your ambassadors; without the file there is no program"
    )
    click.echo(f"  5. export BONVENT_KNOWLEDGE={folder.resolve()}")


def _copy(folder: Path, bare: bool) -> None:
    from bot.datafile import shipped
    from bot.program.knowledge import load_program

    source = shipped("knowledge")
    ours = ("manual", "campaigns", "company.yaml", "program.yaml", "angles.yaml", "__pycache__")
    skipped = shutil.ignore_patterns(*ours) if bare else None
    shutil.copytree(source, folder, dirs_exist_ok=True, ignore=skipped)
    shutil.copytree(shipped("prompts"), folder / "prompts", dirs_exist_ok=True)
    if bare:
        for name in ("company", "program"):
            shutil.copy(Path(__file__).with_name(f"bare_{name}.yaml"), folder / f"{name}.yaml")
        angles = (source / "angles.yaml").read_text("utf-8")
        (folder / "angles.yaml").write_text(bare_angles(angles, load_program(folder)), "utf-8")
        for language, text in starter_manual(source).items():
            (folder / "manual" / language).mkdir(parents=True)
            (folder / "manual" / language / "starter.md").write_text(text, "utf-8")


def bare_angles(text: str, program: Program) -> str:
    """The words of `angles.yaml` without what is about other topics than the program's."""
    known = {topic.id for topic in program.topics}
    head, *angles = re.split("(?m)^(?=  - id: )", text)
    kept = [head]
    for angle in angles:
        said = re.search(r"(?m)^    topics: \[(.*)\]$", angle)
        if said is None:
            kept.append(angle)
        elif fitting := [topic for topic in said[1].split(", ") if topic in known]:
            kept.append(angle.replace(said[0], f"    topics: [{', '.join(fitting)}]"))
    return "".join(kept)


def starter_manual(knowledge: Path) -> dict[str, str]:
    """Language → a manual that has just the sentences that the rules rest on, under the sections' own headings."""
    from bot.manual.own import passages_of
    from bot.policy.loader import load_policy

    headings = {(p.language, p.anchor): p.heading[-1] for p in passages_of(knowledge / "manual")}
    sections: dict[str, dict[str, list[str]]] = {}
    for rule in load_policy(knowledge).rules:
        for language, quote in rule.manual.quote.items():
            quotes = sections.setdefault(language, {}).setdefault(rule.manual.ref, [])
            if quote not in quotes:
                quotes.append(quote)
    manuals = {}
    for language, by_ref in sections.items():
        parts = []
        for ref, quotes in by_ref.items():
            title = headings.get((language, ref), ref.replace("-", " ").capitalize())
            parts.append(f"## {title} {{#{ref}}}\n\n" + "\n\n".join(quotes) + "\n")
        manuals[language] = "\n".join(parts)
    return manuals
