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

from ..errors import Code
from ..limits import HEARTBEAT_INTERVAL_S, SESSION_END_S, UNACKNOWLEDGED_MAX_S
from ..net.sockets import unanswered_s
from .channel import Channel
from .control import Control
from .crash import crash
from .deadlines import Ending

if TYPE_CHECKING:
    from ..net.secure import Connection

_GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR
# The interval is what the client is promised; the thread may be late by a scheduling quantum and more.
_TICK_S = HEARTBEAT_INTERVAL_S / 2
_BACK = "restart the program when the server is back"
_CLIENT_GONE = Ending("client gone", 0, "")
_SHUT_DOWN = Ending("dispatcher gone", Code.CONNECTION_LOST, "its Dispatcher has ended", _BACK)
_DOUBT_S = 0.1  # between looks at a client whose host does not answer


class Monitor:
    """Watches `connection` and `control`. `look` is called about once a second, on its thread, and tells if the time of
    the session is over; `finish` if the session does not end by itself in time.

    `result` says why the session ends, "" as long as it does not.
    """

    def __init__(
        self,
        connection: Connection,
        control: Control,
        channel: Channel,
        look: Callable[[], Ending | None],
        finish: Callable[[], None],
    ) -> None:
        self.result = ""
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
                self._end(_SHUT_DOWN if self._control.fileno() in {fd for fd, _ in events} else _CLIENT_GONE)
                return
            silent_s = unanswered_s(self._connection)
            if silent_s >= UNACKNOWLEDGED_MAX_S:
                self._end(_CLIENT_GONE)
                return
            wait_s = _DOUBT_S if silent_s else _TICK_S
            if time.monotonic() >= due_s:
                due_s = time.monotonic() + _TICK_S
                ending = self._tick()
                if ending is not None:
                    self._end(ending)
                    return

    def _tick(self) -> Ending | None:
        ending = self._look()
        if ending is None and self._channel.owes():
            self._channel.heartbeat()
        return ending

    def _end(self, ending: Ending) -> None:
        """Somebody is gone, the Dispatcher wants the session to end, or its time is over."""
        self.result = ending.result
        if ending.code:
            self._channel.farewell(ending.code, ending.reason, ending.hint)
        try:
            # Wakes the other threads if they are on the socket, and tells a client that is still there.
            self._connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # not connected any more
        if not self._ended.wait(SESSION_END_S):
            self._finish()
