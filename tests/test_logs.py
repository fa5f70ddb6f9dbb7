"""The log of a serving process: ours is readable, and a draft's words get into it by no way, at debug neither.

Each test runs a program of its own, with the libraries' real code, and reads all that it printed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CANARY = "canary-of-a-draft"
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z (DEBUG|INFO|WARNING|ERROR|CRITICAL) \S+: \S.*")


def printed_by(program: str, *, level: str = "debug", code: int = 0, **environment: str) -> list[str]:
    """The lines that `program` printed after `set_up_logs`, each in the log's form. CANARY is in its reach."""
    prelude = f"import os\nfrom bot.logs import set_up_logs, watch_loop\nset_up_logs({level!r})\n"
    prelude += "CANARY = os.environ['CANARY']\n"  # not a constant of the program, as no draft is
    ran = subprocess.run(
        [sys.executable, "-c", prelude + textwrap.dedent(program)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment, "CANARY": CANARY},
        check=False,
    )
    assert ran.returncode == code, ran.stderr
    lines = (ran.stdout + ran.stderr).splitlines()
    assert CANARY not in ran.stdout + ran.stderr
    return lines


def form_holds(lines: list[str]) -> bool:
    return all(LINE.fullmatch(line) for line in lines)


OURS = """
import sys, types
source = "import logging\\nlogger = logging.getLogger('bot.coach.model')\\ndef run(): logger.%s"
import bot.logs, pathlib
def ours(call):
    names = {}
    exec(compile(source % call, str(pathlib.Path(bot.logs.__file__).parent / 'coach' / 'model.py'), 'exec'), names)
    names['run']()
"""


def test_our_own_records_are_shown_from_the_chosen_level_on() -> None:
    program = OURS + "for level in ('debug', 'info', 'warning'): ours(f\"{level}('%s of %d', 'one', 3)\")"
    for level, shown in (("debug", 3), ("info", 2), ("warning", 1)):
        lines = printed_by(program, level=level)
        assert form_holds(lines)
        assert [line.endswith("bot.coach.model: one of 3") for line in lines] == [True] * shown


def test_a_record_is_one_line_whatever_is_in_it() -> None:
    lines = printed_by(OURS + r"""ours(r"info('one\ntwo\r\x1b[31m %s', 'three\u2028four')")""")
    assert len(lines) == 1
    assert lines[0].endswith("bot.coach.model: one two  [31m three four")


def test_a_record_whose_arguments_do_not_fit_says_only_where_it_was_made() -> None:
    lines = printed_by(OURS + 'ours(\'info("%d", __import__("os").environ["CANARY"])\')')
    assert form_holds(lines)
    assert "can't be put together, at bot/coach/model.py:3 run" in lines[0]


def test_exceptions_are_types_and_places() -> None:
    lines = printed_by(
        """
        import logging
        def inner(): raise KeyError(CANARY)
        def outer():
            try: inner()
            except KeyError as error: raise ValueError(CANARY) from error
        try: outer()
        except ValueError: logging.getLogger("some.library").exception("it failed")
        try: raise ExceptionGroup(CANARY, [KeyError(CANARY), OSError(CANARY)])
        except ExceptionGroup: logging.getLogger("some.library").exception("again")
        """
    )
    assert form_holds(lines)
    assert re.search(r"ValueError at .* outer < .* ← KeyError at .* inner < .* outer$", lines[0])
    assert "ExceptionGroup[KeyError, OSError]" in lines[1]


def test_a_librarys_message_is_shown_only_where_its_source_says_it_word_for_word() -> None:
    lines = printed_by(
        """
        import logging
        library = logging.getLogger("some.library")
        def work(text):
            library.warning("the queue is full")
            library.warning("the queue is full of %s", text)
            library.warning(f"the queue is full of {text}")
            library.warning("the queue is full of " + text)
            library.warning("the queue is full of {}".format(text))
            library.warning(text)
            library.warning("not %d", text)
            library.warning("with it", extra={"draft": text}, stack_info=True)
            library.error({"draft": text})
        work(CANARY)
        """
    )
    assert form_holds(lines)
    said = [line.partition("some.library: ")[2] for line in lines]
    assert said[0].startswith("the queue is full (")
    assert said[1].startswith("the queue is full of %s (")
    assert [line.startswith("at ") for line in said[2:]] == [True, True, True, True, False, False, True]


