"""`bonvent policy`: check the rules, explain one."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bot.cli import parts

if TYPE_CHECKING:
    from bot.policy.engine import Policy
    from bot.settings import Settings

T = TypeVar("T")


@click.group("policy")
def command() -> None:
    """Check the policy rules, or explain one."""


@command.command("check")
@parts.knowledge_option
def check(knowledge: Path | None) -> None:
    """Validate every rule, run every example, name suspended rules; validate what the ambassadors' program rests on.

    Fails (exit 1) on an example that goes wrong, and on a term, pattern, exception or guard that no example exercises;
    exit 2 when a file can't be used. A suspended rule (its quote no longer stands in the manual) is named and judged by
    nobody until its quote is mended.
    """
    from bot.policy.examples import run_examples

    settings = parts.settings_for(knowledge)
    policy = grounded_policy(settings)
    check_program(settings.knowledge, policy)
    report = run_examples(policy)
    click.echo(f"{settings.knowledge / 'policy'}: {len(policy.rules)} rules, {report.examples} examples")
    if report.resting:
        click.echo(f"{report.resting} examples rest: the list of company.yaml that they name is empty")
    suspended = policy.suspended()
    by_id = {rule.id: rule for rule in policy.rules}
    for rule, languages in suspended.items():
        ground = by_id[rule].manual
        for language in languages:
            click.echo(
                f"suspended: {rule} ({language}): “{ground.quote[language]}” no longer stands in the manual "
                f"(section {ground.ref}): quote its new words in {policy.files[rule]}"
            )
    for problem in report.failed:
        click.echo(f"failed: {problem.rule}: {problem.what}")
    for problem in report.not_exercised:
        click.echo(f"not exercised: {problem.rule}: {problem.what}")
    if report.failed or report.not_exercised:
        click.echo(f"{len(report.failed)} examples failed, {len(report.not_exercised)} parts are not exercised")
        sys.exit(1)
    rest = f", {len(suspended)} rules suspended" if suspended else ""
    click.echo(f"All examples pass, and every part of every rule is exercised{rest}.")


@command.command("explain")
@click.argument("rule", required=False)
@parts.knowledge_option
def explain(rule: str | None, knowledge: Path | None) -> None:
    """Show a RULE, the passage it rests on and its examples; without RULE, list them all."""
    import difflib

    from bot.errors import InputError

    settings = parts.settings_for(knowledge)
    policy = grounded_policy(settings)
    ids = [r.id for r in policy.rules]
    if rule is None:
        _list(policy)
    elif rule in ids:
        _explain(policy, rule, settings)
    else:
        close = difflib.get_close_matches(rule, ids, n=3) or [i for i in ids if i.startswith(rule)]
        hint = f": did you mean {', '.join(close)}?" if close else ": `bonvent policy explain` lists them all"
        raise InputError(f"no rule is called “{rule}”{hint}")


def check_program(knowledge: Path, policy: Policy) -> None:
    """Validates the program's files that are there, and what one says of another. Raises `KnowledgeError` that names all."""
    from bot.datafile import KnowledgeError
    from bot.program.angles import load_angles
    from bot.program.knowledge import load_program
    from bot.program.signs import load_formula

    problems: list[str] = []
    program = _collect(problems, lambda: load_program(knowledge))
    angles = _collect(problems, lambda: load_angles(knowledge))
    _collect(problems, lambda: load_formula(knowledge))
    topics = [topic.id for topic in program.topics] if program is not None else []
    path = knowledge / "program.yaml"
    problems += [
        f"{path}: topic “{id_}” stands there twice: keep one" for id_ in dict.fromkeys(topics) if topics.count(id_) > 1
    ]
    if angles is not None and program is not None and (knowledge / "angles.yaml").is_file():
        for angle in angles.angles:
            where = f"{knowledge / 'angles.yaml'}: {angle.id}"
            problems += [
                f"{where}: unknown topic “{id_}”: add it to {path}" for id_ in angle.topics if id_ not in topics
            ]
            problems += [
                f"{where}: unknown network “{id_}”: networks.yaml has {', '.join(policy.networks.networks)}"
                for id_ in angle.networks
                if id_ not in policy.networks.networks
            ]
    if problems:
        raise KnowledgeError(*problems)


def _collect(problems: list[str], make: Callable[[], T]) -> T | None:
    """What `make()` gives; a file that can't be used is noted instead, so that one run names them all."""
    from bot.datafile import KnowledgeError

    try:
        return make()
    except KnowledgeError as error:
        problems.extend(error.problems)
        return None


def grounded_policy(settings: Settings) -> Policy:
    """The policy on the manual as it stands on disk: published sources, and the knowledge folder's own files as they are now."""
    from bot.manual.own import NAME, own_manual, passages_of
    from bot.manual.sources import published
    from bot.policy.loader import load_policy

    parts.mend_store(settings)
    passages = {i: p for i, p in published(settings.data).items() if p.manual != NAME}
    own = own_manual(settings.knowledge)
    if own is not None:
        passages.update({p.id: p for p in passages_of(own)})
    return load_policy(settings.knowledge).ground(passages.values())


def _list(policy: Policy) -> None:
    rows = defaultdict(list)
    for rule in policy.rules:
        rows[rule.category.value].append(rule)
    for category, rules in sorted(rows.items()):
        click.echo(category)
        for rule in rules:
            message = policy.words(rule.message, policy.company.languages[0], {"match": "…"})
            click.echo(f"  {rule.id:<36} {rule.severity:<9} {rule.match.kinds[0]:<10} {message}")


def _explain(policy: Policy, rule_id: str, settings: Settings) -> None:
    from bot.policy.examples import rendered

    rule = next(r for r in policy.rules if r.id == rule_id)
    first = policy.company.languages[0]
    spec = rule.match.model_dump(exclude_defaults=True)
    click.echo(f"{rule.id} · {rule.severity} · {policy.files[rule_id]}")
    click.echo(f"\nfinds     {spec}")
    for name, guards in (("when", rule.when), ("unless", rule.unless)):
        for guard in guards:
            click.echo(f"{name:<9} {guard.model_dump(exclude_defaults=True)}")
    for name in ("except_", "networks", "languages", "since", "until"):
        value = getattr(rule, name)
        if value:
            click.echo(f"{name.rstrip('_'):<9} {value if not isinstance(value, tuple) else ', '.join(value)}")
    click.echo(f"surfaces  {', '.join(rule.surfaces)}")
    click.echo(f"\nsays      {policy.words(rule.message, first, {'match': '…'})}")
    click.echo(f"fix       {policy.words(rule.fix, first, {'match': '…'})}")
    if rule.question:
        click.echo(f"asks      {policy.words(rule.question, first)}")
    click.echo("\nrests on")
    for language in rule.manual.quote:
        citation = policy.grounds.get(rule_id, {}).get(language)
        state = f"({citation.heading})" if citation else "(not in the manual: suspended)"
        click.echo(f"  {language}: “{rule.manual.quote[language]}” {state}")
    for name, examples, bad in (("bad", rule.tests.bad, True), ("good", rule.tests.good, False)):
        click.echo(f"\n{name} examples")
        for example in examples:
            text = rendered(policy, example, bad)
            shown = text if text is not None else f"{example.text}  (rests: the list is empty)"
            click.echo(f"  {'✗' if bad else '✓'} {' '.join(shown.replace('[[', '').replace(']]', '').split())}")
