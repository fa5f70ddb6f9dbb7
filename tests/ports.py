"""Ports for servers of the tests that are started again on the same one."""

from __future__ import annotations

import itertools
import os
import socket

_FIRST, _COUNT = 20_000, 12_000
"""Below the ports that the system gives out by itself (32768 and up on Linux): nobody's outgoing call takes one meanwhile."""
_places = itertools.count(os.getpid() * 97)


def free_ports(count: int = 1) -> list[int]:
    """Ports that nobody listens on, none of them given before by this process."""
    found: list[int] = []
    while len(found) < count:
        port = _FIRST + next(_places) % _COUNT
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        found.append(port)
    return found