def test_libraries_are_capped_even_where_they_open_themselves() -> None:
    lines = printed_by(
        """
        import logging, sys
        library = logging.getLogger("some.library")
        library.setLevel("DEBUG")
        library.debug("quiet"); library.info("quiet")
        own = logging.StreamHandler(sys.stdout)
        own.setFormatter(logging.Formatter("%(message)s %(args)s %(exc_info)s"))
        library.addHandler(own)
        try: raise ValueError(CANARY)
        except ValueError: library.debug("a handler of its own gets %s", CANARY, exc_info=True)
        """
    )
    assert len(lines) == 1
    assert lines[0].startswith("a handler of its own gets %s (")


def test_what_was_logged_to_before_is_taken_over() -> None:
    lines = printed_by(
        """
        import logging, sys
        early = logging.getLogger("early")
        early.setLevel("DEBUG"); early.propagate = False; early.addHandler(logging.StreamHandler(sys.stdout))
        logging.getLogger().addHandler(logging.StreamHandler(sys.stdout))
        set_up_logs("debug")
        early.debug("quiet"); early.warning("once")
        """
    )
    assert len(lines) == 1
    assert form_holds(lines)


def test_nobody_catches_it() -> None:
    lines = printed_by(
        """
        import threading
        def broken(): raise ValueError(CANARY)
        thread = threading.Thread(target=broken); thread.start(); thread.join()
        class Late:
            def __del__(self): raise ValueError(CANARY)
        Late()
        broken()
        """,
        code=1,
    )
    assert form_holds(lines)
    assert [re.sub(r".*Z ", "", line).split(" | ")[0] for line in lines] == [
        "ERROR bot.logs: a thread ended early",
        "ERROR bot.logs: ignored",
        "CRITICAL bot.logs: nobody caught this",
    ]
    assert all("ValueError at" in line for line in lines)


def test_warnings_keep_their_kind_and_place() -> None:
    lines = printed_by(
        """
        import logging, warnings
        from pydantic import BaseModel
        class Row(BaseModel):
            number: int
        Row.model_construct(number=CANARY).model_dump_json()
        warnings.warn(CANARY)
        logging.captureWarnings(True)
        warnings.warn(CANARY + "!")
        """
    )
    assert form_holds(lines)
    assert re.search(r"WARNING bot.logs: UserWarning at .*pydantic/main.py:\d+$", lines[0])
    assert re.search(r"WARNING bot.logs: UserWarning at <string>:\d+$", lines[1])
    assert len(lines) == 3


def test_asyncio_in_debug_mode() -> None:
    lines = printed_by(
        """
        import asyncio, gc, time
        async def review(draft): raise ValueError(draft)
        async def slow(draft): time.sleep(0.15)
        async def main():
            watch_loop(asyncio.get_running_loop())
            asyncio.get_running_loop().call_soon(lambda draft: 1 / 0, CANARY)
            task = asyncio.create_task(review(CANARY), name=CANARY)
            await asyncio.create_task(slow(CANARY), name=CANARY)
            del task; gc.collect()
            slow(CANARY)
        asyncio.run(main())
        asyncio.run(asyncio.sleep(0))
        """,
        PYTHONASYNCIODEBUG="1",
    )
    assert form_holds(lines)
    text = "\n".join(lines)
    assert "bot.logs: Task exception was never retrieved (review) | ValueError at" in text
    assert "bot.logs: an error in the event loop | ZeroDivisionError at" in text
    assert "asyncio: Executing %s took %.3f seconds" in text


def test_asyncio_where_no_loop_is_watched() -> None:
    lines = printed_by(
        """
        import asyncio, gc
        async def review(draft): raise ValueError(draft)
        async def main():
            task = asyncio.create_task(review(CANARY), name=CANARY)
            await asyncio.sleep(0)
            del task; gc.collect()
        asyncio.run(main())
        """,
        PYTHONASYNCIODEBUG="1",
    )
    assert form_holds(lines)
    assert any(
        re.search(r" asyncio: at .*asyncio/base_events.py.*ValueError at <string>:\d+ review", line) for line in lines
    )


