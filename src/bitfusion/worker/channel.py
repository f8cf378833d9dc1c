"""The client's connection as the calls see it: bulk data in, replies and data out, waiting threads.

Replies of waiting threads and of the thread that runs calls go out whole, one after another, under one lock.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Hashable, Sequence
from typing import TYPE_CHECKING, Any

from ..driver.faults import tell_if_lost
from ..driver.ports import Answer, Asked, Job
from ..driver.ports import Channel as Port
from ..errors import Code, ConnectionLost
from ..net.sockets import received_ago_s
from ..session import Context
from ..wire.calls import pack_data_header, pack_output, pack_reply
from ..wire.frames import FrameBuffer, Kind, pack_header
from ..wire.notices import Topic, pack_notice
from .answers import Answers
from .output import Output
from .waiters import Waiters

if TYPE_CHECKING:
    from ..net.secure import Connection

_HEARTBEAT = pack_header(Kind.HEARTBEAT, 0)
_DISCARD_BYTES = 256 << 10
_FAREWELL_S = 0.5  # for what is being sent, before a client is not told why its session ends
_STARVED_S = 1.0  # within a frame, without a byte


class Channel(Port):
    """Connection of one session. `bulk` is what remains of the current frame's bulk data; `idle` is True while the
    thread that runs calls waits for the client. `errors`: code -> how many calls failed with it."""

    def __init__(
        self, connection: Connection, buffer: FrameBuffer, waiters: Waiters, output: Output, answers: Answers
    ) -> None:
        self.bulk = 0
        self.idle = False
        self._receiving = False
        self.bytes_in = 0
        self.bytes_out = 0
        self.errors: dict[int, int] = {}
        self._socket = connection
        self._buffer = buffer
        self._waiters = waiters
        self._output = output
        self._answers = answers
        self._lock = threading.Lock()

    def owes(self) -> bool:
        """True if the client may be waiting for something that is not coming by itself.

        Not while it owes us the rest of a frame: if it waits for an answer it has sent that, and it is lost on its way.
        """
        if self._waiters.busy > 0:
            return True
        return not self.idle and not (self._receiving and received_ago_s(self._socket) > _STARVED_S)

    def peek(self, count: int) -> memoryview | None:
        """See driver/ports.py."""
        view = self._buffer.peek(count)
        if view is not None:
            self.bulk -= count
        return view

    def receive(self, target: memoryview) -> None:
        """See driver/ports.py. Raises ConnectionLost."""
        assert len(target) <= self.bulk
        self.bulk -= len(target)
        done = self._buffer.take(target)
        while done < len(target):
            # The kernel fills the rest in one call; it returns early only at a signal or at the end.
            count = self._receive_into(target[done:])
            self.bytes_in += count
            done += count

    def drain(self) -> None:
        """Throw away what remains of the bulk data."""
        if self.bulk:
            waste = memoryview(bytearray(min(self.bulk, _DISCARD_BYTES)))
            while self.bulk:
                self.receive(waste[: min(self.bulk, len(waste))])

    def data(self, number: int, offset: int, piece: memoryview, last: bool) -> None:
        """See driver/ports.py. Raises ConnectionLost."""
        header = pack_data_header(number, offset, len(piece))
        with self._lock:
            self._send([header, piece, self._output_frames(0), pack_reply(number, 0)] if last else [header, piece])

    def reply(self, number: int, result: int, values: tuple[Any, ...]) -> None:
        """Send a REPLY. Raises ConnectionLost."""
        with self._lock:
            if result:
                self._count(result)
            frame = self._output_frames(result) + pack_reply(number, result, values)
            self.bytes_out += len(frame)
            try:
                self._socket.sendall(frame)
            except OSError as error:
                raise ConnectionLost(f"the client is gone: {error.strerror}") from error

    def _output_frames(self, result: int) -> bytes:
        """What kernels have printed, for the client to write before the call returns that made the driver give it out.

        The text of an assertion comes with its error: a call with `result` 0 need not look for it.
        """
        printed = self._output.printed.take()
        frames = pack_output(1, printed) if printed else b""
        return frames + pack_output(2, self._output.errors.take()) if result else frames

    def notice(self, *notices: Sequence[Any]) -> None:
        """Send a NOTICE of [topic, ...] arrays, after what kernels printed: the client may not ask again. Raises
        ConnectionLost.
        """
        with self._lock:
            self._send([self._output_frames(1), pack_notice(*notices)])

    def fault(self, context: int, result: int, lost: bool = False) -> None:
        """See driver/ports.py. Raises ConnectionLost."""
        if not lost:
            self.failed(result)
        self.notice((Topic.LOST if lost else Topic.FAULT, context, result))

    def failed(self, result: int) -> None:
        """See driver/ports.py."""
        with self._lock:
            self._count(result)

    def _count(self, result: int) -> None:
        # That something is not over is an answer, which programs get by the million.
        if result != Code.NOT_READY:
            self.errors[result] = self.errors.get(result, 0) + 1

    def progress(self, context: Context, result: Any, token: int, number: int, put: int) -> None:
        """See driver/ports.py. Raises ConnectionLost."""
        tell_if_lost(self, context, result)
        self.notice((Topic.PROGRESS, token, number, put))

    def running(self, token: int, number: int) -> None:
        """See driver/ports.py. Raises ConnectionLost."""
        self.notice((Topic.RUNNING, token, number))

    def heartbeat(self) -> None:
        """Send a HEARTBEAT, unless the connection is busy or full: then the client hears something anyway, or does not
        listen.
        """
        if not self._lock.acquire(blocking=False):
            return
        try:
            sent = self._socket.send(_HEARTBEAT, socket.MSG_DONTWAIT)
            self._socket.sendall(_HEARTBEAT[sent:])
        except OSError:
            # Full, or gone: the monitor sees the latter by itself.
            return
        finally:
            self._lock.release()

    def farewell(self, code: int, reason: str, hint: str) -> None:
        """Tell a client that still reads why its session ends."""
        if not self._lock.acquire(timeout=_FAREWELL_S):
            return
        try:
            self._socket.send(pack_notice((Topic.ENDED, code, reason, hint)), socket.MSG_DONTWAIT)
        except OSError:
            return  # full, or gone
        finally:
            self._lock.release()

    def waits_for_gpu(self) -> bool:
        """True if a thread waits for the GPU, for a call or for something that the client watches."""
        return self._waiters.busy > 0

    def defer(self, number: int, line: Hashable, context: Context, job: Job, always: bool = False) -> None:
        """See driver/ports.py."""

        def answered(answer: Answer) -> None:
            tell_if_lost(self, context, answer[0])
            self.reply(number, int(answer[0]), answer[1:])

        self._waiters.start(line, context, job, answered, always)

    def run_behind(
        self,
        line: Hashable,
        context: Context,
        job: Callable[[], None],
        ready: Callable[[], bool] | None = None,
        always: bool = False,
    ) -> None:
        """See driver/ports.py."""
        self._waiters.start(line, context, job, lambda _answer: None, always, ready)

    def run_function(self, ask: int, number: int, result: int) -> None:
        """See driver/ports.py. Raises ConnectionLost."""
        self.notice((Topic.RUN, ask, number, result))

    def fetch(self, ask: int, source: int, offset: int, count: int) -> None:
        """See driver/ports.py. Raises ConnectionLost."""
        self.notice((Topic.FETCH, ask, source, offset, count))

    def expect_answers(self, asked: Asked) -> None:
        """See driver/ports.py."""
        self._answers.start(self._socket, asked)

    def _receive_into(self, target: memoryview) -> int:
        self._receiving = True
        try:
            count = self._socket.recv_into(target, len(target), socket.MSG_WAITALL)
        except OSError as error:
            raise ConnectionLost(f"the client is gone: {error.strerror}") from error
        finally:
            self._receiving = False
        if not count:
            raise ConnectionLost("the client closed the connection within bulk data")
        return count

    def _send(self, parts: list[bytes | memoryview]) -> None:
        """Send all of `parts`, with one system call unless the socket is full."""
        total = sum(len(part) for part in parts)
        self.bytes_out += total
        try:
            sent = self._socket.sendmsg(parts)
            if sent < total:
                self._send_rest(parts, sent)
        except OSError as error:
            raise ConnectionLost(f"the client is gone: {error.strerror}") from error

    def _send_rest(self, parts: list[bytes | memoryview], sent: int) -> None:
        for part in parts:
            if sent < len(part):
                self._socket.sendall(memoryview(part)[sent:])
            sent = max(0, sent - len(part))
