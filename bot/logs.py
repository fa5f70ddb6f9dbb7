"""The log of a serving process: one handler, one line a record, and no words of anybody's draft in it.

Safe by construction, at every level and for whoever adds a handler of their own: records are cleaned when they are
made. Of our own records the message is kept. Of a library's, the message is kept only where it stands word for word in
the library's source (so it quotes nothing), without its arguments; else the record says where it was made. Of an
exception, everybody's, the types and the places are kept, never its message.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Literal, TextIO

if TYPE_CHECKING:
    import asyncio

logger = logging.getLogger(__name__)

Level = Literal["debug", "info", "warning"]

_OURS = Path(__file__).parent
_LONGEST = 1000
"""Letters of a message."""
_MOST_FRAMES = 12
_MOST_CAUSES = 4
_LOOP_SAYS = frozenset(
    {
        "Task exception was never retrieved",
        "Future exception was never retrieved",
        "Task was destroyed but it is pending!",
        "Unhandled exception in client_connected_cb",
    }
)
"""What asyncio says in fixed words; its other sentences show arguments."""


def set_up_logs(level: Level) -> None:
    """Sends the log to standard error: ours (`bot.*`) from `level` on, the libraries' from WARNING on at every level.

    Exceptions that nobody catches (in a thread, in `__del__`, too) and warnings go there as well. Call it first, before
    libraries are imported or opened; again, it only changes the level. Event loops: `watch_loop`.
    """
    logging.setLogRecordFactory(_CleanRecord)
    logging.raiseExceptions = False  # a record that can't be written would print its arguments
    root = logging.getLogger()
    root.handlers[:] = [_handler(sys.stderr)]
    root.setLevel(logging.WARNING)
    logging.getLogger("bot").setLevel(level.upper())
    for name in list(logging.root.manager.loggerDict):
        _take_over(logging.getLogger(name))
    # Without a handler of its own DBOS would add one that passes by ours.
    logging.getLogger("dbos").addHandler(logging.NullHandler())
    warnings.showwarning = _warned
    sys.excepthook = _crashed
    threading.excepthook = _thread_crashed
    sys.unraisablehook = _unraisable


def watch_loop(loop: asyncio.AbstractEventLoop) -> None:
    """Errors that nobody awaits in `loop` are logged as all others are."""
    loop.set_exception_handler(_loop_failed)


def _handler(stream: TextIO) -> logging.Handler:
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Line())
    handler.addFilter(_from_warning_on_or_ours)
    return handler


def _take_over(known: logging.Logger) -> None:
    """A library's logger that was there before us loses its own handlers and level: the root decides."""
    if _is_ours(known.name):
        return
    known.handlers[:] = [h for h in known.handlers if isinstance(h, logging.NullHandler)]
    known.propagate = True
    if known.level < logging.WARNING:
        known.setLevel(logging.NOTSET)


def _is_ours(name: str) -> bool:
    return name == "bot" or name.startswith("bot.")


def _from_warning_on_or_ours(record: logging.LogRecord) -> bool:
    """Also where a library opened its logger by itself (`OPENAI_LOG=debug`)."""
    return record.levelno >= logging.WARNING or _is_ours(record.name)


class _CleanRecord(logging.LogRecord):
    """A record that holds nothing but what may be shown."""

    def __init__(
        self,
        name: str,
        level: int,
        pathname: str,
        lineno: int,
        msg: object,
        args: Any,
        exc_info: Any,
        func: str | None = None,
        sinfo: str | None = None,
        **_: Any,
    ) -> None:
        if name is None:  # `logging.makeLogRecord`
            name = ""
        super().__init__(name, level, pathname, lineno, msg, args, None, func, None)
        if _is_ours(name) and _OURS in Path(pathname).parents:
            said = _formatted(self)
        elif isinstance(msg, str) and _stands_in_source(msg, pathname, func):
            said = f"{msg} ({_place(pathname, lineno, func)})"
        else:
            said = f"at {_place(pathname, lineno, func)}"
        trouble = _raised(exc_info)
        said = _one_line(said)
        self.msg = f"{said} | {trouble}" if trouble else said
        self.args = ()


