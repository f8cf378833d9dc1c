"""One session: frames from the client's socket to dispatch, until somebody is gone.

The main thread reads the socket with blocking calls. There is one client and nothing to multiplex, and an event loop
would add a wake-up to every call that waits.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass

from ..dispatch import Dispatch
from ..driver.contexts import enter
from ..driver.session import DriverSession
from ..driver.watches import hand_over
from ..errors import ConnectionLost, RemoteProtocolError
from ..limits import RECEIVE_BYTES
from ..wire.calls import parse_ack
from ..wire.frames import Frame, FrameBuffer, Kind
from ..wire.states import Machine, Side
from .answers import Answers
from .channel import Channel
from .line import Line
from .output import Output
from .waiters import Waiters


@dataclass
class Serving:
    """The parts of a running session."""

    line: Line
    buffer: FrameBuffer
    channel: Channel
    session: DriverSession
    dispatch: Dispatch
    machine: Machine

    def run(self) -> str:
        """Serve until the connection ends; returns how it ended, in one line."""
        try:
            self._run_frames()
            while self._receive():
                self._run_frames()
            return "closed"
        except RemoteProtocolError as error:
            return f"protocol: {error}"
        except ConnectionLost as error:
            return f"lost: {error}"

    def _receive(self) -> bool:
        """Wait for bytes; False at the end of the connection."""
        channel = self.channel
        space = self.buffer.space()
        channel.idle = True
        try:
            count = self._receive_at_once(space) if self.session.watching else None
            if count is None:
                count = self.line.receive(space)
        finally:
            channel.idle = False
        self.buffer.received(count)
        channel.bytes_in += count
        channel.acknowledge()
        return count > 0

    def _receive_at_once(self, space: memoryview) -> int | None:
        """What has come already. None if nothing has: then this thread looks at nothing any more."""
        try:
            return self.line.receive(space, socket.MSG_DONTWAIT)
        except BlockingIOError:
            hand_over(self.session)
            return None

    def _run_frames(self) -> None:
        next_frame, channel, dispatch = self.buffer.next_frame, self.channel, self.dispatch
        while (frame := next_frame()) is not None:
            self.machine.receive(frame.kind)
            if frame.kind is not Kind.CALLS:
                self._heed(frame)
                continue
            channel.bulk = frame.bulk_bytes
            dispatch.run(frame.body)

    def _heed(self, frame: Frame) -> None:
        """What a client says that resumes."""
        if not self.line.resumes:
            raise RemoteProtocolError(f"{frame.kind.name} of a client that does not resume")
        if frame.kind is Kind.ACK:
            self.line.acknowledged(parse_ack(frame.body)[0])
        else:
            self.line.over = True


def prepare(
    line: Line,
    received: bytes,
    make_session: Callable[[Channel], DriverSession],
    output: Output,
    answers: Answers,
) -> Serving:
    """Put the parts together for a client that was admitted; `received` is what came behind its HELLO."""
    buffer = FrameBuffer(RECEIVE_BYTES)
    buffer.space()[: len(received)] = received
    buffer.received(len(received))
    channel = Channel(line, buffer, Waiters(enter), output, answers)
    channel.bytes_in = len(received)
    session = make_session(channel)
    machine = Machine(Side.SERVER)
    machine.receive(Kind.HELLO)
    machine.send(Kind.WELCOME)
    return Serving(line, buffer, channel, session, Dispatch(session, channel), machine)
