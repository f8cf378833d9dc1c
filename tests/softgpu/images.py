"""Code images made by hand: fatbins of every compression, wrappers, ELF. Byte layouts from the facts about nvcc's
output.
"""

from __future__ import annotations

import ctypes
import struct

PTX, ELF = 1, 2
LZ4, ZSTD = 0x2000, 0x8000


def lz4_block(data: bytes) -> bytes:
    """An LZ4 block of literals only."""
    length = len(data)
    if length < 15:
        return bytes([length << 4]) + data
    rest = length - 15
    return bytes([0xF0]) + b"\xff" * (rest // 255) + bytes([rest % 255]) + data


def zstd_frame(data: bytes) -> bytes:
    """A zstd frame of one raw block (RFC 8878): single segment, content size in 4 bytes."""
    assert len(data) < 1 << 17
    header = struct.pack("<IBI", 0xFD2FB528, 0xA0, len(data))
    return header + struct.pack("<I", len(data) << 3 | 1)[:3] + data


def entry(payload: bytes, kind: int = PTX, sm: int = 75, packing: int = 0) -> bytes:
    """One entry of a fatbin; the payload is packed as asked."""
    plain = len(payload)
    stored = {0: payload, LZ4: lz4_block(payload), ZSTD: zstd_frame(payload)}[packing]
    padded = stored + b"\0" * (-len(stored) % 8)
    compressed = len(stored) if packing else 0
    head = struct.pack(
        "<HHIQIIHHIIIQQQ",
        kind,
        0x0101,
        64,
        len(padded),
        compressed,
        0,
        5,
        7,
        sm,
        0,
        0,
        0x11 | packing,
        0,
        plain if packing else 0,
    )
    assert len(head) == 64
    return head + padded


def fatbin(*entries: bytes) -> bytes:
    body = b"".join(entries)
    return struct.pack("<IHHQ", 0xBA55ED50, 1, 16, len(body)) + body


def elf() -> bytes:
    """A 64-bit ELF header of machine 190 (CUDA) without sections."""
    return (
        b"\x7fELF\x02\x01\x01" + b"\0" * 9 + struct.pack("<HHIQQQIHHHHHH", 2, 190, 1, 0, 0, 0, 0, 64, 56, 0, 64, 0, 0)
    )


class Wrapper:
    """What cudart registers: 24 bytes that point at a fatbin, and for version 2 at a list of more."""

    def __init__(self, data: bytes, parts: list[bytes] | None = None) -> None:
        self._data = ctypes.create_string_buffer(data, len(data))
        self._parts = [ctypes.create_string_buffer(part, len(part)) for part in parts or []]
        self._list = (ctypes.c_void_p * (len(self._parts) + 1))(*(ctypes.addressof(part) for part in self._parts), None)
        extra = ctypes.addressof(self._list) if parts is not None else 0
        words = struct.pack("<IIQQ", 0x466243B1, 1 if parts is None else 2, ctypes.addressof(self._data), extra)
        self.bytes = ctypes.create_string_buffer(words, len(words))
