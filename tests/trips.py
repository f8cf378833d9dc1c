"""A relay between a client and a server that counts the round trips for which the client waits.

It listens on 127.0.0.2, on the same ports as the server on 127.0.0.1: that of the Dispatcher and the data ports. A
connection is a round trip, and so is each frame of calls with one that is answered. WELCOME of a session is held
back until such a call is there, so that a client that waits for it does not get on; the calls that it made until
then are one flight.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

import msgpack
from patience import PATIENCE_S

from bitfusion.api.model import ASK
from bitfusion.api.table import WIRES
from bitfusion.wire.frames import FRAME_HEADER_BYTES, Kind, pack_header, parse_header

_NAMES = {wire.id: wire.name for wire in WIRES}
_ASKS = {wire.id for wire in WIRES if wire.how == ASK}
# The one that does not wait for its own reply, if it is the first.
_POSTED = "ctx_retain_primary"


class Relay:
    """`trips` is the count, `waited` names the calls that were waited for, `late` is True if a client waited for
    WELCOME.
    """

    def __init__(self, *ports: int) -> None:
        self.trips = 0
        self.waited: list[str] = []
        self.late = False
        self._lock = threading.Lock()
        self._listeners = [socket.create_server(("127.0.0.2", port)) for port in ports]
        for listener in self._listeners:
            threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def close(self) -> None:
        for listener in self._listeners:
            listener.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
                server = socket.create_connection(("127.0.0.1", listener.getsockname()[1]))
            except OSError:
                return
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._count("connect")
            _Link(client, server, self._count, self._is_late)

    def _count(self, what: str) -> None:
        with self._lock:
            self.trips += 1
            self.waited.append(what)

    def _is_late(self) -> None:
        self.late = True


class _Link:
    """One connection, with a thread for each direction."""

    def __init__(
        self, client: socket.socket, server: socket.socket, count: Callable[[str], None], late: Callable[[], None]
    ) -> None:
        self._count = count
        self._late = late
        self._session = False
        self._asked = threading.Event()
        threading.Thread(target=self._pump, args=(client, server, self._from_client), daemon=True).start()
        threading.Thread(target=self._pump, args=(server, client, self._from_server), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, look: Callable[[Kind, bytes], None]) -> None:
        try:
            while True:
                head = _exactly(source, FRAME_HEADER_BYTES)
                header = parse_header(head)
                assert header is not None
                body = _exactly(source, header.body_bytes)
                look(header.kind, body)
                target.sendall(
                    pack_header(header.kind, header.body_bytes, header.bulk_bytes)
                    + body
                    + _exactly(source, header.bulk_bytes)
                )
        except OSError:
            for end in (source, target):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass  # it is gone

    def _from_client(self, kind: Kind, body: bytes) -> None:
        if kind is Kind.HELLO:
            self._session = "token" in msgpack.unpackb(body)
            if not self._session:
                self._count("HELLO")
            return
        unpacker = msgpack.Unpacker(raw=False, unicode_errors="surrogateescape")
        unpacker.feed(body)
        asks = [_NAMES[call[0]] for call in unpacker if call[0] in _ASKS]
        waited = asks if self._asked.is_set() else [name for name in asks if name != _POSTED]
        if waited:
            self._count(" ".join(waited))
            self._asked.set()

    def _from_server(self, kind: Kind, body: bytes) -> None:
        if kind is Kind.WELCOME and self._session and not self._asked.wait(PATIENCE_S):
            self._late()


def _exactly(source: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        piece = source.recv(min(count - len(data), 1 << 20))
        if not piece:
            raise ConnectionResetError
        data += piece
    return bytes(data)
