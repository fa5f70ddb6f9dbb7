"""Work beside a listener, that Slack needn't wait for and that may be lost: a tab that is drawn anew, a courtesy."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

logger = logging.getLogger(__name__)
_tasks: set[asyncio.Task[None]] = set()


def aside(work: Coroutine[Any, Any, None]) -> None:
    """Runs it in this process; held, so that it isn't collected on the way."""
    task = asyncio.create_task(work)
    _tasks.add(task)
    task.add_done_callback(_done)


def _done(task: asyncio.Task[None]) -> None:
    _tasks.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.warning("work beside a listener failed: %s", type(error).__name__, exc_info=error)
