"""A real Chroma server (`chroma run`) for tests: on a free port of this machine, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.ports import free_ports


class ChromaServer:
    """Starts at once; `stop` and `start` are a restart on the same port and folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        [self.port] = free_ports()
        self.url = f"http://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        program = Path(sys.executable).parent / "chroma"
        self._process = subprocess.Popen(
            [program, "run", "--host", "127.0.0.1", "--port", str(self.port), "--path", self.folder],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "ANONYMIZED_TELEMETRY": "False"},
        )
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=5).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError("the Chroma server didn't start")

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
