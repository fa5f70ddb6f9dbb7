"""`bonvent serve` as a process of its own, with its documented environment and nothing else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from tests.conftest import ROOT
from tests.ports import free_ports

if TYPE_CHECKING:
    from tests.e2e.slack.server import Slack

KEPT = ("PATH", "HOME", "LANG", "TMPDIR")
NOWHERE = "http://127.0.0.1:9"
"""A proxy that nobody keeps: whoever tries to fetch something fails."""


class AppProcess:
    """The running app. `with AppProcess(slack, tmp_path, BONVENT_MANAGERS="U1") as app:` starts it and waits until it is ready.

    Data and log live in the folder; both outlive `restart`. Ports stay the same. `command` is run instead of
    `bonvent serve`.
    """

    def __init__(
        self,
        slack: Slack,
        folder: Path,
        *,
        command: list[str] | None = None,
        **environment: str,
    ) -> None:
        self.command = command or [sys.executable, "-m", "bot.cli", "serve"]
        self.data, self.log_file = folder / "data", folder / "serve.log"
        self.data.mkdir(parents=True, exist_ok=True)
        self.port, self.ops_port = free_ports(2)
        proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), NOWHERE)
        if slack.socket_mode:
            proxies = {}  # the SDK's WebSocket goes through a proxy whatever NO_PROXY says
        self.environment = {
            **{name: os.environ[name] for name in KEPT if name in os.environ},
            **proxies,
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            "HF_HUB_OFFLINE": "1",
            "PYTHONUNBUFFERED": "1",
            "BONVENT_HOST": "127.0.0.1",
            "BONVENT_PORT": str(self.port),
            "BONVENT_OPS_PORT": str(self.ops_port),
            "BONVENT_DATA": str(self.data),
            "BONVENT_EMBEDDER": "use",
            **slack.environment(),
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None
        slack.serve_http(f"http://127.0.0.1:{self.port}/slack/events")

    @property
    def ops_url(self) -> str:
        """Where /healthz, /readyz and /metrics are."""
        return f"http://127.0.0.1:{self.ops_port}"

    @property
    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self, *, ready: float | None = 60.0) -> AppProcess:
        """Starts it and waits up to `ready` seconds for /readyz; None: doesn't wait. What isn't ready in time is killed."""
        assert not self.running, "it runs already"
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL,
                stdout=log, stderr=subprocess.STDOUT,
            )  # fmt: skip
        if ready is not None:
            self.wait_ready(ready)
        return self

    def wait_ready(self, timeout: float = 60.0) -> None:
        until = time.monotonic() + timeout
        while self.get("/readyz")[0] != 200:
            if not self.running:
                code = self.process.returncode if self.process else None
                raise AssertionError(f"`bonvent serve` ended with {code}:\n{self.log()[-4000:]}")
            if time.monotonic() > until:
                self.kill()
                raise AssertionError(f"`bonvent serve` was not ready after {timeout} s:\n{self.log()[-4000:]}")
            time.sleep(0.05)

    def get(self, path: str) -> tuple[int, str]:
        """Asks the ops port; status 0: nobody listens."""
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(self.ops_url + path, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def stop(self, timeout: float = 30.0) -> int:
        """SIGTERM; its exit code. AssertionError: it didn't end in time (and is killed)."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"`bonvent serve` didn't stop within {timeout} s:\n{self.log()[-4000:]}") from None

    def kill(self) -> None:
        """SIGKILL, at once."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def restart(self, *, gently: bool = False, ready: float | None = 60.0) -> None:
        """Ends it (SIGKILL unless `gently`) and starts it again."""
        if self.running:
            self.stop() if gently else self.kill()
        self.start(ready=ready)

    def rss_mb(self) -> float:
        """Resident memory, in megabytes."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024

    def log(self) -> str:
        """All that it wrote to standard output and error, over all starts."""
        return self.log_file.read_text("utf-8", "replace") if self.log_file.is_file() else ""

    def __enter__(self) -> AppProcess:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.running:
            self.kill() if kind else self.stop()
