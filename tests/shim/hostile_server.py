"""A server that cannot be trusted: it stands between a client and a real server, and at some frame it begins to say what
no server should. What that is follows from a seed.

It is the client's side that is tried, so all that a program gets is what a real server says until then, and soon
afterwards the connection ends.
"""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from typing import Any

import msgpack
from patience import PATIENCE_S

from bitfusion.wire.frames import Kind, pack_frame

_HEADER = struct.Struct("<IHHQ")
_AFTER = 6  # frames that still come after the first that is wrong
_NUMBERS = (0, 1, -1, 127, 1 << 31, (1 << 31) - 1, 1 << 32, 1 << 40, 1 << 63, (1 << 64) - 1, -(1 << 63))
Frame = tuple[int, bytes, bytes]  # kind, body, bulk data


def _odd(luck: random.Random) -> Any:
    """A value that is not the right one."""
    size = luck.choice((0, 1, 3, 31, 255, 70_000))
    return luck.choice((luck.choice(_NUMBERS), luck.randbytes(size), "x" * size, None, 2.5, [], {}, True))


def _changed_bytes(luck: random.Random, frame: Frame) -> bytes:
    kind, body, bulk = frame
    changed = bytearray(body)
    for _ in range(luck.randint(1, 8)):
        if changed:
            changed[luck.randrange(len(changed))] = luck.choice((0, 0x7F, 0x80, 0xFF, luck.randrange(256)))
    return pack_frame(kind, bytes(changed), len(bulk)) + bulk


def _changed_length(luck: random.Random, frame: Frame) -> bytes:
    kind, body, bulk = frame
    body = (
        body[: luck.randint(0, len(body))]
        if luck.random() < 0.5
        else body + luck.randbytes(luck.choice((1, 9, 20_000)))
    )
    return _HEADER.pack(len(body), kind, 0, len(bulk)) + body + bulk


def _changed_value(luck: random.Random, frame: Frame) -> bytes:
    """One value of an array or a map is another, however deep."""
    kind, body, bulk = frame
    try:
        whole = msgpack.unpackb(body, raw=False, strict_map_key=False, unicode_errors="surrogateescape")
    except (ValueError, msgpack.UnpackException):
        return _changed_bytes(luck, frame)
    at = whole
    while isinstance(at, list | dict) and at:
        key = luck.randrange(len(at)) if isinstance(at, list) else luck.choice(list(at))
        if luck.random() < 0.5 or not isinstance(at[key], list | dict):
            if isinstance(at[key], bytes) and at[key] and luck.random() < 0.7:
                described = bytearray(at[key])
                place = luck.randrange(len(described)) // 4 * 4
                described[place : place + 4] = struct.pack(
                    "<I", luck.choice((0, 1, 255, 65_536, 1 << 31, (1 << 32) - 1))
                )
                at[key] = bytes(described)
            elif luck.random() < 0.2 and isinstance(at, list):
                del at[key]
            else:
                at[key] = _odd(luck)
            break
        at = at[key]
    body = msgpack.packb(whole, unicode_errors="surrogateescape")
    return pack_frame(kind, body, len(bulk)) + bulk


def _changed_header(luck: random.Random, frame: Frame) -> bytes:
    kind, body, bulk = frame
    fields = [len(body), kind, 0, len(bulk)]
    place = luck.randrange(4)
    fields[place] = luck.choice((0, 1, 0xFFFF, fields[place] + 1, *((1 << 31, 0xFFFFFFFF) if place in (0, 3) else ())))
    return _HEADER.pack(*fields) + body + bulk


def _in_front(make: Callable[[random.Random], bytes]) -> Callable[[random.Random, Frame], bytes]:
    def change(luck: random.Random, frame: Frame) -> bytes:
        kind, body, bulk = frame
        return make(luck) + pack_frame(kind, body, len(bulk)) + bulk

    return change


def _notices(luck: random.Random) -> bytes:
    """Of every topic, about what there is and what there is not."""
    number = lambda: luck.choice((*_NUMBERS, *range(40)))
    some = [
        [luck.randint(0, 9), *(abs(number()) for _ in range(luck.randint(0, 5)))] for _ in range(luck.randint(1, 60))
    ]
    return pack_frame(Kind.NOTICE, b"".join(map(msgpack.packb, some)))


