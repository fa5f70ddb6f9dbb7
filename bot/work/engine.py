"""Durable work: what was acknowledged is done, whatever crashes. DBOS on a SQLite file of its own, or in Postgres.

Jobs get ids, never words: the engine keeps what goes in and out of its steps. Each job must be able to run again from the
start of the step it was stopped in.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.engine import URL

logger = logging.getLogger(__name__)
Job = Callable[[str], Awaitable[None]]
T = TypeVar("T")

QUEUE = "work"
AT_ONCE = 16
"""Jobs that a process works on at the same time: past it SQLite's writers wait for each other (measured)."""
_POLL_S = 0.05
_VERSION = "1"
"""Pinned: work that an older Bonvent began is finished by a newer one. Raised when a job's steps change."""
_THREADS = 32
_REMOVED_AT_ONCE = 500


class JobFailed(Exception):  # noqa: N818 - what the engine keeps of an error: its kind, without a word of its message
    """A job or a step of it ended with an error."""


class Engine:
    """The engine of this process. There is one, since DBOS is one a process."""

    def __init__(self, url: URL, executor: str) -> None:
        self._url = url
        self.executor = executor
        self._jobs: dict[str, Any] = {}
        self._schedules: list[Any] = []

    def job(self, name: str, function: Job) -> None:
        """Makes a job known. Before `start`."""
        from dbos import DBOS

        @DBOS.workflow(name=name)
        async def run(key: str) -> None:
            try:
                await function(key)
            except JobFailed:
                raise
            except Exception as error:
                logger.error("job %s failed: %s", name, type(error).__name__, exc_info=error)
                raise JobFailed(type(error).__name__) from None

        self._jobs[name] = run

    def every(self, name: str, cron: str, function: Callable[[], Awaitable[None]]) -> None:
        """Runs a function by a schedule (six fields, seconds first), in one process of all. Before `start`."""
        from dbos import DBOS

        @DBOS.workflow(name=name)
        async def tick(scheduled: datetime, context: Any) -> None:
            try:
                await function()
            except Exception as error:
                logger.error("schedule %s failed: %s", name, type(error).__name__, exc_info=error)

        self._schedules.append({"schedule_name": name, "workflow_fn": tick, "schedule": cron, "context": None})

    async def start(self) -> None:
        """Creates what is missing, and takes up the work that this executor left behind."""
        from dbos import DBOS

        if self._url.get_backend_name() == "sqlite":
            await asyncio.to_thread(_write_ahead, str(self._url.database))
        DBOS(config=self._config())
        DBOS.launch()  # in the running loop, so that jobs run in it and share its connections
        await DBOS.register_queue_async(QUEUE, worker_concurrency=AT_ONCE, polling_interval_sec=_POLL_S)
        await DBOS.apply_schedules_async(self._schedules)

    def _config(self) -> Any:
        from dbos._serialization import DBOSPortableJSON

        return {
            "name": "bonvent",
            "system_database_url": self._url.render_as_string(hide_password=False),
            "executor_id": self.executor,
            "application_version": _VERSION,
            "serializer": DBOSPortableJSON,
            "log_level": "WARNING",
            "enable_otlp": False,
            "max_executor_threads": _THREADS,
            "db_engine_kwargs": {"hide_parameters": True},
        }

    async def enqueue(self, name: str, key: str) -> None:
        """Asks for a job, once for each key: a second time changes nothing. Returned means kept."""
        from dbos import DBOS, SetWorkflowID

        with SetWorkflowID(f"{name}:{key}"):
            await DBOS.enqueue_workflow_async(QUEUE, self._jobs[name], key)

    async def resume(self, executor: str) -> None:
        """Takes up the work of another executor, which must be gone."""
        from dbos import DBOS

        await asyncio.to_thread(DBOS._recover_pending_workflows, [executor])

    async def forget(self, before: datetime, name: str | None = None) -> None:
        """Removes finished jobs of before then, of all names or of one. Their keys are forgotten with them."""
        from dbos import DBOS

        while True:
            old = await DBOS.list_workflows_async(
                status=["SUCCESS", "ERROR", "CANCELLED"],
                end_time=before.isoformat(),
                name=name,
                limit=_REMOVED_AT_ONCE,
                load_input=False,
                load_output=False,
            )
            if not old:
                return
            await DBOS.delete_workflows_async([workflow.workflow_id for workflow in old])

    async def stop(self, grace_s: int) -> None:
        """Takes no new work, waits for what runs, and leaves the rest to the next start."""
        from dbos import DBOS

        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=grace_s)


async def step(name: str, function: Callable[..., Awaitable[T]], *arguments: Any) -> T:
    """A part of a job that isn't done again once it is done. Only ids and plain values go in and out."""
    from dbos import DBOS

    async def run() -> T:
        try:
            return await function(*arguments)
        except Exception as error:
            logger.error("step %s failed: %s", name, type(error).__name__, exc_info=error)
            raise JobFailed(type(error).__name__) from None

    result: T = await DBOS.run_step_async({"name": name}, run)
    return result


def _write_ahead(file: str) -> None:
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
