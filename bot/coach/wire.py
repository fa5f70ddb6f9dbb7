"""Keeps what an endpoint sends within bounds, before it is read into memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

_LONGEST = 2_000_000  # bytes; an answer of 8,000 tokens is 40,000


class TooLongError(Exception):
    """The endpoint sends more than any answer takes, or in a form whose size can't be known."""


async def bounded(response: Any) -> None:
    """A hook for an httpx client: reading the response raises `TooLongError` past the bound.

    Raises `TooLongError` at once for a compressed response, which nobody asked for: a small one may unfold to gigabytes.
    """
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise TooLongError("compressed")
    inner = response.stream

    class Bounded(type(inner)):  # type: ignore[misc]  # the client checks what kind of stream it reads
        def __init__(self) -> None:
            """Nothing of its own."""

        async def __aiter__(self) -> AsyncIterator[bytes]:
            read = 0
            async for chunk in inner:
                read += len(chunk)
                if read > _LONGEST:
                    raise TooLongError("endless")
                yield chunk

        async def aclose(self) -> None:
            await inner.aclose()

    response.stream = Bounded()
