"""Waiting for the one client that has the token: others are turned away, and none can keep it out by saying nothing.

The client does not wait for the answer to its HELLO: what it has sent behind it is kept.
Non-blocking; ends at a deadline or when the Dispatcher is gone.
"""

from __future__ import annotations

import hmac
import secrets
import selectors
import socket
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from ..errors import Code, Refused, RemoteProtocolError
from ..limits import CLIENT_COMES_S, DATA_PEERS_MAX, HELLO_BYTES_MAX
from ..net.peers import Peers, Visit
from ..net.sockets import tune
from ..observe.muffled import Muffled
from ..wire.foreign import speaks_tls
from ..wire.frames import Frame, FrameBuffer, Kind
from ..wire.hello import TOKEN_BYTES, Hello, admit, only_tls, parse_hello, refused_frame
from .control import Control

if TYPE_CHECKING:
    import structlog

    from ..net.secure import Connection, Entrance

_AT_ONCE = 16  # connections accepted before those that are there are read


@dataclass(frozen=True)
class Admitted:
    """The client: its connection, blocking again, its HELLO, and the bytes that came behind it."""

    connection: Connection
    hello: Hello
    rest: bytes


class _Newcomer:
    """A connection that has not said HELLO yet. With `entrance` it has to speak TLS."""

    def __init__(self, plain: socket.socket, entrance: Entrance | None) -> None:
        self.connection: Connection = plain
        self._plain = plain
        self._entrance = entrance
        self._shaking = False
        self._buffer = FrameBuffer(HELLO_BYTES_MAX, HELLO_BYTES_MAX)

    @property
    def rest(self) -> bytes:
        """What came behind the first frame."""
        return bytes(self._buffer.peek(len(self._buffer)) or b"")

    def first_frame(self) -> Frame:
        """The first frame. Raises BlockingIOError if more has to come, RemoteProtocolError, Refused, OSError."""
        if self._entrance is not None:
            self._enter(self._entrance)
        while (frame := self._buffer.next_frame()) is None:
            space = self._buffer.space()
            count = self.connection.recv_into(space)
            if not count:
                raise RemoteProtocolError("closed before HELLO")
            if not len(self._buffer) and speaks_tls(space[: min(count, 3)]):
                raise RemoteProtocolError("it speaks TLS, which this server was started without")
            self._buffer.received(count)
        return frame

    def _enter(self, entrance: Entrance) -> None:
        received = b""
        if self.connection is self._plain:
            received = self._plain.recv(HELLO_BYTES_MAX)
            if not received:
                raise RemoteProtocolError("closed before HELLO")
            if not speaks_tls(received):
                raise only_tls()
            self.connection = entrance.secure(self._plain)
        self.connection.handshake(received)  # type: ignore[union-attr]
        self._entrance = None


class Admission:
    """Accepts connections on `listener` until one says HELLO with the token of give(), over TLS if there is an
    `entrance`; before, all are refused.
    """

    def __init__(self, listener: socket.socket, control: Control, log: Any, entrance: Entrance | None = None) -> None:
        self.listener = listener
        self._control = control
        self._token = secrets.token_bytes(TOKEN_BYTES)  # nobody's
        self._log: structlog.stdlib.BoundLogger = log
        self._entrance = entrance
        # Not epoll, which takes a descriptor: there are few of them.
        self._selector: selectors.BaseSelector = selectors.PollSelector()
        self._muffled = Muffled(lambda: self._log)
        self._peers = Peers(DATA_PEERS_MAX, DATA_PEERS_MAX)
        self._unauthenticated: dict[socket.socket, tuple[_Newcomer, Visit]] = {}

        listener.setblocking(False)
        self._selector.register(listener, selectors.EVENT_READ)
        self._selector.register(control, selectors.EVENT_READ)

    def give(self, token: bytes, log: Any) -> None:
        """A client has this token."""
        self._token, self._log = token, log

    def wait(self, patience_s: float | None = CLIENT_COMES_S) -> Admitted | None:
        """The client; None if it does not come in time (None: there is time), or the Dispatcher has something to say or
        is gone. May be called again.
        """
        deadline = None if patience_s is None else time.monotonic() + patience_s
        try:
            while (remaining := None if deadline is None else deadline - time.monotonic()) is None or remaining > 0:
                ready = self._selector.select(remaining)
                # First: a client that is here already may be the one that the Dispatcher is about to announce.
                if any(key.fileobj is self._control for key, _ in ready):
                    return None
                for key, _ in ready:
                    admitted = self._ready(key.fileobj)
                    if admitted is not None:
                        return admitted
            return None
        finally:
            self._muffled.tell()

    def dismiss_all(self) -> None:
        """Whoever has not said HELLO yet."""
        for connection in list(self._unauthenticated):
            self._dismiss(connection)

    def _ready(self, source: Any) -> Admitted | None:
        if source is self.listener:
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
            connection, address = self.listener.accept()
        except BlockingIOError:
            return
        except OSError:
            self._peers.drop_silent()  # or it went away again, and this one makes room for the next
            return
        # Whoever goes for it has been silent for longest: the client says HELLO at once.
        visit = self._peers.enter(str(address[0]), partial(self._dismiss, connection))
        assert visit is not None  # all that are here are silent
        connection.setblocking(False)
        self._unauthenticated[connection] = _Newcomer(connection, self._entrance), visit
        self._selector.register(connection, selectors.EVENT_READ)

    def _read(self, source: socket.socket) -> Admitted | None:
        newcomer, visit = self._unauthenticated[source]
        try:
            frame = newcomer.first_frame()
            if frame.kind is not Kind.HELLO:
                raise RemoteProtocolError(f"{frame.kind.name} where HELLO was expected")
            hello = parse_hello(frame.body)
            self._check(hello)
        except BlockingIOError:
            return None
        except Refused as refused:
            newcomer.connection.send(refused_frame(refused))
            raise RemoteProtocolError(refused.detail) from refused
        del self._unauthenticated[source]
        visit.leave()
        self._selector.unregister(source)
        connection = newcomer.connection
        connection.setblocking(True)
        tune(connection, patient=True)
        return Admitted(connection, hello, newcomer.rest)

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
