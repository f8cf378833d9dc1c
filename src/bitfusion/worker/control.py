"""Messages between a Dispatcher and its CUDA Servers: msgpack maps with their length before them, over a socket pair.

Blocking side, for the CUDA Server; the Dispatcher's side is server/process.py. Its end of file means that the other one is gone.
"""

from __future__ import annotations

import socket
import struct
from typing import Any

import msgpack

LENGTH = struct.Struct("<I")
MESSAGE_BYTES_MAX = 16 << 20


def pack(message: dict[str, Any]) -> bytes:
    """The bytes of a message."""
    body = msgpack.packb(message)
    return LENGTH.pack(len(body)) + body


def unpack(body: bytes) -> dict[str, Any]:
    """A message from the bytes that follow its length."""
    message = msgpack.unpackb(body, raw=False)
    assert isinstance(message, dict)
    return message


class Control:
    """The CUDA Server's end."""

    def __init__(self, fd: int) -> None:
        self._socket = socket.socket(fileno=fd)

    def fileno(self) -> int:
        return self._socket.fileno()

    def send(self, message: dict[str, Any]) -> None:
        """Raises OSError if the Dispatcher is gone."""
        self._socket.sendall(pack(message))

    def receive(self) -> dict[str, Any] | None:
        """The next message, None if the Dispatcher is gone."""
        head = self._exactly(LENGTH.size)
        body = self._exactly(LENGTH.unpack(head)[0]) if head else b""
        return unpack(body) if body else None

    def _exactly(self, count: int) -> bytes:
        """`count` bytes, or none at the end of the file."""
        assert count <= MESSAGE_BYTES_MAX
        data = bytearray()
        while len(data) < count:
            try:
                piece = self._socket.recv(count - len(data))
            except ConnectionResetError:
                return b""
            if not piece:
                return b""
            data += piece
        return bytes(data)
