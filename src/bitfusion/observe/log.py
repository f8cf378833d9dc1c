"""structlog, set up for a program: events on stderr, for people on a terminal, as JSON otherwise.

systemd's journal has the time of each line, and takes its priority from how the line begins.

Events are named noun.verb; values are keys, never inside the text. No secrets and no payloads. Who was turned away is
named by its address (observe/muffled.py), nobody else is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, TextIO, cast

from . import colours


@contextmanager
def _without(name: str) -> Iterator[None]:
    """A package that is imported within does not find another one."""
    known = sys.modules.get(name)
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]
        if known is not None:
            sys.modules[name] = known


# It takes rich along for tracebacks that we do not show: some 40 ms of every start, and memory whose page tables each
# fork of the warm process would copy.
with _without("rich"):
    import structlog

# Of syslog, by what structlog calls them.
_INFO = 6
_PRIORITIES = {"debug": 7, "info": _INFO, "warning": 4, "error": 3, "critical": 2, "exception": 3}


def configure(**bound: Any) -> None:
    """Set structlog up for this process; `bound` goes into every event."""
    terminal, journal = sys.stderr.isatty(), _is_journal()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            *([] if journal else [structlog.processors.TimeStamper(fmt="iso", utc=True)]),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=colours.wanted(sys.stderr))
            if terminal
            else structlog.processors.JSONRenderer(),
            *([_with_priority] if journal else []),
        ],
        # One write for a line, so that lines of several processes do not mix.
        logger_factory=structlog.WriteLoggerFactory(file=cast("TextIO", _Lines())),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(**bound)


def logger() -> Any:
    """The logger of this process."""
    return structlog.get_logger()


def _is_journal() -> bool:
    """True if systemd has connected stderr with its journal: it then says which file that is."""
    try:
        status = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"


def _with_priority(_: Any, method: str, line: MutableMapping[str, Any] | str) -> str:
    """The line with the prefix by which the journal knows what is a warning (sd-daemon(3))."""
    return f"<{_PRIORITIES.get(method, _INFO)}>{line}"


class _Lines:
    """stderr, written a whole line at a time. A reader that has gone away does not end the program."""

    def __init__(self) -> None:
        self._text = ""

    def write(self, text: str) -> None:
        self._text += text

    def flush(self) -> None:
        text, self._text = self._text, ""
        try:
            sys.stderr.write(text)
            sys.stderr.flush()
        except OSError:
            pass
