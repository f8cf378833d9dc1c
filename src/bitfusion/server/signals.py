"""SIGTERM and SIGINT, counted: the first asks a server to end, the second not to wait. SIGHUP, for a service."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable


def has_terminal() -> bool:
    """Whether SIGHUP means that this process's terminal is gone."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


class Signals:
    """The signals to this process from now on."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._received: asyncio.Queue[int] = asyncio.Queue()
        # Whoever started this process may have it ignored; then the system reaps children, and nobody knows what became
        # of them.
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._received.put_nowait, number)

    def on_hangup(self, call: Callable[[], object]) -> None:
        """Call this at SIGHUP, which ends a program otherwise: rightly, if it means that its terminal is gone."""
        self._loop.add_signal_handler(signal.SIGHUP, call)

    def pending(self) -> bool:
        """True if one has come already."""
        return not self._received.empty()

    async def next(self) -> int:
        """Wait for the next one."""
        return await self._received.get()
