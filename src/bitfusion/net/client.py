"""A client of the protocol in Python: for tests, benchmarks and health checks. Blocking; one thread.

Programs use the shim instead. Knows no call: the caller gives ids and arguments as the wire table has them.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .. import __version__
from ..errors import Code, ConnectionLost, Refused
from ..limits import (
    CONNECT_TIMEOUT_S,
    FRAME_HEADER_BYTES,
    OBJECT_NUMBER_FIRST,
    PROTOCOL_VERSIONS,
    RECEIVE_BYTES,
    SILENCE_MAX_S,
)
from ..wire.calls import pack_calls, parse_data, parse_output, parse_reply
from ..wire.frames import Frame, FrameBuffer, Kind
from ..wire.hello import Hello, Welcome, parse_refused, parse_session_welcome, parse_welcome, strangers
from ..wire.notices import parse_notice
from ..wire.states import Machine, Side
from .proving import FindToken, Prover, binding_of, own
from .secure import Connection as Link
from .sockets import place, tune
from .trust import Trust, connect


@dataclass
class Reply:
    """The answer to an ask. `data` is the bulk that came before it, put together."""

    result: int
    values: tuple[Any, ...]
    data: bytes = b""


@dataclass
class Connection:
    """A socket, what arrived on it, and the state of the protocol."""

    socket: Link
    machine: Machine
    buffer: FrameBuffer = field(default_factory=lambda: FrameBuffer(RECEIVE_BYTES))

    def send(self, kind: Kind, *parts: bytes | memoryview) -> None:
        """Send a frame. Raises ConnectionLost."""
        self.machine.send(kind)
        try:
            for part in parts:
                self.socket.sendall(part)
        except OSError as error:
            raise ConnectionLost(f"the server is gone: {error.strerror}") from error

    def receive(self) -> Frame:
        """The next frame. Raises ConnectionLost."""
        while (frame := self.buffer.next_frame()) is None:
            self.buffer.received(self._receive_into(self.buffer.space()))
        self.machine.receive(frame.kind)
        return frame

    def receive_bulk(self, target: memoryview) -> None:
        """Fill `target` with the bulk that follows a frame. Raises ConnectionLost."""
        done = self.buffer.take(target)
        while done < len(target):
            done += self._receive_into(target[done:])

    def _receive_into(self, target: memoryview) -> int:
        try:
            count = self.socket.recv_into(target)
        except OSError as error:
            raise ConnectionLost(f"the server is gone: {error.strerror or error}") from error
        if not count:
            raise ConnectionLost("the server closed the connection")
        return count


class Client:
    """A session on a server. `snapshot` is what the Dispatcher told. Raises Refused, ConnectionLost."""

    def __init__(
        self,
        host: str,
        port: int,
        program: str = "python",
        versions: Sequence[int] = PROTOCOL_VERSIONS,
        trust: Trust | None = None,
        find_token: FindToken = own,
    ) -> None:
        """`trust`: in a server that speaks TLS."""
        hello = Hello(tuple(versions), __version__, b"", socket.gethostname(), program, os.getpid())
        welcome = ask_dispatcher(host, port, hello, trust, find_token)
        self.port, self.token = welcome.port, welcome.token
        self.connection = _connect(host, welcome.port, True, trust)
        with_token = Hello(hello.versions, hello.release, welcome.token, hello.host, program, hello.pid)
        answer = _say_hello(self.connection, with_token)
        parse_session_welcome(answer.body)
        self.snapshot = welcome.snapshot
        self.heartbeats = 0
        self.notices: list[tuple[Any, ...]] = []  # what the server told without being asked
        self.output = {1: b"", 2: b""}  # what kernels printed, on standard output and standard error
        self._number = 0
        self._object = OBJECT_NUMBER_FIRST
        self._unsent: list[Sequence[Any]] = []

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the session."""
        self.connection.socket.close()

    def new(self) -> int:
        """A number for an object to be made."""
        self._object += 1
        return self._object - 1

    def tell(self, call: int, *args: Any, bulk: bytes | memoryview | None = None) -> None:
        """Make a call that has no reply; sent with the next ask, or at once if it has bulk."""
        self._append(call, args)
        if bulk is not None:
            self._flush(bulk)

    def ask(self, call: int, *args: Any, bulk: bytes | memoryview | None = None) -> Reply:
        """Make a call and wait for its reply."""
        return self.finish(self.start(call, *args, bulk=bulk))

    def start(self, call: int, *args: Any, bulk: bytes | memoryview | None = None) -> int:
        """Send an ask without waiting; finish() takes its reply."""
        self._append(call, args)
        self._flush(bulk)
        return self._number

    def flush(self) -> None:
        """Send the calls that wait for an ask."""
        if self._unsent:
            self._flush(None)

    def finish(self, number: int) -> Reply:
        """Wait for the reply of call `number`; replies of others must have been taken before."""
        pieces: dict[int, bytes] = {}
        while True:
            frame = self.connection.receive()
            if frame.kind is Kind.HEARTBEAT:
                self.heartbeats += 1
            elif frame.kind is Kind.OUTPUT:
                descriptor = parse_output(frame.body)
                self.output[descriptor] += self._bulk(frame.bulk_bytes)
            elif frame.kind is Kind.DATA:
                owner, offset = parse_data(frame.body)
                assert owner == number
                pieces[offset] = self._bulk(frame.bulk_bytes)
            elif frame.kind is Kind.NOTICE:
                self.notices += parse_notice(frame.body)
            else:
                answered, result, values = parse_reply(frame.body)
                assert answered == number, f"the reply of {answered} came where that of {number} was expected"
                return Reply(result, values, b"".join(pieces[offset] for offset in sorted(pieces)))

    def _append(self, call: int, args: Sequence[Any]) -> None:
        self._unsent.append((call, *args))
        self._number += 1

    def _flush(self, bulk: bytes | memoryview | None) -> None:
        parts = [pack_calls(self._unsent, len(bulk) if bulk is not None else 0)]
        self._unsent.clear()
        self.connection.send(Kind.CALLS, *parts, *([bulk] if bulk is not None else []))

    def _bulk(self, count: int) -> bytes:
        target = bytearray(count)
        self.connection.receive_bulk(memoryview(target))
        return bytes(target)


