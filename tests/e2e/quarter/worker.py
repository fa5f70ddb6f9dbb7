"""One process of a rehearsal: the app as `bonvent serve` opens it, with a steered clock, ticking as fast as the clock moves.

`python -m tests.e2e.quarter.worker CLOCK PROGRESS`: PROGRESS gets the time of the last whole tick.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from bot import app
from bot.logs import set_up_logs
from bot.settings import load_settings
from bot.slack.nudging import nudge_tick
from bot.slack.tidying import tick
from bot.warming import one_thread_each
from tests.e2e.quarter.steering import SteeredClock

_PAUSE_S = 0.01
_AGAIN_S = 1.0
"""A tick though the clock stands still: three processes do the same minute at once."""
_TIDY = timedelta(hours=6)


async def work(clock: SteeredClock, progress: SteeredClock) -> None:
    stop = asyncio.Event()
    async with AsyncExitStack() as stack:
        service, replica = await app._open(load_settings(), stack)
        service.clock = clock
        await service.engine.start()
        asyncio.create_task(app._sweep(service.engine, replica, stop))  # noqa: RUF006 - ends with the process
        tidied = clock.now()
        ticked, at = None, 0.0
        while True:
            now = clock.now()
            if now == ticked and time.monotonic() - at < _AGAIN_S:
                await asyncio.sleep(_PAUSE_S)
                continue
            await nudge_tick(service)
            if now - tidied > _TIDY:
                await tick(service)
                tidied = now
            ticked, at = now, time.monotonic()
            progress.move(now)


if __name__ == "__main__":
    one_thread_each()
    set_up_logs("warning")
    asyncio.run(work(SteeredClock.at(Path(sys.argv[1])), SteeredClock.at(Path(sys.argv[2]))))
