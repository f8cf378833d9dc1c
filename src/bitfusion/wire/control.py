"""Messages between a Dispatcher and its CUDA Servers: msgpack maps with their length before them. Sans-IO.

Both ends are of the same installation, so nothing is negotiated here. A CUDA Server may be in the hands of its client,
so its Dispatcher takes what breaks the rules for its end.
"""

from __future__ import annotations

import struct
from typing import Any

import msgpack

LENGTH = struct.Struct("<I")
MESSAGE_BYTES_MAX = 16 << 20
NO_PORT = "ports"  # what a CUDA Server says that found no data port


def pack(message: dict[str, Any]) -> bytes:
    """The bytes of a message."""
    body = msgpack.packb(message)
    return LENGTH.pack(len(body)) + body


def unpack(body: bytes) -> dict[str, Any]:
    """A message from the bytes that follow its length. Raises ValueError if they are none."""
    message = msgpack.unpackb(body, raw=False)
    if not isinstance(message, dict):
        raise ValueError("not a map")
    return message
