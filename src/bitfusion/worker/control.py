"""The CUDA Server's end of the socket pair to its Dispatcher. Its end of file means that the Dispatcher is gone.

Blocking; the Dispatcher's end is server/process.py.
"""

from __future__ import annotations

import socket
from typing import Any

from ..wire.control import LENGTH, MESSAGE_BYTES_MAX, pack, unpack


class Control:
    """The CUDA Server's end."""

    def __init__(self, fd: int) -> None:
        self._socket = socket.socket(fileno=fd)

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        """In a process that has forked from the one whose it is."""
        self._socket.close()

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
