"""A thread that watches over the session: keeps a waiting client informed and the counts that others see, and ends the
process when somebody is gone.

The thread that runs calls may be stuck in the driver for as long as a kernel runs; this one never enters the driver.
"""

from __future__ import annotations

import _thread
import os
import select
import socket
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from ..errors import Code
from ..limits import HEARTBEAT_INTERVAL_S, SESSION_END_S, UNACKNOWLEDGED_MAX_S
from ..net.sockets import unanswered_s
from .channel import GOODBYE, Channel
from .control import Control
from .crash import crash
from .deadlines import Ending
from .door import Door
from .line import SILENCE, Line

if TYPE_CHECKING:
    from ..net.secure import Connection

_GONE = select.POLLRDHUP | select.POLLHUP | select.POLLERR
# The interval is what the client is promised; the thread may be late by a scheduling quantum and more.
_TICK_S = HEARTBEAT_INTERVAL_S / 2
_BACK = "restart the program when the server is back"
_CLIENT_GONE = Ending("client gone", 0, "")
_SHUT_DOWN = Ending("dispatcher gone", Code.CONNECTION_LOST, "its Dispatcher has ended", _BACK)
_NOTICED_S = 0.5  # by the thread that reads, with what the client has said last, before this one says that it ended
_DOUBT_S = 0.1  # between looks at a client whose host does not answer


class Monitor:
    """Watches `line`, `door` and `control`. `look` is called about once a second, on its thread, and tells if the time
    of the session is over; `finish` if the session does not end by itself in time.

    `result` says why the session ends, "" as long as it does not.
    """

    def __init__(
        self,
        line: Line,
        door: Door,
        control: Control,
        channel: Channel,
        look: Callable[[], Ending | None],
        finish: Callable[[], None],
    ) -> None:
        self.result = ""
        self._line = line
        self._door = door
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
        wait_s, due_s = _TICK_S, time.monotonic() + _TICK_S
        while not self._ended.is_set():
            connection = self._line.connection
            number = connection.fileno() if connection is not None else -1
            events = self._poll(connection if number >= 0 else None, wait_s)
            if self._control.fileno() in events:
                self._end(_SHUT_DOWN)
                return
            if not self._door.watched and self._door.listener.fileno() in events:
                self._door.watched = True
                _thread.start_new_thread(self._door.run, ())
            silent_s = unanswered_s(connection) if connection is not None else 0.0
            if connection is not None and (number in events or silent_s >= UNACKNOWLEDGED_MAX_S):
                self._broken(connection, silent_s >= UNACKNOWLEDGED_MAX_S)
            left_s = self._line.left_s()
            if self._line.ended or left_s == 0:
                self._end(_CLIENT_GONE)
                return
            wait_s = min(_DOUBT_S if silent_s else _TICK_S, _TICK_S if left_s is None else left_s)
            if time.monotonic() >= due_s:
                due_s = time.monotonic() + _TICK_S
                ending = self._tick()
                if ending is not None:
                    self._end(ending)
                    return

    def _poll(self, connection: Connection | None, wait_s: float) -> set[int]:
        """What there is to see, by its descriptor. Without a connection it is broken."""
        poll = select.poll()
        poll.register(self._control, select.POLLIN | _GONE)
        if connection is not None:
            poll.register(connection, _GONE)
        if not self._door.watched:
            poll.register(self._door.listener, select.POLLIN)
        return {number for number, _ in poll.poll(wait_s * 1000)}

    def _broken(self, connection: Connection, silent: bool) -> None:
        """Nobody answers any more, or the connection has ended: then a thread that waits for bytes sees it by itself,
        and what the client has said last.
        """
        if not self._line.resumes:
            self._line.end()
            return
        if not silent and self._ended.wait(_NOTICED_S):
            return
        try:
            error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        except OSError:
            return  # there is another one already
        silent = silent or error in SILENCE
        self._line.cut(connection, not silent, os.strerror(error) if error else "silent" if silent else "closed")

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
        if self._line.resumes:
            self._line.offer(GOODBYE)
        # Wakes the other threads if they are on the socket, and tells a client that is still there.
        self._line.end()
        if not self._ended.wait(SESSION_END_S):
            self._finish()