def ask_dispatcher(
    host: str, port: int, hello: Hello, trust: Trust | None = None, find_token: FindToken = own
) -> Welcome:
    """Say HELLO to a Dispatcher, and prove the token if it wants one. Raises Refused, ConnectionLost."""
    prover = Prover.of(find_token())
    hello = replace(hello, auth=prover.auth)
    connection = _connect(host, port, False, trust)
    with connection.socket:
        welcome = parse_welcome(_say_hello(connection, hello, place(host, port), prover).body)
    if welcome.calls != hello.calls:
        raise strangers("this client", hello, f"the server {host}:{port}", welcome)
    return welcome


def _connect(host: str, port: int, session: bool, trust: Trust | None) -> Connection:
    try:
        connected = connect(host, port, CONNECT_TIMEOUT_S, trust)
    except OSError as error:
        raise Refused(Code.CONNECTION_FAILED, f"cannot connect to {host}:{port}: {error.strerror or error}") from error
    connected.settimeout(SILENCE_MAX_S)
    tune(connected)
    return Connection(connected, Machine(Side.CLIENT, session))


def _say_hello(connection: Connection, hello: Hello, where: str = "", prover: Prover | None = None) -> Frame:
    """The answer. `prover`: to a Dispatcher."""
    first = hello.frame()
    connection.send(Kind.HELLO, first)
    proved = prover is None
    while (frame := connection.receive()).kind in (Kind.HEARTBEAT, Kind.CHALLENGE):
        if prover and frame.kind is Kind.CHALLENGE:
            connection.send(
                Kind.PROOF, prover.answer(where, first[FRAME_HEADER_BYTES:], frame, binding_of(connection.socket))
            )
            proved = True
    if frame.kind is Kind.WELCOME and prover and not proved:
        prover.check_unasked(where, connection.socket)
    if frame.kind is Kind.REFUSED:
        raise parse_refused(frame.body)
    return frame
