"""The process around the app: its environment, its end, and its return. A small script stands in for the app."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.e2e.slack import AppProcess, slack_stand_in

READY = """
import json, os
from http.server import BaseHTTPRequestHandler, HTTPServer
class Ops(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
        self.wfile.write(json.dumps(dict(os.environ)).encode())
print("started", flush=True)
HTTPServer(("127.0.0.1", int(os.environ["BONVENT_OPS_PORT"])), Ops).serve_forever()
"""


def test_it_starts_ends_and_comes_back_with_the_documented_environment_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a developer's own")
    command = [sys.executable, "-c", READY]
    with slack_stand_in() as slack, AppProcess(slack, tmp_path, command=command, BONVENT_MANAGERS="U1") as app:
        status, environment = app.get("/readyz")
        assert status == 200
        assert "a developer's own" not in environment
        assert slack.signing_secret in environment
        assert "BONVENT_MANAGERS" in environment
        assert 5 < app.rss_mb() < 200
        app.kill()
        assert (app.running, app.get("/readyz")[0]) == (False, 0)
        app.restart()
        assert app.log().count("started") == 2
        assert app.stop() == -15


def test_an_app_that_ends_at_once_is_told_of_with_its_log(tmp_path: Path) -> None:
    with slack_stand_in() as slack:
        app = AppProcess(slack, tmp_path, command=[sys.executable, "-c", "print('no token'); raise SystemExit(2)"])
        with pytest.raises(AssertionError, match=r"ended with 2:\nno token"):
            app.start()
