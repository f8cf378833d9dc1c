"""The client's connection as the calls see it: bulk data in, replies and data out, waiting threads.

Replies of waiting threads and of the thread that runs calls go out whole, one after another, under one lock.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Hashable, Sequence
from typing import Any

from ..driver.faults import tell_if_lost
from ..driver.ports import Answer, Asked, Job
from ..driver.ports import Channel as Port
from ..errors import Code, ConnectionLost
from ..limits import ACKNOWLEDGE_BYTES, MARK_BYTES
from ..session import Context
from ..wire.calls import pack_ack, pack_data_header, pack_output, pack_reply
from ..wire.frames import FrameBuffer, Kind, pack_header
from ..wire.notices import Topic, pack_notice
from .answers import Answers
from .line import Line
from .output import Output
from .waiters import Waiters

GOODBYE = pack_header(Kind.GOODBYE, 0)
_HEARTBEAT = pack_header(Kind.HEARTBEAT, 0)
_DISCARD_BYTES = 256 << 10
_FAREWELL_S = 0.5  # for what is being sent, before a client is not told why its session ends
_STARVED_S = 1.0  # within a frame, without a byte
_NEVER = 1 << 62


class Channel(Port):
    """Connection of one session. `bulk` is what remains of the current frame's bulk data; `idle` is True while the
    thread that runs calls waits for the client. `errors`: code -> how many calls failed with it."""

    def __init__(self, line: Line, buffer: FrameBuffer, waiters: Waiters, output: Output, answers: Answers) -> None:
        self.bulk = 0
        self.idle = False
        self._receiving = False
        self.bytes_in = 0
        self.bytes_out = 0
        self.errors: dict[int, int] = {}
        self._line = line
        self._mark_every = ACKNOWLEDGE_BYTES if line.resumes else _NEVER
        self._to_mark = self._mark_every  # bytes of bulk data until the next mark in it
        self._told = 0  # of what was taken, how much the client knows
        self._buffer = buffer
        self._waiters = waiters
        self._output = output
        self._answers = answers
        self._lock = line.giving

    def owes(self) -> bool:
        """True if the client may be waiting for something that is not coming by itself.

        Not while it owes us the rest of a frame: if it waits for an answer it has sent that, and it is lost on its way.
        """
        if self._waiters.busy > 0:
            return True
        return not self.idle and not (self._receiving and self._line.received_ago_s() > _STARVED_S)

    def peek(self, count: int) -> memoryview | None:
        """See driver/ports.py."""
        view = self._buffer.peek(count) if count < self._to_mark else None
        if view is not None:
            self.bulk -= count
            self._to_mark = self._to_mark - count if self.bulk else self._mark_every
        return view

    def receive(self, target: memoryview) -> None:
        """See driver/ports.py. Raises ConnectionLost."""
        assert len(target) <= self.bulk
        while target:
            piece = target[: self._to_mark]
            self._receive_exactly(piece)
            self.bulk -= len(piece)
            self._to_mark -= len(piece)
            target = target[len(piece) :]
            if not self._to_mark:
                self._take_mark()
        if not self.bulk:
            self._to_mark = self._mark_every

    def _take_mark(self) -> None:
        """In the middle of bulk data the client says what it has taken, and wants to know the same."""
        mark = bytearray(MARK_BYTES)
        self._receive_exactly(memoryview(mark))
        self._line.acknowledged(int.from_bytes(mark, "little"))
        self._to_mark = self._mark_every
        self.acknowledge()

    def acknowledge(self) -> None:
        """Tell the client what was taken, if that is much."""
        if self._mark_every is _NEVER:
            return  # it does not resume
        taken, answers = self._line.taken, self._answers.taken
        if taken + answers - self._told >= ACKNOWLEDGE_BYTES and self._line.offer(pack_ack(taken, answers)):
            self._told = taken + answers

    def _receive_exactly(self, target: memoryview) -> None:
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
            self._line.send((frame,))

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
        self._line.offer(_HEARTBEAT)

    def farewell(self, code: int, reason: str, hint: str) -> None:
        """Tell a client that still reads why its session ends."""
        self._line.offer(pack_notice((Topic.ENDED, code, reason, hint)), _FAREWELL_S)

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
        self._answers.start(asked)

    def _receive_into(self, target: memoryview) -> int:
        self._receiving = True
        try:
            count = self._line.receive(target, socket.MSG_WAITALL)
        finally:
            self._receiving = False
        if not count:
            raise ConnectionLost("the client closed the connection within bulk data")
        return count

    def _send(self, parts: list[bytes | memoryview]) -> None:
        """Send all of `parts`. The lock is held."""
        self.bytes_out += sum(len(part) for part in parts)
        self._line.send(parts)
