"""Reads `knowledge/` into a `Policy`. Every problem is named with file and line, all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from bot.datafile import KnowledgeError, load, read_text
from bot.networks.loader import load_networks
from bot.policy import messages, schema
from bot.policy.company import Company
from bot.policy.detectors import DETECTORS
from bot.policy.engine import Policy
from bot.policy.finders import Scanner, compile_finder
from bot.policy.lists import Lists
from bot.policy.protected import CompiledProtected
from bot.policy.rules import CompiledGuard, CompiledRule, compile_rule

T = TypeVar("T")


def load_company(knowledge: Path) -> Company:
    """`company.yaml`. Raises `KnowledgeError`."""
    return load(knowledge / "company.yaml", Company)


def load_policy(knowledge: Path) -> Policy:
    """The policy of a knowledge folder, not yet bound to a manual: call `ground` on it. Raises `KnowledgeError`."""
    if not knowledge.is_dir():
        raise KnowledgeError(f"{knowledge}: no such folder: make one with `bonvent init {knowledge}`")
    problems: list[str] = []
    company = _collect(problems, lambda: load_company(knowledge))
    networks = _collect(problems, lambda: load_networks(knowledge / "networks.yaml"))
    paths = sorted((knowledge / "policy").glob("*.y*ml"))
    if not paths:
        problems.append(f"{knowledge / 'policy'}: no rule files (*.yaml): copy some with `bonvent init`")
    files = {path: _collect(problems, partial(load, path, schema.RuleFile)) for path in paths}
    if problems or company is None or networks is None:
        raise KnowledgeError(*problems)
    loaded = {path: file for path, file in files.items() if file is not None}
    own: dict[str, tuple[str, ...]] = {}
    for path, file in loaded.items():
        for name, entries in file.lists.items():
            if name in own or name in company.lists:
                problems.append(f"{_place(path, f'{name}:')}: list “{name}” exists already: give it another name")
            own[name] = entries
    lists = Lists(company, own)
    scanner = Scanner()
    rules: list[CompiledRule] = []
    protected: list[CompiledProtected] = []
    seen: dict[str, Path] = {}
    for path, file in loaded.items():
        for rule in file.rules:
            where = _place(path, f"id: {rule.id}")
            if rule.id in seen:
                problems.append(f"{where}: rule {rule.id} exists already in {seen[rule.id].name}: give it another id")
            seen[rule.id] = path
            problems.extend(f"{where}: {rule.id}: {p}" for p in _inconsistent(rule, company, set(networks.networks)))
            make = partial(compile_rule, rule, scanner, lists, DETECTORS)
            compiled = _collect(problems, make, f"{where}: {rule.id}")
            if compiled is not None:
                rules.append(compiled)
        for entry in file.protected:
            where = f"{_place(path, f'id: {entry.id}')}: {entry.id}"
            made = _collect(problems, partial(_compile_protected, entry, scanner, lists), where)
            if made is not None:
                protected.append(made)
    if problems:
        raise KnowledgeError(*problems)
    scanner.close()
    return Policy(company, networks, lists, tuple(rules), tuple(protected), {r: str(p) for r, p in seen.items()})


def _compile_protected(entry: schema.Protected, scanner: Scanner, lists: Lists) -> CompiledProtected:
    def guards(kind: str, specs: tuple[schema.Guard, ...]) -> tuple[CompiledGuard, ...]:
        return tuple(
            CompiledGuard(f"{kind}[{n}]", compile_finder(s, scanner, lists, DETECTORS), s.within)
            for n, s in enumerate(specs)
        )

    finder = compile_finder(entry.match, scanner, lists, DETECTORS)
    return CompiledProtected(entry, finder, guards("when", entry.when), guards("unless", entry.unless))


def _inconsistent(rule: schema.Rule, company: Company, networks: set[str]) -> Iterator[str]:
    for name in rule.networks:
        if name not in networks:
            yield f"unknown network “{name}”: networks.yaml has {', '.join(sorted(networks))}"
    for field in ("message", "fix", "question"):
        for language, text in getattr(rule, field).items():
            for name in messages.unknown_placeholders(text):
                yield f"{field}.{language}: unknown placeholder {{{name}}}: known are {', '.join(sorted(messages.KNOWN))}"
    for example in (*rule.tests.bad, *rule.tests.good):
        if example.network not in networks:
            yield f"example “{example.text[:40]}”: unknown network “{example.network}”"


def _collect(problems: list[str], make: Callable[[], T], where: str | None = None) -> T | None:
    """What `make()` gives; a problem is noted instead of raised, so that one run names them all."""
    try:
        return make()
    except KnowledgeError as error:
        problems.extend(error.problems)
    except ValueError as error:
        problems.append(f"{where}: {error}")
    return None


def _place(path: Path, needle: str) -> str:
    """`file:line` of the first line that has `needle`."""
    for number, line in enumerate(read_text(path).splitlines(), start=1):
        if needle in line:
            return f"{path}:{number}"
    return str(path)
