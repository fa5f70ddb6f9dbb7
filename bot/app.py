"""The composition root: settings → parts → a running Slack app, by Socket Mode or HTTP."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from functools import partial
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.clock import Clock
from bot.errors import BonventError
from bot.manual import history
from bot.metrics import READY
from bot.ops import ops_app
from bot.parts import coach_for
from bot.program.knowledge import load_program
from bot.program.signs import load_formula
from bot.settings import Settings, SettingsError
from bot.slack.answering import answer_job
from bot.slack.bolt import SlackApp, slack_app
from bot.slack.confirming import confirm
from bot.slack.delivery import deliver
from bot.slack.freezing import catch_up, freeze_job
from bot.slack.fronting import front
from bot.slack.gap_closing import passage_job
from bot.slack.gap_report import report
from bot.slack.gateway import Gateway, connect
from bot.slack.inviting import invite
from bot.slack.manual_desk import manual_job
from bot.slack.nudge_ideas import angles_of
from bot.slack.nudging import nudge_tick
from bot.slack.opening import open_job
from bot.slack.reminding import remind
from bot.slack.reviewing import review_job
from bot.slack.service import Service
from bot.slack.talking import rework_job
from bot.slack.tidying import tick
from bot.slack.words import load_words
from bot.store.database import Database, domain_url, engine_url
from bot.store.migrate import migrate
from bot.warming import warm
from bot.work.engine import Engine
from bot.work.replica import OnlyReplica, Replica, SharedReplica

logger = logging.getLogger(__name__)
_GRACE_S = 20
_WATCH_S = 10.0
_RENEW_S = 30.0
_PING_S = 4  # a lost socket is noticed by then
_EVERY_FIVE_MINUTES = "0 */5 * * * *"
_EVERY_MINUTE = "0 * * * * *"


async def serve(settings: Settings) -> None:
    """Runs until it is told to stop (SIGTERM, SIGINT). Raises `BonventError` for what a person can mend."""
    problems = settings.serve_problems()
    if problems:
        raise SettingsError("\n".join(problems))
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        ready = asyncio.Event()
        await stack.enter_async_context(_listening(ops_app(ready), settings.host, settings.ops_port))
        service, replica = await _open(settings, stack)
        app = slack_app(service)
        stack.push_async_callback(_wind_down, service)
        await service.engine.start()
        await _tick(service)
        nudging = asyncio.create_task(_nudge(service))
        stack.callback(nudging.cancel)
        watch = asyncio.create_task(_sweep(service.engine, replica, stop))
        stack.callback(watch.cancel)
        renewal = asyncio.create_task(_renew(service))
        stack.callback(renewal.cancel)
        if settings.slack_app_token is not None:
            await stack.enter_async_context(_socket(app, settings))
        else:
            await stack.enter_async_context(_listening(app.web_app("/slack/events"), settings.host, settings.port))
        stack.callback(app.refuse)
        ready.set()
        READY.set(1)
        stack.callback(READY.set, 0)
        stack.callback(ready.clear)
        way = "Socket Mode" if settings.slack_app_token else f"http://{settings.host}:{settings.port}/slack/events"
        logger.info("ready: %s, as %s", way, replica.name)
        await stop.wait()
        logger.info("stopping: what runs is finished, what waits is kept")


async def _open(settings: Settings, stack: AsyncExitStack) -> tuple[Service, Replica]:
    """Everything a listener needs, opened in the order in which it is closed again."""
    _make_folder(settings)
    database_url = settings.database_url.get_secret_value() if settings.database_url else None
    replica: Replica = (
        await SharedReplica.join(engine_url(settings.data, database_url))
        if database_url
        else OnlyReplica(settings.data)
    )
    stack.push_async_callback(replica.release)
    database = Database(domain_url(settings.data, database_url))
    stack.push_async_callback(database.close)
    await migrate(database)
    session = await stack.enter_async_context(aiohttp.ClientSession(trust_env=True))
    assert settings.slack_bot_token is not None
    gateway = Gateway(connect(settings.slack_bot_token.get_secret_value(), settings.slack_api_url, session))
    await _introduce(gateway)
    angles_of(settings.knowledge)  # a fault in the file is told now, not by every round
    coach = await asyncio.to_thread(coach_for, settings, logger.warning)
    await asyncio.to_thread(warm, settings, coach)
    if coach.model is not None:
        stack.push_async_callback(coach.model.aclose)
    service = Service(
        settings=settings,
        clock=Clock(timedelta(seconds=settings.clock_shift)),
        database=database,
        engine=Engine(engine_url(settings.data, database_url), replica.name),
        gateway=gateway,
        coach=coach,
        all_words=load_words(settings.prompts, coach.policy.company.languages, coach.policy.networks),
        program=load_program(settings.knowledge),
        formula=load_formula(settings.knowledge),
        numbers=await asyncio.to_thread(history.numbers, settings.data),
    )
    for name, job in {
        "answer": answer_job,
        "review": review_job,
        "rework": rework_job,
        "deliver": deliver,
        "open": open_job,
        "manual": manual_job,
        "passage": passage_job,
        "freeze": freeze_job,
    }.items():
        service.engine.job(name, partial(job, service))
    service.engine.every("tick", _EVERY_FIVE_MINUTES, partial(_tick, service))
    service.engine.every("nudges", _EVERY_MINUTE, partial(nudge_tick, service))
    service.engine.every("front", _EVERY_MINUTE, partial(front, service))
    return service, replica


def _make_folder(settings: Settings) -> None:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"{settings.data} can't be written ({error.strerror}): set BONVENT_DATA") from None


async def _introduce(gateway: Gateway) -> None:
    try:
        await gateway.introduce()
    except SlackApiError as error:
        raise SettingsError(
            f"Slack refused SLACK_BOT_TOKEN ({error.response['error']}): copy it again from the app's page"
        ) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise BonventError(
            f"Slack can't be reached ({type(error).__name__}): check the network and SLACK_API_URL"
        ) from None


async def _tick(service: Service) -> None:
    await tick(service)
    await remind(service)
    await report(service)
    await catch_up(service)
    await invite(service)
    await confirm(service)


async def _nudge(service: Service) -> None:
    """The first round at once: what came due while nothing ran, and isn't missed yet, needn't wait for the next minute."""
    try:
        await nudge_tick(service)
        await front(service)
    except Exception as error:
        logger.error("nudging failed: %s", type(error).__name__, exc_info=error)


async def _wind_down(service: Service) -> None:
    await service.engine.stop(_GRACE_S)


async def _sweep(engine: Engine, replica: Replica, stop: asyncio.Event) -> None:
    """Takes up the work of replicas that are gone; stops this one when it lost its name, since two must not share it."""
    while True:
        await asyncio.sleep(_WATCH_S)
        try:
            await replica.sweep(engine)
        except Exception as error:
            logger.error("looking for lost work failed: %s", type(error).__name__, exc_info=error)
        if replica.lost:
            logger.critical(
                "the database closed the connection that holds this process's name: it stops, start it again"
            )
            stop.set()


async def _renew(service: Service) -> None:
    """Switches to a newer manual once it is published, by whoever published it."""
    while True:
        await asyncio.sleep(_RENEW_S)
        try:
            await service.renew()
        except BonventError as error:
            logger.warning("the newer manual can't be opened, the old one stays: %s", error)
        except Exception as error:
            logger.error("looking for a newer manual failed: %s", type(error).__name__, exc_info=error)


@asynccontextmanager
async def _listening(app: web.Application, host: str, port: int) -> AsyncIterator[None]:
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise BonventError(f"{host}:{port} can't be listened on ({error.strerror}): choose another port") from None
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _socket(app: SlackApp, settings: Settings) -> AsyncIterator[None]:
    """Socket Mode, watched: a connection can die without a word (bolt issue 1529)."""
    assert settings.slack_app_token is not None
    token = settings.slack_app_token.get_secret_value()
    web_client = connect(token, settings.slack_api_url, None)
    handler = AsyncSocketModeHandler(app, token, web_client=web_client, ping_interval=_PING_S)
    handler.client.proxy = web_client.proxy  # the SDK's own choice ignores NO_PROXY
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]
    except SlackApiError as error:
        raise SettingsError(
            f"Slack refused SLACK_APP_TOKEN ({error.response['error']}): it needs the scope connections:write"
        ) from None
    watch = asyncio.create_task(_watch(handler.client))
    try:
        yield
    finally:
        watch.cancel()
        await handler.close_async()  # type: ignore[no-untyped-call]


async def _watch(client: Any) -> None:
    silent = 0
    while True:
        await asyncio.sleep(_WATCH_S)
        try:
            silent = 0 if await client.is_connected() else silent + 1
            if silent >= 2:
                logger.warning("the socket is silent: a new one is opened")
                await client.connect_to_new_endpoint(force=True)
                silent = 0
        except Exception as error:
            logger.warning("the socket could not be renewed: %s", type(error).__name__)