def _formatted(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception:  # the arguments don't fit: to say which would show them
        return f"a message that can't be put together, at {_place(record.pathname, record.lineno, record.funcName)}"


def _stands_in_source(message: str, path: str, function: str | None) -> bool:
    """Whether `message` is a constant of the function that logs it, on whose behalf we are called."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        code = frame.f_code
        if code.co_filename == path and code.co_name == function:
            return any(type(constant) is str and constant == message for constant in code.co_consts)
        frame = frame.f_back
    return False


def _raised(exc_info: Any) -> str:
    """What was raised, as types and places; empty when nothing was."""
    if isinstance(exc_info, BaseException):
        return described(exc_info)
    if isinstance(exc_info, tuple):
        return described(exc_info[1], exc_info[2]) if exc_info[1] is not None else ""
    return described(error) if exc_info and (error := sys.exc_info()[1]) is not None else ""


def described(error: BaseException, trace: TracebackType | None = None) -> str:
    """The types of `error` and its causes, each with where it came by, innermost place first; never its message."""
    return " ← ".join(_described(error, trace))


def _described(error: BaseException, trace: TracebackType | None) -> Iterator[str]:
    at: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if at is None:
            return
        kind = type(at).__qualname__
        if isinstance(at, BaseExceptionGroup):
            kind += f"[{', '.join(sorted({type(inner).__qualname__ for inner in at.exceptions}))}]"
        places = list(_places(at.__traceback__ or trace))[::-1]
        shown = " < ".join(places[:_MOST_FRAMES])
        yield f"{kind} at {shown}" if shown else kind
        at, trace = at.__cause__ or (None if at.__suppress_context__ else at.__context__), None


def _places(trace: TracebackType | None) -> Iterator[str]:
    while trace is not None:
        code = trace.tb_frame.f_code
        yield _place(code.co_filename, trace.tb_lineno, code.co_name)
        trace = trace.tb_next


def _place(path: str, line: int, function: str | None) -> str:
    """`bot/coach/review.py:44 review`: the last three parts of the path are enough to find it."""
    return f"{'/'.join(Path(path).parts[-3:])}:{line}" + (f" {function}" if function else "")


def _one_line(text: str) -> str:
    kept = "".join(c if c.isprintable() else " " for c in text)
    return kept if len(kept) <= _LONGEST else f"{kept[: _LONGEST - 1]}…"


class _Line(logging.Formatter):
    """`2026-11-25T10:00:00.123Z WARNING bot.coach.model: the model gave no answer`"""

    def format(self, record: logging.LogRecord) -> str:
        # Nothing that another handler may have left on the record (`exc_text`) is looked at.
        at = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        return f"{at}.{int(record.msecs):03}Z {record.levelname} {_one_line(record.name)}: {record.msg}"


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Its text may quote data (pydantic's serializer does)."""
    logger.warning("%s at %s", category.__qualname__, _place(filename, lineno, None))


def _crashed(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        logger.warning("stopped by the keyboard")
    else:
        logger.critical("nobody caught this", exc_info=(kind, error, trace))


def _thread_crashed(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_type is not SystemExit and failed.exc_value is not None:
        logger.error("a thread ended early", exc_info=(failed.exc_type, failed.exc_value, failed.exc_traceback))


def _unraisable(failed: sys.UnraisableHookArgs) -> None:
    if failed.exc_value is not None:
        logger.error("ignored", exc_info=(failed.exc_type, failed.exc_value, failed.exc_traceback))


def _loop_failed(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    says = context.get("message")
    says = says if says in _LOOP_SAYS else "an error in the event loop"
    task: Any = context.get("task") or context.get("future")
    name = getattr(task.get_coro(), "__qualname__", "") if hasattr(task, "get_coro") else ""
    error = context.get("exception")
    logger.error("%s%s", says, f" ({name})" if name else "", exc_info=error if error is not None else None)
