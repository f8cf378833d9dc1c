"""structlog, set up for a program: events on stderr, for people on a terminal, as JSON otherwise.

Events are named noun.verb; values are keys, never inside the text. No secrets, payloads or addresses of clients.
"""

from __future__ import annotations

import sys
from typing import Any, TextIO, cast

import structlog

from . import colours


def configure(**bound: Any) -> None:
    """Set structlog up for this process; `bound` goes into every event."""
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=colours.wanted(sys.stderr))
            if terminal
            else structlog.processors.JSONRenderer(),
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
