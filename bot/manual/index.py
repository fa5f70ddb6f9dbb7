"""The vectors in Chroma: a cache that is built from passages, checked when opened, and rebuilt when damaged."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.manual.embed import Embedder
from bot.manual.index_collection import Damaged, Index, close_unused
from bot.manual.index_folder import open_in_folder
from bot.manual.index_server import open_on_server
from bot.manual.models import Passage
from bot.manual.vectors import Notice, Progress

__all__ = ["Damaged", "Index", "open_index"]


def open_index(
    data: Path,
    passages: Sequence[Passage],
    embedder: Embedder,
    *,
    chroma_url: str = "",
    notice: Notice | None = None,
    progress: Progress | None = None,
    suspect: str | None = None,
) -> Index:
    """The index of these passages, built first when there is none or when it is damaged (`suspect` names one that is).

    It lives in `<data>/chroma`, or on the Chroma server at `chroma_url`. Says through `notice` when a damaged one had
    to be rebuilt. Raises `ManualError` when the folder can't be written or the server can't be reached.
    """
    close_unused()
    if chroma_url:
        return open_on_server(chroma_url, data, passages, embedder, notice=notice, progress=progress, suspect=suspect)
    return open_in_folder(data, passages, embedder, notice=notice, progress=progress, suspect=suspect)
