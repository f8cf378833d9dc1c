"""A thread that watches over the session: keeps a waiting client informed and the counts that others see, and ends the
process when somebody is gone.

The thread that runs calls may be stuck in the driver for as long as a kernel runs; this one never enters the driver.
"""

from __future__ import annotations

import _thread
import select
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..limits import HEARTBEAT_INTERVAL_S, SESSION_END_S, UNACKNOWLEDGED_MAX_S
from ..net.sockets import unanswered_s
from .channel import Channel
from .control import Control
from .crash import crash

if TYPE_CHECKING:
    from ..net.secure import Connection

_GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR
# The interval is what the client is promised; the thread may be late by a scheduling quantum and more.
_TICK_S = HEARTBEAT_INTERVAL_S / 2
_DOUBT_S = 0.1  # between looks at a client whose host does not answer


class Monitor:
    """Watches `connection` and `control`. `look` is called about once a second, on its thread, and `finish` if the
    session does not end by itself in time.

    `reason` says who is gone, "" as long as nobody is.
    """

    def __init__(
        self,
        connection: Connection,
        control: Control,
        channel: Channel,
        look: Callable[[], None],
        finish: Callable[[], None],
    ) -> None:
        self.reason = ""
        self._connection = connection
        self._control = control
        self._channel = channel
        self._look = look
        self._finish = finish
        self._ended = threading.Event()

    def start(self) -> None:
        # Thread.start() would wait until the thread runs, and on a busy machine the client's first calls with it.
        _thread.start_new_thread(self._watch, ())

    def ended(self) -> None:
        """The session has ended by itself."""
        self._ended.set()

    def _watch(self) -> None:
        try:
            self._run()
        except BaseException as error:
            crash(error)

    def _run(self) -> None:
        poll = select.poll()
        poll.register(self._connection, _GONE)
        poll.register(self._control, select.POLLIN | _GONE)
        wait_s, due_s = _TICK_S, time.monotonic() + _TICK_S
        while not self._ended.is_set():
            events = poll.poll(wait_s * 1000)
            if events:
                self._end(self._control.fileno() in {fd for fd, _ in events})
                return
            silent_s = unanswered_s(self._connection)
            if silent_s >= UNACKNOWLEDGED_MAX_S:
                self._end(told=False)
                return
            wait_s = _DOUBT_S if silent_s else _TICK_S
            if time.monotonic() >= due_s:
                due_s = time.monotonic() + _TICK_S
                self._tick()

    def _tick(self) -> None:
        self._look()
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
