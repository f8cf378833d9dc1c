"""Reads the first frame of a connection to a Dispatcher, and names what comes if it is none. Knows nothing of its
content.
"""

from __future__ import annotations

import asyncio
from typing import Any

from ..errors import RemoteProtocolError
from ..limits import HELLO_BYTES_MAX
from ..wire.foreign import speaks_tls
from ..wire.frames import Frame, FrameBuffer


async def read_first(reader: asyncio.StreamReader, wanted: str = "HELLO") -> Frame:
    """The first frame, with nothing behind it. Raises RemoteProtocolError for a peer that sends anything else."""
    buffer = FrameBuffer(HELLO_BYTES_MAX, HELLO_BYTES_MAX)
    first = True
    while True:
        data = await reader.read(4096)
        if not data:
            raise RemoteProtocolError(f"closed before {wanted}")
        if first and speaks_tls(data):
            raise RemoteProtocolError("it speaks TLS, which this server was started without")
        if first and _is_text(data[:4]):
            raise RemoteProtocolError(f"not bitfusion: the peer speaks {_guess(data)}")
        first = False
        frame = _put(buffer, data)
        if frame is not None:
            break
    if len(buffer):
        raise RemoteProtocolError(f"{len(buffer)} bytes after {frame.kind.name}")
    return frame


def _put(buffer: FrameBuffer, data: bytes) -> Frame | None:
    rest: Any = memoryview(data)
    while rest:
        space = buffer.space()
        count = min(len(space), len(rest))
        space[:count] = rest[:count]
        buffer.received(count)
        rest = rest[count:]
        frame = buffer.next_frame()
        if frame is not None:
            if rest:
                raise RemoteProtocolError(f"{len(rest)} bytes after {frame.kind.name}")
            return frame
    return None


def _is_text(start: bytes) -> bool:
    """True for a peer that begins with text: as the length of a body, four such characters are more than is allowed."""
    return len(start) == 4 and start.isascii() and start.decode().isprintable()


def _guess(data: bytes) -> str:
    """A name for the protocol of a peer that begins with text."""
    return "HTTP" if b" HTTP/" in data.split(b"\n")[0] else f"something that begins with {data[:4].decode()!r}"
