"""The short-lived process that measures the network with one client: `python -m bitfusion.net.perf --control FD --host
H --first P --last P`.

It listens on a port of the range, tells port and token through FD, serves the one client that has the token
(protocol.md, Queries), and ends: when the client closes, says nothing for PERF_SILENCE_S, or after PERF_LIFE_S
in any case.
"""

from __future__ import annotations

import argparse
import hmac
import secrets
import selectors
import signal
import socket
import struct
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..confine.processes import confine_measurement
from ..limits import PERF_LIFE_S, PERF_SILENCE_S, PERF_VISITORS_MAX
from ..wire.control import LENGTH, pack, unpack
from ..wire.hello import TOKEN_BYTES
from .sockets import listen_in, tune

if TYPE_CHECKING:
    from .secure import Connection, Entrance

REQUEST = struct.Struct("<cQ")
COUNT = struct.Struct("<Q")
ECHO, IN, OUT = b"E", b"I", b"O"
ADMITTED = b"\1"
PIECE_BYTES = 256 << 10
_ECHO_BYTES_MAX = 64 << 10


def serve(listener: socket.socket, token: bytes, entrance: Entrance | None = None) -> bool:
    """Serve the client that has `token`, to its end, over TLS if there is an `entrance`; False if none came. Raises
    OSError if it breaks.
    """
    connection = _Lobby(listener, token, entrance).admit()
    if connection is None:
        return False
    with connection:
        connection.settimeout(PERF_SILENCE_S)
        tune(connection)
        connection.sendall(ADMITTED)
        _answer(connection)
    return True


class _Visitor:
    """A peer that has not shown the token yet. Nobody waits for it."""

    def __init__(self, plain: socket.socket, entrance: Entrance | None) -> None:
        plain.setblocking(False)
        self.connection: Connection = plain
        self._shake: Callable[[], None] | None = None
        if entrance is not None:
            self.connection = secure = entrance.secure(plain)
            self._shake = secure.handshake
        self._shown = b""

    def show(self) -> bytes | None:
        """Go on with what has come: the whole token, nothing if it has gone, None if more is to come."""
        try:
            if self._shake:
                self._shake()
                self._shake = None
            while len(self._shown) < TOKEN_BYTES:
                piece = self.connection.recv(TOKEN_BYTES - len(self._shown))
                if not piece:
                    return b""
                self._shown += piece
        except BlockingIOError:
            return None
        except OSError:
            return b""
        return self._shown


class _Lobby:
    """Peers until one of them shows `token`, side by side: one that is slow, or does nothing, holds up no other. Of
    more than PERF_VISITORS_MAX the one that came first goes.
    """

    def __init__(self, listener: socket.socket, token: bytes, entrance: Entrance | None) -> None:
        self._listener = listener
        self._token = token
        self._entrance = entrance
        self._visitors: deque[_Visitor] = deque()
        self._selector = selectors.PollSelector()

    def admit(self) -> Connection | None:
        """The connection that has shown the token; None if none does in PERF_SILENCE_S, however many come."""
        deadline = time.monotonic() + PERF_SILENCE_S
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        try:
            while (left_s := deadline - time.monotonic()) > 0:
                for key, _ in self._selector.select(left_s):
                    visitor: _Visitor | None = key.data or self._receive()
                    if visitor and visitor in self._visitors and self._is_admitted(visitor):
                        return visitor.connection
        finally:
            for visitor in tuple(self._visitors):
                self._dismiss(visitor)
            self._selector.close()
        return None

    def _receive(self) -> _Visitor | None:
        """Somebody is at the door."""
        try:
            plain, _ = self._listener.accept()
        except OSError:
            return None  # gone again
        if len(self._visitors) == PERF_VISITORS_MAX:
            self._dismiss(self._visitors[0])
        visitor = _Visitor(plain, self._entrance)
        self._visitors.append(visitor)
        self._selector.register(visitor.connection, selectors.EVENT_READ, visitor)
        return visitor

    def _is_admitted(self, visitor: _Visitor) -> bool:
        shown = visitor.show()
        if shown is None:
            return False
        admitted = hmac.compare_digest(shown, self._token)
        self._dismiss(visitor, admitted)
        return admitted

    def _dismiss(self, visitor: _Visitor, admitted: bool = False) -> None:
        self._visitors.remove(visitor)
        self._selector.unregister(visitor.connection)
        if not admitted:
            visitor.connection.close()


def _answer(connection: Connection) -> None:
    """Do what the client asks for until it closes."""
    piece = memoryview(bytearray(PIECE_BYTES))
    while request := _exactly(connection, REQUEST.size):
        kind, count = REQUEST.unpack(request)
        if kind == ECHO and count <= _ECHO_BYTES_MAX:
            connection.sendall(_exactly(connection, count))
        elif kind == IN:
            receive_all(connection, count, piece)
            connection.sendall(COUNT.pack(count))
        elif kind == OUT:
            send_all(connection, count, piece)
        else:
            return


def send_all(connection: Connection, count: int, piece: memoryview) -> None:
    """Send `count` bytes, whatever is in `piece`, again and again."""
    while count:
        sent = connection.send(piece[: min(count, len(piece))])
        count -= sent


def receive_all(connection: Connection, count: int, piece: memoryview) -> None:
    """Receive `count` bytes into `piece`, again and again. Raises ConnectionResetError if the peer closes before."""
    while count:
        got = connection.recv_into(piece[: min(count, len(piece))])
        if not got:
            raise ConnectionResetError(0, "closed within a measurement")
        count -= got


def _exactly(connection: Connection, count: int) -> bytes:
    """`count` bytes; fewer, which no caller takes for a whole message, at the end of the connection."""
    data = bytearray()
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            return b""
        data += piece
    return bytes(data)


def _entrance(control: socket.socket) -> Entrance:
    """Of the certificate and key that the server sends."""
    from .secure import Entrance

    (length,) = LENGTH.unpack(_exactly(control, LENGTH.size))
    settings: dict[str, Any] = unpack(_exactly(control, length))
    return Entrance(*settings["tls"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="bitfusion.net.perf")
    parser.add_argument("--control", type=int, required=True)
    parser.add_argument("--host", required=True)
    parser.add_argument("--first", type=int, required=True)
    parser.add_argument("--last", type=int, required=True)
    parser.add_argument("--secure", action="store_true", help="the certificate comes through FD first")
    arguments = parser.parse_args()
    # Whatever a peer does, this process ends.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, PERF_LIFE_S)
    with socket.socket(fileno=arguments.control) as control:
        entrance = _entrance(control) if arguments.secure else None
        listener = listen_in(arguments.host, arguments.first, arguments.last)
        if listener is None:
            control.sendall(pack({"failed": f"no port is free in {arguments.first}-{arguments.last}"}))
            return 1
        token = secrets.token_bytes(TOKEN_BYTES)
        confine_measurement()
        control.sendall(pack({"port": listener.getsockname()[1], "token": token.hex()}))
    with listener:
        try:
            return 0 if serve(listener, token, entrance) else 1
        except OSError:
            return 1  # the client is gone, or too slow


if __name__ == "__main__":
    sys.exit(main())
