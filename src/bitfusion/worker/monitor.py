"""A thread that watches over the session: keeps a waiting client informed and the counts that others see, and ends the process
when somebody is gone.

The thread that runs calls may be stuck in the driver for as long as a kernel runs; this one never enters the driver.
"""

from __future__ import annotations

import select
import socket
import threading
from collections.abc import Callable

from ..limits import HEARTBEAT_INTERVAL_S, SESSION_END_S
from .channel import Channel
from .control import Control

_GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR
# The interval is what the client is promised; the thread may be late by a scheduling quantum and more.
_TICK_MS = int(HEARTBEAT_INTERVAL_S * 1000 / 2)


class Monitor:
    """Watches `connection` and `control`. `show_counts` is called about once a second, on its thread, and `finish` if the session
    does not end by itself in time.

    `reason` says who is gone, "" as long as nobody is.
    """

    def __init__(
        self,
        connection: socket.socket,
        control: Control,
        channel: Channel,
        show_counts: Callable[[], None],
        finish: Callable[[], None],
    ) -> None:
        self.reason = ""
        self._connection = connection
        self._control = control
        self._channel = channel
        self._show_counts = show_counts
        self._finish = finish
        self._ended = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="monitor", daemon=True).start()

    def ended(self) -> None:
        """The session has ended by itself."""
        self._ended.set()

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._connection, _GONE)
        poll.register(self._control, select.POLLIN | _GONE)
        while not self._ended.is_set():
            events = poll.poll(_TICK_MS)
            if events:
                self._end(self._control.fileno() in {fd for fd, _ in events})
                return
            self._show_counts()
            if self._channel.owes():
                self._channel.heartbeat()

    def _end(self, told: bool) -> None:
        """Somebody is gone, or the Dispatcher wants the session to end."""
        self.reason = "dispatcher" if told else "client"
        try:
            # Wakes the other threads if they are on the socket, and tells a client that is still there.
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # not connected any more
        if not self._ended.wait(SESSION_END_S):
            self._finish()