def _data(luck: random.Random) -> bytes:
    piece = luck.randbytes(luck.choice((1, 64, 5_000, 100_000)))
    number = luck.choice((*range(40), 1 << 63, (1 << 63) + 1, (1 << 64) - 1))
    offset = luck.choice((0, 1, 4_999, 1 << 32, (1 << 64) - 1, (1 << 64) - len(piece)))
    return pack_frame(Kind.DATA, msgpack.packb([number, offset]), len(piece)) + piece


def _reply(luck: random.Random) -> bytes:
    values = [_odd(luck) for _ in range(luck.randint(0, 12))]
    return pack_frame(Kind.REPLY, msgpack.packb([luck.randint(0, 60), luck.choice((0, 1, 700, 999)), *values]))


def _output(luck: random.Random) -> bytes:
    text = luck.randbytes(luck.choice((0, 1, 3_000_000)))
    return pack_frame(Kind.OUTPUT, msgpack.packb([luck.choice((1, 2, 2, 3))]), len(text)) + text


def _anything(luck: random.Random, _: Frame) -> bytes:
    return luck.randbytes(luck.choice((1, 16, 17, 300, 40_000)))


def _twice(luck: random.Random, frame: Frame) -> bytes:
    kind, body, bulk = frame
    return (pack_frame(kind, body, len(bulk)) + bulk) * 2


WAYS: dict[str, Callable[[random.Random, Frame], bytes]] = {
    "changed bytes": _changed_bytes,
    "changed length": _changed_length,
    "changed value": _changed_value,
    "changed header": _changed_header,
    "notices": _in_front(_notices),
    "data": _in_front(_data),
    "reply": _in_front(_reply),
    "output": _in_front(_output),
    "twice": _twice,
    "anything": _anything,
}


class HostileServer:
    """Listens on `port` for one client; `said` is what it did."""

    def __init__(self, server: int, seed: int) -> None:
        self._server, self._luck = server, random.Random(seed)
        self._way = self._luck.choice(list(WAYS))
        # WELCOME of either connection now and then; else somewhere in a session, rather early.
        self._first = self._luck.choice((0, 1, 2, 3, self._luck.randint(2, 40), self._luck.randint(2, 150)))
        self._seen = self._wrong = 0
        self.said = f"seed {seed}: {self._way} from frame {self._first} on"
        self._door = socket.create_server(("127.0.0.1", 0))
        self._data_door = socket.create_server(("127.0.0.1", 0))
        self._data_port = 0
        self.port = self._door.getsockname()[1]
        self._open: list[socket.socket] = [self._door, self._data_door]

    def serve(self) -> None:
        """In threads, until close()."""
        for door in (self._door, self._data_door):
            threading.Thread(target=self._take, args=(door,), daemon=True).start()

    def close(self) -> None:
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _take(self, door: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = door.accept()
                server = socket.create_connection(
                    ("127.0.0.1", self._server if door is self._door else self._data_port), PATIENCE_S
                )
                self._open += [client, server]
                threading.Thread(target=_pump, args=(client, server), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError, EOFError), client, server:
            while self._wrong <= _AFTER:
                frame = _next_frame(server)
                if frame[0] == Kind.WELCOME:
                    frame = self._redirected(frame)
                client.sendall(self._spoken(frame))

    def _spoken(self, frame: Frame) -> bytes:
        self._seen += frame[0] != Kind.HEARTBEAT
        if self._seen <= self._first:
            kind, body, bulk = frame
            return pack_frame(kind, body, len(bulk)) + bulk
        self._wrong += 1
        return WAYS[self._way](self._luck, frame)

    def _redirected(self, frame: Frame) -> Frame:
        fields = msgpack.unpackb(frame[1], raw=False)
        if "port" in fields:
            self._data_port, fields["port"] = fields["port"], self._data_door.getsockname()[1]
        return frame[0], msgpack.packb(fields), b""


def _next_frame(server: socket.socket) -> Frame:
    body_bytes, kind, _, bulk_bytes = _HEADER.unpack(_exactly(server, _HEADER.size))
    return kind, _exactly(server, body_bytes), _exactly(server, bulk_bytes)


def _exactly(server: socket.socket, count: int) -> bytes:
    found = b""
    while len(found) < count:
        part = server.recv(count - len(found))
        if not part:
            raise EOFError
        found += part
    return found


def _pump(client: socket.socket, server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := client.recv(1 << 16):
            server.sendall(data)
        server.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def between(server: int, seed: int) -> Iterator[HostileServer]:
    """A hostile server for one client of the one at this port."""
    hostile = HostileServer(server, seed)
    hostile.serve()
    try:
        yield hostile
    finally:
        hostile.close()