def test_slack_bolt_and_its_client() -> None:
    lines = printed_by(
        """
        import asyncio, json, logging, time
        from aiohttp import web
        from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
        from slack_sdk.errors import SlackApiError
        from slack_sdk.web.async_client import AsyncWebClient
        for name in ("slack_bolt", "slack_sdk", "aiohttp", "asyncio"): logging.getLogger(name).setLevel("DEBUG")
        event = {"type": "event_callback", "team_id": "T1", "api_app_id": "A1", "event_id": "Ev1", "event_time": 1,
                 "event": {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "text": CANARY,
                           "ts": "1.2"}}
        async def answer(request):
            await request.read()
            if request.path.endswith("auth.test"):
                return web.json_response({"ok": True, "team_id": "T1", "bot_id": "B1", "user_id": "U9", "bot_user_id": "U9"})
            if request.path.endswith("chat.update"):
                return web.Response(text=f"<html>{CANARY}", content_type="text/html")
            if request.path.endswith("chat.delete"):
                raise ValueError(CANARY)
            return web.json_response({"ok": False, "error": "no_text", "message": {"text": CANARY}})
        async def main():
            server = web.Application(); server.router.add_post("/{tail:.*}", answer)
            runner = web.AppRunner(server); await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0); await site.start()
            base = f"http://127.0.0.1:{runner.addresses[0][1]}/"
            client = AsyncWebClient(token="xoxb-1", base_url=base)
            for method in ("chat.postMessage", "chat.update", "chat.delete"):
                try: await client.api_call(method, json={"channel": "D1", "text": CANARY})
                except Exception: logging.getLogger("some.caller").exception("no luck")
            for verified in (True, False):
                app = AsyncApp(client=client, signing_secret="s", request_verification_enabled=not verified)
                for name in list(logging.root.manager.loggerDict):
                    if name.startswith(("slack_", "app")): logging.getLogger(name).setLevel("DEBUG")
                request = AsyncBoltRequest(body=json.dumps(event), headers={"content-type": ["application/json"],
                    "x-slack-signature": ["v0=bad"], "x-slack-request-timestamp": [str(int(time.time()))]})
                await app.async_dispatch(request)  # unhandled, then a bad signature
            app = AsyncApp(client=client, signing_secret="s", request_verification_enabled=False)
            @app.event("message")
            async def listener(event, logger):
                logger.warning(event["text"])
                raise ValueError(event["text"])
            for name in list(logging.root.manager.loggerDict):
                if name.startswith("slack_"): logging.getLogger(name).setLevel("DEBUG")
            await app.async_dispatch(AsyncBoltRequest(body=json.dumps(event), headers={"content-type": ["application/json"]}))
            await asyncio.sleep(0.2)
            await runner.cleanup()
        asyncio.run(main())
        """
    )
    assert form_holds(lines)
    text = "\n".join(lines)
    assert "slack_bolt.AsyncApp: at slack_bolt" in text
    assert re.search(r"aiohttp.server: at .* ValueError at <string>:\d+ answer", text)
    assert re.search(r"slack_bolt.AsyncApp: at .* ValueError at <string>:\d+ listener", text)


def test_a_model_that_fails_with_the_clients_own_debug_mode_on() -> None:
    lines = printed_by(
        """
        import asyncio, threading, logging
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        class Endpoint(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                self.send_response(500); self.send_header("content-length", str(len(body))); self.end_headers()
                self.wfile.write(body)
            def log_message(self, *_): pass
        server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        from bot.coach.model import CoachModel, ModelSettings
        base = f"http://127.0.0.1:{server.server_port}/v1"
        model = CoachModel(ModelSettings(api_key="k", model="m", base_url=base, retries=1))
        for name in ("openai", "httpx", "httpcore", "langchain", "langsmith"): logging.getLogger(name).setLevel("DEBUG")
        print(asyncio.run(model.complete([{"role": "user", "content": CANARY}], {"type": "object"})).reason)
        """,
        OPENAI_LOG="debug",
    )
    assert lines[0] == "unreachable"
    assert form_holds(lines[1:])
    assert any("bot.coach.model: the model gave no answer: " in line for line in lines)


def test_sql_that_is_echoed() -> None:
    lines = printed_by(
        """
        from sqlalchemy import create_engine, text
        with create_engine("sqlite://", echo="debug").connect() as base:
            base.execute(text(f"SELECT '{CANARY}'")).all()
            base.execute(text("SELECT :draft"), {"draft": CANARY}).all()
        """
    )
    assert lines


def test_the_durable_engine(tmp_path: Path) -> None:
    lines = printed_by(
        f"""
        from dbos import DBOS
        @DBOS.step(retries_allowed=True, max_attempts=2, interval_seconds=0.01)
        def step(): raise ValueError(CANARY)
        @DBOS.workflow()
        def work(): step()
        DBOS(config={{"name": "test", "system_database_url": "sqlite:///{tmp_path}/work.sqlite3", "log_level": "DEBUG",
                      "run_admin_server": False}})
        DBOS.launch()
        DBOS.logger.warning(CANARY)
        try: work()
        except Exception: pass
        DBOS.destroy()
        """
    )
    assert form_holds(lines)
    assert any(" dbos: " in line for line in lines)
