"""`bonvent serve`: the Slack app."""

from __future__ import annotations

from pathlib import Path

import click

from bot.cli import parts


@click.command("serve")
@parts.knowledge_option
def command(knowledge: Path | None) -> None:
    """Serve Slack, until stopped.

    Socket Mode when SLACK_APP_TOKEN is set, HTTP on BONVENT_PORT (/slack/events) otherwise. /healthz, /readyz and /metrics
    are on BONVENT_OPS_PORT. `bonvent doctor` checks tokens, scopes and events first.

    \b
    SLACK_BOT_TOKEN        xoxb-…, always
    SLACK_APP_TOKEN        xapp-…, for Socket Mode
    SLACK_SIGNING_SECRET   for HTTP
    BONVENT_DATABASE_URL   postgresql://… instead of SQLite files, for several processes
    """
    import asyncio
    import logging

    from bot.errors import BonventError
    from bot.logs import set_up_logs, watch_loop
    from bot.warming import one_thread_each

    one_thread_each()
    settings = parts.settings_for(knowledge)
    set_up_logs(settings.log_level)

    async def run() -> None:
        from bot.app import serve

        watch_loop(asyncio.get_running_loop())
        await serve(settings)

    try:
        asyncio.run(run())
    except BonventError:
        raise
    except Exception as error:  # the log is where an operator looks; it holds places in the code, no words of a draft
        logging.getLogger("bot.cli.serve").critical("serving failed: %s", type(error).__name__, exc_info=error)
        raise
