"""Waiting for the one client that has the token: others are turned away, and none can keep it out by saying nothing.

The client does not wait for the answer to its HELLO: what it has sent behind it is kept.
Non-blocking; ends at a deadline or when the Dispatcher is gone.
"""

from __future__ import annotations

import hmac
import selectors
import socket
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from ..errors import Code, Refused, RemoteProtocolError
from ..limits import DATA_PEERS_MAX, HELLO_BYTES_MAX, HELLO_TIMEOUT_S
from ..net.peers import Peers, Visit
from ..net.sockets import tune
from ..observe.muffled import Muffled
from ..wire.frames import FrameBuffer, Kind
from ..wire.hello import Hello, admit, parse_hello, refused_frame
from .control import Control

_AT_ONCE = 16  # connections accepted before those that are there are read


@dataclass(frozen=True)
class Admitted:
    """The client: its connection, blocking again, its HELLO, and the bytes that came behind it."""

    connection: socket.socket
    hello: Hello
    rest: bytes


class Admission:
    """Accepts connections on `listener` until one says HELLO with `token`."""

    def __init__(self, listener: socket.socket, control: Control, token: bytes, log: Any) -> None:
        self._listener = listener
        self._control = control
        self._token = token
        self._log: structlog.stdlib.BoundLogger = log
        self._selector = selectors.DefaultSelector()
        self._muffled = Muffled(lambda: self._log)
        self._peers = Peers(DATA_PEERS_MAX, DATA_PEERS_MAX)
        self._unauthenticated: dict[socket.socket, tuple[FrameBuffer, Visit]] = {}

    def wait(self, patience_s: float | None = HELLO_TIMEOUT_S) -> Admitted | None:
        """The client; None if it does not come in time (None: there is time) or the Dispatcher is gone."""
        deadline = None if patience_s is None else time.monotonic() + patience_s
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._selector.register(self._control, selectors.EVENT_READ)
        try:
            while (remaining := None if deadline is None else deadline - time.monotonic()) is None or remaining > 0:
                for key, _ in self._selector.select(remaining):
                    if key.fileobj is self._control:
                        return None
                    admitted = self._ready(key.fileobj)
                    if admitted is not None:
                        return admitted
            return None
        finally:
            for connection in list(self._unauthenticated):
                self._dismiss(connection)
            self._selector.close()
            self._muffled.tell()

    def _ready(self, source: Any) -> Admitted | None:
        if source is self._listener:
            for _ in range(_AT_ONCE):
                self._accept()
            return None
        if source not in self._unauthenticated:
            return None  # it had to go a moment ago
        peer = self._unauthenticated[source][1].address
        try:
            return self._read(source)
        except RemoteProtocolError as error:
            self._muffled.warning("peer.dismissed", peer, reason=str(error))
        except OSError as error:
            self._muffled.info("peer.gone", peer, reason=error.strerror)
        self._dismiss(source)
        return None

    def _accept(self) -> None:
        try:
            connection, address = self._listener.accept()
        except BlockingIOError:
            return
        except OSError:
            self._peers.drop_silent()  # or it went away again, and this one makes room for the next
            return
        # Whoever goes for it has been silent for longest: the client says HELLO at once.
        visit = self._peers.enter(str(address[0]), partial(self._dismiss, connection))
        assert visit is not None  # all that are here are silent
        connection.setblocking(False)
        self._unauthenticated[connection] = FrameBuffer(HELLO_BYTES_MAX, HELLO_BYTES_MAX), visit
        self._selector.register(connection, selectors.EVENT_READ)

    def _read(self, connection: socket.socket) -> Admitted | None:
        buffer, visit = self._unauthenticated[connection]
        try:
            count = connection.recv_into(buffer.space())
        except BlockingIOError:
            return None
        if not count:
            raise RemoteProtocolError("closed before HELLO")
        buffer.received(count)
        frame = buffer.next_frame()
        if frame is None:
            return None
        if frame.kind is not Kind.HELLO:
            raise RemoteProtocolError(f"{frame.kind.name} where HELLO was expected")
        hello = parse_hello(frame.body)
        try:
            self._check(hello)
        except Refused as refused:
            connection.send(refused_frame(refused))
            raise RemoteProtocolError(refused.detail) from refused
        del self._unauthenticated[connection]
        visit.leave()
        self._selector.unregister(connection)
        connection.setblocking(True)
        tune(connection, patient=True)
        return Admitted(connection, hello, bytes(buffer.peek(len(buffer)) or b""))

    def _check(self, hello: Hello) -> None:
        admit(hello)
        if not hmac.compare_digest(hello.token, self._token):
            raise Refused(
                Code.CONNECTION_FAILED,
                "the token is not the one that the Dispatcher gave",
                "connect to the Dispatcher first",
            )

    def _dismiss(self, connection: socket.socket) -> None:
        _, visit = self._unauthenticated.pop(connection)
        visit.leave()
        self._selector.unregister(connection)
        connection.close()
