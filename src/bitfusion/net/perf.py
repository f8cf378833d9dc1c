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
import signal
import socket
import struct
import sys
from typing import TYPE_CHECKING, Any

from ..confine.processes import confine_measurement
from ..limits import PERF_LIFE_S, PERF_SILENCE_S
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
_UNAUTHENTICATED_MAX = 8


def serve(listener: socket.socket, token: bytes, entrance: Entrance | None = None) -> bool:
    """Serve the client that has `token`, to its end, over TLS if there is an `entrance`; False if none came. Raises
    OSError if it breaks.
    """
    listener.settimeout(PERF_SILENCE_S)
    for _ in range(_UNAUTHENTICATED_MAX):
        try:
            plain, _ = listener.accept()
        except TimeoutError:
            return False
        with plain:
            plain.settimeout(PERF_SILENCE_S)
            connection: Connection = plain
            if entrance is not None:
                connection = entrance.secure(plain)
                try:
                    connection.handshake()
                except OSError:
                    continue
            if hmac.compare_digest(_exactly(connection, TOKEN_BYTES), token):
                tune(connection)
                connection.sendall(ADMITTED)
                _answer(connection)
                return True
    return False


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
