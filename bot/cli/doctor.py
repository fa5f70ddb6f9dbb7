"""`bonvent doctor`: what is configured, what works, and how to mend the rest."""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.checks import Check, State
from bot.cli import parts

if TYPE_CHECKING:
    from bot.settings import Settings

_SIGNS: dict[State, str] = {"ok": "✓", "note": "·", "broken": "✗"}


@click.command("doctor")
@click.option("--offline", is_flag=True, help="Ask nothing over the network: no model, no Slack, no Postgres.")
@parts.knowledge_option
@parts.format_option
def command(offline: bool, knowledge: Path | None, output: str) -> None:
    """Say what is configured, what works, and how to mend the rest.

    Exit code 0 when everything that is configured works, 2 when something doesn't.
    """
    settings = parts.settings_for(knowledge)
    checks = list(_checks(settings, offline))
    if output == "json":
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        for check in checks:
            click.echo(f"{_SIGNS[check.state]} {check.name}: {check.says}")
            if check.mend:
                click.echo(f"    → {check.mend}")
    sys.exit(2 if any(check.state == "broken" for check in checks) else 0)


def _checks(settings: Settings, offline: bool) -> Iterator[Check]:
    yield Check("python", "ok", platform.python_version())
    yield from _safely("knowledge", lambda: _knowledge(settings))
    yield from _safely("prompts", lambda: _prompts(settings))
    yield from _safely("data", lambda: _data(settings))
    yield from _safely("manual", lambda: _manual(settings))
    yield from _safely("model", lambda: _model(settings, offline))
    yield from _safely("database", lambda: _database(settings, offline))
    yield from _safely("program", lambda: _program(settings, offline))
    yield from _safely("slack", lambda: _slack(settings, offline))


def _safely(name: str, look: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    from bot.errors import BonventError

    try:
        yield from look()
    except BonventError as error:
        for line in str(error).splitlines():
            yield Check(name, "broken", line)


def _knowledge(settings: Settings) -> Iterator[Check]:
    from bot.cli.policy import grounded_policy

    policy = grounded_policy(settings)
    yield Check("knowledge", "ok", f"{settings.knowledge} ({policy.company.company.name}, {len(policy.rules)} rules)")
    suspended = policy.suspended()
    if suspended:
        named = [f"{rule} ({' '.join(languages)})" for rule, languages in suspended.items()]
        names = ", ".join(named[:5]) + (f" and {len(named) - 5} more" if len(named) > 5 else "")
        yield Check(
            "rules", "note", f"{len(suspended)} suspended: {names}", "`bonvent policy check` shows their quotes"
        )
    else:
        yield Check("rules", "ok", "each rests on words that stand in the manual")
    empty = [name for name, entries in policy.company.lists.items() if not entries]
    if empty:
        yield Check(
            "company", "note", f"nothing listed under: {', '.join(empty)}", "fill them in company.yaml if you have any"
        )
    unset = [name for name, value in policy.company.contacts if value is None]
    if unset:
        yield Check(
            "contacts", "note", f"missing: {', '.join(unset)}", "without them people are sent to the community manager"
        )


def _prompts(settings: Settings) -> Iterator[Check]:
    from bot.coach.labels import load_labels
    from bot.coach.prompt import load_prompts
    from bot.slack.sentences import load_sentences

    load_prompts(settings.prompts)
    load_labels(settings.prompts)
    load_sentences(settings.prompts)
    yield Check("prompts", "ok", str(settings.prompts))


def _data(settings: Settings) -> Iterator[Check]:
    probe = settings.data / ".probe"
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        yield Check(
            "data",
            "broken",
            f"{settings.data} can't be written: {error.strerror}",
            "set BONVENT_DATA to a folder of yours",
        )
        return
    yield Check("data", "ok", str(settings.data))


def _manual(settings: Settings) -> Iterator[Check]:
    from bot.manual.own import is_published, own_manual
    from bot.manual.sources import manifest

    started = time.perf_counter()
    manual = parts.manual_for(settings)
    manual.search("may I post this?", k=1)
    took = time.perf_counter() - started
    names = ", ".join(manifest(settings.data).sources)
    yield Check("manual", "ok", f"{len(manual.passages)} passages from {names}; opened and searched in {took:.1f} s")
    yield Check("embedder", "ok", settings.embedder)
    own = own_manual(settings.knowledge)
    if own is not None and not is_published(settings.data, own):
        yield Check(
            "manual",
            "note",
            f"{own} isn't published as it stands now",
            "`bonvent ingest` publishes it; a review does so by itself",
        )


def _model(settings: Settings, offline: bool) -> Iterator[Check]:
    if settings.openai_api_key is None:
        yield Check(
            "model", "note", "none: rules and manual answer, criteria are put to the author as questions",
            "set OPENAI_API_KEY, OPENAI_BASE_URL and BONVENT_MODEL to have one",
        )  # fmt: skip
        return
    where = f"{settings.model} at {settings.openai_base_url or 'OpenAI'}"
    if offline:
        yield Check("model", "note", f"{where}, not tried")
        return
    import openai

    client = openai.OpenAI(
        api_key=settings.openai_api_key.get_secret_value(), base_url=settings.openai_base_url, timeout=10, max_retries=1
    )
    try:
        names = {model.id for model in client.models.list()}
    except openai.AuthenticationError:
        yield Check("model", "broken", f"{where}: the key was refused", "set OPENAI_API_KEY to a valid key")
    except UnicodeEncodeError:
        yield Check("model", "broken", f"{where}: the key has letters that no key has", "copy OPENAI_API_KEY again")
    except openai.APIStatusError as error:
        yield Check("model", "note", f"{where}: answers, but doesn't list its models (HTTP {error.status_code})")
    except openai.OpenAIError as error:
        yield Check(
            "model", "broken", f"{where}: no answer ({type(error).__name__})", "check OPENAI_BASE_URL and the network"
        )
    else:
        if names and settings.model not in names:
            yield Check(
                "model",
                "broken",
                f"{where}: the endpoint doesn't list it",
                f"set BONVENT_MODEL to one of: {', '.join(sorted(names)[:8])}",
            )
        else:
            yield Check("model", "ok", where)


def _database(settings: Settings, offline: bool) -> Iterator[Check]:
    from bot.store.diagnosis import diagnose

    yield from diagnose(settings, offline=offline)


def _program(settings: Settings, offline: bool) -> Iterator[Check]:
    from bot.cli.doctor_program import checks
    from bot.cli.stored import now
    from bot.store.diagnosis import standing

    yield from checks(settings, standing(settings, now(settings), offline=offline))


def _slack(settings: Settings, offline: bool) -> Iterator[Check]:
    import asyncio

    from bot.cli.stored import now
    from bot.slack.diagnosis import arrivals, diagnose
    from bot.store.diagnosis import sightings, standing

    asked = settings.slack_bot_token is not None and not offline
    stands = standing(settings, now(settings)) if asked else None
    yield from asyncio.run(diagnose(settings, offline=offline, channels=stands.channels if stands else {}))
    if settings.slack_bot_token is not None:
        yield from arrivals(sightings(settings, offline=offline))
