"""Large tables of which a text needs a few places: they stay on disk, so that a serving process is small.

What was read is given back at once; the system keeps it for the next time as long as nobody else needs the memory.
"""

from __future__ import annotations

import mmap
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

CAN = hasattr(mmap, "MADV_DONTNEED")
"""Whether this system can give back what it read; where it can't, tables are better left in memory."""


class OnDisk:
    """A table, written to a nameless file in `folder` that goes when we do. Thread-safe. Raises `OSError`."""

    def __init__(self, table: NDArray[Any], folder: Path) -> None:
        import numpy as np

        with tempfile.TemporaryFile(dir=folder) as file:
            np.ascontiguousarray(table).tofile(file)
            file.flush()
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._rows = np.frombuffer(self._map, dtype=table.dtype).reshape(table.shape)

    def __getitem__(self, rows: NDArray[Any]) -> NDArray[Any]:
        """The rows of these numbers, in memory of their own."""
        found: NDArray[Any] = self._rows.take(rows, axis=0)
        self.let_go()
        return found

    def numbers(self) -> Sequence[int]:
        """All numbers one by one, as quick to read as a list's; call `let_go` after reading many."""
        view: Any = memoryview(self._map)
        numbers: Sequence[int] = view.cast(self._rows.dtype.char)
        return numbers

    def let_go(self) -> None:
        """Gives back the memory of what was read."""
        self._map.madvise(mmap.MADV_DONTNEED)
